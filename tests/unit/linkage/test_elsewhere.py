"""A model that is asked to judge people away from home: without places, and with a prior of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from targeting.errors import UsageError
from targeting.linkage.divided import away_spec
from targeting.linkage.elsewhere import with_only, with_own_prior
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import link
from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.prepare import prepare

pytestmark = pytest.mark.usefixtures("few_random_pairs")
PLACES = ("kode_desa", "alamat", "no_kk")


@pytest.fixture(scope="module")
def trained(persons: Any) -> Model:
    with DuckDbEngine(2, "2GB") as engine:
        return link(persons.left, persons.right, persons.spec, engine).model


def space_of(persons: Any, names: Any) -> PatternSpace:
    """The pattern space of some of the columns."""
    columns = {name: column for name, column in persons.spec.columns.items() if name in names}
    return prepare(persons.left, persons.right, persons.spec.model_copy(update={"columns": columns})).space


def test_a_spec_away_from_home_compares_no_place(persons: Any) -> None:
    away = away_spec(persons.spec)
    assert set(away.columns) == set(persons.spec.columns) - set(PLACES)
    assert away.blocking
    assert not any(place in rule for rule in away.blocking for place in PLACES)


def test_a_spec_that_blocks_by_place_only_is_refused(persons: Any) -> None:
    with pytest.raises(UsageError, match="nobody who moved could be found"):
        away_spec(persons.spec.model_copy(update={"blocking": ("kode_desa.full",)}))


def test_a_model_of_some_columns_weighs_as_its_groups_do_without_the_others(persons: Any, trained: Model) -> None:
    kept = [name for name in persons.spec.columns if name not in PLACES]
    part = with_only(trained, kept)
    assert list(part.comparisons) == kept
    assert part.link_levels == tuple(dict(zip(trained.comparisons, trained.link_levels, strict=True))[n] for n in kept)
    assert sorted(member for group in part.groups for member in group.members) == list(range(len(kept)))
    space = space_of(persons, kept)
    patterns = np.arange(int(space.radices[-1]), dtype=np.int64)[:: max(1, int(space.radices[-1]) // 500)]
    levels = space.levels(patterns)
    for old in trained.groups:
        own = [p for p, member in enumerate(old.members) if trained.comparisons[member] in kept]
        if own:
            names = [trained.comparisons[old.members[p]] for p in own]
            [new] = [g for g in part.groups if [part.comparisons[m] for m in g.members] == names]
            assert np.array_equal(new.m, old.only(own).m)
            assert np.isfinite(np.log(new.m[new.joint(levels)])).all()
    assert trained.kin
    for before, after in zip(trained.kin, part.kin, strict=True):
        named = [
            [model.comparisons[i] for i in (kin.name, *kin.births)] for model, kin in ((trained, before), (part, after))
        ]
        assert named[0] == named[1]
        assert len(after.of(levels)) == len(patterns)


@pytest.mark.parametrize("one_in", [2, 20])
def test_a_batch_of_which_few_are_there_has_a_prior_of_its_own(persons: Any, trained: Model, one_in: int) -> None:
    """Most partners are taken out of the register: the share left is found, by a model that expects them all."""
    partners = persons.truth.sort("id_l")
    kept = partners.gather_every(one_in)
    gone = partners.join(kept, on="id_r", how="anti")
    right = persons.right.join(gone, left_on="dtsen_person_id", right_on="id_r", how="anti")
    spec = away_spec(persons.spec)
    model = with_only(trained, spec.columns)
    with DuckDbEngine(2, "2GB") as engine:
        found = link(persons.left, right, spec, engine, model, own_prior=True)
        as_at_home = link(persons.left, right, spec, engine, model)
    true = kept["id_l"].n_unique() / persons.left.height
    assert found.model.match_share == pytest.approx(true, rel=0.3, abs=0.01)
    assert found.model.prior * right.height == pytest.approx(found.model.match_share)
    assert abs(as_at_home.model.match_share - true) > abs(found.model.match_share - true)


def test_a_batch_that_finds_nobody_keeps_a_prior_above_zero(persons: Any, trained: Model) -> None:
    space = space_of(persons, persons.spec.columns)
    nothing = np.zeros(0, dtype=np.int64)
    assert 0 < with_own_prior(space, trained, nothing, np.zeros(0), 900, 2_000).prior < 1e-6

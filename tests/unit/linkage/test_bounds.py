"""What is compared late changes no link: the bound of a pair's weight is never below the weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.linkage.bounds import compared_late, most_weight
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import CUT, LinkResult, link
from targeting.linkage.prepare import prepare


@pytest.fixture(scope="module")
def whole(persons: Any) -> LinkResult:
    """A link that compares every pair to the end, trained on a part of the records."""
    with pytest.MonkeyPatch.context() as patch, DuckDbEngine(memory="2GB") as engine:
        patch.setattr("targeting.linkage.sample.SAMPLE", 400)
        return link(persons.left, persons.right, persons.spec, engine, keep_working=True)


@pytest.mark.parametrize("late", [("alamat",), ("nama",), ("nama", "alamat"), ("nik", "kode_desa", "nama")])
def test_no_pair_weighs_more_than_its_bound(persons: Any, whole: LinkResult, late: tuple[str, ...]) -> None:
    space = prepare(persons.left, persons.right, persons.spec).space
    names = [digit.comparison.name for digit in space.digits]
    places = tuple(sorted(names.index(name) for name in late))
    assert whole.pattern_pairs is not None
    patterns = whole.pattern_pairs["pattern"].to_numpy()
    begun = patterns - space.values(patterns)[:, list(places)] @ np.array([space.radices[i] for i in places])
    spare = most_weight(whole.model, space, begun, places) - whole.model.weights(space, patterns)
    assert spare.min() >= 0


def test_links_are_the_same_however_late_something_is_compared(
    persons: Any, whole: LinkResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("targeting.linkage.sample.SAMPLE", 400)
    monkeypatch.setattr("targeting.linkage.link.compared_late", lambda *_: (1, 5))
    with DuckDbEngine(memory="2GB") as engine:
        found = link(persons.left, persons.right, persons.spec, engine)
    assert whole.links.equals(found.links)
    assert whole.pairs_scored == found.pairs_scored
    assert whole.error_rates == found.error_rates


def test_nothing_is_left_for_later_where_every_pair_may_be_a_link(persons: Any, whole: LinkResult) -> None:
    space = prepare(persons.left, persons.right, persons.spec).space
    assert whole.pattern_pairs is not None
    assert () == compared_late(whole.model, space, whole.pattern_pairs, -np.inf)


def test_what_is_costly_waits_where_hardly_a_pair_can_be_a_link(persons: Any, whole: LinkResult) -> None:
    space = prepare(persons.left, persons.right, persons.spec).space
    assert whole.pattern_pairs is not None
    hopeless = whole.pattern_pairs.filter(
        pl.Series(whole.model.weights(space, whole.pattern_pairs["pattern"].to_numpy()) < CUT - 40)
    )
    assert compared_late(whole.model, space, hopeless, CUT)

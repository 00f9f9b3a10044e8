"""What must not pass for a model is refused or told, whether it was trained or handed in."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.linkage import LinkSpec
from targeting.errors import ModelError
from targeting.linkage.comparisons.base import Tells
from targeting.linkage.counts import Counts, Equality, Rivals, TrainingCounts
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import link
from targeting.linkage.maximisation import maximised
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import Digit, IntArray, PatternSpace
from targeting.linkage.soundness import checked, taught
from targeting.linkage.training import train

SPEC = LinkSpec.model_validate(
    {
        "left": {"id": "id"},
        "right": {"id": "id"},
        "columns": {"nama": "name", "lahir": "date", "kelas": "category", "kota": "category"},
    }
)


class Plain:
    """A comparison of four levels and no frequencies."""

    levels = ("missing", "different", "near", "equal")
    slopes = (0.0, 0.0, 0.0, 0.0)
    exact_level = 3
    prior_m = (0.05, 0.05, 0.9)
    borrowed = 0.0
    tells = Tells.OTHER

    def __init__(self, name: str) -> None:
        """A column of this name."""
        self.name = name


def space(*names: str) -> PatternSpace:
    """A space of plain comparisons."""
    return PatternSpace(tuple(Digit(Plain(name)) for name in names))  # type: ignore[arg-type]


SPACE = space("a", "b", "c")
M, U = np.array([1.0, 0.05, 0.05, 0.9]), np.array([1.0, 0.94, 0.05, 0.01])


def model(**changed: Any) -> Model:
    """A sound model of three columns, changed."""
    groups = tuple(Group((i,), (4,), M, U, U) for i in range(3))
    given: dict[str, Any] = {
        "comparisons": ("a", "b", "c"),
        "groups": groups,
        "normalisers": ((1.0,) * 4,) * 3,
        "prior": 0.001,
        "household_rate": 0.0,
        "match_share": 0.5,
    }
    return Model(**{**given, **changed})


def with_first(**values: Any) -> Model:
    """The model with other m, u or r of its first column."""
    made = model()
    return replace(made, groups=(replace(made.groups[0], **values), *made.groups[1:]))


def patterns(*levels: tuple[int, ...]) -> IntArray:
    """Patterns of these levels."""
    return np.array([sum(v * r for v, r in zip(one, SPACE.radices, strict=True)) for one in levels], dtype=np.int64)


EVERY = tuple(product((1, 2, 3), repeat=3))


def counts(across: dict[tuple[int, ...], float], random: dict[tuple[int, ...], float], **more: Any) -> TrainingCounts:
    """Counts of pairs by levels; 1,000 left and 2,000 right records."""
    found = [
        Counts(patterns(*pairs), np.array(list(pairs.values()), dtype=np.float64), universe)
        for pairs, universe in ((dict(sorted(across.items(), key=lambda one: int(patterns(one[0])[0]))), 2e6),)
    ]
    drawn = Counts(patterns(*random), np.array(list(random.values()), dtype=np.float64), float(sum(random.values())))
    return TrainingCounts(found[0], drawn, None, (Equality(0.01, 0.01),) * 3, **more)


STRANGERS = {levels: 1e6 * float(np.prod(U[list(levels)])) for levels in EVERY}


def test_a_sound_model_is_passed_over_in_silence() -> None:
    assert () == checked(SPACE, model())


SWITCHED = model(groups=tuple(Group((i,), (4,), U, M, U) for i in range(3)))
REFUSED = {
    "other columns": (model(comparisons=("a", "b", "d")), "compares a, b, d, and the spec a, b, c"),
    "a column left out": (model(groups=model().groups[:2]), "other levels"),
    "levels left out": (with_first(m=M[:3], u=U[:3], r=U[:3], sizes=(3,)), "other levels"),
    "m and u in each other's place": (SWITCHED, "m and u have changed places"),
    "a prior of 0": (model(prior=0.0), "prior is 0"),
    "a prior of 1": (model(prior=1.0), "prior is 1"),
    "a prior below 0": (model(prior=-0.1), "prior is -0.1"),
    "a prior that is no number": (model(prior=float("nan")), "prior is nan"),
    "a household rate of 1": (model(household_rate=1.0), "household_rate is 1"),
    "m that adds up to 2": (with_first(m=np.array([1.0, 0.1, 0.1, 1.8])), "m of a"),
    "u of 0": (with_first(u=np.array([1.0, 0.99, 0.01, 0.0])), "u of a"),
    "m below 0": (with_first(m=np.array([1.0, -0.1, 0.2, 0.9])), "m of a"),
    "r that is no number": (with_first(r=np.array([1.0, 0.9, np.nan, 0.1])), "r of a"),
    "a normaliser of 0": (model(normalisers=((0.0,) * 4,) * 3), "normalisers"),
}


@pytest.mark.parametrize(("made", "told"), REFUSED.values(), ids=REFUSED)
def test_a_model_that_is_none_is_refused_with_exit_code_12(made: Model, told: str) -> None:
    with pytest.raises(ModelError, match=told) as refused:
        checked(SPACE, made)
    assert 12 == refused.value.exit_code


def test_equal_values_that_speak_against_a_match_are_told() -> None:
    (note,) = checked(SPACE, with_first(m=np.array([1.0, 0.9, 0.095, 0.005])))
    assert note.startswith("a: equal values do not speak for a match")


def test_so_are_those_of_a_column_that_is_weighed_with_another() -> None:
    odd = np.array([1.0, 0.9, 0.095, 0.005])
    joint = Group((0, 1), (4, 4), np.outer(M, odd).ravel(), np.outer(U, U).ravel(), np.outer(U, U).ravel())
    (note,) = checked(SPACE, model(groups=(joint, model().groups[2])))
    assert note.startswith("a: equal values")


def test_m_that_does_not_fall_as_values_differ_more_is_told() -> None:
    (note,) = checked(
        SPACE, with_first(m=np.array([1.0, 0.1, 0.895, 0.005 + 0.0]), u=np.array([1, 0.989, 0.01, 0.001]))
    )
    assert note.startswith("a: 'near' speaks +6.5 bits for a match, where equal values speak +2.3")


def test_a_level_that_speaks_less_than_a_difference_is_told() -> None:
    (note,) = checked(SPACE, with_first(m=np.array([1.0, 0.2, 0.01, 0.79]), u=np.array([1, 0.5, 0.4, 0.1])))
    assert note.startswith("a: 'near' speaks -5.3 bits")


def test_a_level_never_seen_is_told_once_for_all_columns() -> None:
    seen = {(1, 1, 1): 9_000.0, (3, 3, 3): 500.0, (3, 2, 1): 50.0}
    notes = taught(SPACE, model(), counts(seen, seen), 2_000)
    (note,) = [note for note in notes if note.startswith("levels that no pair")]
    assert "a 'near'; c 'near'." in note


def test_a_column_that_nobody_has_on_both_sides_is_told() -> None:
    seen = {(0, 1, 1): 9_000.0, (0, 3, 3): 500.0, (0, 2, 2): 50.0}
    assert any(note.startswith("a: no pair has a value") for note in taught(SPACE, model(), counts(seen, seen), 2_000))


@pytest.mark.parametrize("more", [0.0, 200.0])
def test_a_column_that_is_derived_from_another_is_told(more: float) -> None:
    # Strangers equal in a are equal in b; with `more`, some are equal in b alone, as the year of a date.
    random = {(1, 1, 1): 90_000.0, (3, 3, 1): 100.0, (1, 3, 2): more, (2, 2, 3): 100.0}
    notes = [n for n in taught(SPACE, model(), counts(random, random), 2_000) if "derived" in n]
    assert 1 == len(notes)
    assert "weighed as if each were news: leave one out" in notes[0]


def test_columns_that_are_equal_by_chance_are_not_derived() -> None:
    assert not [n for n in taught(SPACE, model(), counts(STRANGERS, STRANGERS), 2_000) if "derived" in n]


def test_no_match_to_learn_from_is_told() -> None:
    notes = taught(SPACE, model(prior=1e-12), counts(STRANGERS, STRANGERS), 2_000)
    assert any(note.startswith("training expects less than one match") for note in notes)


@pytest.mark.parametrize(("matches", "told"), [(500.0, False), (1_800.0, True)])
def test_more_matches_than_records_can_have_are_told(matches: float, told: bool) -> None:
    across = {**STRANGERS, (3, 3, 3): matches}
    nobody = np.zeros(0, dtype=np.int64)
    rivals = Rivals(nobody, nobody, nobody, "many_to_one", 1_000, 2_000)
    notes = taught(SPACE, model(), counts(across, STRANGERS, rivals=rivals), 2_000)
    assert told == any(note.startswith("training finds 1.") for note in notes)


def test_training_that_did_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    across = {**STRANGERS, (3, 3, 3): 900.0, (3, 2, 3): 60.0, (2, 3, 3): 60.0}
    settled = train(SPACE, counts(across, STRANGERS), 2_000, ())
    monkeypatch.setattr("targeting.linkage.maximisation.ITERATIONS", 1)
    stopped = train(SPACE, counts(across, STRANGERS), 2_000, ())
    assert [False, True] == [any("did not settle" in n for n in made.notes) for made in (settled, stopped)]


def test_a_step_that_makes_the_counts_less_likely_is_told_and_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    across = {**STRANGERS, (3, 3, 3): 500.0, (3, 2, 3): 30.0, (2, 3, 3): 30.0}
    sound = train(SPACE, counts(across, STRANGERS), 2_000, ())
    upside_down = np.array([1.0, 0.9, 0.05, 0.05])
    monkeypatch.setattr("targeting.linkage.maximisation.reestimated", lambda *_: upside_down)
    backwards = maximised(SPACE, sound, counts(across, STRANGERS).across, 2_000)
    assert [False, True] == [any("went backwards" in n for n in made.notes) for made in (sound, backwards)]
    assert [True, True, True] == [np.array_equal(a.m, b.m) for a, b in zip(sound.groups, backwards.groups, strict=True)]


@given(st.lists(st.floats(0.0, 5_000.0), min_size=27, max_size=27))
@settings(max_examples=60, deadline=None)
def test_the_likelihood_falls_by_no_more_than_shrinking_costs(pairs: list[float]) -> None:
    across = dict(zip(product((1, 2, 3), repeat=3), pairs, strict=True))
    made = maximised(SPACE, model(), counts(across, STRANGERS).across, 2_000)
    assert not any("went backwards" in note for note in made.notes)


def people(number: int, seed: int) -> pl.DataFrame:
    """Some people with names, births and two places."""
    draws = np.random.default_rng(seed)
    names = [f"{a}{b} {c}NO" for a in ("SU", "WAR", "KAR", "MAR") for b in "ABCDEFG" for c in ("DAR", "TRI", "HAR")]
    return pl.DataFrame(
        {
            "id": np.arange(number),
            "nama": draws.choice(names, number),
            "lahir": [f"19{y}-{m:02}-{d:02}" for y, m, d in draws.integers((50, 1, 1), (99, 13, 29), (number, 3))],
            "kelas": draws.choice(list("ABCDEFGH"), number),
            "kota": draws.choice([f"K{n}" for n in range(20)], number),
        }
    )


def linked(left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec = SPEC, **more: Any) -> Model:
    """The model by which two files are linked."""
    with pytest.MonkeyPatch.context() as patched, DuckDbEngine(2, "1GB") as engine:
        patched.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
        return link(left, right, spec, engine, **more).model


RIGHT = people(600, 2)
LEFT = RIGHT.sample(300, seed=3)


@pytest.fixture(scope="module")
def stamped() -> Model:
    """A model that says what it was trained on, written and read again."""
    return Model.from_json(linked(LEFT, RIGHT, stamped=True).to_json(), "model.json")


def test_a_model_of_these_files_says_nothing_of_others_whatever_the_order_of_rows(stamped: Model) -> None:
    again = linked(LEFT.reverse(), RIGHT.sample(fraction=1.0, shuffle=True, seed=9), model=stamped)
    assert stamped.notes == again.notes


def test_a_model_of_other_files_or_another_spec_says_so(stamped: Model) -> None:
    other = SPEC.model_copy(update={"assignment": "many_to_one"})
    told = [
        linked(LEFT.head(200), RIGHT, model=stamped).notes[-1],
        linked(LEFT, people(600, 4), model=stamped).notes[-1],
        linked(LEFT, RIGHT, other, model=stamped).notes[-1],
        linked(LEFT, RIGHT, model=replace(stamped, trained_on={}, link_levels=())).notes[-1],
    ]
    expected = ("another left file", "another right file", "another spec", "does not say what data it was trained on")
    assert [True] * 4 == [part in note for part, note in zip(expected, told, strict=True)]


def test_links_that_agree_otherwise_than_those_of_the_training_are_told(stamped: Model) -> None:
    """Every fourth birth date is left empty from one night to the next."""
    blank = pl.when(pl.int_range(pl.len()) % 4 != 0).then(pl.col("lahir"))
    told = linked(LEFT.with_columns(lahir=blank), RIGHT, model=stamped).notes[-1]
    assert "of the links agree on 'lahir' otherwise than the links that the model was trained with" in told
    assert [1.0] * len(stamped.comparisons) == [round(sum(levels), 4) for levels in stamped.link_levels]


def test_thresholds_are_not_learned_from(stamped: Model) -> None:
    stricter = SPEC.model_copy(update={"thresholds": SPEC.thresholds.model_copy(update={"link": 0.9})})
    assert stamped.notes == linked(LEFT, RIGHT, stricter, model=stamped).notes


def test_a_model_that_was_handed_in_is_refused_before_anything_is_compared(stamped: Model) -> None:
    with pytest.raises(ModelError, match="the model compares"):
        linked(LEFT, RIGHT, model=replace(stamped, comparisons=("nama", "lahir", "kelas", "desa")))


def test_a_copy_of_a_column_is_told() -> None:
    spec = SPEC.model_copy(update={"columns": {**SPEC.columns, "lagi": SPEC.columns["kota"]}})
    notes = linked(LEFT, RIGHT, spec).notes
    assert any(note.startswith("lagi seems to be derived from kota") for note in notes)

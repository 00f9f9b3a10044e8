"""The pattern integer and the model: there and back without loss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.linkage import ColumnType
from targeting.errors import ModelError
from targeting.linkage.comparisons import of
from targeting.linkage.comparisons.base import BIN_BITS, BINS, Comparison
from targeting.linkage.model import Group, Model, load_model
from targeting.linkage.pattern import Digit, PatternSpace

ALL = tuple(of(kind.value, kind) for kind in ColumnType)
SPACE = PatternSpace(tuple(Digit(comparison) for comparison in ALL))


def digits_of(comparison: Comparison) -> list[tuple[int, int]]:
    """Every level of a comparison with every information bin that it has."""
    return [
        (level, index) for level, slope in enumerate(comparison.slopes) for index in range(BINS if slope > 0 else 1)
    ]


@given(st.tuples(*(st.sampled_from(digits_of(comparison)) for comparison in ALL)))
@settings(max_examples=200, deadline=None)
def test_levels_and_information_come_back_from_a_pattern(agreed: tuple[tuple[int, int], ...]) -> None:
    values = [d.offsets[level] + index for d, (level, index) in zip(SPACE.digits, agreed, strict=True)]
    pattern = np.array([sum(value * radix for value, radix in zip(values, SPACE.radices, strict=True))])
    acts = [SPACE.digits[i].comparison.slopes[level] > 0 for i, (level, _) in enumerate(agreed)]
    bits = [(index + 0.5) * BIN_BITS if act else 0.0 for (_, index), act in zip(agreed, acts, strict=True)]
    assert [level for level, _ in agreed] == SPACE.levels(pattern)[0].tolist()
    assert bits == SPACE.bits(pattern)[0].tolist()


def test_every_value_of_a_digit_is_one_level_and_bin() -> None:
    for digit in SPACE.digits:
        levels, bits = digit.level_of.tolist(), digit.bits_of.tolist()
        assert digit.size == len(levels) == len(set(zip(levels, bits, strict=True)))


def test_comparisons_that_fit_no_pattern_are_refused_with_a_cure() -> None:
    many = tuple(Digit(of(f"n{i}", ColumnType.NAME)) for i in range(12))
    with pytest.raises(ModelError, match="Leave out the columns that tell least"):
        PatternSpace(many)


@pytest.mark.parametrize("comparison", ALL, ids=lambda comparison: comparison.name)
def test_a_comparison_says_of_each_level_what_training_needs(comparison: Comparison) -> None:
    assert len(comparison.levels) == len(comparison.slopes)
    assert comparison.levels[:2] == ("missing", "different")
    assert len(comparison.levels) - 1 == len(comparison.prior_m)
    assert sum(comparison.prior_m) == pytest.approx(1.0)
    assert comparison.exact_level == len(comparison.levels) - 1
    assert sorted(case.level for case in comparison.cases()) == [0, *range(2, len(comparison.levels))]


def model() -> Model:
    """A model of some random numbers, the first two comparisons weighed jointly."""
    draws = np.random.default_rng(7)
    groups = []
    for members in [(0, 1), *((i,) for i in range(2, len(ALL)))]:
        sizes = tuple(len(ALL[i].levels) for i in members)
        m, u, r = draws.random((3, int(np.prod(sizes)))) + 1e-9
        groups.append(Group(members, sizes, m, u, r))
    normalisers = tuple(tuple(draws.random(len(c.levels)).tolist()) for c in ALL)
    return Model(tuple(c.name for c in ALL), tuple(groups), normalisers, 1.25e-6, 3.3e-4, 0.7, ("a note",))


def random_patterns(rows: int) -> np.ndarray:
    """Patterns of any levels and bins."""
    draws = np.random.default_rng(8)
    return sum(draws.integers(0, d.size, rows) * radix for d, radix in zip(SPACE.digits, SPACE.radices, strict=True))


def test_a_model_from_its_json_weighs_the_same_to_the_last_bit(tmp_path: Path) -> None:
    made, patterns = model(), random_patterns(5000)
    path = tmp_path / "model.json"
    path.write_text(made.to_json(), encoding="utf-8")
    again = load_model(path)
    assert made.weights(SPACE, patterns).tolist() == again.weights(SPACE, patterns).tolist()
    assert made.to_json() == again.to_json()
    assert (made.match_share, made.notes) == (again.match_share, again.notes)


def test_weights_are_log2_of_the_odds_by_bayes_rule() -> None:
    made, patterns = model(), random_patterns(200)
    like = [np.exp(part) for part in made.log_likelihoods(SPACE, patterns)]
    others = (1 - made.household_rate) * like[1] + made.household_rate * like[2]
    expected = np.log2(made.prior * like[0] / ((1 - made.prior) * others))
    assert expected.tolist() == pytest.approx(made.weights(SPACE, patterns).tolist())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}', "not json", '{"format": 2, "groups": [{}]}'])
def test_what_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"model\.json"):
        load_model(path)


def test_an_absent_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="absent"):
        load_model(tmp_path / "absent.json")

"""Kin: what people of one home agree on together, told from what chance makes of each."""

from __future__ import annotations

import numpy as np
import pytest

from targeting.linkage.comparisons.base import Tells
from targeting.linkage.comparisons.dates import DateComparison
from targeting.linkage.comparisons.names import NameComparison
from targeting.linkage.comparisons.places import TextComparison
from targeting.linkage.kin import kin_of
from targeting.linkage.pattern import Digit, FloatArray, IntArray, PatternSpace

NAME, BIRTH, HOME = NameComparison("nama"), DateComparison("lahir"), TextComparison("alamat")
SPACE = PatternSpace((Digit(NAME), Digit(BIRTH), Digit(HOME)))
DIFFERENT, PART, SAME_DAY, SAME_HOME = 1, 2, BIRTH.exact_level, HOME.exact_level
OF_A_HOME = [
    (DIFFERENT, DIFFERENT, SAME_HOME, 9_000.0),
    (PART, DIFFERENT, SAME_HOME, 900.0),
    (DIFFERENT, SAME_DAY, SAME_HOME, 60.0),
]
"""Level of name, birth and home, and how many pairs."""


def lift(pairs: list[tuple[int, int, int, float]], name: int = PART, birth: int = SAME_DAY) -> float:
    """How many times more often two of a home agree so than each comparison for itself shows."""
    levels: IntArray = np.array([pair[:3] for pair in pairs], dtype=np.int64)
    weight: FloatArray = np.array([pair[3] for pair in pairs])
    (kin,) = kin_of(SPACE, levels, weight)
    return float(np.exp(kin.of(np.array([[name, birth, SAME_HOME]]))[0]))


def test_home_and_person_are_told_by_different_comparisons() -> None:
    assert [Tells.NAME, Tells.BIRTH, Tells.HOME] == [one.tells for one in (NAME, BIRTH, HOME)]


def test_twins_share_part_of_a_name_more_often_than_others_of_a_home() -> None:
    # 60 of 120 pairs born on one day share a part; of the others one in eleven does.
    assert 60 / (120 * 960 / 10_020) == pytest.approx(lift([*OF_A_HOME, (PART, SAME_DAY, SAME_HOME, 60.0)]), rel=0.02)


@pytest.mark.parametrize("twins", [0.0, 1.0, 6.0])
def test_what_chance_may_have_made_lifts_nothing(twins: float) -> None:
    assert 1.0 == pytest.approx(lift([*OF_A_HOME, (PART, SAME_DAY, SAME_HOME, twins)]))


def test_what_is_rarer_together_than_apart_is_left_as_it_is() -> None:
    assert 1.0 == pytest.approx(lift([*OF_A_HOME, (PART, SAME_DAY, SAME_HOME, 60.0)], DIFFERENT, SAME_DAY))


def test_a_missing_value_tells_nothing_of_kin() -> None:
    assert 1.0 == pytest.approx(lift([*OF_A_HOME, (PART, SAME_DAY, SAME_HOME, 60.0)], PART, 0))


def test_without_an_address_or_a_card_nobody_is_known_to_be_of_one_home() -> None:
    space = PatternSpace((Digit(NAME), Digit(BIRTH)))
    assert () == kin_of(space, np.array([[PART, SAME_DAY]]), np.array([50.0]))

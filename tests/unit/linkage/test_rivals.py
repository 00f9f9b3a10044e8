"""Matchings: what a pair is worth among its rivals, against counting all that can be true together."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.linkage import cycles
from targeting.linkage.cycles import with_cycles_counted
from targeting.linkage.pattern import FloatArray
from targeting.linkage.rivals import LEAST_ALONE, TWICE, Candidates, Group, Partners, odds_of, partners, yielded

BOTH = Partners(left=True, right=True, alone=1.0)
Edges = list[tuple[int, int]]


def probabilities(edges: Edges, odds: FloatArray, allowed: Partners = BOTH) -> FloatArray:
    """Of each pair, as the program has it."""
    candidates = Candidates(*np.array(edges).T, allowed)
    free = odds * np.exp(candidates.both_free(odds, candidates.free(odds)))
    return np.asarray(free / (1.0 + free))


def counted(edges: Edges, odds: FloatArray, allowed: Partners = BOTH) -> FloatArray:
    """Of each pair, by going through all sets of pairs that may be true together."""
    total, of_pair = 0.0, np.zeros(len(edges))
    for chosen in product((False, True), repeat=len(edges)):
        taken = [edge for edge, is_in in zip(edges, chosen, strict=True) if is_in]
        lefts, rights = ({edge[side] for edge in taken} for side in (0, 1))
        if (allowed.left and len(lefts) < len(taken)) or (allowed.right and len(rights) < len(taken)):
            continue
        weight = float(np.prod(odds[list(chosen)]))
        total += weight
        of_pair += weight * np.array(chosen)
    return of_pair / total


FORESTS: dict[str, Edges] = {
    "a pair alone": [(0, 0)],
    "two candidates of one record": [(0, 0), (0, 1)],
    "a chain": [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)],
    "two components": [(0, 0), (1, 0), (2, 5), (2, 6), (3, 6)],
}


@pytest.mark.parametrize("edges", FORESTS.values(), ids=FORESTS)
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_without_cycles_the_probabilities_are_exact(edges: Edges, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.floats(-20, 30), min_size=len(edges), max_size=len(edges)))
    odds = np.exp2(np.array(bits))
    assert counted(edges, odds) == pytest.approx(probabilities(edges, odds), abs=1e-6)


@pytest.mark.parametrize("allowed", [Partners(True, False, 1.0), Partners(False, True, 1.0)])
def test_where_one_side_only_is_bound_the_probabilities_are_exact(allowed: Partners) -> None:
    edges = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)]
    odds = np.array([3.0, 0.2, 8.0, 5.0, 1.0])
    assert counted(edges, odds, allowed) == pytest.approx(probabilities(edges, odds, allowed))


CYCLES: dict[str, Edges] = {
    "two twins in both files": [(0, 0), (0, 1), (1, 0), (1, 1)],
    "a larger side": [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (3, 0), (3, 1)],
    "a cycle with a tail, and another beside it": [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (1, 4),
        (8, 8),
        (8, 9),
        (9, 8),
        (9, 9),
    ],
    "a ring": [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)],
}


@pytest.mark.parametrize("edges", CYCLES.values(), ids=CYCLES)
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_in_a_cycle_all_matchings_are_counted(edges: Edges, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.floats(-3, 30), min_size=len(edges), max_size=len(edges)))
    odds = np.exp2(np.array(bits))
    found = with_cycles_counted(*np.array(edges).T, odds, probabilities(edges, odds))
    assert counted(edges, odds) == pytest.approx(found, abs=2e-3)


def test_a_cycle_too_large_to_count_keeps_what_the_records_told_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "MOST_COLUMNS", 1)
    edges = CYCLES["two twins in both files"]
    odds = np.array([200.0, 40.0, 30.0, 90.0])
    told = probabilities(edges, odds)
    assert told.tolist() == with_cycles_counted(*np.array(edges).T, odds, told).tolist()


def test_a_rival_with_a_sure_partner_elsewhere_is_no_rival() -> None:
    edges, weak = [(0, 0), (1, 0), (1, 1)], 4.0
    free = probabilities(edges, np.array([weak, 8.0, 1e9]))[0]
    assert weak / (1 + weak) == pytest.approx(free, rel=1e-3)
    held = probabilities(edges[:2], np.array([weak, 8.0]))[0]
    assert held < 0.5 * free


def test_equal_rivals_share_however_strong_they_are() -> None:
    edges = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [0.5] * 4 == pytest.approx(probabilities(edges, np.full(4, 2.0**50)).tolist(), abs=1e-6)


def test_a_weak_rival_is_heard_beside_a_strong_one() -> None:
    group = Group.of(np.array([7, 7, 7, 9]))
    assert [3e-9, 1e20, 1e20, 0.0] == pytest.approx(group.others(np.array([1e20, 1e-9, 2e-9, 5.0])).tolist()[:4])


def test_equal_claims_are_each_others_rivals() -> None:
    assert [4.5, 4.5, 8.0] == Group.of(np.array([0, 0, 0])).others(np.array([4.0, 4.0, 0.5])).tolist()


def test_a_start_near_the_end_leads_to_the_same_end() -> None:
    edges = FORESTS["a chain"]
    odds = np.array([3.0, 5.0, 9.0, 1.0, 7.0])
    candidates = Candidates(*np.array(edges).T, BOTH)
    before = candidates.free(odds * 1.1)
    for found, again in zip(candidates.free(odds), candidates.free(odds, before), strict=True):
        assert found == pytest.approx(again, abs=1e-6)


def test_the_odds_of_being_alone_are_those_of_the_sides_that_are_bound() -> None:
    found = {how: partners(how, 0.0008, 500, 1_000).alone for how in ("many_to_one", "one_to_many", "one_to_one")}  # type: ignore[arg-type]
    assert {"many_to_one": 0.2, "one_to_many": 0.6, "one_to_one": 0.12} == pytest.approx(found)
    assert 1.0 == partners("many_to_many", 0.0008, 500, 1_000).alone
    assert LEAST_ALONE == partners("many_to_one", 0.001, 500, 1_000).alone


def test_odds_are_against_being_alone() -> None:
    assert [8 / 0.2, 2.0**60 / 0.2] == pytest.approx(
        odds_of(np.array([3.0, 500.0]), Partners(True, False, 0.2)).tolist()
    )


def test_nothing_to_hear_is_no_error() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    left, right = Candidates(nobody, nobody, BOTH).free(np.zeros(0))
    assert 0 == len(left) == len(right)


def test_a_housemates_claim_takes_a_pair_down_but_never_beyond_what_two_rows_of_one_person_are_worth() -> None:
    assert [1.0, TWICE + (1 - TWICE) / 4, TWICE] == pytest.approx(yielded(np.array([0.0, 3.0, 1e18])).tolist())


def test_housemates_meet_at_a_right_record_and_those_without_a_home_meet_nobody() -> None:
    homes = np.array([7, 7, 9, 0, 0], dtype=np.uint64)
    allowed = partners("many_to_one", 0.001, 5, 500, homes)
    seats = allowed.seats(np.arange(5), np.full(5, 3)).tolist()
    assert seats[0] == seats[1]
    assert 4 == len(set(seats))


def test_homes_are_of_no_account_where_a_right_record_has_one_partner_at_most() -> None:
    assert partners("one_to_one", 0.001, 5, 500, np.ones(5, dtype=np.uint64)).left_homes is None

"""Seats of areas: shared out by largest remainder, passed on where they stay empty, in batches, with a waitlist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from targeting.eligibility import assess
from targeting.ranking import rank, summary
from targeting.ranking.seats import allot, largest_remainder


def living_in(kecamatan: str, **more: Any) -> dict[str, Any]:
    """A household of that subdistrict."""
    district = kecamatan[:5]
    family = {"kode_kabupaten_kota": district, **more.pop("family", {})}
    return {"kode_kabupaten_kota": district, "kode_kecamatan": kecamatan, "family": family, **more}


def seats_by(candidate: Any, column: str) -> dict[Any, int]:
    return dict(candidate.filter(status="selected").group_by(column).len().iter_rows())


@pytest.mark.parametrize(
    ("seats", "weights", "expected"),
    [
        (10, {"a": 1.0, "b": 1.0, "c": 1.0}, {"a": 4, "b": 3, "c": 3}),
        (7, {"a": 5.3, "b": 2.4, "c": 2.3}, {"a": 4, "b": 2, "c": 1}),
        (3, {"a": 0.0, "b": 0.0}, {"a": 2, "b": 1}),
        (5, {"a": 0.0, "b": 0.1}, {"a": 0, "b": 5}),
        (0, {"a": 1.0}, {"a": 0}),
        (4, {}, {}),
    ],
)
def test_seats_go_by_largest_remainder_and_ties_by_code(
    seats: int, weights: dict[str, float], expected: dict[str, int]
) -> None:
    assert largest_remainder(seats, weights) == expected


def test_seats_follow_the_expected_number_of_the_poor_or_its_square_root(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    many = [living_in("34.04.01") for _ in range(8)]
    household = assess(pool([*many, living_in("34.04.02"), living_in("34.04.02")]), policy, as_of).household
    proportional = quotas_of({"34.04": 10}, level="kec", method="proportional")
    root = quotas_of({"34.04": 10}, level="kec", method="square_root")
    assert allot(household, proportional) == {"34.04.01": 8, "34.04.02": 2}
    assert allot(household, root) == {"34.04.01": 7, "34.04.02": 3}


def test_a_total_is_shared_out_among_districts(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    places = [living_in("34.04.01"), living_in("35.07.01"), living_in("35.07.02"), living_in("35.07.02")]
    household = assess(pool(places), policy, as_of).household
    total = quotas_of({"total": 8}, method="proportional")
    assert allot(household, total) == {"34.04": 2, "35.07": 6}


def test_households_compete_within_their_subdistrict(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    better = [living_in("34.04.01", p=0.99) for _ in range(4)]
    worse = [living_in("34.04.02", p=0.91) for _ in range(4)]
    fixed = quotas_of({"34.04.01": 1, "34.04.02": 2}, level="kec")
    candidate = rank(assess(pool([*better, *worse]), policy, as_of), fixed, 1)
    assert seats_by(candidate, "area") == {"34.04.01": 1, "34.04.02": 2}
    assert candidate["rank"].to_list() == list(range(1, 9))
    waiting = candidate.filter(status="waitlist").sort("area", "waitlist_place")
    assert waiting.select("area", "waitlist_place").rows() == [("34.04.01", 1), ("34.04.02", 1), ("34.04.02", 2)]


@pytest.mark.parametrize(
    ("cascade", "selected", "passed_on"), [("none", 3, 0), ("district", 6, 3), ("programme", 8, 5)]
)
def test_seats_that_stay_empty_pass_to_the_next_in_merit_as_far_as_the_policy_says(
    cascade: str, selected: int, passed_on: int, pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    # 34.04.01 has 5 seats and one household, 34.04.02 one and three; 35.07.01 one and four, 35.07.02 one and none.
    places = ["34.04.01"] + ["34.04.02"] * 3 + ["35.07.01"] * 4
    seats = {"34.04.01": 5, "34.04.02": 1, "35.07.01": 1, "35.07.02": 1}
    chosen = quotas_of(seats, level="kec", cascade=cascade)
    assessment = assess(pool([living_in(place) for place in places]), policy, as_of)
    candidate = rank(assessment, chosen, 1)
    assert candidate.filter(status="selected").height == selected
    assert candidate.filter(seat_basis="cascade")["reasons"].to_list() == ["R04"] * passed_on
    counts = summary(assessment.household, candidate, chosen, 1)["seats"]
    assert sum(one["selected"] for one in counts.values()) == selected
    assert sum(one["received"] for one in counts.values()) == passed_on
    assert counts["34.04.01"]["passed_on"] == 4


def test_a_household_without_a_known_subdistrict_gets_a_seat_only_by_cascade(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    places = [{"p": 0.99}, living_in("34.04.01", p=0.95)]
    assessment = assess(pool(places), policy, as_of)
    fixed = {"34.04.01": 2}
    assert seats_by(rank(assessment, quotas_of(fixed, level="kec"), 1), "household_id") == {"h002": 1}
    passed_on = rank(assessment, quotas_of(fixed, level="kec", cascade="district"), 1)
    assert seats_by(passed_on, "seat_basis") == {"merit": 1, "cascade": 1}


def test_a_reserve_takes_a_seat_of_the_same_subdistrict_only(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    men = [living_in("34.04.01", p=0.99, members=[{"id_jenis_kelamin": 1}]) for _ in range(2)]
    men += [living_in("34.04.02", p=0.99, members=[{"id_jenis_kelamin": 1}]) for _ in range(2)]
    woman = living_in("34.04.02", p=0.92, members=[{"id_jenis_kelamin": 2}])
    chosen = quotas_of({"34.04.01": 2, "34.04.02": 2}, level="kec")
    chosen = chosen.model_copy(
        update={"quotas": chosen.quotas.model_copy(update={"reserves": policy.quotas.reserves[:1]})}
    )
    assessment = assess(pool([*men, woman]), policy, as_of)
    candidate = rank(assessment, chosen, 1)
    assert seats_by(candidate, "area") == {"34.04.01": 2, "34.04.02": 2}
    displaced = candidate.filter(candidate["displaced_by"].is_not_null())
    assert displaced["area"].to_list() == ["34.04.02"]
    assert displaced["score_gap"][0] > 0
    reserves = summary(assessment.household, candidate, chosen, 1)["reserves"]["34.04"]["female"]
    assert (reserves["needed"], reserves["seated"], reserves["by_reserve"]) == (2, 1, 1)


def test_the_seated_are_dealt_out_to_batches_that_differ_by_one(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    people = [{"p": 0.99 - number / 1000, "members": [{"id_jenis_kelamin": 1 + number % 2}]} for number in range(9)]
    candidate = rank(assess(pool(people), policy, as_of), quotas_of({"34.04": 9}, batch=4), 1)
    assert sorted(seats_by(candidate, "batch").values()) == [3, 3, 3]
    assert candidate.filter(status="waitlist")["batch"].null_count() == candidate.filter(status="waitlist").height


def test_each_batch_has_its_own_seat_for_disability(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    able = [{"p": 0.99} for _ in range(6)]
    disabled = [{"p": 0.92, "members": [{"id_penglihatan": 1}]} for _ in range(3)]
    chosen = quotas_of({"34.04": 6}, batch=3)
    chosen = chosen.model_copy(
        update={"quotas": chosen.quotas.model_copy(update={"reserves": policy.quotas.reserves[1:]})}
    )
    candidate = rank(assess(pool([*able, *disabled]), policy, as_of), chosen, 1)
    reserved = candidate.filter(seat_basis="reserve:disability")
    assert sorted(reserved["batch"]) == [1, 2]


def test_a_place_on_the_waitlist_has_its_last_day(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    candidate = rank(assess(pool([{}, {}]), policy, as_of), quotas_of({"34.04": 1}), 1)
    [waiting] = candidate.filter(status="waitlist").to_dicts()
    days = int(policy.quotas.waitlist_days.value)
    assert (waiting["waitlist_place"], waiting["waitlist_until"]) == (1, as_of + timedelta(days=days))


def test_who_is_on_the_border_is_visited_in_the_order_of_what_a_visit_changes(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    sure = [{"p": 0.999, "family": {"desil_nasional": 1}}] * 2
    doubtful = [{"p": p} for p in (0.6, 0.55, 0.5, 0.3)]
    candidate = rank(assess(pool([*sure, *doubtful]), policy, as_of), quotas_of({"34.04": 3}), 1)
    limits = policy.ranking.borderline.values
    visited = candidate.filter("borderline").sort("visit_order")
    assert visited.height > 0
    assert visited["p_top_k"].is_between(limits["from"], limits["to"]).all()
    assert visited["visit_order"].to_list() == list(range(1, visited.height + 1))
    assert visited["visit_change"].to_list() == sorted(visited["visit_change"], reverse=True)
    assert candidate.filter(~candidate["borderline"])["visit_order"].null_count() == candidate.height - visited.height

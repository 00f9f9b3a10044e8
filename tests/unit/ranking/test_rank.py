from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

import pytest

from targeting.contracts.sourced import Number
from targeting.eligibility import REASONS, assess
from targeting.errors import PolicyError
from targeting.ranking import rank
from targeting.ranking.lottery import ticket


def with_seats(policy: Any, seats: int, *, reserves: bool = False) -> Any:
    """The policy with that many seats in Sleman and none elsewhere, without reserves unless asked for."""
    table = policy.quotas.seats.model_copy(update={"values": {"34.04": float(seats)}})
    kept = policy.quotas.reserves if reserves else ()
    quotas = policy.quotas.model_copy(update={"seats": table, "reserves": kept})
    return policy.model_copy(update={"quotas": quotas})


def men_then_women(men: int, women: int) -> list[dict[str, Any]]:
    """Households whose nominee is a man come first: their link is surer."""
    return [
        *({"p": 0.99, "members": [{"id_jenis_kelamin": 1}]} for _ in range(men)),
        *({"p": 0.95, "members": [{"id_jenis_kelamin": 2}]} for _ in range(women)),
    ]


def test_seats_then_waitlist_then_nobody(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"p": 0.99 - number / 100} for number in range(6)])
    candidate = rank(assess(inputs, policy, as_of), with_seats(policy, 2), 1)
    assert candidate["status"].to_list() == ["selected"] * 2 + ["waitlist"] * 2 + ["not_selected"] * 2
    assert candidate["rank"].to_list() == [1, 2, 3, 4, 5, 6]


def test_a_failed_gate_takes_the_rank_away(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"family": {"desil_nasional": 5}}, {}])
    candidate = rank(assess(inputs, policy, as_of), with_seats(policy, 2), 1).sort("household_id")
    assert candidate["rank"].to_list() == [None, 1]
    assert candidate["reasons"].to_list() == ["D01", "R00"]


def test_verify_keeps_the_rank_and_is_flagged(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"p": 0.8}])
    row = rank(assess(inputs, policy, as_of), with_seats(policy, 2), 1).row(0, named=True)
    assert (row["status"], row["verify"], row["reasons"]) == ("selected", True, "L01-V, R00")


def test_women_get_their_minimum_and_the_displaced_are_named(pool: Any, policy: Any, as_of: date) -> None:
    assessment = assess(pool(men_then_women(6, 3)), policy, as_of)
    candidate = rank(assessment, with_seats(policy, 4, reserves=True), 1)
    selected = candidate.filter(status="selected")
    assert selected["seat_basis"].to_list() == ["merit", "merit", "reserve:female", "reserve:female"]
    displaced = candidate.filter(candidate["displaced_by"].is_not_null())
    assert displaced["rank"].to_list() == [3, 4]
    assert {"R02, R03"} == set(displaced["reasons"])


def test_a_reserve_without_enough_of_its_group_takes_those_there_are(pool: Any, policy: Any, as_of: date) -> None:
    assessment = assess(pool(men_then_women(6, 1)), policy, as_of)
    selected = rank(assessment, with_seats(policy, 4, reserves=True), 1).filter(status="selected")
    assert (selected.height, (selected["seat_basis"] == "reserve:female").sum()) == (4, 1)


def test_the_seat_for_disability_does_not_cost_the_women_theirs(pool: Any, policy: Any, as_of: date) -> None:
    disabled_man = {"p": 0.92, "members": [{"id_jenis_kelamin": 1, "id_penglihatan": 1}]}
    assessment = assess(pool([*men_then_women(2, 2), disabled_man]), policy, as_of)
    selected = rank(assessment, with_seats(policy, 4, reserves=True), 1).filter(status="selected")
    assert {"h001", "h003", "h004", "h005"} == set(selected["household_id"])


def test_one_seat_a_family_however_often_it_was_listed(pool: Any, policy: Any, as_of: date) -> None:
    same_kk = [{"no_kk": "1" * 16, "p": 0.99}, {"no_kk": "1" * 16, "p": 0.98}]
    same_family = [{"family": {"dtsen_family_id": "f900"}, "p": p} for p in (0.97, 0.96)]
    assessment = assess(pool([*same_kk, *same_family]), policy, as_of)
    candidate = rank(assessment, with_seats(policy, 4), 1).sort("household_id")
    assert candidate["status"].to_list() == ["selected", "not_selected", "selected", "not_selected"]
    assert candidate.filter(status="not_selected")["reasons"].to_list() == ["K01", "K01"]


def test_households_of_a_doubtful_link_are_not_taken_for_one_family(pool: Any, policy: Any, as_of: date) -> None:
    same_family = [{"family": {"dtsen_family_id": "f900"}, "p": p} for p in (0.7, 0.6)]
    candidate = rank(assess(pool(same_family), policy, as_of), with_seats(policy, 4), 1)
    assert candidate["status"].to_list() == ["selected", "selected"]


def test_a_district_without_seats_says_so(pool: Any, policy: Any, as_of: date) -> None:
    elsewhere = {"kode_kabupaten_kota": "35.07", "family": {"kode_kabupaten_kota": "35.07"}}
    row = rank(assess(pool([elsewhere]), policy, as_of), with_seats(policy, 4), 1).row(0, named=True)
    assert (row["status"], row["reasons"]) == ("not_selected", "Q02")


def test_ties_go_by_the_policy_then_by_a_lottery_anyone_can_draw(pool: Any, policy: Any, as_of: date) -> None:
    older = {"members": [{"tanggal_lahir": date(1970, 1, 1)}]}
    candidate = rank(assess(pool([{}, {}, {}, older]), policy, as_of), with_seats(policy, 4), 7)
    drawn = sorted(["h001", "h002", "h003"], key=lambda household_id: ticket(7, household_id))
    assert ["h004", *drawn] == candidate["household_id"].to_list()
    assert hmac.new(b"7", b"h001", "sha256").hexdigest() == ticket(7, "h001")


def test_a_surer_link_is_a_surer_seat(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"p": 0.999}, *({"p": 0.6} for _ in range(10))])
    candidate = rank(assess(inputs, policy, as_of), with_seats(policy, 3), 1)
    shares = candidate["p_top_k"].to_list()
    assert shares[0] == max(shares)
    assert sum(shares) == pytest.approx(3)


def test_everyone_is_sure_when_there_are_seats_for_all(pool: Any, policy: Any, as_of: date) -> None:
    candidate = rank(assess(pool([{}, {"p": 0.5}]), policy, as_of), with_seats(policy, 2), 1)
    assert candidate["p_top_k"].to_list() == [1, 1]


def test_a_seed_other_than_the_committed_one_is_refused(pool: Any, policy: Any, as_of: date) -> None:
    commitment = "sha256:" + hashlib.sha256(b"7").hexdigest()
    committed = policy.model_copy(update={"ranking": policy.ranking.model_copy(update={"seed_commit": commitment})})
    assessment = assess(pool([{}]), policy, as_of)
    assert rank(assessment, committed, 7).height == 1
    with pytest.raises(PolicyError, match="seed"):
        rank(assessment, committed, 8)


def test_every_code_of_ranking_has_its_text(pool: Any, policy: Any, as_of: date) -> None:
    assessment = assess(pool([*men_then_women(6, 3), {"p": 0.3}]), policy, as_of)
    candidate = rank(assessment, with_seats(policy, 2, reserves=True), 1)
    codes = {code for reasons in candidate["reasons"] for code in reasons.split(", ")}
    assert set() == codes - set(REASONS)


def test_a_lexicographic_policy_ranks_by_band_before_potential(pool: Any, policy: Any, as_of: date) -> None:
    ranking = policy.ranking.model_copy(update={"composite": "lexicographic"})
    lexicographic = policy.model_copy(update={"ranking": ranking})
    poor = {"family": {"desil_nasional": 1}, "members": [{"minat_wub": 2}]}
    willing = {"id_bb_utama": 1, "family": {"desil_nasional": 2, "id_bb_utama": 1}, "members": [{"minat_wub": 1}]}
    candidate = rank(assess(pool([willing, poor]), lexicographic, as_of), with_seats(lexicographic, 1), 1)
    assert candidate["household_id"][0] == "h002"


def test_the_value_of_the_reference_date_counts(policy: Any) -> None:
    limit = Number(value=2, unit="decile", source=policy.gates[0].source, values_by_date={date(2026, 6, 1): 1.0})
    dated = policy.model_copy(update={"parameters": policy.parameters | {"desil_max": limit}})
    values = [dated.on(day).parameters["desil_max"].value for day in (date(2026, 5, 31), date(2026, 6, 1))]
    assert values == [2, 1]

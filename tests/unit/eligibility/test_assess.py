from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.contracts.assessment import Assessment
from targeting.eligibility import REASONS, assess, reason_text
from targeting.errors import PolicyError


def household(assessment: Any, household_id: str = "h001") -> dict[str, Any]:
    """The household's row."""
    row: dict[str, Any] = assessment.household.filter(household_id=household_id).row(0, named=True)
    return row


def test_a_household_that_passes_every_gate_has_no_reason(pool: Any, policy: Any, as_of: date) -> None:
    row = household(assess(pool([{}]), policy, as_of))
    assert (row["gate_outcome"], row["reasons"], row["nominee_person_id"]) == ("PASS", "", "h001-1")


def test_a_household_not_found_in_dtsen_is_kept_for_an_officer(pool: Any, policy: Any, as_of: date) -> None:
    row = household(assess(pool([{"family": None}]), policy, as_of))
    assert ("VERIFY", policy.ranking.unlinked_score.value) == (row["gate_outcome"], row["score"])
    assert "L01-M" in row["reasons"].split(", ")
    assert (row["desil"], row["p_poor"], row["p_extreme"]) == (None, None, None)


def test_a_doubtful_family_cannot_refuse_a_household(pool: Any, policy: Any, as_of: date) -> None:
    row = household(assess(pool([{"family": {"desil_nasional": 9}, "p": 0.6}]), policy, as_of))
    assert (row["gate_outcome"], json.loads(row["gates"])["D01"]) == ("VERIFY", "VERIFY")
    assert "D01-L" in row["reasons"].split(", ")
    assert row["score"] == 0


def test_all_failed_gates_are_kept_not_only_the_first(pool: Any, policy: Any, as_of: date) -> None:
    family = {"desil_nasional": 9, "status_dtsen": "DTSEN NONAKTIF"}
    row = household(assess(pool([{"family": family, "members": [{"id_partisipasi_sekolah": 2}]}]), policy, as_of))
    assert row["reasons"].split(", ") == ["D01", "S01", "N01", "P02"]


def test_the_nominee_is_the_member_with_the_best_potential(pool: Any, policy: Any, as_of: date) -> None:
    members = [{"minat_wub": 2}, {"minat_wub": 1}, {"minat_wub": 1, "id_partisipasi_sekolah": 2}]
    row = household(assess(pool([{"members": members}]), policy, as_of))
    assert (row["nominee_person_id"], json.loads(row["nominee_alternatives"])) == ("h001-2", ["h001-1"])


def test_a_household_without_members_waits_for_an_officer(pool: Any, policy: Any, as_of: date) -> None:
    row = household(assess(pool([{"members": []}]), policy, as_of))
    assert (row["nominee_person_id"], row["gate_outcome"], row["reasons"]) == (None, "VERIFY", "N01-M")


def test_the_gate_of_earlier_participants_is_named_when_it_has_no_list(pool: Any, policy: Any, as_of: date) -> None:
    assert assess(pool([{}]), policy, as_of).not_evaluated == ("B01",)


def test_an_earlier_participant_is_refused(pool: Any, policy: Any, as_of: date) -> None:
    assessment = assess(pool([{"members": [{}, {}]}], prior=["h001-1"]), policy, as_of)
    outcomes = assessment.gate.filter(gate="B01").sort("person_id").get_column("outcome").to_list()
    assert outcomes == ["FAIL", "PASS"]
    assert household(assessment)["nominee_person_id"] == "h001-2"


def test_a_possible_earlier_participant_is_verified(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{}])
    prior = pl.DataFrame({"person_id": ["h001-1"], "match_probability": [0.5]})
    assessment = assess(replace(inputs, prior_recipients=prior), policy, as_of)
    assert assessment.gate.filter(gate="B01").get_column("reason_code").to_list() == ["B01-V"]


def test_dtsen_and_ppse_may_contradict_each_other_about_a_person(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{}])
    person = {"dtsen_person_id": ["d1"], "dtsen_family_id": ["f001"], "tanggal_lahir": [date(1950, 5, 5)]}
    link = {"person_id": ["h001-1"], "dtsen_person_id": ["d1"], "match_probability": [0.99], "status": ["link"]}
    linked = replace(inputs, persons=pl.DataFrame(person), person_link=pl.DataFrame(link))
    assert household(assess(linked, policy, as_of))["reasons"] == "U01-C"
    doubtful = replace(linked, person_link=linked.person_link.with_columns(status=pl.lit("review")))
    assert household(assess(doubtful, policy, as_of))["reasons"] == ""


def test_the_score_is_the_expectation_over_who_the_household_may_be(pool: Any, policy: Any, as_of: date) -> None:
    certain, half = (assess(pool([{"p": p}]), policy, as_of) for p in (0.999999, 0.5))
    assert household(half)["score"] == pytest.approx(0.5 * household(certain)["score"], rel=1e-5)


def test_several_families_share_the_probability(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"p": 0.9}, {"p": 0.9}])
    second = {"household_id": "h001", "dtsen_family_id": "f002", "match_probability": 0.9, "status": "review"}
    links = pl.concat([inputs.household_link, pl.DataFrame([second])])
    option = assess(replace(inputs, household_link=links), policy, as_of).option.filter(household_id="h001")
    assert [pytest.approx(9 / 19), pytest.approx(9 / 19)] == option.get_column("p_link").to_list()


def test_a_policy_out_of_force_is_an_error(pool: Any, policy: Any) -> None:
    with pytest.raises(PolicyError, match="in force from"):
        assess(pool([{}]), policy, date(2027, 1, 1))


def test_disability_does_not_lower_potential(pool: Any, policy: Any, as_of: date) -> None:
    members = [{"id_penyakit_menahun": 8, "id_penglihatan": level} for level in (4, 2)]
    nominee = assess(pool([{"members": members}]), policy, as_of).nominee.sort("person_id")
    without, with_disability = nominee.get_column("potential").to_list()
    assert with_disability >= without


def test_every_reason_is_said_in_both_languages() -> None:
    assert all(reason.text_id and reason.text_en for reason in REASONS.values())
    assert (reason_text("P02", "id"), reason_text("P02")) == ("Masih sekolah", "Attending school")


def test_what_an_officer_must_decide_does_not_read_like_a_verdict() -> None:
    asked = [reason for code, reason in REASONS.items() if code[3:] in ("-V", "-M", "-C", "-L")]
    assert {"Perlu diverifikasi"} == {reason.text_id.split(":")[0] for reason in asked}
    assert {"To be verified"} == {reason.text_en.split(":")[0] for reason in asked}


def test_no_gate_that_only_asks_gives_a_verdict(pool: Any, policy: Any, as_of: date) -> None:
    members = [{"id_status_kedudukan_pekerjaan_utama": code, "id_keberadaan_anggota": 3} for code in (1, 5, None)]
    gate = assess(pool([{"members": [member], "p": 0.8} for member in members]), policy, as_of).gate
    asking = gate.filter(outcome="VERIFY").get_column("reason_code").cast(str)
    assert [] == [code for code in asking if "-" not in code]


def test_the_order_of_the_input_rows_changes_nothing(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"family": {"desil_nasional": 1 + number % 3}, "p": 0.5 + number / 50} for number in range(20)])
    turned = replace(
        inputs,
        **{
            name: getattr(inputs, name).reverse()
            for name in ("households", "members", "families", "persons", "household_link", "person_link")
        },
    )
    first, second = assess(inputs, policy, as_of), assess(turned, policy, as_of)
    for name in ("household", "nominee", "option", "gate"):
        assert getattr(first, name).equals(getattr(second, name)), name


@pytest.mark.parametrize(("alike", "outcome"), [(True, "FAIL"), (False, "VERIFY")])
def test_a_match_of_other_names_is_believed_as_far_as_the_policy_says(
    pool: Any, policy: Any, as_of: date, *, alike: bool, outcome: str
) -> None:
    match = {"person_id": "h001-1", "match_probability": 0.99, "names_alike": alike, "years_ago": 1}
    inputs = replace(pool([{}]), prior_recipients=pl.DataFrame([match]))
    found = assess(inputs, policy, as_of)
    assert found.gate.filter(gate="B01")["outcome"].to_list() == [outcome]


def test_a_pool_is_judged_alike_whatever_the_size_of_its_parts(pool: Any, policy: Any, as_of: date) -> None:
    households = [
        {"members": [{"minat_wub": 1}, {"minat_wub": None}], "no_kk": "3" * 16},
        {"members": [{}], "family": {"desil_nasional": 9}, "p": 0.5, "no_kk": "3" * 16},
        {"members": [], "family": None},
        {"members": [{"id_partisipasi_sekolah": 2}, {"tanggal_lahir": None}], "family": {"id_kloset": 4}},
        {"members": [{"jumlah_jenis_usaha": 2}], "id_bb_utama": None, "family": {"desil_nasional": None}},
    ]
    inputs = pool(households, prior=["h002-1"])
    links = {"person_id": ["h001-1", "h002-1"], "dtsen_person_id": ["d1", "d1"], "match_probability": [0.99, 0.98]}
    twice = replace(
        inputs,
        persons=pl.DataFrame({"dtsen_person_id": ["d1"], "dtsen_family_id": ["f001"]}),
        person_link=pl.DataFrame({**links, "status": ["link", "link"]}),
        by_model=pl.DataFrame({"household_id": ["h001"], "p_poor": [0.4], "p_extreme": [0.2]}),
        unsure_births=pl.Series(["h005-1"]),
    )
    whole = assess(twice, policy, as_of)
    assert whole.household["nominee_group"].to_list() == [None] * 5  # both were served, so neither is nominated
    assert whole.gate.filter(gate="B01", outcome="FAIL")["person_id"].to_list() == ["h001-1", "h002-1"]
    for part in (1, 2, 4):
        again = assess(twice, policy, as_of, part=part)
        for one in fields(Assessment):
            expected, found = getattr(whole, one.name), getattr(again, one.name)
            assert found.equals(expected) if isinstance(found, pl.DataFrame) else found == expected, one.name

"""What persons decide acts on the ranking and shows on it; one person and one family have one seat at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.eligibility import assess
from targeting.errors import CountingError
from targeting.ranking import rank


def decided(*rows: tuple[str, str]) -> pl.DataFrame:
    """Overrides in force: household and kind."""
    return pl.DataFrame(
        [(household, kind, f"O-{number}", "petugas", "alasan") for number, (household, kind) in enumerate(rows)],
        schema=dict.fromkeys(("household_id", "kind", "override_id", "operator", "reason"), pl.String),
        orient="row",
    )


def ranked(inputs: Any, policy: Any, as_of: date, quotas_of: Any, *rows: tuple[str, str], seats: int = 2) -> Any:
    """The candidates by household, as dictionaries."""
    candidate = rank(assess(inputs, policy, as_of), quotas_of({"34.04": seats}), 1, decided(*rows))
    return {row["household_id"]: row for row in candidate.to_dicts()}


def test_a_held_household_keeps_its_rank_and_the_next_takes_its_seat(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    inputs = pool([{"p": 0.99 - number / 100} for number in range(4)])
    found = ranked(inputs, policy, as_of, quotas_of, ("h001", "hold"))
    assert (found["h001"]["rank"], found["h001"]["status"], found["h001"]["reasons"]) == (1, "not_selected", "O01")
    assert [found[name]["status"] for name in ("h002", "h003", "h004")] == ["selected", "selected", "waitlist"]
    shown = [found["h001"][name] for name in ("override", "override_id", "override_by", "override_reason")]
    assert shown == ["hold", "O-0", "petugas", "alasan"]


def test_an_included_household_has_a_seat_against_a_gate_and_within_the_quota(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    refused = {"family": {"desil_nasional": 9}}
    inputs = pool([{"p": 0.99}, {"p": 0.98}, refused])
    found = ranked(inputs, policy, as_of, quotas_of, ("h003", "include"))
    assert (found["h003"]["status"], found["h003"]["seat_basis"]) == ("selected", "include")
    assert found["h003"]["reasons"] == "D01, O02"
    assert [row["status"] for row in found.values()].count("selected") == 2
    assert found["h002"]["status"] == "waitlist"


def test_more_inclusions_than_seats_seat_the_best_of_them(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    inputs = pool([{"p": 0.99 - number / 100} for number in range(3)])
    rows = [(f"h00{number}", "include") for number in (1, 2, 3)]
    found = ranked(inputs, policy, as_of, quotas_of, *rows)
    assert [found[household]["status"] for household, _ in rows] == ["selected", "selected", "waitlist"]
    assert found["h003"]["reasons"] == "O04, R03"


def test_an_excluded_household_does_not_come_back_under_its_other_row(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    same_kk = [{"no_kk": "1" * 16, "p": 0.99}, {"no_kk": "1" * 16, "p": 0.95}]
    for excluded, other in (("h001", "h002"), ("h002", "h001")):
        found = ranked(pool(same_kk), policy, as_of, quotas_of, (excluded, "exclude"))
        assert (found[excluded]["status"], found[excluded]["reasons"]) == ("not_selected", "O03")
        assert (found[other]["status"], found[other]["reasons"]) == ("not_selected", "K01")


def test_a_reserve_takes_no_seat_that_a_person_gave(pool: Any, policy: Any, as_of: date) -> None:
    table = policy.quotas.seats.model_copy(update={"values": {"34.04": 2.0}})
    chosen = policy.model_copy(update={"quotas": policy.quotas.model_copy(update={"seats": table})})
    men = [{"p": 0.9 + number / 100, "members": [{"id_jenis_kelamin": 1}]} for number in range(3)]
    woman = {"p": 0.9, "members": [{"id_jenis_kelamin": 2}]}
    candidate = rank(assess(pool([*men, woman]), policy, as_of), chosen, 1, decided(("h001", "include")))
    assert set(candidate.filter(status="selected")["household_id"]) == {"h001", "h004"}


def test_an_override_of_a_household_outside_the_pool_changes_nothing(
    pool: Any, policy: Any, as_of: date, quotas_of: Any
) -> None:
    found = ranked(pool([{}]), policy, as_of, quotas_of, ("h999", "include"))
    assert (list(found), found["h001"]["override"]) == (["h001"], None)


def test_two_overrides_of_one_household_stop_the_run(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    with pytest.raises(CountingError, match="two overrides"):
        ranked(pool([{}]), policy, as_of, quotas_of, ("h001", "hold"), ("h001", "include"))


def linked_to_one_person(inputs: Any, *person_ids: str) -> Any:
    """The pool with these members linked to the same DTSEN person."""
    pairs = [(person_id, "d1", 0.99, "link") for person_id in person_ids]
    link = pl.DataFrame(pairs, schema=inputs.person_link.schema, orient="row")
    return replace(inputs, person_link=link)


def test_two_rows_of_one_person_have_one_seat_at_most(pool: Any, policy: Any, as_of: date, quotas_of: Any) -> None:
    inputs = linked_to_one_person(pool([{"p": 0.99}, {"p": 0.98}, {"p": 0.97}]), "h001-1", "h002-1")
    found = ranked(inputs, policy, as_of, quotas_of, seats=3)
    assert [found[name]["status"] for name in ("h001", "h002", "h003")] == ["selected", "not_selected", "selected"]
    assert found["h002"]["reasons"] == "K02"


def test_the_other_row_of_an_earlier_participant_is_barred_too(pool: Any, policy: Any, as_of: date) -> None:
    inputs = linked_to_one_person(pool([{}, {}], prior=["h001-1"]), "h001-1", "h002-1")
    outcomes = assess(inputs, policy, as_of).gate.filter(gate="B01").sort("person_id").get_column("outcome")
    assert outcomes.to_list() == ["FAIL", "FAIL"]

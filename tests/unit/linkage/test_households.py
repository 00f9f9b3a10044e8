"""A household's family, from the links of its members."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from targeting.contracts.linkage import Thresholds
from targeting.linkage.households import household_links

HEAD, SPOUSE, CHILD = 1, 2, 3
Pair = tuple[str, str, float]
TYPES = {
    **dict.fromkeys(("person_id", "dtsen_person_id", "household_id", "dtsen_family_id"), pl.String),
    "match_probability": pl.Float64,
    **dict.fromkeys(("status", "method"), pl.String),
    "id_hub_kepala_keluarga": pl.Int64,
}


def found(
    pairs: list[Pair], roles: dict[str, int | None] | None = None, thresholds: Thresholds | None = None
) -> dict[tuple[str, str], dict[str, Any]]:
    """Household links by household and family.

    A person `a1` is a member of household `a`, a register person `F1` of family `F`; pairs from .5 are links. The head
    is member 1, unless roles say otherwise.
    """
    persons = sorted({right for _, right, _ in pairs})
    left = sorted({left for left, _, _ in pairs})
    given = roles or {}
    links = household_links(
        pl.DataFrame(
            {
                "person_id": [left for left, _, _ in pairs],
                "dtsen_person_id": [right for _, right, _ in pairs],
                "match_probability": [p for _, _, p in pairs],
                "status": ["link" if p >= 0.5 else "review" for _, _, p in pairs],
                "method": ["exact" if p == 1.0 else "probabilistic" for _, _, p in pairs],
            },
            schema_overrides=TYPES,
        ),
        pl.DataFrame(
            {
                "person_id": left,
                "household_id": [person[0] for person in left],
                "id_hub_kepala_keluarga": [given.get(p, HEAD if p[1:] == "1" else CHILD) for p in left],
            },
            schema_overrides=TYPES,
        ),
        pl.DataFrame(
            {"dtsen_person_id": persons, "dtsen_family_id": [person[0] for person in persons]}, schema_overrides=TYPES
        ),
        thresholds or Thresholds(),
    )
    return {(row["household_id"], row["dtsen_family_id"]): row for row in links.iter_rows(named=True)}


def linked(pairs: list[Pair], roles: dict[str, int | None] | None = None) -> set[tuple[str, str]]:
    """Households and families that are links."""
    return {pair for pair, row in found(pairs, roles).items() if row["status"] == "link"}


def test_one_linked_member_links_the_household() -> None:
    assert {("a", "F")} == linked([("a1", "F1", 0.9)])


def test_several_doubtful_members_together_are_surer_than_one() -> None:
    one = found([("a1", "F1", 0.8)])["a", "F"]
    three = found([("a1", "F1", 0.8), ("a2", "F2", 0.8), ("a3", "F3", 0.8)])["a", "F"]
    assert three["match_probability"] > 0.98 > one["match_probability"]
    assert (3, 1) == (three["members_linked"], one["members_linked"])


def test_a_member_who_moved_out_costs_the_household_nothing() -> None:
    stayed = found([("a1", "F1", 0.99), ("a2", "F2", 0.99)])["a", "F"]
    moved = found([("a1", "F1", 0.99), ("a2", "F2", 0.99), ("a3", "G1", 0.99)])
    assert "link" == moved["a", "F"]["status"]
    assert "review" == moved["a", "G"]["status"]
    assert moved["a", "F"]["match_probability"] > 0.98 * stayed["match_probability"]


def test_members_who_are_in_no_register_cost_the_household_nothing() -> None:
    both = [("a1", "F1", 0.95), ("a2", "F2", 0.95)]
    alone = found(both)["a", "F"]
    roles = {"a1": HEAD, "a2": SPOUSE}
    assert alone["match_probability"] == pytest.approx(found(both, roles)["a", "F"]["match_probability"])


def test_two_families_in_one_dwelling_stay_two() -> None:
    pairs = [("a1", "F1", 0.99), ("a2", "F2", 0.99), ("b1", "G1", 0.99), ("b2", "G2", 0.99)]
    doubts = [("a2", "G2", 0.05), ("b2", "F2", 0.05)]
    assert {("a", "F"), ("b", "G")} == linked(pairs + doubts)


def test_the_head_decides_between_families_of_equal_evidence() -> None:
    pairs = [("a1", "F1", 0.9), ("a2", "G2", 0.9)]
    assert {("a", "F")} == linked(pairs)
    assert {("a", "G")} == linked(pairs, {"a1": CHILD, "a2": HEAD})


def test_the_spouse_decides_where_the_head_is_in_neither() -> None:
    pairs = [("a2", "F2", 0.9), ("a3", "G3", 0.9)]
    assert {("a", "F")} == linked(pairs, {"a2": SPOUSE})
    assert {("a", "G")} == linked(pairs, {"a3": SPOUSE})


def test_a_household_has_one_link_at_most_even_in_a_tie() -> None:
    pairs = [("a2", "G2", 0.999), ("a3", "F3", 0.999)]
    assert len(linked(pairs)) <= 1
    assert found(pairs) == found(pairs[::-1])


def test_two_candidates_of_one_member_do_not_count_twice() -> None:
    one = found([("a1", "F1", 0.8)])["a", "F"]
    two = found([("a1", "F1", 0.8), ("a1", "F2", 0.2)])["a", "F"]
    assert one["match_probability"] == two["match_probability"]


def test_two_rows_of_one_person_do_not_count_twice() -> None:
    one = found([("a1", "F1", 0.8)], {"a1": CHILD})["a", "F"]
    two = found([("a1", "F1", 0.8), ("a2", "F1", 0.8)], {"a1": CHILD})["a", "F"]
    assert one["match_probability"] == two["match_probability"]


def test_two_households_may_be_one_family() -> None:
    assert {("a", "F"), ("b", "F")} == linked([("a1", "F1", 0.99), ("b1", "F1", 0.99)])


def test_a_household_whose_members_are_all_in_review_is_no_link() -> None:
    pairs = [("a1", "F1", 0.45), ("a2", "F2", 0.45), ("a3", "F3", 0.45)]
    row = found(pairs)["a", "F"]
    assert ("review", 0) == (row["status"], row["members_linked"])


def test_the_threshold_of_the_spec_holds() -> None:
    pairs = [("a1", "F1", 0.9)]
    assert "review" == found(pairs, thresholds=Thresholds(link=0.95))["a", "F"]["status"]


def test_an_exact_link_of_a_member_makes_the_household_exact() -> None:
    links = found([("a1", "F1", 1.0), ("a2", "F2", 0.8), ("b1", "G1", 0.8)])
    assert ("exact", "probabilistic") == (links["a", "F"]["method"], links["b", "G"]["method"])


def test_the_margin_is_the_lead_over_the_runner_up_and_null_without_one() -> None:
    links = found([("a1", "F1", 0.99), ("a2", "G2", 0.7), ("b1", "G1", 0.9)])
    lead = links["a", "F"]["match_weight"] - links["a", "G"]["match_weight"]
    assert lead == pytest.approx(links["a", "F"]["margin"])
    assert links["b", "G"]["margin"] is None
    assert links["a", "G"]["margin"] is None


def test_probabilities_of_a_households_families_add_to_less_than_one() -> None:
    links = found([("a1", "F1", 0.99), ("a2", "G2", 0.97), ("a3", "H3", 0.4)])
    assert sum(row["match_probability"] for row in links.values()) < 1.0


def test_a_role_nobody_knows_is_no_obstacle() -> None:
    assert {("a", "F")} == linked([("a1", "F1", 0.9)], {"a1": None})


def test_no_links_give_no_households() -> None:
    assert {} == found([])

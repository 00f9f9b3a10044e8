"""Who takes the seat of a household that declines."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.errors import UsageError
from targeting.ranking import successor

TODAY = date(2026, 7, 1)
STANDING = """
household | area     | status       | place | until      | female | declined
s1        | 34.04.01 | selected     |       |            | yes    | no
s2        | 34.04.01 | selected     |       |            | no     | no
s3        | 34.04.02 | selected     |       |            | no     | no
w1        | 34.04.01 | waitlist     | 1     | 2026-12-31 | no     | no
w2        | 34.04.01 | waitlist     | 2     | 2026-12-31 | yes    | no
n1        | 34.04.01 | not_selected |       |            | no     | no
d1        | 34.04.01 | not_selected |       |            | no     | yes
"""


def standing(*changes: tuple[str, str, Any]) -> pl.DataFrame:
    """The table as candidates, with cells changed."""
    lines = [[cell.strip() for cell in line.split("|")] for line in STANDING.strip().splitlines()]
    rows = []
    for rank, cells in enumerate(lines[1:], start=1):
        one = dict(zip(lines[0], cells, strict=True))
        rows.append(
            {
                "household_id": one["household"],
                "district": "34.04",
                "area": one["area"],
                "rank": rank,
                "status": one["status"],
                "waitlist_place": int(one["place"]) if one["place"] else None,
                "waitlist_until": date.fromisoformat(one["until"]) if one["until"] else None,
                "nominee_female": one["female"] == "yes",
                "nominee_disability": False,
                "declined": one["declined"] == "yes",
            }
        )
    for household, column, value in changes:
        next(row for row in rows if row["household_id"] == household)[column] = value
    return pl.DataFrame(rows, infer_schema_length=None)


def counts(needed: int = 0, cascade: str = "district") -> dict[str, Any]:
    return {"cascade": cascade, "reserves": {"34.04": {"female": {"needed": needed}}}}


def test_the_next_in_order_takes_the_seat() -> None:
    assert successor(standing(), "s2", counts(), TODAY, []).household_id == "w1"


def test_a_reserve_that_falls_short_is_filled_from_its_group_first() -> None:
    found = successor(standing(), "s1", counts(needed=1), TODAY, [])
    assert (found.household_id, found.reserve) == ("w2", "female")


def test_who_is_on_hold_is_passed_over() -> None:
    assert successor(standing(), "s2", counts(), TODAY, ["w1"]).household_id == "w2"


def test_a_seat_of_an_area_whose_waitlist_is_empty_passes_on_if_seats_cascade() -> None:
    assert successor(standing(), "s3", counts(), TODAY, []).household_id == "w1"
    assert successor(standing(), "s3", counts(cascade="none"), TODAY, []).household_id is None


def test_who_declines_on_the_waitlist_only_leaves_it() -> None:
    assert successor(standing(), "w1", counts(), TODAY, []).household_id is None


def test_who_has_declined_is_passed_over() -> None:
    found = successor(standing(("w1", "declined", True)), "s2", counts(), TODAY, [])
    assert found.household_id == "w2"


@pytest.mark.parametrize(
    ("household", "said"),
    [("zz", "no candidate"), ("n1", "neither a seat"), ("d1", "declined already")],
)
def test_who_has_no_seat_cannot_give_it_on(household: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        successor(standing(), household, counts(), TODAY, [])


def test_a_waitlist_that_is_over_seats_nobody() -> None:
    with pytest.raises(UsageError, match="valid until 2026-12-31"):
        successor(standing(), "s2", counts(), date(2027, 1, 1), [])
    assert successor(standing(), "s2", counts(), date(2026, 12, 31), []).household_id == "w1"

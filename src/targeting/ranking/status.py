"""Each household's status, and the code that says how it came to it."""

from __future__ import annotations

import polars as pl

from targeting.contracts.policy import Policy
from targeting.ranking.filling import CASCADE, INCLUDED
from targeting.vocabulary import CandidateStatus, OverrideKind

SEAT_BY_RANK, SEAT_BY_RESERVE, DISPLACED, ON_WAITLIST, SEAT_PASSED_ON = "R00", "R01", "R02", "R03", "R04"
FAMILY_REPRESENTED, PERSON_REPRESENTED, BELOW_WAITLIST, NO_SEATS = "K01", "K02", "Q01", "Q02"
HELD, SEATED_BY_PERSON, EXCLUDED, INCLUDED_WITHOUT_SEAT = "O01", "O02", "O03", "O04"


def waits(policy: Policy) -> pl.Expr:
    """Place on the waitlist from 1: next in merit of the area to those seated, as many as the ratio of its seats says.

    For rows with area, place, competes, stopped, seat_basis, seats; null for all who do not wait.
    """
    unseated = pl.col("competes") & ~pl.col("stopped") & pl.col("seat_basis").is_null() & pl.col("area").is_not_null()
    turn = pl.when(unseated).then(pl.col("place").rank("ordinal").over("area", unseated)).cast(pl.Int64)
    ratio = policy.quotas.waitlist_ratio.value
    length = (pl.col("seats") * ratio).round(DIGITS).ceil().cast(pl.Int64)
    return pl.when(turn <= length).then(turn)


DIGITS = 9
"""0.2 x 25 is 5 seats, not 5.000000000000001."""


def with_status(candidate: pl.DataFrame) -> pl.DataFrame:
    """The candidates with `status`, and `reasons` completed by the codes that say why."""
    return candidate.with_columns(
        status=_status(),
        reasons=pl.concat_str(
            pl.when(pl.col("reasons") != "").then("reasons"), *_why(), separator=", ", ignore_nulls=True
        ),
    )


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("seat_basis").is_not_null())
        .then(pl.lit(CandidateStatus.SELECTED.value))
        .when(pl.col("waitlist_place").is_not_null())
        .then(pl.lit(CandidateStatus.WAITLIST.value))
        .otherwise(pl.lit(CandidateStatus.NOT_SELECTED.value))
    )


def _why() -> list[pl.Expr]:
    """What a person decided, then how the seats went: a code each or null; where a gate said it, there is none."""
    override, seat = pl.col("override"), pl.col("seat_basis")
    included = override.eq_missing(str(OverrideKind.INCLUDE))
    decided = (
        pl.when(override.eq_missing(str(OverrideKind.HOLD)))
        .then(pl.lit(HELD))
        .when(override.eq_missing(str(OverrideKind.EXCLUDE)))
        .then(pl.lit(EXCLUDED))
        .when(included & seat.is_not_null())
        .then(pl.lit(SEATED_BY_PERSON))
        .when(included)
        .then(pl.lit(INCLUDED_WITHOUT_SEAT))
    )
    displaced = pl.when(pl.col("displaced_by").is_not_null() & seat.is_null()).then(pl.lit(DISPLACED))
    return [decided, displaced, _of_seat(), _of_rest()]


def _of_seat() -> pl.Expr:
    """How a seat was won."""
    seat = pl.col("seat_basis")
    return (
        pl.when(seat.is_null() | (seat == INCLUDED))
        .then(None)
        .when(seat.str.starts_with("reserve:"))
        .then(pl.lit(SEAT_BY_RESERVE))
        .when(seat == CASCADE)
        .then(pl.lit(SEAT_PASSED_ON))
        .otherwise(pl.lit(SEAT_BY_RANK))
    )


def _of_rest() -> pl.Expr:
    """Why there is no seat."""
    said = (
        pl.col("seat_basis").is_not_null() | pl.col("displaced_by").is_not_null() & pl.col("waitlist_place").is_null()
    )
    return (
        pl.when(pl.col("waitlist_place").is_not_null())
        .then(pl.lit(ON_WAITLIST))
        .when(said | pl.col("stopped"))
        .then(None)
        .when(pl.col("competes") & (pl.col("seats") == 0))
        .then(pl.lit(NO_SEATS))
        .when("competes")
        .then(pl.lit(BELOW_WAITLIST))
        .when(~pl.col("first_of_family"))
        .then(pl.lit(FAMILY_REPRESENTED))
        .when(~pl.col("first_of_person"))
        .then(pl.lit(PERSON_REPRESENTED))
    )

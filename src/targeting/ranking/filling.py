"""Who takes the seats in order of merit, and where seats go that an area cannot fill."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from targeting.contracts.policy import Policy
from targeting.vocabulary import OverrideKind

MERIT, CASCADE, INCLUDED = "merit", "cascade", "include"


def seated(contenders: pl.DataFrame, seats: Mapping[str, int], policy: Policy) -> pl.DataFrame:
    """The contenders with `seat_basis` before reserves: `include` (a person said so), `merit` in their own area,
    `cascade` on a seat that another area could not fill, or null.

    `contenders`: household_id, place, district, area, override. Within an area the included come first. Nobody has two
    seats, and as many seats are taken as there are, or contenders within their reach.
    """
    included = pl.col("override").eq_missing(str(OverrideKind.INCLUDE))
    own = contenders.sort(~included, "place").with_columns(
        seats=pl.col("area").replace_strict(dict(seats), default=0, return_dtype=pl.Int64),
        turn=pl.int_range(pl.len(), dtype=pl.Int64).over("area"),
    )
    own = own.with_columns(
        seat_basis=pl.when(pl.col("turn") < pl.col("seats")).then(
            pl.when(included).then(pl.lit(INCLUDED)).otherwise(pl.lit(MERIT))
        )
    ).drop("seats", "turn")
    if policy.quotas.cascade != "none":
        own = _passed_on(own, seats, "district")
    if policy.quotas.cascade == "programme":
        own = _passed_on(own, seats, None)
    return own.sort("place")


def _passed_on(own: pl.DataFrame, seats: Mapping[str, int], column: str | None) -> pl.DataFrame:
    """The contenders, the next in merit of the same `column` (of all, without it) on the seats that are still empty."""
    taken = own.filter(pl.col("seat_basis").is_not_null())
    if column is None:
        empty = pl.lit(sum(seats.values()) - taken.height)
        turn = pl.col("waiting").cum_sum()
    else:
        used = dict(taken.group_by(column).len().iter_rows())
        there: dict[str, int] = {}
        for area, number in seats.items():
            there[area[:5]] = there.get(area[:5], 0) + number
        left = {district: number - used.get(district, 0) for district, number in there.items()}
        empty = pl.col(column).replace_strict(left, default=0, return_dtype=pl.Int64)
        turn = pl.col("waiting").cum_sum().over(column)
    return (
        own.sort("place")
        .with_columns(waiting=pl.col("seat_basis").is_null().cast(pl.Int64))
        .with_columns(turn=turn)
        .with_columns(
            seat_basis=pl.when(pl.col("waiting") == 0)
            .then("seat_basis")
            .when(pl.col("turn") <= empty)
            .then(pl.lit(CASCADE))
        )
        .drop("waiting", "turn")
    )

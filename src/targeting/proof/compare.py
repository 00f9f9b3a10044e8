"""Two lists side by side: who has a seat on both, who comes, who goes, in each district."""

from __future__ import annotations

from typing import Any

import polars as pl

from targeting.vocabulary import CandidateStatus

SEAT = CandidateStatus.SELECTED.value


def side_by_side(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """One row a household of either list: household_id, district, and status, rank, score, reasons of each, with the
    endings `_1` and `_2` (null where the list has it not); `move` is `in`, `out` or null."""
    shown = ("district", "status", "rank", "score", "reasons")
    parts = [
        one.select("household_id", *(pl.col(name).alias(f"{name}_{number}") for name in shown))
        for number, one in ((1, first), (2, second))
    ]
    seated = [(pl.col(f"status_{number}") == SEAT).fill_null(value=False) for number in (1, 2)]
    return (
        parts[0]
        .join(parts[1], on="household_id", how="full", coalesce=True)
        .with_columns(
            district=pl.coalesce("district_2", "district_1"),
            move=pl.when(~seated[0] & seated[1]).then(pl.lit("in")).when(seated[0] & ~seated[1]).then(pl.lit("out")),
        )
        .drop("district_1", "district_2")
        .sort("household_id")
    )


def overlap(pair: pl.DataFrame) -> dict[str, Any]:
    """seats_1, seats_2, both, moved_in, moved_out, share (both over the seats of either), of all and by district."""
    return {"all": _overlap(pair), "districts": {
        str(key[0]): counted
        for key, part in sorted(pair.group_by(pl.col("district").fill_null("")), key=lambda one: str(one[0][0]))
        if (counted := _overlap(part))["seats_1"] + counted["seats_2"]
    }}  # fmt: skip


def _overlap(pair: pl.DataFrame) -> dict[str, Any]:
    one, other = ((pair[f"status_{number}"] == SEAT).fill_null(value=False) for number in (1, 2))
    both, either = int((one & other).sum()), int((one | other).sum())
    return {
        "seats_1": int(one.sum()),
        "seats_2": int(other.sum()),
        "both": both,
        "moved_in": int((~one & other).sum()),
        "moved_out": int((one & ~other).sum()),
        "share": both / either if either else None,
    }


def movers(pair: pl.DataFrame) -> list[dict[str, Any]]:
    """The households that come or go, by district, those who come first, then by rank; codes of their reasons on both
    lists that differ in `only_1` and `only_2`."""
    rows = pair.filter(pl.col("move").is_not_null()).sort(
        "district", "move", pl.coalesce("rank_2", "rank_1"), "household_id", nulls_last=True
    )
    return [row | _apart(row) for row in rows.to_dicts()]


def _apart(row: dict[str, Any]) -> dict[str, list[str]]:
    """Reason codes that one list gives and the other does not."""
    first, second = ([code for code in (row[f"reasons_{n}"] or "").split(", ") if code] for n in (1, 2))
    return {
        "only_1": [code for code in first if code not in second],
        "only_2": [code for code in second if code not in first],
    }

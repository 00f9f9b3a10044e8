"""Who takes the seat of a household that declines: the next on the waitlist, as it stands on the day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from targeting.errors import UsageError
from targeting.vocabulary import CandidateStatus


@dataclass(frozen=True)
class Successor:
    """Who comes (None: nobody is left), for which area, and for which reserve if that decided."""

    household_id: str | None
    area: str | None
    reserve: str | None = None


def successor(
    standing: pl.DataFrame, declined: str, counts: Mapping[str, Any], today: date, stopped: Collection[str]
) -> Successor:
    """The next on the waitlist of the declined household's area, by place; of its district where seats cascade.

    `standing`: the run's candidates after all replacements (household_id, district, area, rank, status, waitlist_place,
    waitlist_until, nominee_female, nominee_disability, declined). `counts`: those of the run, with `reserves` and
    `cascade`. `stopped`: households on hold or excluded now. A reserve that would fall short by the loss is filled from
    its group, if the waitlist has one. A household of the waitlist that declines only leaves it.
    Raises UsageError for a household without a seat or place, one that declined already, and a waitlist that is over.
    """
    leaving = _row_of(standing, declined)
    if leaving["status"] == CandidateStatus.WAITLIST:
        return Successor(None, leaving["area"])
    waiting = _waiting(standing, leaving, counts.get("cascade", "none")).filter(
        ~pl.col("household_id").is_in(list(stopped)) & (pl.col("household_id") != declined)
    )
    valid = waiting.filter((pl.col("waitlist_until") >= today).fill_null(value=True))
    if valid.is_empty() and not waiting.is_empty():
        last = waiting["waitlist_until"].sort().to_list()[-1]
        raise UsageError(f"the waitlist was valid until {last}. Run again with a new reference date for a fresh one.")
    for group in _short(standing, leaving, counts):
        of_group = valid.filter(pl.col(f"nominee_{group}"))
        if not of_group.is_empty():
            return Successor(of_group["household_id"][0], leaving["area"], group)
    return Successor(None if valid.is_empty() else valid["household_id"][0], leaving["area"])


def _row_of(standing: pl.DataFrame, declined: str) -> dict[str, Any]:
    """The declining household's row."""
    found = standing.filter(pl.col("household_id") == declined)
    if found.is_empty():
        raise UsageError("the run has no candidate with the household id given. 'targeting export --all' lists them.")
    row = found.row(0, named=True)
    if row["declined"]:
        raise UsageError("this household has declined already; its seat was given on.")
    if row["status"] == CandidateStatus.NOT_SELECTED:
        raise UsageError(
            "this household has neither a seat nor a place on the waitlist, so there is nothing to give on."
        )
    return row


def _waiting(standing: pl.DataFrame, leaving: Mapping[str, Any], cascade: str) -> pl.DataFrame:
    """The waitlist in order: the own area's, then, where seats cascade, the district's by rank."""
    waiting = standing.filter((pl.col("status") == CandidateStatus.WAITLIST) & ~pl.col("declined"))
    own = waiting.filter(pl.col("area").eq_missing(leaving["area"])).sort("waitlist_place", "household_id")
    if cascade == "none" or leaving["district"] is None:
        return own
    others = waiting.filter(
        (pl.col("district") == leaving["district"]) & pl.col("area").ne_missing(leaving["area"])
    ).sort("rank", "household_id")
    return pl.concat([own, others])


def _short(standing: pl.DataFrame, leaving: Mapping[str, Any], counts: Mapping[str, Any]) -> list[str]:
    """Groups of the declining nominee whose reserve falls short without them."""
    needs = counts.get("reserves", {}).get(leaving["district"], {})
    seated = standing.filter(
        (pl.col("status") == CandidateStatus.SELECTED) & (pl.col("district") == leaving["district"])
    )
    return [
        group
        for group, need in needs.items()
        if leaving[f"nominee_{group}"] and seated[f"nominee_{group}"].sum() - 1 < need["needed"]
    ]

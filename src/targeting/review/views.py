"""Which pairs a reviewer is shown, in which order, and what of the others' decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from targeting.review.pairs import LevelWords, fields, waterfall
from targeting.review.words import GROUNDS, Tongue, field_word, say
from targeting.vocabulary import ReviewDecision, ReviewGround

VIEWS = ("open", "first", "second", "disagreed", "mine", "all")
"""Not decided by the reviewer; by nobody; by others only; disagreed; decided by the reviewer; all."""
LONGEST_NAME = 80

Decisions = Sequence[dict[str, Any]]


def state_of_view(queue: pl.DataFrame, reviewer: str, view: str) -> pl.DataFrame:
    """The pairs of a view, in the queue's order."""
    kept = [_belongs(decisions or (), reviewer, view) for decisions in queue["decisions"].to_list()]
    return queue.filter(pl.Series(kept, dtype=pl.Boolean))


def progress(queue: pl.DataFrame, reviewer: str) -> dict[str, int]:
    """Pairs of the run, decided by anybody, by this reviewer, and those on which reviewers disagree."""
    told = [decisions or () for decisions in queue["decisions"].to_list()]
    return {
        "pairs": queue.height,
        "decided": sum(bool(one) for one in told),
        "mine": sum(_has_decided(one, reviewer) for one in told),
        "disagreed": sum(disagree(one) for one in told),
    }


def shown(row: dict[str, Any], reviewer: str, level_words: LevelWords, tongue: Tongue) -> dict[str, Any]:
    """A pair as the page draws it. What others decided is kept back until the reviewer has decided too."""
    decisions: Decisions = row["decisions"] or ()
    own = _has_decided(decisions, reviewer)
    return {
        "person_id": row["person_id"],
        "dtsen_person_id": row["dtsen_person_id"],
        "household_id": row["household_id"],
        "fingerprint": row["fingerprint"],
        "ground": row["ground"],
        "ground_words": say(GROUNDS[ReviewGround(row["ground"])], tongue),
        "status": row["status"],
        "probability": row["match_probability"],
        "weight": row["match_weight"],
        "seat": row["p_top_k"],
        "fields": [asdict(one) for one in fields(row["records"])],
        "labels": field_labels(row["records"], tongue),
        "evidence": [asdict(bar) for bar in waterfall(row["evidence"], level_words, tongue)],
        "decisions": [_said(one) for one in decisions] if own else [],
        "hidden": bool(decisions) and not own,
        "disagreed": own and disagree(decisions),
        "note": next((one["note"] or "" for one in decisions if one["operator"] == reviewer), ""),
    }


def place_of(rows: pl.DataFrame, ids: Mapping[str, str], wanted: str) -> int | None:
    """Where the row that was asked for stands, by its ids if it is there, else by its place; None for an empty view."""
    if rows.is_empty():
        return None
    if ids:
        found = rows.select(pl.all_horizontal(pl.col(name) == value for name, value in ids.items())).to_series()
        if found.any():
            return int(found.arg_true()[0])
    return min(int(wanted) if wanted.isdecimal() else 0, rows.height - 1)


def field_labels(records: str, tongue: Tongue) -> dict[str, str]:
    """Each compared column's name in words."""
    return {one.name: field_word(one.name, tongue) for one in fields(records)}


def disagree(decisions: Decisions) -> bool:
    """Whether one says match and another non-match."""
    return len({one["decision"] for one in decisions} - {ReviewDecision.UNSURE.value}) > 1


def _belongs(decisions: Decisions, reviewer: str, view: str) -> bool:
    """Whether a pair is in the view."""
    own = _has_decided(decisions, reviewer)
    match view:
        case "open":
            return not own
        case "first":
            return not decisions
        case "second":
            return bool(decisions) and not own
        case "disagreed":
            return disagree(decisions)
        case "mine":
            return own
        case _:
            return True


def _has_decided(decisions: Decisions, reviewer: str) -> bool:
    """Whether the reviewer is among those who decided."""
    return any(one["operator"] == reviewer for one in decisions)


def _said(one: dict[str, Any]) -> dict[str, str]:
    """Who said what, when, and why."""
    return {
        "operator": one["operator"],
        "decision": one["decision"],
        "note": one["note"] or "",
        "at": f"{one['at']:%Y-%m-%d %H:%M}",
    }

"""Borderline candidates on the review desk: a second queue, in the order in which a visit is worth most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from targeting.review.page import Handler, answered, framed, named_in, posted
from targeting.review.refusals import refusal
from targeting.review.views import place_of
from targeting.review.visits import KEY, KINDS, LAYOUT, NUMBER, SHOWN
from targeting.review.words import VISIT_PAGE, Tongue, say
from targeting.vocabulary import OverrideKind

VISIT_VIEWS = ("open", "decided", "mine", "all")
"""Without a decision in force; with one; with one of the officer's own; all."""
KEYS: Mapping[Tongue, Mapping[str, str]] = {
    "id": {"t": "hold", "s": "include", "k": "exclude", "u": "undo", "c": "note", "p": "other"},
    "en": {"h": "hold", "i": "include", "e": "exclude", "u": "undo", "c": "note", "p": "other"},
}
TOLD_APART = (KEY, "district", "visit_order", "reasons", "to_verify")
"""What stands above the table of what is known, not in it."""
BETWEEN = "; "
"""What stands between reasons in a list's column."""


class Visits(Protocol):
    """What stands behind the page of candidates."""

    @property
    def labels(self) -> Mapping[str, str]:
        """A heading in words for each of `SHOWN`."""

    @property
    def masked(self) -> bool:
        """Whether names, numbers and addresses are withheld."""

    def queue(self) -> pl.DataFrame:
        """Rows as `visits.rows_of` gives them, with the decision in force: kind, override_id, operator, reason, at.

        These five are null where nobody has decided.
        """

    def decide(self, operator: str, number: str, kind: OverrideKind, reason: str) -> str:
        """The override is in the ledger; its id."""

    def undo(self, operator: str) -> str | None:
        """The operator's last decision of the queue is withdrawn; the row's number, None if there is none."""


def visit_routes(visits: Visits, reviewer: str, tongue: Tongue) -> list[Route]:
    """The page of candidates and what it asks for."""
    kinds = {str(kind): say(word, tongue) for kind, word in KINDS.items()}
    told = {
        "views": VISIT_VIEWS,
        "reviewer": reviewer,
        "keys": KEYS[tongue],
        "masked": visits.masked,
        "decisions": kinds,
    }
    return [
        Route("/{token}/visits", framed("visits.html", VISIT_PAGE, tongue, lambda: districts(visits), **told)),
        Route("/{token}/api/visits/state", _state(visits)),
        Route("/{token}/api/visits/decide", _decide(visits), methods=["POST"]),
        Route("/{token}/api/visits/undo", _undo(visits), methods=["POST"]),
    ]


def districts(visits: Visits) -> dict[str, list[str]]:
    """The districts that have candidates, for the page to choose one of."""
    return {"districts": visits.queue()["district"].unique().sort().to_list()}


def of_view(queue: pl.DataFrame, operator: str, view: str) -> pl.DataFrame:
    """The candidates of a view, in the order of visits."""
    kept = {
        "open": pl.col("override_id").is_null(),
        "decided": pl.col("override_id").is_not_null(),
        "mine": pl.col("operator").eq_missing(pl.lit(operator)),
    }
    return queue.filter(kept.get(view, pl.lit(value=True)))


def candidate(row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """A candidate as the page draws it: why, what to verify, what is known, and what is decided."""
    decision = None
    if row["override_id"] is not None:
        decision = {name: row[name] for name in ("kind", "override_id", "operator", "reason")}
        decision["at"] = f"{row['at']:%Y-%m-%d %H:%M}"
    return {
        "number": row[NUMBER],
        **{name: row[name] for name in (KEY, "district", "visit_order")},
        **{name: [one for one in row[name].split(BETWEEN) if one] for name in ("reasons", "to_verify")},
        "known": [(labels[name], row[name]) for name in SHOWN if name not in TOLD_APART and row[name]],
        "decision": decision,
    }


def _state(visits: Visits) -> Handler:
    """One candidate of a view and how far the visits are."""

    def found(query: Mapping[str, str]) -> dict[str, Any]:
        queue, operator = visits.queue(), query.get("reviewer", "").strip()
        if district := query.get("district", ""):
            queue = queue.filter(district=district)
        rows = of_view(queue, operator, query.get("view", VISIT_VIEWS[0]))
        ids = {NUMBER: query["number"]} if "number" in query else {}
        place = place_of(rows, ids, query.get("place", "0"))
        progress = {
            "households": queue.height,
            "decided": of_view(queue, operator, "decided").height,
            "mine": of_view(queue, operator, "mine").height,
        }
        shown = None if place is None else candidate(rows.row(place, named=True), visits.labels)
        return {"total": rows.height, "place": place, "progress": progress, "candidate": shown}

    async def state(request: Request) -> Response:
        return await answered(lambda: found(request.query_params))

    return state


def _decide(visits: Visits) -> Handler:
    """A decision taken; 409 if it has no reason, or one is in force for the household already."""

    def taken(body: dict[str, Any]) -> dict[str, Any]:
        operator, reason = named_in(body), str(body.get("reason") or "").strip()
        kind, number = str(body.get("decision")), str(body.get("number"))
        if kind not in set(OverrideKind):
            raise ValueError(refusal("no_decision"))
        there = visits.queue().filter(pl.col(NUMBER) == number)
        if there.is_empty():
            raise ValueError(refusal("no_candidate"))
        if (said := there["override_id"][0]) is not None:
            raise ValueError(refusal("in_force", override_id=said))
        if len(reason) < LAYOUT.shortest_note:
            raise ValueError(refusal("short_reason", letters=LAYOUT.shortest_note))
        return {"override_id": visits.decide(operator, number, OverrideKind(kind), reason)}

    async def decide(request: Request) -> Response:
        return await posted(request, taken)

    return decide


def _undo(visits: Visits) -> Handler:
    """The officer's last decision withdrawn."""

    async def undo(request: Request) -> Response:
        return await posted(request, lambda body: {"number": visits.undo(named_in(body))})

    return undo

"""The review desk as a page of this machine: an app that shows pairs and hands decisions on.

Only who knows the token in the address sees anything; only the page itself can decide: a request that changes something
needs a header that no other site can send, and comes from this address.
"""

from __future__ import annotations

from typing import Any, Protocol

import polars as pl
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from targeting.review.candidates import Visits, visit_routes
from targeting.review.page import Handler, answered, asset, framed, guard, named_in, posted
from targeting.review.pairs import LevelWords
from targeting.review.refusals import refusal
from targeting.review.views import VIEWS, place_of, progress, shown, state_of_view
from targeting.review.words import DECISIONS, Tongue, say
from targeting.vocabulary import ReviewDecision

KEYS: dict[Tongue, dict[str, str]] = {
    "id": {"s": "match", "b": "non-match", "r": "unsure", "u": "undo", "c": "note", "k": "other"},
    "en": {"m": "match", "n": "non-match", "q": "unsure", "u": "undo", "c": "note", "k": "other"},
}
ASSETS = {
    "page.js": "text/javascript",
    "desk.js": "text/javascript",
    "visits.js": "text/javascript",
    "desk.css": "text/css",
}


class Desk(Protocol):
    """What stands behind the page."""

    def queue(self) -> pl.DataFrame:
        """The run's pairs as `store.review_queue` gives them."""

    def decide(self, reviewer: str, pair: dict[str, str], decision: ReviewDecision, note: str) -> str:
        """The decision is in the ledger; its id."""

    def undo(self, reviewer: str) -> dict[str, str] | None:
        """The reviewer's last decision is undone; the pair it was about, None if there is none."""


def app(desk: Desk, visits: Visits, token: str, reviewer: str, level_words: LevelWords, tongue: Tongue) -> Starlette:
    """Pairs under /TOKEN/, candidates under /TOKEN/visits. `reviewer` is who is named there first."""
    routes = [
        Route("/{token}/", _page(reviewer, tongue)),
        *(Route(f"/{{token}}/{name}", asset(name, kind)) for name, kind in ASSETS.items()),
        Route("/{token}/api/state", _state(desk, level_words, tongue)),
        Route("/{token}/api/decide", _decide(desk), methods=["POST"]),
        Route("/{token}/api/undo", _undo(desk), methods=["POST"]),
        *visit_routes(visits, reviewer, tongue),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=guard(token))])


def _page(reviewer: str, tongue: Tongue) -> Handler:
    """The frame of the pairs."""
    decisions = {str(one): say(word, tongue) for one, word in DECISIONS.items()}
    return framed("desk.html", {}, tongue, decisions=decisions, views=VIEWS, reviewer=reviewer, keys=KEYS[tongue])


def _state(desk: Desk, level_words: LevelWords, tongue: Tongue) -> Handler:
    """One pair of a view and how far the review is."""

    def found(query: dict[str, str]) -> dict[str, Any]:
        queue, reviewer = desk.queue(), query.get("reviewer", "").strip()
        view = query.get("view", VIEWS[0])
        pairs = state_of_view(queue, reviewer, view if view in VIEWS else VIEWS[0])
        ids: dict[str, str] = {name: query[name] for name in ("person_id", "dtsen_person_id") if name in query}
        place = place_of(pairs, ids, query.get("place", "0"))
        pair = None if place is None else shown(pairs.row(place, named=True), reviewer, level_words, tongue)
        return {"total": pairs.height, "place": place, "progress": progress(queue, reviewer), "pair": pair}

    async def state(request: Request) -> Response:
        return await answered(lambda: found(dict(request.query_params)))

    return state


def _decide(desk: Desk) -> Handler:
    """A decision taken; 409 if the pair is not as it was seen."""

    def taken(body: dict[str, Any]) -> dict[str, Any]:
        reviewer = named_in(body)
        pair = {name: str(body.get(name, "")) for name in ("person_id", "dtsen_person_id", "fingerprint")}
        if desk.queue().filter(**pair).is_empty():
            raise ValueError(refusal("other_pair"))
        decision = str(body.get("decision"))
        if decision not in set(ReviewDecision):
            raise ValueError(refusal("no_decision"))
        return {"decision_id": desk.decide(reviewer, pair, ReviewDecision(decision), str(body.get("note") or ""))}

    async def decide(request: Request) -> Response:
        return await posted(request, taken)

    return decide


def _undo(desk: Desk) -> Handler:
    """The reviewer's last decision undone."""

    async def undo(request: Request) -> Response:
        return await posted(request, lambda body: {"pair": desk.undo(named_in(body))})

    return undo

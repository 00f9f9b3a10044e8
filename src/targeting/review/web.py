"""The review desk as a page of this machine: an app that shows pairs and hands decisions on.

Only who knows the token in the address sees anything; only the page itself can decide: a request that changes something
needs a header that no other site can send, and comes from this address.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any, Protocol

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from targeting.errors import TargetingError
from targeting.review.pairs import LevelWords
from targeting.review.views import LONGEST_NAME, VIEWS, progress, shown, state_of_view
from targeting.review.words import DECISIONS, PAGE, Tongue, say
from targeting.vocabulary import ReviewDecision

HEADER = "x-review-desk"
KEYS: dict[Tongue, dict[str, str]] = {
    "id": {"s": "match", "b": "non-match", "r": "unsure", "u": "undo", "c": "note"},
    "en": {"m": "match", "n": "non-match", "q": "unsure", "u": "undo", "c": "note"},
}
LONGEST_BODY = 20_000
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HERE = ("127.0.0.1", "localhost", "[::1]")


class Desk(Protocol):
    """What stands behind the page."""

    def queue(self) -> pl.DataFrame:
        """The run's pairs as `store.review_queue` gives them."""

    def decide(self, reviewer: str, pair: dict[str, str], decision: ReviewDecision, note: str) -> str:
        """The decision is in the ledger; its id."""

    def undo(self, reviewer: str) -> dict[str, str] | None:
        """The reviewer's last decision is undone; the pair it was about, None if there is none."""


def app(desk: Desk, token: str, reviewer: str, level_words: LevelWords, tongue: Tongue) -> Starlette:
    """The page under /TOKEN/. `reviewer` is who is named there first."""
    routes = [
        Route("/{token}/", _page(reviewer, tongue)),
        Route("/{token}/desk.js", _asset("desk.js", "text/javascript")),
        Route("/{token}/desk.css", _asset("desk.css", "text/css")),
        Route("/{token}/api/state", _state(desk, level_words, tongue)),
        Route("/{token}/api/decide", _decide(desk), methods=["POST"]),
        Route("/{token}/api/undo", _undo(desk), methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=_guard(token))])


Handler = Callable[[Request], Awaitable[Response]]
Dispatch = Callable[[Request, Handler], Awaitable[Response]]


def _guard(token: str) -> Dispatch:
    """Nothing without the token, under another host name, or changed from elsewhere."""

    async def dispatch(request: Request, handler: Handler) -> Response:
        given = request.url.path.split("/")[1]
        if not hmac.compare_digest(given.encode(), token.encode()) or request.url.hostname not in HERE:
            response: Response = PlainTextResponse("not found", 404)
        elif request.method == "POST" and not _from_the_page(request):
            response = JSONResponse({"error": "only the page itself can decide"}, 403)
        else:
            response = await handler(request)
        for name, value in SAFE.items():
            response.headers[name] = value
        return response

    return dispatch


def _from_the_page(request: Request) -> bool:
    """A header of its own, JSON, and the browser's word that it comes from here."""
    origin = request.headers.get("origin")
    return (
        request.headers.get(HEADER) == "1"
        and request.headers.get("content-type", "").startswith("application/json")
        and origin in (None, f"{request.url.scheme}://{request.url.netloc}")
        and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        and int(request.headers.get("content-length", "0") or 0) <= LONGEST_BODY
    )


def _page(reviewer: str, tongue: Tongue) -> Handler:
    """The page's frame; pairs come by script."""
    environment = Environment(loader=PackageLoader("targeting.review"), autoescape=True, undefined=StrictUndefined)
    words = {name: say(word, tongue) for name, word in PAGE.items()}
    decisions = {str(one): say(word, tongue) for one, word in DECISIONS.items()}
    text = environment.get_template("desk.html").render(
        language=tongue, words=words, decisions=decisions, views=VIEWS, reviewer=reviewer, keys=KEYS[tongue]
    )

    async def page(_request: Request) -> Response:
        return HTMLResponse(text)

    return page


def _asset(name: str, kind: str) -> Handler:
    """A file of this package."""
    text = files("targeting.review").joinpath("templates", name).read_text(encoding="utf-8")

    async def asset(_request: Request) -> Response:
        return Response(text, media_type=kind)

    return asset


def _state(desk: Desk, level_words: LevelWords, tongue: Tongue) -> Handler:
    """One pair of a view and how far the review is."""

    def found(query: dict[str, str]) -> dict[str, Any]:
        queue, reviewer = desk.queue(), query.get("reviewer", "").strip()
        view = query.get("view", VIEWS[0])
        pairs = state_of_view(queue, reviewer, view if view in VIEWS else VIEWS[0])
        place = _place(pairs, query)
        pair = None if place is None else shown(pairs.row(place, named=True), reviewer, level_words, tongue)
        return {"total": pairs.height, "place": place, "progress": progress(queue, reviewer), "pair": pair}

    async def state(request: Request) -> Response:
        return await _answer(lambda: found(dict(request.query_params)))

    return state


def _place(pairs: pl.DataFrame, query: dict[str, str]) -> int | None:
    """Where the pair that was asked for stands, by its ids, else by its place; None for an empty view."""
    if pairs.is_empty():
        return None
    person, dtsen_person = query.get("person_id"), query.get("dtsen_person_id")
    if person is not None:
        is_it = (pairs["person_id"] == person) & (pairs["dtsen_person_id"] == dtsen_person)
        found = is_it.arg_true()
        if len(found):
            return int(found[0])
    wanted = query.get("place", "0")
    return min(int(wanted) if wanted.isdigit() else 0, pairs.height - 1)


def _decide(desk: Desk) -> Handler:
    """A decision taken; 409 if the pair is not as it was seen."""

    def taken(body: dict[str, Any]) -> dict[str, Any]:
        reviewer = _reviewer(body)
        pair = {name: str(body.get(name, "")) for name in ("person_id", "dtsen_person_id", "fingerprint")}
        if desk.queue().filter(**pair).is_empty():
            raise ValueError("this pair is not in the run's queue as it was shown; load the page anew")
        decision = ReviewDecision(str(body.get("decision")))
        return {"decision_id": desk.decide(reviewer, pair, decision, str(body.get("note") or ""))}

    async def decide(request: Request) -> Response:
        body = await request.json()
        return await _answer(lambda: taken(body))

    return decide


def _undo(desk: Desk) -> Handler:
    """The reviewer's last decision undone."""

    async def undo(request: Request) -> Response:
        body = await request.json()
        return await _answer(lambda: {"pair": desk.undo(_reviewer(body))})

    return undo


def _reviewer(body: dict[str, Any]) -> str:
    """Who decides; nobody decides without a name."""
    reviewer = str(body.get("reviewer", "")).strip()
    if not reviewer:
        raise ValueError("write the reviewer's name first")
    return reviewer[:LONGEST_NAME]


async def _answer(work: Callable[[], dict[str, Any]]) -> Response:
    """The work's result, or one message and why."""
    try:
        return JSONResponse(await run_in_threadpool(work))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 409)
    except TargetingError as error:
        return JSONResponse({"error": str(error)}, 503)

"""What every page of the review desk shares: who is let in, the frame, files of the package, answers."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from targeting.errors import TargetingError
from targeting.review.refusals import refusal, why_not
from targeting.review.views import LONGEST_NAME
from targeting.review.words import PAGE, Tongue, Word, say

HEADER = "x-review-desk"
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


Handler = Callable[[Request], Awaitable[Response]]
Dispatch = Callable[[Request, Handler], Awaitable[Response]]


def guard(token: str) -> Dispatch:
    """Nothing without the token, under another host name, or changed from elsewhere."""

    async def dispatch(request: Request, handler: Handler) -> Response:
        given = request.url.path.split("/")[1]
        if not hmac.compare_digest(given.encode(), token.encode()) or request.url.hostname not in HERE:
            response: Response = PlainTextResponse("not found", 404)
        elif request.method == "POST" and not _from_the_page(request):
            response = JSONResponse({"error": refusal("elsewhere")}, 403)
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


def nothing_more() -> dict[str, Any]:
    """What most frames ask for when they are opened."""
    return {}


def framed(
    template: str,
    words: Mapping[str, Word],
    tongue: Tongue,
    asked: Callable[[], Mapping[str, Any]] = nothing_more,
    **told: Any,
) -> Handler:
    """A page's frame, with the words of every page and its own; what it shows comes by script.

    `asked` gives what the frame needs of the store when it is opened; where that fails, 503 says why.
    """
    environment = Environment(loader=PackageLoader("targeting.review"), autoescape=True, undefined=StrictUndefined)
    spoken = {name: say(word, tongue) for name, word in {**PAGE, **words}.items()}
    made = environment.get_template(template)

    async def page(_request: Request) -> Response:
        try:
            found = await run_in_threadpool(asked)
        except TargetingError as error:
            return PlainTextResponse(why_not(error), 503)
        return HTMLResponse(made.render(language=tongue, words=spoken, **told, **found))

    return page


def asset(name: str, kind: str) -> Handler:
    """A file of this package."""
    text = files("targeting.review").joinpath("templates", name).read_text(encoding="utf-8")

    async def sent(_request: Request) -> Response:
        return Response(text, media_type=kind)

    return sent


def named_in(body: dict[str, Any]) -> str:
    """Who decides; nobody decides without a name."""
    reviewer = str(body.get("reviewer", "")).strip()
    if not reviewer:
        raise ValueError(refusal("no_name"))
    return reviewer[:LONGEST_NAME]


async def answered(work: Callable[[], dict[str, Any]]) -> Response:
    """The work's result, or one message and why."""
    try:
        return JSONResponse(await run_in_threadpool(work))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 409)
    except TargetingError as error:
        return JSONResponse({"error": why_not(error)}, 503)


async def posted(request: Request, work: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """The result of the work on what the page sent, as `answered`; 400 for what is no JSON object."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return JSONResponse({"error": refusal("no_json")}, 400)
    return await answered(lambda: work(body))

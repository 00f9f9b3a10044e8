"""The review desk over a store, served to this machine alone."""

from __future__ import annotations

import secrets
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import typer

from targeting import store
from targeting.cli.options import now
from targeting.cli.output import log, print_json
from targeting.cli.words import level_words
from targeting.errors import UsageError
from targeting.report.labels import Language
from targeting.vocabulary import ReviewDecision

NEEDED = ("starlette", "uvicorn")
LOOPBACK = "127.0.0.1"
LOCK_WAIT_SECONDS = 10.0
MADE_IN = "desk"


class StoreDesk:
    """A run's pairs and the ledger. Every decision opens the store, writes and closes it: runs can go on meanwhile."""

    def __init__(self, db: Path, run_id: str, purpose: str) -> None:
        """Of one run, for one purpose."""
        self.db, self.run_id, self.purpose = db, run_id, purpose

    def queue(self) -> pl.DataFrame:
        """The pairs with all decisions so far."""
        return store.review_queue(self.db, self.run_id, LOCK_WAIT_SECONDS)[1]

    def decide(self, reviewer: str, pair: dict[str, str], decision: ReviewDecision, note: str) -> str:
        """The decision is in the ledger; its id."""
        made = store.PairDecision(pair["person_id"], pair["dtsen_person_id"], pair["fingerprint"], decision, note)
        deed = store.Deed(reviewer, now(), self.purpose)
        return store.record_decisions(self.db, self.run_id, [made], deed, MADE_IN, LOCK_WAIT_SECONDS)[0]

    def undo(self, reviewer: str) -> dict[str, str] | None:
        """The reviewer's last decision on this run's pairs is undone; the pair, None if there is none."""
        own = [
            (one["decision_id"], row)
            for row in self.queue().filter(pl.col("decisions").is_not_null()).iter_rows(named=True)
            for one in row["decisions"]
            if one["operator"] == reviewer
        ]
        if not own:
            return None
        decision_id, row = max(own, key=lambda one: int(one[0].removeprefix("R-")))
        deed = store.Deed(reviewer, now(), self.purpose)
        store.undo_decision(self.db, decision_id, deed, MADE_IN, LOCK_WAIT_SECONDS)
        return {name: row[name] for name in ("person_id", "dtsen_person_id", "fingerprint")}


def serve_desk(
    db: Path, run_id: str, purpose: str, reviewer: str, port: int, lang: Language, *, as_json: bool = False
) -> None:
    """The desk answers on 127.0.0.1 until it is stopped; its address is the one line on stdout, or in one document.

    UsageError if the extra is not installed or the port is taken.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"the review desk needs {', '.join(missing)}. Install it: pip install 'targeting[review]'.")
    import uvicorn  # noqa: PLC0415  (a server, for this command only)

    from targeting.review.web import app  # noqa: PLC0415

    token = secrets.token_urlsafe(24)
    with _bound(port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/{token}/"
        desk = app(StoreDesk(db, run_id, purpose), token, reviewer, level_words, lang.value)
        # No access log: it would hold the token.
        # An open page must not keep the desk from closing.
        config = uvicorn.Config(
            desk, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        if as_json:
            print_json({"run_id": run_id, "address": address})
        else:
            typer.echo(address)
        sys.stdout.flush()
        log.print("Open this address in a browser of this machine. Ctrl-C closes the desk.", markup=False)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        log.print("The desk is closed; every decision is in the ledger.", markup=False)


def _bound(port: int) -> socket.socket:
    """A socket of this machine only; who asks from now on waits for the desk and is not turned away."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(
            f"port {port} cannot be used ({error.strerror}). Name another one, or 0 for a free one."
        ) from None
    return listening

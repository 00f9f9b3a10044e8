"""The review desk over a store, served to this machine alone."""

from __future__ import annotations

import secrets
import socket
import sys
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import now
from targeting.cli.output import log, print_json
from targeting.cli.visits import visit_listing
from targeting.cli.words import level_words
from targeting.errors import UsageError
from targeting.report.headings import HEADINGS
from targeting.report.labels import Language, in_language
from targeting.review.visits import KEY, NUMBER, rows_of
from targeting.vocabulary import OverrideKind, ReviewDecision

NEEDED = ("starlette", "uvicorn")
LOOPBACK = "127.0.0.1"
LOCK_WAIT_SECONDS = 10.0
MADE_IN = "desk"
UNDONE = "dibatalkan di meja tinjau / undone at the review desk"


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


class StoreVisits:
    """A run's borderline candidates and the ledger of overrides, the one that 'targeting override' writes."""

    def __init__(self, db: Path, run_id: str, language: Language, *, reveal: bool) -> None:
        """Of one run. The list is read when it is first asked for: a run does not change; overrides are read anew."""
        self.db, self.run_id, self.language, self.masked = db, run_id, language, not reveal
        self.labels = in_language(HEADINGS, language)

    def queue(self) -> pl.DataFrame:
        """The candidates with what is in force today, masked unless the desk reveals."""
        in_force = self._in_force().drop(KEY)
        told = store.mask(in_force, pseudonym_key()) if self.masked else in_force
        return self._shown.join(told, on=NUMBER, how="left", maintain_order="left")

    def decide(self, operator: str, number: str, kind: OverrideKind, reason: str) -> str:
        """The override is in the ledger; its id."""
        one = store.Override(self._household(number), kind, store.Deed(operator, now(), reason))
        return store.add_overrides(self.db, [one], LOCK_WAIT_SECONDS)[0]

    def undo(self, operator: str) -> str | None:
        """The operator's last override among these candidates is withdrawn; the row's number, None if there is none."""
        own = self._in_force().filter(pl.col("operator").eq_missing(pl.lit(operator)))
        if own.is_empty():
            return None
        override_id, number = max(
            own.select("override_id", NUMBER).iter_rows(), key=lambda one: int(one[0].removeprefix("O-"))
        )
        store.withdraw_override(self.db, override_id, store.Deed(operator, now(), UNDONE), LOCK_WAIT_SECONDS)
        return str(number)

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """The rows of the workbook, nothing masked."""
        return rows_of(visit_listing(self.db, self.run_id, language=self.language, wait_seconds=LOCK_WAIT_SECONDS)[1])

    @cached_property
    def _shown(self) -> pl.DataFrame:
        """The rows as the page may show them."""
        return store.mask(self._rows, pseudonym_key()) if self.masked else self._rows

    def _household(self, number: str) -> str:
        """The id behind a number: what the page shows of it may be masked."""
        return str(self._rows.filter(pl.col(NUMBER) == number)[KEY].item())

    def _in_force(self) -> pl.DataFrame:
        """What is decided about these candidates: number, household_id, and the five columns of a decision."""
        found = store.overrides_in_force(self.db, now().date(), LOCK_WAIT_SECONDS)
        told = found.select(KEY, "kind", "override_id", "operator", "reason", at="decided_at")
        return self._rows.select(NUMBER, KEY).join(told, on=KEY, maintain_order="left")


def serve_desk(
    db: Path,
    run_id: str,
    purpose: str,
    reviewer: str,
    port: int,
    lang: Language,
    *,
    reveal: bool = False,
    as_json: bool = False,
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
        desk = app(
            StoreDesk(db, run_id, purpose),
            StoreVisits(db, run_id, lang, reveal=reveal),
            token,
            reviewer,
            level_words,
            lang.value,
        )
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

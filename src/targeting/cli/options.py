"""Options that several commands share, and what only the command line may ask the machine: who and when."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import store
from targeting.contracts.config import MEMORY
from targeting.errors import TargetingError, UsageError
from targeting.report.labels import Language
from targeting.store import PURPOSE_NEEDED, SHORTEST_PURPOSE


def followed(db: Path) -> Path:
    """The store itself where a symbolic link names it: its lock and backups lie beside it, and what is purged or
    restored is the file, not the link."""
    if not db.name:
        raise UsageError("--db names no file. Give the path of the DuckDB file.")
    return db.resolve() if db.is_symlink() else db


StoreFile = Annotated[Path, typer.Option("--db", help="DuckDB file of the runs.", show_default=True, callback=followed)]
DEFAULT_STORE = Path("targeting.duckdb")


def known_runs(ctx: typer.Context, incomplete: str) -> list[str]:
    """Published runs of the store that begin so, the newest first: what a shell offers after a tab. Never an error."""
    try:
        found = store.runs(Path(ctx.params.get("db") or DEFAULT_STORE))
    except TargetingError:
        return []
    return [run["run_id"] for run in found if run["status"] == "published" and run["run_id"].startswith(incomplete)]


def known_households(ctx: typer.Context, incomplete: str) -> list[str]:
    """Households of the latest list that begin so, by rank: what a shell offers after a tab. Never an error."""
    return [one for one in _of_latest(ctx, "household_id") if one.startswith(incomplete)][:MOST_OFFERED]


def known_districts(ctx: typer.Context, incomplete: str) -> list[str]:
    """Districts of the latest list that begin so. Never an error."""
    return [one for one in dict.fromkeys(_of_latest(ctx, "district")) if one.startswith(incomplete)]


def _of_latest(ctx: typer.Context, column: str) -> list[str]:
    """A column of the latest run's list, nulls left out; empty where there is no run or no store."""
    try:
        _, standing = store.standing_of(Path(ctx.params.get("db") or DEFAULT_STORE), None)
    except TargetingError:
        return []
    return [str(one) for one in standing.get_column(column).drop_nulls()]


MOST_OFFERED = 50
"""Ids that a shell shows at once; a few letters more find the others."""
A_RUN = "Run id or its beginning; or latest, previous."

RunId = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="Run id or its beginning; the latest without it.", autocompletion=known_runs),
]
RunOption = Annotated[
    str | None,
    typer.Option("--run", help="Run id or its beginning; the latest without it.", autocompletion=known_runs),
]

Household = Annotated[
    str, typer.Argument(metavar="HOUSEHOLD", help="household_id of the PPSE file.", autocompletion=known_households)
]
District = Annotated[
    str | None, typer.Option("--district", help="One district only, by code: 34.04.", autocompletion=known_districts)
]
ListsFolder = Annotated[Path, typer.Option("--out", help="Folder in which the run gets its own folder.")]
NewWorkbook = Annotated[Path, typer.Option("--out", help="Workbook, .xlsx; only its owner can read it.")]
FilledWorkbook = Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, filled in.")]

Lang = Annotated[Language, typer.Option("--lang", help="Language of the result.", case_sensitive=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show names, NIK and KK numbers; needs --purpose, an operator.")]
Purpose = Annotated[str | None, typer.Option("--purpose", help="Why personal data is shown; kept in audit_event.")]
Operator = Annotated[
    str | None,
    typer.Option("--operator", envvar="TARGETING_OPERATOR", help="Who does it; your user name without it."),
]
NOBODY = "unknown"
"""The operator where the machine does not tell its user."""


def amount_of_memory(text: str) -> str:
    """The text, if it is an amount of memory such as 4GB; UsageError before any work else."""
    if not re.match(MEMORY, text):
        raise UsageError(f"--memory '{text}' is no amount of memory. Write it like 4GB or 800MB.")
    return text


def now() -> datetime:
    """The time, UTC. Nothing below the command line reads a clock's date."""
    return datetime.now(UTC)


def operator_name(given: str | None) -> str:
    """The operator named (by option or TARGETING_OPERATOR), else the machine's user, else `unknown`."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return NOBODY


def listing_event(
    run: Mapping[str, Any], detail: dict[str, Any], *, reveal: bool, purpose: str | None, operator: str | None
) -> store.AuditEvent:
    """The event of a run's list handed over now: a reveal or an export, for the purpose told, else the run's own."""
    action = store.Action.REVEAL if reveal else store.Action.EXPORT
    why = (purpose or "").strip() or run["purpose"]
    return store.AuditEvent(run["run_id"], now(), action, operator_name(operator), why, detail)


def check_reveal(purpose: str | None, operator: str | None) -> tuple[str, str]:
    """Why and by whom personal data is shown. UsageError unless both are known: the record would be worth nothing."""
    told, who = (purpose or "").strip(), operator_name(operator)
    if len(told) < SHORTEST_PURPOSE:
        raise UsageError(PURPOSE_NEEDED)
    if who == NOBODY:
        raise UsageError(
            "nobody is named who looks at personal data, and this machine does not tell its user. "
            "Say who with --operator NAME, or set TARGETING_OPERATOR."
        )
    return told, who

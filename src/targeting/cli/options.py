"""Options that several commands share, and what only the command line may ask the machine: who and when."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from targeting.report.labels import Language

StoreFile = Annotated[Path, typer.Option("--db", help="DuckDB file of the runs.", show_default=True)]
DEFAULT_STORE = Path("targeting.duckdb")

Lang = Annotated[Language, typer.Option("--lang", help="Language of the result.", case_sensitive=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show names, NIK and KK numbers; needs --purpose; is recorded.")]
Purpose = Annotated[str | None, typer.Option("--purpose", help="Why personal data is shown; kept in audit_event.")]
Operator = Annotated[str | None, typer.Option("--operator", help="Who does it; your user name without it.")]


def now() -> datetime:
    """The time, UTC. Nothing below the command line reads a clock's date."""
    return datetime.now(UTC)


def operator_name(given: str | None) -> str:
    """The operator named, else the machine's user."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"

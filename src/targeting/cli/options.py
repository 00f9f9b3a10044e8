"""Options that several commands share, and what only the command line may ask the machine: who and when."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from targeting.contracts.config import MEMORY
from targeting.errors import UsageError
from targeting.report.labels import Language

StoreFile = Annotated[Path, typer.Option("--db", help="DuckDB file of the runs.", show_default=True)]
DEFAULT_STORE = Path("targeting.duckdb")

Lang = Annotated[Language, typer.Option("--lang", help="Language of the result.", case_sensitive=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show names, NIK and KK numbers; needs --purpose; is recorded.")]
Purpose = Annotated[str | None, typer.Option("--purpose", help="Why personal data is shown; kept in audit_event.")]
Operator = Annotated[str | None, typer.Option("--operator", help="Who does it; your user name without it.")]


def amount_of_memory(text: str) -> str:
    """The text, if it is an amount of memory such as 4GB; UsageError before any work else."""
    if not re.match(MEMORY, text):
        raise UsageError(f"--memory '{text}' is no amount of memory. Write it like 4GB or 800MB.")
    return text


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

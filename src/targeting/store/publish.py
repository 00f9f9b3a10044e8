"""Writes a run: all of its rows in one transaction, or none of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.errors import DiskFullError, TargetingError, UsageError
from targeting.store.audit import AuditEvent, add_event
from targeting.store.checkpoints import cannot_write
from targeting.store.connection import connect, rows, transaction
from targeting.store.schema import ensure_schema, insert, make_views
from targeting.vocabulary import RunStatus, Table

NOT_A_RUNS_OWN = (Table.RUN, Table.AUDIT_EVENT, Table.OVERRIDE_LEDGER, Table.REPLACEMENT, Table.REVIEW_LEDGER)

REFUSED_BY_THE_DISK = (
    OSError,
    DiskFullError,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.TransactionException,  # a commit that found the disk full
)


@dataclass(frozen=True)
class RunRecord:
    """A run as the store remembers it. Times are UTC; `inputs` is one mapping a file; `counts` nests freely."""

    run_id: str
    pipeline_id: str
    purpose: str
    operator: str
    started_at: datetime
    finished_at: datetime
    as_of: date | None
    seed: int
    engine: str
    program_version: str
    status: RunStatus = RunStatus.PUBLISHED
    policy_id: str | None = None
    policy_version: str | None = None
    policy_sha256: str | None = None
    model_sha256: str | None = None
    registry: str | None = None
    library_versions: Mapping[str, str] = field(default_factory=dict)
    step_seconds: Mapping[str, float] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)
    error_class: str | None = None
    error_message: str | None = None
    input_key: str | None = None
    """Hash of all that the list depends on: the same key, the same list."""


def publish(
    db: Path,
    run: RunRecord,
    tables: Mapping[Table, pl.DataFrame],
    wait_seconds: float = 0.0,
    answered: AuditEvent | None = None,
) -> None:
    """The run's row and all rows of `tables` stand in the store under its run_id; on any error none does.

    `answered`: somebody answered for publishing it; the event stands if the run does.

    The store is made on first use. Raises UsageError if the run_id is already published, StoreLockedError if another
    process keeps the file for longer than `wait_seconds`, DiskFullError if the disk is full.
    """
    for table in tables:
        if table in NOT_A_RUNS_OWN:
            raise ValueError(f"{table} is written by the store itself")
    try:
        with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
            ensure_schema(con)
            _write_run(con, run)
            for table in Table:
                if table in tables:
                    insert(con, table, run.run_id, tables[table])
            if answered is not None:
                add_event(con, answered)
            make_views(con)
    except REFUSED_BY_THE_DISK as error:
        raise cannot_write(db.parent, error) from None


def record_failure(db: Path, run: RunRecord) -> bool:
    """The failed run has its row, with the class of its error, and no other row. False if the store would not have it:
    it is published already, locked, or not to be written; the error that ended the run must not be hidden by this one.
    """
    try:
        with connect(db, write=True) as con, transaction(con):
            ensure_schema(con)
            _write_run(con, run)
    except (TargetingError, duckdb.Error):
        return False
    return True


def is_published(db: Path, run_id: str) -> bool:
    """True if the run stands in the store whole."""
    if not db.exists():
        return False
    with connect(db, write=False) as con:
        return bool(rows(con, "SELECT 1 FROM run WHERE run_id = ? AND status = ?", [run_id, str(RunStatus.PUBLISHED)]))


def _write_run(con: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    """Replace a failed attempt of the same run; never touch a published one."""
    if rows(con, "SELECT 1 FROM run WHERE run_id = ? AND status = ?", [run.run_id, str(RunStatus.PUBLISHED)]):
        raise UsageError(f"run {run.run_id} is already published. Start a new run; published runs do not change.")
    con.execute("DELETE FROM run WHERE run_id = ?", [run.run_id])
    [(last,)] = rows(con, "SELECT coalesce(max(sequence), 0) FROM run")
    row = _row(run) | {"sequence": last + 1}
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO run ({names}) VALUES ({marks})", list(row.values()))


def _row(run: RunRecord) -> dict[str, Any]:
    """The record's fields as SQL values."""
    values: dict[str, Any] = {}
    for name in RunRecord.__dataclass_fields__:
        value = getattr(run, name)
        match value:
            case datetime():
                values[name] = value.replace(tzinfo=None)
            case Mapping() | tuple():
                values[name] = json.dumps(value, ensure_ascii=False, default=str)
            case RunStatus():
                values[name] = str(value)
            case _:
                values[name] = value
    return values

"""Removes what was kept long enough: rows of runs that ended before a day, table by table, counted and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from targeting.store.audit import AuditEvent, add_event
from targeting.store.connection import connect, rows, transaction
from targeting.store.copies import Copies, in_backups, without_old_checkpoints
from targeting.store.lock import run_lock
from targeting.store.queries import runs
from targeting.store.rewrite import check_room, rewrite
from targeting.store.schema import ensure_schema
from targeting.vocabulary import PURGEABLE, Table


@dataclass(frozen=True)
class Due:
    """Rows of one table of one run that were kept long enough."""

    run_id: str
    table: Table
    rows: int


def due(db: Path, today: date, before: date | None = None, tables: Sequence[Table] = PURGEABLE) -> list[Due]:
    """What a purge would remove: of runs that ended before `before`; without it, what each run's own retention says."""
    known = runs(db)
    with connect(db, write=False) as con:
        found = [
            Due(run["run_id"], table, _count(con, table, run["run_id"]))
            for run in sorted(known, key=lambda one: one["sequence"])
            for table in tables
            if _is_over(run, table, today, before)
        ]
    return [one for one in found if one.rows]


def purge(db: Path, what: Sequence[Due], event: AuditEvent) -> None:
    """The rows are gone, each run's purge is an audit event with its counts, and the file was written anew.

    A run's own row stays, its counts too: rows in a table, and rows that the audit says were purged of it, add up.
    """
    with run_lock(db):
        _remove(db, what, event)


def due_in_backups(
    db: Path, today: date, before: date | None = None, tables: Sequence[Table] = PURGEABLE
) -> tuple[dict[Path, int], tuple[Path, ...]]:
    """Rows that a purge would remove of each backup beside the store, and backups that cannot be read."""
    return in_backups(db, lambda path: sum(one.rows for one in due(path, today, before, tables)))


def purge_beside(
    db: Path, today: date, event: AuditEvent, before: date | None = None, tables: Sequence[Table] = PURGEABLE
) -> Copies:
    """The backups beside the store have lost what `due` says of each, and a run that was begun before the day and
    never ended its checkpoints.
    """

    def purged(path: Path) -> int:
        what = due(path, today, before, tables)
        if what:
            _remove(path, what, event)
        return sum(one.rows for one in what)

    with run_lock(db):
        rows, unreached = in_backups(db, purged)
        gone, left = without_old_checkpoints(db, before)
    return Copies(rows, unreached, gone, left)


def _remove(db: Path, what: Sequence[Due], event: AuditEvent) -> None:
    """The rows are gone from one file, with an event a run, and the file was written anew."""
    check_room(db)
    with connect(db, write=True) as con, transaction(con):
        ensure_schema(con)
        for run_id in dict.fromkeys(one.run_id for one in what):
            gone = {}
            for one in (each for each in what if each.run_id == run_id):
                con.execute(f"DELETE FROM {one.table} WHERE run_id = ?", [run_id])
                gone[str(one.table)] = one.rows
            add_event(con, replace(event, run_id=run_id, detail=dict(event.detail) | {"tables": gone}))
    rewrite(db)


def _is_over(run: Mapping[str, Any], table: Table, today: date, before: date | None) -> bool:
    """Whether the run's rows of the table were kept long enough."""
    ended: date = run["finished_at"].date()
    if before is not None:
        return ended < before
    days = ((run["counts"] or {}).get("retention") or {}).get(str(table))
    return days is not None and ended + timedelta(days=days) < today


def _count(con: duckdb.DuckDBPyConnection, table: Table, run_id: str) -> int:
    """Rows of a run in a table; none where an earlier version made the store without it."""
    if not rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [str(table)]):
        return 0
    [(count,)] = rows(con, f"SELECT count(*) FROM {table} WHERE run_id = ?", [run_id])
    return int(count)

"""Who took what out of the store, when and why. Events are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import duckdb

from targeting.store.connection import connect, rows, transaction
from targeting.store.schema import ensure_schema


class Action(StrEnum):
    """What was done with personal data, or decided by a person."""

    EXPORT = "export"
    REVEAL = "reveal"
    OVERRIDE = "override"
    REPLACE = "replace"
    PURGE = "purge"


_INSERT = """
    INSERT INTO audit_event (run_id, sequence, happened_at, action, operator, purpose, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True)
class AuditEvent:
    """One deed. `at` is UTC; `detail` says which table, formats, district or household, never a personal value."""

    run_id: str
    at: datetime
    action: Action
    operator: str
    purpose: str
    detail: Mapping[str, object] = field(default_factory=dict)


def record(db: Path, event: AuditEvent, wait_seconds: float = 0.0) -> None:
    """The event stands in `audit_event`, numbered after all others, before the deed is done."""
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        add_event(con, event)


def add_event(con: duckdb.DuckDBPyConnection, event: AuditEvent) -> None:
    """The event stands in the open store, for deeds that are written in the same transaction."""
    [(last,)] = rows(con, "SELECT coalesce(max(sequence), 0) FROM audit_event")
    con.execute(
        _INSERT,
        [
            event.run_id,
            last + 1,
            event.at.replace(tzinfo=None),
            str(event.action),
            event.operator,
            event.purpose,
            json.dumps(event.detail, ensure_ascii=False),
        ],
    )

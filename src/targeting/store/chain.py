"""The chain of audit events: each one's hash is over its own content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from targeting.store.connection import rows

CONTENT = ("run_id", "sequence", "happened_at", "action", "operator", "purpose", "detail")
"""What an event's hash is over, in this order."""

_UNCHAINED = f"SELECT {', '.join(CONTENT)} FROM audit_event ORDER BY sequence"


HEAD_TABLE = "CREATE TABLE IF NOT EXISTS audit_head (sequence BIGINT NOT NULL, hash VARCHAR NOT NULL)"
"""Number and hash of the last event, written with it: events that are cut off at the end are missed by it."""


@dataclass(frozen=True)
class Head:
    """The last event of a chain: what has to be kept elsewhere. Number 0 and an empty hash: no event yet."""

    sequence: int
    hash: str


def event_hash(content: Sequence[Any], previous: str) -> str:
    """SHA-256, in hex, of an event's content (as `CONTENT`, the time a datetime in UTC) and of the hash before it."""
    run_id, sequence, at, *rest = content
    told = [previous, run_id, int(sequence), at.isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def last_event(con: duckdb.DuckDBPyConnection) -> Head:
    """The last event that stands in the open store."""
    found = rows(con, "SELECT sequence, coalesce(hash, '') FROM audit_event ORDER BY sequence DESC LIMIT 1")
    return Head(int(found[0][0]), str(found[0][1])) if found else Head(0, "")


def kept_head(con: duckdb.DuckDBPyConnection) -> Head | None:
    """What the store says was written last, whatever events stand in it now; None in one of an earlier version."""
    if not rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'audit_head'"):
        return None
    found = rows(con, "SELECT sequence, hash FROM audit_head ORDER BY sequence DESC LIMIT 1")
    return Head(int(found[0][0]), str(found[0][1])) if found else Head(0, "")


def keep_head(con: duckdb.DuckDBPyConnection, head: Head) -> None:
    """The open store says that this was written last."""
    con.execute("DELETE FROM audit_head")
    con.execute("INSERT INTO audit_head VALUES (?, ?)", [head.sequence, head.hash])


def chain(con: duckdb.DuckDBPyConnection) -> None:
    """The events of a store that knew no chain are chained as they stand; what befell them before stays unknown."""
    previous = ""
    for content in rows(con, _UNCHAINED):
        own = event_hash(content, previous)
        con.execute(
            "UPDATE audit_event SET previous_hash = ?, hash = ? WHERE sequence = ?", [previous, own, content[1]]
        )
        previous = own

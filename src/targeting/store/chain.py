"""The chain of audit events: each one's hash is over its own content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import duckdb

from targeting.store.connection import rows

CONTENT = ("run_id", "sequence", "happened_at", "action", "operator", "purpose", "detail")
"""What an event's hash is over, in this order."""

_UNCHAINED = f"SELECT {', '.join(CONTENT)} FROM audit_event ORDER BY sequence"


def event_hash(content: Sequence[Any], previous: str) -> str:
    """SHA-256, in hex, of an event's content (as `CONTENT`, the time a datetime in UTC) and of the hash before it."""
    run_id, sequence, at, *rest = content
    told = [previous, run_id, int(sequence), at.isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def chain(con: duckdb.DuckDBPyConnection) -> None:
    """The events of a store that knew no chain are chained as they stand; what befell them before stays unknown."""
    previous = ""
    for content in rows(con, _UNCHAINED):
        own = event_hash(content, previous)
        con.execute(
            "UPDATE audit_event SET previous_hash = ?, hash = ? WHERE sequence = ?", [previous, own, content[1]]
        )
        previous = own

"""Who took what out of the store, when and why. Events are only ever added, each bound to all before it by a hash.

An event's hash is the SHA-256 of its own content and of the hash before it. Whoever edits, removes or moves an event
breaks the chain at that place. The head, number and hash of the last event, stands in the store too, so that a cut at
the end is missed; whoever can write to the file could reckon chain and head anew. Against that stands a head that was
written elsewhere: `verify` is given it and finds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from targeting.errors import InputFileError, UsageError
from targeting.store.chain import CONTENT, Head, event_hash, keep_head, kept_head, last_event
from targeting.store.connection import connect, rows, transaction
from targeting.store.schema import check_is_store, ensure_schema


class Action(StrEnum):
    """What was done with personal data, or decided by a person."""

    EXPORT = "export"
    REVEAL = "reveal"
    ACCESS = "access"
    """A person was told what the store holds on them."""
    ERASE = "erase"
    ANSWER = "answer"
    """A run beyond a shift limit was published, since somebody answered for it."""
    OVERRIDE = "override"
    REPLACE = "replace"
    REVIEW = "review"
    PURGE = "purge"
    ENCRYPT = "encrypt"
    """The store was written anew under another key, or under none."""


_INSERT = f"""
    INSERT INTO audit_event ({", ".join(CONTENT)}, previous_hash, hash)
    VALUES ({", ".join("?" for _ in CONTENT)}, ?, ?)"""

_CHAIN = f"""
    SELECT {", ".join(CONTENT)}, previous_hash, hash
    FROM audit_event ORDER BY sequence, hash"""


@dataclass(frozen=True)
class AuditEvent:
    """One deed. `at` is UTC; `detail` says which table, formats, district or household, never a personal value."""

    run_id: str
    at: datetime
    action: Action
    operator: str
    purpose: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, by the number of the event, and what was done to it."""

    sequence: int
    kind: str
    """edited, missing, moved, truncated, replaced or unchained."""


def record(db: Path, event: AuditEvent, wait_seconds: float = 0.0) -> None:
    """The event stands in `audit_event`, numbered after all others, before the deed is done."""
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        add_event(con, event)


def add_event(con: duckdb.DuckDBPyConnection, event: AuditEvent) -> None:
    """The event stands in the open store, for deeds that are written in the same transaction.

    It follows what was written last, not what stands there last: an event that somebody cut off stays missing.
    """
    last = kept_head(con) or last_event(con)
    at = event.at.replace(tzinfo=None)
    detail = json.dumps(event.detail, ensure_ascii=False, default=str)
    content = (event.run_id, last.sequence + 1, at, str(event.action), event.operator, event.purpose, detail)
    own = event_hash(content, last.hash)
    con.execute(_INSERT, [*content, last.hash, own])
    keep_head(con, Head(last.sequence + 1, own))


def head_of(db: Path) -> Head:
    """The chain's last event. UsageError if the store has none yet."""
    with connect(db, write=False) as con:
        _check_chained(con, db)
        head = last_event(con)
    if head.sequence == 0:
        raise UsageError(f"{db} has no audit event yet. Exports, reports and decisions are recorded in it.")
    return head


def events_of(db: Path) -> list[dict[str, Any]]:
    """Every event, the oldest first, `detail` as Python values."""
    with connect(db, write=False) as con:
        _check_chained(con, db)
        found = rows(con, _CHAIN)
    names = (*CONTENT, "previous_hash", "hash")
    events = [dict(zip(names, row, strict=True)) for row in found]
    return [event | {"detail": json.loads(event["detail"] or "{}")} for event in events]


def verify(db: Path, saved: Head | None = None) -> tuple[Head, list[Break]]:
    """The chain's head, and every place at which it does not hold; none if all is as it was written.

    Without a saved head, a chain reckoned anew from the start, and the head in the store with it, cannot be told.
    """
    with connect(db, write=False) as con:
        _check_chained(con, db)
        chain = rows(con, _CHAIN)
        found = [*_breaks(chain), *_against(chain, saved)]
        own = kept_head(con)
        if own is not None and not found:
            found = list(_against(chain, own, alone=True))
        return last_event(con), found


def _breaks(chain: list[tuple[Any, ...]]) -> Iterator[Break]:
    """Walk the chain by number; one break an event at most, then go on from what stands there."""
    expected, previous = 1, ""
    for *content, before, own in chain:
        sequence = int(content[1])
        if own is None or before is None:
            yield Break(sequence, "unchained")
        elif sequence != expected:
            yield Break(expected, "missing" if sequence > expected else "moved")
        elif event_hash(content, before) != own:
            yield Break(sequence, "edited")
        elif before != previous:
            yield Break(sequence, "moved")
        expected, previous = sequence + 1, own or ""


def _against(chain: list[tuple[Any, ...]], saved: Head | None, *, alone: bool = False) -> Iterator[Break]:
    """What a head says of the chain; `alone`: nothing may have been written after it."""
    if saved is None:
        return
    if alone and chain and int(chain[-1][1]) > saved.sequence:
        yield Break(int(chain[-1][1]), "unchained")
    if saved.sequence == 0:
        return
    hashes = {int(row[1]): row[-1] for row in chain}
    if saved.sequence not in hashes:
        yield Break(saved.sequence, "truncated")
    elif hashes[saved.sequence] != saved.hash:
        yield Break(saved.sequence, "replaced")


def _check_chained(con: duckdb.DuckDBPyConnection, db: Path) -> None:
    """Raise InputFileError for a file that is no store, UsageError for one whose events are not chained yet."""
    check_is_store(con, db)
    if not rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'audit_event'"):
        raise InputFileError(
            f"{db} has no audit events any more: somebody removed the whole table. Compare it with a backup, and tell "
            "the data protection officer."
        )
    sql = "SELECT 1 FROM duckdb_columns() WHERE table_name = 'audit_event' AND column_name = 'hash'"
    if not rows(con, sql):
        raise UsageError(
            f"an earlier version of targeting wrote {db}: its audit events are not chained yet. "
            "The next run or export on it chains them; nothing in it is lost."
        )

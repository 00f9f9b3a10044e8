"""The store and the backups beside it, written anew under another key, or under none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from targeting.errors import TargetingError
from targeting.store.at_rest import KeyFor, State, StoreKey, check_can_encrypt, state_of
from targeting.store.audit import AuditEvent, add_event
from targeting.store.backup import ENDING, backups_folder
from targeting.store.connection import connect, transaction
from targeting.store.copies import without_checkpoints
from targeting.store.lock import run_lock
from targeting.store.rewrite import rewrite_under
from targeting.store.schema import check_is_store, ensure_schema


@dataclass(frozen=True)
class Encrypted:
    """What was written anew, backups that could not be read and stay as they were, steps whose checkpoints are gone."""

    files: tuple[Path, ...]
    left: tuple[Path, ...]
    checkpoints: tuple[str, ...]


def encrypt(
    db: Path, event: AuditEvent, key: StoreKey | None, earlier: StoreKey | None = None, wait_seconds: float = 0.0
) -> Encrypted:
    """The store and the backups beside it are encrypted with the key, or in the clear without one.

    `earlier` opens what is encrypted now (the key itself without it); `event` stands in the audit before it is done.
    Each file is replaced whole: if this is stopped, old and new ones are left, and it can be repeated.
    Raises StoreKeyError if nothing can be encrypted here or the store does not open, StoreLockedError if it is in use.
    """

    def opens(path: Path, _: bool) -> StoreKey | None:
        return (earlier or key) if state_of(path) is State.ENCRYPTED else None

    if key is not None:
        check_can_encrypt()
    with run_lock(db, wait_seconds):
        _rewritten(db, key, opens, wait_seconds, event)
        gone = without_checkpoints(db)
        done, left = [db], []
        for path in sorted(backups_folder(db).glob(f"*{ENDING}")):
            try:
                _rewritten(path, key, opens, wait_seconds)
            except (TargetingError, duckdb.Error):
                left.append(path)
            else:
                done.append(path)
    return Encrypted(tuple(done), tuple(left), gone)


def _rewritten(path: Path, key: StoreKey | None, opens: KeyFor, wait: float, event: AuditEvent | None = None) -> None:
    """One file under the key."""
    with connect(path, write=False, wait_seconds=wait, keyed=opens) as con:
        check_is_store(con, path)
    with connect(path, write=True, wait_seconds=wait, keyed=opens) as con:
        if event is not None:
            with transaction(con):
                ensure_schema(con)
                add_event(con, event)
        rewrite_under(con, path, key)

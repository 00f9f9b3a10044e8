"""One run at a time on a store: a lock that the operating system lets go of when its process dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from targeting.errors import StoreLockedError, UsageError
from targeting.store.connection import RETRY_SECONDS

INSTEAD = "another store with --db"


@contextmanager
def run_lock(db: Path, wait_seconds: float = 0.0, instead: str = INSTEAD) -> Iterator[None]:
    """While inside, no other run may work towards `db`; readers are not disturbed. `instead`: what else could be named.

    DuckDB's own lock would do, held from the first step to the last, but would shut out everybody who only wants to
    read last night's list. Raises StoreLockedError if another run is still at work after `wait_seconds`.
    """
    path = db.with_name(db.name + ".lock")
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            handle = _locked_handle(path, db, instead)
            break
        except StoreLockedError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(RETRY_SECONDS)
    try:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        if sys.platform != "win32":  # Windows does not remove an open file
            path.unlink(missing_ok=True)
        os.close(handle)


def check_not_running(db: Path) -> None:
    """Raise StoreLockedError if a run is at work on the store; nothing is made or changed."""
    path = db.with_name(db.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return
    try:
        _take(handle, path, db, INSTEAD)
    finally:
        os.close(handle)


def _locked_handle(path: Path, db: Path, instead: str) -> int:
    """The lock file, open and ours."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UsageError(f"{path} cannot be made: {error.strerror}. Name {instead}.") from None
        try:
            _take(handle, path, db, instead)
        except StoreLockedError:
            os.close(handle)
            raise
        # A run that ended between our opening and our locking removed this file: its lock would guard nothing.
        if path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
        os.close(handle)


def _take(handle: int, path: Path, db: Path, instead: str) -> None:
    """Lock the open file or say who has it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  (exists on Windows only)

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  (does not exist on Windows)

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = path.read_text(encoding="ascii", errors="replace").strip() if sys.platform != "win32" else ""
        who = f"process {holder}" if holder.isdigit() else "another process"
        raise StoreLockedError(
            f"a run is already at work on {db} ({who}). Wait until it ends, stop it, or name {instead}."
        ) from None

"""Opens the DuckDB file: owner-only when made, one writer at a time, every failure told with its cure."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.disk import disk_full, is_full
from targeting.errors import DiskFullError, InputFileError, StoreKeyError, StoreLockedError, UsageError
from targeting.store.at_rest import NAME, KeyFor, State, StoreKey, attach, check_can_encrypt, key_for, quoted, state_of

RETRY_SECONDS = 0.25
LOCKED = re.compile(r"(could not set lock|conflicting lock|being used by another process)", re.IGNORECASE)
DAMAGED = re.compile(
    r"(corrupt|checksum|failed to deserialize|serialization error|read out of|AES tag|could not read enough)",
    re.IGNORECASE,
)
WRONG_KEY = "Wrong encryption key"
HOLDER = re.compile(r"\(PID (\d+)\)")


@contextmanager
def owner_only() -> Iterator[None]:
    """Files and folders made inside are readable by their owner alone: they hold personal data.

    DuckDB makes its own files (database, write-ahead log, spill folder), so the umask is the one place that
    reaches all.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def connect(
    db: Path, *, write: bool, wait_seconds: float = 0.0, keyed: KeyFor = key_for
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An open store, closed afterwards. A writer makes the file if there is none; a reader needs one.

    `keyed` says with which key, if any; without it, that of the environment.

    Waits up to `wait_seconds` for another process to let go of the file. Raises StoreLockedError if it does not,
    InputFileError if the file is absent for a reader or is no DuckDB file, UsageError if it cannot be made there,
    StoreKeyError if it is encrypted and the key is not the one that opens it, DiskFullError if its disk is full.
    """
    if not write and not db.exists():
        raise InputFileError(
            f"{db} does not exist. Run 'targeting run PIPELINE.yaml' first, or name the file with --db."
        )
    with owner_only(), _no_half_made_file(db):
        con = _open(db, keyed, write=write, wait_seconds=wait_seconds)
        try:
            if write:  # rows come in as frames: a second thread makes that slower, not faster
                con.execute("SET threads = 1")
            yield con
        except duckdb.Error as error:
            if DAMAGED.search(str(error)):
                raise _damaged(db) from None
            if is_full(error):
                raise disk_full(db.parent) from None
            raise
        finally:
            con.close()


@contextmanager
def _no_half_made_file(db: Path) -> Iterator[None]:
    """A file that a full disk kept from being made is gone: nobody could open it, and no backup would help."""
    there = db.exists()
    try:
        yield
    except DiskFullError:
        if not there:
            for path in (db, db.with_name(db.name + ".wal")):
                path.unlink(missing_ok=True)
        raise


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All statements inside take effect together, or none of them does."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction: what failed is to be told
            con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query. Results stream in DuckDB 2: one left open blocks the connection, so none is."""
    return con.execute(sql, list(params)).fetchall()


def frame(con: duckdb.DuckDBPyConnection, sql: str, params: Sequence[Any] = ()) -> pl.DataFrame:
    """A query's result as a polars frame."""
    found: pl.DataFrame = con.sql(sql, params=list(params)).pl()
    return found


def check_can_publish(db: Path, wait_seconds: float = 0.0) -> None:
    """Raise now what publishing would raise at the end of a long run: a locked file, another file kind, no folder.

    Leaves nothing behind.
    """
    if db.exists():
        with connect(db, write=True, wait_seconds=wait_seconds):
            return
    check_can_encrypt()
    check_can_write(db.parent, "--db")


def check_can_write(folder: Path, option: str) -> None:
    """Raise UsageError now if files could not be made in `folder` later; `option` is where it was named.

    Makes the folder and a file in it, and removes what it made: what permissions say is not the whole truth on network
    drives and in containers.
    """
    made: list[Path] = []
    try:
        for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
            missing.mkdir(mode=0o700)
            made.append(missing)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"no file can be written in {folder} ({error.strerror}). Name another place with {option}."
        ) from None
    finally:
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir()


def _open(db: Path, keyed: KeyFor, *, write: bool, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    """Connect, trying again while another process holds the file and there is time left."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            if write:
                db.parent.mkdir(parents=True, exist_ok=True)
            return _connected(db, keyed(db, write), write=write)
        except duckdb.Error as error:
            locked = LOCKED.search(str(error))
            if not locked or time.monotonic() >= deadline:
                raise _explained(db, str(error), is_locked=bool(locked)) from None
        except OSError as error:
            raise UsageError(f"{db} cannot be opened: {error.strerror}. Name another file with --db.") from None
        time.sleep(RETRY_SECONDS)


def _connected(db: Path, key: StoreKey | None, *, write: bool) -> duckdb.DuckDBPyConnection:
    """The file opened, by its key if it is encrypted."""
    if key is None:
        return duckdb.connect(str(db), read_only=not write)
    con = duckdb.connect()
    try:
        con.execute(f"SET temp_directory = {quoted(f'{db}.tmp')}")
        attach(con, db, NAME, key, write=write)
        con.execute(f"USE {NAME}")
    except BaseException:
        con.close()
        raise
    return con


def _explained(db: Path, message: str, *, is_locked: bool) -> Exception:
    """DuckDB's refusal as one of ours, with what to do."""
    if is_locked:
        holder = HOLDER.search(message)
        who = f"process {holder.group(1)}" if holder else "another process"
        return StoreLockedError(
            f"{db} is in use by {who}. Wait until it ends or close the program that has the file open, then try again."
        )
    if is_full(duckdb.Error(message)):
        return disk_full(db.parent)
    if WRONG_KEY in message:
        return StoreKeyError(f"{db} is encrypted with another key than the one given. Nothing was changed.")
    if "not a valid DuckDB database" in message or db.is_dir() or (db.exists() and state_of(db) is State.OTHER):
        return InputFileError(
            f"{db} is not a DuckDB file. Name another file with --db, or move this one away; it was not changed. If it "
            f"was the store and is damaged, 'targeting restore --db {db}' puts the last backup in its place."
        )
    if DAMAGED.search(message):
        return _damaged(db)
    first_line = message.splitlines()[0]
    return InputFileError(f"{db} cannot be opened: {first_line} Check its permissions and that it is whole.")


def _damaged(db: Path) -> InputFileError:
    """What to do about a store whose bytes are not those that were written."""
    return InputFileError(
        f"{db} is damaged. 'targeting restore --db {db}' puts the last backup in its place and moves this file aside."
    )

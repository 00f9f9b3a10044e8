"""Copies of the store, whole and verified, and the way back from one when the store is damaged."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from targeting.disk import disk_full, is_full
from targeting.errors import InputFileError, StoreKeyError, TargetingError, UsageError
from targeting.store.checkpoints import UNFINISHED
from targeting.store.connection import connect, owner_only, rows
from targeting.store.lock import run_lock
from targeting.store.schema import check_is_store

ENDING = ".duckdb"
ASIDE = ".damaged-"


@dataclass(frozen=True)
class Backup:
    """A copy of the store: how many runs it knows, and the latest published one (None without any).

    `sequence` numbers what was written last: a copy with a greater one is newer, whatever the clock said.
    """

    path: Path
    runs: int
    sequence: int
    latest_run: str | None


@dataclass(frozen=True)
class Restored:
    """The backup that stands in the store's place now, and where the damaged file went (None if there was none)."""

    backup: Backup
    damaged: Path | None


def backups_folder(db: Path) -> Path:
    """Where the backups of a store are."""
    return db.with_name(db.name + ".backups")


def back_up(db: Path, now: datetime, folder: Path | None = None, keep: int = 7, wait_seconds: float = 0.0) -> Backup:
    """A verified copy of the store stands in the folder, owner-only, and of the older ones the newest `keep` - 1.

    Raises InputFileError if the store is absent or damaged, StoreLockedError if somebody writes to it for longer than
    `wait_seconds`, DiskFullError or UsageError if the copy cannot be written.
    """
    place = folder or backups_folder(db)
    path = place / f"{now:%Y%m%dT%H%M%S%fZ}{ENDING}"
    unfinished = path.with_name(path.name + UNFINISHED)
    with run_lock(db, wait_seconds):
        described(db, wait_seconds)
        with connect(db, write=True, wait_seconds=wait_seconds) as con:
            con.execute("CHECKPOINT")  # what a run that was killed left in the write-ahead log is in the file now
        try:
            with owner_only():
                place.mkdir(parents=True, exist_ok=True)
                for left in place.glob(f"*{ENDING}{UNFINISHED}"):  # of a backup that was killed: whole persons in it
                    left.unlink()
                _copy(db, unfinished)
                found = described(unfinished)
                unfinished.replace(path)
        except OSError as error:
            raise _cannot_write(place, error) from None
        finally:
            unfinished.unlink(missing_ok=True)
    for older in backups_of(db, folder)[keep:]:
        older.path.unlink()
    return Backup(path, found.runs, found.sequence, found.latest_run)


def backups_of(db: Path, folder: Path | None = None) -> list[Backup]:
    """The backups that can be read, the newest first."""
    found = []
    for path in sorted((folder or backups_folder(db)).glob(f"*{ENDING}")):
        try:
            found.append(described(path))
        except TargetingError:
            continue
    return sorted(found, key=lambda one: (one.sequence, one.path.name), reverse=True)


def restore(db: Path, now: datetime, backup: Path | None = None, wait_seconds: float = 0.0) -> Restored:
    """The newest backup that can be read (or the one named) stands in the store's place; the file that was there is
    moved aside, not removed.

    Raises InputFileError if there is no backup that can be read, StoreLockedError if the store is in use.
    """
    if backup is None:
        known = backups_of(db)
        if not known:
            _check_not_sealed(db)
            raise InputFileError(
                f"no backup that can be read is in {backups_folder(db)}. Name one with --from. 'targeting backup' "
                "makes them, best after every run."
            )
        chosen = known[0]
    else:
        chosen = described(backup)
    unfinished = db.with_name(db.name + UNFINISHED)
    with run_lock(db, wait_seconds):
        _check_not_open(db, wait_seconds)
        try:
            with owner_only():
                _copy(chosen.path, unfinished)
                damaged = _moved_aside(db, now)
                unfinished.replace(db)
        except OSError as error:
            raise _cannot_write(db.parent, error) from None
        finally:
            unfinished.unlink(missing_ok=True)
    return Restored(chosen, damaged)


def described(path: Path, wait_seconds: float = 0.0) -> Backup:
    """What a store holds, every table of it read to the end. Raises InputFileError if it is damaged or no store."""
    with connect(path, write=False, wait_seconds=wait_seconds) as con:
        check_is_store(con, path)
        for (table,) in rows(con, "SELECT table_name FROM duckdb_tables()"):
            con.execute(f'SELECT bit_xor(hash(COLUMNS(*))) FROM "{table}"').fetchall()
        [(runs, sequence)] = rows(con, "SELECT count(*), coalesce(max(sequence), 0) FROM run")
        [(events,)] = rows(con, "SELECT coalesce(max(sequence), 0) FROM audit_event")
        latest = rows(con, "SELECT run_id FROM latest_run")
    return Backup(path, runs, sequence + events, latest[0][0] if latest else None)


def _check_not_open(db: Path, wait_seconds: float) -> None:
    """Raise StoreLockedError if a program has the store open; that it cannot be read is no hindrance."""
    if not db.exists():
        return
    try:
        with connect(db, write=True, wait_seconds=wait_seconds):
            pass
    except (InputFileError, duckdb.Error):
        return


def _check_not_sealed(db: Path) -> None:
    """Raise StoreKeyError if a backup is there that only wants its key."""
    for path in backups_folder(db).glob(f"*{ENDING}"):
        try:
            described(path)
        except StoreKeyError:
            raise
        except TargetingError:
            continue


def _moved_aside(db: Path, now: datetime) -> Path | None:
    """The file that was there, under another name, with its write-ahead log."""
    if not db.exists():
        return None
    aside = db.with_name(f"{db.name}{ASIDE}{now:%Y%m%dT%H%M%SZ}")
    log = db.with_name(db.name + ".wal")
    if log.exists():
        log.replace(aside.with_name(aside.name + ".wal"))
    db.replace(aside)
    return aside


def _copy(source: Path, target: Path) -> None:
    """The file's bytes, on disk."""
    shutil.copyfile(source, target)
    handle = os.open(target, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(folder: Path, error: OSError) -> TargetingError:
    if is_full(error):
        return disk_full(folder)
    return UsageError(f"{folder} cannot be written: {error.strerror}. Check its permissions, or name another place.")

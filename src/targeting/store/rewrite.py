"""Writes the store's file anew, so that what was deleted from its tables is gone from its bytes too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from targeting.disk import disk_full, is_full
from targeting.errors import DiskFullError, UsageError
from targeting.store.at_rest import StoreKey, attach, key_for
from targeting.store.connection import connect, owner_only


def check_room(db: Path) -> None:
    """Raise DiskFullError before anything is deleted if the file could not be written anew afterwards.

    Rows that are deleted and whose bytes stay would be the worst of both: nobody would know of them any more.
    """
    log = db.with_name(db.name + ".wal")
    need = sum(path.stat().st_size for path in (db, log) if path.exists())
    free = shutil.disk_usage(db.parent).free
    if free < need:
        raise DiskFullError(
            f"the disk of {db.parent} has {free / 1e6:,.0f} MB left, and {db.name} is to be written anew, which takes "
            f"{need / 1e6:,.0f} MB. Nothing was changed. Free space and try again."
        )


def rewrite(db: Path) -> None:
    """The file holds the same rows and nothing of deleted ones; readers see the old file or the new one.

    DuckDB keeps the blocks of deleted rows until they are needed again. DiskFullError if the disk is too full for
    a copy, UsageError if it cannot be written otherwise.
    """
    with connect(db, write=True) as con:
        rewrite_under(con, db, key_for(db, True))


def rewrite_under(con: duckdb.DuckDBPyConnection, db: Path, key: StoreKey | None) -> None:
    """The file, open in `con`, is written anew and encrypted with the key, or in the clear without one.

    Raises DiskFullError if the disk is too full for a copy, UsageError if it cannot be written otherwise,
    StoreKeyError if nothing can be encrypted here.
    """
    partial = db.with_name(f".{db.name}.rewritten")
    try:
        with owner_only():
            con.execute("CHECKPOINT")
            partial.unlink(missing_ok=True)
            [(name,)] = con.execute("SELECT current_database()").fetchall()
            attach(con, partial, "rewritten", key, write=True)
            con.execute(f'COPY FROM DATABASE "{name}" TO rewritten')
            con.execute("DETACH rewritten")
            _flush(partial)
            partial.replace(db)  # while the old file is still open here: nobody can have written to it since
    except (OSError, duckdb.IOException, duckdb.FatalException, duckdb.TransactionException) as error:
        if is_full(error):
            raise disk_full(db.parent) from None
        raise UsageError(f"{db} cannot be written anew ({error}). Check its permissions, and repeat.") from None
    finally:
        partial.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """The file's bytes have reached the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A backup is whole, and the way back from a damaged store is one step."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from targeting.errors import InputFileError, StoreLockedError
from targeting.store import back_up, backups_of, publish, restore, runs
from targeting.store.connection import connect, frame

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
HOLD = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def db(tmp_path: Path, make_run, frames) -> Path:
    """A store of two runs, each backed up; the clock was set back in between."""
    path = tmp_path / "t.duckdb"
    publish(path, make_run(), frames)
    back_up(path, LATE)
    publish(path, make_run("run-2"), frames)
    back_up(path, EARLY)
    return path


def test_a_backup_is_owner_only_and_the_newest_is_the_one_with_the_most_in_it(db):
    newest, older = backups_of(db)
    assert (newest.latest_run, newest.runs, older.latest_run, older.runs) == ("run-2", 2, "run-1", 1)
    assert newest.path.name < older.path.name
    assert stat.S_IMODE(newest.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(newest.path.parent.stat().st_mode) == 0o700


def test_only_so_many_backups_stay(db):
    back_up(db, datetime(2026, 1, 3, tzinfo=UTC), keep=1)
    [left] = backups_of(db)
    assert left.latest_run == "run-2"


@pytest.mark.parametrize("where", [0, 5, 0.9])
def test_a_damaged_store_is_told_and_restored_and_moved_aside(db, where):
    content = bytearray(db.read_bytes())
    at = where if isinstance(where, int) else int(len(content) * where)
    content[at : at + 4096] = bytes(byte ^ 255 for byte in content[at : at + 4096])
    db.write_bytes(content)
    with pytest.raises(InputFileError, match="targeting restore"):
        back_up(db, datetime(2026, 1, 3, tzinfo=UTC))
    done = restore(db, datetime(2026, 1, 3, tzinfo=UTC))
    assert [run["run_id"] for run in runs(db)] == ["run-2", "run-1"]
    assert done.damaged is not None
    assert done.damaged.read_bytes() == bytes(content)
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


def test_a_damaged_backup_is_passed_over(db):
    newest, _ = backups_of(db)
    newest.path.write_bytes(newest.path.read_bytes()[:5000])
    db.write_bytes(b"")
    restore(db, LATE)
    assert [run["run_id"] for run in runs(db)] == ["run-1"]


def test_a_store_that_is_gone_is_restored(db):
    db.unlink()
    assert restore(db, LATE).damaged is None
    with connect(db, write=False) as con:
        assert frame(con, "SELECT count(*) AS n FROM latest_candidate")["n"][0] == 3


def test_without_a_backup_nothing_is_touched(tmp_path):
    db = tmp_path / "t.duckdb"
    db.write_bytes(b"no store")
    with pytest.raises(InputFileError, match="no backup that can be read"):
        restore(db, LATE)
    assert db.read_bytes() == b"no store"


def test_a_store_that_is_in_use_is_neither_restored_nor_backed_up_and_its_holder_is_named(db):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        for deed in (lambda: restore(db, LATE), lambda: back_up(db, LATE, wait_seconds=0.3)):
            with pytest.raises(StoreLockedError, match=f"process {holder.pid}") as told:
                deed()
            assert told.value.exit_code == 14
    finally:
        holder.communicate("")
    back_up(db, datetime(2026, 1, 4, tzinfo=UTC), wait_seconds=5)

"""A run appears whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from targeting.errors import InputFileError, StoreLockedError, UsageError
from targeting.store import check_can_publish, is_published, publish, record_failure, run_lock, run_of, runs
from targeting.store.connection import connect, frame, rows
from targeting.vocabulary import RunStatus, Table

HOLD = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def count(db: Path, table: str) -> int:
    with connect(db, write=False) as con:
        return int(rows(con, f"SELECT count(*) FROM {table}")[0][0])


def test_a_published_run_has_all_its_rows_and_its_own_row(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    assert count(db, "candidate") == 3
    assert count(db, "person") == 4
    [run] = runs(db)
    assert (run["status"], run["sequence"], run["step_seconds"]) == ("published", 1, {"intake": 1.5})
    assert is_published(db, "run-1")


def test_a_run_that_fails_half_way_leaves_no_row_at_all(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    broken = frames | {Table.CANDIDATE: frames[Table.CANDIDATE].with_columns(status=pl.lit(None, pl.String))}
    with pytest.raises(duckdb.ConstraintException):
        publish(db, make_run("run-2"), broken)
    assert (count(db, "candidate"), count(db, "household"), len(runs(db))) == (3, 3, 1)


def test_the_file_is_its_owners_alone(tmp_path, make_run, frames):
    db = tmp_path / "deep" / "t.duckdb"
    publish(db, make_run(), frames)
    assert stat.S_IMODE(db.stat().st_mode) == 0o600
    assert stat.S_IMODE(db.parent.stat().st_mode) == 0o700


def test_a_column_nobody_declared_is_kept_and_later_runs_may_lack_it(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    publish(db, make_run("run-2"), frames | {Table.HOUSEHOLD: frames[Table.HOUSEHOLD].drop("luas_lantai_bangunan")})
    wider = frames[Table.CANDIDATE].with_columns(pl.lit(1.5).alias("new_column"))
    publish(db, make_run("run-3"), frames | {Table.CANDIDATE: wider})
    with connect(db, write=False) as con:
        seen = frame(con, "SELECT luas_lantai_bangunan FROM household WHERE run_id = 'run-1' ORDER BY household_id")
        latest = frame(con, "SELECT run_id, new_column FROM latest_candidate")
    assert seen.get_column("luas_lantai_bangunan").to_list() == [24.0, -1.5, None]
    assert latest.rows() == [("run-3", 1.5)] * 3


def test_the_latest_run_is_the_last_published_one_whatever_its_clock_said(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run("b"), frames)
    early = make_run().started_at.replace(year=2020)
    publish(db, make_run("a", started_at=early, finished_at=early), frames)
    record_failure(db, make_run("c", status=RunStatus.FAILED, error_class="PolicyError"))
    assert run_of(db, None)["run_id"] == "a"
    assert [run["run_id"] for run in runs(db)] == ["c", "a", "b"]


def test_a_failed_run_has_a_row_and_may_be_published_later(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    record_failure(db, make_run(status=RunStatus.FAILED, error_class="PolicyError", error_message="no policy"))
    assert (runs(db)[0]["status"], runs(db)[0]["error_class"], count(db, "candidate")) == ("failed", "PolicyError", 0)
    publish(db, make_run(), frames)
    assert [run["status"] for run in runs(db)] == ["published"]


def test_a_published_run_is_never_written_twice(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    with pytest.raises(UsageError, match="already published"):
        publish(db, make_run(), frames)
    assert record_failure(db, make_run(status=RunStatus.FAILED)) is False
    assert count(db, "candidate") == 3


def test_a_file_that_another_process_holds_is_told_with_its_holder(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        with pytest.raises(StoreLockedError, match=f"process {holder.pid}"):
            publish(db, make_run("run-2"), frames, wait_seconds=0.3)
        with pytest.raises(StoreLockedError):
            check_can_publish(db)
        holder.stdin.close()
    publish(db, make_run("run-2"), frames)
    assert len(runs(db)) == 2


def test_a_file_that_is_no_database_is_left_as_it_was(tmp_path, make_run, frames):
    db = tmp_path / "notes.duckdb"
    db.write_text("shopping list\n" * 400, encoding="utf-8")
    with pytest.raises(InputFileError, match="is not a DuckDB file"):
        publish(db, make_run(), frames)
    with pytest.raises(InputFileError, match="is not a DuckDB file"):
        check_can_publish(tmp_path)
    assert db.read_text(encoding="utf-8").startswith("shopping list")


def test_a_table_of_text_is_no_store_whatever_duckdb_makes_of_its_name(tmp_path):
    path = tmp_path / "ppse_member.csv"
    path.write_text("person_id\nP-1\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="is not a DuckDB file"):
        runs(path)
    assert path.read_text(encoding="utf-8") == "person_id\nP-1\n"


def test_another_programs_database_is_told_apart(tmp_path):
    db = tmp_path / "other.duckdb"
    duckdb.connect(str(db)).close()
    with pytest.raises(InputFileError, match="no runs of targeting"):
        runs(db)


def test_a_store_of_a_newer_program_is_refused(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    with connect(db, write=True) as con:
        con.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(InputFileError, match="newer targeting"):
        publish(db, make_run("run-2"), frames)


def test_asking_before_there_is_a_store_makes_none(tmp_path):
    db = tmp_path / "t.duckdb"
    with pytest.raises(InputFileError, match="does not exist"):
        runs(db)
    check_can_publish(db)
    assert list(tmp_path.iterdir()) == []


def test_only_one_run_at_a_time_works_towards_a_store(tmp_path):
    db = tmp_path / "t.duckdb"
    with run_lock(db), pytest.raises(StoreLockedError, match=f"process {os.getpid()}"), run_lock(db):
        pass
    with run_lock(db):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_run_that_died_does_not_hold(tmp_path):
    db = tmp_path / "t.duckdb"
    (tmp_path / "t.duckdb.lock").write_text("999999", encoding="ascii")
    with run_lock(db):
        pass


def test_a_run_is_found_by_the_beginning_of_its_id_unless_two_share_it(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    for run_id in ("run-10", "run-11", "run-1"):
        publish(db, make_run(run_id), frames)
    assert run_of(db, "run-11")["run_id"] == "run-11"
    assert run_of(db, "run-1")["run_id"] == "run-1"
    with pytest.raises(UsageError, match="3 runs begin with"):
        run_of(db, "run")
    with pytest.raises(UsageError, match="no published run"):
        run_of(db, "x")

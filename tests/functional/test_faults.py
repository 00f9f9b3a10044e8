"""What befalls a night: each fault with its message and exit code, on a real disk and against real processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from targeting.store.connection import connect

TARGETING = (sys.executable, "-m", "targeting.cli.main")


def fill(disk: Path, left: int) -> None:
    """Only so many bytes are left on the disk."""
    whole = shutil.disk_usage(disk).free - left
    (disk / "filler").write_bytes(b"\0" * max(whole, 0))


def test_a_disk_of_the_store_that_is_full_ends_with_15_and_the_run_goes_on_once_there_is_space(job, small_disk):
    """Full before a checkpoint stands; at the commit: tests/unit/store/test_checkpoints.py."""
    fill(small_disk, 12_000)
    code, told = job.run("--db", str(small_disk / "t.duckdb"))
    assert (code, told["status"], told["error"]) == (15, "interrupted", "DiskFullError")
    assert f"the disk of {small_disk}" in told["message"]
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=30m", str(small_disk)], check=True)
    code, told = job.run("--db", str(small_disk / "t.duckdb"), "--resume")
    assert (code, told["status"], told["exit_code"]) == (0, "published", 0)
    assert job.list_of(told["run_id"]) == job.list_of(job.one("SELECT run_id FROM latest_run"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_disk_of_the_lists_that_is_full_ends_with_15_and_leaves_no_half_file(job, small_disk, targeting, form):
    fill(small_disk, 4_096)
    done = targeting("export", "--db", job.db, "--out", small_disk, "--format", form, "--all")
    assert (done.returncode, done.stdout) == (15, "")
    assert "is full; what was there before was not changed" in done.stderr
    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["filler"]


def test_what_cannot_be_written_anew_for_want_of_space_is_not_deleted_either(job, small_disk, targeting):
    size = job.db.stat().st_size
    subprocess.run(["mount", "-o", f"remount,size={size + 700_000}", str(small_disk)], check=True)
    db = small_disk / "t.duckdb"
    shutil.copyfile(job.db, db)
    done = targeting("purge", "--before", "2099-01-01", "--confirm", "--db", db)
    assert (done.returncode, "Nothing was changed" in done.stderr) == (15, True)
    with connect(db, write=False) as con:
        assert con.execute("SELECT count(*) FROM person").fetchall() != [(0,)]


def test_a_log_on_a_full_disk_and_a_stdout_nobody_reads_end_no_run(job):
    """Both at once, in a process of its own: the list stands, the exit code says so, one line says what is missing."""
    with Path("/dev/full").open("w") as full:
        out = ("--db", job.db, "--out", job.folder / "out", "--quiet", "--json", "--log", "/dev/full", "--if-changed")
        asked = [*TARGETING, "run", job.folder / "run.yaml", *out]
        done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 15
    assert ["warning", "error"] == [line.split(":")[0] for line in done.stderr.splitlines()]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*TARGETING, "runs", "--db", job.db, "--json"], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_store_behind_a_symbolic_link_is_purged_itself(job, targeting):
    link = job.folder / "link.duckdb"
    link.symlink_to("t.duckdb")
    done = targeting("purge", "--before", "2099-01-01", "--confirm", "--db", link)
    assert (done.returncode, link.is_symlink()) == (0, True)
    assert job.one("SELECT count(*) FROM person") == 0


@pytest.mark.parametrize("wrong", [("--bogus",), ("--log", "."), ("--as-of", "kemarin"), ("--db", "")])
def test_a_monitor_is_told_one_line_whatever_is_wrong_with_the_command_line(job, targeting, wrong):
    done = targeting("run", job.folder / "run.yaml", "--quiet", "--json", *wrong)
    [line] = done.stdout.splitlines()
    told = json.loads(line)
    assert (done.returncode, told["status"], told["exit_code"], told["error"]) == (2, "failed", 2, "UsageError")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_that_another_process_has_open_is_waited_for_as_long_as_was_said(job, read_only):
    holding = (
        f"import duckdb; c = duckdb.connect({str(job.db)!r}, read_only={read_only}); print('held', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        begun = time.monotonic()
        code, told = job.run("--wait", "1")
        waited = time.monotonic() - begun
        holder.communicate(b"\n")
    assert (code, told["exit_code"], waited >= 1) == (14, 14, True)
    assert f"{job.db} is in use by process {holder.pid}. Wait until it ends or close the program" in told["message"]
    assert job.one("SELECT count(*) FROM run") == 1


def test_a_disk_that_cannot_be_written_is_told_before_the_work(job, small_disk):
    subprocess.run(["mount", "-o", f"remount,size={job.db.stat().st_size + 65_536}", str(small_disk)], check=True)
    shutil.copyfile(job.db, small_disk / "t.duckdb")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, told = job.run("--out", str(small_disk / "lists"))
    assert (code, "Read-only file system" in told["message"], "--out" in told["message"]) == (2, True, True)
    code, told = job.run("--db", str(small_disk / "t.duckdb"))
    assert (code, "Read-only file system" in told["message"], "--db" in told["message"]) == (2, True, True)
    assert job.one("SELECT count(*) FROM run") == 1

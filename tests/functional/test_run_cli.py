"""targeting run: the counts it gives, what it leaves behind, and how it ends when something is wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from targeting.store.connection import connect, rows

ROOT = Path(__file__).parents[2]


def runs_in(db: Path) -> list[tuple[object, ...]]:
    with connect(db, write=False) as con:
        return rows(con, "SELECT status, error_class FROM run ORDER BY sequence")


def test_every_row_is_accounted_for_from_file_to_seat(published):
    counts, inputs = published.result["counts"], published.result["inputs"]
    assert [one["rows_in"] for one in inputs] == [one["accepted"] + one["rejected"] for one in inputs]
    accepted = counts["households"]["accepted"]
    assert accepted == inputs[0]["accepted"]
    assert accepted == sum(counts["candidates"].values())
    assert accepted == sum(counts["links"].values())
    assert counts["candidates"] == {
        status: sum(district[status] for district in counts["districts"].values()) for status in counts["candidates"]
    }


def test_the_store_holds_what_the_result_says(published):
    counts, inputs = published.result["counts"], published.result["inputs"]
    with connect(published.db, write=False) as con:
        stored = {
            table: rows(con, f"SELECT count(*) FROM {table}")[0][0]
            for table in ("household", "person", "assessment", "candidate", "rejected_row", "latest_candidate")
        }
        selected = rows(con, "SELECT count(*) FROM latest_candidate WHERE status = 'selected'")[0][0]
    assert stored == {
        "household": inputs[0]["accepted"],
        "person": inputs[1]["accepted"],
        "assessment": inputs[0]["accepted"],
        "candidate": inputs[0]["accepted"],
        "rejected_row": sum(one["rejected"] for one in inputs),
        "latest_candidate": inputs[0]["accepted"],
    }
    assert selected == counts["candidates"]["selected"] == 50


def test_the_sample_has_all_seats_filled_and_most_households_found(published):
    counts = published.result["counts"]
    seats = {code: one["selected"] for code, one in counts["districts"].items() if one["selected"]}
    assert seats == {"34.04": 25, "35.07": 25}
    assert counts["links"]["linked"] > 0.7 * counts["households"]["accepted"]


def test_stderr_is_quiet_where_there_is_no_terminal(published):
    assert published.stderr == ""


def test_a_second_run_on_the_same_files_writes_the_same_list_and_shows_it(
    published, targeting, tmp_path, pipeline_file
):
    done = targeting("run", pipeline_file(), "--db", "t.duckdb", "--out", "lists")
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "Funnel",
        "Top ten: 34.04",
        "Top ten: 35.07",
        "Time by step",
        "candidate.xlsx",
        "bukan keputusan akhir",
    ):
        assert words in done.stdout
    [first] = published.out.glob("*/candidate.csv")
    [second] = (tmp_path / "lists").glob("*/candidate.csv")
    assert first.read_bytes() == second.read_bytes()


def test_a_dry_run_counts_and_writes_nothing(targeting, tmp_path, pipeline_file):
    done = targeting("run", pipeline_file(), "--dry-run", "--lang", "id")
    assert done.returncode == 0
    assert "2,119" in done.stdout
    assert "Tidak ada yang divalidasi" in done.stdout
    assert "Perkiraan kasar menurut pengukuran" in done.stdout
    assert "sha256:158a323a7ba44870f23d96f1516dd70aa48e9a72db4ebb026b0a89e212a208ab" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run.yaml"]


def test_a_dry_run_after_a_run_forecasts_its_time(published, targeting, pipeline_file):
    done = targeting("run", pipeline_file(), "--dry-run", "--db", published.db)
    assert published.result["run_id"] in done.stdout
    assert "pairs compared" in done.stdout


@pytest.mark.parametrize(
    ("replacement", "code", "told"),
    [
        (("ppse_household.csv", "absent.csv"), 10, "does not exist"),
        (("ppse_household.csv", "broken/empty.csv"), 10, "empty.csv is empty"),
        (("policy/wub-ppse-2026.yaml", "policy/absent.yaml"), 13, "Give the path of a policy file"),
        (("as_of: 2026-06-01", "as_of: 2031-06-01"), 13, "in force from"),
        (("purpose: mencoba proses pada data sintetis\n", ""), 2, "purpose: the key is missing"),
        (('"34.04"', '"99.99"'), 2, "99.99 is no kabupaten or kota"),
        (("seed: 2026", "limits: {max_rejected_share: 0.001}"), 11, "more than limits.max_rejected_share allows"),
    ],
)
def test_what_is_wrong_is_told_with_its_exit_code_and_nothing_is_published(
    targeting, tmp_path, pipeline_file, replacement, code, told
):
    done = targeting("run", pipeline_file(replacement), "--db", "t.duckdb")
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    if (tmp_path / "t.duckdb").exists():
        expected = "refused" if code == 11 else "failed"
        assert [status for status, _ in runs_in(tmp_path / "t.duckdb")] == [expected]


def test_a_pipeline_file_that_is_not_there_is_told(targeting):
    done = targeting("run", "absent.yaml")
    assert (done.returncode, "absent.yaml: No such file" in done.stderr) == (2, True)


def test_a_folder_for_lists_that_cannot_be_is_told_before_the_work(targeting, tmp_path, pipeline_file):
    (tmp_path / "lists").write_text("", encoding="utf-8")
    done = targeting("run", pipeline_file(), "--out", "lists")
    assert (done.returncode, "--out" in done.stderr) == (2, True)
    assert not (tmp_path / "targeting.duckdb").exists()


def test_a_folder_that_only_seems_writable_is_told_before_the_work(targeting, tmp_path, pipeline_file):
    done = targeting("run", pipeline_file(), "--out", "/proc/lists")
    assert (done.returncode, "--out" in done.stderr) == (2, True)
    assert not (tmp_path / "targeting.duckdb").exists()


def test_a_run_that_meets_another_ends_with_14_and_the_other_ends_well_or_is_stopped_with_15(
    tmp_path, targeting, pipeline_file
):
    path = pipeline_file()
    command = [sys.executable, "-m", "targeting.cli.main", "run", str(path), "--db", "t.duckdb"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        wait_for(tmp_path / "t.duckdb.lock")
        second = targeting("run", path, "--db", "t.duckdb")
        first.send_signal(signal.SIGINT)
        _, stderr = first.communicate(timeout=120)
    assert (second.returncode, second.stdout) == (14, "")
    assert f"process {first.pid}" in second.stderr
    if first.returncode == 0:
        pytest.skip("the first run was done before it could be stopped")
    assert (first.returncode, "stopped" in stderr) == (15, True)
    assert "Traceback" not in stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_says_so_and_leaves_only_its_own_row(tmp_path, pipeline_file, stop):
    command = [sys.executable, "-m", "targeting.cli.main", "run", str(pipeline_file()), "--db", "t.duckdb"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_for(tmp_path / "t.duckdb.work")  # the run has begun: it has a row to leave
        run.send_signal(stop)
        stdout, stderr = run.communicate(timeout=120)
    assert (run.returncode, stdout) == (15, "")
    assert "stopped; nothing was published" in stderr
    assert runs_in(tmp_path / "t.duckdb") == [("failed", "RunInterruptedError")]
    assert {path.name for path in tmp_path.iterdir()} - {"t.duckdb.work"} == {"run.yaml", "t.duckdb"}


def test_a_store_that_somebody_has_open_ends_with_14(tmp_path, published, targeting_process, pipeline_file):
    db = tmp_path / "t.duckdb"
    db.write_bytes(published.db.read_bytes())
    with connect(db, write=True):
        done = targeting_process("run", pipeline_file(), "--db", db)
    assert (done.returncode, done.stdout) == (14, "")
    assert "is in use by process" in done.stderr
    assert len(runs_in(db)) == 1


def wait_for(path: Path) -> None:
    """Return when the file is there."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)

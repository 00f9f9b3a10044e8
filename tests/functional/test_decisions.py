"""What persons decide: overrides that outlive runs, replacements from the waitlist, a lottery anyone can draw again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from targeting.store.connection import connect, rows

REASON = "alamat sedang diperiksa petugas"


def listed(folder: Path) -> dict[str, dict[str, str]]:
    """The exported list by household."""
    [path] = folder.glob("*/candidate.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["household_id"]: row for row in csv.DictReader(lines)}


@pytest.fixture
def store(published, tmp_path) -> Path:
    """A store with one published run, of the test's own."""
    copy = tmp_path / "t.duckdb"
    shutil.copy(published.db, copy)
    return copy


def exported(targeting, store: Path, out: str) -> dict[str, dict[str, str]]:
    done = targeting("export", "--db", store, "--out", out, "--format", "csv", "--all")
    assert done.returncode == 0, done.stderr
    return listed(store.parent / out)


def in_district(candidates: dict[str, dict[str, str]], district: str, status: str) -> list[dict[str, str]]:
    return [row for row in candidates.values() if (row["district"], row["status"]) == (district, status)]


def test_an_override_survives_a_new_run_and_is_shown_with_who_and_why(targeting, store, pipeline_file):
    before = exported(targeting, store, "before")
    first, second, *_ = in_district(before, "34.04", "selected")
    refused = next(row for row in before.values() if (row["district"], row["rank"]) == ("34.04", ""))
    for household, kind in ((first, "hold"), (second, "exclude"), (refused, "include")):
        asked = ("--kind", kind, "--reason", REASON, "--operator", "petugas-7", "--db", store)
        assert targeting("override", "add", household["household_id"], *asked).returncode == 0
    again = targeting("run", pipeline_file(), "--db", store, "--out", "again", "--json")
    result: dict[str, Any] = json.loads(again.stdout)
    assert result["counts"]["overrides"] == {"hold": 1, "include": 1, "exclude": 1}
    assert result["counts"]["candidates"]["selected"] == 50
    after = exported(targeting, store, "after")
    status = [after[one["household_id"]]["status"] for one in (first, second, refused)]
    assert status == ["not_selected", "not_selected", "selected"]
    assert after[first["household_id"]]["override"] == f"hold O-0001 (petugas-7): {REASON}"
    assert after[first["household_id"]]["rank"] == first["rank"]
    assert "Seat by a person's decision" in after[refused["household_id"]]["reasons"]


def test_an_override_is_withdrawn_by_a_second_row(targeting, store):
    asked = ("PPSE-0000001", "--kind", "hold", "--reason", REASON, "--db", store)
    assert targeting("override", "add", *asked).stdout.strip() == "O-0001"
    twice = targeting("override", "add", *asked)
    assert (twice.returncode, "O-0001 (hold) is in force" in twice.stderr) == (2, True)
    done = targeting("override", "withdraw", "O-0001", "--reason", "alamat sudah diperiksa", "--db", store)
    assert done.returncode == 0
    assert json.loads(targeting("override", "list", "--db", store, "--json").stdout) == []
    history = json.loads(targeting("override", "list", "--all", "--db", store, "--json").stdout)
    assert [(row["event"], row["override_id"]) for row in history] == [("add", "O-0001"), ("withdraw", "O-0001")]
    with connect(store, write=False) as con:
        assert rows(con, "SELECT count(*) FROM audit_event WHERE action = 'override'") == [(2,)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--reason", "karena"), "at least 10 letters"),
        (("--reason", REASON, "--until", "2020-01-01"), "is over already"),
    ],
)
def test_an_override_needs_a_reason_and_a_day_to_come(targeting, store, arguments, told):
    done = targeting("override", "add", "PPSE-0000001", "--kind", "hold", *arguments, "--db", store)
    assert (done.returncode, told in done.stderr) == (2, True)


def test_an_override_of_an_unknown_household_waits_for_it_and_says_so(targeting, store):
    done = targeting("override", "add", "PPSE-9999999", "--kind", "hold", "--reason", REASON, "--db", store)
    assert (done.returncode, "waits for one" in done.stderr) == (0, True)


def test_the_next_of_the_waitlist_takes_the_seat_of_who_declines(targeting, store, published):
    before = exported(targeting, store, "before")
    seats, waiting = (in_district(before, "35.07", status) for status in ("selected", "waitlist"))
    declining = next(row for row in seats if row["seat_basis"] == "merit")
    run_id = published.result["run_id"]
    asked = ("--household", declining["household_id"], "--reason", "mengundurkan diri", "--db", store, "--json")
    with connect(store, write=True) as con:
        con.execute("UPDATE candidate SET waitlist_until = DATE '2999-01-01' WHERE waitlist_until IS NOT NULL")
    done = targeting("replace", run_id, *asked)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["replaced_by"] in {row["household_id"] for row in waiting}
    after = exported(targeting, store, "after")
    assert after[declining["household_id"]]["status"] == "not_selected"
    assert "Declined" in after[declining["household_id"]]["reasons"]
    assert after[told["replaced_by"]]["status"] == "selected"
    assert len(in_district(after, "35.07", "selected")) == 25
    again = targeting("replace", run_id, *asked)
    assert (again.returncode, "declined already" in again.stderr) == (2, True)


def test_a_waitlist_that_is_over_replaces_nobody(targeting, store, published):
    before = exported(targeting, store, "before")
    seat = in_district(before, "34.04", "selected")[0]["household_id"]
    with connect(store, write=True) as con:
        con.execute("UPDATE candidate SET waitlist_until = DATE '2020-01-01' WHERE waitlist_until IS NOT NULL")
    asked = ("--household", seat, "--reason", "mengundurkan diri", "--db", store)
    done = targeting("replace", published.result["run_id"], *asked)
    assert (done.returncode, "valid until 2020-01-01" in done.stderr) == (2, True)


def test_the_lottery_of_a_list_can_be_drawn_again_by_anyone(targeting, store, tmp_path):
    exported(targeting, store, "before")
    [path] = (tmp_path / "before").glob("*/candidate.csv")
    commitment = json.loads(targeting("lottery", "commit", "2026", "--json").stdout)["commitment"]
    right = targeting("lottery", "check", path, "--seed", 2026, "--commitment", commitment, "--json")
    assert right.returncode == 0, right.stderr
    document = json.loads(right.stdout)
    assert (document["drawn"] > 0, document["wrong"]) == (True, 0)
    wrong = targeting("lottery", "check", path, "--seed", 2027)
    assert wrong.returncode == 13
    other = targeting("lottery", "check", path, "--seed", 2027, "--commitment", commitment)
    assert (other.returncode, "not the one that was committed to" in other.stderr) == (13, True)


def test_the_program_in_the_readme_draws_it_again_without_this_one(targeting, store, tmp_path):
    exported(targeting, store, "before")
    [path] = (tmp_path / "before").glob("*/candidate.csv")
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    [program] = re.findall(r"^```python\n(.+?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    again = [sys.executable, "-I", "-W", "ignore", "-c", program]
    assert subprocess.run(again, cwd=path.parent, check=False).returncode == 0
    other = [part.replace('"2026"', '"2027"') for part in again]
    assert subprocess.run(other, cwd=path.parent, check=False, stderr=subprocess.DEVNULL).returncode == 1


def test_a_new_seed_is_long_and_another_one_each_time(targeting):
    seeds = {json.loads(targeting("lottery", "commit", "--json").stdout)["seed"] for _ in range(2)}
    assert len(seeds) == 2
    assert max(seeds) > 2**40


def test_a_seed_goes_into_a_file_of_its_owner_alone_and_the_run_is_held_to_it(targeting, tmp_path, pipeline_file):
    made = targeting("lottery", "commit", "--out", "seed.txt", "--json")
    told, [seed] = json.loads(made.stdout), re.findall(r"^\d+$", (tmp_path / "seed.txt").read_text(), re.MULTILINE)
    assert (seed in made.stdout + made.stderr, (tmp_path / "seed.txt").stat().st_mode & 0o077) == (False, 0)
    again = targeting("lottery", "commit", "--out", "seed.txt")
    assert (again.returncode, "there already" in again.stderr) == (2, True)
    run = pipeline_file(("seed: 2026", f"seed_file: seed.txt\nseed_commit: {told['commitment']}"))
    done = targeting("run", run, "--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)["commitment"]) == (0, told["commitment"])
    (tmp_path / "other.txt").write_text("2026\n", encoding="utf-8")
    other = targeting("run", run, "--dry-run", "--seed-file", "other.txt")
    assert (other.returncode, "committed to" in other.stderr, "2026" in other.stderr) == (2, True, False)

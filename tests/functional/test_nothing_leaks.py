"""A whole session leaves no NIK, KK number or full name anywhere but where it was asked to, and no file to others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
from leak_watch import content, named, people

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NAMING = ("t.duckdb", "own.duckdb", "refused.csv")
"""Files that hold personal data by their purpose: the store, its copy, refused rows as they came."""


def test_who_is_named_is_found() -> None:
    people = ["SITI AMINAH", "AMINAH BINTI", "N\u00c9 DUA".encode().decode("latin-1"), "3404015002809001"]
    assert named(b"\x00\xff SITI AMINAH BINTI 13404015002809001\n N\xc3\x89 DUA", people) == 4
    assert named(b"SITI, AMINAH 340401500280900", people) == 0


def test_a_whole_session_gives_nobody_away_and_leaves_its_files_to_their_owner(targeting, tmp_path, published):
    db = tmp_path / "own.duckdb"
    db.write_bytes(published.db.read_bytes())
    db.chmod(0o600)
    first, second = (one["household_id"] for one in published.result["candidates"][:2])
    decision = ("override", "add", second, "--kind", "hold", "--reason", "alamat sedang diperiksa", "--db", db)
    check = ("--schema", "ppse-member", "--issues", "issues.csv", "--rejected", "refused.csv")
    session = [
        targeting(*command)
        for command in (
            ("export", "--db", db, "--all", "--lang", "id"),
            ("report", "--db", db, "--out", "report.html"),
            ("report", "--db", db, "--json"),
            ("explain", first, "--db", db, "--json"),
            ("explain", second, "--db", db, "--lang", "id"),
            ("explain", "3404015002809001", "--db", db),
            ("runs", "--db", db, "--json"),
            decision,
            ("override", "list", "--db", db, "--json"),
            ("audit", "list", "--db", db, "--json"),
            ("audit", "head", "--db", db, "--out", "head.json"),
            ("purge", "--before", "2099-01-01", "--db", db),
            ("validate", SAMPLE / "ppse_member.csv", *check, "--json"),
            ("validate", SAMPLE / "broken" / "nik_numbers.xlsx", *check),
        )
    ]
    assert len(people()) > 5000
    assert [done.returncode for done in session] == [0] * 5 + [2] + [0] * 7 + [10]
    told = "".join(done.stdout + done.stderr for done in session) + published.stderr + json.dumps(published.result)
    assert named(told.encode()) == 0
    files = [path for folder in (tmp_path, published.folder) for path in folder.rglob("*") if path.is_file()]
    files = [path for path in files if path.name != "run.yaml"]
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
    assert {path.name: n for path in files if path.name not in NAMING and (n := named(content(path)))} == {}
    assert len(files) > 10


def test_what_is_held_on_a_person_is_asked_for_by_stdin_and_not_repeated(tmp_path, published):
    nik = pl.read_csv(SAMPLE / "ppse_member.csv", infer_schema=False, truncate_ragged_lines=True)["nik"].drop_nulls()[3]
    db = tmp_path / "own.duckdb"
    db.write_bytes(published.db.read_bytes())
    command = [sys.executable, "-m", "targeting.cli.main", "subject", "--db", str(db), "--json"]
    why = ["--purpose", "permintaan akses nomor 12", "--operator", "Ani"]
    done = subprocess.run([*command, *why], input=f"{nik}\n", capture_output=True, text=True, check=True, cwd=tmp_path)
    assert json.loads(done.stdout)["person"][0]["nik"] == nik
    assert (nik in done.stderr, done.stderr) == (False, "")
    refused = subprocess.run(command, input=f"{nik}\n", capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (refused.returncode, nik in refused.stderr, "--purpose" in refused.stderr) == (2, False, True)

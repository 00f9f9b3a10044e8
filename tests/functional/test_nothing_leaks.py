"""A whole session leaves no NIK, KK number or full name anywhere but where it was asked to, and no file to others."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NAMING = ("t.duckdb", "own.duckdb", "refused.csv")
"""Files that hold personal data by their purpose: the store, its copy, refused rows as they came."""


@pytest.fixture(scope="session")
def people() -> list[bytes]:
    """Every NIK, KK number and name of two words or more of every sample file."""
    values: set[str] = set()
    for name in ("ppse_member", "ppse_household", "dtsen_person", "dtsen_family", "ppse_flat"):
        frame = pl.read_csv(SAMPLE / f"{name}.csv", infer_schema=False, truncate_ragged_lines=True)
        for column in {"nik", "no_kk", "nama", "nama_kepala_keluarga"} & set(frame.columns):
            values |= set(frame.get_column(column).drop_nulls().str.strip_chars())
    numbers = {value for value in values if value.isdigit() and len(value) == 16 and len(set(value)) > 1}
    names = {value for value in values if len(value.split()) > 1}
    return [value.encode() for value in sorted(numbers | names)]


def named(content: bytes, people: list[bytes]) -> int:
    """How many of the sample's people the bytes give away: all are looked for in one pass over the bytes."""
    text, values = content.decode("latin-1"), [value.decode("latin-1") for value in people]
    return len(set(pl.Series([text]).str.extract_many(values, overlapping=True)[0]))


def test_who_is_named_is_found() -> None:
    people = [b"SITI AMINAH", b"AMINAH BINTI", "N\u00c9 DUA".encode(), b"3404015002809001"]
    assert named(b"\x00\xff SITI AMINAH BINTI 13404015002809001\n N\xc3\x89 DUA", people) == 4
    assert named(b"SITI, AMINAH 340401500280900", people) == 0


def content(path: Path) -> bytes:
    """A file's bytes, and what is packed in them."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return raw + gzip.decompress(raw)
    if path.suffix == ".parquet":
        return raw + pl.read_parquet(path).write_json().encode() + str(pl.read_parquet_metadata(path)).encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return raw + b"".join(book.read(name) for name in book.namelist())
    return raw


def test_a_whole_session_gives_nobody_away_and_leaves_its_files_to_their_owner(targeting, tmp_path, published, people):
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
    assert len(people) > 5000
    assert [done.returncode for done in session] == [0] * 5 + [2] + [0] * 7 + [10]
    told = "".join(done.stdout + done.stderr for done in session) + published.stderr + json.dumps(published.result)
    assert named(told.encode(), people) == 0
    files = [path for folder in (tmp_path, published.folder) for path in folder.rglob("*") if path.is_file()]
    files = [path for path in files if path.name != "run.yaml"]
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
    assert {path.name: n for path in files if path.name not in NAMING and (n := named(content(path), people))} == {}
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

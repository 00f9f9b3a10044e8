"""targeting committee on a published run: what the sheets show, whom they do not, and what they are refused for."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from targeting.cli.main import app
from targeting.errors import UsageError
from targeting.store.connection import connect, rows
from targeting.vocabulary import DISCLAIMER_ID

SCHEMA = Path(__file__).parents[1] / "unit" / "store" / "datapackage.schema.json"
WHY = "verifikasi lapangan"


@pytest.fixture(scope="module")
def db(published, tmp_path_factory) -> Path:
    """The published store, to write to."""
    return Path(shutil.copy(published.db, tmp_path_factory.mktemp("committee") / "t.duckdb"))


def committee(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["committee", "--db", str(db), *arguments])


def cells(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read("xl/sharedStrings.xml").decode()


@pytest.fixture(scope="module")
def made(db, tmp_path_factory) -> dict[str, Path]:
    """The sheets of both districts by name of file."""
    out = tmp_path_factory.mktemp("sheets")
    done = committee(db, "--out", str(out))
    assert done.exit_code == 0, done.output
    return {Path(line).name: Path(line) for line in done.stdout.splitlines()}


def test_each_district_has_a_page_and_a_workbook_with_seats_waitlist_and_signatures(made, published):
    names = [f"committee-{code}.{kind}" for code in ("34.04", "35.07") for kind in ("html", "xlsx")]
    assert sorted(made) == sorted([*names, "committee.datapackage.json"])
    listed = [one for one in published.result["candidates"] if one["district"] == "34.04"]
    page, book = made["committee-34.04.html"].read_text(encoding="utf-8"), cells(made["committee-34.04.xlsx"])
    for text in (page, book):
        assert all(one["household_id"] in text for one in listed)
        assert [
            word for word in ("Kursi", "Cadangan", "Kuota afirmasi", "Ketua panitia", "NIP") if word not in text
        ] == []
        assert DISCLAIMER_ID in text
    assert "size: A4 landscape" in page
    assert [mark for mark in ("<script", "http:", "https:", "url(", "@import") if mark in page] == []


def test_the_sheets_name_nobody_unless_asked_to(made, db, published, tmp_path):
    with connect(db, write=False) as con:
        sql = "SELECT nik, nama FROM person WHERE run_id = ? AND nik IS NOT NULL"
        people = {value for row in rows(con, sql, [published.result["run_id"]]) for value in row if len(value) > 9}
    masked = made["committee-35.07.html"].read_text(encoding="utf-8") + cells(made["committee-35.07.xlsx"])
    assert sum(value in masked for value in people) == 0
    refused = committee(db, "--reveal", "--out", str(tmp_path / "o"))
    assert (type(refused.exception), (tmp_path / "o").exists()) == (UsageError, False)
    done = committee(
        db, "--reveal", "--purpose", WHY, "--operator", "Ani", "--out", str(tmp_path), "--district", "35.07", "--json"
    )
    told = json.loads(done.stdout)
    page = Path(told["files"][0])
    assert page.name == "committee-35.07-RAHASIA.html"
    assert sum(value in page.read_text(encoding="utf-8") for value in people) > 20
    assert "RAHASIA." in page.read_text(encoding="utf-8")
    with connect(db, write=False) as con:
        assert rows(con, "SELECT action, operator, purpose FROM audit_event ORDER BY sequence DESC LIMIT 1") == [
            ("reveal", "Ani", WHY)
        ]


def test_the_same_run_gives_the_same_bytes_and_a_valid_descriptor(made, db, tmp_path):
    done = committee(db, "--out", str(tmp_path))
    again = {Path(line).name: Path(line).read_bytes() for line in done.stdout.splitlines()}
    assert again == {name: path.read_bytes() for name, path in made.items()}
    told = json.loads(made["committee.datapackage.json"].read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(told)
    assert {one["path"] for one in told["resources"]} == set(made) - {"committee.datapackage.json"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.values())


def test_a_district_that_the_run_does_not_know_is_told_with_those_it_knows(db):
    done = committee(db, "--district", "99.99")
    assert "34.04, 35.07" in str(done.exception)

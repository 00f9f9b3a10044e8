"""targeting export, runs and explain on a published run: what they show, and whom they do not."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from targeting.report.dictionary import meanings
from targeting.report.labels import Language
from targeting.store.connection import connect, rows
from targeting.vocabulary import DISCLAIMER_ID

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def personal() -> set[str]:
    """Every NIK, KK number and name of two words or more in the sample."""
    members = pl.read_csv(SAMPLE / "ppse_member.csv", infer_schema=False, truncate_ragged_lines=True)
    persons = pl.read_csv(SAMPLE / "dtsen_person.csv", infer_schema=False)
    families = pl.read_csv(SAMPLE / "ppse_household.csv", infer_schema=False, truncate_ragged_lines=True)
    columns = (members["nik"], members["nama"], persons["nik"], persons["nama"], families["no_kk"])
    values = {value.strip() for column in columns for value in column.drop_nulls()}
    numbers = {value for value in values if value.isdigit() and len(value) == 16}
    # A NIK of sixteen nines is nobody's, and stands in every 0.9999999999999999.
    return {number for number in numbers if len(set(number)) > 1} | {name for name in values if len(name.split()) > 1}


def named(text: str, personal: set[str]) -> int:
    """How many of the sample's people the text gives away."""
    return pl.Series([text]).str.extract_many(sorted(personal), overlapping=True)[0].n_unique()


def text_of(path: Path) -> str:
    """A file's text, an Excel file's cells."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv()
    return path.read_text(encoding="utf-8")


def records(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def events(db: Path) -> list[tuple[object, ...]]:
    with connect(db, write=False) as con:
        return rows(con, "SELECT action, operator, purpose FROM audit_event ORDER BY sequence")


@pytest.fixture
def db(tmp_path, published) -> Path:
    """The published store, to write to."""
    path = tmp_path / "own.duckdb"
    path.write_bytes(published.db.read_bytes())
    return path


def test_the_runs_own_lists_give_nobody_away(published, personal):
    files = [published.folder / path for path in published.result["files"]]
    assert len(personal) > 5000
    assert {path.name: named(text_of(path), personal) for path in files} == {path.name: 0 for path in files}
    assert named(json.dumps(published.result, ensure_ascii=False), personal) == 0


@pytest.mark.parametrize(
    "table", ["person", "household", "rejected_row", "validation_issue", "person_link", "assessment"]
)
def test_no_table_gives_anybody_away_unless_asked_to(db, targeting, personal, table):
    done = targeting("export", "--db", db, "--table", table, "--format", "csv")
    assert done.returncode == 0
    path = db.parent / done.stdout.splitlines()[0]
    assert (len(records(path)) > 10, named(text_of(path), personal)) == (True, 0)


def test_the_list_has_both_districts_ranks_and_the_sentence_in_every_row(db, targeting, published):
    done = targeting("export", "--db", db, "--format", "csv", "--lang", "id")
    found = records(db.parent / done.stdout.splitlines()[0])
    assert {row["district"] for row in found} == {"34.04", "35.07"}
    assert {row["status"] for row in found} == {"selected", "waitlist"}
    assumptions = published.result["counts"]["assumptions"]
    assert {row["keterangan"] for row in found} == {f"{DISCLAIMER_ID}; asumsi kebijakan: {assumptions}"}
    assert all(row["reasons"] for row in found)
    assert sum(bool(row["nama_desa"]) for row in found) > 0.9 * len(found)


def test_a_reveal_without_a_purpose_is_refused_and_leaves_no_trace(db, targeting, tmp_path):
    done = targeting("export", "--db", db, "--reveal")
    assert (done.returncode, "--purpose" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
    assert len(events(db)) == 1


def test_a_reveal_with_a_purpose_shows_names_and_is_in_the_audit(db, targeting, personal):
    purpose = "verifikasi lapangan"
    done = targeting("export", "--db", db, "--format", "csv", "--reveal", "--purpose", purpose, "--operator", "Ani")
    path = db.parent / done.stdout.splitlines()[0]
    assert path.name == "candidate-RAHASIA.csv"
    assert named(text_of(path), personal) > 50
    assert events(db)[-1] == ("reveal", "Ani", purpose)


def test_runs_are_listed_for_people_and_machines(db, targeting, published):
    assert published.result["run_id"] in targeting("runs", "--db", db).stdout
    [run] = json.loads(targeting("runs", "--db", db, "--json").stdout)
    assert (run["status"], run["operator"], run["counts"]) == ("published", "tester", published.result["counts"])
    assert {len(one["sha256"]) for one in run["inputs"]} == {64}


def test_a_household_is_explained_without_naming_anybody(db, targeting, published, personal):
    household = published.result["candidates"][0]["household_id"]
    shown = targeting("explain", household, "--db", db, "--lang", "id")
    machine = targeting("explain", household, "--db", db, "--json")
    assert (shown.returncode, machine.returncode) == (0, 0)
    assert named(shown.stdout + machine.stdout, personal) == 0
    found = json.loads(machine.stdout)
    assert found["standing"]["rank"] == 1
    assert found["standing"]["distance_to_last_seat"] >= 0
    assert found["household_links"][0]["match_probability"] > 0
    for words in ("Saringan", "Padanan keluarga di DTSEN", "kursi terakhir", DISCLAIMER_ID):
        assert words in shown.stdout


def test_an_explanation_that_names_people_is_in_the_audit(db, targeting, published, personal):
    household = published.result["candidates"][0]["household_id"]
    done = targeting(
        "explain", household, "--db", db, "--reveal", "--purpose", "keberatan keluarga", "--operator", "Ani"
    )
    assert done.returncode == 0
    assert events(db)[-1] == ("reveal", "Ani", "keberatan keluarga")


def test_an_unknown_household_and_an_unknown_run_are_told(db, targeting):
    unknown = targeting("explain", "nobody", "--db", db)
    assert (unknown.returncode, "no accepted household" in unknown.stderr) == (2, True)
    unknown = targeting("export", "nothing", "--db", db)
    assert (unknown.returncode, "no published run" in unknown.stderr) == (2, True)


def test_a_store_that_is_not_there_is_told(targeting):
    for command in (("runs",), ("export",), ("explain", "x")):
        done = targeting(*command)
        assert (done.returncode, "does not exist" in done.stderr) == (10, True)


def test_a_district_that_the_run_has_not_is_told_and_no_empty_list_is_made(db, targeting, tmp_path):
    done = targeting("export", "--db", db, "--out", tmp_path / "none", "--district", "99.99")
    assert (done.returncode, "Its districts: 34.04, 34.71, 35.07, 35.73." in done.stderr) == (2, True)
    assert not (tmp_path / "none").exists()


def test_a_csv_for_indonesian_excel_and_its_description(targeting, published, tmp_path):
    asked = ("--format", "csv", "--separator", "semicolon", "--decimal", "comma", "--bom")
    done = targeting("export", "--db", published.db, "--out", "o", *asked)
    assert done.returncode == 0, done.stderr
    text = next(tmp_path.glob("o/*/candidate.csv")).read_bytes()
    assert text.startswith(b"\xef\xbb\xbfdistrict;")
    told = json.loads(next(tmp_path.glob("o/*/candidate.datapackage.json")).read_text(encoding="utf-8"))
    [resource] = told["resources"]
    assert (resource["dialect"]["delimiter"], resource["bytes"]) == (";", len(text))
    assert resource["hash"] == "sha256:" + hashlib.sha256(text).hexdigest()
    score = next(one for one in resource["schema"]["fields"] if one["name"] == "score")
    assert (score["type"], score["decimalChar"]) == ("number", ",")
    assert targeting("export", "--db", published.db, "--decimal", "comma").returncode == 2


def test_every_column_that_a_run_published_has_a_meaning(published):
    sql = """
        SELECT DISTINCT column_name FROM duckdb_columns()
        WHERE NOT internal AND table_name NOT IN ('schema_version', 'audit_head')"""
    with connect(published.db, write=False) as con:
        columns = {name for (name,) in rows(con, sql)}
    assert len(columns) > 150
    assert sorted(columns - set(meanings(Language.ID))) == []

"""Files out of the store: masked, recorded, harmless, the same bytes each time."""

from __future__ import annotations

import csv
import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from jsonschema import Draft202012Validator

from targeting.errors import UsageError
from targeting.store import CsvForm, ExportRequest, Words, export, publish
from targeting.store.connection import connect, rows
from targeting.store.export.plain import neutralise
from targeting.vocabulary import DISCLAIMER_ID, Table

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WORDS = Words(
    reasons={"D01": "Desil di atas ambang", "D01-M": "Desil belum ditentukan"},
    headings={"p_link": "peluang"},
    meanings={"p_link": "Peluang padanan, 0 sampai 1."},
    labels={
        "dictionary": "Kamus data",
        "type_number": "bilangan",
        "title_candidate": "Calon",
        "summary": "Ringkasan",
        "short_desil": "desil",
        "short_deprivation": "deprivasi",
    },
)


@pytest.fixture
def db(tmp_path, make_run, frames):
    path = tmp_path / "t.duckdb"
    publish(path, make_run(), frames)
    return path


def wanted(tmp_path, **changes: object) -> ExportRequest:
    fields: dict[str, object] = {"operator": "tester", "at": AT, "out": tmp_path / "out", "words": WORDS}
    return ExportRequest(**(fields | changes))  # type: ignore[arg-type]


def read_csv(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def events(db) -> list[tuple[object, ...]]:
    with connect(db, write=False) as con:
        return rows(con, "SELECT sequence, action, operator, purpose FROM audit_event ORDER BY sequence")


def test_the_list_names_nobody_and_says_what_it_is(db, tmp_path):
    paths = export(db, wanted(tmp_path))
    assert [path.name for path in paths] == [
        "candidate.csv",
        "candidate.parquet",
        "candidate.xlsx",
        "candidate.datapackage.json",
        "BACA-SAYA.txt",
    ]
    first, second = read_csv(paths[0])
    assert (first["household_id"], first["nama_calon"], first["nama_kepala_keluarga"]) == ("H1", "S. A.", "S. W.")
    assert (first["nik"], first["no_kk"]) == ("*" * 14 + "01", "*" * 14 + "01")
    assert (first["reasons"], second["reasons"]) == ("desil 1; deprivasi 0,44", "")
    assert (first["to_verify"], second["to_verify"]) == ("", "Desil belum ditentukan")
    assert {row["keterangan"] for row in (first, second)} == {DISCLAIMER_ID}
    everything = b"".join(path.read_bytes() for path in paths)
    with zipfile.ZipFile(paths[2]) as book:
        everything += b"".join(book.read(name) for name in book.namelist())
    for personal in (b"AMINAH", b"Widodo", b"3404015002809001", b"3404010101209001", b"Contoh"):
        assert personal not in everything


def test_parquet_says_it_in_its_metadata_and_excel_on_its_first_sheet(db, tmp_path):
    _, parquet, xlsx, _, side = export(db, wanted(tmp_path))
    assert pl.read_parquet_metadata(parquet)["keterangan"] == DISCLAIMER_ID
    summary = pl.read_excel(xlsx, sheet_name="Ringkasan", has_header=False)
    assert DISCLAIMER_ID in summary.get_column(summary.columns[0]).to_list()
    # A day is shown as a day: without its format a spreadsheet shows 46327.
    shown = fastexcel.read_excel(xlsx).load_sheet("Ringkasan", header_row=None, dtypes="string").to_polars()
    assert dict(shown.rows())["as_of"].startswith("2026-11-01")
    assert side.read_text(encoding="utf-8").startswith(DISCLAIMER_ID)


def test_excel_keeps_numbers_as_numbers_and_hostile_names_as_text(db, tmp_path):
    path = export(db, wanted(tmp_path, formats=("xlsx",), reveal=True, purpose="verifikasi lapangan"))[0]
    sheet = pl.read_excel(path, sheet_name="Calon", infer_schema_length=None)
    assert sheet.schema["score"] == pl.Float64
    assert sheet.schema["rank"] == pl.Int64
    assert sheet.get_column("nik").to_list() == ["3404015002809001", "3404011002809002"]
    with zipfile.ZipFile(path) as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets/" in name)
    assert b"<f>" not in sheets


def test_the_not_selected_leave_the_store_only_when_everyone_is_asked_for(db, tmp_path):
    few = read_csv(export(db, wanted(tmp_path, formats=("csv",)))[0])
    everyone = read_csv(export(db, wanted(tmp_path, formats=("csv",), everyone=True))[0])
    assert [row["household_id"] for row in few] == ["H1", "H2"]
    assert [row["household_id"] for row in everyone] == ["H1", "H2", "H3"]
    assert everyone[2]["reasons"] == "desil 5; deprivasi 0,1; Desil di atas ambang; Q01"


def test_a_reveal_needs_a_purpose(db, tmp_path):
    with pytest.raises(UsageError, match="--purpose"):
        export(db, wanted(tmp_path, reveal=True, purpose="  x  "))
    assert (events(db), (tmp_path / "out").exists()) == ([], False)


def test_a_reveal_is_recorded_before_its_file_is_written(db, tmp_path):
    (tmp_path / "out").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        export(db, wanted(tmp_path, reveal=True, purpose="verifikasi lapangan"))
    assert events(db) == [(1, "reveal", "tester", "verifikasi lapangan")]


def test_a_masked_export_is_recorded_with_the_purpose_of_its_run(db, tmp_path):
    export(db, wanted(tmp_path))
    export(db, wanted(tmp_path, reveal=True, purpose="verifikasi lapangan"))
    assert events(db) == [
        (1, "export", "tester", "trying the store out"),
        (2, "reveal", "tester", "verifikasi lapangan"),
    ]


def test_a_revealed_file_is_named_so_and_hostile_cells_are_neutralised(db, tmp_path):
    path = export(db, wanted(tmp_path, formats=("csv",), reveal=True, purpose="verifikasi lapangan"))[0]
    assert path.name == "candidate-RAHASIA.csv"
    assert [row["nama_calon"] for row in read_csv(path)] == ["SITI AMINAH", "'=HYPERLINK(1)"]


def test_the_same_export_gives_the_same_bytes(db, tmp_path):
    first = [path.read_bytes() for path in export(db, wanted(tmp_path, out=tmp_path / "a"))]
    second = [path.read_bytes() for path in export(db, wanted(tmp_path, out=tmp_path / "b"))]
    assert first == second


def test_files_are_their_owners_alone_and_nothing_unfinished_is_left(db, tmp_path):
    paths = export(db, wanted(tmp_path))
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(path.name for path in paths)


def test_a_district_cuts_the_list_and_is_in_the_name(db, tmp_path):
    path = export(db, wanted(tmp_path, formats=("csv",), district="34.04"))[0]
    assert (path.name, {row["district"] for row in read_csv(path)}) == ("candidate-34.04.csv", {"34.04"})
    with pytest.raises(UsageError, match=r"no district 35\.07\. Its districts: 34\.04"):
        export(db, wanted(tmp_path, formats=("csv",), district="35.07"))
    with pytest.raises(UsageError, match="no district column"):
        export(db, wanted(tmp_path, table=Table.PERSON, district="35.07"))


@pytest.mark.parametrize("table", list(Table))
def test_every_table_can_be_exported_in_every_format(db, tmp_path, table):
    assert len(export(db, wanted(tmp_path, table=table))) == 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert neutralise(pl.DataFrame({"a": [text]})).item() == "'" + text


def test_numbers_and_harmless_text_stay_as_they_are():
    frame = pl.DataFrame({"a": [-1.5], "b": ["Siti"], "c": [None], "d": ["a=b"]}, schema_overrides={"c": pl.String})
    assert neutralise(frame).rows() == frame.rows()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"profile": "public"},
        {"table": Table.HOUSEHOLD, "district": "34.04", "reveal": True, "purpose": "verifikasi lapangan"},
        {"table": Table.RUN, "formats": ("parquet", "csv"), "csv": CsvForm(";", ",", bom=True)},
    ],
)
def test_the_descriptor_is_a_valid_data_package(db, tmp_path, asked):
    paths = export(db, wanted(tmp_path, **asked))
    told = json.loads(paths[-2].read_text(encoding="utf-8"))
    schema = json.loads((Path(__file__).parent / "datapackage.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told)
    assert [one["path"] for one in told["resources"]] == [path.name for path in paths[:-2]]
    assert [one["bytes"] for one in told["resources"]] == [path.stat().st_size for path in paths[:-2]]


def test_a_workbook_and_a_parquet_file_say_what_their_columns_mean(db, tmp_path):
    _, parquet, xlsx, descriptor, _ = export(db, wanted(tmp_path))
    dictionary = pl.read_excel(xlsx, sheet_name="Kamus data")
    assert ("p_link", "peluang", "bilangan", "Peluang padanan, 0 sampai 1.") in dictionary.rows()
    told = json.loads(pl.read_parquet_metadata(parquet)["columns"])
    assert list(told) == pl.read_parquet(parquet).columns == dictionary.get_column("column").to_list()
    assert told["p_link"] == {"title": "peluang", "meaning": "Peluang padanan, 0 sampai 1."}
    resources = {one["format"]: one for one in json.loads(descriptor.read_text(encoding="utf-8"))["resources"]}
    assert resources["xlsx"]["dialect"]["sheetName"] == "Calon"
    # As a table frictionless refuses Parquet that has integers missing.
    assert {kind: one.get("type") for kind, one in resources.items()} == {"csv": None, "parquet": "file", "xlsx": None}
    probability = next(one for one in resources["csv"]["schema"]["fields"] if one["name"] == "p_link")
    assert probability["description"] == "Peluang padanan, 0 sampai 1."

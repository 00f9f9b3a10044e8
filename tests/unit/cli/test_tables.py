"""The linkage commands read what intake reads, and know before the work whether they can write its result."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from targeting.cli.tables import check_file, check_writable, read_table, write_table
from targeting.errors import InputFileError, UsageError

ROWS = {"id": ["1", "2"], "nama": ["Siti", "Budi"]}
SAMPLE = Path(__file__).parents[3] / "data" / "sample" / "broken"


def test_text_is_read_in_any_dialect_and_encoding_all_of_it_as_text(tmp_path):
    text = "ID;Nama\n1;Siti\n2;Budi\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        assert read_table(path, ["id", "nama"]).to_dict(as_series=False) == ROWS


def test_parquet_keeps_its_types_whatever_its_name(tmp_path):
    frame = pl.DataFrame({"id": [1], "born": [dt.date(1990, 5, 5)], "unused": ["x"]})
    frame.write_parquet(tmp_path / "a.data")
    assert {"id": pl.Int64, "born": pl.Date} == read_table(tmp_path / "a.data", ["id", "born"]).schema


def test_an_optional_column_may_be_absent(tmp_path):
    pl.DataFrame(ROWS).write_csv(tmp_path / "a.csv")
    assert ["id"] == read_table(tmp_path / "a.csv", ["id"], optional=("status",)).columns


def test_rows_that_do_not_fit_are_left_out_and_told(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("id,nama\n1,Siti\n2\n", encoding="utf-8")
    assert 1 == read_table(tmp_path / "a.csv", ["id"]).height
    assert "1 rows do not fit the header and are left out (rows 2)" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted(SAMPLE.iterdir()), ids=lambda path: path.name)
def test_a_file_that_cannot_serve_is_told_without_control_characters(file):
    with pytest.raises(InputFileError) as refused:
        read_table(file, ["id_l", "id_r"])
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("name", ["links.xlsx", "links"])
def test_an_ending_that_says_no_format_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="its ending must be"):
        check_writable(tmp_path / name, "--out")


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left_of_the_attempt(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file" / "links.csv", Path("/proc/x/links.csv")):
        with pytest.raises(UsageError, match="no file can be written"):
            check_writable(path, "--out")
    with pytest.raises(UsageError, match="is a folder"):
        check_file(tmp_path, "--save-model")
    check_writable(tmp_path / "new" / "deep" / "links.csv", "--out")
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_a_table_is_readable_by_its_owner_only(tmp_path):
    write_table(pl.DataFrame(ROWS), tmp_path / "new" / "a.csv")
    assert 0o600 == (tmp_path / "new" / "a.csv").stat().st_mode & 0o777


def test_a_csv_runs_nothing_in_a_spreadsheet_and_is_read_back_as_it_was(tmp_path):
    ids = ['=HYPERLINK("http://x")', "@a", "\t=1", "-2+3", "-5", "+62,5", "'quoted", "A-1"]
    frame = pl.DataFrame({"id_l": ids, "weight": [-1.5] * len(ids)})
    write_table(frame, tmp_path / "links.csv")
    written = pl.read_csv(tmp_path / "links.csv", infer_schema=False)["id_l"].to_list()
    assert written == [*(f"'{text}" for text in ids[:4]), *ids[4:]]
    assert read_table(tmp_path / "links.csv", ["id_l"])["id_l"].to_list() == ids

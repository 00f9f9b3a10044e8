"""Excel and Parquet as text: numbers that ruined an identifier stay recognisable."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.clean import identifier_problem
from targeting.intake.files import read_text

NIK = "3404010101909001"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Two sheets with data and an empty one."""
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        first = book.add_worksheet("Rumah Tangga")
        first.write_row(0, 0, ["NIK", "Tanggal Lahir", "Luas", "Ada"])
        first.write_string(1, 0, NIK)
        first.write_datetime(1, 1, datetime(1990, 12, 31), day)  # noqa: DTZ001 (a date cell has no zone)
        first.write_number(1, 2, 45.125)
        first.write_boolean(1, 3, True)
        first.write_number(2, 0, int(NIK))
        first.write_string(2, 1, "31/12/1990")
        first.write_number(2, 2, 36)
        second = book.add_worksheet("Anggota")
        second.write_row(0, 0, ["nama"])
        second.write_row(1, 0, ["Sri"])
        book.add_worksheet("Kosong")
    return path


def test_a_sheet_is_read_as_text(workbook):
    frame = read_text(workbook, Source(path=workbook)).frame
    assert ["row_number", "nik", "tanggal_lahir", "luas", "ada"] == frame.columns
    assert (1, NIK, "1990-12-31 00:00:00", "45.1250", "true") == frame.row(0)


def test_a_nik_in_a_number_cell_is_refused_and_one_in_a_text_cell_is_not(workbook):
    frame = read_text(workbook, Source(path=workbook)).frame
    problems = frame.select(identifier_problem(pl.col("nik"))).to_series().to_list()
    assert [None, "identifier_is_a_number"] == problems


def test_a_sheet_is_found_by_name(workbook):
    assert [(1, "Sri")] == read_text(workbook, Source(path=workbook, sheet="anggota")).frame.rows()


def test_a_wrong_sheet_is_an_error_that_lists_the_sheets(workbook):
    with pytest.raises(InputFileError) as caught:
        read_text(workbook, Source(path=workbook, sheet="Keluarga"))
    expected = (
        "data.xlsx has no sheet 'Keluarga'. Sheets: Rumah Tangga, Anggota, Kosong. "
        "Correct 'sheet' in the pipeline file."
    )
    assert expected == str(caught.value)


def test_an_empty_sheet_is_one_clear_error(workbook):
    with pytest.raises(InputFileError, match="the sheet 'Kosong' is empty"):
        read_text(workbook, Source(path=workbook, sheet="Kosong"))


def test_a_workbook_is_known_by_its_bytes(workbook):
    renamed = workbook.rename(workbook.with_suffix(".csv"))
    assert 2 == read_text(renamed, Source(path=renamed)).rows_in


def test_a_damaged_workbook_is_one_clear_error(workbook):
    workbook.write_bytes(workbook.read_bytes()[:200])
    with pytest.raises(InputFileError, match="cannot be opened as an Excel workbook"):
        read_text(workbook, Source(path=workbook))


@pytest.mark.parametrize("dtype", [pl.Float64, pl.Float32])
def test_a_parquet_identifier_stored_as_float_is_refused(tmp_path, dtype):
    path = tmp_path / "orang.parquet"
    pl.DataFrame({"nik": [float(NIK), None]}, schema={"nik": dtype}).write_parquet(path)
    frame = read_text(path, Source(path=path)).frame
    assert ["identifier_is_a_number", None] == frame.select(identifier_problem(pl.col("nik"))).to_series().to_list()


def test_parquet_columns_become_text_without_loss(tmp_path):
    path = tmp_path / "campur.parquet"
    frame = pl.DataFrame(
        {
            "nik": [int(NIK)],
            "lahir": [date(1990, 12, 31)],
            "waktu": [datetime(1990, 12, 31, 12, 30)],  # noqa: DTZ001 (as a file without zone has it)
            "luas": [45.125],
            "bobot": [float("nan")],
            "ada": [True],
            "uang": [Decimal("1250000.50")],
            "kosong": [None],
            "jenis": pl.Series(["a"], dtype=pl.Categorical),
        }
    )
    frame.write_parquet(path)
    expected = (1, NIK, "1990-12-31", "1990-12-31 12:30:00", "45.1250", None, "true", "1250000.50", None, "a")
    assert expected == read_text(path, Source(path=path)).frame.row(0)


def test_nested_parquet_columns_are_one_clear_error(tmp_path):
    path = tmp_path / "bersarang.parquet"
    pl.DataFrame({"id": [1], "anggota": [["a", "b"]]}).write_parquet(path)
    with pytest.raises(InputFileError, match="anggota holds lists or records"):
        read_text(path, Source(path=path))


def test_a_damaged_parquet_file_is_one_clear_error(tmp_path):
    path = tmp_path / "rusak.parquet"
    path.write_bytes(b"PAR1 and nothing behind it")
    with pytest.raises(InputFileError, match="is not a whole Parquet file"):
        read_text(path, Source(path=path))


def test_a_parquet_file_without_rows_is_one_clear_error(tmp_path):
    path = tmp_path / "tanpa_baris.parquet"
    pl.DataFrame(schema={"nik": pl.String}).write_parquet(path)
    with pytest.raises(InputFileError, match="holds no rows"):
        read_text(path, Source(path=path))

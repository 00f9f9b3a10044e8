"""A small file that grows without end is refused before it has grown; so is one that claims what it cannot hold."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake import packed, parquet
from targeting.intake.files import read_text
from targeting.intake.frames import TextFrame


def read(tmp_path: Path, content: bytes) -> TextFrame:
    path = tmp_path / "f"
    path.write_bytes(content)
    return read_text(path, Source(path=path))


def workbook(rows: int) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, ["id", "nama"] if row == 0 else [str(row), "Sri"])
    return buffer.getvalue()


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 100 kB were the most that any file may grow to."""
    monkeypatch.setattr(packed, "HARMLESS_BYTES", 100_000)
    monkeypatch.setattr(packed, "_CHUNK", 4096)


@pytest.mark.usefixtures("small_bounds")
def test_a_gzip_bomb_is_refused_before_it_has_grown(tmp_path):
    with pytest.raises(InputFileError, match="grows to more than"):
        read(tmp_path, gzip.compress(b"id,nama\n" + b"0" * 3_000_000))
    assert read(tmp_path, gzip.compress(b"id,nama\n1,Sri\n" * 5_000)).rows_in == 9_999


@pytest.mark.usefixtures("small_bounds")
def test_a_workbook_whose_parts_grow_is_refused_whatever_it_says_of_their_sizes(tmp_path):
    assert read(tmp_path, workbook(50)).rows_in == 49
    buffer = io.BytesIO(workbook(50))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", b"0" * 3_000_000)
    with pytest.raises(InputFileError, match="grows to more than"):
        read(tmp_path, buffer.getvalue())


def test_a_parquet_file_that_claims_more_rows_than_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "LEAST_CLAIM", 1_000)
    buffer = io.BytesIO()
    pl.DataFrame({"id": ["1"] * 200_000}).write_parquet(buffer)
    with pytest.raises(InputFileError, match="claims 200,000 rows"):
        read(tmp_path, buffer.getvalue())


def test_a_cell_of_ten_megabytes_is_a_cell(tmp_path):
    for quote in ("", '"'):
        text = read(tmp_path, f"id,nama\n1,{quote}{'x' * 10_000_000}{quote}\n2,Sri\n".encode())
        assert (text.rows_in, text.frame["nama"].str.len_chars().to_list()) == (2, [10_000_000, 3])


def test_a_million_columns_are_refused_at_once(tmp_path):
    header = ",".join(f"k{number}" for number in range(1_000_000))
    with pytest.raises(InputFileError, match="more than 1,000 columns"):
        read(tmp_path, f"{header}\n{'1,' * 999_999}1\n".encode())


def test_a_workbook_with_a_broken_sheet_is_one_error(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(5))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'r="A2"', b'r="A2') if "sheet1" in name else part)
    with pytest.raises(InputFileError, match="cannot be opened as an Excel workbook"):
        read(tmp_path, buffer.getvalue())


def test_a_workbook_without_a_sheet_is_one_error(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(5))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<sheet ", b"<shoot ") if name == "xl/workbook.xml" else part)
    with pytest.raises(InputFileError, match="without a sheet"):
        read(tmp_path, buffer.getvalue())


def test_a_parquet_file_that_makes_its_reader_panic_is_one_error(tmp_path, monkeypatch):
    def panic(*_: object, **__: object) -> None:
        raise pl.exceptions.PanicException("assertion failed: offset + length <= self.length")

    monkeypatch.setattr(pl, "read_parquet", panic)
    buffer = io.BytesIO()
    pl.DataFrame({"id": ["1"]}).write_parquet(buffer)
    with pytest.raises(InputFileError, match="not a whole Parquet file"):
        read(tmp_path, buffer.getvalue())

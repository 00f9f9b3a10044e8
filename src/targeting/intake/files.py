"""Any input file to a frame of text. The file is only read; a file that cannot be read is one error."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.delimited import read_delimited
from targeting.intake.excel import read_excel
from targeting.intake.frames import ROW_NUMBER, TextFrame
from targeting.intake.headers import RawTable, name_columns
from targeting.intake.packed import check_zip, gunzipped
from targeting.intake.parquet import read_parquet

GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of .xlsx (a zip archive) and .xls (an OLE file, also what a password makes of .xlsx)."""


def read_text(path: Path, source: Source) -> TextFrame:
    """Every cell of the file as text under its contract name, malformed rows apart.

    What a file is is seen from its first bytes, not its suffix: delimited text, Excel, Parquet, any of them gzipped.
    `sha256` is of the bytes on disk. Wholly empty rows at the end of text and Excel files are no rows.
    Raises InputFileError: file missing, unreadable, empty, without header or rows, or with columns that cannot be told
    apart.
    """
    stored = _bytes(path)
    table = _table(_unpacked(stored, path.name), source, path.name)
    if table.frame.is_empty() and table.malformed.is_empty():
        raise InputFileError(f"{path.name} has a header but holds no rows. Export it again with its data.")
    named = name_columns(table, source.columns, path.name)
    return TextFrame(path.name, hashlib.sha256(stored).hexdigest(), named, table.malformed)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading. Raises InputFileError if it is missing, a folder, not to be read or empty."""
    try:
        with path.open("rb") as file:
            if not file.peek(1):
                raise InputFileError(f"{path.name} is empty. Check that it was exported and copied whole.")
            yield file
    except FileNotFoundError:
        raise InputFileError(
            f"{path} does not exist. Check the path; in a pipeline file it is relative to that file."
        ) from None
    except IsADirectoryError:
        raise InputFileError(f"{path} is a folder. Name the file in it that is to be read.") from None
    except OSError as error:
        raise InputFileError(f"{path} cannot be read ({error.strerror}). Check that you may open it.") from None


def _bytes(path: Path) -> bytes:
    """The file's bytes."""
    with opened(path) as file:
        return file.read()


def _unpacked(data: bytes, file: str) -> bytes:
    """`data`, unpacked if gzipped."""
    return gunzipped(data, file) if data.startswith(GZIP) else data


def _table(data: bytes, source: Source, file: str) -> RawTable:
    """Cells by the format that the first bytes tell."""
    if data.startswith(PARQUET):
        return read_parquet(data, file)
    if data.startswith(EXCEL):
        check_zip(data, file)
        return without_empty_tail(read_excel(data, source, file))
    return without_empty_tail(read_delimited(data, source, file))


def without_empty_tail(table: RawTable) -> RawTable:
    """The table up to its last row with a value: spreadsheets leave formatted rows without content at the end."""
    filled = pl.any_horizontal(pl.exclude(ROW_NUMBER).str.contains(r"\S")).fill_null(value=False)
    if table.frame.is_empty() or table.frame.tail(1).select(filled).item():
        return table
    rows_with_value = table.frame.select(filled).to_series().arg_true()
    return replace(table, frame=table.frame.head(rows_with_value[-1] + 1 if rows_with_value.len() else 0))

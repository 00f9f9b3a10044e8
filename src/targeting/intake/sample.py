"""The header and first rows of any input file, without reading all of it."""

from __future__ import annotations

import gzip
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.delimited import read_delimited
from targeting.intake.excel import read_excel, sheet_names
from targeting.intake.files import EXCEL, GZIP, PARQUET, opened, without_empty_tail
from targeting.intake.headers import RawTable
from targeting.intake.packed import check_zip
from targeting.intake.parquet import as_text, read_parquet

HEAD_BYTES = 16_000_000
"""Of a text file, unpacked: some hundred thousand rows."""
HEAD_ROWS = 100_000
"""Of a Parquet file."""


@dataclass(frozen=True)
class Sample:
    """A table's header cells and first rows as text, columns named by position; `whole` if these are all rows."""

    path: Path
    sheet: str | None
    table: RawTable
    whole: bool


def samples(path: Path) -> list[Sample]:
    """One sample a table: each sheet of a workbook that holds rows, else the file.

    Raises InputFileError as `read_text` does: file missing, empty, of no known format.
    """
    with opened(path) as file:
        head = file.read(len(PARQUET))
    if head.startswith(EXCEL):
        return _sheets(path)
    if head.startswith(PARQUET):
        return [_of_parquet(path)]
    return [_of_text(path, packed=head.startswith(GZIP))]


def _sheets(path: Path) -> list[Sample]:
    """Every sheet of a workbook that is a table."""
    data = path.read_bytes()
    check_zip(data, path.name)
    first = read_excel(data, Source(path=path), path.name)
    names = sheet_names(data, path.name)
    found = []
    for name in names:
        try:
            table = first if name == names[0] else read_excel(data, Source(path=path, sheet=name), path.name)
        except InputFileError:  # an empty sheet, or a chart
            continue
        found.append(Sample(path, name if len(names) > 1 else None, without_empty_tail(table), whole=True))
    return found


def _of_parquet(path: Path) -> Sample:
    """The first rows; a damaged file is told as everywhere."""
    try:
        scanned = pl.scan_parquet(path)
        frame = scanned.head(HEAD_ROWS).collect()
        rows = scanned.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return Sample(path, None, read_parquet(path.read_bytes(), path.name), whole=True)
    return Sample(path, None, as_text(frame, path.name), whole=rows <= HEAD_ROWS)


def _of_text(path: Path, *, packed: bool) -> Sample:
    """The first lines of a text file."""
    try:
        with opened(path) as file, gzip.open(file) if packed else nullcontext(file) as stream:
            data = stream.read(HEAD_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputFileError(f"{path.name} is a damaged gzip file. Copy or compress it again.") from None
    whole = len(data) <= HEAD_BYTES
    table = read_delimited(data if whole else _whole_lines(data), Source(path=path), path.name)
    return Sample(path, None, without_empty_tail(table), whole)


def _whole_lines(data: bytes) -> bytes:
    """The bytes up to their last line's end; of UTF-16, whose characters have two, an even number of them."""
    end = data.rfind(b"\n") + 1
    if b"\0" in data[:2_000]:
        return data[: len(data) // 2 * 2]
    return data[:end] if end else data

"""Excel workbooks (.xlsx, .xls) as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import fastexcel
import polars as pl

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.frames import ROW_NUMBER
from targeting.intake.headers import RawTable

_BEYOND_EXCEL = r"^-?[0-9]{16,}$"
"""A number of 16 digits or more. Excel keeps 15: what stands behind them is a nought, not what was typed."""

_THREE_DECIMALS = r"^-?[0-9]+\.[0-9]{3}$"
"""A number cell of 45.125 is no thousands; a nought behind it says so."""


def read_excel(data: bytes, source: Source, file: str) -> RawTable:
    """One sheet's rows as text, the first row that is not blank being the header.

    The sheet is `source.sheet`, or the first one. Dates become ISO text. Number cells of 16 digits and more are
    written with a fraction ("3578020101900000.0"), so that cleaning knows them for numbers and refuses them as
    identifiers; the same digits in a text cell stay as they are. Raises InputFileError.
    """
    with _damage_told(file):
        reader = fastexcel.read_excel(data)
    sheet = _sheet(reader.sheet_names, source.sheet, file)
    with _damage_told(file):
        cells = reader.load_sheet(sheet, header_row=None, dtypes="string", skip_whitespace_tail_rows=True).to_polars()
    if cells.is_empty():
        raise InputFileError(f"{file}: the sheet '{sheet}' is empty. Sheets: {', '.join(reader.sheet_names)}.")
    # Read as truth values, number cells are filled and text and date cells are not: the kind of every cell at once.
    with _damage_told(file):
        kinds = reader.load_sheet(sheet, header_row=None, dtypes="boolean", skip_whitespace_tail_rows=True).to_polars()
    header = ["" if cell is None else str(cell) for cell in cells.row(0)]
    frame = _numbers_recognisable(cells, kinds).slice(1).with_row_index(ROW_NUMBER, offset=1)
    malformed = pl.DataFrame(schema={ROW_NUMBER: pl.Int64, "raw": pl.String, "reason": pl.String})
    return RawTable(header, frame.cast({ROW_NUMBER: pl.Int64}), malformed)


def sheet_names(data: bytes, file: str) -> list[str]:
    """The names of a workbook's sheets, in order. Raises InputFileError for what is no workbook."""
    with _damage_told(file):
        return list(fastexcel.read_excel(data).sheet_names)


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    """Whatever the reader finds wrong with a workbook is one error."""
    try:
        yield
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError):
        raise InputFileError(
            f"{file} cannot be opened as an Excel workbook: it is damaged, protected by a password or something else. "
            "Open it in a spreadsheet and save it again as .xlsx without a password."
        ) from None


def _sheet(sheets: list[str], wanted: str | None, file: str) -> str:
    """The sheet to read; capitals and outer blanks in its name do not matter."""
    if not sheets:
        raise InputFileError(f"{file} is a workbook without a sheet. Save it again from a spreadsheet.")
    if wanted is None:
        return sheets[0]
    found = [name for name in sheets if name.strip().casefold() == wanted.strip().casefold()]
    if wanted in sheets or len(found) == 1:
        return wanted if wanted in sheets else found[0]
    raise InputFileError(
        f"{file} has no sheet '{wanted}'. Sheets: {', '.join(sheets)}. Correct 'sheet' in the pipeline file."
    )


def _numbers_recognisable(cells: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
    """`cells` with columns named by position; number cells that could be taken for text are written unmistakably."""
    columns = []
    for position, (text, kind) in enumerate(zip(cells.iter_columns(), kinds.iter_columns(), strict=True)):
        frame = pl.DataFrame([text.alias("text"), kind.is_not_null().alias("is_number")])
        beyond = pl.col("is_number") & pl.col("text").str.contains(_BEYOND_EXCEL)
        three = pl.col("is_number") & pl.col("text").str.contains(_THREE_DECIMALS)
        ending = pl.when(beyond).then(pl.lit(".0")).when(three).then(pl.lit("0")).otherwise(pl.lit(""))
        columns.append(frame.select((pl.col("text") + ending).alias(str(position))))
    return pl.concat(columns, how="horizontal")

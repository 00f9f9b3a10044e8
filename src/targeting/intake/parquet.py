"""Parquet files as text: no value changes, and numbers stay recognisable as numbers."""

from __future__ import annotations

import io

import polars as pl

from targeting.errors import InputFileError
from targeting.intake.frames import ROW_NUMBER
from targeting.intake.headers import RawTable

LEAST_CLAIM = 1_000_000
"""Rows that any file may have: beyond them each needs a byte at least, for its id. A few bytes can claim a billion."""
_THREE_DECIMALS = r"^(-?[0-9]+\.[0-9]{3})$"


def read_parquet(data: bytes, file: str) -> RawTable:
    """All columns as text, named by position.

    Whole numbers keep their digits; floats keep a fraction or an exponent ("1.0", "3.57802e+15"), so that cleaning
    refuses an identifier that was stored as one; dates are ISO text; truth values "true", "false". A fraction of three
    digits gets a nought behind it (45.1250), or it would read as thousands. Raises InputFileError for a damaged file
    and for columns that hold lists or records.
    """
    try:
        claimed = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        if claimed > max(len(data), LEAST_CLAIM):
            raise InputFileError(f"{file} claims {claimed:,} rows in {len(data):,} bytes. Copy or export it again.")
        frame = pl.read_parquet(io.BytesIO(data))
    # Bytes that were altered within a page can make the reader panic, which is no Exception.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise InputFileError(f"{file} is not a whole Parquet file. Copy or export it again.") from None
    return as_text(frame, file)


def as_text(frame: pl.DataFrame, file: str) -> RawTable:
    """A frame's columns as `read_parquet` gives them."""
    header = frame.columns
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Object]
    if nested:
        raise InputFileError(
            f"{file}: {', '.join(nested)} holds lists or records, not single values. "
            "Write one column a value and save it again."
        )
    text = frame.select(_text(name, dtype).alias(str(n)) for n, (name, dtype) in enumerate(frame.schema.items()))
    malformed = pl.DataFrame(schema={ROW_NUMBER: pl.Int64, "raw": pl.String, "reason": pl.String})
    return RawTable(header, text.with_row_index(ROW_NUMBER, offset=1).cast({ROW_NUMBER: pl.Int64}), malformed)


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column of `dtype` as text."""
    column = pl.col(name)
    match dtype:
        case pl.Float32() | pl.Float64():
            return column.fill_nan(None).cast(pl.String).str.replace(_THREE_DECIMALS, "${1}0")
        case pl.Datetime():
            return column.dt.strftime("%Y-%m-%d %H:%M:%S")
        case pl.Binary():
            return column.cast(pl.String, strict=False)
        case _:
            return column.cast(pl.String)

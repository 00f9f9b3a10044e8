"""How a column of raw text is read: value, problem and repair together, each distinct value once."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

RAW = "raw"
NOTHING = pl.lit(None, dtype=pl.String)

Reader = Callable[[pl.LazyFrame], pl.LazyFrame]
"""A frame with the column `raw` (String) to one with `value`, `problem` and `repair`, row by row."""

_MOSTLY_REPEATED = 2


def reading(column: pl.Expr, reader: Reader, value: type[pl.DataType]) -> pl.Expr:
    """A Struct of `value` (null when missing or unreadable), `problem` and `repair` (codes or null) per row.

    Columns of few distinct values, such as codes and dates, are read once per value: a tenth of the time.
    """

    def read(raw: pl.Series) -> pl.Series:
        rows = raw.cast(pl.String).alias(RAW).to_frame()
        distinct = rows.unique()
        if distinct.height * _MOSTLY_REPEATED > rows.height:
            return reader(rows.lazy()).select("value", "problem", "repair").collect().to_struct(raw.name)
        table = reader(distinct.lazy()).select(RAW, "value", "problem", "repair").collect()
        read_rows = rows.join(table, on=RAW, how="left", nulls_equal=True, maintain_order="left")
        return read_rows.drop(RAW).to_struct(raw.name)

    dtype = pl.Struct({"value": value, "problem": pl.String, "repair": pl.String})
    return column.map_batches(read, return_dtype=dtype)


def value_of(read: pl.Expr) -> pl.Expr:
    """The value of a reading."""
    return read.struct.field("value")


def problem_of(read: pl.Expr) -> pl.Expr:
    """The problem code of a reading."""
    return read.struct.field("problem")


def repair_of(read: pl.Expr) -> pl.Expr:
    """The repair code of a reading."""
    return read.struct.field("repair")

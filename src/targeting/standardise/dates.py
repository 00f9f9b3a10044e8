"""Birth dates as three small numbers, each of which may be missing."""

from __future__ import annotations

import polars as pl


def date_parts(column: pl.Expr, dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Year, month and day (Int16, Int8, Int8) of a date column; a part that is absent, 0 or impossible is null.

    Text is read as year first (1961-03-24, 19610324, 1961-03, 1961, 1961-00-00) or day first (24/03/1961).
    Fractional years of numeric columns are cut.
    """
    if dtype in (pl.Date, pl.Datetime):
        return (column.dt.year().cast(pl.Int16), column.dt.month().cast(pl.Int8), column.dt.day().cast(pl.Int8))
    text = column.cast(pl.String).str.strip_chars(" ").str.replace(r"\.0$", "")
    year_first = text.str.extract_groups(
        r"^(?<y>\d{4})(?:[-/. ]?(?<m>\d{1,2}|[-?X]{0,2})(?:[-/. ]?(?<d>\d{1,2}|[-?X]{0,2}))?)?(?:[T ].*)?$"
    )
    day_first = text.str.extract_groups(
        r"^(?<d>\d{1,2}|[-?X]{1,2})[-/. ](?<m>\d{1,2}|[-?X]{1,2})[-/. ](?<y>\d{4})(?:[T ].*)?$"
    )

    def part(name: str, low: int, high: int, kind: type[pl.DataType]) -> pl.Expr:
        number = pl.coalesce(
            year_first.struct.field(name).cast(pl.Int16, strict=False),
            day_first.struct.field(name).cast(pl.Int16, strict=False),
        )
        return pl.when(number.is_between(low, high)).then(number).otherwise(None).cast(kind)

    return part("y", 1, 9999, pl.Int16), part("m", 1, 12, pl.Int8), part("d", 1, 31, pl.Int8)

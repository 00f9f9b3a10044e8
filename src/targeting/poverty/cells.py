"""What a survey's cells hold: numbers, dates or text, whatever the file's own types were."""

from __future__ import annotations

import polars as pl

MISSING = ("", "-", "--", ".", "?", "na", "n/a", "#n/a", "nan", "null", "none", "missing", "tidak ada data")
"""Texts that say that there is no answer, in lower case."""
TRUTHS = {"true": 1.0, "false": 0.0, "t": 1.0, "f": 0.0}
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
DECIMAL_COMMA = r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$|^[+-]?\d+,\d+$"
AMBIGUOUS = r"^[+-]?\d{1,3},\d{3}$"
"""1,234 is a thousand and more, or little more than one; a column of nothing else is not read as numbers."""


def plain_text(cells: pl.Series) -> pl.Series:
    """The cells as text, trimmed; what says "no answer" is null. Whole numbers have no decimal point: 1.0 is "1"."""
    if cells.dtype.is_float():
        whole = cells.is_finite() & (cells == cells.round(0)) & (cells.abs() < 1e15)
        shown = cells.cast(pl.Int64, strict=False).cast(pl.String)
        cells = pl.select(pl.when(whole).then(shown).otherwise(cells.fill_nan(None).cast(pl.String))).to_series()
    text = cells.cast(pl.String).str.strip_chars().alias(cells.name)
    return pl.select(pl.when(~text.str.to_lowercase().is_in(MISSING)).then(text).alias(cells.name)).to_series()


def numbers(cells: pl.Series) -> pl.Series:
    """The cells as Float64; null where a cell is missing, infinite or no number. Dates are days since 1970-01-01."""
    kind = cells.dtype
    if kind.is_numeric() or kind == pl.Boolean:
        values = cells.cast(pl.Float64)
    elif kind.is_temporal() and kind in (pl.Date, pl.Datetime):
        values = cells.cast(pl.Date).cast(pl.Int32).cast(pl.Float64)
    else:
        values = _read(plain_text(cells))
    return pl.select(pl.when(values.is_finite()).then(values).alias(cells.name)).to_series()


def dates(cells: pl.Series) -> pl.Series | None:
    """Days since 1970-01-01 as Float64 if all cells are dates of one form, else None."""
    if cells.dtype in (pl.Date, pl.Datetime):
        return numbers(cells)
    if cells.dtype != pl.String:
        return None
    text = plain_text(cells)
    if not text.count() or not text.drop_nulls().head(100).str.contains(r"^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}").all():
        return None
    for form in DATE_FORMS:
        days = (
            text.str.to_datetime(form, strict=False).dt.date() if "%H" in form else text.str.to_date(form, strict=False)
        )
        if days.count() == text.count():
            return days.cast(pl.Int32).cast(pl.Float64).alias(cells.name)
    return None


def _read(text: pl.Series) -> pl.Series:
    """Numbers of text: with a decimal point, or a whole column with decimal commas; true and false are 1 and 0."""
    values = text.cast(pl.Float64, strict=False)
    unread = text.filter(values.is_null() & text.is_not_null())
    if not unread.len():
        return values
    if unread.str.to_lowercase().is_in(list(TRUTHS)).all():
        return text.str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Float64)
    commas = unread.str.contains(DECIMAL_COMMA)
    dotted = text.filter(values.is_not_null()).str.contains(".", literal=True)
    if commas.all() and not unread.str.contains(AMBIGUOUS).all() and not dotted.any():
        return (
            text.str.replace_all(".", "", literal=True)
            .str.replace(",", ".", literal=True)
            .cast(pl.Float64, strict=False)
        )
    return values

"""Dates in the spellings that Indonesian files have, and Excel's day numbers."""

from __future__ import annotations

from functools import partial
from typing import Literal

import polars as pl

from targeting.intake.clean.reading import RAW, problem_of, reading, repair_of, value_of
from targeting.intake.clean.text import stands_for_nothing, tidy_symbols

Order = Literal["dmy", "mdy", "ymd"]

TWO_DIGIT_YEAR_PIVOT = 30
"""Years of two digits below it are 20yy, the others 19yy: 29 is 2029, 30 is 1930."""

_MONTHS = (
    "jan januari january",
    "feb peb februari pebruari february",
    "mar mrt maret march",
    "apr april",
    "mei may",
    "jun juni june",
    "jul juli july",
    "ags agt agu aug agustus august",
    "sep sept september",
    "okt oct oktober october",
    "nov nop november nopember",
    "des dec desember december",
)
MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
"""Month names and abbreviations, Indonesian (old and new spelling) and English, to 1..12."""

_TIME = r"[t ][0-9]{1,2}:[0-9]{2}.*$"
_UTC_MIDNIGHT = r"[t ]1[567]:00(?::00(?:\.0+)?)?z$"
"""Midnight in Indonesia's three zones as programs write it in UTC: the day before, at 17, 16 or 15 hours."""

_WEEKDAY = r"^[a-z']{3,}, ?"
_PARTS = r"^([0-9]{1,4}|[a-z]+)\.?[ ./\-]+([0-9]{1,2}|[a-z]+)\.?[ ./\-,]+([0-9]{1,4})$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_COMPACT_YEAR_LAST = r"^([0-9]{2})([0-9]{2})([0-9]{4})$"
_SERIAL = r"^([0-9]{1,5})(?:[.,][0-9]+)?$"
_YEAR = r"^(?:19|20)[0-9]{2}(?:[.,]0*)?$"
_NO_DATE = r"^[0\s./\-]+$"
"""0, 00/00/0000 and 0000-00-00, as databases write no date, and the empty form ' / / '."""

_LAST_SERIAL = 60_000
_LEAP_DAY_THAT_NEVER_WAS = 60
"""Excel counts a 29 February 1900, after Lotus 1-2-3. Day numbers behind it are one too high."""


def read_date(column: pl.Expr, order: Order = "dmy", pivot: int = TWO_DIGIT_YEAR_PIVOT) -> pl.Expr:
    """Raw text to a Struct of `value` (Date), `problem`, `repair`.

    Read are 31/12/1990, 31-12-1990, 31.12.1990, 31 Des(ember) 1990, 1990-12-31 and ISO timestamps (their time is
    dropped), 19901231, 31121990, 31/12/90 and Excel day numbers 1..60000. `order` decides where day and month could
    change places; `pivot` is the first two-digit year of the 1900s.
    """
    return reading(column, partial(_read_dates, order=order, pivot=pivot), pl.Date)


def clean_date(column: pl.Expr, order: Order = "dmy", pivot: int = TWO_DIGIT_YEAR_PIVOT) -> pl.Expr:
    """Raw text to Date; null where missing or where `date_problem` is not null."""
    return value_of(read_date(column, order, pivot))


def date_problem(column: pl.Expr, order: Order = "dmy", pivot: int = TWO_DIGIT_YEAR_PIVOT) -> pl.Expr:
    """Why raw text is no date: a code of PROBLEMS, or null where it is one or is missing."""
    return problem_of(read_date(column, order, pivot))


def date_repair(column: pl.Expr, order: Order = "dmy", pivot: int = TWO_DIGIT_YEAR_PIVOT) -> pl.Expr:
    """What was assumed to read a date: a code of REPAIRS, else null."""
    return repair_of(read_date(column, order, pivot))


def _read_dates(rows: pl.LazyFrame, order: Order, pivot: int) -> pl.LazyFrame:
    tidied, text, spelled = pl.col("tidied"), pl.col("text"), pl.col("spelled")
    other: Order = "dmy" if order == "mdy" else "mdy"
    after_utc_midnight = tidied.str.to_lowercase().str.contains(_UTC_MIDNIGHT).cast(pl.Int32)
    found = pl.coalesce(spelled, pl.col("compact"), pl.col("serial")) + pl.duration(days=after_utc_midnight)
    return (
        rows.with_columns(tidied=tidy_symbols(pl.col(RAW)).str.strip_chars("'’ "))
        .with_columns(text=tidied.str.to_lowercase().str.replace(_TIME, "").str.replace(_WEEKDAY, ""))
        .with_columns(nothing=stands_for_nothing(tidied, zero=True) | text.str.contains(_NO_DATE))
        .pipe(_add_parts)
        .with_columns(
            spelled=_spelled(order, pivot),
            compact=_compact(text, order),
            serial=_serial(text),
            reordered=pl.coalesce(_spelled(other, pivot), _compact(text, other)),
        )
        .with_columns(value=pl.when(~pl.col("nothing")).then(found))
        .with_columns(problem=_problem(), repair=_repair(order))
    )


def _add_parts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `first`, `second`, `third`, the parts of `text`, and `first_month`, `second_month`, their month if named."""
    parts = pl.col("text").str.extract_groups(_PARTS).struct
    return rows.with_columns(
        parts.field(str(number)).alias(name) for number, name in enumerate(("first", "second", "third"), start=1)
    ).with_columns(first_month=_month(pl.col("first")), second_month=_month(pl.col("second")))


def _month(part: pl.Expr) -> pl.Expr:
    """Number of a month's name, null for anything else."""
    return part.replace_strict(MONTH_NUMBERS, default=None, return_dtype=pl.Int32)


def _problem() -> pl.Expr:
    """Why there is no value."""
    text = pl.col("text")
    letters = text.str.extract("([a-z]+)", 1)
    has_form = pl.col("first").is_not_null() & (letters.is_null() | _month(letters).is_not_null())
    return (
        pl.when(pl.col("nothing") | pl.col("value").is_not_null())
        .then(None)
        .when(text.str.contains(_YEAR))
        .then(pl.lit("date_is_a_year_only"))
        .when(pl.col("reordered").is_not_null())
        .then(pl.lit("date_is_in_another_order"))
        .when(has_form | text.str.contains(f"{_COMPACT}|^{_LEAP_DAY_THAT_NEVER_WAS}$"))
        .then(pl.lit("date_is_impossible"))
        .otherwise(pl.lit("date_is_unreadable"))
    )


def _repair(order: Order) -> pl.Expr:
    """What had to be assumed for the value."""
    return (
        pl.when(pl.col("value").is_null())
        .then(None)
        .when(pl.col("serial").is_not_null())
        .then(pl.lit("date_was_an_excel_serial"))
        .when(pl.col("tidied").str.to_lowercase().str.contains(_UTC_MIDNIGHT))
        .then(pl.lit("date_was_midnight_in_utc"))
        .when(_year_month_day(order)[0].str.len_chars() == 2)
        .then(pl.lit("date_century_was_assumed"))
    )


def _spelled(order: Order, pivot: int) -> pl.Expr:
    """The date of three parts with marks between them, null if there is none."""
    written, month, day = _year_month_day(order)
    number = written.cast(pl.Int32, strict=False)
    century = pl.when(number < pivot).then(2000).otherwise(1900)
    year = pl.when(written.str.len_chars() == 4).then(number).when(written.str.len_chars() == 2).then(number + century)
    return _date(year, month, day)


def _year_month_day(order: Order) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Year (as written), month (number) and day (as written) among the three parts.

    A name is the month wherever it stands; a first part of four digits is the year; else `order` decides.
    """
    first, second, third = pl.col("first"), pl.col("second"), pl.col("third")
    month_named_first = pl.col("first_month").is_not_null()
    year_first = first.str.len_chars() == 4 if order != "ymd" else third.str.len_chars() != 4
    year_first &= ~month_named_first
    month_first = month_named_first | (pl.lit(order == "mdy") & ~year_first & pl.col("second_month").is_null())
    year = pl.when(year_first).then(first).otherwise(third)
    named = pl.coalesce("first_month", "second_month")
    number = pl.when(month_first).then(first).otherwise(second).cast(pl.Int32, strict=False)
    day = pl.when(month_first).then(second).when(year_first).then(third).otherwise(first)
    return year, pl.coalesce(named, number), day


def _compact(text: pl.Expr, order: Order) -> pl.Expr:
    """Eight digits: year first if that makes a date of 1900 to 2099, else in the declared order.

    Both at once is impossible: read year-last, such digits end in 19yy or 20yy, and no month is 19 or 20.
    """
    iso, last = text.str.extract_groups(_COMPACT).struct, text.str.extract_groups(_COMPACT_YEAR_LAST).struct
    recent = pl.when(text.str.contains("^(?:19|20)")).then(iso.field("1"))
    month, day = ("1", "2") if order == "mdy" else ("2", "1")
    year_last = _date(last.field("3"), last.field(month), last.field(day))
    return pl.coalesce(_date(recent, iso.field("2"), iso.field("3")), year_last)


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The date, null where a part is or where no calendar has it."""
    parts = [part.cast(pl.String) for part in (year, month, day)]
    return pl.concat_str(parts, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _serial(text: pl.Expr) -> pl.Expr:
    """Excel's day numbers, 1 being 1 January 1900; a bare year is not one, though Excel would take it."""
    number = text.str.extract(_SERIAL, 1).cast(pl.Int32, strict=False)
    usable = number.is_between(1, _LAST_SERIAL) & (number != _LEAP_DAY_THAT_NEVER_WAS) & ~text.str.contains(_YEAR)
    # Days since 1970-01-01: 25569 is that day's number in Excel.
    days = number - 25_569 + (number < _LEAP_DAY_THAT_NEVER_WAS).cast(pl.Int32)
    return pl.when(usable).then(days).cast(pl.Date)

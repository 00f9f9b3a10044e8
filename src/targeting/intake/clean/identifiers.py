"""NIK, KK number and record ids: text that looks like numbers and must not become one."""

from __future__ import annotations

import polars as pl

from targeting.intake.clean.reading import RAW, problem_of, reading, repair_of, value_of
from targeting.intake.clean.text import stands_for_nothing, tidy, tidy_symbols

_QUOTING = "='\"’‘`´ "
"""What spreadsheets need before a long number to leave it alone: an apostrophe, or ="..." in a CSV file."""

_MARKS = r"[ .\-‐‑‒–/_]"
SCIENTIFIC = r"^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$"
_FLOAT = r"^[0-9]{11,}[.,]0{1,2}$"
_THOUSANDS = r"^[0-9]([.,][0-9]{3}){5}$"
"""3.578.020.101.900.001: a 16-digit number with a spreadsheet's thousands marks."""

_NUMBER = f"{SCIENTIFIC}|{_FLOAT}|{_THOUSANDS}"
_LARGE_FLOAT = r"^[0-9][.,][0-9]+[eE]\+?[0-9]+$|^[0-9]+[eE]\+[0-9]+$"
"""Scientific notation as programs write it. Bare 12e4 may be a record id in hexadecimal digits."""


def unquoted_symbols(column: pl.Expr) -> pl.Expr:
    """Tidied symbols without a spreadsheet's quoting."""
    return tidy_symbols(column).str.strip_chars(_QUOTING)


def read_identifier(column: pl.Expr) -> pl.Expr:
    """Raw NIK or KK number to a Struct of `value` (16 digits), `problem`, `repair`.

    Apostrophes, blanks, dots, dashes and full-width digits are mended. Whether the digits make a NIK is a rule's
    business, not cleaning's.
    """
    return reading(column, _read_identifiers, pl.String)


def clean_identifier(column: pl.Expr) -> pl.Expr:
    """Raw NIK or KK number to its 16 digits; null where missing or where `identifier_problem` is not null."""
    return value_of(read_identifier(column))


def identifier_problem(column: pl.Expr) -> pl.Expr:
    """Why raw text is no 16-digit identifier: a code of PROBLEMS, or null where it is one or is missing."""
    return problem_of(read_identifier(column))


def identifier_repair(column: pl.Expr) -> pl.Expr:
    """`identifier_was_written_with_marks` where the cleaned digits are not the raw text, else null."""
    return repair_of(read_identifier(column))


def _read_identifiers(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Fifteen digits are not padded: a number that lost a leading zero would have begun with 0, but province codes
    begin at 11, so no NIK does. Some other digit is missing, and a zero in front would make up a number.
    """
    symbols, digits, nothing = pl.col("symbols"), pl.col("digits"), pl.col("nothing")
    problem = (
        pl.when(nothing)
        .then(None)
        .when(symbols.str.contains(_NUMBER))
        .then(pl.lit("identifier_is_a_number"))
        .when(digits.str.contains("^[0-9]{16}$"))
        .then(None)
        .when(digits.str.contains("^[0-9]{15}$"))
        .then(pl.lit("identifier_lost_a_digit"))
        .when(digits.str.contains("[^0-9]"))
        .then(pl.lit("identifier_has_other_characters"))
        .otherwise(pl.lit("identifier_has_wrong_length"))
    )
    mended = pl.col("value") != pl.col(RAW)
    return (
        rows.with_columns(symbols=unquoted_symbols(pl.col(RAW)))
        .with_columns(digits=symbols.str.replace_all(_MARKS, ""), nothing=stands_for_nothing(symbols, zero=True))
        .with_columns(problem=problem)
        .with_columns(value=pl.when(pl.col("problem").is_null() & ~nothing).then(digits))
        .with_columns(repair=pl.when(mended).then(pl.lit("identifier_was_written_with_marks")))
    )


def read_record_id(column: pl.Expr) -> pl.Expr:
    """Raw household, family or person id to a Struct of `value` (text), `problem`, `repair` (always null).

    "12.0", a whole number that passed through a float column, is "12" again, so that files of two formats agree.
    """
    return reading(column, _read_record_ids, pl.String)


def clean_record_id(column: pl.Expr) -> pl.Expr:
    """Raw household, family or person id to text; null where missing or where `record_id_problem` is not null."""
    return value_of(read_record_id(column))


def record_id_problem(column: pl.Expr) -> pl.Expr:
    """`identifier_is_a_number` where a record id is in scientific notation, else null."""
    return problem_of(read_record_id(column))


def _read_record_ids(rows: pl.LazyFrame) -> pl.LazyFrame:
    text, lossy = pl.col("text"), pl.col("text").str.contains(_LARGE_FLOAT)
    return rows.with_columns(
        text=tidy(pl.col(RAW)).str.strip_chars(_QUOTING).str.replace(r"^([0-9]+)\.0$", "$1"),
    ).with_columns(
        value=pl.when(~stands_for_nothing(text, zero=True) & ~lossy).then(text),
        problem=pl.when(lossy).then(pl.lit("identifier_is_a_number")),
        repair=pl.lit(None, dtype=pl.String),
    )

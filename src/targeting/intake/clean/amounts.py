"""Amounts, counts, codes and yes/no answers."""

from __future__ import annotations

from functools import partial
from typing import Literal

import polars as pl

from targeting.intake.clean.reading import NOTHING, RAW, problem_of, reading, value_of
from targeting.intake.clean.text import stands_for_nothing, tidy_symbols

Decimal = Literal[",", "."]

_CURRENCY = r"(?i)^rp\.?\s*|[,.]-+$|\s*(?:rupiah|m2|m²)$|\s+"
"""What stands around an amount: Rp 1.250.000,- and 36 m2."""

_PLAIN = r"^[+-]?[0-9]+$"
_DOTS_GROUP = r"^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?$"
_COMMAS_GROUP = r"^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?$"
_COMMA_IS_DECIMAL = r"^[+-]?[0-9]*,[0-9]+$"
_DOT_IS_DECIMAL = r"^[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]{1,2})?$|^[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,2}$"
_EITHER = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
"""1.234 or 1,234: thousands in one country, a fraction in another. A nought in front (0.125) settles it."""

_WHOLE = r"^\+?(-?[0-9]{1,18})(?:[.,]0*)?$"
_YES = ("1", "01", "1.0", "1,0", "ya", "y", "yes", "true", "benar")
_NO = ("2", "02", "2.0", "2,0", "tidak", "tdk", "t", "no", "n", "false", "salah")


def read_number(column: pl.Expr, decimal: Decimal | None = None) -> pl.Expr:
    """Raw amount to a Struct of `value` (Float64, in the unit it was written in), `problem`, `repair` (always null).

    Rp, blanks, thousands marks and decimal commas are understood. `decimal` decides the one spelling that can be
    read two ways (1.234); every other is read by its form, as spreadsheets mix both in one column.
    """
    return reading(column, partial(_read_numbers, decimal=decimal), pl.Float64)


def clean_number(column: pl.Expr, decimal: Decimal | None = None) -> pl.Expr:
    """Raw amount to Float64; null where missing or where `number_problem` is not null."""
    return value_of(read_number(column, decimal))


def number_problem(column: pl.Expr, decimal: Decimal | None = None) -> pl.Expr:
    """`number_is_ambiguous`, `number_is_unreadable`, or null where it is read or missing."""
    return problem_of(read_number(column, decimal))


def _read_numbers(rows: pl.LazyFrame, decimal: Decimal | None) -> pl.LazyFrame:
    text, amount = pl.col("text"), pl.col("amount")
    undecided = amount.str.contains(_EITHER) & pl.lit(decimal is None)
    problem = (
        pl.when(stands_for_nothing(text) | pl.col("value").is_not_null())
        .then(None)
        .when(undecided)
        .then(pl.lit("number_is_ambiguous"))
        .otherwise(pl.lit("number_is_unreadable"))
    )
    number = _standard(amount, decimal).cast(pl.Float64, strict=False)
    return (
        rows.with_columns(text=tidy_symbols(pl.col(RAW)))
        .with_columns(amount=text.str.replace_all(_CURRENCY, ""))
        .with_columns(value=pl.when(number.is_finite() & ~stands_for_nothing(text)).then(number))
        .with_columns(problem=problem, repair=NOTHING)
    )


def _standard(amount: pl.Expr, decimal: Decimal | None) -> pl.Expr:
    """The amount with a decimal point and without thousands marks; null where it has no one reading."""
    without_dots = amount.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    without_commas = amount.str.replace_all(",", "", literal=True)
    either = {",": without_dots, ".": without_commas, None: NOTHING}[decimal]
    return (
        pl.when(amount.str.contains(_PLAIN))
        .then(amount)
        .when(amount.str.contains(_EITHER))
        .then(either)
        .when(amount.str.contains(_DOTS_GROUP))
        .then(without_dots)
        .when(amount.str.contains(_COMMAS_GROUP))
        .then(without_commas)
        .when(amount.str.contains(_COMMA_IS_DECIMAL))
        .then(amount.str.replace(",", ".", literal=True))
        .when(amount.str.contains(_DOT_IS_DECIMAL))
        .then(amount)
    )


def read_integer(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Raw code or count to a Struct of `value` (Int64), `problem`, `repair` (always null): "1", "01", "1.0" are 1.

    `zero` counts 0 as missing, as desil does ("belum ditentukan").
    """
    return reading(column, partial(_read_integers, zero=zero), pl.Int64)


def clean_integer(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Raw code or count to Int64; null where missing or where `integer_problem` is not null."""
    return value_of(read_integer(column, zero=zero))


def integer_problem(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """`integer_is_unreadable` where a value is there and is no whole number, else null."""
    return problem_of(read_integer(column, zero=zero))


def _read_integers(rows: pl.LazyFrame, *, zero: bool) -> pl.LazyFrame:
    text, whole = pl.col("text"), pl.col("whole")
    unreadable = whole.is_null() & ~stands_for_nothing(text)
    return (
        rows.with_columns(text=tidy_symbols(pl.col(RAW)))
        .with_columns(whole=text.str.extract(_WHOLE, 1).cast(pl.Int64, strict=False))
        .with_columns(
            value=pl.when(~((whole == 0) & zero)).then(whole),
            problem=pl.when(unreadable).then(pl.lit("integer_is_unreadable")),
            repair=NOTHING,
        )
    )


def read_yes_no(column: pl.Expr) -> pl.Expr:
    """Raw answer to a Struct of `value` (Int64: 1 yes, 2 no), `problem`, `repair` (always null).

    0 is refused: it is "no" in one system and "not asked" in the next.
    """
    return reading(column, _read_answers, pl.Int64)


def clean_yes_no(column: pl.Expr) -> pl.Expr:
    """Raw answer to Int64: 1 yes, 2 no; null where missing or where `yes_no_problem` is not null."""
    return value_of(read_yes_no(column))


def yes_no_problem(column: pl.Expr) -> pl.Expr:
    """`yes_no_is_unreadable` where an answer is there and is neither yes nor no, else null."""
    return problem_of(read_yes_no(column))


def _read_answers(rows: pl.LazyFrame) -> pl.LazyFrame:
    answer = pl.col("text").str.to_lowercase()
    yes, no = answer.is_in(list(_YES)), answer.is_in(list(_NO))
    unreadable = ~stands_for_nothing(pl.col("text")) & pl.col("value").is_null()
    return (
        rows.with_columns(text=tidy_symbols(pl.col(RAW)))
        .with_columns(value=pl.when(yes).then(1).when(no).then(2).cast(pl.Int64))
        .with_columns(problem=pl.when(unreadable).then(pl.lit("yes_no_is_unreadable")), repair=NOTHING)
    )

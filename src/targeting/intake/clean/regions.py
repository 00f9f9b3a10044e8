"""Region codes in Kemendagri's dotted form."""

from __future__ import annotations

from functools import partial

import polars as pl

from targeting.intake.clean.identifiers import SCIENTIFIC, unquoted_symbols
from targeting.intake.clean.reading import RAW, problem_of, reading, repair_of, value_of
from targeting.intake.clean.text import stands_for_nothing

_LEVEL_ENDS = (2, 4, 6, 10)
"""Digits up to the end of province, kabupaten or kota, kecamatan, desa or kelurahan."""

_SEPARATORS = r"[ \-‐–/]+"
_WHOLE_FLOAT = r"^([0-9]{4,})\.0$"
_PART_WITHOUT_ZERO = r"(^|\.)([0-9])\b"


def read_region_code(column: pl.Expr, digits: int) -> pl.Expr:
    """Raw region code to a Struct of `value` (Kemendagri's dotted form of `digits` digits), `problem`, `repair`.

    `digits`: 2 province "34", 4 kabupaten or kota "34.04", 6 kecamatan "34.04.01", 10 desa "34.04.01.2001". Dots,
    blanks, dashes or nothing may stand between the parts.
    """
    return reading(column, partial(_read_region_codes, digits=digits), pl.String)


def clean_region_code(column: pl.Expr, digits: int) -> pl.Expr:
    """Raw region code to Kemendagri's dotted form of `digits` digits; null where missing or a problem stands."""
    return value_of(read_region_code(column, digits))


def region_code_problem(column: pl.Expr, digits: int) -> pl.Expr:
    """Why raw text is no region code of `digits` digits: a code of PROBLEMS, or null where it is one or is missing."""
    return problem_of(read_region_code(column, digits))


def region_code_repair(column: pl.Expr, digits: int) -> pl.Expr:
    """`region_code_regained_zeros` where parts of a good code were padded, else null."""
    return repair_of(read_region_code(column, digits))


def _read_region_codes(rows: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """A part that lost its zero is padded where two dots show that this is a code: 34.4.1. With one dot, 34.1 may as
    well be the number that 34.10 became, and is refused.
    """
    dotted, code, nothing = pl.col("dotted"), pl.col("code"), pl.col("nothing")
    several_dots = dotted.str.count_matches(".", literal=True) >= 2
    padded = pl.when(several_dots).then(dotted.str.replace_all(_PART_WITHOUT_ZERO, "${1}0${2}")).otherwise(dotted)
    problem = (
        pl.when(nothing)
        .then(None)
        .when(dotted.str.contains(rf"^[0-9]+[.,][0-9]$|{SCIENTIFIC}"))
        .then(pl.lit("region_code_is_a_number"))
        .when(code.str.contains(f"^[0-9]{{{digits}}}$"))
        .then(None)
        .when(code.str.contains("[^0-9]"))
        .then(pl.lit("region_code_has_other_characters"))
        .otherwise(pl.lit("region_code_has_wrong_length"))
    )
    regained = pl.col("value").is_not_null() & (pl.col("padded") != dotted)
    return (
        rows.with_columns(symbols=unquoted_symbols(pl.col(RAW)))
        .with_columns(
            nothing=stands_for_nothing(pl.col("symbols"), zero=True),
            dotted=pl.col("symbols").str.replace_all(_SEPARATORS, ".").str.replace(_WHOLE_FLOAT, "$1"),
        )
        .with_columns(padded=padded)
        .with_columns(code=pl.col("padded").str.replace_all(".", "", literal=True))
        .with_columns(problem=problem)
        .with_columns(value=pl.when(pl.col("problem").is_null() & ~nothing).then(_with_dots(code, digits)))
        .with_columns(repair=pl.when(regained).then(pl.lit("region_code_regained_zeros")))
    )


def _with_dots(code: pl.Expr, digits: int) -> pl.Expr:
    """3404012001 as 34.04.01.2001."""
    ends = [end for end in _LEVEL_ENDS if end <= digits]
    starts = [0, *ends[:-1]]
    return pl.concat_str(
        [code.str.slice(start, end - start) for start, end in zip(starts, ends, strict=True)], separator="."
    )

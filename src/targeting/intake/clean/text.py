"""Text without what the eye does not see, and the many ways to write nothing."""

from __future__ import annotations

import polars as pl

from targeting.intake.clean.reading import NOTHING
from targeting.intake.headers import INVISIBLE

MISSING = (
    "",
    *("-", "--", "---", "–", "—", "."),
    *("NULL", "Null", "null", "(null)", "<NA>", "\\N", "NaN", "nan", "NaT", "N/A", "n/a", "None"),
    *("#N/A", "#NULL!", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?"),
)
"""Spellings of no value. Case matters: NAN is what pandas never writes and what people are called."""

_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_UNSEEN = f"[{_CONTROL}{INVISIBLE}]"
_BLANKS = r"\s{2,}|[^\S ]"
_REPLACEMENT_CHARACTER = "\ufffd"


def tidy(column: pl.Expr) -> pl.Expr:
    """Text in NFC with invisible and control characters gone and every run of blanks one space; null stays null.

    NFC only: NFKC would turn "Blok 5²" into "Blok 52".
    """
    return _visible(column.str.normalize("NFC"))


def tidy_symbols(column: pl.Expr) -> pl.Expr:
    """Like `tidy`, in NFKC: full-width digits become digits. For codes, dates and numbers, never for free text."""
    return _visible(column.str.normalize("NFKC"))


def _visible(column: pl.Expr) -> pl.Expr:
    return column.str.replace_all(_UNSEEN, "").str.replace_all(_BLANKS, " ").str.strip_chars()


def stands_for_nothing(tidied: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Whether tidied text means no value; `zero` counts "0" too. Never null."""
    return tidied.is_in([*MISSING, "0", "0.0", "0,0"] if zero else list(MISSING)).fill_null(value=True)


def is_missing(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Whether raw text means no value: null, blank, "-", "NULL", ... and, with `zero`, "0". Boolean, never null.

    `zero` is for identifiers, dates, names and desil, of which none is nought.
    """
    return stands_for_nothing(tidy(column), zero=zero)


def clean_text(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Raw text to tidied text, null where missing. Letters, capitals and punctuation stay."""
    text = tidy(column)
    return pl.when(~stands_for_nothing(text, zero=zero)).then(text)


def text_problem(column: pl.Expr) -> pl.Expr:
    """`text_has_broken_characters` where an encoding was lost before the file reached us, else null."""
    broken = column.str.contains(_REPLACEMENT_CHARACTER, literal=True)
    return pl.when(broken).then(pl.lit("text_has_broken_characters"))


def read_text(column: pl.Expr, *, zero: bool = False) -> pl.Expr:
    """Raw text to a Struct of `value` (tidied text, also where broken), `problem`, `repair` (always null)."""
    return pl.struct(value=clean_text(column, zero=zero), problem=text_problem(column), repair=NOTHING)

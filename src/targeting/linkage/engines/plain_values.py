"""Values as plain Python sees them: standardised text taken apart.

Nothing here is encoded: no codes, no packed digits, no hashes. It is the second opinion on what the encoded columns of
the SQL engines mean, and it is slow: for small files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from targeting.contracts.linkage import ColumnType
from targeting.standardise.dates import date_parts
from targeting.standardise.identifiers import clean_identifier
from targeting.standardise.names import clean_name, sound_key, token_form
from targeting.standardise.text import address_text, plain_text

NAME_PARTS = 4
"""Parts of a name that are compared one by one."""
DIGITS = 16
"""Last characters of a number that are compared."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a record holds in one column; `whole` decides equality. A missing value is None in place of this."""

    whole: str
    letters: str = ""
    """The whole without blanks."""
    parts: tuple[str, ...] = ()
    """Sounds of a name's parts; words of a text; year, month, day of a date; a region's district, regency, province."""
    words: tuple[str, ...] = ()
    """A name's parts as they are written."""


Values = dict[str, Value]
"""Raw text: value, of those that are not missing."""


def values_of(kind: ColumnType, raw: pl.Series) -> Values:
    """The values of distinct raw texts, by the column's type."""
    frame = raw.drop_nulls().unique().sort().to_frame("raw")
    match kind:
        case ColumnType.NAME:
            return _names(frame)
        case ColumnType.DATE:
            return _dates(frame)
        case ColumnType.NIK | ColumnType.NKK:
            return _numbers(frame)
        case ColumnType.REGION:
            return _regions(frame)
        case ColumnType.TEXT:
            return _made(frame, address_text(pl.col("raw")), lambda text: tuple(sorted(set(text.split(" ")))))
        case ColumnType.CATEGORY:
            return _made(frame, plain_text(pl.col("raw")), lambda _: ())


def _made(frame: pl.DataFrame, standard: pl.Expr, parts: Callable[[str], tuple[str, ...]]) -> Values:
    """Values of a text that is only standardised."""
    made = frame.with_columns(standard=standard).filter(pl.col("standard") != "")
    return {raw: Value(text, text.replace(" ", ""), parts(text)) for raw, text in made.iter_rows()}


def _names(frame: pl.DataFrame) -> Values:
    """Names written out, titles left out unless nothing else is there."""
    cleaned = dict(frame.select("raw", name=clean_name(pl.col("raw"))).drop_nulls().iter_rows())
    words = pl.DataFrame({"word": sorted({word for name in cleaned.values() for word in name.split(" ")})})
    words = words.cast(pl.String).with_columns(form=token_form(pl.col("word")))
    words = words.with_columns(sound=sound_key(pl.coalesce("form", "word")))
    forms = {word: (form, sound) for word, form, sound in words.iter_rows()}
    return {raw: _name(name.split(" "), forms) for raw, name in cleaned.items()}


def _name(words: list[str], forms: dict[str, tuple[str | None, str]]) -> Value:
    """One name from its words and their written-out forms and sounds."""
    kept = [word for word in words if forms[word][0] is not None] or words
    written = [forms[word][0] or word for word in kept]
    return Value(
        " ".join(written),
        "".join(written),
        tuple(forms[word][1] for word in kept[:NAME_PARTS]),
        tuple(written[:NAME_PARTS]),
    )


def _dates(frame: pl.DataFrame) -> Values:
    """Dates as YYYY-MM-DD with zeros for what is unknown; missing when nothing is known."""
    parts = frame.select("raw", *(part.fill_null(0).alias(name) for name, part in _date_parts(frame)))
    made = {raw: (f"{y:04}", f"{m:02}", f"{d:02}") for raw, y, m, d in parts.iter_rows() if y or m or d}
    return {raw: Value("-".join(parts), "".join(parts), parts) for raw, parts in made.items()}


def _date_parts(frame: pl.DataFrame) -> list[tuple[str, pl.Expr]]:
    """Year, month and day by name."""
    return list(zip(("year", "month", "day"), date_parts(pl.col("raw"), frame["raw"].dtype), strict=True))


def _numbers(frame: pl.DataFrame) -> Values:
    """Numbers as sixteen digits, letters counted as their place in the alphabet modulo ten."""
    cleaned = frame.select("raw", number=clean_identifier(pl.col("raw"))).drop_nulls()
    digits = {raw: "".join(map(_digit, number[-DIGITS:])).rjust(DIGITS, "0") for raw, number in cleaned.iter_rows()}
    return {raw: Value(number) for raw, number in digits.items() if number.strip("0")}


def _digit(character: str) -> str:
    """A digit as it is, a letter as one."""
    return character if character.isdigit() else str((ord(character) - ord("A")) % 10)


def _regions(frame: pl.DataFrame) -> Values:
    """Region codes without punctuation, with their parents; of a code of other making, its leading half."""
    bare = plain_text(pl.col("raw")).str.replace_all(" ", "", literal=True)
    made = frame.select("raw", code=bare).drop_nulls()
    return {raw: Value(code, code, _parents(code)) for raw, code in made.iter_rows()}


def _parents(code: str) -> tuple[str, str, str]:
    """District, regency, province."""
    if code.isdigit() and len(code) in (4, 6, 7, 10):
        return code[:6], code[:4], code[:2]
    half = code[: len(code) // 2 + 1]
    return code, half, half

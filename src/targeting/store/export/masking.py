"""Hides who a row is about, and keeps enough to work with: what exports and screens show unless told otherwise.

* NIK and KK number: with a key, a pseudonym that stays the same from list to list and tells nothing without the key;
  without one, all digits but the last two. The first twelve of a NIK are the place of registration and the date
  of birth, which together find a person; the serial's last two digits split a village into at most a hundred groups.
  They are left so that two members of one household can be told apart on paper.
* Names: initials. Places of birth, addresses, RT and RW: withheld. Dates of birth: the year.
* Refused rows as they came, and the two records of a pair for review: withheld whole, for what stands where in them
  is not known.
* Sixteen or more digits in a row in any other text, a household_id for one: masked like a NIK. A source that uses KK
  numbers as its ids would else publish them; with a key its rows can still be told apart and found again.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from targeting.store.pseudonym import PseudonymKey

WITHHELD = "(disamarkan)"
NUMBERS = ("nik", "no_kk")
NAMES = ("nama", "nama_kepala_keluarga", "nama_calon")
WITHHELD_COLUMNS = ("tempat_lahir", "alamat", "rt", "rw", "raw", "records")
BIRTH_DATE = "tanggal_lahir"

PSEUDONYM = r"^ps-[a-z2-7]{4}-[a-z2-7]{16}$"
ANY_LONG_NUMBER = r"\d{16,}"
LONG_NUMBER = r"\d{14,}(\d{2})"
STARS = "*" * 14


def mask(frame: pl.DataFrame, key: PseudonymKey | None = None) -> pl.DataFrame:
    """The same rows and columns, nobody in them to be found by name, number, address or day of birth."""
    named = frame if key is None else _with_pseudonyms(frame, key)
    return named.with_columns(
        _masked(name, dtype).alias(name)
        for name, dtype in named.schema.items()
        if dtype == pl.String or name in (*NUMBERS, *WITHHELD_COLUMNS, BIRTH_DATE)
    )


def mask_record(record: dict[str, Any], key: PseudonymKey | None = None) -> dict[str, Any]:
    """One row as a dictionary, masked like a frame."""
    texts = {name: value for name, value in record.items() if not isinstance(value, dict | list)}
    nested = {name: _mask_nested(value, key) for name, value in record.items() if name not in texts}
    masked = mask(pl.DataFrame([texts], infer_schema_length=None), key).to_dicts()[0] if texts else {}
    return {name: nested[name] if name in nested else masked[name] for name in record}


def mask_number(column: pl.Expr) -> pl.Expr:
    """Stars but for the last two digits of 16; a pseudonym stays; anything else is stars altogether."""
    text = column.cast(pl.String)
    return (
        pl.when(text.str.contains(PSEUDONYM))
        .then(text)
        .when(text.str.contains(r"^\d{16}$"))
        .then(text.str.replace(LONG_NUMBER, STARS + "${1}"))
        .otherwise(text.str.replace_all(r"(?s).", "*"))
    )


def mask_name(column: pl.Expr) -> pl.Expr:
    """SITI AMINAH becomes S. A."""
    return column.str.strip_chars().str.to_uppercase().str.replace_all(r"(\S)\S*\s*", "${1}. ").str.strip_chars()


def _masked(name: str, dtype: pl.DataType) -> pl.Expr:
    """The column as it may be shown."""
    column = pl.col(name)
    if name in NUMBERS:
        return mask_number(column)
    if name in NAMES:
        return mask_name(column)
    if name in WITHHELD_COLUMNS:
        return pl.when(column.is_not_null()).then(pl.lit(WITHHELD))
    if name == BIRTH_DATE:
        return column.cast(pl.String).str.slice(0, 4) + "-**-**"
    return column.str.replace_all(LONG_NUMBER, STARS + "${1}") if dtype == pl.String else column


def _with_pseudonyms(frame: pl.DataFrame, key: PseudonymKey) -> pl.DataFrame:
    """Long numbers in any text, each as its pseudonym; a frame has far fewer different texts than rows."""
    changed = []
    for name, dtype in frame.schema.items():
        if dtype == pl.String and name not in (*NAMES, *WITHHELD_COLUMNS):
            texts = frame.get_column(name).unique().drop_nulls()
            found = texts.filter(texts.str.contains(ANY_LONG_NUMBER)).to_list()
            if found:
                changed.append(pl.col(name).replace({text: _pseudonymous(text, key) for text in found}))
    return frame.with_columns(changed)


def _pseudonymous(text: str, key: PseudonymKey) -> str:
    """The text with a pseudonym for each long number in it."""
    return re.sub(ANY_LONG_NUMBER, lambda number: key.of(number.group()), text)


def _mask_nested(value: Any, key: PseudonymKey | None) -> Any:
    """JSON values: long numbers inside any text are masked."""
    match value:
        case dict():
            return {_mask_nested(name, key): _mask_nested(inner, key) for name, inner in value.items()}
        case list():
            return [_mask_nested(inner, key) for inner in value]
        case str() if key is not None:
            return _pseudonymous(value, key)
        case str():
            return pl.Series([value]).str.replace_all(LONG_NUMBER, STARS + "${1}").item()
        case _:
            return value

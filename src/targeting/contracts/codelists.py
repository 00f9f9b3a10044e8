"""The versioned code lists, as the rooms use them: `meaning` turns a column of codes into a column of words.

Two lists are traps. Roof (305): 5 is wood and 6 bamboo in regsosek-2022k, the other way round in dtsen-2025. Cooking
fuel (308): "does not cook" is 12 in regsosek-2022k and 0 in dtsen-2025. Compare meanings, never codes.
"""

from __future__ import annotations

import polars as pl

from targeting.contracts.codes.lists import (
    DTSEN_2025,
    REGSOSEK_2022K,
    VERSIONS,
    BitList,
    CodeList,
    bit_list,
    code_list,
    code_lists,
    known_version,
)
from targeting.contracts.schemas import list_of_column

__all__ = [
    "DTSEN_2025",
    "REGSOSEK_2022K",
    "VERSIONS",
    "BitList",
    "CodeList",
    "bit_list",
    "bit_meanings",
    "code_list",
    "code_lists",
    "known_version",
    "meaning",
]


def meaning(column: str, version: str) -> pl.Expr:
    """The column's codes as their meanings in that version; null stays null, and a code of no list becomes null."""
    meanings = code_list(list_of_column(column), version).meanings
    return pl.col(column).replace_strict(meanings, default=None, return_dtype=pl.String).alias(column)


def bit_meanings(column: str, name: str | None = None) -> pl.Expr:
    """A sum column as the list of what applies: 5 of dokumen_identitas is [akta_kelahiran, ktp], 0 an empty list.

    "Does not know" (99 where the list has it) and null become null. `name` is the bit list, by default the column's.
    """
    bits = bit_list(name or column)
    value = pl.col(column)
    applying = [pl.when(value // bit % 2 == 1).then(pl.lit(meaning)) for bit, meaning in sorted(bits.bits.items())]
    known = value.is_not_null() & value.ne_missing(bits.not_known)
    return pl.when(known).then(pl.concat_list(applying).list.drop_nulls()).alias(column)

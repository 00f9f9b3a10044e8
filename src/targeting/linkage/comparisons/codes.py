"""Codes: a number for each text, the same in every file, on every machine and on every night.

A code is a 64-bit hash, so that a register encoded once and a batch encoded tonight meet without a common list of
values. Two of n distinct values share a code with a chance of about n**2 / 2**65: one in four million for the three
million distinct names of four million people, one in five hundred for three hundred million. A shared code makes two
values look equal; nothing else is lost by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.standardise.utf8 import WORD, Utf8, utf8

IntArray = npt.NDArray[np.int64]
KeyArray = npt.NDArray[np.uint64]


def text_codes(texts: pl.Series) -> KeyArray:
    """The code of each text, 0 for null. Equal texts have equal codes, whatever else the column holds."""
    return codes_of(utf8(texts))


def codes_of(texts: Utf8) -> KeyArray:
    """`text_codes` of texts that lie in a buffer: splitmix64 over their length and then eight bytes at a time."""
    hashed = mix(texts.lengths.astype(np.uint64))
    rows = np.flatnonzero(texts.lengths > 0)
    for place in range(0, int(texts.lengths.max(initial=0)), WORD):
        rows = rows[texts.lengths[rows] > place]
        hashed[rows] = mix(hashed[rows] ^ texts.words(rows, place))
    hashed[hashed == 0] = 1
    hashed[texts.is_null] = 0
    return hashed


def mix(values: KeyArray) -> KeyArray:
    """splitmix64's finaliser on an array."""
    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def key(*parts: KeyArray) -> KeyArray:
    """One 64-bit key of several code columns, 0 where any of them is 0: equal codes give equal keys."""
    mixed = np.zeros(len(parts[0]), dtype=np.uint64)
    present = np.ones(len(parts[0]), dtype=bool)
    for part in parts:
        values = part.astype(np.uint64, copy=False)
        present &= values != 0
        mixed = mix(mixed ^ values)
    return np.where(present, mixed, np.uint64(0))


def each_once(keys: list[KeyArray]) -> list[KeyArray]:
    """Alternative keys of the same values without those that an earlier alternative gives already: they become 0."""
    found: list[KeyArray] = []
    for one in keys:
        again = np.zeros(len(one), dtype=bool)
        for other in found:
            again |= one == other
        found.append(np.where(again, np.uint64(0), one))
    return found


@dataclass(frozen=True)
class Distinct:
    """A column's distinct texts, row 0 null, and each record's row among them."""

    texts: pl.Series
    rows: npt.NDArray[np.uint32]


def distinct(column: pl.Series) -> Distinct:
    """The distinct values of a column as text, in no particular order."""
    coded = column.cast(pl.String).cast(pl.Categorical(pl.Categories.random()))
    physical = coded.to_physical()
    found = physical.unique().drop_nulls().to_numpy().astype(np.int64)
    place = np.zeros(int(found.max(initial=-1)) + 2, dtype=np.uint32)
    place[found + 1] = np.arange(1, len(found) + 1)
    rows = place[(physical.cast(pl.Int64) + 1).fill_null(0).to_numpy()]
    first = np.zeros(len(found) + 1, dtype=np.int64)
    first[rows] = np.arange(len(rows))
    texts = column.gather(first[1:]).cast(pl.String)
    return Distinct(pl.concat([pl.Series([None], dtype=pl.String), texts]), rows)

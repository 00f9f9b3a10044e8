"""What a comparison is: columns to encode once, a level and an information bin for each pair, keys for blocking.

A comparison never sees a pair of strings where integers do: `encode` turns each side's column into small integers
(and one compact string for names and addresses), and the SQL works on those. Level 0 says that a side is missing,
level 1 that the sides differ, higher levels agree more. The bin is how much the agreement tells: -log2 of the share
of records that bear the agreed value, in steps of `BIN_BITS`; it is how term frequencies enter the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

BIN_SHIFT = 4
BIN_BITS = 2**BIN_SHIFT / 10
"""Width of an information bin, in bits: sixteen tenths, so that a shift finds it."""

BINS = 14
"""Bins of a comparison with term frequencies: the last one holds values rarer than 2**-20.8."""


class Tells(Enum):
    """What a comparison tells: housemates share a home, and nothing else but by chance or kinship."""

    NAME = "name"
    BIRTH = "birth"
    HOME = "home"
    OTHER = "other"


@dataclass(frozen=True)
class Case:
    """A level, the SQL condition under which it holds, and the SQL of what the agreement tells in tenths of a bit."""

    level: int
    condition: str
    tells: str = "0"


IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
KeyArray = npt.NDArray[np.uint64]
Keys = list[KeyArray]
"""Alternative blocking keys of one kind: arrays over the records, 0 where a record has none."""


class Comparison(Protocol):
    """One column pair, compared."""

    @property
    def name(self) -> str:
        """The column's name in the spec; prefix of its encoded columns."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels; index 0 is missing, 1 different, then rising agreement."""

    @property
    def slopes(self) -> tuple[float, ...]:
        """How strongly the information bin counts at each level: 1 fully, 0 not at all."""

    @property
    def exact_level(self) -> int:
        """The level of equal values, whose u follows from frequencies without sampling."""

    @property
    def code(self) -> str:
        """Suffix of the encoded column whose equality is the exact level; 0 where missing."""

    @property
    def tells(self) -> Tells:
        """What kind of thing it tells of a person."""

    @property
    def borrowed(self) -> float:
        """Share of housemates who bear each other's value by mistake; 0 where that makes no sense."""

    @property
    def prior_m(self) -> tuple[float, ...]:
        """Where training starts: m of levels 1 and up, adding to 1."""

    def encode(self, left: pl.Series, right: pl.Series) -> Encoded:
        """Both sides' rows, and what each distinct value is."""
        ...

    def hoisted(self) -> dict[str, str]:
        """SQL of similarities and counts that are worked out once a pair, over l and r; name: expression."""

    def cases(self) -> list[Case]:
        """What decides the level, first come first served, over `hoisted`; none of them is level 1, different."""
        ...

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """Blocking keys of one kind over a frame of values (or of rows, where a column has no values)."""
        ...


@dataclass(frozen=True)
class Encoded:
    """A column of both sides, its distinct values worked out once.

    left, right: one row a record; values: one row a distinct value, row 0 for missing. With values, the records hold
    their row number in `id_column`; without (an identifier is nearly always distinct) they hold the encoded value.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    values: pl.DataFrame | None = None
    id_column: str = ""

    def wide(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The columns that a pair's comparison reads, for some records."""
        if self.values is None:
            return rows
        return self.values[rows[self.id_column]]


@dataclass(frozen=True)
class Distinct:
    """The distinct values of a column of both sides: raw (row 0 null), and each record's row in it."""

    raw: pl.Series
    left: IntArray
    right: IntArray

    def counts(self, of: IntArray) -> tuple[FloatArray, FloatArray]:
        """Records of each side by a code of the distinct values."""
        size = int(of.max()) + 1 if len(of) else 1
        return (
            np.bincount(of[self.left], minlength=size).astype(np.float64),
            np.bincount(of[self.right], minlength=size).astype(np.float64),
        )

    def information(self, of: IntArray) -> IntArray:
        """-log2 of the share of other records that bear a code, in tenths of a bit, by code; 0 for code 0."""
        left, right = self.counts(of)
        left[0] = right[0] = 0.0
        return rarity(left + right, left.sum() + right.sum())


def rarity(bearers: FloatArray, records: float) -> IntArray:
    """-log2 of the share of other persons that bear a code, in tenths of a bit, by code; 0 for code 0.

    A pair that agrees is two of the bearers itself: they are taken off, or a name borne by one person in both files
    would look as common as if two persons bore it.
    """
    share = np.maximum(bearers - 1.0 - SELF, 1.0 - SELF) / max(records, 1.0)
    tenths = np.round(-10 * np.log2(np.minimum(share, 1.0))).astype(np.int64)
    tenths[0] = 0
    return np.asarray(tenths, dtype=np.int64)


def distinct(left: pl.Series, right: pl.Series) -> Distinct:
    """The distinct values of both sides as text."""
    both = pl.concat([left.cast(pl.String), right.cast(pl.String)]).cast(pl.Categorical(pl.Categories.random()))
    found = both.unique().drop_nulls()
    order = found.to_physical().to_numpy().astype(np.int64)
    place = np.zeros(int(order.max()) + 2 if len(order) else 1, dtype=np.int64)
    place[order + 1] = np.arange(1, len(order) + 1)
    ids = place[(both.to_physical().cast(pl.Int64) + 1).fill_null(0).to_numpy()]
    raw = pl.concat([pl.Series([None], dtype=pl.String), found.cast(pl.String)])
    return Distinct(raw, ids[: left.len()], ids[left.len() :])


def encoded(name: str, values: pl.DataFrame, of: Distinct) -> Encoded:
    """An encoding of distinct values, its columns named after the comparison."""
    rows = [pl.DataFrame({f"{name}_id": pl.Series(ids, dtype=pl.UInt32)}) for ids in (of.left, of.right)]
    return Encoded(rows[0], rows[1], values.rename(lambda column: f"{name}_{column}"), f"{name}_id")


def codes(values: pl.Series) -> IntArray:
    """One code a distinct value, from 1; 0 for null. Only equality of codes means anything."""
    physical = values.cast(pl.String).cast(pl.Categorical(pl.Categories.random())).to_physical()
    coded = (physical.cast(pl.Int64) + 1).fill_null(0)
    return np.asarray(coded.to_numpy(), dtype=np.int64)


SELF = 0.7
"""What a value's count is lessened by: the record itself is no evidence that others bear the value. A value seen once
keeps 0.3, about what Good and Turing's estimate gives for names."""


def bin_of(tenths: str) -> str:
    """SQL: the information bin of an amount in tenths of a bit."""
    return f"least(({tenths}) >> {BIN_SHIFT}, {BINS - 1})"


def bin_bits(index: IntArray) -> FloatArray:
    """The middle of information bins, in bits."""
    return np.asarray((index + 0.5) * BIN_BITS, dtype=np.float64)


def key(*parts: pl.Series) -> KeyArray:
    """One 64-bit key of several code columns, 0 where any of them is 0 (splitmix64, so equal codes give equal keys)."""
    mixed = np.zeros(parts[0].len(), dtype=np.uint64)
    present = np.ones(parts[0].len(), dtype=bool)
    for part in parts:
        values = part.cast(pl.UInt64).to_numpy()
        present &= values != 0
        mixed = mix(mixed ^ values)
    return np.where(present, mixed, np.uint64(0))


def mix(values: KeyArray) -> KeyArray:
    """splitmix64's finaliser on an array."""
    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

"""What a comparison is: columns to encode once, a level and an information bin for each pair, keys for blocking.

A comparison never sees a pair of strings where integers do: `encode` turns a side's column into integers (and one
compact string for names and addresses), and the SQL works on those. A side is encoded without looking at the other, so
that a register needs it once; `informed` adds what depends on how often both sides have a value. Level 0 says that a
side is missing, level 1 that the sides differ, higher levels agree more. The bin is how much the agreement tells: the
-log2 of the share of records that bear the agreed value, in steps of `BIN_BITS`; it is how term frequencies enter the
pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.comparisons.codes import Distinct, IntArray, KeyArray

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


FloatArray = npt.NDArray[np.float64]
Keys = list[KeyArray]
"""Alternative blocking keys of one kind: arrays over the records, each key of a record once, 0 where it has none."""


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
    def told_of_right(self) -> Mapping[str, tuple[str, ...]]:
        """By kind of count, the right side's encoded columns from whose codes comparing reads what they tell."""

    @property
    def prior_m(self) -> tuple[float, ...]:
        """Where training starts: m of levels 1 and up, adding to 1."""

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:
        """One side's rows and what each distinct value is. `chosen_by` are the words of the right side, which say what
        words of the left are rare; without it the column's own say so.
        """
        ...

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """Values with what agreement on them tells, which follows from both sides' counts."""
        ...

    def hoisted(self) -> dict[str, str]:
        """SQL of similarities and counts that are worked out once a pair, over l and r; name: expression."""

    def cases(self) -> list[Case]:
        """What decides the level, first come first served, over `hoisted`; none of them is level 1, different."""
        ...

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """Blocking keys of one kind, for each row of a frame of values."""
        ...


@dataclass(frozen=True)
class Counted:
    """How many records of one side bear each code.

    codes: ascending, without 0. bearers: aligned; None where `codes` stands once for each record, repeats and all.
    records: those that bear any code. within: `pairs`, where it was counted before.
    """

    codes: KeyArray
    bearers: IntArray | None
    records: int
    within: int | None = None

    def of(self, codes: KeyArray) -> IntArray:
        """Bearers of each of some codes, 0 for those that nobody bears."""
        first = np.searchsorted(self.codes, codes)
        if self.bearers is None:
            return np.asarray(np.searchsorted(self.codes, codes, side="right") - first, dtype=np.int64)
        if len(self.codes) == 0:
            return np.zeros(len(codes), dtype=np.int64)
        first = np.minimum(first, len(self.codes) - 1)
        return np.where(self.codes[first] == codes, self.bearers[first], 0).astype(np.int64)

    def distinct(self) -> tuple[KeyArray, IntArray]:
        """Each code once, with its bearers."""
        if self.bearers is not None:
            return self.codes, self.bearers
        codes, counts = np.unique(self.codes, return_counts=True)
        return codes, counts.astype(np.int64)

    @property
    def pairs(self) -> int:
        """Ordered pairs of different records that bear one code."""
        if self.within is not None:
            return self.within
        bearers = self.distinct()[1]
        return int((bearers * (bearers - 1)).sum())


WHOLE, PART, WORD = "whole", "part", "word"
"""What is counted of a column: whole values, parts of names, words of texts."""


NOTHING_TOLD: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""Of a comparison that reads from the left side alone what agreement tells."""


def counted(codes: KeyArray, bearers: IntArray, records: int) -> Counted:
    """Bearers added up by code; code 0 is none."""
    some = codes != 0
    each, place = np.unique(codes[some], return_inverse=True)
    added = np.bincount(place, weights=bearers[some], minlength=len(each))
    return Counted(each, added.astype(np.int64), records)


@dataclass(frozen=True)
class Encoded:
    """A column of one side.

    values: one row a distinct value, ascending by code, row 0 for missing; rows: each record's row in it. Without
    values (an identifier is nearly always distinct) rows holds the encoded value itself, 0 for missing. counts: how
    many records bear what, by WHOLE, PART, WORD.
    """

    rows: npt.NDArray[np.uint32] | KeyArray
    values: pl.DataFrame | None
    counts: dict[str, Counted]


@dataclass(frozen=True)
class Frequencies:
    """One kind of count of both sides."""

    left: Counted
    right: Counted

    def bearers(self, codes: KeyArray) -> IntArray:
        """Records of both sides that bear each code."""
        return self.left.of(codes) + self.right.of(codes)

    @property
    def records(self) -> int:
        """Records of both sides that bear any."""
        return self.left.records + self.right.records

    def information(self, codes: KeyArray) -> IntArray:
        """-log2 of the share of other records that bear a code, in tenths of a bit; 0 for code 0."""
        return np.where(codes == 0, 0, rarity(self.bearers(codes), self.records))


def rarity(bearers: IntArray, records: int) -> IntArray:
    """-log2 of the share of other persons that bear a code, in tenths of a bit.

    A pair that agrees is two of the bearers itself: they are taken off, or a name borne by one person in both files
    would look as common as if two persons bore it.
    """
    share = np.maximum(bearers - 1.0 - SELF, 1.0 - SELF) / max(records, 1)
    return np.asarray(np.round(-10 * np.log2(np.minimum(share, 1.0))), dtype=np.int64)


@dataclass(frozen=True)
class Grouped:
    """The distinct codes of a column, ascending, 0 first; of each a text that has it and how many records bear it;
    rows: each record's row in them.
    """

    codes: KeyArray
    texts: IntArray
    bearers: IntArray
    rows: npt.NDArray[np.uint32]

    @property
    def whole(self) -> Counted:
        """How many records bear each code."""
        return Counted(self.codes[1:], self.bearers[1:], len(self.rows) - int(self.bearers[0]))


def grouped(found: Distinct, codes: KeyArray) -> Grouped:
    """Distinct texts by their codes: several texts may be one value. A missing value is code 0 and row 0."""
    with_missing = np.concatenate([np.zeros(1, np.uint64), codes])
    each, first, place = np.unique(with_missing, return_index=True, return_inverse=True)
    rows = place[1:].astype(np.uint32)[found.rows]
    bearers = np.bincount(rows, minlength=len(each)).astype(np.int64)
    return Grouped(each, np.maximum(first - 1, 0), bearers, rows)


def encoded(name: str, own: Grouped, columns: dict[str, pl.Series], **counts: Counted) -> Encoded:
    """A column of one side from its values' columns, named after the comparison."""
    values = pl.DataFrame({f"{name}_{column}": values for column, values in columns.items()})
    return Encoded(own.rows, values, {WHOLE: own.whole, **counts})


SELF = 0.7
"""What a value's count is lessened by: the record itself is no evidence that others bear the value. A value seen once
keeps 0.3, about what Good and Turing's estimate gives for names."""


def bin_of(tenths: str) -> str:
    """SQL: the information bin of an amount in tenths of a bit."""
    return f"least(({tenths}) >> {BIN_SHIFT}, {BINS - 1})"


def bin_bits(index: IntArray) -> FloatArray:
    """The middle of information bins, in bits."""
    return np.asarray((index + 0.5) * BIN_BITS, dtype=np.float64)

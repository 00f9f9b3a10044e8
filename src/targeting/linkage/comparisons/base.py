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
import polars as pl

BIN_BITS = 1.5
"""Width of an information bin, in bits."""

BINS = 14
"""Bins of a comparison with term frequencies: the last one holds values rarer than 2**-19.5."""


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


Keys = list["np.ndarray[tuple[int], np.dtype[np.uint64]]"]
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

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Encoded columns of both sides, with one dictionary."""

    def hoisted(self) -> dict[str, str]:
        """SQL of similarities and counts that are worked out once a pair, over l and r; name: expression."""

    def cases(self) -> list[Case]:
        """What decides the level, first come first served, over `hoisted`; none of them is level 1, different."""
        ...

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """Blocking keys of one kind over an encoded frame."""


def codes(left: pl.Series, right: pl.Series) -> tuple[pl.Series, pl.Series]:
    """One code a distinct value on both sides, from 1; 0 for null. Only equality of codes means anything."""
    both = pl.concat([left.cast(pl.String), right.cast(pl.String)])
    physical = both.cast(pl.Categorical(pl.Categories.random())).to_physical()
    coded = (physical.cast(pl.UInt32) + 1).fill_null(0)
    return coded.head(left.len()), coded.tail(right.len())


SELF = 0.7
"""What a value's count is lessened by: the record itself is no evidence that others bear the value. A value seen once
keeps 0.3, about what Good and Turing's estimate gives for names."""


def information(left: pl.Series, right: pl.Series) -> tuple[pl.Series, pl.Series]:
    """-log2 of the share of other records that bear a code, in tenths of a bit (Int16); 0 for code 0.

    The share is that of the side on which the value is commoner.
    """
    shares = []
    for side in (left, right):
        counts = pl.DataFrame({"code": side}).filter(pl.col("code") != 0).group_by("code").len()
        total = max(int(counts["len"].sum()), 1)
        shares.append(counts.select("code", share=(pl.col("len") - SELF) / total))
    greatest = pl.concat(shares).group_by("code").agg(pl.col("share").max())
    bits = greatest.select("code", bits=(-10 * pl.col("share").log(2)).round(0).cast(pl.Int16))
    both = pl.DataFrame({"code": pl.concat([left, right])})
    told = both.join(bits, on="code", how="left", maintain_order="left")["bits"].fill_null(0)
    return told.head(left.len()), told.tail(right.len())


def told(column: pl.Series, left_rows: int) -> pl.Series:
    """Information of a code column that holds the left records first, then the right ones."""
    return pl.concat(information(column.head(left_rows), column.tail(column.len() - left_rows)))


def bin_of(tenths: str) -> str:
    """SQL: the information bin of an amount in tenths of a bit."""
    return f"least(({tenths}) // {round(BIN_BITS * 10)}, {BINS - 1})"


def bin_bits(index: np.ndarray) -> np.ndarray:
    """The middle of information bins, in bits."""
    return (index + 0.5) * BIN_BITS


def key(*parts: pl.Series) -> np.ndarray:
    """One 64-bit key of several code columns, 0 where any of them is 0 (splitmix64, so equal codes give equal keys)."""
    mixed = np.zeros(parts[0].len(), dtype=np.uint64)
    present = np.ones(parts[0].len(), dtype=bool)
    for part in parts:
        values = part.cast(pl.UInt64).to_numpy() if isinstance(part, pl.Series) else part
        present &= values != 0
        mixed = mix(mixed ^ values)
    return np.where(present, mixed, np.uint64(0))


def mix(values: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser on an array."""
    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

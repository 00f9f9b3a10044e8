"""What a comparison is: columns to encode once, a level and an information bin for each pair, keys for blocking.

A comparison never sees a pair of strings where integers do: `encode` turns each side's column into small integers
(and one compact string for names and addresses), and the SQL works on those. Level 0 says that a side is missing,
level 1 that the sides differ, higher levels agree more. The bin is how much the agreement tells: -log2 of the share
of records that bear the agreed value, in steps of `BIN_BITS`; it is how term frequencies enter the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

BIN_BITS = 1.5
"""Width of an information bin, in bits."""

BINS = 14
"""Bins of a comparison with term frequencies: the last one holds values rarer than 2**-19.5."""


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


def information(left: pl.Series, right: pl.Series) -> tuple[pl.Series, pl.Series]:
    """-log2 of the share of records of both sides that bear a code, in tenths of a bit (Int16); 0 for code 0."""
    both = pl.concat([left, right])
    counts = pl.DataFrame({"code": both}).filter(pl.col("code") != 0).group_by("code").len()
    total = max(int(counts["len"].sum()), 1)
    bits = counts.select("code", bits=(-10 * (pl.col("len") / total).log(2)).round(0).cast(pl.Int16))
    told = pl.DataFrame({"code": both}).join(bits, on="code", how="left", maintain_order="left")["bits"].fill_null(0)
    return told.head(left.len()), told.tail(right.len())


def told(column: pl.Series) -> pl.Series:
    """Information of one column's codes."""
    return information(column, column.head(0))[0]


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

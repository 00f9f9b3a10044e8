"""The agreement pattern: every comparison's level and information bin of a pair, as one integer.

A comparison's digit runs through its levels; a level on which term frequencies act takes one digit for each
information bin. Digits are joined by mixed radix, so that a BIGINT holds the whole pattern and counting pairs by
pattern is all that training needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from targeting.errors import ModelError
from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import BINS, bin_bits, bin_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Digit:
    """One comparison's place in the pattern."""

    comparison: Comparison

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """First digit of each level."""
        widths = [BINS if slope > 0 else 1 for slope in self.comparison.slopes]
        return tuple(int(start) for start in np.concatenate([[0], np.cumsum(widths)[:-1]]))

    @cached_property
    def size(self) -> int:
        """How many values the digit takes."""
        return sum(BINS if slope > 0 else 1 for slope in self.comparison.slopes)

    @cached_property
    def level_of(self) -> IntArray:
        """Level of each digit value."""
        return np.searchsorted(np.array(self.offsets), np.arange(self.size), side="right") - 1

    @cached_property
    def bits_of(self) -> FloatArray:
        """Information in bits of each digit value; 0 where term frequencies do not act."""
        index = np.arange(self.size) - np.array(self.offsets)[self.level_of]
        acts = np.array(self.comparison.slopes)[self.level_of] > 0
        return np.where(acts, bin_bits(index), 0.0)

    def sql(self) -> str:
        """SQL of the digit, over the comparison's hoisted columns: level and information in one expression."""
        slopes = self.comparison.slopes
        whens = " ".join(
            f"WHEN {case.condition} THEN {self.offsets[case.level]}"
            + (f" + {bin_of(case.tells)}" if slopes[case.level] > 0 else "")
            for case in self.comparison.cases()
        )
        return f"CASE {whens} ELSE {self.offsets[1]} END"


@dataclass(frozen=True)
class PatternSpace:
    """All comparisons' digits, and back from a pattern to levels."""

    digits: tuple[Digit, ...]

    def __post_init__(self) -> None:
        """Raise ModelError when the comparisons do not fit a 63-bit pattern."""
        size = 1
        for digit in self.digits:
            size *= digit.size
        if size >= 2**63:
            raise ModelError(
                f"{len(self.digits)} comparisons make more agreement patterns than a 64-bit number holds. "
                "Leave out the columns that tell least."
            )

    @cached_property
    def radices(self) -> tuple[int, ...]:
        """Weight of each digit in the pattern."""
        radices, product = [], 1
        for digit in self.digits:
            radices.append(product)
            product *= digit.size
        return tuple(radices)

    def values(self, patterns: IntArray) -> IntArray:
        """Digit values, shape (patterns, comparisons)."""
        columns = [(patterns // radix) % digit.size for digit, radix in zip(self.digits, self.radices, strict=True)]
        return np.stack(columns, axis=1) if columns else np.zeros((len(patterns), 0), dtype=np.int64)

    def levels(self, patterns: IntArray) -> IntArray:
        """Levels, shape (patterns, comparisons)."""
        values = self.values(patterns)
        return np.stack([d.level_of[values[:, i]] for i, d in enumerate(self.digits)], axis=1)

    def bits(self, patterns: IntArray) -> FloatArray:
        """Information bits, shape (patterns, comparisons)."""
        values = self.values(patterns)
        return np.stack([d.bits_of[values[:, i]] for i, d in enumerate(self.digits)], axis=1)

    def sql(self, compared: Iterable[int]) -> str:
        """SQL of the digits at some positions, each times its radix, over the hoisted columns."""
        return " + ".join(f"CAST({self.digits[i].sql()} AS BIGINT) * {self.radices[i]}" for i in compared)

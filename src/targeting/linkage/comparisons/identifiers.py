"""Identity numbers (NIK, NKK): equal, a slip of the pen apart, the next one issued, or another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage.comparisons.base import NOTHING_TOLD, WHOLE, Case, Counted, Encoded, Frequencies, Keys, Tells
from targeting.linkage.comparisons.codes import key
from targeting.standardise.identifiers import packed_identifiers

_NIBBLES = "1229782938247303441"  # 0x1111111111111111: the lowest bit of each 4-bit digit


@dataclass(frozen=True)
class IdentifierComparison:
    """One identifier column, compared digit by digit on a 64-bit integer.

    Numbers that differ by one in the last digit were issued one after the other: twins' more often than not. A slip of
    the pen is rarely just there and rarely by one.
    """

    name: str
    borrowed: float = 0.0
    tells: Tells = Tells.BIRTH

    levels = ("missing", "different", "next number", "one or two digits off", "equal")
    slopes = (0.0, 0.0, 0.0, 0.0, 0.0)
    exact_level = 4
    code = "v"
    prior_m = (0.05, 0.001, 0.049, 0.9)
    told_of_right = NOTHING_TOLD

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        """The digits, four bits each, in the rows themselves: nearly every number is another. 0 where missing."""
        packed = packed_identifiers(column)
        some = np.sort(packed[packed != 0])
        return Encoded(packed, None, {WHOLE: Counted(some, None, len(some))})

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:  # noqa: ARG002
        """Nothing more: equal numbers tell the same whoever bears them."""
        return values

    def hoisted(self) -> dict[str, str]:
        """In how many digits the numbers differ, -1 where one is missing, and by how much the last digits do."""
        c = self.name
        x = f"xor(l.{c}_v, r.{c}_v)"
        folded = f"({x} | ({x} >> 1) | ({x} >> 2) | ({x} >> 3)) & CAST({_NIBBLES} AS UBIGINT)"
        last = " - ".join(f"CAST({side}.{c}_v & 15 AS INTEGER)" for side in ("l", "r"))
        return {
            f"{c}_off": f"CASE WHEN l.{c}_v = 0 OR r.{c}_v = 0 THEN -1 ELSE bit_count({folded}) END",
            f"{c}_step": f"abs({last})",
        }

    def cases(self) -> list[Case]:
        """By the number of digits that differ."""
        off = f"{self.name}_off"
        return [
            Case(0, f"{off} < 0"),
            Case(4, f"{off} = 0"),
            Case(2, f"{off} = 1 AND {self.name}_step = 1"),
            Case(3, f"{off} <= 2"),
        ]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full; head: all but the last four digits; tail: the last ten digits (birth date and serial of a NIK)."""
        packed = values[f"{self.name}_v"].to_numpy()
        match kind:
            case "full":
                return [key(packed)]
            case "head":
                return [key(packed >> np.uint64(16))]
            case "tail":
                return [key(packed & np.uint64(0xFFFFFFFFFF))]
            case _:
                raise ValueError(f"an identifier has no blocking key '{kind}'")

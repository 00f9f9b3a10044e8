"""Identity numbers (NIK, NKK): equal, a slip of the pen apart, or another."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.linkage.comparisons.base import Case, Encoded, Keys, Tells, key
from targeting.standardise.identifiers import clean_identifier, packed_digits

_NIBBLES = "1229782938247303441"  # 0x1111111111111111: the lowest bit of each 4-bit digit


@dataclass(frozen=True)
class IdentifierComparison:
    """One identifier column, compared digit by digit on a 64-bit integer."""

    name: str
    borrowed: float = 0.0
    tells: Tells = Tells.BIRTH

    levels = ("missing", "different", "one or two digits off", "equal")
    slopes = (0.0, 0.0, 0.0, 0.0)
    exact_level = 3
    code = "v"
    prior_m = (0.05, 0.05, 0.9)

    def encode(self, left: pl.Series, right: pl.Series) -> Encoded:
        """v: the digits, four bits each; 0 where missing."""
        return Encoded(self._packed(left), self._packed(right))

    def _packed(self, column: pl.Series) -> pl.DataFrame:
        """One side."""
        cleaned = column.to_frame("raw").select(clean_identifier(pl.col("raw"))).to_series()
        return packed_digits(cleaned).fill_null(0).alias(f"{self.name}_v").to_frame()

    def hoisted(self) -> dict[str, str]:
        """In how many digits the numbers differ; -1 where one is missing."""
        c = self.name
        x = f"xor(l.{c}_v, r.{c}_v)"
        folded = f"({x} | ({x} >> 1) | ({x} >> 2) | ({x} >> 3)) & CAST({_NIBBLES} AS UBIGINT)"
        return {f"{c}_off": f"CASE WHEN l.{c}_v = 0 OR r.{c}_v = 0 THEN -1 ELSE bit_count({folded}) END"}

    def cases(self) -> list[Case]:
        """By the number of digits that differ."""
        off = f"{self.name}_off"
        return [Case(0, f"{off} < 0"), Case(3, f"{off} = 0"), Case(2, f"{off} <= 2")]

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full; head: all but the last four digits; tail: the last ten digits (birth date and serial of a NIK)."""
        packed = frame[f"{self.name}_v"].to_numpy()
        match kind:
            case "full":
                return [key(pl.Series(packed))]
            case "head":
                return [key(pl.Series(packed >> 16))]
            case "tail":
                return [key(pl.Series(packed & 0xFFFFFFFFFF))]
            case _:
                raise ValueError(f"an identifier has no blocking key '{kind}'")

"""Birth dates by their parts, so that a missing day or a swapped month does not make a stranger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.comparisons.base import (
    NOTHING_TOLD,
    WHOLE,
    Case,
    Counted,
    Encoded,
    Frequencies,
    Keys,
    Tells,
    encoded,
    grouped,
)
from targeting.linkage.comparisons.codes import distinct, key
from targeting.standardise.dates import date_parts

PARTS = (("year", 16, 65535), ("month", 8, 255), ("day", 0, 255))
"""Parts of a packed date: first bit and mask."""

CLOSE, NEAR = 2, 5
"""Years apart: ages told from memory, or rounded to the next five."""

LOWEST_BITS = 0x11111111
"""The lowest bit of each four-bit digit."""


@dataclass(frozen=True)
class DateComparison:
    """One date column. Heaped dates (1 January) tell little, which the information bin carries."""

    name: str

    levels = (
        "missing",
        "different",
        "years near",
        "years close",
        "year equal",
        "two parts equal or years one apart",
        "one digit or swapped",
        "known parts equal",
        "equal",
    )
    slopes = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    exact_level = 8
    code = "b"
    borrowed = 0.0
    tells = Tells.BIRTH
    prior_m = (0.015, 0.01, 0.015, 0.02, 0.05, 0.05, 0.04, 0.8)
    told_of_right = NOTHING_TOLD

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        """b: the date as eight digits of four bits, YYYYMMDD, 0 where unknown."""
        found = distinct(column)
        own = grouped(found, self._packed(found.texts).astype(np.uint64))
        return encoded(self.name, own, {"b": pl.Series(own.codes.astype(np.uint32))})

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """w: information of the date."""
        told = counts[WHOLE].information(values[f"{self.name}_b"].to_numpy().astype(np.uint64))
        return values.with_columns(pl.Series(f"{self.name}_w", told, dtype=pl.Int32))

    def _packed(self, column: pl.Series) -> npt.NDArray[np.uint32]:
        """Dates packed."""
        year, month, day = date_parts(pl.col("raw"), column.dtype)
        parts = (
            column.to_frame("raw").select(y=year.fill_null(0), m=month.fill_null(0), d=day.fill_null(0)).cast(pl.UInt32)
        )
        y, m, d = (parts[part].to_numpy() for part in "ymd")
        digits = [y // 1000, y // 100 % 10, y // 10 % 10, y % 10, m // 10, m % 10, d // 10, d % 10]
        packed = np.zeros(len(y), dtype=np.uint32)
        for digit in digits:
            packed = (packed << np.uint32(4)) | digit.astype(np.uint32)
        return packed

    def hoisted(self) -> dict[str, str]:
        """Both dates, in which bits they differ, which parts agree (null where one is unknown), and by how little."""
        c = self.name
        left, right = f"l.{c}_b", f"r.{c}_b"
        x = f"xor({left}, {right})"
        parts = {part: (f"({left} >> {s}) & {m}", f"({right} >> {s}) & {m}") for part, s, m in PARTS}
        full = " AND ".join(f"({a}) <> 0 AND ({b}) <> 0" for a, b in parts.values())
        agree = {
            f"{c}_{part}": f"CASE WHEN ({a}) = 0 OR ({b}) = 0 THEN NULL ELSE ({a}) = ({b}) END"
            for part, (a, b) in parts.items()
        }
        swapped = f"{parts['month'][0]} = {parts['day'][1]} AND {parts['day'][0]} = {parts['month'][1]}"
        return {
            f"{c}_l": left,
            f"{c}_r": right,
            f"{c}_x": x,
            f"{c}_full": full,
            **agree,
            f"{c}_digits": f"bit_count(({x} | ({x} >> 1) | ({x} >> 2) | ({x} >> 3)) & {LOWEST_BITS})",
            f"{c}_swap": f"({left} >> 16) = ({right} >> 16) AND {swapped}",
            f"{c}_apart": f"CASE WHEN ({parts['year'][0]}) = 0 OR ({parts['year'][1]}) = 0 THEN NULL"
            f" ELSE abs({_year(left)} - {_year(right)}) END",
            f"{c}_told": f"l.{c}_w",
        }

    def cases(self) -> list[Case]:
        """By the parts that agree; year, month and day are the bits from 16, from 8 and from 0."""
        c = self.name
        return [
            Case(0, f"{c}_l = 0 OR {c}_r = 0"),
            Case(8, f"{c}_x = 0", f"{c}_told"),
            Case(7, f"NOT {c}_full AND {c}_year IS NOT FALSE AND {c}_month IS NOT FALSE AND {c}_day IS NOT FALSE"),
            Case(6, f"{c}_full AND ({c}_digits = 1 OR {c}_swap)"),
            Case(
                5,
                f"CAST({c}_year IS TRUE AS INTEGER) + CAST({c}_month IS TRUE AS INTEGER)"
                f" + CAST({c}_day IS TRUE AS INTEGER) = 2 OR NOT {c}_full AND {c}_apart <= 1",
            ),
            Case(4, f"{c}_year IS TRUE"),
            Case(3, f"{c}_apart <= {CLOSE}"),
            Case(2, f"{c}_apart <= {NEAR}"),
        ]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full, year, month (year and month), birthday (month and day)."""
        packed = values[f"{self.name}_b"].to_numpy().astype(np.uint64)
        year, month, day = (packed >> np.uint64(first) & np.uint64(mask) for _, first, mask in PARTS)
        match kind:
            case "full":
                return [key(year, month, day)]
            case "year":
                return [key(year)]
            case "month":
                return [key(year, month)]
            case "birthday":
                return [key(month, day)]
            case _:
                raise ValueError(f"a date has no blocking key '{kind}'")


def _year(packed: str) -> str:
    """SQL: the year of a packed date as a number."""
    digits = [f"CAST(({packed} >> {shift}) & 15 AS INTEGER)" for shift in (28, 24, 20, 16)]
    return f"({digits[0]} * 1000 + {digits[1]} * 100 + {digits[2]} * 10 + {digits[3]})"

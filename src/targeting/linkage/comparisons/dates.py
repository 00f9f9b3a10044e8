"""Birth dates by their parts, so that a missing day or a swapped month does not make a stranger."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.linkage.comparisons.base import Keys, bin_of, information, key
from targeting.standardise.dates import date_parts


@dataclass(frozen=True)
class DateComparison:
    """One date column. Heaped dates (1 January) tell little, which the information bin carries."""

    name: str

    levels = (
        "missing",
        "different",
        "years close",
        "year equal",
        "two parts equal",
        "one digit or swapped",
        "known parts equal",
        "equal",
    )
    slopes = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    exact_level = 7
    code = "b"
    borrowed = 0.0
    prior_m = (0.02, 0.02, 0.02, 0.05, 0.05, 0.04, 0.8)

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """y, m, d: the parts, 0 where unknown; b: the date's eight digits; w: information of the full date."""
        sides = [self._parts(left), self._parts(right)]
        full = [side[f"{self.name}_b"].set(side[f"{self.name}_d"] == 0, 0) for side in sides]
        told = information(*full)
        return (
            sides[0].with_columns(told[0].alias(f"{self.name}_w")),
            sides[1].with_columns(told[1].alias(f"{self.name}_w")),
        )

    def _parts(self, column: pl.Series) -> pl.DataFrame:
        """The parts of one side."""
        year, month, day = date_parts(pl.col(column.name), column.dtype)
        parts = column.to_frame().select(y=year.fill_null(0), m=month.fill_null(0), d=day.fill_null(0))
        return parts.with_columns(
            b=pl.col("y").cast(pl.Int32) * 10000 + pl.col("m").cast(pl.Int32) * 100 + pl.col("d")
        ).rename(lambda part: f"{self.name}_{part}")

    def hoisted(self) -> dict[str, str]:
        """Which parts agree, and in how many digits the dates differ."""
        c = self.name
        digits = " + ".join(
            f"CAST((l.{c}_b // {10**p}) % 10 <> (r.{c}_b // {10**p}) % 10 AS INTEGER)" for p in range(8)
        )
        return {
            f"{c}_same": f"l.{c}_b = r.{c}_b AND l.{c}_d <> 0",
            f"{c}_missing": f"l.{c}_b = 0 OR r.{c}_b = 0",
            f"{c}_partial": f"l.{c}_y = 0 OR r.{c}_y = 0 OR l.{c}_m = 0 OR r.{c}_m = 0 OR l.{c}_d = 0 OR r.{c}_d = 0",
            f"{c}_known": f"(l.{c}_y = r.{c}_y OR l.{c}_y = 0 OR r.{c}_y = 0)"
            f" AND (l.{c}_m = r.{c}_m OR l.{c}_m = 0 OR r.{c}_m = 0)"
            f" AND (l.{c}_d = r.{c}_d OR l.{c}_d = 0 OR r.{c}_d = 0)",
            f"{c}_close": f"l.{c}_y <> 0 AND r.{c}_y <> 0 AND abs(CAST(l.{c}_y AS INTEGER) - r.{c}_y) <= 2",
            f"{c}_year": f"l.{c}_y <> 0 AND l.{c}_y = r.{c}_y",
            f"{c}_two": " + ".join(f"CAST(l.{c}_{p} = r.{c}_{p} AND l.{c}_{p} <> 0 AS INTEGER)" for p in "ymd"),
            f"{c}_swap": f"l.{c}_y = r.{c}_y AND l.{c}_m = r.{c}_d AND l.{c}_d = r.{c}_m AND l.{c}_d <> 0",
            f"{c}_digits": digits,
            f"{c}_told": f"l.{c}_w",
        }

    def level(self) -> str:
        """The highest level whose condition holds."""
        c = self.name
        return (
            f"CASE WHEN {c}_missing THEN 0 WHEN {c}_same THEN 7 WHEN {c}_partial AND {c}_known THEN 6"
            f" WHEN NOT {c}_partial AND ({c}_digits = 1 OR {c}_swap) THEN 5"
            f" WHEN {c}_two = 2 THEN 4 WHEN {c}_year THEN 3 WHEN {c}_close THEN 2 ELSE 1 END"
        )

    def bin(self) -> str:
        """Information of the date where it is equal."""
        c = self.name
        return bin_of(f"CASE WHEN {c}_level = 7 THEN {c}_told ELSE 0 END")

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full, year, month (year and month), birthday (month and day)."""
        year, month, day = (frame[f"{self.name}_{part}"] for part in "ymd")
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

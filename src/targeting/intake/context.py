"""What a rule may know beyond the file it judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from targeting.errors import UsageError
from targeting.intake.regions import load_regions

SHOWN = 8
"""Districts that a message lists."""


@dataclass(frozen=True)
class RuleContext:
    """The reference date, the districts the run is for (Kemendagri codes; none means any), the regions known."""

    as_of: date
    districts: tuple[str, ...] = ()
    regions: pl.DataFrame = field(default_factory=load_regions)

    def __post_init__(self) -> None:
        """Raise UsageError for a district that is not known: every household would stand outside the run."""
        known = self.regions.filter(pl.col("level") >= 2).select(pl.col("kode").str.slice(0, 5).unique()).to_series()
        unknown = [code for code in self.districts if code not in known]
        if unknown:
            raise UsageError(_unknown(unknown, self.regions.filter(level=2)))

    def codes(self, level: int) -> pl.Series:
        """Known codes of a level: 1 province, 2 district, 3 subdistrict, 4 village."""
        return self.regions.filter(level=level)["kode"]


def _unknown(codes: Sequence[str], districts: pl.DataFrame) -> str:
    """What is wrong with the codes, and the districts of the first one's province."""
    beside = districts.filter(pl.col("kode").str.starts_with(codes[0].split(".")[0] + "."))
    named = [f"{code} {name}" for code, name in beside.select("kode", "nama").head(SHOWN).iter_rows()]
    more = f" and {beside.height - SHOWN} more" if beside.height > SHOWN else ""
    known = f" Known there: {', '.join(named)}{more}." if named else ""
    return (
        f"districts: {', '.join(codes)} is no kabupaten or kota.{known} "
        "Write Kemendagri codes such as 34.04, or name a list of your own with 'regions'."
    )

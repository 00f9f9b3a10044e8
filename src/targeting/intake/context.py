"""What a rule may know beyond the file it judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from targeting.intake.regions import load_regions


@dataclass(frozen=True)
class RuleContext:
    """The reference date, the districts the run is for (Kemendagri codes; none means any), the regions known."""

    as_of: date
    districts: tuple[str, ...] = ()
    regions: pl.DataFrame = field(default_factory=load_regions)

    def codes(self, level: int) -> pl.Series:
        """Known codes of a level: 1 province, 2 district, 3 subdistrict, 4 village."""
        return self.regions.filter(level=level)["kode"]

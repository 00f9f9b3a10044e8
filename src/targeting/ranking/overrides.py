"""What persons decided about households: put beside the assessment, so that ranking obeys it and the list shows it."""

from __future__ import annotations

import polars as pl

from targeting.errors import CountingError
from targeting.vocabulary import OverrideKind

STOPPED = (str(OverrideKind.HOLD), str(OverrideKind.EXCLUDE))
"""Overrides under which a household gets neither seat nor place on the waitlist."""
SHOWN = ("override", "override_id", "override_by", "override_reason")


def with_overrides(household: pl.DataFrame, overrides: pl.DataFrame | None) -> pl.DataFrame:
    """The households with `override` (hold, include, exclude or null), `override_id`, `override_by`, `override_reason`.

    `overrides`: household_id, kind, override_id, operator, reason; one row a household at most. Those of households
    that are not in the pool have no effect here.
    """
    if overrides is None:
        return household.with_columns(pl.lit(None, pl.String).alias(name) for name in SHOWN)
    decided = overrides.select(
        pl.col("household_id").cast(pl.String),
        override=pl.col("kind").cast(pl.String),
        override_id=pl.col("override_id").cast(pl.String),
        override_by=pl.col("operator").cast(pl.String),
        override_reason=pl.col("reason").cast(pl.String),
    )
    if decided["household_id"].is_duplicated().any():
        raise CountingError("two overrides are in force for one household. Please report this; nothing was published.")
    return household.join(decided, on="household_id", how="left")

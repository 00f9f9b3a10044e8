"""Which DTSEN family a household may be, and how probable each is."""

from __future__ import annotations

import polars as pl

from targeting.vocabulary import LinkStatus

ALMOST_CERTAIN = 1 - 1e-9
"""Keeps the odds of a certain pair finite."""


def family_options(household_link: pl.DataFrame) -> pl.DataFrame:
    """household_id, dtsen_family_id, p_link, best: one row a pair, best first in each household.

    A household is at most one family, so its pairs exclude each other: the odds of each against "none of them" give
    p_j = odds_j / (1 + sum of odds), which is the pair's own probability where it is the only one and sums to less than
    1 always. `best` marks one pair a household: the link, else the most probable, else the first id.
    """
    probability = pl.col("match_probability").clip(0, ALMOST_CERTAIN)
    return (
        household_link.with_columns(
            odds=probability / (1 - probability), linked=pl.col("status") == LinkStatus.LINK.value
        )
        .group_by("household_id", "dtsen_family_id")
        .agg(pl.col("odds").max(), pl.col("linked").any())
        .sort("household_id", "linked", "odds", "dtsen_family_id", descending=[False, True, True, False])
        .with_columns(p_link=pl.col("odds") / (1 + pl.col("odds").sum().over("household_id")))
        .select("household_id", "dtsen_family_id", "p_link", best=pl.col("household_id").is_first_distinct())
    )


def same_persons(twins: pl.DataFrame) -> pl.DataFrame:
    """person_id, same_as: PPSE persons who are one DTSEN person, each with the first of them; others are left out.

    `twins` as `person_twins` gives them.
    """
    return (
        twins.filter(pl.col("dtsen_person_id").is_duplicated())
        .with_columns(same_as=pl.col("person_id").min().over("dtsen_person_id"))
        .select("person_id", "same_as")
    )


def person_twins(person_link: pl.DataFrame) -> pl.DataFrame:
    """person_id, dtsen_person_id of the persons whose link is decided; doubtful pairs tell nothing about a person."""
    decided = person_link.filter(pl.col("status") == LinkStatus.LINK.value)
    several = pl.col("person_id").is_duplicated()
    first = (
        decided.filter(several)
        .sort("person_id", "match_probability", "dtsen_person_id", descending=[False, True, False])
        .unique("person_id", keep="first", maintain_order=True)
    )
    return pl.concat([decided.filter(~several), first]).select("person_id", "dtsen_person_id")

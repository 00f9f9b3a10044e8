"""A household's family in the register: its members' links, weighed jointly.

Every member's links speak for families; a member who married away speaks for another family and takes nothing from
the first. What decides between families of equal evidence is where the head is.
"""

from __future__ import annotations

import polars as pl

from targeting.contracts.linkage import Thresholds
from targeting.vocabulary import LinkMethod, LinkStatus

HEAD, SPOUSE = 1, 2
HEAD_BITS, SPOUSE_BITS = 6.0, 3.0
"""Bits by which a family gains when the household's head or spouse is found there."""


def household_links(
    person_link: pl.DataFrame, members: pl.DataFrame, persons: pl.DataFrame, thresholds: Thresholds
) -> pl.DataFrame:
    """household_id, dtsen_family_id, match_weight, match_probability, status, method, margin, members_linked.

    `person_link` has person_id, dtsen_person_id, match_probability, status, method; `members` person_id, household_id,
    id_hub_kepala_keluarga; `persons` dtsen_person_id, dtsen_family_id. One row a household and family that any link
    or review pair joins; the best family is the link if its probability reaches the threshold, all others are reviews.
    """
    among = pl.col("household_id")
    rated = _families(person_link, members, persons).with_columns(
        none=1.0 / (1.0 + pl.col("odds").sum().over(among)),
        share=pl.col("odds") * pl.lit(2.0).pow(pl.col("role_bits")),
    )
    rated = rated.with_columns(
        match_probability=(1.0 - pl.col("none")) * pl.col("share") / pl.col("share").sum().over(among)
    )
    rated = rated.with_columns(match_weight=(pl.col("match_probability") / pl.col("none")).log(2))
    rated = rated.sort("household_id", "match_weight", "dtsen_family_id", descending=[False, True, False]).with_columns(
        place=pl.int_range(pl.len()).over(among),
        rival=pl.col("match_weight").top_k(2).min().over(among),
        families=pl.len().over(among),
    )
    best = pl.col("place") == 0
    linked = best & (pl.col("match_probability") >= thresholds.link) & (pl.col("members_linked") > 0)
    margin = pl.when(pl.col("families") == 1).then(None).when(best).then(pl.col("match_weight") - pl.col("rival"))
    return rated.select(
        "household_id",
        "dtsen_family_id",
        "match_weight",
        "match_probability",
        status=pl.when(linked).then(pl.lit(LinkStatus.LINK.value)).otherwise(pl.lit(LinkStatus.REVIEW.value)),
        method=pl.when("manual")
        .then(pl.lit(LinkMethod.MANUAL.value))
        .when("exact")
        .then(pl.lit(LinkMethod.EXACT.value))
        .otherwise(pl.lit(LinkMethod.PROBABILISTIC.value)),
        margin=margin.otherwise(None),
        members_linked="members_linked",
    )


def _families(person_link: pl.DataFrame, members: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Evidence of each household and family: every member counts once, by the pair that speaks most."""
    probability = pl.col("match_probability").clip(1e-6, 1 - 1e-6)
    one_each = (
        person_link.join(members, on="person_id")
        .join(persons, on="dtsen_person_id")
        .sort("person_id", "match_probability", "dtsen_person_id", descending=[False, True, False])
        .unique(["household_id", "dtsen_family_id", "person_id"], keep="first", maintain_order=True)
        .sort("dtsen_person_id", "match_probability", "person_id", descending=[False, True, False])
        .unique(["household_id", "dtsen_family_id", "dtsen_person_id"], keep="first", maintain_order=True)
    )
    linked = pl.col("status") == LinkStatus.LINK.value
    role = pl.col("id_hub_kepala_keluarga")
    told = pl.when(role == HEAD).then(HEAD_BITS).when(role == SPOUSE).then(SPOUSE_BITS).otherwise(0.0)
    sure = (1.0 / (1.0 - probability)).log(2)
    return (
        one_each.sort("household_id", "dtsen_family_id", "person_id")
        .group_by("household_id", "dtsen_family_id", maintain_order=True)
        .agg(
            bits=sure.sum(),
            role_bits=(told * probability).sum(),
            members_linked=linked.sum().cast(pl.Int64),
            exact=(linked & (pl.col("method") == LinkMethod.EXACT.value)).any(),
            manual=(linked & (pl.col("method") == LinkMethod.MANUAL.value)).any(),
        )
        .with_columns(odds=pl.lit(2.0).pow(pl.col("bits")) - 1.0)
    )

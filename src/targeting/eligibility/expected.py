"""The expected score over who a household may be and over how poor it is: doubt about its identity lowers it.

Poverty enters by expectations already. `p_poor` and `p_extreme` are chances to be below a line: the mean of being below
it, over the error of what is known of spending (a reported amount's, a proxy means test's own distribution, the spread
within a decile). What is left is the error of the poverty score as a whole, log-normal with the policy's `error_log_sd`
s: it multiplies poverty by exp(s Z), so that the mean of a family's geometric score over Z is the score times
exp((alpha s)^2 / 2), one factor for all families. Where not being found scores 0 it moves nobody; it is left out, so
that a score stays within [0, 1]. The same error is drawn for `p_top_k`, where it does matter.
"""

from __future__ import annotations

import polars as pl

from targeting.contracts.assessment import composite
from targeting.contracts.policy import Policy


def with_score(options: pl.DataFrame, nominee: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The options with `potential` (the nominee's) and `score`, what the household scores if it is that family.

    Without a nominee on record the policy's neutral potential stands in.
    """
    chosen = nominee.filter(pl.col("choice") == 1).select("household_id", "potential")
    return (
        options.join(chosen, on="household_id", how="left")
        .with_columns(pl.col("potential").fill_null(policy.potential.neutral.value))
        .with_columns(score=composite(pl.col("poverty"), pl.col("potential"), policy.ranking))
        .sort("household_id", "dtsen_family_id")
    )


def expected_score(options: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """household_id, score = sum of p_j x passes_j x score_j over its families, and p_0 x the score of not being found.

    A family that a gate refuses counts nothing; not being found counts only if PPSE alone fails no gate.
    """
    p_link = pl.col("p_link").fill_null(0.0)
    found = (p_link * pl.col("passes").cast(pl.Float64) * pl.col("score")).sum()
    not_found = (1 - p_link.sum()) * policy.ranking.unlinked_score.value * pl.col("passes_alone").first()
    return (
        options.sort("household_id", "dtsen_family_id")
        .group_by("household_id", maintain_order=True)
        .agg(score=found + not_found)
    )

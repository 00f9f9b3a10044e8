"""Who of a pool took part before, and how probably."""

from __future__ import annotations

import polars as pl

from targeting.contracts.policy import Policy


def took_part(
    prior: pl.DataFrame | None, members: pl.DataFrame, same: pl.DataFrame, policy: Policy
) -> pl.DataFrame | None:
    """person_id, p_prior_ppse: how probably a member took part in the years that count; None without a list.

    Members who are on no list are left out. A participation whose year is not known counts. Who is listed in PPSE twice
    (`same`: person_id, same_as) took part before under either row.
    """
    if prior is None:
        return None
    if "match_probability" not in prior.columns:
        prior = prior.with_columns(match_probability=pl.lit(1.0))
    limits = [policy.parameters[gate.within].value for gate in policy.gates if gate.within in policy.parameters]
    if limits and "years_ago" in prior.columns:
        prior = prior.filter((pl.col("years_ago") <= max(limits)).fill_null(value=True))
    highest = (
        _believed(prior, policy)
        .join(members, on="person_id", how="semi")
        .group_by("person_id")
        .agg(p_prior_ppse=pl.col("match_probability").max())
    )
    of_same = highest.join(same, on="person_id").group_by("same_as").agg(pl.col("p_prior_ppse").max())
    shared = same.join(members, on="person_id", how="semi").join(of_same, on="same_as").select(highest.columns)
    alone = highest.join(same, on="person_id", how="anti")
    return pl.concat([alone, shared]).sort("person_id")


def _believed(prior: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The matches; one whose names share nothing is believed no more than the policy says.

    Nobody loses a seat because two people of one day and place have NIK alike: such a match goes to an officer.
    """
    limits = [policy.parameters[gate.unlike].value for gate in policy.gates if gate.unlike in policy.parameters]
    if not limits or "names_alike" not in prior.columns:
        return prior
    alike, probability = pl.col("names_alike").fill_null(value=True), pl.col("match_probability")
    return prior.with_columns(
        match_probability=pl.when(alike).then(probability).otherwise(probability.clip(upper_bound=min(limits)))
    )

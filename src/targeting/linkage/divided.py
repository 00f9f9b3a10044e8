"""A register that lies in several snapshots: people are looked for at home first, then everywhere else.

What is found in different snapshots competes as if it were one register: a person is one person, whoever claims it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage.assignment import assign, with_probability
from targeting.linkage.blocking import default_rules, parse
from targeting.linkage.rivals import partners
from targeting.vocabulary import LinkStatus

SURE = 0.9
"""Match probability from which a person found at home is not looked for elsewhere."""
AWAY_PAIRS = 4
"""Pairs a person and rule, at most, in a snapshot away from home: among so many strangers only what is rare tells, and
rare values make few pairs."""
LINK_COLUMNS = ("id_l", "id_r", "match_weight", "match_probability", "status", "method", "margin")
_PLACES = (ColumnType.REGION, ColumnType.TEXT, ColumnType.NKK)


def away_spec(spec: LinkSpec) -> LinkSpec:
    """The spec by which people are looked for away from home: without places, which say nothing there.

    Raises UsageError if nothing else is compared, or no blocking rule does without places.
    """
    columns = {name: column for name, column in spec.columns.items() if column.type not in _PLACES}
    rules = spec.blocking or default_rules(spec)
    anywhere = tuple(rule for rule in rules if all(name in columns for name, _ in parse(rule, spec)))
    if not anywhere:
        raise UsageError(
            "every blocking rule of the spec needs the same place, so nobody who moved could be found. Compare a name, "
            "a date or a NIK too."
        )
    budget = min(spec.pairs_per_record, AWAY_PAIRS)
    return spec.model_copy(update={"columns": columns, "blocking": anywhere, "pairs_per_record": budget})


def sure(links: pl.DataFrame) -> pl.Series:
    """Ids of left records that are found for certain."""
    found = (pl.col("status") == LinkStatus.LINK.value) & (pl.col("match_probability") >= SURE)
    return links.filter(found)["id_l"].unique()


def touching(links: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The links that share a record with some other pairs."""
    left, right = (others.select(pl.col(name).unique()) for name in ("id_l", "id_r"))
    by_left, by_right = links.join(left, on="id_l", how="semi"), links.join(right, on="id_r", how="semi")
    return pl.concat([by_left, by_right]).unique(["id_l", "id_r"], maintain_order=True)


def settled(pairs: pl.DataFrame, spec: LinkSpec, left_records: int, right_records: int) -> pl.DataFrame:
    """Pairs of several snapshots judged against one another: probability, status and margin anew, in the order of ids.

    `pairs` has the columns of links; a pair that has lost to a rival and is below the review threshold is left out.
    """
    pairs = pairs.unique(["id_l", "id_r"], keep="first").sort("id_l", "id_r")
    if pairs.is_empty():
        return pairs.select(LINK_COLUMNS)
    codes = [np.unique(pairs[name].to_numpy(), return_inverse=True)[1].astype(np.int32) for name in ("id_l", "id_r")]
    coded = pairs.with_columns(rl=pl.Series(codes[0]), rr=pl.Series(codes[1]), weight=pl.col("match_weight"))
    share = min(coded["rl"].n_unique() / max(left_records, 1), 0.98)
    allowed = partners(spec.assignment, share / max(right_records, 1), left_records, right_records)
    rated = with_probability(coded.select("rl", "rr", "weight"), spec, allowed)
    judged = assign(rated, spec, coded.select("rl", "rr", "method"))
    return (
        judged.join(coded.select("rl", "rr", "id_l", "id_r"), on=["rl", "rr"])
        .rename({"weight": "match_weight", "probability": "match_probability"})
        .select(LINK_COLUMNS)
        .sort("id_l", "id_r")
    )

"""The rest of a home, once one of its members is linked.

When a member of a left household is linked into a right one, the others are probably there too. They are compared
again, all of them, whatever the blocking rules met; on what tells persons apart only, since they share the home either
way; and against the odds that two members left over from such a pair of homes are one person, which are estimated from
the leftovers themselves. A member who moved out is no one's leftover and costs nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from targeting.linkage.engines import Engine
from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, PatternSpace
from targeting.linkage.prepare import Prepared
from targeting.linkage.steps import agreement_patterns
from targeting.vocabulary import LinkStatus

SURE = 0.9
"""Match probability from which a link vouches for its home."""
ITERATIONS = 50


def leftovers(links: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """rl, rr of members without a sure link, of each pair of homes that a sure link joins; empty without households."""
    nothing = pl.DataFrame(schema={"rl": pl.Int32, "rr": pl.Int32})
    if prepared.left_households is None or prepared.right_households is None or prepared.same_file:
        return nothing
    left, right = (
        pl.DataFrame({rid: pl.int_range(home.len(), dtype=pl.Int32, eager=True), name: home}).filter(pl.col(name) != 0)
        for home, rid, name in ((prepared.left_households, "rl", "hl"), (prepared.right_households, "rr", "hr"))
    )
    sure = links.filter((pl.col("status") == LinkStatus.LINK.value) & (pl.col("probability") >= SURE))
    homes = sure.join(left, on="rl").join(right, on="rr").select("hl", "hr").unique()
    alone_left = left.join(sure, on="rl", how="anti")
    alone_right = right.join(sure, on="rr", how="anti")
    pairs = homes.join(alone_left, on="hl").join(alone_right, on="hr").select("rl", "rr").unique()
    return pairs.sort("rl", "rr") if pairs.height else nothing


def weighed_together(
    prepared: Prepared, space: PatternSpace, engine: Engine, model: Model, links: pl.DataFrame
) -> pl.DataFrame:
    """rl, rr, weight of the leftovers in the light of their homes' links."""
    pairs = leftovers(links, prepared)
    if pairs.is_empty():
        return pairs.with_columns(weight=pl.lit(0.0))
    engine.load("r", prepared.wide("right", pairs["rr"].unique().sort().to_numpy()))
    engine.load("pair", pairs)
    seen = engine.fetch(agreement_patterns(space)).sort("rl", "rr")
    engine.drop("pair")
    log_odds = model.person_log_odds(space, seen["pattern"].to_numpy())
    prior = _prior(log_odds)
    # On the scale of the other weights, where a record that has no match stands at `none` and not at 1.
    none = max(1.0 - model.match_share, 0.02)
    weight = (np.log(prior) - np.log1p(-prior) + log_odds + np.log(none)) / np.log(2.0)
    return seen.select(pl.col("rl").cast(pl.Int32), pl.col("rr").cast(pl.Int32), weight=pl.Series(weight))


def _prior(log_odds: FloatArray) -> float:
    """The share of leftover pairs that are one person, by expectation maximisation with everything else known."""
    prior = 0.2
    for _ in range(ITERATIONS):
        odds = np.clip(np.log(prior) - np.log1p(-prior) + log_odds, -700, 700)
        prior = float(np.clip((1.0 / (1.0 + np.exp(-odds))).mean(), 1e-4, 0.9))
    return prior


def with_homes(scored: pl.DataFrame, together: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs (rl, rr, weight), each with the greater of its own weight and that of its home."""
    both = pl.concat([scored.select("rl", "rr", "weight"), together.select("rl", "rr", "weight")])
    return both.group_by("rl", "rr").agg(pl.col("weight").max()).sort("rl", "rr")


def raised(together: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """rl, rr of the pairs whose home gave them their weight."""
    own = scored.select("rl", "rr", own="weight")
    return (
        together.join(own, on=["rl", "rr"], how="left")
        .filter(pl.col("own").is_null() | (pl.col("weight") > pl.col("own")))
        .select("rl", "rr")
    )

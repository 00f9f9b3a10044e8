"""The rest of a home, once one of its members is linked.

When a member of a left household is linked into a right one, the others are probably there too. They are compared
again, all of them, whatever the blocking rules met; on what tells persons apart only, since they share the home either
way; and against the odds that two members left over from such a pair of homes are one person, which are estimated from
the leftovers themselves. A member who moved out is no one's leftover and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.rivals import Partners, partners
from targeting.vocabulary import LinkStatus

SURE = 0.9
"""Match probability from which a link vouches for its home."""
ITERATIONS = 50
FIRST_PRIOR = 0.2
NO_PAIRS = pl.DataFrame(schema={"rl": pl.Int32, "rr": pl.Int32})
Patterns = Callable[[pl.DataFrame], pl.DataFrame]
"""From pairs (rl, rr) to rl, rr, pattern."""


def leftovers(links: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """rl, rr of members without a sure link, of each pair of homes that a sure link joins; empty without households."""
    if not _has_homes(prepared):
        return NO_PAIRS
    sure = _sure(links)
    left, right = _members(prepared, sure)
    homes = sure.join(left, on="rl").join(right, on="rr").select("hl", "hr").unique()
    alone_left = left.join(sure, on="rl", how="anti")
    alone_right = right.join(sure, on="rr", how="anti")
    pairs = homes.join(alone_left, on="hl").join(alone_right, on="hr").select("rl", "rr").unique()
    return pairs.sort("rl", "rr") if pairs.height else NO_PAIRS


def vouched(records: Rids, links: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """rl, hr: right homes for which a sure link of another member of a left record's home vouches."""
    if not _has_homes(prepared):
        return pl.DataFrame(schema={"rl": pl.Int32, "hr": pl.UInt64})
    sure = _sure(links)
    left, right = _members(prepared, sure)
    others = sure.join(left, on="rl").join(right, on="rr").select("hl", "hr", other="rl").unique()
    own = left.join(pl.DataFrame({"rl": records}), on="rl", how="semi")
    return own.join(others, on="hl").filter(pl.col("rl") != pl.col("other")).select("rl", "hr").unique()


def left_behind(records: Rids, links: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """rl, rr that would be leftovers if these left records, each for itself, had no link."""
    homes = vouched(records, links, prepared)
    if homes.is_empty():
        return NO_PAIRS
    sure = _sure(links)
    alone = _members(prepared, sure)[1].join(sure, on="rr", how="anti")
    pairs = homes.join(alone, on="hr").select("rl", "rr").unique()
    return pairs.sort("rl", "rr") if pairs.height else NO_PAIRS


def _has_homes(prepared: Prepared) -> bool:
    """Whether both files say who lives together."""
    return prepared.has_homes and not prepared.same_file


def _members(prepared: Prepared, links: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """rl, hl of all left records that have a home; rr, hr of all that live with the right record of a link."""
    left = pl.DataFrame({"rl": prepared.everyone("left"), "hl": prepared.left_side.homes(prepared.everyone("left"))})
    right = prepared.right_side.housemates(links["rr"].unique().sort().to_numpy())
    return left.filter(pl.col("hl") != 0), right.select(rr="rid", hr="home")


def _sure(links: pl.DataFrame) -> pl.DataFrame:
    """The links that vouch for their homes."""
    return links.filter((pl.col("status") == LinkStatus.LINK.value) & (pl.col("probability") >= SURE))


def weighed_together(prepared: Prepared, patterns: Patterns, model: Model, links: pl.DataFrame) -> pl.DataFrame:
    """rl, rr, pattern, weight of the leftovers in the light of their homes' links."""
    seen = with_patterns(leftovers(links, prepared), patterns)
    prior = home_prior(model, prepared.space, seen)
    weight = home_weights(model, prepared, seen["pattern"].to_numpy(), prior)
    return seen.with_columns(weight=pl.Series(weight, dtype=pl.Float64))


def with_patterns(pairs: pl.DataFrame, patterns: Patterns) -> pl.DataFrame:
    """rl, rr, pattern of some pairs, sorted; no pairs are no work."""
    if pairs.is_empty():
        return NO_PAIRS.with_columns(pattern=pl.lit(0, pl.Int64))
    seen = patterns(pairs).sort("rl", "rr")
    return seen.select(pl.col("rl", "rr").cast(pl.Int32), pl.col("pattern").cast(pl.Int64))


def allowed_partners(prepared: Prepared, model: Model) -> Partners:
    """What the spec's assignment allows of these files, and the odds of having no partner by this model's prior."""
    homes = prepared.left_side.homes(prepared.everyone("left")) if _has_homes(prepared) else None
    return partners(prepared.spec.assignment, model.prior, prepared.left_ids.len(), prepared.right_ids.len(), homes)


def home_weights(model: Model, prepared: Prepared, patterns: IntArray, prior: float) -> FloatArray:
    """Weight in bits of pairs of leftovers, given the share of such pairs that are one person."""
    # On the scale of the other weights, where having no partner stands at `alone` and not at 1.
    alone = allowed_partners(prepared, model).alone
    log_odds = model.person_log_odds(prepared.space, patterns)
    return np.asarray((np.log(prior) - np.log1p(-prior) + log_odds + np.log(alone)) / np.log(2.0))


def home_prior(model: Model, space: PatternSpace, leftover: pl.DataFrame) -> float:
    """The share of leftover pairs (pattern) that are one person; a guess where there are none."""
    log_odds = model.person_log_odds(space, leftover["pattern"].to_numpy())
    return _prior(log_odds) if len(log_odds) else FIRST_PRIOR


def _prior(log_odds: FloatArray) -> float:
    """The share of leftover pairs that are one person, by expectation maximisation with everything else known."""
    prior = FIRST_PRIOR
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

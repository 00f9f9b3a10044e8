"""Scoring: the best pairs of each left record, batch by batch, each pair compared no further than it can matter."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from targeting.linkage.bounds import Late, most_weight
from targeting.linkage.candidates import Postings
from targeting.linkage.engines import Engine
from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.places import places
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.sample import PAIR, load_met, pairs_at_once, summed, typed
from targeting.linkage.steps import (
    agreement_patterns,
    candidate_pairs,
    completed_patterns,
    early_patterns,
    pairs_by_record,
    pattern_counts,
    table,
    weighed,
)

KEEP = 8
"""Candidates of a left record that leave the engine."""
CUT = -7.0
"""Weight in bits below which a pair is of no account even with household evidence."""

SCORED = {**PAIR, "weight": pl.Float64()}
Progress = Callable[[str, float], None]
"""Told the phase and the share of it that is done."""


def of_records(pairs: pl.DataFrame, rids: Rids) -> pl.DataFrame:
    """The pairs of some left records."""
    return pairs.join(pl.DataFrame({"rl": rids}, schema={"rl": pl.Int32}), on="rl", how="semi")


def best(prepared: Prepared, model: Model, pairs: pl.DataFrame, rids: Rids) -> pl.DataFrame:
    """What `score` gives (rl, rr, pattern, weight), of some left records whose pairs and patterns are known."""
    own = of_records(pairs, rids)
    patterns = own["pattern"].unique().sort().to_numpy()  # a hundredth of the pairs
    weights = pl.DataFrame({"pattern": patterns, "weight": model.weights(prepared.space, patterns)})
    reach = own.join(weights.filter(pl.col("weight") >= CUT), on="pattern")
    return one_way(prepared, reach.filter(place_of(reach) <= KEEP).select(typed(SCORED)))


def place_of(pairs: pl.DataFrame) -> pl.Series:
    """The place of each pair (rl, rr, weight) among those of its left record."""
    rl, weight, rr = (pairs[name].to_numpy() for name in ("rl", "weight", "rr"))
    return pl.Series("place", places(rl, weight, rr))


def one_way(prepared: Prepared, scored: pl.DataFrame) -> pl.DataFrame:
    """Pairs within one file from the lower record only, where each pair is found from both ends."""
    return scored.filter(pl.col("rl") < pl.col("rr")) if prepared.same_file else scored


def score(
    prepared: Prepared,
    space: PatternSpace,
    engine: Engine,
    keys: Postings,
    model: Model,
    rest: Rids,
    late: Late,
    progress: Progress,
    by_record: list[pl.DataFrame] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """The best pairs of the given left records (rl, rr, pattern, weight), how many have each pattern, and of all.

    The comparisons at the positions `late` are made where they can matter only: with any, pairs that cannot reach CUT
    are not among the patterns. `by_record` is given rl, pairs of every batch: how many candidates each record has.
    """
    own = keys.of(rest)
    batches = own.batches(pairs_at_once(prepared, engine))
    engine.load("l_key", own.left)
    engine.load("r_key", own.right)
    parts, counts, pairs = [], [], 0
    for number, (first, last) in enumerate(batches):
        engine.keep(candidate_pairs(first, last, distinct_ids=prepared.same_file))
        load_met(prepared, engine)
        if by_record is not None:
            by_record.append(engine.fetch(pairs_by_record()))
        stopped = keep_patterns(space, engine, model, late)
        seen = engine.fetch(pattern_counts(table("patterned")))
        pairs += stopped + int(seen["pairs"].sum())
        counts.append(seen)
        patterns = seen["pattern"].to_numpy()
        engine.load("pattern_weight", pl.DataFrame({"pattern": patterns, "weight": model.weights(space, patterns)}))
        parts.append(engine.fetch(weighed(CUT, KEEP)))
        progress("score", (number + 1) / len(batches))
    scored = pl.concat([pl.DataFrame(schema=SCORED), *(part.select(typed(SCORED)) for part in parts)])
    return one_way(prepared, scored), summed(counts), pairs


def keep_patterns(space: PatternSpace, engine: Engine, model: Model, late: Late) -> int:
    """Compare the pairs, to the end those that may reach CUT, as table patterned; how many were not."""
    if not late:
        engine.keep(agreement_patterns(space))
        return 0
    engine.keep(early_patterns(space, late))
    begun = engine.fetch(pattern_counts(table("early")))
    reach = pl.Series(most_weight(model, space, begun["pattern"].to_numpy(), late) >= CUT, dtype=pl.Boolean)
    engine.load("promising", begun.filter(reach).select("pattern"))
    engine.keep(completed_patterns(space, late))
    engine.drop("early")
    return int(begun.filter(~reach)["pairs"].sum())

"""What training sees of two files: pairs of some records across them, at random, and within the right file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.linkage.candidates import Postings
from targeting.linkage.comparisons.codes import mix, text_codes
from targeting.linkage.counts import Counts, Equality, Rivals, TrainingCounts
from targeting.linkage.engines import Engine
from targeting.linkage.lessons import labelled, verdicts_on
from targeting.linkage.pattern import IntArray, PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.steps import agreement_patterns, candidate_pairs, pattern_counts, right_records, table

RANDOM_PAIRS = 400_000
"""Random pairs from which u is estimated."""
SAMPLE = 10_000
"""Left records on which m is trained."""
NEIGHBOURS = 5_000
"""Right records whose neighbours within their own file show what housemates share."""
PAIR = {"rl": pl.Int32(), "rr": pl.Int32(), "pattern": pl.Int64()}


@dataclass(frozen=True)
class TrainingRecords:
    """Row numbers drawn for training: left records, right records, and random pairs."""

    left: Rids
    right: Rids
    random: pl.DataFrame


def training_records(prepared: Prepared) -> TrainingRecords:
    """Seeded draws over the records in the order of their ids."""
    draws = np.random.default_rng(prepared.spec.seed)
    n_left, n_right = prepared.left_ids.len(), prepared.right_ids.len()
    draws.choice(n_left, min(SAMPLE, n_left), replace=False)  # what follows is drawn as it always was
    left = left_sample(prepared)
    right = np.sort(draws.choice(n_right, min(NEIGHBOURS, n_right), replace=False)).astype(np.int32)
    pairs = pl.DataFrame(
        {
            "rl": draws.integers(0, n_left, RANDOM_PAIRS, dtype=np.int32),
            "rr": draws.integers(0, n_right, RANDOM_PAIRS, dtype=np.int32),
        }
    )
    return TrainingRecords(left, right, pairs.filter(pl.col("rl") != pl.col("rr")) if prepared.same_file else pairs)


def left_sample(prepared: Prepared) -> Rids:
    """The left records whose ids' hashes come first: a draw in which a night's records are nearly those of the last."""
    ids = prepared.left_side.ids.gather(pl.Series(prepared.everyone("left")))
    hashed = mix(text_codes(ids) ^ mix(np.array([prepared.spec.seed], dtype=np.uint64)))
    return np.sort(np.argsort(hashed, kind="stable")[:SAMPLE]).astype(np.int32)


def drawn_pairs(prepared: Prepared, space: PatternSpace, engine: Engine, keys: Postings, drawn: Rids) -> pl.DataFrame:
    """rl, rr, pattern of all pairs that blocking finds for the left records that were drawn.

    Training counts them, scoring weighs them, judging weighs them again: they are compared once.
    """
    if len(drawn) == 0:
        return pl.DataFrame(schema=PAIR)
    sampled = pl.DataFrame({"rid": drawn}, schema={"rid": pl.Int32})
    sample = replace(keys, left=keys.left.join(sampled, on="rid", how="semi"))
    engine.load("sample_key", sample.left)
    engine.load("r_key", keys.right)
    parts = [pl.DataFrame(schema=PAIR)]
    for first, last in sample.batches(pairs_at_once(prepared, engine)):
        engine.keep(candidate_pairs(first, last, "sample_key", prepared.same_file))
        load_met(prepared, engine)
        parts.append(engine.fetch(agreement_patterns(space)).select(typed(PAIR)))
    engine.drop("sample_key")
    engine.drop("pair")
    return pl.concat(parts)


BYTES_A_PAIR = 60
"""What a pair and its pattern take in the engine while they are found and compared."""
COPIES = 3
"""How often the columns of the records that are compared are held: gathered, in a hash table, and at work."""


def pairs_at_once(prepared: Prepared, engine: Engine) -> int:
    """Pairs of a batch: each may bring a right record of its own. The links do not depend on it."""
    row = int(prepared.left.estimated_size()) // max(prepared.left.height, 1)
    return min(engine.batch_pairs, engine.pairs_at_once(BYTES_A_PAIR + COPIES * row))


def load_met(prepared: Prepared, engine: Engine) -> None:
    """The columns of the right records that the pairs hold, and of no others, as table r."""
    met = engine.fetch(right_records())["rr"].sort().to_numpy().astype(np.int32)
    engine.load("r", prepared.wide("right", met))


def training_counts(
    prepared: Prepared,
    space: PatternSpace,
    engine: Engine,
    keys: Postings,
    training: TrainingRecords,
    drawn: pl.DataFrame,
    decided: pl.DataFrame | None = None,
) -> TrainingCounts:
    """Pairs by pattern: across the files (those drawn and those of one home), at random, and within the right file.

    `decided` is what persons found (id_l, id_r, is_match), if the model is to learn from it.
    """
    n_left, n_right = prepared.left_ids.len(), prepared.right_ids.len()
    engine.load("home_key", keys.left_homes)
    engine.load("r_key", pl.concat([keys.right, keys.homes]))
    engine.keep(candidate_pairs(0, n_left, "home_key", prepared.same_file))
    at_home = engine.fetch(table("pair")).join(drawn, on=["rl", "rr"], how="anti")
    engine.drop("home_key")
    engine.drop("pair")
    engine.load("pair", at_home)
    load_met(prepared, engine)
    met = summed([counted(drawn), engine.fetch(pattern_counts(agreement_patterns(space)))])
    ordered = drawn.sort("rl", "rr")
    verdicts = None if decided is None else verdicts_on(prepared, ordered, decided)
    across = _counts(met, float(len(training.left)) * n_right)
    if decided is not None and verdicts is not None:
        across = labelled(across, ordered["pattern"].to_numpy(), verdicts, decided.height)
    engine.drop("pair")
    engine.load("within_key", keys.within)
    engine.keep(candidate_pairs(0, n_right, "within_key", distinct_ids=True))
    inside = np.union1d(training.right, engine.fetch(right_records())["rr"].to_numpy()).astype(np.int32)
    engine.load("r", prepared.wide("right", inside))
    neighbours = engine.fetch(pattern_counts(agreement_patterns(space, left="r")))
    within = _counts(neighbours, float(len(training.right)) * n_right)
    engine.drop("within_key")
    engine.drop("pair")
    engine.load("pair", training.random)
    load_met(prepared, engine)
    by_chance = engine.fetch(pattern_counts(agreement_patterns(space)))
    random = _counts(by_chance, float(training.random.height))
    engine.drop("pair")
    trusted = within if prepared.spec.assignment in ("one_to_one", "many_to_one") and not prepared.same_file else None
    return TrainingCounts(across, random, trusted, equalities(prepared), _rivals(prepared, training, ordered, verdicts))


def _rivals(
    prepared: Prepared, training: TrainingRecords, drawn: pl.DataFrame, verdicts: IntArray | None
) -> Rivals | None:
    """The drawn pairs one by one; None where a record may have any number of partners."""
    assignment = prepared.spec.assignment
    if assignment == "many_to_many" or prepared.same_file:
        return None
    left, right, patterns = (drawn[name].to_numpy().astype(np.int64) for name in PAIR)
    return Rivals(left, right, patterns, assignment, len(training.left), prepared.right_ids.len(), verdicts)


def equalities(prepared: Prepared) -> tuple[Equality, ...]:
    """How often values are equal, for each comparison: frequencies, no sampling."""
    found = []
    for name in prepared.comparisons:
        borne = prepared.borne(name)
        across = borne.across / max(borne.left * borne.right, 1)
        within = (borne.within + 1) / max(borne.right * (borne.right - 1), 2)
        found.append(Equality(min(across, 0.999), min(within, 0.999)))
    return tuple(found)


def _counts(frame: pl.DataFrame, universe: float) -> Counts:
    """Counts by pattern, in the order of the patterns so that sums are the same every time."""
    ordered = frame.sort("pattern")
    return Counts(ordered["pattern"].to_numpy(), ordered["pairs"].to_numpy().astype(np.float64), universe)


def counted(pairs: pl.DataFrame) -> pl.DataFrame:
    """pattern, pairs: how many pairs have each pattern."""
    return pairs.group_by("pattern").agg(pairs=pl.len().cast(pl.Int64))


def summed(counts: list[pl.DataFrame]) -> pl.DataFrame:
    """pattern, pairs: counts by pattern added up, in the order of the patterns."""
    nothing = pl.DataFrame(schema={"pattern": pl.Int64, "pairs": pl.Int64})
    return pl.concat([nothing, *counts]).group_by("pattern").agg(pl.col("pairs").sum()).sort("pattern")


def typed(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Columns in these types."""
    return [pl.col(name).cast(kind) for name, kind in schema.items()]

"""What a linkage would cost and whom it cannot reach, counted before anything is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.blocking import default_rules, parse, rule_keys, rule_posting
from targeting.linkage.candidates import Postings
from targeting.linkage.engines import BATCH_PAIRS, Engine
from targeting.linkage.link import candidate_keys, exact_links
from targeting.linkage.model import Model
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared, Word, prepare
from targeting.linkage.sample import TrainingRecords, training_records
from targeting.linkage.sides import Side
from targeting.linkage.steps import agreement_patterns, pattern_counts

SAMPLE = 2_000
"""Left records whose pairs are counted one by one; all figures of distinct pairs and of time follow from them."""
TIMED_PAIRS = 200_000
"""Pairs that are compared to learn how fast this machine is: those of the sample, again and again."""
LARGEST = 3
"""Blocks shown of a rule."""
TRAINING_SECONDS = 2.5
"""Expectation maximisation on pattern counts: its time hardly depends on the files."""
PROCESS_MB, PAIR_BYTES = 330, 110
"""Of the process itself; of a pair within a batch (ids, pattern, and the table that keeps pairs from repeating)."""


@dataclass(frozen=True)
class SideProfile:
    """Records of one side.

    exact_pass: linked by an agreeing identifier, so not compared again; unlinkable: without a key of any rule;
    without_partner: with keys, none of which the other side has; only_cut: meeting others in cut blocks only. The last
    two and exact_pass are counted of the left side.
    """

    all_records: int
    unlinkable: int
    exact_pass: int | None = None
    without_partner: int | None = None
    only_cut: int | None = None


@dataclass(frozen=True)
class RuleProfile:
    """What one rule makes, and its largest blocks as (left, right) records; never what their key is."""

    rule: str
    pairs: int
    cut_pairs: int
    cut_keys: int
    largest_blocks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Forecast:
    """What linking would take. pairs_once: distinct pairs to score; training_pairs: pairs a model is trained on."""

    pairs_once: int
    training_pairs: int
    batches: int
    memory_mb: int
    seconds: float


@dataclass(frozen=True)
class Profile:
    """Both sides, every rule, the forecast; sampled_records: left records it was reckoned from."""

    left: SideProfile
    right: SideProfile
    rules: tuple[RuleProfile, ...]
    forecast: Forecast
    sampled_records: int


def profile(
    left: pl.DataFrame,
    right: pl.DataFrame | Side,
    spec: LinkSpec,
    engine: Engine,
    model: Model | None = None,
    same_file: bool = False,
) -> Profile:
    """Count what linking two frames, or a frame to an encoded side, would do. Counts by rule are those of the link."""
    began = perf_counter()
    prepared = prepare(left, right, spec, same_file)
    engine.load("l", prepared.left)
    exact = exact_links(prepared, prepared.space, engine)
    training = training_records(prepared)
    rest = np.setdiff1d(np.arange(prepared.left_ids.len(), dtype=np.int32), exact["rl"].to_numpy())
    keys = candidate_keys(prepared, rest, training, model)
    right_columns = prepared.wide("right", keys.right["rid"].unique().sort().to_numpy())
    until_training = perf_counter() - began
    rules = spec.blocking or default_rules(spec)
    blocks = [_block_sizes(prepared, rule, rest) for rule in rules]
    sample = rest[:: max(1, len(rest) // SAMPLE)]
    pairs = _pairs(keys.left, keys.right, sample, same_file)
    once = round(pairs.height * len(rest) / max(len(sample), 1))
    trained_on = 0 if model is not None else _training_pairs(keys, training, pairs.height / max(len(sample), 1))
    seconds = until_training + (once + trained_on) * _seconds_a_pair(prepared, engine, pairs)
    return Profile(
        left=_left_side(prepared, rules, keys, rest, blocks),
        right=SideProfile(prepared.right_ids.len(), keyless(prepared, rules, "right")),
        rules=tuple(
            RuleProfile(one.rule, one.pairs, one.cut_pairs, one.cut_keys, own.largest)
            for one, own in zip(keys.rules, blocks, strict=True)
        ),
        forecast=Forecast(
            pairs_once=once,
            training_pairs=trained_on,
            batches=max(1, -(-once // BATCH_PAIRS)),
            memory_mb=_memory_mb(prepared, right_columns, keys, max(once, trained_on)),
            seconds=round(seconds + (TRAINING_SECONDS if model is None else 0.0), 1),
        ),
        sampled_records=len(sample),
    )


@dataclass(frozen=True)
class Blocks:
    """The largest blocks of a rule, and the left records that meet anyone in any block."""

    largest: tuple[tuple[int, int], ...]
    meeting: Rids


def _block_sizes(prepared: Prepared, rule: str, rest: Rids) -> Blocks:
    """Blocks of one rule before any is cut."""
    left = rule_keys(prepared, rule, "left", rest)
    wanted = left["key"].unique().sort()
    met = rule_posting(prepared, rule, wanted.to_numpy()).blocks(wanted.to_numpy())
    sizes = pl.DataFrame({"key": wanted, "r": met.sizes}).filter(pl.col("r") > 0)
    both = left.group_by("key").len("l").join(sizes, on="key").select("l", "r")
    largest = both.sort(pl.col("l").cast(pl.Int64) * pl.col("r"), "l", descending=True).head(LARGEST)
    return Blocks(tuple(largest.iter_rows()), left.join(sizes, on="key", how="semi")["rid"].unique().to_numpy())


def _everyone(prepared: Prepared, side: Word) -> Rids:
    """All records of a side."""
    return np.arange((prepared.left_ids if side == "left" else prepared.right_ids).len(), dtype=np.int32)


def keyless(prepared: Prepared, rules: Sequence[str], side: Word) -> int:
    """Records of a side that no rule has a key for: a value for each of its parts."""
    rids = _everyone(prepared, side)
    parts = [parse(rule, prepared.spec) for rule in rules]
    present = {
        part: np.any([key != 0 for key in prepared.keys(*part, side, rids)], axis=0)
        for part in sorted({part for one in parts for part in one})
    }
    reached = np.zeros(len(rids), dtype=bool)
    for one in parts:
        reached |= np.all([present[part] for part in one], axis=0)
    return int(np.sum(~reached))


def _left_side(
    prepared: Prepared, rules: tuple[str, ...], keys: Postings, rest: Rids, blocks: list[Blocks]
) -> SideProfile:
    """Whom the rules can reach."""
    unlinkable = keyless(prepared, rules, "left")
    meeting = np.unique(np.concatenate([one.meeting for one in blocks]))
    kept = np.intersect1d(keys.left.join(keys.right.select("key").unique(), on="key", how="semi")["rid"], meeting)
    return SideProfile(
        all_records=prepared.left_ids.len(),
        unlinkable=unlinkable,
        exact_pass=prepared.left_ids.len() - len(rest),
        without_partner=len(rest) - len(meeting) - unlinkable,
        only_cut=len(meeting) - len(kept),
    )


def _pairs(left: pl.DataFrame, right: pl.DataFrame, rids: Rids, same_file: bool) -> pl.DataFrame:
    """rl, rr of the pairs of some left records, each once."""
    wanted = left.join(pl.DataFrame({"rid": rids}, schema={"rid": pl.Int32}), on="rid", how="semi")
    pairs = wanted.join(right, on="key").select(rl="rid", rr="rid_right").unique()
    return (pairs.filter(pl.col("rl") != pl.col("rr")) if same_file else pairs).sort("rl", "rr")


def _training_pairs(keys: Postings, training: TrainingRecords, pairs_a_record: float) -> int:
    """Random pairs, pairs of the training records, pairs within the right file (of every tenth record)."""
    sample = training.right[::10]
    within = _pairs(keys.within, keys.right, sample, True).height * len(training.right) / max(len(sample), 1)
    return training.random.height + round(pairs_a_record * len(training.left) + within)


def _seconds_a_pair(prepared: Prepared, engine: Engine, pairs: pl.DataFrame) -> float:
    """How long the engine takes to compare one pair more, from the sample's pairs; 0 without any."""
    if pairs.is_empty():
        return 0.0
    many = pairs[np.arange(TIMED_PAIRS) % pairs.height]
    few_seconds, many_seconds = (_seconds(prepared, engine, timed) for timed in (many.head(1), many))
    return max(many_seconds - few_seconds, 0.0) / TIMED_PAIRS


def _seconds(prepared: Prepared, engine: Engine, pairs: pl.DataFrame) -> float:
    """How long the engine takes to compare some pairs and count them by pattern."""
    engine.drop("pair")
    engine.load("r", prepared.wide("right", pairs["rr"].unique().sort().to_numpy()))
    engine.load("pair", pairs)
    began = perf_counter()
    engine.fetch(pattern_counts(agreement_patterns(prepared.space)))
    seconds = perf_counter() - began
    engine.drop("pair")
    return seconds


def _memory_mb(prepared: Prepared, right_columns: pl.DataFrame, keys: Postings, pairs: int) -> int:
    """Process, encoded files, keys of both sides, one batch."""
    frames = (prepared.left, right_columns, keys.left, keys.right, keys.within, keys.homes, keys.left_homes)
    held = sum(frame.estimated_size() for frame in frames)
    return round(PROCESS_MB + (2 * held + min(pairs, BATCH_PAIRS) * PAIR_BYTES) / 1e6)

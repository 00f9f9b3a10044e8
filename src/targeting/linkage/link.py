"""Linking two files: encode, link agreeing identifiers, train on a sample, score the rest in batches, assign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

import numpy as np
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.linkage.blocking import RuleCount
from targeting.linkage.candidates import Postings, postings
from targeting.linkage.counts import Counts, Equality, TrainingCounts
from targeting.linkage.engines import Engine
from targeting.linkage.error_rates import ErrorRates
from targeting.linkage.judged import Found, judged
from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.sides import Side
from targeting.linkage.steps import (
    Step,
    agreement_patterns,
    candidate_pairs,
    equal_identifier,
    pattern_counts,
    table,
    weighed,
)
from targeting.linkage.training import train
from targeting.vocabulary import LinkMethod

RANDOM_PAIRS = 400_000
"""Random pairs from which u is estimated."""
SAMPLE = 10_000
"""Left records on which m is trained."""
NEIGHBOURS = 5_000
"""Right records whose neighbours within their own file show what housemates share."""
BATCH_PAIRS = 4_000_000
"""Pairs of a batch, which bounds memory."""
KEEP = 8
"""Candidates of a left record that leave the engine."""
CUT = -7.0
"""Weight in bits below which a pair is of no account even with household evidence."""

PAIR = {"rl": pl.Int32(), "rr": pl.Int32(), "pattern": pl.Int64()}
Progress = Callable[[str, float], None]
"""Told the phase and the share of it that is done."""


@dataclass(frozen=True)
class Working:
    """What the links were chosen from: scored has rl, rr, pattern, weight of each left record's best pairs."""

    prepared: Prepared
    scored: pl.DataFrame


@dataclass(frozen=True)
class LinkResult:
    """What a link found and how.

    links: id_l, id_r, match_weight (bits), match_probability, status (link, review), method, margin (bits to the
    runner-up, null without one), sorted by ids. error_rates: how many links are false and how many are missed, null
    where nothing was estimated. pattern_pairs: pattern, pairs of all pairs that were weighed, those of the exact pass
    included. working: kept on request only.
    """

    links: pl.DataFrame
    model: Model
    rules: tuple[RuleCount, ...]
    pairs_scored: int
    seconds: dict[str, float]
    error_rates: ErrorRates | None = None
    pattern_pairs: pl.DataFrame | None = None
    working: Working | None = None


def link(
    left: pl.DataFrame,
    right: pl.DataFrame | Side,
    spec: LinkSpec,
    engine: Engine,
    model: Model | None = None,
    same_file: bool = False,
    progress: Progress = lambda _phase, _share: None,
    keep_working: bool = False,
) -> LinkResult:
    """Link two frames, or a frame to a side that is encoded already, by the spec; train a model unless one is given.

    With `same_file` the frame is linked to itself: each pair of different records once. The result depends on the
    content of the frames only, not on the order of rows, batches or threads.
    """
    seconds: dict[str, float] = {}
    clock = perf_counter()

    def phase_ends(name: str) -> None:
        nonlocal clock
        seconds[name] = seconds.get(name, 0.0) + perf_counter() - clock
        clock = perf_counter()
        progress(name, 1.0)

    prepared = prepare(left, right, spec, same_file)
    space = prepared.space
    engine.load("l", prepared.left)
    phase_ends("encode")
    exact = exact_links(prepared, space, engine)
    phase_ends("exact pass")
    training = training_records(prepared)
    rest = np.setdiff1d(np.arange(prepared.left_ids.len(), dtype=np.int32), exact["rl"].to_numpy())
    keys = candidate_keys(prepared, rest, training, model)
    engine.load("r", prepared.wide("right", compared(keys, training, model)))
    phase_ends("block")
    if model is None:
        counts = training_counts(prepared, space, engine, keys, training)
        model = train(space, counts, prepared.right_ids.len(), prepared.joint)
    phase_ends("train")
    scored, seen = score(prepared, space, engine, keys, model, rest, progress)
    scored = pl.concat(
        [scored, exact.with_columns(weight=pl.Series(model.weights(space, exact["pattern"].to_numpy())))]
    )
    phase_ends("score")
    found = Found(
        scored,
        by=methods(exact, LinkMethod.EXACT),
        patterns=partial(patterns, prepared, engine),
        rescore=partial(rescored, prepared, engine, keys, model),
        among=training.left,
        kept_keys=keys.right["key"],
    )
    links, rates = judged(prepared, model, found)
    phase_ends("assign and judge")
    working = Working(prepared, scored) if keep_working else None
    weighed_pairs = summed([seen, exact.group_by("pattern").agg(pairs=pl.len().cast(pl.Int64))])
    return LinkResult(
        with_ids(links, prepared),
        model,
        keys.rules,
        int(seen["pairs"].sum()),
        seconds,
        rates,
        pattern_pairs=weighed_pairs,
        working=working,
    )


def summed(counts: list[pl.DataFrame]) -> pl.DataFrame:
    """pattern, pairs: counts by pattern added up, in the order of the patterns."""
    nothing = pl.DataFrame(schema={"pattern": pl.Int64, "pairs": pl.Int64})
    return pl.concat([nothing, *counts]).group_by("pattern").agg(pl.col("pairs").sum()).sort("pattern")


def rescored(prepared: Prepared, engine: Engine, keys: Postings, model: Model, rids: Rids) -> pl.DataFrame:
    """rl, rr, pattern, weight of the pairs of some left records, those of the exact pass too."""
    return score(prepared, prepared.space, engine, keys, model, rids, lambda _phase, _share: None)[0]


def patterns(prepared: Prepared, engine: Engine, pairs: pl.DataFrame) -> pl.DataFrame:
    """rl, rr, pattern of some pairs, whatever right records the engine held before."""
    engine.load("r", prepared.wide("right", pairs["rr"].unique().sort().to_numpy()))
    engine.load("pair", pairs)
    seen = engine.fetch(agreement_patterns(prepared.space))
    engine.drop("pair")
    return seen


def methods(pairs: pl.DataFrame, method: LinkMethod) -> pl.DataFrame:
    """rl, rr, method of pairs that one method made."""
    return pairs.select("rl", "rr", method=pl.lit(method.value))


def exact_links(prepared: Prepared, space: PatternSpace, engine: Engine) -> pl.DataFrame:
    """rl, rr, pattern of records whose NIK is equal and stands once on the right, name and birth date agreeing.

    A contradiction is left to the model: the same NIK with another name is evidence, not a link.
    """
    columns = prepared.spec.columns
    niks = [name for name in prepared.comparisons if columns[name].type is ColumnType.NIK]
    nothing = pl.DataFrame(schema=PAIR)
    if not niks or not prepared.spec.exact_pass or prepared.same_file:
        return nothing
    nik = f"{niks[0]}_v"
    borne = prepared.left[nik].unique().sort()
    engine.load("r_identifier", prepared.right_side.bearing(niks[0], borne.filter(borne != 0).to_numpy()))
    engine.keep(equal_identifier(nik))
    engine.drop("r_identifier")
    met = engine.fetch(table("pair"))["rr"].unique().sort().to_numpy().astype(np.int32)
    engine.load("r", prepared.wide("right", met))
    return uncontradicted(prepared, space, engine.fetch(agreement_patterns(space)))


def uncontradicted(prepared: Prepared, space: PatternSpace, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs (rl, rr, pattern) whose names and dates agree or are missing, one of them at least being there."""
    columns = prepared.spec.columns
    levels = space.levels(pairs["pattern"].to_numpy())
    agrees = np.ones(len(levels), dtype=bool)
    witnesses = np.zeros(len(levels), dtype=np.int64)
    for index, name in enumerate(prepared.comparisons):
        if columns[name].type in (ColumnType.NAME, ColumnType.DATE):
            agrees &= (levels[:, index] == 0) | (levels[:, index] >= CONSISTENT[columns[name].type])
            witnesses += levels[:, index] > 0
    chosen = pairs.filter(pl.Series(agrees & (witnesses > 0))).select(*PAIR).sort("rl", "rr")
    if prepared.spec.assignment in ("one_to_one", "one_to_many"):
        chosen = chosen.filter(pl.col("rr").is_unique())
    return chosen.select(_typed(PAIR))


CONSISTENT = {ColumnType.NAME: 3, ColumnType.DATE: 4}
"""Levels from which a name or a birth date does not contradict an equal NIK: similar names, two equal date parts."""


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
    left = np.sort(draws.choice(n_left, min(SAMPLE, n_left), replace=False)).astype(np.int32)
    right = np.sort(draws.choice(n_right, min(NEIGHBOURS, n_right), replace=False)).astype(np.int32)
    pairs = pl.DataFrame(
        {
            "rl": draws.integers(0, n_left, RANDOM_PAIRS, dtype=np.int32),
            "rr": draws.integers(0, n_right, RANDOM_PAIRS, dtype=np.int32),
        }
    )
    return TrainingRecords(left, right, pairs.filter(pl.col("rl") != pl.col("rr")) if prepared.same_file else pairs)


def candidate_keys(prepared: Prepared, rest: Rids, training: TrainingRecords, model: Model | None) -> Postings:
    """Keys of the records to score, and of those on which a model is trained and links are judged."""
    if model is not None:
        nobody = np.zeros(0, dtype=np.int32)
        return postings(prepared, np.union1d(rest, training.left), nobody, nobody)
    return postings(prepared, np.union1d(rest, training.left), training.right, training.left)


def compared(keys: Postings, training: TrainingRecords, model: Model | None) -> Rids:
    """Right records that any pair holds: only these are made ready for comparing."""
    rids = [keys.right["rid"]]
    if model is None:
        rids += [keys.homes["rid"], keys.within["rid"], training.random["rr"]]
    return pl.concat([some.cast(pl.Int32) for some in rids]).unique().sort().to_numpy()


def training_counts(
    prepared: Prepared, space: PatternSpace, engine: Engine, keys: Postings, training: TrainingRecords
) -> TrainingCounts:
    """Pairs by pattern: across the files, at random, and within the right file."""
    n_left, n_right = prepared.left_ids.len(), prepared.right_ids.len()
    sampled = pl.DataFrame({"rid": training.left})
    engine.load("sample_key", pl.concat([keys.left, keys.left_homes]).join(sampled, on="rid", how="semi"))
    engine.load("r_key", pl.concat([keys.right, keys.homes]))
    engine.keep(candidate_pairs(0, n_left, "sample_key", prepared.same_file))
    across = _counted(engine, agreement_patterns(space), float(len(training.left)) * n_right)
    engine.drop("sample_key")
    engine.load("within_key", keys.within)
    engine.keep(candidate_pairs(0, n_right, "within_key", distinct_ids=True))
    within = _counted(engine, agreement_patterns(space, left="r"), float(len(training.right)) * n_right)
    engine.drop("within_key")
    engine.drop("pair")
    engine.load("pair", training.random)
    random = _counted(engine, agreement_patterns(space), float(training.random.height))
    engine.drop("pair")
    trusted = within if prepared.spec.assignment in ("one_to_one", "many_to_one") and not prepared.same_file else None
    return TrainingCounts(across, random, trusted, equalities(prepared))


def equalities(prepared: Prepared) -> tuple[Equality, ...]:
    """How often values are equal, for each comparison: frequencies, no sampling."""
    found = []
    for name in prepared.comparisons:
        borne = prepared.borne(name)
        across = borne.across / max(borne.left * borne.right, 1)
        within = (borne.within + 1) / max(borne.right * (borne.right - 1), 2)
        found.append(Equality(min(across, 0.999), min(within, 0.999)))
    return tuple(found)


def _counted(engine: Engine, patterns: Step, universe: float) -> Counts:
    """Counts of a pattern step, in the order of the patterns so that sums are the same every time."""
    frame = engine.fetch(pattern_counts(patterns)).sort("pattern")
    return Counts(frame["pattern"].to_numpy(), frame["pairs"].to_numpy().astype(np.float64), universe)


def score(
    prepared: Prepared,
    space: PatternSpace,
    engine: Engine,
    keys: Postings,
    model: Model,
    rest: Rids,
    progress: Progress,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The best pairs of the given left records (rl, rr, pattern, weight); of all they have, how many by pattern."""
    left_keys = keys.left.join(pl.DataFrame({"rid": rest}), on="rid", how="semi")
    batches = replace(keys, left=left_keys).batches(BATCH_PAIRS)
    engine.load("l_key", left_keys)
    engine.load("r_key", keys.right)
    parts, counts = [], []
    for number, (first, last) in enumerate(batches):
        engine.keep(candidate_pairs(first, last, distinct_ids=prepared.same_file))
        engine.keep(agreement_patterns(space))
        seen = engine.fetch(pattern_counts(table("patterned")))
        counts.append(seen)
        patterns = seen["pattern"].to_numpy()
        engine.load("pattern_weight", pl.DataFrame({"pattern": patterns, "weight": model.weights(space, patterns)}))
        parts.append(engine.fetch(weighed(CUT, KEEP)))
        progress("score", (number + 1) / len(batches))
    schema = {**PAIR, "weight": pl.Float64()}
    scored = pl.concat([part.select(_typed(schema)) for part in parts]) if parts else pl.DataFrame(schema=schema)
    if prepared.same_file:
        scored = scored.filter(pl.col("rl") < pl.col("rr"))
    return scored, summed(counts)


def _typed(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Columns in these types."""
    return [pl.col(name).cast(kind) for name, kind in schema.items()]


def with_ids(links: pl.DataFrame, prepared: Prepared) -> pl.DataFrame:
    """Row numbers replaced by ids, in a fixed order of columns and rows."""
    return links.select(
        id_l=prepared.left_ids.gather(links["rl"]),
        id_r=prepared.right_ids.gather(links["rr"]),
        match_weight="weight",
        match_probability="probability",
        status="status",
        method="method",
        margin="margin",
    ).sort("id_l", "id_r")

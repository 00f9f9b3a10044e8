"""Linking two files: encode, link agreeing identifiers, train on a sample, score the rest in batches, assign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

import numpy as np
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.linkage.blocking import RuleCount
from targeting.linkage.bounds import compared_late
from targeting.linkage.candidates import Postings, postings
from targeting.linkage.drift import Drift, with_links
from targeting.linkage.elsewhere import with_own_prior
from targeting.linkage.engines import Engine
from targeting.linkage.error_rates import ErrorRates
from targeting.linkage.fingerprint import fingerprint, unlike
from targeting.linkage.judged import Found, judged
from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.remembered import Memory, Scored, scored_with
from targeting.linkage.sample import (
    PAIR,
    TrainingRecords,
    counted,
    drawn_pairs,
    summed,
    training_counts,
    training_records,
    typed,
)
from targeting.linkage.scoring import CUT, Progress, best, of_records, score
from targeting.linkage.sides import Side
from targeting.linkage.soundness import checked
from targeting.linkage.steps import (
    agreement_patterns,
    equal_identifier,
    table,
)
from targeting.linkage.training import train
from targeting.vocabulary import LinkMethod


@dataclass(frozen=True)
class Working:
    """What the links were chosen from: scored has rl, rr, pattern, weight of each left record's best pairs."""

    prepared: Prepared
    scored: pl.DataFrame


@dataclass(frozen=True)
class LookedAt:
    """Pairs that were asked for, with their agreement pattern: id_l, id_r, pattern."""

    prepared: Prepared
    pairs: pl.DataFrame


@dataclass(frozen=True)
class LinkResult:
    """What a link found and how.

    links: id_l, id_r, match_weight (bits), match_probability, status (link, review), method, margin (bits to the
    runner-up, null without one), sorted by ids. error_rates: how many links are false and how many are missed, null
    where nothing was estimated. pattern_pairs: pattern, pairs of all pairs that blocking found, those of the exact pass
    included. It and working are kept on request only: without it, pairs that cannot be links are not compared to the
    end. looked_at: the patterns of the pairs that `look_at` chose of the links. drift: how far the links are from those
    that a given model was trained with, null where that is not known.
    """

    links: pl.DataFrame
    model: Model
    rules: tuple[RuleCount, ...]
    pairs_scored: int
    seconds: dict[str, float]
    error_rates: ErrorRates | None = None
    pattern_pairs: pl.DataFrame | None = None
    working: Working | None = None
    looked_at: LookedAt | None = None
    drift: Drift | None = None


def link(
    left: pl.DataFrame,
    right: pl.DataFrame | Side,
    spec: LinkSpec,
    engine: Engine,
    model: Model | None = None,
    same_file: bool = False,
    progress: Progress = lambda _phase, _share: None,
    keep_working: bool = False,
    own_prior: bool = False,
    stamped: bool = False,
    look_at: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    memory: Memory | None = None,
    decided: pl.DataFrame | None = None,
) -> LinkResult:
    """Link two frames, or a frame to a side that is encoded already, by the spec; train a model unless one is given.

    With `same_file` the frame is linked to itself: each pair of different records once. With `own_prior` a model that
    was given keeps all but its prior, which is estimated anew; with `stamped` the model says what it was trained on.
    With `memory` and a model that was given, pairs that an earlier night scored are not scored again. A model that is
    trained learns from `decided`, pairs that persons judged (id_l, id_r, is_match), as lessons.py says.
    The result depends on the content of the frames only, not on the order of rows, batches or threads. Raises
    ModelError for a model that cannot be trained, or that is given and does not fit or is none.
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
    given = model is not None
    if model is not None:
        model = _looked_through(model, space, prepared)
    engine.load("l", prepared.left)
    phase_ends("encode")
    exact = exact_links(prepared, space, engine)
    phase_ends("exact pass")
    training = training_records(prepared)
    rest = np.setdiff1d(np.arange(prepared.left_ids.len(), dtype=np.int32), exact["rl"].to_numpy())
    keys = candidate_keys(prepared, rest, training, model)
    phase_ends("block")
    kept = None if model is None or own_prior or same_file or keep_working else memory
    drawn = drawn_pairs(prepared, space, engine, keys, training.left if kept is None else training.left[:0])
    if model is None:
        counts = training_counts(prepared, space, engine, keys, training, drawn, decided)
        model = train(space, counts, prepared.right_ids.len(), prepared.joint)
        model = replace(model, trained_on=fingerprint(prepared)) if stamped else model
    elif own_prior:
        model = _with_own_prior(model, space, prepared, counted(drawn).sort("pattern"), len(training.left))
    phase_ends("train")
    if kept is None:
        late = () if keep_working else compared_late(model, space, counted(drawn), CUT)
        others = score(prepared, space, engine, keys, model, np.setdiff1d(rest, training.left), late, progress)
        chosen = _with_drawn(prepared, model, others, drawn, rest)
    else:
        asked = np.union1d(rest, training.left).astype(np.int32)
        chosen = _recalled(scored_with(kept, prepared, space, engine, keys, model, asked, progress), rest)
    seen = summed([chosen.seen, counted(exact)])
    exact = exact.with_columns(weight=pl.Series(model.weights(space, exact["pattern"].to_numpy())))
    scored = pl.concat([chosen.best, exact]).sort("rl", "rr")
    phase_ends("score")
    found = Found(
        scored,
        by=methods(exact, LinkMethod.EXACT),
        patterns=partial(patterns, prepared, engine),
        rescore=chosen.of,
        among=training.left,
        kept_keys=keys.right["key"],
    )
    links, rates = judged(prepared, model, found)
    phase_ends("assign and judge")
    model, away = (model, None) if own_prior else with_links(model, space, links, scored, given=given)
    told = with_ids(links, prepared)
    looked = None if look_at is None else _looked_at(look_at(told), links, prepared, found.patterns)
    return LinkResult(
        told,
        model,
        keys.rules,
        chosen.pairs,
        seconds,
        rates,
        pattern_pairs=seen if keep_working else None,
        working=Working(prepared, scored) if keep_working else None,
        looked_at=looked,
        drift=away,
    )


def _looked_through(model: Model, space: PatternSpace, prepared: Prepared) -> Model:
    """A model that was given, with what is to be said of it here. One that knows what its links agreed on is held
    against tonight's links instead of by the hash of its files, which are other ones every night.
    """
    other = unlike(model.trained_on, prepared) if model.trained_on or not model.link_levels else ()
    return replace(model, notes=tuple(dict.fromkeys((*model.notes, *checked(space, model), *other))))


def _with_own_prior(
    model: Model, space: PatternSpace, prepared: Prepared, met: pl.DataFrame, left_records: int
) -> Model:
    """The model with the prior of these files, from the pairs (pattern, pairs) that some left records meet."""
    pairs = met["pairs"].to_numpy().astype(np.float64)
    return with_own_prior(space, model, met["pattern"].to_numpy(), pairs, left_records, prepared.right_ids.len())


@dataclass(frozen=True)
class Chosen:
    """best: rl, rr, pattern, weight of the best pairs of the records that identifiers do not link; of: the same of some
    of the records drawn, whoever links them; seen: pattern, pairs; pairs: how many candidates there were.
    """

    best: pl.DataFrame
    of: Callable[[Rids], pl.DataFrame]
    seen: pl.DataFrame
    pairs: int


def _with_drawn(
    prepared: Prepared, model: Model, others: tuple[pl.DataFrame, pl.DataFrame, int], drawn: pl.DataFrame, rest: Rids
) -> Chosen:
    """What was scored, and the pairs of the records drawn, which were compared for training."""
    scored, seen, pairs = others
    best_drawn = partial(best, prepared, model, drawn)
    own = counted(of_records(drawn, rest))
    return Chosen(
        pl.concat([scored, best_drawn(rest)]), best_drawn, summed([seen, own]), pairs + int(own["pairs"].sum())
    )


def _recalled(found: Scored, rest: Rids) -> Chosen:
    """What was scored tonight or on an earlier night."""
    own = of_records(found.pairs, rest)
    return Chosen(of_records(found.best, rest), partial(of_records, found.best), summed([]), int(own["pairs"].sum()))


def _looked_at(
    chosen: pl.DataFrame,
    links: pl.DataFrame,
    prepared: Prepared,
    patterns_of: Callable[[pl.DataFrame], pl.DataFrame],
) -> LookedAt:
    """The chosen pairs (id_l, id_r) with their patterns; each is one of the links (rl, rr)."""
    numbered = links.select("rl", "rr").with_columns(
        id_l=prepared.left_ids.gather(links["rl"]), id_r=prepared.right_ids.gather(links["rr"])
    )
    pairs = numbered.join(chosen.select("id_l", "id_r"), on=["id_l", "id_r"], how="semi").sort("rl", "rr")
    seen = patterns_of(pairs.select("rl", "rr")).select("rl", "rr", "pattern")
    return LookedAt(prepared, pairs.join(seen, on=["rl", "rr"]).select("id_l", "id_r", "pattern").sort("id_l", "id_r"))


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
    return chosen.select(typed(PAIR))


CONSISTENT = {ColumnType.NAME: 3, ColumnType.DATE: 5}
"""Levels from which a name or a birth date does not contradict an equal NIK: similar names, two equal date parts."""


def candidate_keys(prepared: Prepared, rest: Rids, training: TrainingRecords, model: Model | None) -> Postings:
    """Keys of the records to score, and of those on which a model is trained and links are judged."""
    if model is not None:
        nobody = np.zeros(0, dtype=np.int32)
        return postings(prepared, np.union1d(rest, training.left), nobody, nobody)
    return postings(prepared, np.union1d(rest, training.left), training.right, training.left)


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

"""Why one pair weighs what it weighs: prior, each piece of evidence, living together, rivals, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from targeting.errors import UsageError
from targeting.linkage.assignment import with_probability
from targeting.linkage.blocking import default_rules, rule_keys
from targeting.linkage.chart_frames import prior_bits
from targeting.linkage.engines import Engine
from targeting.linkage.level_words import Tongue, level_words
from targeting.linkage.link import LinkResult, Working
from targeting.linkage.model import Group, Model, log_rarity
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared, Word
from targeting.linkage.sides import Ids
from targeting.linkage.steps import agreement_patterns
from targeting.linkage.together import allowed_partners

Verdict = Literal["link", "review", "not_linked", "not_compared"]


@dataclass(frozen=True)
class ColumnEvidence:
    """One column's part: its level, in words too, and how rare the agreed value is.

    rarity_bits: what rarity adds to the weight of an average value at this level. one_in: the agreed value is borne by
    about one record in so many; null where term frequencies do not act.
    """

    column: str
    level: str
    words: str
    rarity_bits: float
    one_in: float | None


@dataclass(frozen=True)
class Evidence:
    """Columns that are weighed together, in bits: against strangers for an average value, and with rarity in all."""

    columns: tuple[ColumnEvidence, ...]
    average_bits: float
    rarity_bits: float
    bits: float


@dataclass(frozen=True)
class Waterfall:
    """The match weight as a sum: prior + evidence + living together.

    living_together_bits: what the weight loses (or, where housemates are unlikely to look so, gains) because the pair
    may be two people who live together.
    """

    prior_bits: float
    evidence: tuple[Evidence, ...]
    living_together_bits: float
    match_weight: float


@dataclass(frozen=True)
class RunnerUp:
    """The best other pair of either record on a side where only one can be right."""

    id_l: str
    id_r: str
    match_weight: float


@dataclass(frozen=True)
class Explanation:
    """One pair, explained. Bits are log2 of odds; margin_bits is the lead over the runner-up, null without one.

    later_bits: the difference it made that the pair was weighed again because others of the two homes are linked.
    rules: the blocking rules that bring the pair together.
    """

    id_l: str
    id_r: str
    waterfall: Waterfall
    later_bits: float
    match_weight: float
    probability_alone: float
    probability_among_rivals: float
    rivals: int
    runner_up: RunnerUp | None
    margin_bits: float | None
    rules: tuple[str, ...]
    verdict: Verdict
    method: str | None
    link_threshold: float
    review_threshold: float


def explain(result: LinkResult, engine: Engine, id_l: str, id_r: str, tongue: Tongue = "en") -> Explanation:
    """Explain the pair of a left and a right record. `result` comes from a link that kept its working.

    Raises UsageError for an id that the file does not have.
    """
    working = result.working
    if working is None:
        raise UsageError("a pair is explained from the working of its link, which only the engine duckdb keeps.")
    prepared, model = working.prepared, result.model
    rl, rr = _rid(prepared.left_ids, id_l, "left"), _rid(prepared.right_ids, id_r, "right")
    pattern = _pattern(prepared, engine, rl, rr)
    fall = waterfall(model, prepared, pattern, tongue)
    found = result.links.filter((pl.col("id_l") == id_l) & (pl.col("id_r") == id_r))
    told = found.row(0, named=True) if found.height else {}
    rules = meeting_rules(prepared, rl, rr)
    weight = told.get("match_weight", fall.match_weight)
    rated = _among_rivals(result, working, rl, rr, weight)
    pair = rated.row(by_predicate=(pl.col("rl") == rl) & (pl.col("rr") == rr), named=True)
    rivals = rated.filter((pl.col("rl") != rl) | (pl.col("rr") != rr))
    return Explanation(
        id_l=id_l,
        id_r=id_r,
        waterfall=fall,
        later_bits=weight - fall.match_weight,
        match_weight=weight,
        probability_alone=float(1.0 / (1.0 + np.exp2(-weight))),
        probability_among_rivals=told.get("match_probability", pair["probability"]),
        rivals=rivals.height,
        runner_up=_runner_up(prepared, rivals),
        margin_bits=told.get("margin", pair["margin"]),
        rules=rules,
        verdict=told.get("status", "not_linked" if rules or _was_scored(working, rl, rr) else "not_compared"),
        method=told.get("method"),
        link_threshold=prepared.spec.thresholds.link
        if result.error_rates is None
        else result.error_rates.link_threshold,
        review_threshold=prepared.spec.thresholds.review,
    )


def waterfall(model: Model, prepared: Prepared, pattern: int, tongue: Tongue) -> Waterfall:
    """The weight of a pattern taken apart; its parts add to what the model weighs it."""
    return waterfalls(model, prepared, np.array([pattern], dtype=np.int64), tongue)[0]


def waterfalls(model: Model, prepared: Prepared, patterns: IntArray, tongue: Tongue) -> list[Waterfall]:
    """`waterfall` of many patterns, reckoned at once."""
    space = prepared.space
    levels, bits = space.levels(patterns), space.bits(patterns)
    rarity = -log_rarity(space, patterns, levels, model.normalisers) / np.log(2.0)
    averages = [_average_bits(group, levels) for group in model.groups]
    _, log_u, log_r = model.log_likelihoods(space, patterns)
    together, weights = _living_together(model, log_u, log_r), model.weights(space, patterns)
    found = []
    for row in range(len(patterns)):
        columns = [
            _column(prepared, space, index, int(levels[row, index]), float(rarity[row, index]), float(told), tongue)
            for index, told in enumerate(bits[row])
        ]
        evidence = [
            _evidence(group, columns, float(average[row]))
            for group, average in zip(model.groups, averages, strict=True)
        ]
        largest_first = tuple(sorted(evidence, key=lambda part: -abs(part.bits)))
        found.append(Waterfall(prior_bits(model), largest_first, float(together[row]), float(weights[row])))
    return found


def _column(
    prepared: Prepared, space: PatternSpace, index: int, level: int, rarity: float, bits: float, tongue: Tongue
) -> ColumnEvidence:
    """One column's level and rarity."""
    comparison = space.digits[index].comparison
    kind = prepared.spec.columns[comparison.name].type
    name = comparison.levels[level]
    one_in = float(np.exp2(bits)) if comparison.slopes[level] > 0 else None
    return ColumnEvidence(comparison.name, name, level_words(kind, name, tongue), rarity, one_in)


def _average_bits(group: Group, levels: IntArray) -> FloatArray:
    """One group's bits for values of average rarity, by row of levels."""
    joint = group.joint(levels)
    return np.asarray(np.log2(group.m[joint]) - np.log2(group.u[joint]))


def _evidence(group: Group, columns: Sequence[ColumnEvidence], average: float) -> Evidence:
    """One group's bits."""
    members = tuple(columns[member] for member in group.members)
    rarity = sum(member.rarity_bits for member in members)
    return Evidence(members, average, rarity, average + rarity)


def _living_together(model: Model, log_u: FloatArray, log_r: FloatArray) -> FloatArray:
    """log2 of how much likelier the pattern is among all who are not the same person than among strangers, negated."""
    rate = model.household_rate
    mixed = np.logaddexp(np.log1p(-rate), np.log(rate + 1e-300) + log_r - log_u)
    return np.asarray(-mixed / np.log(2.0))


def _rid(ids: Ids, wanted: str, word: str) -> int:
    """Row number of an id."""
    found = ids.index_of(wanted)
    if found is None:
        raise UsageError(f"the {word} file has no record '{wanted}' in its id column. Give ids as the file has them.")
    return int(found)


def _pattern(prepared: Prepared, engine: Engine, rl: int, rr: int) -> int:
    """The agreement pattern of one pair, by the same SQL that scored all others."""
    sides: tuple[tuple[str, Word, int], ...] = (("l", "left", rl), ("r", "right", rr))
    for name, side, rid in sides:
        engine.load(name, prepared.wide(side, np.array([rid], dtype=np.int32)))
    engine.drop("pair")
    engine.load("pair", pl.DataFrame({"rl": [rl], "rr": [rr]}, schema={"rl": pl.Int32, "rr": pl.Int32}))
    pattern = engine.fetch(agreement_patterns(prepared.space))["pattern"].item()
    engine.drop("pair")
    return int(pattern)


def _among_rivals(result: LinkResult, working: Working, rl: int, rr: int, weight: float) -> pl.DataFrame:
    """The pair and all pairs of which at most one can be right with it: rl, rr, weight, probability, margin."""
    prepared = working.prepared
    left, right = pl.col("rl") == rl, pl.col("rr") == rr
    rival = {"one_to_one": left | right, "one_to_many": right}.get(prepared.spec.assignment, left)
    own = pl.DataFrame({"rl": [rl], "rr": [rr], "weight": [weight]}, schema=PAIR_WEIGHT)
    pairs = pl.concat([working.scored.select(*PAIR_WEIGHT), _decided(result, prepared, rl, rr)])
    best = pairs.filter(~(left & right)).group_by("rl", "rr").agg(pl.col("weight").max())
    near = best.filter(left | right)
    # A rival counts for as much as its other record is free, so the rivals' rivals are heard as well.
    heard = best.filter(pl.col("rl").is_in(near["rl"].implode()) | pl.col("rr").is_in(near["rr"].implode()))
    rated = with_probability(pl.concat([own, heard]), prepared.spec, allowed_partners(prepared, result.model))
    return rated.filter(rival)


PAIR_WEIGHT = {"rl": pl.Int32, "rr": pl.Int32, "weight": pl.Float64}


def _decided(result: LinkResult, prepared: Prepared, rl: int, rr: int) -> pl.DataFrame:
    """rl, rr, weight of a record's links and reviews on either side: what their homes added is in these weights."""
    own = (pl.col("id_l") == prepared.left_ids[rl]) | (pl.col("id_r") == prepared.right_ids[rr])
    links = result.links.filter(own)
    sides = (("rl", "id_l", prepared.left_ids), ("rr", "id_r", prepared.right_ids))
    rids = {rid: [ids.index_of(one) for one in links[name]] for rid, name, ids in sides}
    return pl.DataFrame({**rids, "weight": links["match_weight"]}, schema=PAIR_WEIGHT)


def _was_scored(working: Working, rl: int, rr: int) -> bool:
    """Whether the pair was among the candidates."""
    return not working.scored.filter((pl.col("rl") == rl) & (pl.col("rr") == rr)).is_empty()


def _runner_up(prepared: Prepared, rivals: pl.DataFrame) -> RunnerUp | None:
    """The best rival, ties by row number, which follows the id."""
    if rivals.is_empty():
        return None
    best = rivals.sort("weight", "rl", "rr", descending=[True, False, False]).row(0, named=True)
    return RunnerUp(str(prepared.left_ids[best["rl"]]), str(prepared.right_ids[best["rr"]]), best["weight"])


def meeting_rules(prepared: Prepared, rl: int, rr: int) -> tuple[str, ...]:
    """The blocking rules of which both records share a key, cut blocks included."""
    rules = prepared.spec.blocking or default_rules(prepared.spec)
    left, right = np.array([rl], dtype=np.int32), np.array([rr], dtype=np.int32)
    return tuple(
        rule for rule in rules if set(_keys(prepared, rule, "left", left)) & set(_keys(prepared, rule, "right", right))
    )


def _keys(prepared: Prepared, rule: str, side: Word, rids: Rids) -> list[int]:
    """A record's keys of one rule."""
    return rule_keys(prepared, rule, side, rids)["key"].to_list()

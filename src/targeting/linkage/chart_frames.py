"""A model and what it weighed, as plain frames to draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.contracts.linkage import LinkSpec, Thresholds
from targeting.linkage.level_words import Tongue, level_words
from targeting.linkage.model import Group, Model, log_rarity
from targeting.linkage.pattern import Digit, FloatArray, IntArray, PatternSpace

LEAST, MOST = -40.0, 60.0
"""Bits beyond which weights are drawn at the edge."""


@dataclass(frozen=True)
class LevelWeight:
    """One comparison level of a model: how often it is seen of the same person (m) and of strangers (u), its weight in
    bits for an average value, its words in Indonesian and English."""

    column: str
    level_id: str
    level_en: str
    m: float
    u: float
    weight: float


def level_weights(model: Model, space: PatternSpace, spec: LinkSpec) -> tuple[LevelWeight, ...]:
    """Every level of a model, columns in the order of the spec, each from agreement down; missing left out."""
    found = [
        (
            index,
            LevelWeight(
                column=digit.comparison.name,
                level_id=level_words(spec.columns[digit.comparison.name].type, digit.comparison.levels[level], "id"),
                level_en=level_words(spec.columns[digit.comparison.name].type, digit.comparison.levels[level], "en"),
                m=float(m[level]),
                u=float(u[level]),
                weight=float(np.log2(m[level]) - np.log2(u[level])),
            ),
        )
        for index, digit, level, (m, u, _) in _levels(model, space)
    ]
    return tuple(weight for _, weight in sorted(found, key=lambda one: one[0]))


def _levels(
    model: Model, space: PatternSpace
) -> Iterator[tuple[int, Digit, int, tuple[FloatArray, FloatArray, FloatArray]]]:
    """Position, comparison, level, and the comparison's m, u and r, from agreement down; missing left out."""
    for group in model.groups:
        for position, index in enumerate(group.members):
            m, u, r = (_margin(group, values, position) for values in (group.m, group.u, group.r))
            digit = space.digits[index]
            for level in reversed(range(1, len(digit.comparison.levels))):
                yield index, digit, level, (m, u, r)


def level_frame(
    model: Model, space: PatternSpace, spec: LinkSpec, pattern_pairs: pl.DataFrame, tongue: Tongue
) -> pl.DataFrame:
    """column, level, m, u, r, weight, low, high: one row a comparison level, from agreement down; missing left out.

    m, u, r: how often the level is seen of the same person, of strangers, of people who live together (null in a model
    that knows none), whatever the other columns say. weight: log2(m / u) of an average value; low, high: with the
    commonest and the rarest value that was met at this level, null where rarity does not act or nothing was met.
    """
    patterns = pattern_pairs["pattern"].to_numpy()
    levels = space.levels(patterns)
    rarity = -log_rarity(space, patterns, levels, model.normalisers) / np.log(2.0)
    rows = []
    for index, digit, level, (m, u, r) in _levels(model, space):
        low, high = _range(digit, level, levels[:, index], rarity[:, index])
        weight = float(np.log2(m[level]) - np.log2(u[level]))
        kind = spec.columns[digit.comparison.name].type
        rows.append(
            {
                "index": index,
                "column": digit.comparison.name,
                "level": level_words(kind, digit.comparison.levels[level], tongue),
                "m": float(m[level]),
                "u": float(u[level]),
                "r": float(r[level]) if model.household_rate > 0 else None,
                "weight": weight,
                "low": None if low is None else weight + low,
                "high": None if high is None else weight + high,
            }
        )
    floats = dict.fromkeys(("m", "u", "r", "weight", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema_overrides=floats).sort("index", maintain_order=True).drop("index")


def _margin(group: Group, values: FloatArray, position: int) -> FloatArray:
    """Probability of each level of one member where no member is missing, the others summed over."""
    cube = values.reshape(group.sizes[::-1])[(slice(1, None),) * len(group.sizes)]
    axis = len(group.sizes) - 1 - position
    margin = cube.sum(axis=tuple(other for other in range(cube.ndim) if other != axis))
    return np.concatenate([[0.0], np.maximum(margin / margin.sum(), 1e-300)])


def _range(digit: Digit, level: int, levels: IntArray, rarity: FloatArray) -> tuple[float | None, float | None]:
    """Least and greatest bits that rarity added at a level."""
    met = rarity[levels == level]
    if digit.comparison.slopes[level] == 0 or not len(met):
        return None, None
    return float(met.min()), float(met.max())


def weight_frame(model: Model, space: PatternSpace, pattern_pairs: pl.DataFrame) -> pl.DataFrame:
    """weight, pairs, expected_matches: pairs by match weight in steps of one bit (its lower end), from low to high."""
    weight = model.weights(space, pattern_pairs["pattern"].to_numpy())
    chance = 1.0 / (1.0 + np.exp2(-weight))
    return (
        pattern_pairs.select(
            pl.Series("weight", np.floor(np.clip(weight, LEAST, MOST))),
            "pairs",
            expected_matches=pl.col("pairs") * pl.Series(chance, dtype=pl.Float64),
        )
        .group_by("weight")
        .agg(pl.col("pairs").sum(), pl.col("expected_matches").sort().sum())
        .sort("weight")
    )


def accuracy_frame(weights: pl.DataFrame) -> pl.DataFrame:
    """threshold, precision, recall: what the model itself expects of linking every pair from a weight on, alone.

    Of pairs that were compared; what blocking missed is not in it. Thresholds run over the weights that were seen.
    """
    from_here = weights.sort("weight", descending=True).select(
        "weight", pairs=pl.col("pairs").cum_sum(), matches=pl.col("expected_matches").cum_sum()
    )
    total = max(float(weights["expected_matches"].sum()), 1e-300)
    return from_here.select(
        threshold="weight", precision=pl.col("matches") / pl.col("pairs"), recall=pl.col("matches") / total
    ).sort("threshold")


def threshold_frame(thresholds: Thresholds, chosen: float | None = None) -> pl.DataFrame:
    """name (link, review), weight: the weight at which a pair without rivals reaches each threshold.

    chosen: the link threshold that a run settled on, in place of the spec's.
    """
    chances = {"link": thresholds.link if chosen is None else chosen, "review": thresholds.review}
    return pl.DataFrame(
        {"name": list(chances), "weight": [float(np.log2(p) - np.log2(1.0 - p)) for p in chances.values()]}
    )


def prior_bits(model: Model) -> float:
    """log2 of the odds that a random pair is one person."""
    return float((np.log(model.prior) - np.log1p(-model.prior)) / np.log(2.0))

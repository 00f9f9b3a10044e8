"""Probabilities of levels, alone and jointly, from weighted patterns; every estimate is shrunk where little was seen.

Joint levels are mixed radix (`model.joint_level`). Probabilities add to 1 within each stratum of missing members, so
that what is missing weighs nothing.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from targeting.linkage.model import Group, Model, joint_level
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace


def margin_of(model: Model, comparison: int) -> FloatArray:
    """m of one comparison's levels, whatever group it is in, given that no side is missing."""
    group = next(g for g in model.groups if comparison in g.members)
    axis = len(group.sizes) - 1 - group.members.index(comparison)
    present = np.moveaxis(group.m.reshape(group.sizes[::-1]), axis, 0).reshape(group.sizes[::-1][axis], -1)
    known = present[:, strata(group.sizes).reshape(group.sizes[::-1]).take(1, axis=axis).ravel() == 0]
    margin = known.sum(axis=1)
    margin[0] = 0.0
    return np.asarray(margin / max(margin.sum(), 1e-300))


def single(levels: IntArray, pairs: FloatArray, exact: int, exact_u: float, size: int) -> FloatArray:
    """Probability of each level of one comparison, the missing level apart; a floor keeps unseen levels possible."""
    seen = counted(levels, pairs, size)
    seen[1:] += 0.5
    seen[exact] = 0.0
    seen[1:] *= (1.0 - exact_u) / max(seen[1:].sum(), 1e-300)
    seen[exact] = exact_u
    seen[0] = 1.0
    return seen


def product(singles: list[FloatArray]) -> FloatArray:
    """Joint probabilities under independence, in the order of `joint_level`."""
    joint = np.ones(1)
    for single in singles:
        joint = np.outer(single, joint).ravel()
    return joint


def observed(
    levels: IntArray,
    pairs: FloatArray,
    members: tuple[int, ...],
    sizes: tuple[int, ...],
    independent: FloatArray,
    own: float = 0.0,
) -> FloatArray:
    """Joint probabilities: independence times an observed-to-expected ratio that is shrunk where little was seen."""
    if len(members) == 1:
        return independent
    joint = joint_level(levels, members, sizes)
    seen = without_own(counted(joint, pairs, len(independent)), own)
    stratum = strata(sizes)
    totals = counted(stratum, seen, 0)[stratum]
    expected = totals * independent
    ratio = (seen + 1.0) / (expected + 1.0)
    return normalised(independent * ratio, stratum)


def without_own(seen: FloatArray, own: float) -> FloatArray:
    """Counts of what matches show, less the testimony of a pair for itself.

    A pair that is weighed by m has had its part in m. Where many pairs show a level that is nothing; where it is the
    only one, it would say of itself that people are like this.
    """
    return np.asarray(seen - own * np.minimum(seen, 1.0))


def counted(values: IntArray, weights: FloatArray, size: int) -> FloatArray:
    """Sum of weights of each value from 0 to size - 1, or to the greatest value."""
    return np.bincount(values, weights=weights, minlength=size).astype(np.float64)


@cache
def strata(sizes: tuple[int, ...]) -> IntArray:
    """For each joint level, which members are missing, as a number; asked for at every step, so kept, and read only."""
    stratum = np.zeros(int(np.prod(sizes)), dtype=np.int64)
    index = np.arange(len(stratum))
    for bit, size in enumerate(sizes):
        stratum += ((index % size) == 0).astype(np.int64) << bit
        index //= size
    stratum.setflags(write=False)
    return stratum


def normalised(values: FloatArray, stratum: IntArray) -> FloatArray:
    """Probabilities that add to 1 within each stratum of missing members."""
    return values / np.maximum(counted(stratum, values, 0)[stratum], 1e-300)


def normalisers(space: PatternSpace, patterns: IntArray, pairs: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Mean of 2**(-slope*bits) at each level, over weighted patterns; 1 where nothing was seen."""
    levels, bits = space.levels(patterns), space.bits(patterns)
    rows = []
    for index, digit in enumerate(space.digits):
        size = len(digit.comparison.levels)
        slope = np.array(digit.comparison.slopes)[levels[:, index]]
        chance = np.exp2(-slope * bits[:, index])
        total = counted(levels[:, index], pairs, size)
        mean = counted(levels[:, index], pairs * chance, size) / np.maximum(total, 1e-300)
        rows.append(tuple(float(x) for x in np.where(total > 0, np.maximum(mean, 2.0**-30), 1.0)))
    return tuple(rows)


def reestimated(group: Group, levels: IntArray, weight: FloatArray, base: FloatArray, own: float = 0.0) -> FloatArray:
    """Joint probabilities from weighted patterns, shrunk to their margins and a little to `base`."""
    singles = [
        _margin(levels[:, member], weight, size, own) for member, size in zip(group.members, group.sizes, strict=True)
    ]
    independent = product(singles)
    estimated = observed(levels, weight, group.members, group.sizes, independent, own)
    total = weight.sum()
    mixed = (estimated * total + normalised(base, strata(group.sizes)) * 2.0) / (total + 2.0)
    return normalised(np.maximum(mixed, 1e-12), strata(group.sizes))


def _margin(levels: IntArray, weight: FloatArray, size: int, own: float) -> FloatArray:
    """Probability of each level of one comparison among weighted patterns, the missing level apart."""
    seen = without_own(counted(levels, weight, size), own)
    seen[1:] += 0.02
    seen[1:] /= seen[1:].sum()
    seen[0] = 1.0
    return seen


def blended(old: tuple[tuple[float, ...], ...], new: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Levels that no match showed keep their former normaliser."""
    return tuple(
        tuple(n if n != 1.0 else o for o, n in zip(old_row, new_row, strict=True))
        for old_row, new_row in zip(old, new, strict=True)
    )

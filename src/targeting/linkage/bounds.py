"""The most that a pair can weigh before its costliest columns are compared.

Letters cost ten times what numbers do, and hardly any pair that blocking finds is a match. So the cheap columns are
compared first; where even the best agreement of the others cannot lift a pair to the weight from which it is of
account, they are not compared at all. The bound is never below the weight, so no pair is lost by it.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl

from targeting.linkage.comparisons import DateComparison, NameComparison, TextComparison
from targeting.linkage.comparisons.base import Comparison
from targeting.linkage.model import Group, Model, log_rarity, mixed_rarity
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace

SLACK_BITS = 1e-6
"""What the bound lies above the weight at least, so that rounding loses nothing."""
ONCE_MORE = 1.0
"""What it costs to take a pair up again, as `cost` counts."""
Late = tuple[int, ...]
"""Positions of the comparisons that are left for later."""


def cost(comparison: Comparison) -> float:
    """What comparing takes, in tenths of a microsecond a pair, about."""
    match comparison:
        case NameComparison():
            return 3.0
        case TextComparison():
            return 2.0
        case DateComparison():
            return 0.6
        case _:
            return 0.2


def compared_late(model: Model, space: PatternSpace, like: pl.DataFrame, cut: float) -> Late:
    """What to leave for later so that comparing costs least, judged by some pairs (pattern, pairs); nothing, if best.

    Candidates are the costliest comparison, the two costliest and so on; what is found does not depend on the choice.
    """
    costs = [cost(digit.comparison) for digit in space.digits]
    costliest = sorted((i for i, one in enumerate(costs) if one >= 1.0), key=lambda i: (-costs[i], i))
    patterns, pairs = like["pattern"].to_numpy(), like["pairs"].to_numpy()
    best: Late = ()
    least = sum(costs)
    texts_first = sorted(costliest, key=lambda i: (isinstance(space.digits[i].comparison, NameComparison), i))
    for order in (costliest, texts_first):
        for many in range(1, min(len(order), len(costs) - 1) + 1):
            late = tuple(sorted(order[:many]))
            begun = patterns - space.values(patterns)[:, list(late)] @ np.array([space.radices[i] for i in late])
            share = pairs[most_weight(model, space, begun, late) >= cut].sum() / max(pairs.sum(), 1)
            expected = sum(costs) + ONCE_MORE - (1.0 - share) * sum(costs[i] for i in late)
            if expected < least:
                best, least = late, expected
    return best


def most_weight(model: Model, space: PatternSpace, patterns: IntArray, late: Late) -> FloatArray:
    """Upper bound in bits of the weight of each pattern, whatever its digits at the positions `late`, 0 here, will be.

    What a pair is not is at least as likely as strangers and as people of one home, each times its rate: the better of
    the two bounds holds, and each is a sum over the model's groups.
    """
    levels = space.levels(patterns)
    rarity = log_rarity(space, patterns, levels, model.normalisers)
    to_strangers, to_housemates = (np.zeros(len(patterns)) for _ in range(2))
    for group in model.groups:
        over_u, over_r = _best_of_group(model, space, group, levels, rarity, late)
        to_strangers += over_u
        to_housemates += over_r
    odds = np.log(model.prior) - np.log1p(-model.prior)
    with np.errstate(divide="ignore"):
        strangers = to_strangers - np.log1p(-model.household_rate)
        housemates = to_housemates - np.log(model.household_rate)
    return np.asarray((odds + np.minimum(strangers, housemates)) / np.log(2.0) + SLACK_BITS)


def _best_of_group(
    model: Model, space: PatternSpace, group: Group, levels: IntArray, rarity: FloatArray, late: Late
) -> tuple[FloatArray, FloatArray]:
    """log m/u and log m/r of one group, at the best of what its late members may turn out to be."""
    joint = group.joint(levels)
    known = rarity[:, [m for m in group.members if m not in late]].sum(axis=1)
    radices = np.cumprod([1, *group.sizes[:-1]])
    choices = [
        [(level * int(radix), _least_rarity(model, space, member, level)) for level in range(size)]
        for member, size, radix in zip(group.members, group.sizes, radices, strict=True)
        if member in late
    ]
    over_u, over_r = (np.full(len(levels), -np.inf) for _ in range(2))
    for chosen in product(*choices):
        at = joint + sum(offset for offset, _ in chosen)
        shift = known + sum(least for _, least in chosen)
        log_m = np.log(group.m[at])
        over_u = np.maximum(over_u, log_m - np.log(group.u[at]) - shift)
        over_r = np.maximum(over_r, log_m - mixed_rarity(group, at, shift))
    return over_u, over_r


def _least_rarity(model: Model, space: PatternSpace, member: int, level: int) -> float:
    """The least that `log_rarity` adds at a level: that of the rarest value."""
    digit = space.digits[member]
    slope = digit.comparison.slopes[level]
    if slope == 0:
        return 0.0
    return float(-slope * digit.bits_of.max() * np.log(2.0) - np.log(model.normalisers[member][level]))

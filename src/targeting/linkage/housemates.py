"""r, the class of pairs that live together and are two persons, from pairs within one file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from targeting.linkage.comparisons.base import Tells
from targeting.linkage.counts import TrainingCounts
from targeting.linkage.kin import kin_of
from targeting.linkage.model import Group, Kin, Model, log_rarity, mixed_rarity
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.probabilities import normalised, reestimated, strata

BoolArray = npt.NDArray[np.bool_]


def with_housemates(space: PatternSpace, model: Model, counts: TrainingCounts) -> Model:
    """r and its rate from blocked pairs within one file, which are different people whatever they share."""
    if counts.within is None or counts.within.pairs.sum() == 0:
        return model
    within = counts.within
    levels = space.levels(within.patterns)
    groups = [replace(g, r=normalised(_housemate_start(g), strata(g.sizes))) for g in model.groups]
    rate = min(2.0 / (within.universe / max(within.pairs.sum(), 1.0)), 0.01)
    rarity = log_rarity(space, within.patterns, levels, model.normalisers)
    kin: tuple[Kin, ...] = ()
    # u does not change, nor what a pair's joint levels are and how rare its values.
    joints = [(g.joint(levels), rarity[:, list(g.members)].sum(axis=1)) for g in groups]
    log_u = np.zeros(len(levels))
    for g, (joint, shift) in zip(groups, joints, strict=True):
        log_u += np.log(g.u[joint]) + shift
    for _ in range(60):
        log_r = np.zeros(len(levels))
        for g, (joint, shift) in zip(groups, joints, strict=True):
            log_r += mixed_rarity(g, joint, shift)
        for one in kin:
            log_r += one.of(levels)
        belongs = 1.0 / (1.0 + np.exp(np.clip(np.log1p(-rate) + log_u - np.log(rate) - log_r, -700, 700)))
        weight = within.pairs * belongs
        rate = float(np.clip(weight.sum() / within.universe, 1e-15, 0.5))
        groups = [replace(g, r=reestimated(g, levels, weight, g.u)) for g in groups]
        groups = [replace(g, r=_with_borrowed(space, g)) for g in groups]
        kin = kin_of(space, levels, weight)
    return replace(model, groups=tuple(groups), household_rate=rate, kin=kin)


def _with_borrowed(space: PatternSpace, group: Group) -> FloatArray:
    """r with a share of numbers borrowed from a housemate, which a file of unique numbers cannot show."""
    r = group.r.reshape(group.sizes[::-1])
    for position, member in enumerate(group.members):
        borrowed = space.digits[member].comparison.borrowed
        if not borrowed:
            continue
        axis = len(group.sizes) - 1 - position
        levels = np.moveaxis(r, axis, 0).copy()
        levels[1:] = (1 - borrowed) * levels[1:]
        levels[-1] += borrowed * levels[1:].sum(axis=0)
        r = np.moveaxis(levels, 0, axis)
    return normalised(r.ravel(), strata(group.sizes))


YEARS_CLOSE = "years close"
"""The level of birth years that are merely close, which any two of an age reach."""


def could_be_one_person(space: PatternSpace, levels: IntArray) -> BoolArray:
    """False where a pair agrees on no name and on nothing of the birth: whatever home it shares, it is not one person.

    Without this, training on large files may take "same home" for "same person", since more pairs share a home.
    """
    kinds = {Tells.NAME: np.zeros(len(levels), dtype=bool), Tells.BIRTH: np.zeros(len(levels), dtype=bool)}
    met = dict.fromkeys(kinds, False)
    for index, digit in enumerate(space.digits):
        kind = digit.comparison.tells
        if kind in kinds:
            names = digit.comparison.levels
            nothing = names.index(YEARS_CLOSE) if YEARS_CLOSE in names else 1
            kinds[kind] |= levels[:, index] > nothing
            met[kind] = True
    return kinds[Tells.NAME] | kinds[Tells.BIRTH] if all(met.values()) else np.ones(len(levels), dtype=bool)


def of_a_home(space: PatternSpace, group: Group) -> bool:
    """Whether a group compares places: two files write one address differently, so r of it is learned across them.

    r of names and dates stays as one file shows it; free, it would take matches for housemates.
    """
    return any(space.digits[member].comparison.tells is Tells.HOME for member in group.members)


def _housemate_start(group: Group) -> FloatArray:
    """Half like matches, half like strangers: agreement on anything is plausible, on nothing certain."""
    return 0.5 * group.m + 0.5 * group.u

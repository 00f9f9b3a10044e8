"""Comparisons that depend on one another are weighed jointly: found by mutual information, merged pair by pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from targeting.linkage.comparisons.base import Tells
from targeting.linkage.counts import TrainingCounts, expected_matches
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.probabilities import counted, observed

MERGE_BITS = 0.015
"""Mutual information among matches from which two groups are weighed jointly."""
MERGE_BITS_OF_STRANGERS = 0.004
"""The same among random pairs, where agreement is rare and what depends on it is small."""
MERGE_SIZE = 600
"""Joint levels a group may have."""


def most_dependent(space: PatternSpace, model: Model, counts: TrainingCounts) -> tuple[int, int] | None:
    """The two groups whose levels tell most about each other, among matches or among strangers, if they tell enough."""
    weight = expected_matches(space, model, counts.across)
    levels, random_levels = space.levels(counts.across.patterns), space.levels(counts.random.patterns)
    best, pair = 1.0, None
    for i, a in enumerate(model.groups):
        for j in range(i + 1, len(model.groups)):
            b = model.groups[j]
            if len(a.m) * len(b.m) > MERGE_SIZE or _would_mix(space, a.members + b.members):
                continue
            of_matches = _mutual_information(a.joint(levels), b.joint(levels), len(a.m), len(b.m), weight)
            of_strangers = _mutual_information(
                a.joint(random_levels), b.joint(random_levels), len(a.m), len(b.m), counts.random.pairs
            )
            told = max(of_matches / MERGE_BITS, of_strangers / MERGE_BITS_OF_STRANGERS)
            if told > best:
                best, pair = told, (i, j)
    return pair


def _would_mix(space: PatternSpace, members: tuple[int, ...]) -> bool:
    """Whether what tells a person would be weighed with what does not depend on it in one person's records.

    Names, births and homes are independent where they are one person's. Where they seem to depend on one another among
    matches, housemates have been taken for matches, and a joint m would make that permanent: "another name, another
    birth date, the same home" would be a way to match. A surname of its own column is the exception: it goes with the
    home, since those who marry change both.
    """
    told = {space.digits[member].comparison.tells for member in members}
    names = sum(digit.comparison.tells is Tells.NAME for digit in space.digits)
    of_person = {Tells.NAME, Tells.BIRTH} if names == 1 else {Tells.BIRTH}
    return (Tells.NAME in told and Tells.BIRTH in told) or (Tells.HOME in told and bool(told & of_person))


def _mutual_information(a: IntArray, b: IntArray, size_a: int, size_b: int, weight: FloatArray) -> float:
    """Mutual information in bits, less what chance alone would show in a sample of this size."""
    joint = counted(a * size_b + b, weight, size_a * size_b).reshape(size_a, size_b)
    total = joint.sum()
    if total < 50:
        return 0.0
    p = joint / total
    expected = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    seen = p > 0
    by_chance = (np.count_nonzero(p.sum(axis=1)) - 1) * (np.count_nonzero(p.sum(axis=0)) - 1) / (2 * total * np.log(2))
    return float((p[seen] * np.log2(p[seen] / expected[seen])).sum() - by_chance)


def merge(space: PatternSpace, model: Model, counts: TrainingCounts, pair: tuple[int, int]) -> Model:
    """Two groups made one: joint m from expected matches, joint u from random pairs."""
    a, b = (model.groups[i] for i in pair)
    members, sizes = a.members + b.members, a.sizes + b.sizes
    random_levels = space.levels(counts.random.patterns)
    u = observed(random_levels, counts.random.pairs, members, sizes, np.outer(b.u, a.u).ravel())
    weight = expected_matches(space, model, counts.across)
    m = observed(space.levels(counts.across.patterns), weight, members, sizes, np.outer(b.m, a.m).ravel())
    merged = Group(members, sizes, m, u, np.outer(b.r, a.r).ravel())
    rest = tuple(g for i, g in enumerate(model.groups) if i not in pair)
    return replace(model, groups=(*rest, merged))

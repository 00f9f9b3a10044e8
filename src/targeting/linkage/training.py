"""Training on pattern counts: u from random pairs, r from pairs within one file, m and the prior by EM.

Nothing here needs a known link. Pairs are counted by agreement pattern once; every iteration then works on a few
thousand counts, so that training takes a fraction of a second and many starts cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from targeting.errors import ModelError
from targeting.linkage.comparisons.base import Tells
from targeting.linkage.model import Group, Model, joint_level, log_rarity, mixed_rarity
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace

ITERATIONS = 500
TOLERANCE = 1e-5
MERGE_BITS = 0.015
"""Mutual information among matches from which two groups are weighed jointly."""
MERGE_BITS_OF_STRANGERS = 0.004
"""The same among random pairs, where agreement is rare and what depends on it is small."""
MERGE_SIZE = 600
"""Joint levels a group may have."""


@dataclass(frozen=True)
class Counts:
    """Pairs by pattern, and the number of all pairs they were drawn from (blocked or not)."""

    patterns: IntArray
    pairs: FloatArray
    universe: float


@dataclass(frozen=True)
class Equality:
    """How often two records bear one value: any pair across the files, or two different records of the right file."""

    across: float
    within: float

    def among_strangers(self, prior: float, m: float) -> float:
        """u of equal values: across the files less the matches; where these are most of it, the right file tells."""
        by_matches = prior * m
        return self.within if by_matches > 0.5 * self.across else max(self.across - by_matches, 1e-12)


@dataclass(frozen=True)
class TrainingCounts:
    """What training sees: blocked pairs across the files, random pairs, and blocked pairs within the right file."""

    across: Counts
    random: Counts
    within: Counts | None
    equal: tuple[Equality, ...]
    """For each comparison, how often values are equal, from frequencies."""


def train(
    space: PatternSpace, counts: TrainingCounts, right_records: int, linked: tuple[tuple[int, ...], ...]
) -> Model:
    """A model of the counts. `linked` lists comparisons that are weighed jointly from the start (NIK, birth date, sex).

    Raises ModelError when the counts hold no pair at all.
    """
    if counts.across.pairs.sum() == 0:
        raise ModelError(
            "no pair of records shares a blocking key, so nothing can be learned. Check the columns' types."
        )
    free = [(i,) for i in range(len(space.digits)) if not any(i in group for group in linked)]
    members = sorted([*linked, *free])
    model = _start(space, counts, members, right_records)
    model = _with_housemates(space, model, counts)
    model = _maximise(space, model, counts.across, right_records)
    counts = replace(counts, random=_strangers(space, model, counts.random))
    model = _with_u(space, model, counts)
    model = _with_housemates(space, model, counts)
    model = _maximise(space, model, counts.across, right_records)
    for _ in range(len(space.digits)):
        merged = _most_dependent(space, model, counts)
        if merged is None:
            break
        model = _merge(space, model, counts, merged)
        model = _with_housemates(space, model, counts)
        model = _maximise(space, model, counts.across, right_records)
    return replace(model, notes=_warnings(space, model))


def _start(space: PatternSpace, counts: TrainingCounts, members: list[tuple[int, ...]], right_records: int) -> Model:
    """u from random pairs, m from each comparison's prior, independence within groups."""
    singles_m = [np.array([1.0, *d.comparison.prior_m]) for d in space.digits]
    groups = []
    for group in members:
        sizes = tuple(len(space.digits[i].comparison.levels) for i in group)
        m = _product([singles_m[i] for i in group])
        groups.append(Group(group, sizes, m, m, m))
    normalisers = _normalisers(space, counts.random.patterns, counts.random.pairs)
    names = tuple(d.comparison.name for d in space.digits)
    prior = min(0.5 / right_records, 0.2)
    return _with_u(space, Model(names, tuple(groups), normalisers, prior, 0.0, 0.5), counts)


def _with_u(space: PatternSpace, model: Model, counts: TrainingCounts) -> Model:
    """u of every group from random pairs, with the exact levels from value frequencies."""
    levels = space.levels(counts.random.patterns)
    singles = [
        _single(
            levels[:, i],
            counts.random.pairs,
            d.comparison.exact_level,
            counts.equal[i].among_strangers(model.prior, _margin_of(model, i)[d.comparison.exact_level]),
            len(d.comparison.levels),
        )
        for i, d in enumerate(space.digits)
    ]
    groups = []
    for g in model.groups:
        product = _product([singles[i] for i in g.members])
        u = _observed(levels, counts.random.pairs, g.members, g.sizes, product)
        groups.append(replace(g, u=u, r=u if model.household_rate == 0 else g.r))
    return replace(model, groups=tuple(groups))


def _margin_of(model: Model, comparison: int) -> FloatArray:
    """m of one comparison's levels, whatever group it is in, given that no side is missing."""
    group = next(g for g in model.groups if comparison in g.members)
    axis = len(group.sizes) - 1 - group.members.index(comparison)
    present = np.moveaxis(group.m.reshape(group.sizes[::-1]), axis, 0).reshape(group.sizes[::-1][axis], -1)
    known = present[:, _strata(group.sizes).reshape(group.sizes[::-1]).take(1, axis=axis).ravel() == 0]
    margin = known.sum(axis=1)
    margin[0] = 0.0
    return np.asarray(margin / max(margin.sum(), 1e-300))


def _strangers(space: PatternSpace, model: Model, random: Counts) -> Counts:
    """Random pairs less the few that are matches: in small files they would make agreement look common."""
    return replace(random, pairs=random.pairs - _responsibilities(space, model, random))


def _single(levels: IntArray, pairs: FloatArray, exact: int, exact_u: float, size: int) -> FloatArray:
    """Probability of each level of one comparison, the missing level apart; a floor keeps unseen levels possible."""
    seen = _counted(levels, pairs, size)
    seen[1:] += 0.5
    seen[exact] = 0.0
    seen[1:] *= (1.0 - exact_u) / max(seen[1:].sum(), 1e-300)
    seen[exact] = exact_u
    seen[0] = 1.0
    return seen


def _product(singles: list[FloatArray]) -> FloatArray:
    """Joint probabilities under independence, in the order of `joint_level`."""
    joint = np.ones(1)
    for single in singles:
        joint = np.outer(single, joint).ravel()
    return joint


def _observed(
    levels: IntArray, pairs: FloatArray, members: tuple[int, ...], sizes: tuple[int, ...], product: FloatArray
) -> FloatArray:
    """Joint probabilities: independence times an observed-to-expected ratio that is shrunk where little was seen."""
    if len(members) == 1:
        return product
    joint = joint_level(levels, members, sizes)
    seen = _counted(joint, pairs, len(product))
    stratum = _strata(sizes)
    totals = _counted(stratum, seen, 0)[stratum]
    expected = totals * product
    ratio = (seen + 1.0) / (expected + 1.0)
    return _normalised(product * ratio, stratum)


def _counted(values: IntArray, weights: FloatArray, size: int) -> FloatArray:
    """Sum of weights of each value from 0 to size - 1, or to the greatest value."""
    return np.bincount(values, weights=weights, minlength=size).astype(np.float64)


def _strata(sizes: tuple[int, ...]) -> IntArray:
    """For each joint level, which members are missing, as a number."""
    stratum = np.zeros(int(np.prod(sizes)), dtype=np.int64)
    index = np.arange(len(stratum))
    for bit, size in enumerate(sizes):
        stratum += ((index % size) == 0).astype(np.int64) << bit
        index //= size
    return stratum


def _normalised(values: FloatArray, stratum: IntArray) -> FloatArray:
    """Probabilities that add to 1 within each stratum of missing members."""
    return values / np.maximum(_counted(stratum, values, 0)[stratum], 1e-300)


def _normalisers(space: PatternSpace, patterns: IntArray, pairs: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Mean of 2**(-slope*bits) at each level, over weighted patterns; 1 where nothing was seen."""
    levels, bits = space.levels(patterns), space.bits(patterns)
    rows = []
    for index, digit in enumerate(space.digits):
        size = len(digit.comparison.levels)
        slope = np.array(digit.comparison.slopes)[levels[:, index]]
        chance = np.exp2(-slope * bits[:, index])
        total = _counted(levels[:, index], pairs, size)
        mean = _counted(levels[:, index], pairs * chance, size) / np.maximum(total, 1e-300)
        rows.append(tuple(float(x) for x in np.where(total > 0, np.maximum(mean, 2.0**-30), 1.0)))
    return tuple(rows)


def _with_housemates(space: PatternSpace, model: Model, counts: TrainingCounts) -> Model:
    """r and its rate from blocked pairs within one file, which are different people whatever they share."""
    if counts.within is None or counts.within.pairs.sum() == 0:
        return model
    within = counts.within
    levels = space.levels(within.patterns)
    groups = [replace(g, r=_normalised(_housemate_start(g), _strata(g.sizes))) for g in model.groups]
    rate = min(2.0 / (within.universe / max(within.pairs.sum(), 1.0)), 0.01)
    rarity = log_rarity(space, within.patterns, levels, model.normalisers)
    for _ in range(60):
        log_u, log_r = np.zeros(len(levels)), np.zeros(len(levels))
        for g in groups:
            joint = g.joint(levels)
            shift = rarity[:, list(g.members)].sum(axis=1)
            log_u += np.log(g.u[joint]) + shift
            log_r += mixed_rarity(g, joint, shift)
        belongs = 1.0 / (1.0 + np.exp(np.clip(np.log1p(-rate) + log_u - np.log(rate) - log_r, -700, 700)))
        weight = within.pairs * belongs
        rate = float(np.clip(weight.sum() / within.universe, 1e-15, 0.5))
        groups = [replace(g, r=_reestimated(g, levels, weight, g.u)) for g in groups]
        groups = [replace(g, r=_with_borrowed(space, g)) for g in groups]
    return replace(model, groups=tuple(groups), household_rate=rate)


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
    return _normalised(r.ravel(), _strata(group.sizes))


def _of_a_home(space: PatternSpace, group: Group) -> bool:
    """Whether a group compares places: two files write one address differently, so r of it is learned across them.

    r of names and dates stays as one file shows it; free, it would take matches for housemates.
    """
    return any(space.digits[member].comparison.tells is Tells.HOME for member in group.members)


def _housemate_start(group: Group) -> FloatArray:
    """Half like matches, half like strangers: agreement on anything is plausible, on nothing certain."""
    return 0.5 * group.m + 0.5 * group.u


def _reestimated(group: Group, levels: IntArray, weight: FloatArray, base: FloatArray) -> FloatArray:
    """Joint probabilities from weighted patterns, shrunk to their margins and a little to `base`."""
    singles = [
        _margin(levels[:, member], weight, size) for member, size in zip(group.members, group.sizes, strict=True)
    ]
    product = _product(singles)
    estimated = _observed(levels, weight, group.members, group.sizes, product)
    total = weight.sum()
    mixed = (estimated * total + _normalised(base, _strata(group.sizes)) * 2.0) / (total + 2.0)
    return _normalised(np.maximum(mixed, 1e-12), _strata(group.sizes))


def _margin(levels: IntArray, weight: FloatArray, size: int) -> FloatArray:
    """Probability of each level of one comparison among weighted patterns, the missing level apart."""
    seen = _counted(levels, weight, size)
    seen[1:] += 0.02
    seen[1:] /= seen[1:].sum()
    seen[0] = 1.0
    return seen


def _maximise(space: PatternSpace, model: Model, across: Counts, right_records: int) -> Model:
    """Expectation maximisation of m and the prior; u and r stay."""
    levels = space.levels(across.patterns)
    within = [g.r for g in model.groups]
    before = 0.0
    for _ in range(ITERATIONS):
        log_m, log_u, log_r = model.log_likelihoods(space, across.patterns)
        rate = model.household_rate
        housemates = np.log1p(-model.prior) + np.log(rate + 1e-300) + log_r
        rest = np.logaddexp(np.log1p(-model.prior) + np.log1p(-rate) + log_u, housemates)
        match = np.log(model.prior) + log_m
        both = np.logaddexp(match, rest)
        responsibility = np.exp(match - both)
        weight = across.pairs * responsibility
        prior = float(
            np.clip(weight.sum() / across.universe, 1e-15, 0.999 / right_records if right_records > 1 else 0.9)
        )
        groups = tuple(
            replace(
                g,
                m=_reestimated(
                    g,
                    levels,
                    weight,
                    _product([np.array([1.0, *space.digits[i].comparison.prior_m]) for i in g.members]),
                ),
            )
            for g in model.groups
        )
        if rate > 0:
            together = across.pairs * np.exp(housemates - both)
            rate = float(np.clip(together.sum() / across.universe, 1e-15, 0.1))
            groups = tuple(
                replace(g, r=_reestimated(g, levels, together, known)) if _of_a_home(space, g) else g
                for g, known in zip(groups, within, strict=True)
            )
        normalisers = _blended(model.normalisers, _normalisers(space, across.patterns, weight))
        model = replace(
            model,
            groups=groups,
            prior=prior,
            household_rate=rate,
            normalisers=normalisers,
            match_share=min(prior * right_records, 0.999),
        )
        matches = float(weight.sum())
        if abs(matches - before) < TOLERANCE * matches:
            break
        before = matches
    return model


def _blended(old: tuple[tuple[float, ...], ...], new: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Levels that no match showed keep their former normaliser."""
    return tuple(
        tuple(n if n != 1.0 else o for o, n in zip(old_row, new_row, strict=True))
        for old_row, new_row in zip(old, new, strict=True)
    )


def _responsibilities(space: PatternSpace, model: Model, counts: Counts) -> FloatArray:
    """Expected matches in each pattern."""
    odds = model.weights(space, counts.patterns)
    return counts.pairs / (1.0 + np.exp2(np.clip(-odds, -1000, 1000)))


def _most_dependent(space: PatternSpace, model: Model, counts: TrainingCounts) -> tuple[int, int] | None:
    """The two groups whose levels tell most about each other, among matches or among strangers, if they tell enough."""
    weight = _responsibilities(space, model, counts.across)
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
    """Whether names would be weighed with birth dates.

    They are independent in one person's records. Where they seem to depend on one another among matches, housemates
    have been taken for matches, and a joint m would make that permanent.
    """
    told = {space.digits[member].comparison.tells for member in members}
    return Tells.NAME in told and Tells.BIRTH in told


def _mutual_information(a: IntArray, b: IntArray, size_a: int, size_b: int, weight: FloatArray) -> float:
    """Mutual information in bits, less what chance alone would show in a sample of this size."""
    joint = _counted(a * size_b + b, weight, size_a * size_b).reshape(size_a, size_b)
    total = joint.sum()
    if total < 50:
        return 0.0
    p = joint / total
    expected = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    seen = p > 0
    by_chance = (np.count_nonzero(p.sum(axis=1)) - 1) * (np.count_nonzero(p.sum(axis=0)) - 1) / (2 * total * np.log(2))
    return float((p[seen] * np.log2(p[seen] / expected[seen])).sum() - by_chance)


def _merge(space: PatternSpace, model: Model, counts: TrainingCounts, pair: tuple[int, int]) -> Model:
    """Two groups made one: joint m from expected matches, joint u from random pairs."""
    a, b = (model.groups[i] for i in pair)
    members, sizes = a.members + b.members, a.sizes + b.sizes
    random_levels = space.levels(counts.random.patterns)
    u = _observed(random_levels, counts.random.pairs, members, sizes, np.outer(b.u, a.u).ravel())
    weight = _responsibilities(space, model, counts.across)
    m = _observed(space.levels(counts.across.patterns), weight, members, sizes, np.outer(b.m, a.m).ravel())
    merged = Group(members, sizes, m, u, np.outer(b.r, a.r).ravel())
    rest = tuple(g for i, g in enumerate(model.groups) if i not in pair)
    return replace(model, groups=(*rest, merged))


def _warnings(space: PatternSpace, model: Model) -> tuple[str, ...]:
    """What a careful reader of the model would ask about."""
    notes = []
    for group in model.groups:
        if len(group.members) == 1:
            comparison = space.digits[group.members[0]].comparison
            exact = comparison.exact_level
            if group.m[exact] <= group.u[exact]:
                notes.append(f"{comparison.name}: equal values do not speak for a match; is the column of this type?")
    return tuple(notes)

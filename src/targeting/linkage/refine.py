"""The last steps of training: m and the prior with rivals heard, and with what is known of errors before any data.

Taken one by one, pairs of little agreement are all strangers: a true pair with another name is lost among thousands of
housemates, and m of "another name" goes to nothing. Among its rivals it stands out: its records have no better partner,
and those it could be confused with have one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from targeting.linkage.comparisons.base import SELF
from targeting.linkage.counts import Rivals, TrainingCounts
from targeting.linkage.housemates import could_be_one_person
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.probabilities import blended, normalised, normalisers, product, reestimated, strata
from targeting.linkage.rivals import ODDS_BITS, Candidates, Chances, odds_of, partners

EXPERIENCE = 0.05
"""Share of m that is what is known of errors in such columns (`prior_m`), whatever the data say.

Where true pairs at a level are one in hundreds, no data tell how many there are, and the likeliest answer is none.
"""
STEPS = 40
ROUNDS = 5
"""Rounds in which records hear each other before m is estimated anew: they go on from where they were."""
TOLERANCE = 1e-4
OF_NO_ACCOUNT = -14.0
"""Weight in bits below which a pair is nobody's rival."""


def among_rivals(space: PatternSpace, model: Model, counts: TrainingCounts, right_records: int) -> Model:
    """The model with m, prior and normalisers by expectation maximisation over matchings; u and r stay."""
    if counts.rivals is None:
        return model
    across, place = counts.across, np.searchsorted(counts.across.patterns, counts.rivals.patterns)
    levels = space.levels(across.patterns)
    possible = could_be_one_person(space, levels) if model.household_rate > 0 else np.ones(len(levels), dtype=bool)
    weights = model.weights(space, across.patterns)
    kept = (weights[place] >= OF_NO_ACCOUNT) & possible[place]
    if counts.rivals.verdicts is not None:
        kept |= counts.rivals.verdicts != 0
    rivals, place = _only(counts.rivals, kept), place[kept]
    heard: Chances | None = None
    matches, found = 0.0, np.zeros(len(weights))
    for _ in range(STEPS):
        found, heard = _matches(model, weights, rivals, place, heard)
        alone = across.pairs - np.bincount(place, minlength=len(weights))
        found += alone / (1.0 + np.exp2(np.clip(-weights, -1000, 1000))) * possible
        model = _with_matches(space, model, across.patterns, levels, found, across.universe, right_records)
        weights = model.weights(space, across.patterns)
        before, matches = matches, float(found.sum())
        if abs(matches - before) < TOLERANCE * matches:
            break
    return replace(model, groups=tuple(replace(g, m=_experienced(space, g, levels, found, SELF)) for g in model.groups))


def _only(rivals: Rivals, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Rivals:
    """Some of the pairs."""
    verdicts = None if rivals.verdicts is None else rivals.verdicts[kept]
    left, right = rivals.left[kept], rivals.right[kept]
    return replace(rivals, left=left, right=right, patterns=rivals.patterns[kept], verdicts=verdicts)


def _matches(
    model: Model, weights: FloatArray, rivals: Rivals, place: IntArray, heard: Chances | None
) -> tuple[FloatArray, Chances]:
    """Expected matches in each pattern, and the chances that records are free, to go on from.

    A pair that persons found to be one person leaves its records no other partner; one that is not is nobody's rival.
    """
    allowed = partners(rivals.assignment, model.prior, rivals.left_records, rivals.right_records)
    weight, verdicts = weights[place], rivals.verdicts
    if verdicts is not None:
        weight = np.where(verdicts == 0, weight, verdicts * ODDS_BITS)
    odds = odds_of(weight, allowed)
    heard = Candidates(rivals.left, rivals.right, allowed).free(odds, heard, ROUNDS)
    free = odds * np.exp(heard[0] + heard[1])
    share = free / (1.0 + free)
    if verdicts is not None:
        share = np.where(verdicts == 0, share, verdicts > 0)
    found = np.bincount(place, weights=share, minlength=len(weights))
    return found.astype(np.float64), heard


def _with_matches(
    space: PatternSpace,
    model: Model,
    patterns: IntArray,
    levels: IntArray,
    found: FloatArray,
    universe: float,
    right_records: int,
) -> Model:
    """The model that these expected matches make."""
    prior = float(np.clip(found.sum() / universe, 1e-15, 0.999 / right_records if right_records > 1 else 0.9))
    return replace(
        model,
        groups=tuple(replace(g, m=_experienced(space, g, levels, found)) for g in model.groups),
        prior=prior,
        normalisers=blended(model.normalisers, normalisers(space, patterns, found)),
        match_share=min(prior * right_records, 0.999),
    )


def _experienced(
    space: PatternSpace, group: Group, levels: IntArray, found: FloatArray, own: float = 0.0
) -> FloatArray:
    """m of a group from expected matches and from experience; `own` as in `without_own`, once all else is known."""
    base = product([np.array([1.0, *space.digits[i].comparison.prior_m]) for i in group.members])
    known = normalised(base, strata(group.sizes))
    return (1.0 - EXPERIENCE) * reestimated(group, levels, found, base, own) + EXPERIENCE * known

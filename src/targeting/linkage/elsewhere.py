"""A model that was trained at home, asked to judge people elsewhere: what a person is like stays, the place does not.

At home nobody lives in another regency, so a model that was trained there cannot say what another regency tells: the
columns of places are taken out. And those who are looked for elsewhere are few there: a model that expects as many
matches as at home would take strangers for them. How many there are is estimated from the batch itself, by expectation
maximisation with everything else known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace

ITERATIONS = 1_000
TOLERANCE = 1e-6
LEAST = 0.01
"""Of how many of its left records a batch is thought to find at least one: a prior that starts at none stays there."""


def with_own_prior(
    space: PatternSpace, model: Model, patterns: IntArray, pairs: FloatArray, left_records: int, right_records: int
) -> Model:
    """The model with the prior under which it expects as many matches as it then finds.

    `patterns`, `pairs`: how many pairs of the batch's `left_records` (drawn at random) have each pattern, of those
    that blocking found; those that it did not find are strangers.
    """
    universe = float(left_records) * right_records
    least = LEAST / max(left_records, 1) / max(right_records, 1)
    most = 0.999 / max(right_records, 2)
    prior = min(model.prior, most)
    evidence = model.weights(space, patterns) * np.log(2.0) - np.log(model.prior) + np.log1p(-model.prior)
    for _ in range(ITERATIONS):
        odds = np.exp(np.clip(evidence + np.log(prior) - np.log1p(-prior), -700.0, 700.0))
        found = float((pairs * odds / (1.0 + odds)).sum()) / universe
        before, prior = prior, float(np.clip(found, least, most))
        if abs(prior - before) <= TOLERANCE * before:
            break
    return replace(model, prior=prior, match_share=min(prior * right_records, 0.999))


def with_only(model: Model, names: Collection[str]) -> Model:
    """The model of some of its comparisons, the others summed out of what they were weighed together with."""
    kept = [place for place, name in enumerate(model.comparisons) if name in names]
    at = {place: number for number, place in enumerate(kept)}
    groups = []
    for group in model.groups:
        own = [position for position, member in enumerate(group.members) if member in at]
        if own:
            part = group.only(own)
            groups.append(replace(part, members=tuple(at[member] for member in part.members)))
    return replace(
        model,
        comparisons=tuple(model.comparisons[place] for place in kept),
        groups=tuple(groups),
        normalisers=tuple(model.normalisers[place] for place in kept),
        link_levels=tuple(model.link_levels[place] for place in kept) if model.link_levels else (),
        kin=tuple(
            replace(kin, name=at[kin.name], births=tuple(at[birth] for birth in kin.births))
            for kin in model.kin
            if {kin.name, *kin.births} <= set(at)
        ),
    )

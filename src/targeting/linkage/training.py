"""Training on pattern counts: u from random pairs, r from pairs within one file, m and the prior by EM.

Nothing here needs a known link. Pairs are counted by agreement pattern once; every iteration then works on a few
thousand counts, so that training takes a fraction of a second and many starts cost nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from targeting.errors import ModelError
from targeting.linkage.counts import Counts, TrainingCounts, expected_matches
from targeting.linkage.dependence import merge, most_dependent
from targeting.linkage.housemates import with_housemates
from targeting.linkage.maximisation import maximised
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.probabilities import margin_of, normalisers, observed, product, single
from targeting.linkage.refine import among_rivals
from targeting.linkage.soundness import checked, taught


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
    model = with_housemates(space, model, counts)
    model = maximised(space, model, counts.across, right_records)
    counts = replace(counts, random=_strangers(space, model, counts.random))
    model = _with_u(space, model, counts)
    model = with_housemates(space, model, counts)
    model = maximised(space, model, counts.across, right_records)
    for _ in range(len(space.digits)):
        merged = most_dependent(space, model, counts)
        if merged is None:
            break
        model = merge(space, model, counts, merged)
        model = with_housemates(space, model, counts)
        model = maximised(space, model, counts.across, right_records)
    model = among_rivals(space, model, counts, right_records)
    notes = (*model.notes, *checked(space, model), *taught(space, model, counts, right_records))
    return replace(model, notes=tuple(dict.fromkeys(notes)))


def _start(space: PatternSpace, counts: TrainingCounts, members: list[tuple[int, ...]], right_records: int) -> Model:
    """u from random pairs, m from each comparison's prior, independence within groups."""
    singles_m = [np.array([1.0, *d.comparison.prior_m]) for d in space.digits]
    groups = []
    for group in members:
        sizes = tuple(len(space.digits[i].comparison.levels) for i in group)
        m = product([singles_m[i] for i in group])
        groups.append(Group(group, sizes, m, m, m))
    chances = normalisers(space, counts.random.patterns, counts.random.pairs)
    names = tuple(d.comparison.name for d in space.digits)
    prior = min(0.5 / right_records, 0.2)
    return _with_u(space, Model(names, tuple(groups), chances, prior, 0.0, 0.5), counts)


def _with_u(space: PatternSpace, model: Model, counts: TrainingCounts) -> Model:
    """u of every group from random pairs, with the exact levels from value frequencies."""
    levels = space.levels(counts.random.patterns)
    singles = [
        single(
            levels[:, i],
            counts.random.pairs,
            d.comparison.exact_level,
            counts.equal[i].among_strangers(model.prior, margin_of(model, i)[d.comparison.exact_level]),
            len(d.comparison.levels),
        )
        for i, d in enumerate(space.digits)
    ]
    groups = []
    for g in model.groups:
        independent = product([singles[i] for i in g.members])
        u = observed(levels, counts.random.pairs, g.members, g.sizes, independent)
        groups.append(replace(g, u=u, r=u if model.household_rate == 0 else g.r))
    return replace(model, groups=tuple(groups))


def _strangers(space: PatternSpace, model: Model, random: Counts) -> Counts:
    """Random pairs less the few that are matches: in small files they would make agreement look common."""
    return replace(random, pairs=random.pairs - expected_matches(space, model, random))

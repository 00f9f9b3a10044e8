"""What a linkage model must not be: refused where its links would be wrong, told with the cure where they may be.

Training asks after every model that it makes, and a model that somebody hands in is asked again: a file can be edited,
and what fitted one pair of files need not fit another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from targeting.errors import ModelError
from targeting.linkage.comparisons.base import Tells
from targeting.linkage.counts import Counts, TrainingCounts, expected_matches
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import FloatArray, PatternSpace
from targeting.linkage.probabilities import counted, strata

BoolArray = npt.NDArray[np.bool_]

OUT_OF_ORDER_BITS = 1.0
"""Bits by which a level may speak more for a match than equal values do, or less than different ones, untold: levels
that few pairs reach are known to about a bit."""
SPEAKS = 0.005
"""Share of matches from which a level's order is looked at."""
FEWEST_MATCHES = 1.0
"""Expected matches below which nothing was there to learn from."""
MOST_PARTNERS = 1.02
"""Expected matches for each left record beyond which records have several partners."""
FOLLOWS, SEEN = 0.998, 50
"""Share of random pairs equal in one column that are equal in another, and how many there must be, from which the
second is said to follow from the first."""
COMMON = 0.5
"""Share of random pairs equal in a column from which it is too common to follow from anything."""


def checked(space: PatternSpace, model: Model) -> tuple[str, ...]:
    """What a careful reader of a model would ask about.

    Raises ModelError for one that does not fit the comparisons, holds what is no probability, or calls strangers
    matches.
    """
    _fits(space, model)
    _holds_probabilities(model)
    _has_not_switched(space, model)
    return tuple(note for index in range(len(space.digits)) for note in _of_column(space, model, index))


def taught(space: PatternSpace, model: Model, counts: TrainingCounts, right_records: int) -> tuple[str, ...]:
    """What the counts say against a model that was trained on them, and how much of it persons taught."""
    return (
        *_by_persons(counts.across),
        *_matches_as_many_as_may_be(space, model, counts, right_records),
        *_unseen(space, counts),
        *_derived(space, model, counts.random),
    )


UNSETTLED = (
    "training did not settle: the number of expected matches still changed when it was stopped. Give files with more "
    "records in common, or leave out the column with the most levels that few pairs reach."
)
FELL = (
    "training went backwards: a step made the counts less likely, by {:.0f} for {:.0f} expected matches, and was not "
    "taken. The columns contradict one another, or the model to begin with does not fit. Leave out columns that repeat "
    "others, or hand in a model with --model."
)
NO_MATCH = (
    "training expects less than one match, so its m is what such columns have elsewhere. Do the files have records in "
    "common? Check the columns' types, or hand in a model with --model."
)
SEVERAL_MATCHES = (
    "training finds {:.2f} matches for each left record, and the spec allows one. Does the right file hold persons "
    "twice? Remove its duplicates, or say assignment: many_to_many."
)
BY_PERSONS = (
    "persons' decisions taught this model: {:.0f} pairs that are one person, {:.0f} that are not; {} decisions are "
    "about pairs outside the training sample."
)
DERIVED = "{} seems to be derived from {}: strangers equal in the one are equal in the other. {}."
NEVER_COMPARED = "{}: no pair has a value on both sides, so it weighs nothing. Leave it out, or name the right column."
NEVER_SEEN = (
    "levels that no pair of these files reaches, whose weights are guesses: {}. Larger files show them, or a model "
    "that was trained on such (--model)."
)


def _fits(space: PatternSpace, model: Model) -> None:
    """Refuse a model of other columns or other levels."""
    names = tuple(digit.comparison.name for digit in space.digits)
    if model.comparisons != names:
        raise ModelError(
            f"the model compares {', '.join(model.comparisons)}, and the spec {', '.join(names)}. Use the spec that "
            "the model was trained with, or train again without --model."
        )
    members = sorted(member for group in model.groups for member in group.members)
    sizes = {m: s for group in model.groups for m, s in zip(group.members, group.sizes, strict=True)}
    levels = {index: len(digit.comparison.levels) for index, digit in enumerate(space.digits)}
    lengths = [len(v) == int(np.prod(g.sizes)) for g in model.groups for v in (g.m, g.u, g.r)]
    rows = [len(row) for row in model.normalisers]
    kin = all(sizes.get(m) == s for k in model.kin for m, s in zip((k.name, *k.births), k.sizes, strict=True))
    kin = kin and all(len(k.lift) == int(np.prod(k.sizes)) for k in model.kin)
    if members != sorted(levels) or sizes != levels or not all(lengths) or rows != list(levels.values()) or not kin:
        raise ModelError("the model has other levels than the spec's columns. Train again without --model.")


def _holds_probabilities(model: Model) -> None:
    """Refuse what is no probability."""
    bounds = {"prior": model.prior, "household_rate": model.household_rate, "match_share": model.match_share}
    for name, value in bounds.items():
        if not 0.0 <= value < 1.0 or (name == "prior" and value == 0.0):
            raise ModelError(
                f"the model's {name} is {value:g} and must lie between 0 and 1. Train again without --model."
            )
    for group in model.groups:
        columns = ", ".join(model.comparisons[member] for member in group.members)
        stratum = strata(group.sizes)
        for name, values in (("m", group.m), ("u", group.u), ("r", group.r)):
            sums = counted(stratum, values, 0)[np.unique(stratum)]
            sound = np.isfinite(values).all() and (values >= 0).all() and np.allclose(sums, 1.0, atol=1e-3)
            if not sound or (name != "r" and (values <= 0).any()):
                raise ModelError(
                    f"{name} of {columns} holds what is no probability, or does not add up to 1. "
                    "Train again without --model."
                )
    chances = np.concatenate([np.ravel(row) for row in model.normalisers])
    if not (np.isfinite(chances).all() and (chances > 0).all()):
        raise ModelError("the model's normalisers must be above 0. Train again without --model.")


def _has_not_switched(space: PatternSpace, model: Model) -> None:
    """Refuse a model by which pairs that agree on everything are less likely matches than pairs that agree on nothing.

    Expectation maximisation does not know which of its classes is called matches.
    """
    exact, different = 0.0, 0.0
    for index, digit in enumerate(space.digits):
        weights = level_weights(model, index)
        exact, different = exact + weights[digit.comparison.exact_level], different + weights[1]
    if exact <= different:
        raise ModelError(
            "m and u have changed places: pairs that agree on everything would be strangers, and pairs that agree on "
            "nothing matches. Few records may be in both files, or the columns may not be of the types that the spec "
            "says. Check them, or hand in a model with --model."
        )


def level_weights(model: Model, index: int) -> FloatArray:
    """Bits by which each level of one column speaks for a match against strangers, whatever the other columns say."""
    group = next(g for g in model.groups if index in g.members)
    alone = _conditional(group, group.members.index(index))
    return np.asarray(np.log2(np.maximum(alone[0], 1e-300)) - np.log2(np.maximum(alone[1], 1e-300)))


def _conditional(group: Group, place: int) -> tuple[FloatArray, FloatArray]:
    """m and u of one member's levels, given that no member is missing; 1 for missing."""
    found = []
    for values in (group.m, group.u):
        known = np.where(strata(group.sizes) == 0, values, 0.0).reshape(group.sizes[::-1])
        axis = len(group.sizes) - 1 - place
        margin = known.sum(axis=tuple(a for a in range(len(group.sizes)) if a != axis))
        margin[0] = 1.0
        found.append(margin)
    return found[0], found[1]


def _of_column(space: PatternSpace, model: Model, index: int) -> list[str]:
    """What is odd about one column's levels."""
    comparison, weights = space.digits[index].comparison, level_weights(model, index)
    exact = comparison.exact_level
    if weights[exact] <= 0:
        return [f"{comparison.name}: equal values do not speak for a match; is the column of this type?"]
    group = next(g for g in model.groups if index in g.members)
    m = _conditional(group, group.members.index(index))[0]
    # What a level weighs on average says little where rarity acts on it.
    known = [level for level in range(1, exact) if m[level] >= SPEAKS and comparison.slopes[level] == 0]
    odd = [level for level in known if weights[level] > weights[exact] + OUT_OF_ORDER_BITS]
    if 1 in known:
        odd += [level for level in known if weights[level] < weights[1] - OUT_OF_ORDER_BITS]
    return [
        f"{comparison.name}: '{comparison.levels[level]}' speaks {weights[level]:+.1f} bits for a match, where equal "
        f"values speak {weights[exact]:+.1f} and different ones {weights[1]:+.1f}. m should fall as values differ "
        "more; is the column of this type, and does it mean the same in both files?"
        for level in odd
    ]


def _matches_as_many_as_may_be(
    space: PatternSpace, model: Model, counts: TrainingCounts, right_records: int
) -> list[str]:
    """Next to no match to learn from, or more than records can have."""
    across = counts.across
    matches = float(expected_matches(space, model, across).sum())
    if matches < FEWEST_MATCHES:
        return [NO_MATCH]
    share = matches / max(across.universe / max(right_records, 1), 1e-300)
    if counts.rivals is not None and counts.rivals.assignment != "one_to_many" and share > MOST_PARTNERS:
        return [SEVERAL_MATCHES.format(share)]
    return []


def _by_persons(across: Counts) -> list[str]:
    """How many pairs of each kind persons taught, if they were asked to."""
    if across.labels is None:
        return []
    told = across.labels
    return [BY_PERSONS.format(told.matches.sum(), told.others.sum(), told.outside)]


def _unseen(space: PatternSpace, counts: TrainingCounts) -> list[str]:
    """Columns that no pair has on both sides, and all levels that no pair reaches."""
    every = [part for part in (counts.across, counts.random, counts.within) if part is not None]
    levels = [space.levels(part.patterns) for part in every]
    notes, never = [], []
    for index, digit in enumerate(space.digits):
        name, names = digit.comparison.name, digit.comparison.levels
        parts = zip(levels, every, strict=True)
        seen = np.sum([counted(own[:, index], part.pairs, len(names)) for own, part in parts], axis=0)
        if seen[1:].sum() == 0:
            notes.append(NEVER_COMPARED.format(name))
            continue
        missed = [f"'{names[level]}'" for level in range(1, len(names)) if seen[level] == 0]
        never += [f"{name} {', '.join(missed)}"] if missed else []
    return [*notes, NEVER_SEEN.format("; ".join(never))] if never else notes


def _derived(space: PatternSpace, model: Model, random: Counts) -> list[str]:
    """Columns whose values follow from another's, by the random pairs: strangers equal in the one are in the other.

    What tells of the home is left out: whoever has the card has the address.
    """
    levels = space.levels(random.patterns)
    equal = [levels[:, i] == digit.comparison.exact_level for i, digit in enumerate(space.digits)]
    known = [levels[:, i] > 0 for i in range(len(space.digits))]
    notes = []
    for i, source in enumerate(space.digits):
        for j, other in enumerate(space.digits):
            if i == j or source.comparison.tells is other.comparison.tells is Tells.HOME:
                continue
            both = random.pairs * (equal[i] & known[j])
            common = random.pairs[equal[j]].sum() / max(random.pairs[known[j]].sum(), 1e-300)
            if both.sum() < SEEN or common > COMMON or both[equal[j]].sum() < FOLLOWS * both.sum():
                continue
            if (i > j) and _follows_back(random, equal, known, i, j):
                continue
            together = any(i in group.members and j in group.members for group in model.groups)
            cure = "They are weighed jointly" if together else "They are weighed as if each were news: leave one out"
            notes.append(DERIVED.format(other.comparison.name, source.comparison.name, cure))
    return notes


def _follows_back(random: Counts, equal: list[BoolArray], known: list[BoolArray], i: int, j: int) -> bool:
    """Whether i follows from j as well, which is told once."""
    both = random.pairs * (equal[j] & known[i])
    return bool(both.sum() >= SEEN and both[equal[i]].sum() >= FOLLOWS * both.sum())

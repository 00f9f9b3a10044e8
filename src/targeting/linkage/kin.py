"""What kinship makes people of one home agree on together: twins bear one birth date and, often, half of one name."""

from __future__ import annotations

import numpy as np

from targeting.linkage.comparisons.base import Tells
from targeting.linkage.comparisons.identifiers import IdentifierComparison
from targeting.linkage.comparisons.places import TextComparison
from targeting.linkage.model import Kin, joint_level
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.probabilities import counted, strata


def kin_of(space: PatternSpace, levels: IntArray, weight: FloatArray) -> tuple[Kin, ...]:
    """What each comparison of names has to do with the births, among weighted pairs of one home.

    Only pairs of one address or card are asked: those of a home are all there, whatever else they agree on, where
    pairs that blocking finds agree on a name or a birth because they would not have been found else.
    """
    told = [digit.comparison.tells for digit in space.digits]
    births = tuple(i for i, kind in enumerate(told) if kind is Tells.BIRTH)
    homes = one_home(space)
    if not births or not homes:
        return ()
    same = np.any([levels[:, i] == space.digits[i].comparison.exact_level for i in homes], axis=0)
    names = [i for i, kind in enumerate(told) if kind is Tells.NAME]
    return tuple(_lifted(space, levels[same], weight[same], name, births) for name in names)


def one_home(space: PatternSpace) -> list[int]:
    """The comparisons whose equal values say one home, if any: an address or a card; a region holds many homes."""
    comparisons = [digit.comparison for digit in space.digits]
    return [i for i, one in enumerate(comparisons) if isinstance(one, ONE_HOME) and one.tells is Tells.HOME]


ONE_HOME = (TextComparison, IdentifierComparison)


BY_CHANCE = 2.0
"""Standard deviations by which more must be seen together than expected, before kinship is thought of."""


def _lifted(space: PatternSpace, levels: IntArray, weight: FloatArray, name: int, births: tuple[int, ...]) -> Kin:
    """How much likelier joint levels of a name and the births are than each for itself makes them, at least as likely.

    What is rarer together than apart is left as it is: r errs to the side of two people.
    """
    members = (name, *births)
    sizes = tuple(len(space.digits[i].comparison.levels) for i in members)
    joint = joint_level(levels, members, sizes)
    seen = counted(joint, weight, int(np.prod(sizes))).reshape(-1, sizes[0])
    unknown = strata(sizes).reshape(-1, sizes[0])
    expected = np.zeros_like(seen)
    for stratum in np.unique(unknown[:, 1:]):
        here = np.where(unknown == stratum, seen, 0.0)
        by_chance = np.outer(here.sum(axis=1), here.sum(axis=0)) / max(here.sum(), 1e-300)
        expected += np.where(unknown == stratum, by_chance, 0.0)
    lifted = np.ones_like(seen)
    # First of any agreement in the name, then of each level that was seen often enough to speak for itself.
    lifted[:, AGREES:] = _believed(*(table[:, AGREES:].sum(axis=1, keepdims=True) for table in (seen, expected)))
    own = _believed(seen, expected)
    lifted = np.where(own > 1.0, own, lifted)
    lifted[0], lifted[:, 0] = 1.0, 1.0
    return Kin(name, births, sizes, np.log(lifted).ravel())


AGREES = 2
"""The level from which two names have something in common."""


def _believed(seen: FloatArray, expected: FloatArray) -> FloatArray:
    """The lift of what was seen together more often than chance makes it, 1 of all else."""
    more = seen - BY_CHANCE * np.sqrt(seen) > expected
    return np.where(more, np.maximum(lift(seen, expected), 1.0), 1.0)


def lift(seen: FloatArray, expected: FloatArray) -> FloatArray:
    """How many times more often something was seen than expected, shrunk to 1 where it was seen a few times only.

    However little was expected: that twins share a birth date and all but a digit of their numbers is seen in few
    pairs, of which independence expects none.
    """
    return np.asarray((seen**2 + expected) / ((seen + 1.0) * np.maximum(expected, 1e-300)))

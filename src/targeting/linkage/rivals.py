"""Which pairs can be true together: what a pair is worth once its records' other candidates are heard.

Where each record has one partner at most, the true pairs are a matching, and a matching is as likely as the product of
its pairs' odds. How probable a pair then is follows from two numbers: the chance that its left record, this pair left
aside, has no other partner, and the same of its right record. A rival counts for no more than it is free itself: who
has a sure partner elsewhere is no rival. The numbers are found by letting records tell each other (belief propagation,
which has one answer on matchings and the exact one where candidates form no cycles; Bayati and Nair 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from targeting.contracts.linkage import Assignment
from targeting.linkage.comparisons.codes import KeyArray
from targeting.linkage.pattern import FloatArray, IntArray

LEAST_ALONE = 0.02
"""Share of records without a partner that is always reckoned with."""
ROUNDS = 200
"""Times that records tell each other, at most."""
SETTLED = 1e-7
"""Change of a chance, in logarithms, below which it is taken as found."""
AT_A_TIME = 5
"""Rounds between looks at what has settled."""
ODDS_BITS = 60.0
"""Weights beyond this are as good as this."""
TWICE = 0.01
"""Odds at which a household lists a person a second time."""


@dataclass(frozen=True)
class Partners:
    """What may be true together: whether a record of a side has one partner at most.

    alone: odds at which it stands that neither record of a pair has a partner, on the scale of the weights; left_homes:
    a number of each left record's home, where a right record may have several partners but hardly two in one home.
    """

    left: bool
    right: bool
    alone: float
    left_homes: IntArray | None = None

    def seats(self, left: IntArray, right: IntArray) -> IntArray:
        """For each pair a number of what its left record's home and its right record are to each other."""
        if self.left_homes is None:
            raise ValueError("without homes nobody has housemates")
        return right.astype(np.int64) * (int(self.left_homes.max(initial=0)) + 1) + self.left_homes[left]


def partners(
    assignment: Assignment, prior: float, left_records: int, right_records: int, left_homes: KeyArray | None = None
) -> Partners:
    """What an assignment allows, if `prior` is the share of all pairs that are one person.

    left_homes: home of each left record, 0 for none, where the files say who lives together.

    Adding a pair to a matching of K pairs multiplies the ways to choose one by (left - K)(right - K) / K: hence the
    share without a partner of each side that is bound.
    """
    left, right = assignment in ("one_to_one", "many_to_one"), assignment in ("one_to_one", "one_to_many")
    alone = 1.0
    if left:
        alone *= max(1.0 - prior * right_records, LEAST_ALONE)
    if right:
        alone *= max(1.0 - prior * left_records, LEAST_ALONE)
    homes = _numbered(left_homes) if left and not right and left_homes is not None else None
    return Partners(left, right, alone, homes)


def _numbered(homes: KeyArray) -> IntArray:
    """A number of each record's home; records without one have one of their own."""
    known = np.unique(homes, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return np.where(homes == 0, known.max(initial=0) + 1 + np.arange(len(homes)), known)


def yielded(claimed: FloatArray) -> FloatArray:
    """What is left of a pair's odds when housemates of its left record claim its right record at these odds.

    Two households may list one person, and one household may list a person twice, but seldom: a member whose partner is
    missing is not to be taken for a sister who is there.
    """
    return np.asarray(TWICE + (1.0 - TWICE) / (1.0 + claimed))


def odds_of(weight: FloatArray, allowed: Partners) -> FloatArray:
    """Odds of pairs against both records being alone, from weights in bits."""
    return np.exp2(np.clip(weight, -ODDS_BITS, ODDS_BITS)) / allowed.alone


class Candidates:
    """Pairs whose records compete, by the row numbers of their left and right records."""

    def __init__(self, left: IntArray, right: IntArray, allowed: Partners) -> None:
        """Take the pairs, each once."""
        self._allowed = allowed
        self._left, self._right = Group.of(left), Group.of(right)

    def free(
        self, odds: FloatArray, before: Chances | None = None, rounds: int = ROUNDS, settled: float = SETTLED
    ) -> Chances:
        """For each pair the logarithm of the chance that its left, and its right, record has no other partner.

        `odds` as `odds_of` gives them; `before` is where to start: the chances at nearly the same odds.
        """
        log_odds = np.log(odds)
        left, right = before or (np.zeros(len(odds)), np.zeros(len(odds)))
        if not (self._allowed.left and self._allowed.right):
            nobody = np.zeros(len(odds))
            return (
                _silent(log_odds, self._left) if self._allowed.left else nobody,
                _silent(log_odds, self._right) if self._allowed.right else nobody,
            )
        moving = np.arange(len(odds))
        sides = self._left, self._right
        part = components(*sides)
        for done in range(0, rounds, AT_A_TIME):
            told = left[moving], right[moving]
            for _ in range(min(AT_A_TIME, rounds - done)):
                change, told = _told(log_odds[moving], *told, *sides)
            left[moving], right[moving] = told
            unsettled = np.zeros(int(part.max(initial=-1)) + 1, dtype=bool)
            unsettled[part[change >= settled]] = True
            keep = unsettled[part]
            if not keep.any():
                break
            if not keep.all():
                moving, part = moving[keep], part[keep]
                sides = Group.of(self._left.code[moving]), Group.of(self._right.code[moving])
        return left, right

    def both_free(self, odds: FloatArray, chances: Chances) -> FloatArray:
        """For each pair the logarithm of the chance that neither record has another partner.

        Heard once more from either side, the lesser holds: so the probabilities of a record's pairs, odds * chance /
        (1 + odds * chance), add to no more than 1 even where the chances are not quite settled.
        """
        (left, right), log_odds = chances, np.log(odds)
        by_left = _silent(log_odds + right, self._left) + right if self._allowed.left else left + right
        by_right = _silent(log_odds + left, self._right) + left if self._allowed.right else left + right
        return np.minimum(by_left, by_right)


Chances = tuple[FloatArray, FloatArray]


def _told(
    log_odds: FloatArray, left: FloatArray, right: FloatArray, by_left: Group, by_right: Group
) -> tuple[FloatArray, Chances]:
    """What every record says after it has heard the others, and by how much that differs from before."""
    next_left, next_right = _silent(log_odds + right, by_left), _silent(log_odds + left, by_right)
    change = np.maximum(np.abs(next_left - left), np.abs(next_right - right))
    # Halfway in logarithms: equal rivals would swing between "surely free" and "surely taken" for long.
    return change, ((left + next_left) / 2.0, (right + next_right) / 2.0)


def _silent(log_claims: FloatArray, side: Group) -> FloatArray:
    """Logarithm of 1 / (1 + the sum of the other pairs' claims on the same record), for each pair."""
    return np.asarray(-np.log1p(side.others(np.exp(log_claims))))


@dataclass(frozen=True)
class Group:
    """Rows by a code: which belong together."""

    code: IntArray
    order: IntArray
    starts: IntArray

    @classmethod
    def of(cls, values: IntArray) -> Group:
        """Rows of equal values."""
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        first = np.append(True, ordered[1:] != ordered[:-1]) if len(values) else np.zeros(0, dtype=bool)
        code = np.zeros(len(values), dtype=np.int64)
        code[order] = np.cumsum(first) - 1
        return cls(code, order, np.flatnonzero(first))

    def others(self, values: FloatArray) -> FloatArray:
        """For each row the sum of the other rows of its group, with no loss where one is far the greatest."""
        if len(values) == 0:
            return values
        greatest = np.maximum.reduceat(values[self.order], self.starts)[self.code]
        is_greatest = values == greatest
        ties = np.bincount(self.code, weights=is_greatest)[self.code]
        smaller = np.bincount(self.code, weights=np.where(is_greatest, 0.0, values))[self.code]
        return np.asarray(
            np.where(
                is_greatest,
                smaller + (ties - 1.0) * greatest,
                ties * greatest + np.maximum(smaller - values, 0.0),
            )
        )


def components(left: Group, right: Group) -> IntArray:
    """For each pair the number of its component: pairs that are connected through records."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (half a second, which no other command should wait for)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n_left, n_right = len(left.starts), len(right.starts)
    ends = (left.code, right.code + n_left)
    graph = coo_array((np.ones(len(left.code), dtype=np.int8), ends), shape=(n_left + n_right, n_left + n_right))
    return np.asarray(connected_components(graph, directed=False)[1][left.code], dtype=np.int64)

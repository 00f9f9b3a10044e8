"""What training sees: pairs by pattern, and how often values are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from targeting.contracts.linkage import Assignment
from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace


@dataclass(frozen=True)
class Labels:
    """How many of the counted pairs persons found to be one person, and how many not, by pattern as the counts have it.

    outside: decisions about pairs that were not counted.
    """

    matches: FloatArray
    others: FloatArray
    outside: int = 0


@dataclass(frozen=True)
class Counts:
    """Pairs by pattern, and the number of all pairs they were drawn from (blocked or not).

    labels: what persons decided about some of the pairs, if that is to be learned from.
    """

    patterns: IntArray
    pairs: FloatArray
    universe: float
    labels: Labels | None = None

    @property
    def undecided(self) -> FloatArray:
        """Pairs by pattern, less those that persons decided."""
        return self.pairs if self.labels is None else self.pairs - self.labels.matches - self.labels.others


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
class Rivals:
    """Pairs that were counted across the files, by the row numbers of their records, with their patterns.

    left_records: of how many the pairs were drawn; right_records: of the right file; verdicts: 1 for a pair that
    persons found to be one person, -1 for one that is not, 0 for one that nobody decided.
    """

    left: IntArray
    right: IntArray
    patterns: IntArray
    assignment: Assignment
    left_records: int
    right_records: int
    verdicts: IntArray | None = None


@dataclass(frozen=True)
class TrainingCounts:
    """What training sees: blocked pairs across the files, random pairs, and blocked pairs within the right file."""

    across: Counts
    random: Counts
    within: Counts | None
    equal: tuple[Equality, ...]
    """For each comparison, how often values are equal, from frequencies."""
    rivals: Rivals | None = None
    """The blocked pairs one by one, where records have one partner at most."""


def expected_matches(space: PatternSpace, model: Model, counts: Counts) -> FloatArray:
    """Expected matches in each pattern; what persons decided is no matter of expectation."""
    odds = model.weights(space, counts.patterns)
    found = counts.undecided / (1.0 + np.exp2(np.clip(-odds, -1000, 1000)))
    return found if counts.labels is None else found + counts.labels.matches

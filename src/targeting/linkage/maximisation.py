"""Expectation maximisation on pattern counts: m, the prior and how many live together; u stays.

Blocking saw all pairs that can be matches: those it did not see are strangers, and they belong to the likelihood. With
rarity and r held, no step makes it fall, but for what shrinking estimates from few pairs costs; both are learned anew
after each step, so that figures of different steps do not compare.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from targeting.linkage.counts import Counts
from targeting.linkage.housemates import BoolArray, could_be_one_person, of_a_home
from targeting.linkage.model import Group, Model
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace
from targeting.linkage.probabilities import blended, normalisers, product, reestimated
from targeting.linkage.soundness import FELL, UNSETTLED

ITERATIONS = 500
TOLERANCE = 1e-5
FALL = 0.01
"""Fall of the log-likelihood for each expected match that is more than shrinking costs: on sound files it is a
thousandth of this."""


def maximised(space: PatternSpace, model: Model, across: Counts, right_records: int) -> Model:
    """The model by expectation maximisation, until the expected matches stay what they are.

    It notes that it did not settle, or that a step made the counts less likely.
    """
    seen = _Blocked.of(space, model, across, right_records)
    before = 0.0
    for step in range(ITERATIONS):
        found = seen.expected(model)
        after = seen.fitted(model, found)
        matches = float(found.matches.sum())
        if _is_looked_at(step):
            fall = seen.log_likelihood(model) - seen.log_likelihood(after)
            if fall > FALL * max(matches, 1.0) and after.prior < seen.most_prior:
                return replace(model, notes=(*model.notes, FELL.format(fall, matches)))
        model = seen.learned_anew(after, found)
        if abs(matches - before) < TOLERANCE * matches:
            return model
        before = matches
    return replace(model, notes=(*model.notes, UNSETTLED))


def _is_looked_at(step: int) -> bool:
    """Whether a step's likelihood is worked out, which takes as long as the step: at 1, 2, 4, 8 and so on."""
    return (step & (step - 1)) == 0


@dataclass(frozen=True)
class _Expected:
    """Expected matches and expected people of one home in each pattern."""

    matches: FloatArray
    together: FloatArray


@dataclass(frozen=True)
class _Blocked:
    """The pairs that blocking saw, and what stays while a model is fitted to them.

    levels: (patterns, comparisons); possible: which patterns can be one person; within: r of each group as one file
    shows it.
    """

    space: PatternSpace
    counts: Counts
    levels: IntArray
    possible: BoolArray
    within: tuple[FloatArray, ...]
    right_records: int

    @classmethod
    def of(cls, space: PatternSpace, model: Model, counts: Counts, right_records: int) -> _Blocked:
        """What is known before the first step."""
        levels = space.levels(counts.patterns)
        everyone = np.ones(len(levels), dtype=bool)
        possible = could_be_one_person(space, levels) if model.household_rate > 0 else everyone
        return cls(space, counts, levels, possible, tuple(g.r for g in model.groups), right_records)

    @property
    def most_prior(self) -> float:
        """The prior at which all but every record has a partner; held there, a step may cost likelihood."""
        return 0.999 / self.right_records if self.right_records > 1 else 0.9

    def _classes(self, model: Model) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Natural logarithms of each pattern's probability as a match, as housemates, as anything but a match."""
        log_m, log_u, log_r = model.log_likelihoods(self.space, self.counts.patterns)
        rate = model.household_rate
        housemates = np.log1p(-model.prior) + np.log(rate + 1e-300) + log_r
        rest = np.logaddexp(np.log1p(-model.prior) + np.log1p(-rate) + log_u, housemates)
        return np.log(model.prior) + log_m, housemates, rest

    def expected(self, model: Model) -> _Expected:
        """What the model makes of the pairs, and persons of those that they decided."""
        match, housemates, rest = self._classes(model)
        both = np.logaddexp(match, rest)
        open_pairs, labels = self.counts.undecided, self.counts.labels
        matches = open_pairs * (np.exp(match - both) * self.possible)
        together = open_pairs * np.exp(housemates - both)
        if labels is None:
            return _Expected(matches, together)
        return _Expected(matches + labels.matches, together + labels.others * np.exp(housemates - rest))

    def log_likelihood(self, model: Model) -> float:
        """Natural logarithm of the counts' likelihood, up to what no model changes."""
        match, _, rest = self._classes(model)
        met = np.logaddexp(np.where(self.possible, match, -np.inf), rest)
        never_met = max(self.counts.universe - float(self.counts.pairs.sum()), 0.0)
        strangers = np.log1p(-model.prior) + np.log1p(-model.household_rate)
        labels = self.counts.labels
        known = 0.0 if labels is None else float((labels.matches * match + labels.others * rest).sum())
        return float((self.counts.undecided * met).sum() + never_met * strangers) + known

    def fitted(self, model: Model, found: _Expected) -> Model:
        """The model with m, prior and rate of housemates that make the expected pairs likeliest."""
        universe, right = self.counts.universe, self.right_records
        prior = float(np.clip(found.matches.sum() / universe, 1e-15, self.most_prior))
        rate = model.household_rate
        return replace(
            model,
            groups=tuple(replace(g, m=self._m(g, found.matches)) for g in model.groups),
            prior=prior,
            household_rate=float(np.clip(found.together.sum() / universe, 1e-15, 0.1)) if rate > 0 else rate,
            match_share=min(prior * right, 0.999),
        )

    def _m(self, group: Group, matches: FloatArray) -> FloatArray:
        """m of a group, shrunk to what is known of such columns."""
        known = product([np.array([1.0, *self.space.digits[i].comparison.prior_m]) for i in group.members])
        return reestimated(group, self.levels, matches, known)

    def learned_anew(self, model: Model, found: _Expected) -> Model:
        """The model with what is rare among matches, and with r of places, which two files write differently."""
        groups = model.groups
        if model.household_rate > 0:
            groups = tuple(
                replace(g, r=reestimated(g, self.levels, found.together, known)) if of_a_home(self.space, g) else g
                for g, known in zip(groups, self.within, strict=True)
            )
        rare = normalisers(self.space, self.counts.patterns, found.matches)
        return replace(model, groups=groups, normalisers=blended(model.normalisers, rare))

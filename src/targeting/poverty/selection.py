"""Which candidate becomes the model: by targeting error and calibration on unseen clusters.

The targeting error is the exclusion error, the mean of three quotas about the poverty rate. Candidates whose error is
within a standard error of the difference from the least are equally good at it; among those the least deviance counts,
which is low only where probabilities are both sharp and true; and of those within a standard error of it, the simplest
is taken. The calibration error (ECE) is told, but does not choose: on a few thousand households it is mostly chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from targeting.contracts.pmt import Distribution
from targeting.poverty import distribution
from targeting.poverty.arrays import Floats, deviance, log_odds
from targeting.poverty.bootstrap import interval, resampled
from targeting.poverty.candidates import Candidate
from targeting.poverty.methods import Task
from targeting.poverty.metrics import Ranked, measures, ranked

MULTIPLES = (0.75, 1.0, 1.5)
"""Quotas in multiples of the poverty rate, after Hanna and Olken (2018)."""
REPLICATES = 100
COVERAGES = (0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Judged:
    """A candidate with what it says of households that neither it nor its distribution has seen."""

    candidate: Candidate
    probability: Floats
    measures: dict[str, Any]
    targeting_error: float
    replicates: Floats
    deviance: float
    deviances: Floats


def judge(task: Task, candidates: list[Candidate], seed: int) -> list[Judged]:
    """Every candidate judged on the same replicates of the clusters."""
    survey = task.survey
    drawn = list(resampled(survey.weight, survey.cluster, survey.stratum, REPLICATES, seed))
    return [_judged(task, candidate, drawn) for candidate in candidates]


def best(judged: list[Judged]) -> Judged:
    """The chosen one; `judged` has the simpler candidates first."""
    as_good = _as_good(judged, [one.targeting_error for one in judged], [one.replicates for one in judged])
    as_true = _as_good(as_good, [one.deviance for one in as_good], [one.deviances for one in as_good])
    return as_true[0]


def _as_good(judged: list[Judged], values: list[float], replicates: list[Floats]) -> list[Judged]:
    """Those whose value is within a standard error of the difference from the least."""
    least = int(np.argmin(values))
    return [
        one
        for one, value, own in zip(judged, values, replicates, strict=True)
        if value - values[least] <= np.std(own - replicates[least])
    ]


def _judged(task: Task, candidate: Candidate, drawn: list[Floats]) -> Judged:
    survey = task.survey
    unseen = _unseen_distributions(task, candidate)
    probability = np.empty(len(task.fold))
    for fold, learnt in unseen.items():
        own = task.fold == fold
        strata = [survey.stratum[row] for row in np.flatnonzero(own)]
        probability[own] = distribution.p_below(learnt, candidate.location[own], strata, float(np.log(survey.line)))
    households = ranked(probability, survey.outcome, survey.line, survey.weight)
    rate = survey.rate
    quotas = {"rate": rate} | {f"{multiple:g}": min(multiple * rate, 1.0) for multiple in MULTIPLES}
    found = measures(households, survey.weight[households.order], quotas)
    replicates = [measures(households, weight[households.order], quotas) for weight in drawn]
    shown = {name: value for name, value in found.items() if not name.endswith(tuple(f"_{m:g}" for m in MULTIPLES))}
    told: dict[str, Any] = {
        name: _with_interval(value, [one[name] for one in replicates]) for name, value in shown.items()
    }
    likelihood = deviance(survey.poor, log_odds(probability), survey.weight)
    told |= {"deviance": {"value": likelihood}, "coverage": _coverage(task, candidate, unseen)}
    return Judged(
        candidate=candidate,
        probability=probability,
        measures=told,
        targeting_error=_error(found),
        replicates=np.array([_error(one) for one in replicates]),
        deviance=likelihood,
        deviances=np.array([deviance(survey.poor, log_odds(probability), weight) for weight in drawn]),
    )


def _error(found: dict[str, float]) -> float:
    """Mean exclusion error at the quotas."""
    return float(np.mean([found[f"eer_{multiple:g}"] for multiple in MULTIPLES]))


def _with_interval(value: float, replicates: list[float]) -> dict[str, float | None]:
    low, high = interval(replicates)
    return {"value": None if np.isnan(value) else value, "low": low, "high": high}


def _unseen_distributions(task: Task, candidate: Candidate) -> dict[int, Distribution]:
    """For each fold the distribution that the other folds teach."""
    learnt = {}
    for fold in sorted(set(task.fold.tolist())):
        rest = task.fold != fold
        strata = [task.survey.stratum[row] for row in np.flatnonzero(rest)]
        learnt[fold] = distribution.learn(candidate.location[rest], task.target[rest], task.survey.weight[rest], strata)
    return learnt


def _coverage(task: Task, candidate: Candidate, unseen: dict[int, Distribution]) -> dict[str, float]:
    """Weighted share of households whose outcome lies within the interval, by the share it promises."""
    survey = task.survey
    result = {}
    for promised in COVERAGES:
        inside = np.empty(len(task.fold), dtype=bool)
        for fold, learnt in unseen.items():
            own = task.fold == fold
            strata = [survey.stratum[row] for row in np.flatnonzero(own)]
            location = candidate.location[own]
            low = distribution.quantile(learnt, location, strata, (1 - promised) / 2, -1)
            high = distribution.quantile(learnt, location, strata, (1 + promised) / 2, 1)
            inside[own] = (low <= task.target[own]) & (task.target[own] <= high)
        result[f"{promised:g}"] = float(np.average(inside, weights=survey.weight))
    return result


def ranked_of(judged: Judged, task: Task) -> Ranked:
    """The households by the candidate's probability."""
    return ranked(judged.probability, task.survey.outcome, task.survey.line, task.survey.weight)

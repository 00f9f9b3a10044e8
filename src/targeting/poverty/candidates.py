"""Every candidate's location of every household, by a fit that did not see the household's cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from targeting.poverty import methods
from targeting.poverty.arrays import Bools, Floats, log_odds
from targeting.poverty.methods import METHODS, Learner, Task

BLEND = "blend"
WORKERS = 2
"""Fits that run at once, each on one thread: sums then have one order, and two trainings give one file."""
LEAST_SHARE = 0.02
EQUAL_SHARES = 3.0
"""Households' worth of preference for equal shares in a blend."""

Told = Callable[[float], None]


@dataclass(frozen=True)
class Candidate:
    """A method's out-of-fold locations, and its parts: (method, point of its path, weight, intercept, slope)."""

    name: str
    location: Floats
    parts: tuple[tuple[str, int, float, float, float], ...]


def candidates(task: Task, told: Told) -> list[Candidate]:
    """All methods at the best points of their paths, and their blend."""
    out_of_fold = _out_of_fold(task, told)
    single = [_candidate(task, method, out_of_fold[method]) for method in METHODS]
    return [*single, _blend(task, single)]


def _out_of_fold(task: Task, told: Told) -> dict[str, list[Floats]]:
    """By method, the index at each point of its path; each fold's households by a fit on the others."""
    folds = sorted(set(task.fold.tolist()))
    results = {name: [np.empty(len(task.fold)) for _ in methods.path_of(name)] for name in METHODS}
    _ = task.design, task.directions  # worked out once, before threads share them
    learners = {fold: Learner(task, np.flatnonzero(task.fold != fold)) for fold in folds}
    for learner in learners.values():
        _ = learner.means, learner.own_means, learner.overall, learner.pressure
    jobs = [(method, fold) for method in reversed(METHODS) for fold in folds]

    def one(method: str, fold: int) -> list[Floats]:
        with single_threaded():
            return learners[fold].indices(method, np.flatnonzero(task.fold == fold))

    for done, ((method, fold), indices) in enumerate(_at_once(one, jobs), start=1):
        for point, index in enumerate(indices):
            results[method][point][task.fold == fold] = index
        told(done / len(jobs))
    return results


def single_threaded() -> AbstractContextManager[object]:
    """A block in which the numeric libraries use one thread."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  (for training only)

    limited: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limited


def _at_once(
    one: Callable[[str, int], list[Floats]], jobs: list[tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], list[Floats]]]:
    """(job, result) in the order of the jobs, WORKERS at a time; Ctrl-C waits for those at work only."""
    pool = ThreadPoolExecutor(WORKERS)
    futures = [pool.submit(one, *job) for job in jobs]
    try:
        for job, future in zip(jobs, futures, strict=True):
            yield job, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _candidate(task: Task, method: str, path: list[Floats]) -> Candidate:
    """The method at the point of its path that is best on unseen households, as a location on the log scale."""
    losses = [methods.loss(method, index, task) for index in path]
    point = int(np.argmin(losses))
    intercept, slope = _line(path[point], task.target, task.survey.weight)
    return Candidate(method, intercept + slope * path[point], ((method, point, 1.0, intercept, slope),))


def _line(index: Floats, target: Floats, weight: Floats) -> tuple[float, float]:
    """Intercept and slope, not below 0, of the target on the index."""
    x_mean, y_mean = np.average(index, weights=weight), np.average(target, weights=weight)
    spread = float(weight @ np.square(index - x_mean))
    slope = max(float(weight @ ((index - x_mean) * (target - y_mean))) / spread, 0.0) if spread > 0 else 0.0
    return float(y_mean - slope * x_mean), slope


def _blend(task: Task, single: list[Candidate]) -> Candidate:
    """The mean of the candidates' locations, weighted so that it tells the poor best.

    Its own out-of-fold locations take the weights that the other folds give.
    """
    stacked = np.column_stack([candidate.location for candidate in single])
    poor, weight = task.survey.poor, task.survey.weight
    location = np.empty(len(stacked))
    for fold in set(task.fold.tolist()):
        own = task.fold == fold
        location[own] = stacked[own] @ shares(stacked[~own], poor[~own], weight[~own])
    weights = shares(stacked, poor, weight)
    parts = tuple(
        (method, point, float(share), intercept, slope)
        for share, candidate in zip(weights, single, strict=True)
        for method, point, _, intercept, slope in candidate.parts
        if share > 0
    )
    return Candidate(BLEND, location, parts)


def shares(stacked: Floats, poor: Bools, weight: Floats) -> Floats:
    """Weights, not negative and of sum 1, by a logistic regression of poverty on the locations."""
    share = float(np.average(poor, weights=weight))
    if not 0 < share < 1:
        return np.full(stacked.shape[1], 1 / stacked.shape[1])
    middle = np.average(stacked, weights=weight, axis=0)
    x = stacked - middle
    start = np.full(x.shape[1], 2.0 / x.shape[1] / max(float(np.sqrt(np.average(x.mean(axis=1) ** 2))), 1e-6))

    def loss(beta: Floats) -> tuple[float, Floats]:
        odds = beta[0] - x @ beta[1:]
        signed = np.where(poor, -odds, odds)
        chance = 1 / (1 + np.exp(np.clip(-odds, -50, 50)))
        rest = weight * (chance - poor)
        apart = (beta[1:] - beta[1:].mean()) / start.mean()
        value = float(weight @ np.logaddexp(0, signed)) + EQUAL_SHARES / 2 * float(apart @ apart)
        slope = -(x.T @ rest) + EQUAL_SHARES * (apart - apart.mean()) / start.mean()
        return value, np.concatenate([[rest.sum()], slope])

    bounds = [(None, None), *[(0.0, None)] * x.shape[1]]
    first = np.concatenate([log_odds(np.array([share])), start])
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x[1:]
    found = np.where(found < LEAST_SHARE * found.sum(), 0.0, found)
    if found.sum() <= 0:
        found = start
    return np.asarray(found / found.sum())

"""Sums of effects, fitted three ways: to the mean log outcome, to poverty, and to a low quantile of the log outcome.

Each takes a matrix and gives one fit a penalty, from the strongest to the weakest: each starts where the last ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr

from targeting.poverty.arrays import Bools, Floats, deviance, logistic, weighted_quantiles

PENALTIES = {
    "ridge": (300.0, 60.0, 20.0, 7.0, 2.0),
    "logit": (100.0, 20.0, 4.0),
    "quantile": (200.0, 40.0, 8.0),
}
"""How strongly effects are drawn to nothing, in households: an indicator of so many is drawn half way."""
ROUNDS = 30
DONE = 1e-7
FIRM = 1e-8
"""Added to the diagonal so that equal columns share their effect instead of failing."""


def fits(kind: str, matrix: Floats, pressure: Floats, target: Floats, weight: Floats, poor: Bools) -> list[Floats]:
    """The coefficients by `ridge`, `logit` or `quantile`, one vector a penalty of its path, the intercept first.

    `pressure` says how many times more strongly each column of the matrix is penalised.

    A logit says how poor: its sign is turned, so that higher is better off.
    """
    # The intercept goes free.
    whole = np.column_stack([np.ones(len(target)), matrix])
    penalties = [np.concatenate([[0.0], strength * pressure]) + FIRM for strength in PENALTIES[kind]]
    match kind:
        case "ridge":
            return _ridge(whole, target, weight, penalties)
        case "logit":
            return [-beta for beta in _logit(whole, poor, weight, penalties)]
        case "quantile":
            return _quantile(whole, target, weight, float(np.average(poor, weights=weight)), penalties)
    raise ValueError(kind)


def _solve(matrix: Floats, right: Floats) -> Floats:
    """Of a symmetric positive system."""
    solution: Floats = cho_solve(cho_factor(matrix, lower=True, check_finite=False), right, check_finite=False)
    return solution


def _ridge(matrix: Floats, target: Floats, weight: Floats, penalties: list[Floats]) -> list[Floats]:
    """Least squares."""
    gram, right = matrix.T @ (matrix * weight[:, None]), matrix.T @ (weight * target)
    return [_solve(gram + np.diag(penalty), right) for penalty in penalties]


def _logit(matrix: Floats, poor: Bools, weight: Floats, penalties: list[Floats]) -> Iterator[Floats]:
    """Maximum likelihood by Newton's method with halved steps."""
    share = float(np.average(poor, weights=weight))
    beta = np.zeros(matrix.shape[1])
    beta[0] = np.log(share / (1 - share))
    for penalty in penalties:

        def loss(at: Floats, penalty: Floats = penalty) -> float:
            return float(deviance(poor, matrix @ at, weight) * weight.sum() / 2 + penalty @ np.square(at) / 2)

        now = loss(beta)
        for _ in range(ROUNDS):
            chance = logistic(matrix @ beta)
            gradient = matrix.T @ (weight * (chance - poor)) + penalty * beta
            spread = weight * np.maximum(chance * (1 - chance), 1e-9)
            step = _solve(matrix.T @ (matrix * spread[:, None]) + np.diag(penalty), gradient)
            beta, now, gained = _halved(loss, beta, step, now)
            if gained <= DONE * weight.sum():
                break
        yield beta.copy()


def _quantile(matrix: Floats, target: Floats, weight: Floats, level: float, penalties: list[Floats]) -> list[Floats]:
    """Quantile regression with the check function smoothed by a normal kernel (convolution), by Newton's method."""
    start = _ridge(matrix, target, weight, penalties)[0]
    residual = target - matrix @ start
    spread = float(np.sqrt(np.average(np.square(residual), weights=weight)))
    width = spread * max(0.15, (matrix.shape[1] + np.log(len(target))) ** 0.4 / len(target) ** 0.4)
    start[0] += weighted_quantiles(residual, weight, np.array([level]))[0]
    results = []
    beta = start
    for one in penalties:
        # The check function's curvature is the density at the quantile, that of squares is 1: one penalty means alike.
        penalty = one * min(level, 1 - level) / spread + FIRM

        def loss(at: Floats, penalty: Floats = penalty) -> float:
            scaled = (target - matrix @ at) / width
            density = np.exp(-np.square(scaled) / 2) / np.sqrt(2 * np.pi)
            check = width * (scaled * (level - ndtr(-scaled)) + density)
            return float(weight @ check + penalty @ np.square(at) / 2)

        now = loss(beta)
        for _ in range(ROUNDS):
            scaled = (target - matrix @ beta) / width
            gradient = matrix.T @ (weight * (ndtr(-scaled) - level)) + penalty * beta
            density = np.exp(-np.square(scaled) / 2) / np.sqrt(2 * np.pi) / width
            curvature = weight * np.maximum(density, 1e-3 / width)
            step = _solve(matrix.T @ (matrix * curvature[:, None]) + np.diag(penalty), gradient)
            beta, now, gained = _halved(loss, beta, step, now)
            if gained <= DONE * weight.sum():
                break
        results.append(beta.copy())
    return results


def _halved(loss: Callable[[Floats], float], beta: Floats, step: Floats, now: float) -> tuple[Floats, float, float]:
    """The step, halved until it lowers the loss; where it ends, the loss there, and what was gained."""
    for halving in range(12):
        moved = beta - step / 2**halving
        there = loss(moved)
        if there < now:
            return moved, there, now - there
    return beta, now, 0.0

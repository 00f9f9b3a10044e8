"""Array types of this room, and weighted statistics that numpy lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


def weighted_quantiles(values: Floats, weight: Floats, levels: Floats) -> Floats:
    """The smallest values below or at which the levels' shares of the weight lie, linear between the midpoints."""
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weight[order])
    middle = (mass - weight[order] / 2) / mass[-1]
    return np.interp(levels, middle, values[order])


def effective_number(weight: Floats) -> float:
    """Kish's effective sample size: as many equally weighted rows would be as exact."""
    return float(weight.sum() ** 2 / np.square(weight).sum()) if len(weight) else 0.0


def logistic(values: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


def log_odds(share: Floats) -> Floats:
    """log(p / (1 - p)), p held off 0 and 1 by 1e-12."""
    held = np.clip(share, 1e-12, 1 - 1e-12)
    return np.log(held) - np.log1p(-held)


def deviance(poor: Bools, log_odds_poor: Floats, weight: Floats) -> float:
    """Weighted mean of -2 log likelihood of a yes or no."""
    signed = np.where(poor, -log_odds_poor, log_odds_poor)
    return float(2 * np.average(np.logaddexp(0.0, signed), weights=weight))

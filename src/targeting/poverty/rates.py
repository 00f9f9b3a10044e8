"""Probabilities that add up to an official rate: one shift of the log odds, so that nobody changes places."""

from __future__ import annotations

from targeting.errors import PolicyError
from targeting.poverty.arrays import Floats, log_odds, logistic

FARTHEST = 60.0
"""Log odds; no rate that is told in this world lies farther off."""


def shift_to(rate: float, probability: Floats, weight: Floats) -> float:
    """What to add to the log odds so that the weighted mean probability is the rate. Raises PolicyError unless the rate
    lies between 0 and 1."""
    if not 0 < rate < 1:
        raise PolicyError(f"an official rate of {rate:g} is no share of persons between 0 and 1.")
    from scipy.optimize import brentq  # noqa: PLC0415  (slow to import, and only for this)

    odds, total = log_odds(probability), float(weight.sum())

    def gap(shift: float) -> float:
        return float(weight @ logistic(odds + shift)) / total - rate

    return float(brentq(gap, -FARTHEST, FARTHEST, xtol=1e-12))


def shifted(probability: Floats, shift: Floats | float) -> Floats:
    """The probabilities with their log odds shifted: 0 stays (almost) 0, and the order stays."""
    return logistic(log_odds(probability) + shift)

"""The 95 % interval of a share, by Wilson: within [0, 1], and no point where nobody or everybody is a hit."""

from __future__ import annotations

from math import sqrt

NORMAL_95 = 1.959963984540054
"""Standard normal quantile of a 95 % interval."""


def wilson(hits: float, of: float) -> tuple[float, float]:
    """Lower and upper end for `hits` of `of` independent trials, `of` above 0; weighted counts need not be whole."""
    share, square = min(max(hits / of, 0.0), 1.0), NORMAL_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = NORMAL_95 * sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    # At the ends rounding may leave the interval a hair short of the share itself.
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)

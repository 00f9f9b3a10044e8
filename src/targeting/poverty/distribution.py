"""From a household's location to the whole distribution of its outcome, learnt from households the model did not see.

Centre and scale follow the location in bands; what is left, the residuals, is tabulated by stratum with the survey's
weights. An interval takes two of its quantiles, moved outwards for the finite number of households (conformal).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from targeting.contracts.pmt import Distribution, Residuals
from targeting.poverty.arrays import Bools, Floats, Ints, effective_number, log_odds, logistic, weighted_quantiles

CUTS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
FEWEST_OF_BAND = 80.0
FEWEST_OF_STRATUM = 200.0
SHRINKING_HOUSEHOLDS = 30.0
LEAST_SLOPE = 0.25
"""The centre never rises slower than this share of the location: the order of households is the location's."""
LEVELS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,
    0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.9975,
    0.999, 0.9995,
)  # fmt: skip
HOUSEHOLDS_BEYOND = 4.0
"""A level is known if about so many households lie beyond it."""
NORMAL_PER_DEVIATION = 1.2533
"""Standard deviation over mean absolute deviation, normal distribution."""
FARTHEST_LEVEL = 1e-5


def learn(location: Floats, target: Floats, weight: Floats, stratum: Sequence[str]) -> Distribution:
    """The distribution of the log outcome given locations of households that did not take part in making them."""
    knots, centres, bands = _bands(location, target, weight)
    centred = target - _centre(location, knots, centres)
    scales = _scales(centred, weight, bands, len(knots))
    residual = centred / np.interp(location, knots, scales)
    levels, pooled = _pooled(residual, weight)
    tables: dict[str, Residuals] = {}
    names = np.array(stratum)
    for name in sorted(set(stratum)):
        own = names == name
        if name and not own.all() and effective_number(weight[own]) >= FEWEST_OF_STRATUM:
            tables[name] = _of_stratum(residual[own], weight[own], levels, pooled)
    return Distribution(
        knots=tuple(knots.tolist()),
        centres=tuple(centres.tolist()),
        scales=tuple(scales.tolist()),
        levels=tuple(levels.tolist()),
        pooled=pooled,
        strata=tables,
    )


def p_below(distribution: Distribution, location: Floats, stratum: Sequence[str], log_line: Floats | float) -> Floats:
    """Probability that the log outcome is below the line (one, or one a household): rises with the line."""
    standard = (log_line - centre(distribution, location)) / scale(distribution, location)
    logits = log_odds(np.array(distribution.levels))
    result = np.empty(len(location))
    for rows, table in _tables(distribution, stratum):
        result[rows] = logistic(_along(standard[rows], np.array(table.quantiles), logits))
    return result


def quantile(distribution: Distribution, location: Floats, stratum: Sequence[str], level: float, side: int) -> Floats:
    """The log outcome's quantile; `side` -1 moves it down, +1 up, as a conformal bound of so many households is moved.

    The bound is the one of n + 1 households of which the household itself may be the farthest; 0 leaves it.
    """
    logits = log_odds(np.array(distribution.levels))
    residual = np.empty(len(location))
    for rows, table in _tables(distribution, stratum):
        moved = level + side * (level if side > 0 else 1 - level) / table.households
        held = np.clip(moved, FARTHEST_LEVEL, 1 - FARTHEST_LEVEL)
        residual[rows] = _along(log_odds(np.array([held])), logits, np.array(table.quantiles))[0]
    return centre(distribution, location) + scale(distribution, location) * residual


def centre(distribution: Distribution, location: Floats) -> Floats:
    """The middle of the log outcome by location."""
    return _centre(location, np.array(distribution.knots), np.array(distribution.centres))


def scale(distribution: Distribution, location: Floats) -> Floats:
    """The spread of the log outcome by location."""
    return np.asarray(np.interp(location, np.array(distribution.knots), np.array(distribution.scales)))


def _tables(distribution: Distribution, stratum: Sequence[str]) -> list[tuple[Bools, Residuals]]:
    """Rows and the residuals that hold for them."""
    names = np.array(stratum, dtype=object)
    rest = np.ones(len(names), dtype=bool)
    chosen = []
    for name, table in distribution.strata.items():
        rows = names == name
        if rows.any():
            chosen.append((rows, table))
            rest &= ~rows
    return [*chosen, (rest, distribution.pooled)]


def _bands(location: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats, Ints]:
    """Mean location and mean log outcome by band of location, rising both; the band of each household."""
    households = effective_number(weight)
    cuts: list[float] = []
    for share in CUTS:
        if (share - (cuts[-1] if cuts else 0.0)) * households >= FEWEST_OF_BAND:
            cuts.append(share)
    while cuts and (1 - cuts[-1]) * households < FEWEST_OF_BAND:
        cuts.pop()
    cuts = cuts or [0.5]
    edges = np.unique(weighted_quantiles(location, weight, np.array(cuts)))
    _, place = np.unique(np.searchsorted(edges, location, side="right"), return_inverse=True)
    band: Ints = place.astype(np.int64)
    mass = np.bincount(band, weights=weight)
    knots: Floats = np.bincount(band, weights=weight * location) / mass
    means = _rising(np.bincount(band, weights=weight * target) / mass, np.asarray(mass, dtype=np.float64))
    if len(knots) < 2 or knots[-1] - knots[0] < 1e-9:
        knots, means, band = np.array([knots[0], knots[0] + 1]), np.array([means[0], means[0] + 1]), np.zeros_like(band)
    for one in range(1, len(knots)):
        means[one] = max(means[one], means[one - 1] + LEAST_SLOPE * (knots[one] - knots[one - 1]))
    return knots, means, band


def _rising(means: Floats, mass: Floats) -> Floats:
    """The nearest means that do not fall, by pooling neighbours that do."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(means, mass, strict=True):
        pools.append((float(value), float(weight), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (low, left, few), (high, right, more) = pools[-2:]
            pools[-2:] = [((low * left + high * right) / (left + right), left + right, few + more)]
    return np.array(list(itertools.chain.from_iterable([value] * count for value, _, count in pools)))


def _centre(location: Floats, knots: Floats, centres: Floats) -> Floats:
    """Piecewise linear, beyond the knots in parallel to the location."""
    held = np.clip(location, knots[0], knots[-1])
    return np.interp(held, knots, centres) + (location - held)


def _scales(centred: Floats, weight: Floats, band: Ints, knots: int) -> Floats:
    """Spread by band, drawn to the overall spread where a band has few households."""
    deviation = np.abs(centred) * NORMAL_PER_DEVIATION
    overall = max(float(np.average(deviation, weights=weight)), 1e-6)
    mass = np.bincount(band, weights=weight, minlength=knots)
    sums = np.bincount(band, weights=weight * deviation, minlength=knots)
    return np.maximum((sums + SHRINKING_HOUSEHOLDS * overall) / (mass + SHRINKING_HOUSEHOLDS), 1e-3 * overall)


def _pooled(residual: Floats, weight: Floats) -> tuple[Floats, Residuals]:
    """The levels that so many households can tell, and their quantiles."""
    households = effective_number(weight)
    edge = min(HOUSEHOLDS_BEYOND / households, 0.25)
    levels = np.array([level for level in LEVELS if edge <= level <= 1 - edge])
    quantiles = _strictly(weighted_quantiles(residual, weight, levels))
    return levels, Residuals(quantiles=tuple(quantiles.tolist()), households=households)


def _of_stratum(residual: Floats, weight: Floats, levels: Floats, pooled: Residuals) -> Residuals:
    """A stratum's own quantiles; beyond the levels that its households can tell, the pooled ones moved to meet them."""
    households = effective_number(weight)
    edge = HOUSEHOLDS_BEYOND / households
    known = np.flatnonzero((levels >= edge) & (levels <= 1 - edge))
    of_all = np.array(pooled.quantiles)
    own = weighted_quantiles(residual, weight, levels)
    first, last = known[0], known[-1]
    own[:first] = of_all[:first] + own[first] - of_all[first]
    own[last + 1 :] = of_all[last + 1 :] + own[last] - of_all[last]
    return Residuals(quantiles=tuple(_strictly(own).tolist()), households=households)


def _strictly(quantiles: Floats) -> Floats:
    """The same, each at least a hair above the one before."""
    hair = 1e-6 * np.arange(len(quantiles))
    return np.asarray(np.maximum.accumulate(quantiles) + hair)


def _along(points: Floats, xs: Floats, ys: Floats) -> Floats:
    """Piecewise linear through (xs, ys), and on beyond the ends with the slope of the last few pieces."""
    last = min(3, len(xs) - 1)
    below, above = (ys[last] - ys[0]) / (xs[last] - xs[0]), (ys[-1] - ys[-1 - last]) / (xs[-1] - xs[-1 - last])
    inner = np.interp(points, xs, ys)
    return np.asarray(inner + np.minimum(points - xs[0], 0.0) * below + np.maximum(points - xs[-1], 0.0) * above)

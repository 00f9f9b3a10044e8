"""Columns that hold the outcome in another shape: they would make a model that nobody can use and everybody believes.

Three shapes: one column alone orders households as the outcome does (a copy, its logarithm, a decile); one column alone
parts the poor from the others; two or three columns together give the outcome (per head and household size, food and
non-food).
"""

from __future__ import annotations

import itertools

import numpy as np

from targeting.contracts.pmt import CategoryColumn, Column, NumberColumn
from targeting.errors import ModelError
from targeting.poverty.arrays import Bools, Floats
from targeting.poverty.columns import Values
from targeting.poverty.survey import Survey

SAME_ORDER = 0.95
"""Share of the outcome's ranks that a column explains. The best single proxies of real surveys explain about .4."""
PARTS_THE_POOR = 0.98
CUTS = 0.995
MADE_OF = 0.995
HOLDS_MUCH = 0.5
"""A part of a sum or product that explains so much of the outcome by itself is named beside the nearest one."""
MOST_SUSPECTS = 12
FEWEST = 30
FEWEST_OF_LEVEL = 20


def refuse_leaks(survey: Survey, columns: tuple[Column, ...], values: Values, trusted: frozenset[str]) -> None:
    """Raise ModelError that names every column that leaks, how it was seen and the cure; `trusted` are no suspects."""
    suspects = [column for column in columns if column.name not in trusted]
    found = {column.name: how for column in suspects if (how := _alone(survey, column, values))}
    found |= {name: how for name, how in _together(survey, suspects, values).items() if name not in found}
    if found:
        told = "; ".join(f"'{name}' {how}" for name, how in found.items())
        drops = " ".join(f"--drop {name}" for name in found)
        raise ModelError(
            f"the outcome leaks into the proxies: {told}. Leave them out ({drops}), or say with --keep COLUMN that a "
            "column is known of every household to be scored, and not worked out from the outcome."
        )


def _alone(survey: Survey, column: Column, values: Values) -> str | None:
    """How a column gives the outcome away by itself, if it does."""
    levels = _levels(column, values)
    known = levels >= 0
    if known.sum() < FEWEST:
        return None
    ranks, weight, poor = _ranks(survey.outcome[known]), survey.weight[known], survey.poor[known]
    if isinstance(column, CategoryColumn) or len(set(levels[known].tolist())) <= FEWEST:
        explained = _explained_by_levels(ranks, levels[known], weight)
    else:
        explained = _squared_correlation(ranks, _ranks(values.numbers[column.name][known]), weight)
    if explained >= SAME_ORDER:
        return f"orders households as the outcome does ({explained:.1%} of its ranks)"
    parted = _parted(levels[known], poor, weight)
    if parted >= PARTS_THE_POOR:
        return f"tells the poor from the others by itself ({parted:.1%})"
    if _cut(levels[known], ranks) >= CUTS:
        return "parts the households at a value of the outcome"
    return None


def _cut(levels: Floats, ranks: Floats) -> float:
    """How surely the households of one level lie all below or all above the others: 1 if a value parts them, .5 if the
    level says nothing. Few values only: a flag of another line, the poorest fifth."""
    _, place = np.unique(levels, return_inverse=True)
    count = np.bincount(place)
    if len(count) >= FEWEST or len(count) < 2:
        return 0.0
    rest = len(ranks) - count
    below = (np.bincount(place, weights=ranks) - count * (count + 1) / 2) / np.maximum(count * rest, 1)
    enough = (count >= FEWEST_OF_LEVEL) & (rest >= FEWEST_OF_LEVEL)
    return float(np.where(enough, np.maximum(below, 1 - below), 0.0).max())


def _levels(column: Column, values: Values) -> Floats:
    """The column's distinct values, numbered; -1 where missing."""
    if isinstance(column, CategoryColumn):
        return values.categories[column.name].astype(np.float64)
    number = values.numbers[column.name]
    known = ~np.isnan(number)
    result = np.full(len(number), -1.0)
    result[known] = np.unique(number[known], return_inverse=True)[1]
    return result


def _ranks(values: Floats) -> Floats:
    """Mean ranks, equal for equals."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2.0)[place])


def _squared_correlation(one: Floats, other: Floats, weight: Floats) -> float:
    one, other = one - np.average(one, weights=weight), other - np.average(other, weights=weight)
    spread = (weight @ np.square(one)) * (weight @ np.square(other))
    return float((weight @ (one * other)) ** 2 / spread) if spread > 0 else 0.0


def _explained_by_levels(target: Floats, levels: Floats, weight: Floats) -> float:
    """Share of the target's variance between levels; with few households a level, less what chance gives."""
    _, place = np.unique(levels, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    means = np.bincount(place, weights=weight * target) / np.maximum(mass, 1e-12)
    total = weight @ np.square(target - np.average(target, weights=weight))
    within = weight @ np.square(target - means[place])
    spare = max(len(target) - len(mass), 1)
    return float(1 - within / total * (len(target) - 1) / spare) if total > 0 else 0.0


def _parted(levels: Floats, poor: Bools, weight: Floats) -> float:
    """Youden's index of the best guess by level: 1 if the levels tell the poor exactly. Few values only: a flag."""
    _, place = np.unique(levels, return_inverse=True)
    if place.max() >= FEWEST or not 0 < poor.mean() < 1:
        return 0.0
    is_poor = np.bincount(place, weights=weight * poor) / weight[poor].sum()
    is_not = np.bincount(place, weights=weight * ~poor) / weight[~poor].sum()
    return float(np.maximum(is_poor - is_not, 0).sum())


def _together(survey: Survey, columns: list[Column], values: Values) -> dict[str, str]:
    """Two or three numbers whose sum, product or ratio is the outcome, the one nearest to it named as the leak."""
    numbers = {c.name: _inside(values.numbers[c.name], c) for c in columns if isinstance(c, NumberColumn)}
    positive = {name: x for name, x in numbers.items() if np.isnan(x).mean() < 0.5 and np.nanmin(x) >= 0}
    logs = {name: np.log(np.where(x > 0, x, np.nan)) for name, x in positive.items() if (x > 0).mean() > 0.5}
    return _made_of(np.log(survey.outcome), logs, survey, "product") or _made_of(
        survey.outcome, positive, survey, "sum"
    )


def _inside(number: Floats, column: NumberColumn) -> Floats:
    """The number where it was not held to the trained range: beyond it, sums do not add up."""
    with np.errstate(invalid="ignore"):
        return np.where(number < column.high, number, np.nan)


def _made_of(target: Floats, numbers: dict[str, Floats], survey: Survey, how: str) -> dict[str, str]:
    """The smallest group of numbers that is the target but for a rest of half a percent of its variance."""
    strength = {name: _on(target, [x], survey.weight) for name, x in numbers.items()}
    # One that is the outcome by itself makes a group of any other: it is told alone.
    numbers = {name: x for name, x in numbers.items() if strength[name] < MADE_OF}
    suspects = sorted(numbers, key=lambda name: (-strength[name], name))
    nearest = suspects[:MOST_SUSPECTS]
    for size in (2, 3):
        for group in itertools.combinations(suspects if size == 2 else nearest, size):
            if strength[group[0]] < 0.2 and size == 2:
                break
            if _on(target, [numbers[name] for name in group], survey.weight) >= MADE_OF:
                named = [name for name in group if name == group[0] or strength[name] >= HOLDS_MUCH]
                return {name: _words(name, group, how) for name in named}
    return {}


def _words(name: str, group: tuple[str, ...], how: str) -> str:
    others = " and ".join(f"'{other}'" for other in group if other != name)
    return f"gives the outcome together with {others} (a {how} of them)"


def _on(target: Floats, numbers: list[Floats], weight: Floats) -> float:
    """Share of the target's variance that a linear regression on the numbers explains."""
    known = ~np.isnan(np.sum(numbers, axis=0))
    if known.sum() < FEWEST:
        return 0.0
    y, w = target[known], weight[known]
    matrix = np.column_stack([x[known] for x in numbers])
    matrix = matrix - np.average(matrix, weights=w, axis=0)
    spread = np.sqrt(np.average(np.square(matrix), weights=w, axis=0))
    if (spread <= 0).any():
        return 0.0
    matrix, y = matrix / spread, y - np.average(y, weights=w)
    gram, right = matrix.T @ (matrix * w[:, None]), matrix.T @ (w * y)
    beta = np.linalg.lstsq(gram, right, rcond=1e-10)[0]
    return float(right @ beta / (w @ np.square(y)))

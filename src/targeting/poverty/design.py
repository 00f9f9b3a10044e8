"""Households as matrices: one for sums of effects, one for trees. Categories of many levels become outcome means.

Such a mean is the level's mean log outcome, drawn to the overall mean as if by SHRINKING_HOUSEHOLDS average ones. For
the households that are learnt from, it is worked out on other clusters than their own: else the trees would learn how
well a household's own outcome predicts itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from targeting.contracts.pmt import CategoryColumn, CategoryEffect, Column, Linear, NumberColumn, NumberEffect
from targeting.poverty.arrays import Floats, Ints, effective_number
from targeting.poverty.columns import FEWEST_OF_LEVEL, Values

SHRINKING_HOUSEHOLDS = 20.0
FLAT, FREE = 200.0, 4.0
MOST_INDICATORS, MOST_WORK = 1_000, 2.5e10
"""Indicators of levels in the linear matrix, and households times their square, which is what a fit of it costs. The
categories of most levels do without beyond that: their means are quicker, and not as good beside other proxies."""


@dataclass(frozen=True)
class Block:
    """A column's place in the linear matrix: `width` columns from `start`, the last for missing if `has_missing`."""

    column: Column
    start: int
    width: int
    has_missing: bool
    scale: float = 1.0
    means: bool = False


@dataclass(frozen=True)
class LinearDesign:
    """The matrix without the means, and the blocks of all columns; blocks of means come last, one column each."""

    matrix: Floats
    blocks: tuple[Block, ...]

    @property
    def mean_columns(self) -> tuple[str, ...]:
        """Categories that enter by their means."""
        return tuple(block.column.name for block in self.blocks if block.means)


def linear_design(values: Values, columns: tuple[Column, ...], weight: Floats) -> LinearDesign:
    """The matrix: numbers less their typical value over their spread, hinges, codes, levels, missing cells."""
    by_means = _by_means(columns, len(values.missing))
    parts: list[Floats] = []
    blocks: list[Block] = []
    start = 0
    for column in columns:
        if column.name in by_means:
            continue
        if isinstance(column, NumberColumn):
            part, scale = _of_number(values.numbers[column.name], column, weight)
        else:
            place, scale = values.categories[column.name], 1.0
            part = np.asarray(place[:, None] == np.arange(len(column.levels)), dtype=np.float64)
        missing = _missing(values, column)
        has_missing = int(missing.sum()) >= FEWEST_OF_LEVEL
        part = np.column_stack([part, missing]) if has_missing else part
        blocks.append(Block(column, start, part.shape[1], has_missing, scale))
        parts.append(part)
        start += part.shape[1]
    for column in columns:
        if column.name in by_means:
            blocks.append(Block(column, start, 1, has_missing=False, means=True))
            start += 1
    matrix = np.column_stack(parts) if parts else np.empty((len(values.missing), 0))
    return LinearDesign(np.ascontiguousarray(matrix), tuple(blocks))


def pressure(design: LinearDesign, rows: Ints, target: Floats, weight: Floats) -> Floats:
    """How many times more strongly than a slope each column of the matrix is to be penalised.

    Hinges and codes of a number that bend its straight line no more than chance would are pressed flat, and free where
    they clearly bend it: by the F of the bends, as an empirical Bayes estimate of signal to noise has it.
    """
    result = np.ones(design.blocks[-1].start + design.blocks[-1].width)
    for block in design.blocks:
        if isinstance(block.column, NumberColumn):
            bends = len(block.column.knots) + len(block.column.codes)
            if bends:
                part = design.matrix[rows, block.start : block.start + 1 + bends]
                bend = _strength_of_bends(part, target, weight)
                result[block.start + 1 : block.start + 1 + bends] = min(FLAT, max(1.0, FREE / max(bend, 1e-9)))
    return result


def _strength_of_bends(part: Floats, target: Floats, weight: Floats) -> float:
    """F - 1 of a number's hinges or codes beside its slope, for as many households as the weights are worth; or 0."""
    straight, bent = (_rest(part[:, :width], target, weight) for width in (1, part.shape[1]))
    bends = part.shape[1] - 1
    spare = effective_number(weight) - part.shape[1] - 1
    if bent <= 0 or spare <= 1:
        return 0.0
    return float(max(0.0, (straight - bent) / bends / (bent / spare) - 1))


def _rest(part: Floats, target: Floats, weight: Floats) -> float:
    """Weighted squares that a regression on these columns leaves."""
    matrix = np.column_stack([np.ones(len(part)), part])
    gram = matrix.T @ (matrix * weight[:, None]) + 1e-8 * np.eye(matrix.shape[1])
    beta = np.linalg.solve(gram, matrix.T @ (weight * target))
    return float(weight @ np.square(target - matrix @ beta) / weight.sum())


def _by_means(columns: tuple[Column, ...], households: int) -> set[str]:
    """Categories that do not get an indicator for each level: those of most levels, until the rest is few enough."""
    left = min(MOST_INDICATORS, int((MOST_WORK / households) ** 0.5))
    chosen: set[str] = set()
    sized = [(len(column.levels), column.name) for column in columns if isinstance(column, CategoryColumn)]
    for levels, name in sorted(sized):
        left -= levels
        if left < 0:
            chosen.add(name)
    return chosen


def _missing(values: Values, column: Column) -> Floats:
    """1 where the column's cell is missing."""
    if isinstance(column, NumberColumn):
        return np.isnan(values.numbers[column.name]).astype(np.float64)
    return np.asarray(values.categories[column.name] == -1, dtype=np.float64)


def _of_number(number: Floats, column: NumberColumn, weight: Floats) -> tuple[Floats, float]:
    """Slope, hinges and codes of a number, and the spread that slope and hinges are divided by."""
    known = ~np.isnan(number)
    filled = np.where(known, number, column.typical)
    mean = np.average(filled, weights=weight)
    spread = float(np.sqrt(np.average(np.square(filled - mean), weights=weight))) or 1.0
    parts = [(filled - column.typical) / spread]
    parts += [np.where(known, np.maximum(filled - knot, 0.0), 0.0) / spread for knot in column.knots]
    parts += [(number == code).astype(np.float64) for code in column.codes]
    return np.column_stack(parts), spread


def level_means(place: Ints, levels: int, target: Floats, weight: Floats) -> Floats:
    """The shrunken mean of the target at each level."""
    seen = place >= 0
    overall = float(np.average(target, weights=weight))
    mass = np.bincount(place[seen], weights=weight[seen], minlength=levels)
    excess = np.bincount(place[seen], weights=(weight * (target - overall))[seen], minlength=levels)
    return np.asarray(overall + excess / (mass + SHRINKING_HOUSEHOLDS))


def means_of_others(place: Ints, levels: int, target: Floats, weight: Floats, part: Ints) -> Floats:
    """Per household the mean of its level over the households of other parts; NaN where it has no level."""
    result = np.full(len(place), np.nan)
    for one in np.unique(part):
        own = part == one
        others = ~own if (~own).any() else own
        means = level_means(place[others], levels, target[others], weight[others])
        result[own] = _looked_up(means, place[own])
    return result


def _looked_up(means: Floats, place: Ints) -> Floats:
    """The level's mean; NaN without a level."""
    return np.where(place >= 0, means[np.maximum(place, 0)], np.nan)


def tree_matrix(values: Values, columns: tuple[Column, ...], categories: dict[str, Floats]) -> Floats:
    """Numbers as they are, categories as the number of their level; NaN where missing. One column a column."""
    parts = [
        values.numbers[column.name]
        if isinstance(column, NumberColumn)
        else _looked_up(categories[column.name], values.categories[column.name])
        for column in columns
    ]
    return np.column_stack(parts)


def folded(
    coefficients: Floats, intercept: float, design: LinearDesign, means: dict[str, Floats], overall: float
) -> Linear:
    """The fitted coefficients as effects of cells, in the cells' own units."""
    numbers: dict[str, NumberEffect] = {}
    categories: dict[str, CategoryEffect] = {}
    for block in design.blocks:
        own = coefficients[block.start : block.start + block.width]
        missing = float(own[-1]) if block.has_missing else 0.0
        if isinstance(block.column, NumberColumn):
            hinges, codes = len(block.column.knots), len(block.column.codes)
            numbers[block.column.name] = NumberEffect(
                slope=float(own[0] / block.scale),
                hinges=tuple(float(value / block.scale) for value in own[1 : 1 + hinges]),
                codes=tuple(float(value) for value in own[1 + hinges : 1 + hinges + codes]),
                missing=missing,
            )
            continue
        levels = (means[block.column.name] - overall) * own[0] if block.means else own[: len(block.column.levels)]
        categories[block.column.name] = CategoryEffect(levels=tuple(float(v) for v in levels), missing=missing)
    return Linear(intercept=float(intercept), numbers=numbers, categories=categories)

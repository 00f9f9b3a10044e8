"""The methods that compete: each fits some households and says an index of others, higher for the better off.

A method has a path: penalties, or numbers of trees. It fits the whole path at once; which point of it is taken is
judged on households that it did not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from targeting.contracts.pmt import CategoryColumn, Column, Linear, NumberColumn, Trees
from targeting.poverty import boosting, linear
from targeting.poverty.arrays import Bools, Floats, Ints, deviance
from targeting.poverty.columns import Values
from targeting.poverty.design import (
    LinearDesign,
    folded,
    level_means,
    linear_design,
    means_of_others,
    pressure,
    tree_matrix,
)
from targeting.poverty.survey import Survey

LINEAR = ("ridge", "logit", "quantile")
BOOSTED = ("boosting", "boosting_monotone", "boosting_line")
METHODS = (*LINEAR, *BOOSTED)
SAYS_POVERTY = ("logit", "boosting_line")
"""Fitted to poverty itself; the others to the log outcome."""
CLEAR_DIRECTION = 0.05


@dataclass(frozen=True)
class Task:
    """A survey ready to be learnt from. `signs` has what the user says of a number's direction: +1 or -1."""

    survey: Survey
    columns: tuple[Column, ...]
    values: Values
    fold: Ints
    signs: dict[str, int]

    @cached_property
    def target(self) -> Floats:
        """The log outcome."""
        return np.log(self.survey.outcome)

    @cached_property
    def design(self) -> LinearDesign:
        """The linear matrix without the means."""
        return linear_design(self.values, self.columns, self.survey.weight)

    @cached_property
    def directions(self) -> dict[str, int]:
        """Numbers that go with the outcome in one direction in every fold, and what the user says."""
        found: dict[str, int] = {}
        for column in self.columns:
            if isinstance(column, NumberColumn) and not column.codes:
                signs = {self._direction(self.values.numbers[column.name], self.fold == one) for one in set(self.fold)}
                found |= {column.name: signs.pop()} if len(signs) == 1 else {}
        return found | self.signs

    def _direction(self, number: Floats, rows: Bools) -> int:
        """The sign of a clear correlation with the log outcome, else 0."""
        rows = rows & ~np.isnan(number)
        if rows.sum() < 3:
            return 0
        weight, x, y = self.survey.weight[rows], number[rows], self.target[rows]
        x, y = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
        spread = np.sqrt((weight @ np.square(x)) * (weight @ np.square(y)))
        strength = float(weight @ (x * y) / spread) if spread > 0 else 0.0
        return int(np.sign(strength)) if abs(strength) >= CLEAR_DIRECTION else 0

    def monotone(self, method: str) -> tuple[int, ...] | None:
        """Constraints of the trees, one a column. A category is the mean of the outcome at its level: it rises."""
        if method == "boosting_line":
            flipped = {name: -sign for name, sign in self.signs.items()}
            return tuple(flipped.get(column.name, 0) for column in self.columns) if flipped else None
        if method == "boosting":
            return tuple(self.signs.get(column.name, 0) for column in self.columns) if self.signs else None
        return tuple(
            1 if isinstance(column, CategoryColumn) else self.directions.get(column.name, 0) for column in self.columns
        )


@dataclass(frozen=True)
class Learner:
    """A method on some households of the task, all of them for the final fit."""

    task: Task
    rows: Ints

    @cached_property
    def means(self) -> dict[str, Floats]:
        """Mean log outcome of each category's levels, on the households learnt from."""
        weight = self.task.survey.weight[self.rows]
        return {
            column.name: level_means(
                self.task.values.categories[column.name][self.rows], len(column.levels), self.target, weight
            )
            for column in self.task.columns
            if isinstance(column, CategoryColumn)
        }

    @property
    def target(self) -> Floats:
        """The log outcome of the households learnt from."""
        return self.task.target[self.rows]

    @cached_property
    def overall(self) -> float:
        """Its mean."""
        return float(np.average(self.target, weights=self.task.survey.weight[self.rows]))

    @cached_property
    def own_means(self) -> dict[str, Floats]:
        """For the households learnt from, by category of many levels: its level's mean on other clusters."""
        survey, values = self.task.survey, self.task.values
        levels = {c.name: len(c.levels) for c in self.task.columns if isinstance(c, CategoryColumn)}
        return {
            name: means_of_others(
                values.categories[name][self.rows],
                levels[name],
                self.target,
                survey.weight[self.rows],
                self.task.fold[self.rows],
            )
            for name in self.task.design.mean_columns
        }

    @cached_property
    def pressure(self) -> Floats:
        """How many times more strongly each column of the linear matrix is penalised."""
        return pressure(self.task.design, self.rows, self.target, self.task.survey.weight[self.rows])

    def linear_matrix(self, rows: Ints, *, own: bool) -> Floats:
        """The linear matrix of some rows; `own` for the households learnt from."""
        parts = [self.task.design.matrix[rows]]
        for name in self.task.design.mean_columns:
            place = self.task.values.categories[name][rows]
            mean = self.own_means[name] if own else np.where(place >= 0, self.means[name][np.maximum(place, 0)], np.nan)
            parts.append(np.nan_to_num(mean, nan=self.overall) - self.overall)
        return np.column_stack(parts)

    def trees_matrix(self, rows: Ints, *, own: bool) -> Floats:
        """The trees' matrix of some rows; `own` for the households learnt from."""
        matrix = tree_matrix(_taken(self.task.values, rows), self.task.columns, self.means)
        if own:
            for place, column in enumerate(self.task.columns):
                if column.name in self.own_means:
                    matrix[:, place] = self.own_means[column.name]
        return matrix

    def fit(self, method: str) -> Any:
        """Coefficients a point of the path, or a booster of most trees."""
        survey = self.task.survey
        weight, poor = survey.weight[self.rows], survey.poor[self.rows]
        if method in LINEAR:
            matrix = self.linear_matrix(self.rows, own=True)
            return linear.fits(method, matrix, self.pressure, self.target, weight, poor)
        target = poor if method == "boosting_line" else self.target
        matrix = self.trees_matrix(self.rows, own=True)
        return boosting.grow(matrix, target, weight, boosting.COUNTS[-1], self.task.monotone(method))

    def indices(self, method: str, others: Ints) -> list[Floats]:
        """The index of other households at each point of the path."""
        fitted = self.fit(method)
        if isinstance(fitted, list):
            matrix = self.linear_matrix(others, own=False)
            return [beta[0] + matrix @ beta[1:] for beta in fitted]
        sign = -1 if method in SAYS_POVERTY else 1
        raw = boosting.staged(fitted, self.trees_matrix(others, own=False), boosting.COUNTS)
        return [sign * index for index in raw]

    def predictor(self, method: str, point: int) -> Linear | Trees:
        """The method at a point of its path, as the model file keeps it."""
        fitted = self.fit(method)
        if isinstance(fitted, list):
            beta = fitted[point]
            return folded(beta[1:], beta[0], self.task.design, self.means, self.overall)
        trees = boosting.arrays_of(fitted)
        boosting.check_agrees(fitted, trees, self.trees_matrix(self.rows, own=False))
        return Trees(
            base=boosting.base_of(fitted),
            sign=-1 if method in SAYS_POVERTY else 1,
            categories={name: tuple(means.tolist()) for name, means in self.means.items()},
            trees=trees[: boosting.COUNTS[point]],
        )


def _taken(values: Values, rows: Ints) -> Values:
    """Some rows of the values."""
    return Values(
        {name: number[rows] for name, number in values.numbers.items()},
        {name: place[rows] for name, place in values.categories.items()},
        {},
        {},
        values.missing[rows],
    )


def path_of(method: str) -> tuple[float, ...]:
    """The penalties or numbers of trees of a method."""
    return linear.PENALTIES[method] if method in LINEAR else boosting.COUNTS


def loss(method: str, index: Floats, task: Task) -> float:
    """What the method itself minimises, on households it did not see: squares, likelihood or the check function."""
    weight, target, poor = task.survey.weight, task.target, task.survey.poor
    if method in SAYS_POVERTY:
        return deviance(poor, -index, weight)
    gap = target - index
    if method == "quantile":
        level = task.survey.rate
        return float(np.average(np.maximum(level * gap, (level - 1) * gap), weights=weight))
    return float(np.average(np.square(gap), weights=weight))

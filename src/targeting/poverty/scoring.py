"""What a model says of households: their location, the probability below any line, an interval of the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.contracts.pmt import CategoryColumn, Column, Linear, NumberColumn, ProxyModel, Trees
from targeting.errors import ModelError
from targeting.poverty import cells, distribution
from targeting.poverty.arrays import Floats
from targeting.poverty.columns import Values, values_of
from targeting.poverty.design import tree_matrix
from targeting.poverty.survey import shown
from targeting.poverty.trees import leaf_sum

DIGITS = 9
"""Decimals of a location and a probability: what is beyond them may depend on the processor."""


@dataclass(frozen=True)
class Located:
    """Households as the model sees them. `stratum` is "" where the model has no strata or the cell is empty.

    `unseen`: cells by column whose value was unknown or rare in training, treated as missing. `beyond`: cells by column
    outside the trained range, held to it. `missing`: per household, proxies without a usable value.
    """

    location: Floats
    stratum: tuple[str, ...]
    unseen: dict[str, int]
    beyond: dict[str, int]
    missing: np.ndarray[tuple[int], np.dtype[np.int64]]


def locate(model: ProxyModel, frame: pl.DataFrame) -> Located:
    """Where the model sees each row of the frame, whose further columns do not matter.

    Raises ModelError if the frame lacks a column of the model.
    """
    check_columns(model, frame)
    values = values_of(frame, model.columns)
    location = np.zeros(frame.height)
    for member in model.members:
        index = _index(member.predictor, values, model.columns)
        location += member.weight * (member.intercept + member.slope * index)
    unseen = dict(values.unseen)
    stratum = [""] * frame.height
    if model.stratum_column is not None:
        text = cells.plain_text(frame[model.stratum_column])
        stratum = text.fill_null("").to_list()
    return Located(np.round(location, DIGITS), tuple(stratum), unseen, values.beyond, values.missing)


def check_columns(model: ProxyModel, frame: pl.DataFrame) -> None:
    """Raise ModelError that names the model's columns which the frame lacks."""
    missing = [name for name in model.needed if name not in frame.columns]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise ModelError(
            f"the file lacks {'a column' if len(missing) == 1 else 'columns'} that the model needs: {names}. "
            f"Found: {shown(frame.columns)}. Rename the file's columns, or map them with --columns."
        )


def _index(predictor: Linear | Trees, values: Values, columns: tuple[Column, ...]) -> Floats:
    """A member's index, added up column by column so that a row's sum does not depend on the rows beside it."""
    if isinstance(predictor, Trees):
        categories = {name: np.array(numbers) for name, numbers in predictor.categories.items()}
        total = predictor.base + leaf_sum(predictor.trees, tree_matrix(values, columns, categories))
        return predictor.sign * total
    index = np.full(len(values.missing), predictor.intercept)
    for column in columns:
        index += _effect(predictor, column, values)
    return index


def _effect(predictor: Linear, column: Column, values: Values) -> Floats:
    """What a column adds to the index of each row."""
    if isinstance(column, CategoryColumn):
        levels = predictor.categories[column.name]
        place = values.categories[column.name]
        return np.append(np.array(levels.levels), levels.missing)[place]
    return _of_number(predictor, column, values.numbers[column.name])


def _of_number(predictor: Linear, column: NumberColumn, number: Floats) -> Floats:
    """Slope, hinges and codes, or the effect of missing."""
    effect = predictor.numbers[column.name]
    known = ~np.isnan(number)
    filled = np.where(known, number, column.typical)
    total = effect.slope * (filled - column.typical)
    for knot, hinge in zip(column.knots, effect.hinges, strict=True):
        total += hinge * np.maximum(filled - knot, 0.0)
    for code, own in zip(column.codes, effect.codes, strict=True):
        total += own * (filled == code)
    return np.where(known, total, effect.missing)


def p_below(model: ProxyModel, located: Located, line: Floats | float) -> Floats:
    """Probability that the outcome is below the line: one number, or one a household."""
    found = distribution.p_below(model.distribution, located.location, located.stratum, np.log(line))
    return np.round(found, DIGITS)


def interval(model: ProxyModel, located: Located, level: float) -> tuple[Floats, Floats]:
    """The outcome's conformal interval that promises to hold it with this probability, in the outcome's unit."""
    learnt, location = model.distribution, located.location
    low = distribution.quantile(learnt, location, located.stratum, (1 - level) / 2, -1)
    high = distribution.quantile(learnt, location, located.stratum, (1 + level) / 2, 1)
    return np.exp(low), np.exp(high)


def scores(model: ProxyModel, located: Located, lines: dict[str, float], level: float) -> pl.DataFrame:
    """One row a household: `pmt_estimate` (median), `pmt_low`, `pmt_high` in the outcome's unit, `pmt_missing` (proxies
    without a usable value), and for each line the probability to be below it, under the line's name."""
    middle = np.exp(distribution.quantile(model.distribution, located.location, located.stratum, 0.5, 0))
    low, high = interval(model, located, level)
    columns = {
        "pmt_estimate": _significant(middle),
        "pmt_low": _significant(low),
        "pmt_high": _significant(high),
        "pmt_missing": located.missing,
    }
    return pl.DataFrame(columns | {name: p_below(model, located, line) for name, line in lines.items()})


def _significant(values: Floats, digits: int = 6) -> pl.Series:
    """Rounded to so many significant digits."""
    return pl.Series(values).round_sig_figs(digits)

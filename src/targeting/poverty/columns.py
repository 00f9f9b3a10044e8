"""What each proxy column is: a number, a category, or nothing that can be learnt from, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from targeting.contracts.pmt import CategoryColumn, Column, NumberColumn
from targeting.poverty import cells
from targeting.poverty.arrays import Floats, Ints, weighted_quantiles
from targeting.vocabulary import PERSONAL_FIELDS

FEWEST_OF_LEVEL = 10
"""A level of fewer households tells about them, not about the level."""
MOST_LEVELS = 2_000
MOST_CODES = 12
"""A whole number of no more than so many values may be a code: each value has an effect of its own beside the slope."""
READ_AS_NUMBERS = 0.95
OWN_VALUE = 0.5
"""A text of which more than this share of rows has its own value identifies; it does not describe."""
SAME_NUMBERS = 1e-9


@dataclass(frozen=True)
class Found:
    """The columns to learn from, sorted by name, and those left out with the reason; `unread` counts cells that are no
    numbers in columns of numbers."""

    columns: tuple[Column, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)


def describe(frame: pl.DataFrame, weight: Floats, categories: frozenset[str], code_lists: dict[str, str]) -> Found:
    """What every column of the frame is. `categories` are texts whatever they look like; `code_lists` has the code list
    of columns whose values are meanings."""
    found, left_out, unread = [], {}, {}
    for name in sorted(frame.columns):
        outcome = _described(frame[name], weight, name in categories or name in code_lists, code_lists.get(name))
        if isinstance(outcome, str):
            left_out[name] = outcome
            continue
        column, cells_unread = outcome
        found.append(column)
        if cells_unread:
            unread[name] = cells_unread
    return Found(tuple(found), left_out, unread)


def _described(series: pl.Series, weight: Floats, is_category: bool, code_list: str | None) -> tuple[Column, int] | str:
    """The column and its unreadable cells, or why it is left out."""
    if series.name.lower() in PERSONAL_FIELDS:
        return "personal data"
    if series.dtype.is_nested() or series.dtype in (pl.Binary, pl.Object, pl.Time, pl.Duration):
        return "neither numbers, dates nor text"
    text = cells.plain_text(series)
    if not text.count():
        return "empty"
    if not is_category:
        days = cells.dates(series)
        values = cells.numbers(series) if days is None else days
        if values.count() >= READ_AS_NUMBERS * text.count() and not _padded(text):
            number = _number(values, weight, dates=days is not None)
            return number if isinstance(number, str) else (number, text.count() - values.count())
    return _category(text, code_list)


def _padded(text: pl.Series) -> bool:
    """Whether a column has numbers with leading zeros: codes, not amounts."""
    return bool(text.str.contains(r"^0\d").any())


def _number(series: pl.Series, weight: Floats, *, dates: bool) -> NumberColumn | str:
    """The number, or why it teaches nothing."""
    known = series.is_not_null().to_numpy()
    values = series.drop_nulls().to_numpy()
    if values.max() - values.min() <= SAME_NUMBERS * abs(values.max()):
        return "always the same"
    distinct, counts = np.unique(values, return_counts=True)
    whole = bool((distinct == np.round(distinct)).all())
    if whole and len(distinct) > 0.99 * len(values) and len(values) > 2 * FEWEST_OF_LEVEL and _runs(distinct):
        return "a number of its own in nearly every row"
    low, middle, high = weighted_quantiles(values, weight[known], np.array([0.001, 0.5, 0.999]))
    if high - low <= SAME_NUMBERS * abs(high):
        low, high = values.min(), values.max()
    few = whole and 2 < len(distinct) <= MOST_CODES
    codes = tuple(float(value) for value in distinct[counts >= FEWEST_OF_LEVEL]) if few and not dates else ()
    if few:
        low, high = float(distinct[0]), float(distinct[-1])
    knots: tuple[float, ...] = ()
    if len(distinct) > MOST_CODES:
        quarters = np.unique(weighted_quantiles(values, weight[known], np.array([0.25, 0.5, 0.75])))
        knots = tuple(float(knot) for knot in quarters if low < knot < high)
    return NumberColumn(
        name=series.name, low=float(low), high=float(high), typical=float(middle), knots=knots, codes=codes, dates=dates
    )


def _runs(distinct: Floats) -> bool:
    """Whether whole numbers, all different, nearly fill their range, or have the digits of an identifier."""
    return bool(distinct[-1] - distinct[0] < 2 * len(distinct) or distinct[0] >= 1e11)


def _category(text: pl.Series, code_list: str | None) -> tuple[CategoryColumn, int] | str:
    """The category with its levels of enough households, the commonest first."""
    counts = text.drop_nulls().value_counts(name="rows").sort("rows", text.name, descending=[True, False])
    if counts.height > OWN_VALUE * text.count() and counts.height > 5:
        return "a value of its own in most rows"
    if counts.height == 1 and text.count() == text.len():
        return "always the same"
    levels = counts.filter(pl.col("rows") >= FEWEST_OF_LEVEL).head(MOST_LEVELS)
    if not levels.height:
        return f"no value in {FEWEST_OF_LEVEL} rows"
    if levels["rows"].max() == text.len():
        return "always the same"
    return CategoryColumn(name=text.name, levels=tuple(levels[text.name].to_list()), code_list=code_list), 0


@dataclass(frozen=True)
class Values:
    """Cells as numbers by column: a number's value held to the trained range, NaN where missing; a category's place
    among the levels, -1 where missing or no level.

    `unseen`: cells with a value that training did not know, by category. `beyond`: cells outside the trained range, by
    number column. `missing`: per row, columns without a usable value.
    """

    numbers: dict[str, Floats]
    categories: dict[str, Ints]
    unseen: dict[str, int]
    beyond: dict[str, int]
    missing: Ints


def values_of(frame: pl.DataFrame, columns: tuple[Column, ...]) -> Values:
    """The frame's cells as the model's columns have them; the frame must have every column."""
    numbers: dict[str, Floats] = {}
    categories: dict[str, Ints] = {}
    unseen: dict[str, int] = {}
    beyond: dict[str, int] = {}
    missing = np.zeros(frame.height, dtype=np.int64)
    for column in columns:
        if isinstance(column, NumberColumn):
            raw = _raw_numbers(frame[column.name], dates=column.dates)
            with np.errstate(invalid="ignore"):
                outside = int(((raw < column.low) | (raw > column.high)).sum())
            numbers[column.name] = np.clip(raw, column.low, column.high)
            beyond |= {column.name: outside} if outside else {}
            missing += np.isnan(raw)
            continue
        text = cells.plain_text(frame[column.name])
        places = {level: place for place, level in enumerate(column.levels)}
        place = text.replace_strict(places, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()
        new = int(((place == -1) & text.is_not_null().to_numpy()).sum())
        categories[column.name] = place
        unseen |= {column.name: new} if new else {}
        missing += place == -1
    return Values(numbers, categories, unseen, beyond, missing)


def _raw_numbers(series: pl.Series, *, dates: bool) -> Floats:
    """A column's numbers, NaN where there is none."""
    days = cells.dates(series) if dates else None
    values = cells.numbers(series) if days is None else days
    if dates and days is None and not series.dtype.is_numeric():
        values = pl.Series(series.name, [None] * series.len(), dtype=pl.Float64)
    return values.fill_null(float("nan")).to_numpy().astype(np.float64)

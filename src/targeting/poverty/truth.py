"""The truth that a list is held against: who is poor, as a survey, a census or a generator of synthetic data knows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.errors import InputFileError
from targeting.poverty import cells

HOUSEHOLD, SPENT, POOR, WEIGHT = "household_id", "consumption_idr_capita_month", "poor", "weight"
OPTIONAL = (SPENT, POOR, WEIGHT)
YES, NO = ("1", "1.0", "true", "t", "yes", "y", "ya", "poor", "miskin"), (
    "0", "0.0", "false", "f", "no", "n", "tidak", "not poor", "tidak miskin",
)  # fmt: skip
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Truth:
    """`rows`: household_id (each once), spent (rupiah a head and month, null if the file has none), poor (null: by the
    line), weight. `without_id`: rows of the file that name no household."""

    rows: pl.DataFrame
    without_id: int

    @property
    def has_spending(self) -> bool:
        """Whether the file says what households spend."""
        return self.rows["spent"].count() > 0


def truth_of(frame: pl.DataFrame, file: str) -> Truth:
    """The truth in a file with `household_id`, with `consumption_idr_capita_month` or `poor` or both, and perhaps
    `weight` (how many households of the population each stands for).

    Raises InputFileError that says which rows cannot be understood.
    """
    if SPENT not in frame.columns and POOR not in frame.columns:
        raise InputFileError(
            f"{file} has neither '{SPENT}' (rupiah a head and month) nor '{POOR}' (1 or 0). Add one: without it nobody "
            "is known to be poor."
        )
    numbered = frame.with_row_index("row_number", offset=2).with_columns(
        cells.plain_text(frame[HOUSEHOLD]).alias(HOUSEHOLD)
    )
    named = numbered.filter(pl.col(HOUSEHOLD).is_not_null())
    _refuse(named, named[HOUSEHOLD].is_duplicated(), file, "name a household that another row names too")
    spent = _numbers(named, SPENT, file)
    poor = _yes_or_no(named, file)
    if SPENT in named.columns:
        _refuse(named, spent.is_null() | (spent <= 0), file, f"have no positive '{SPENT}'")
    weight = _numbers(named, WEIGHT, file)
    if WEIGHT in named.columns:
        _refuse(named, weight.is_null() | (weight <= 0), file, f"have no positive '{WEIGHT}'")
    rows = pl.DataFrame({HOUSEHOLD: named[HOUSEHOLD], "spent": spent, "poor": poor, "weight": weight.fill_null(1.0)})
    return Truth(rows.sort(HOUSEHOLD), frame.height - named.height)


def _numbers(frame: pl.DataFrame, column: str, file: str) -> pl.Series:
    """The column's numbers; nulls of a file that lacks it."""
    if column not in frame.columns:
        return pl.Series(column, [None] * frame.height, dtype=pl.Float64)
    values = cells.numbers(frame[column])
    _refuse(frame, values.is_null() & cells.plain_text(frame[column]).is_not_null(), file, f"'{column}' is no number")
    return values


def _yes_or_no(frame: pl.DataFrame, file: str) -> pl.Series:
    """Whether each household is poor; nulls of a file that lacks the column."""
    if POOR not in frame.columns:
        return pl.Series(POOR, [None] * frame.height, dtype=pl.Boolean)
    text = cells.plain_text(frame[POOR]).str.to_lowercase()
    answers = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    poor = text.replace_strict(answers, default=None, return_dtype=pl.Boolean)
    _refuse(frame, poor.is_null(), file, f"'{POOR}' is neither 1 nor 0")
    return poor


def _refuse(frame: pl.DataFrame, wrong: pl.Series, file: str, what: str) -> None:
    """Raise InputFileError with the first rows of which `what` is wrong."""
    if not wrong.any():
        return
    found = frame.filter(wrong)["row_number"].to_list()
    rows = ", ".join(map(str, found[:SHOWN_ROWS])) + (", ..." if len(found) > SHOWN_ROWS else "")
    raise InputFileError(f"{file}: {len(found):,} rows {what} (rows {rows}). Correct or remove them.")

"""A household survey, checked: outcome, weight, cluster and stratum of every household that can be used."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.errors import ModelError
from targeting.poverty import cells
from targeting.poverty.arrays import Bools, Floats, Ints

FEWEST_HOUSEHOLDS = 60
FEWEST_OF_EACH = 10
"""Fewer households below (or above) the line teach nothing that another sample would not contradict."""
WIDEST_WEIGHTS = 1e6
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Design:
    """The columns that are no proxies: what is predicted, and how the sample was drawn."""

    outcome: str
    weight: str
    cluster: str
    stratum: str | None
    line: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a survey must have."""
        return (self.outcome, self.weight, self.cluster, *((self.stratum,) if self.stratum else ()))


@dataclass(frozen=True)
class Survey:
    """Households as arrays of one length, in an order that does not depend on the file's.

    `weight` has the mean 1. `cluster` numbers the clusters from 0. `stratum` is text, "" without strata or where it is
    missing. `frame` has the proxies as they came. `left_out` counts rows that could not be used, by reason.
    """

    frame: pl.DataFrame
    outcome: Floats
    weight: Floats
    cluster: Ints
    cluster_names: tuple[str, ...]
    stratum: tuple[str, ...]
    line: float
    left_out: dict[str, int]

    @property
    def poor(self) -> Bools:
        """Whether the outcome is below the line."""
        return self.outcome < self.line

    @property
    def rate(self) -> float:
        """Weighted share below the line."""
        return float(np.average(self.poor, weights=self.weight))


def survey_of(frame: pl.DataFrame, design: Design, *, to_train: bool) -> Survey:
    """The survey in a frame of any types. Raises ModelError that says what is wrong, in which rows, and the cure.

    `to_train` also asks for enough households, clusters, and households on both sides of the line.
    """
    _check_columns(frame, design)
    frame = frame.with_row_index("row_number", offset=1)
    outcome = _numbers(frame, design.outcome, "--outcome")
    weight = _numbers(frame, design.weight, "--weight")
    _refuse(weight.is_null(), f"column '{design.weight}' (--weight) has no weight", "Give every household a weight")
    _refuse(weight < 0, f"column '{design.weight}' (--weight) is negative", "Weights are zero or more")
    _refuse(
        (outcome <= 0).fill_null(False),
        f"column '{design.outcome}' (--outcome) is zero or negative and has no logarithm",
        "Correct these rows or leave them out",
    )
    keep = outcome.is_not_null() & (weight > 0)
    left_out = {"no_outcome": int(outcome.is_null().sum()), "weight_zero": int((weight == 0).sum())}
    cluster = cells.plain_text(frame[design.cluster])
    _refuse(
        cluster.is_null() & keep, f"column '{design.cluster}' (--cluster) is empty", "Every household is of a cluster"
    )
    survey = _ordered(frame.drop("row_number"), design, keep, outcome, weight, cluster)
    survey = replace(survey, left_out={reason: rows for reason, rows in left_out.items() if rows})
    if to_train:
        _check_enough(survey, design)
    return survey


def _check_columns(frame: pl.DataFrame, design: Design) -> None:
    """Raise ModelError for a column that is not there or has two parts to play."""
    missing = [name for name in design.columns if name not in frame.columns]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise ModelError(f"the survey has no column {names}. Found: {shown(frame.columns)}.")
    if len({design.outcome, design.weight, design.cluster}) < 3:
        raise ModelError("--outcome, --weight and --cluster must be three columns.")
    if design.stratum in (design.outcome, design.weight, design.cluster):
        raise ModelError(f"--stratum '{design.stratum}' must be a column of its own: a model needs it to score.")
    if len(frame.columns) == len({design.outcome, design.weight, design.cluster}):
        raise ModelError("the survey has no column beside outcome, weight and cluster: nothing to tell the poor by.")
    if not frame.height:
        raise ModelError("the survey has no rows.")
    if not np.isfinite(design.line) or design.line <= 0:
        raise ModelError(f"--line {design.line:g}: the line must be a positive number in the outcome's unit.")


def shown(names: list[str], most: int = 40) -> str:
    """Column names for a message, not all of hundreds."""
    more = f", and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _numbers(frame: pl.DataFrame, column: str, option: str) -> pl.Series:
    """A column that must hold numbers or nothing."""
    values = cells.numbers(frame[column])
    unread = values.is_null() & cells.plain_text(frame[column]).is_not_null()
    _refuse(unread, f"column '{column}' ({option}) holds what is no number", "Clean these cells")
    if not values.count():
        raise ModelError(f"column '{column}' ({option}) is empty. Name the right column.")
    return values


def _refuse(bad: pl.Series, what: str, cure: str) -> None:
    """Raise ModelError with the number of bad rows and the first of them, if there are any."""
    rows = bad.fill_null(False).arg_true()
    if rows.len():
        first = ", ".join(str(row + 1) for row in rows.head(SHOWN_ROWS))
        more = ", ..." if rows.len() > SHOWN_ROWS else ""
        raise ModelError(f"{what} in {rows.len():,} rows (data rows {first}{more}). {cure}.")


def _ordered(
    frame: pl.DataFrame, design: Design, keep: pl.Series, outcome: pl.Series, weight: pl.Series, cluster: pl.Series
) -> Survey:
    """The rows to be used, sorted by all they hold, so that the file's order of rows and columns changes nothing."""
    proxies = sorted(name for name in frame.columns if name not in {design.outcome, design.weight, design.cluster})
    kept = (
        frame.select(proxies)
        .with_columns(outcome.alias("\0y"), weight.alias("\0w"), cluster.alias("\0c"))
        .filter(keep)
        .sort("\0c", "\0y", "\0w", maintain_order=True)
    )
    ties = kept.select(pl.struct("\0c", "\0y", "\0w").is_duplicated().any()).item() if kept.height else False
    if ties:
        comparable = [name for name in proxies if not kept.schema[name].is_nested()]
        kept = kept.sort("\0c", "\0y", "\0w", *comparable, nulls_last=True, maintain_order=True)
    if not kept.height:
        raise ModelError("no row of the survey has both an outcome and a weight above zero.")
    names = kept["\0c"].unique().sort()
    weights = kept["\0w"].to_numpy().astype(np.float64)
    stratum = cells.plain_text(kept[design.stratum]).fill_null("").to_list() if design.stratum else [""] * kept.height
    return Survey(
        frame=kept.select(proxies),
        outcome=kept["\0y"].to_numpy().astype(np.float64),
        weight=weights / weights.mean(),
        cluster=names.search_sorted(kept["\0c"]).to_numpy().astype(np.int64),
        cluster_names=tuple(names.to_list()),
        stratum=tuple(stratum),
        line=design.line,
        left_out={},
    )


def _check_enough(survey: Survey, design: Design) -> None:
    """Raise ModelError for a sample that cannot teach a model."""
    rows, clusters = len(survey.outcome), len(survey.cluster_names)
    low, high = survey.outcome.min(), survey.outcome.max()
    poor = int(survey.poor.sum())
    if clusters < 2:
        raise ModelError(
            f"column '{design.cluster}' (--cluster) has one value only: a model must be judged on clusters that it did "
            "not see. Name the column of the primary sampling units; without one, a household id makes each its own."
        )
    if rows < FEWEST_HOUSEHOLDS:
        raise ModelError(f"{rows} households are too few to train on; {FEWEST_HOUSEHOLDS} are the least.")
    if not FEWEST_OF_EACH <= poor <= rows - FEWEST_OF_EACH:
        raise ModelError(
            f"{poor:,} of {rows:,} households are below the line of {design.line:g}, and at least {FEWEST_OF_EACH} "
            f"must be on either side. '{design.outcome}' goes from {low:g} to {high:g}: check that --line is in the "
            "same unit (a head or a household, a month or a year)."
        )
    if survey.weight.max() / survey.weight.min() > WIDEST_WEIGHTS:
        raise ModelError(
            f"column '{design.weight}' (--weight): the largest weight is over {WIDEST_WEIGHTS:,.0f} times the least. "
            "Check the column."
        )

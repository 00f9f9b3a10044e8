"""Shares and expected counts with 95 % intervals, as plain data that JSON and pages can hold."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from targeting.contracts.shares import NORMAL_95, wilson


def share(hits: int, of: int) -> dict[str, Any]:
    """hits, of, value, low, high: a share with its Wilson score interval; null of nothing."""
    if of == 0:
        return {"hits": hits, "of": of, "value": None, "low": None, "high": None}
    low, high = wilson(hits, of)
    return {"hits": hits, "of": of, "value": hits / of, "low": low, "high": high}


def expected(probabilities: pl.Series) -> dict[str, Any]:
    """of, value, low, high: how many are expected to be so, were each household independent of the others.

    That is the least there is to doubt: an error in the line or the official rate moves all households together.
    """
    known = probabilities.drop_nulls()
    if known.is_empty():
        return {"of": 0, "value": None, "low": None, "high": None}
    # Summed exactly, so that neither the order of rows nor the number of threads shows in the last digit.
    values = known.to_list()
    value = math.fsum(values)
    half = NORMAL_95 * math.sqrt(math.fsum(p * (1 - p) for p in values))
    return {"of": len(values), "value": value, "low": max(0.0, value - half), "high": min(len(values), value + half)}

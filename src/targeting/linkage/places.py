"""The place of each pair among those of its record: the heaviest first, equals by the other record's number."""

from __future__ import annotations

import numpy as np

from targeting.linkage.pattern import FloatArray, IntArray


def places(record: IntArray, weight: FloatArray, other: IntArray) -> IntArray:
    """1 for the first pair of each record, 2 for the next. Pairs of a record have different others.

    One sort of all pairs; a rank over groups of structs takes polars five times as long.
    """
    order = np.lexsort((other, -weight, record))
    ordered = record[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(order) else order
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(1, len(order) + 1) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return found


def best_rivals(record: IntArray, weight: FloatArray) -> FloatArray:
    """The greatest weight among the other pairs of each pair's record; NaN where it is the only one."""
    order = np.lexsort((-weight, record))
    ordered, heavy = record[order], weight[order]
    first = np.append(True, ordered[1:] != ordered[:-1]) if len(order) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(order)))
    second = np.where(sizes > 1, heavy[np.minimum(starts + 1, max(len(order) - 1, 0))], np.nan)
    found = np.empty(len(order))
    found[order] = np.where(first, np.repeat(second, sizes), np.repeat(heavy[starts], sizes))
    return found

"""Exact probabilities where rivals form a cycle: two twins in both files, each the other's rival on both sides.

Belief propagation (rivals.py) hears its own echo in a cycle and is too sure of which way round it is. Cycles are small,
so all matchings of their component are counted: record by record of one side, with which records of the other side are
taken. Many components of one shape are counted at once.
"""

from __future__ import annotations

import numpy as np

from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.rivals import Group, components

OF_ACCOUNT = (0.0, 1e-9, 1e-6)
"""Probability from which a pair is of account. All pairs are, unless that makes a component too large to count; then
the least are left out step by step. An echo may square a probability: one in a million may be one in a thousand.
"""
MOST_COLUMNS, MOST_ROWS = 6, 12
"""Records of the lesser and of the greater side of a component that is counted; larger ones keep their echo."""

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def with_cycles_counted(left: IntArray, right: IntArray, odds: FloatArray, probability: FloatArray) -> FloatArray:
    """The probabilities of one-to-one pairs, exact for those whose component has a cycle and is small.

    `odds` are against both records being alone; `probability` is that of belief propagation.
    """
    exact, todo = probability.copy(), np.ones(len(probability), dtype=bool)
    for least in OF_ACCOUNT:
        some = np.flatnonzero(todo & (probability >= least))
        if len(some):
            done = _count(left, right, odds, exact, some)
            todo[some[done]] = False
    return exact


def _count(left: IntArray, right: IntArray, odds: FloatArray, exact: FloatArray, some: IntArray) -> BoolArray:
    """Writes the exact probabilities of some pairs; true for those whose component has no cycle or was counted."""
    sides = Group.of(left[some]), Group.of(right[some])
    part = components(*sides)
    ends = [_within(side, part) for side in sides]
    counts = [np.bincount(part, weights=1.0 / np.bincount(s.code)[s.code]).round().astype(np.int64) for s in sides]
    cyclic = np.bincount(part) >= counts[0] + counts[1]
    columns, rows = np.minimum(*counts), np.maximum(*counts)
    small = cyclic & (columns <= MOST_COLUMNS) & (rows <= MOST_ROWS)
    turned = (counts[0] < counts[1])[part]
    row, column = np.where(turned, ends[1], ends[0]), np.where(turned, ends[0], ends[1])
    for shape in sorted(set(zip(rows[small].tolist(), columns[small].tolist(), strict=True))):
        here = (small & (rows == shape[0]) & (columns == shape[1]))[part]
        which = np.unique(part[here], return_inverse=True)[1].reshape(-1)
        weights = np.zeros((int(which.max()) + 1, *shape))
        weights[which, row[here], column[here]] = odds[some[here]]
        exact[some[here]] = marginals(weights)[which, row[here], column[here]]
    return (small | ~cyclic)[part]


def _within(side: Group, part: IntArray) -> IntArray:
    """For each pair the number of its record among the records of its component, from 0."""
    record_part = np.zeros(len(side.starts), dtype=np.int64)
    record_part[side.code] = part
    order = np.argsort(record_part, kind="stable")
    ordered = record_part[order]
    first = np.append(True, ordered[1:] != ordered[:-1])
    place = np.arange(len(order)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    number = np.zeros(len(order), dtype=np.int64)
    number[order] = place
    return number[side.code]


def marginals(weights: FloatArray) -> FloatArray:
    """The probability of every pair, of (components, rows, columns) odds; 0 where there is no pair.

    after[i] holds, for each set of columns taken, the sum over matchings of the first i rows; before[i] the sum over
    those of the other rows that take none of the set.
    """
    parts, rows, columns = weights.shape
    sets = np.arange(1 << columns)
    without = [sets[(sets >> column) & 1 == 0] for column in range(columns)]
    after = np.zeros((rows + 1, parts, len(sets)))
    after[0, :, 0] = 1.0
    before = np.ones((rows + 1, parts, len(sets)))
    for i in range(rows):
        after[i + 1] = after[i]
        for column, free in enumerate(without):
            after[i + 1][:, free | (1 << column)] += after[i][:, free] * weights[:, i, column, None]
    for i in reversed(range(rows)):
        before[i] = before[i + 1]
        for column, free in enumerate(without):
            before[i][:, free] += before[i + 1][:, free | (1 << column)] * weights[:, i, column, None]
    found = np.zeros_like(weights)
    for i in range(rows):
        for column, free in enumerate(without):
            both = (after[i][:, free] * before[i + 1][:, free | (1 << column)]).sum(axis=1)
            found[:, i, column] = both * weights[:, i, column]
    return np.asarray(found / before[0][:, 0][:, None, None])

"""Walks trees kept as arrays: what scores a household where no learning library is at hand."""

from __future__ import annotations

import numpy as np

from targeting.contracts.pmt import Tree
from targeting.poverty.arrays import Floats

ROWS_AT_ONCE = 16_384
"""So many households' values stay in the processor's cache while all trees pass over them."""


def leaf_sum(trees: tuple[Tree, ...], matrix: Floats) -> Floats:
    """The sum of the leaves that each row of the matrix falls into; NaN is missing. A row's sum depends on it alone."""
    arrays = [_Walked(tree) for tree in trees]
    result = np.zeros(len(matrix))
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        rows = np.ascontiguousarray(matrix[start : start + ROWS_AT_ONCE].T)
        total = result[start : start + ROWS_AT_ONCE]
        for tree in arrays:
            total += tree.leaves(rows)
    return result


class _Walked:
    """A tree as numpy arrays; a leaf leads to itself, so that a walk of the tree's depth ends in one."""

    def __init__(self, tree: Tree) -> None:
        self.value = np.array(tree.value)
        leaf = np.array(tree.left) == -1
        here = np.arange(len(leaf))
        self.feature = np.where(leaf, 0, np.array(tree.feature))
        self.threshold = np.where(leaf, np.inf, np.array(tree.threshold, dtype=np.float64))
        left, right = np.where(leaf, here, np.array(tree.left)), np.where(leaf, here, np.array(tree.right))
        # Children side by side: the answer 0 or 1 of a comparison chooses among them.
        self.children = np.stack([left, right], axis=1).ravel()
        self.missing_right = 1 - np.array(tree.missing_left)
        self.depth = _depth(tree)

    def leaves(self, rows: Floats) -> Floats:
        """Each row's leaf value; `rows` has one line a feature."""
        count = rows.shape[1]
        place = np.zeros(count, dtype=np.int64)
        across = np.arange(count)
        for _ in range(self.depth):
            cell = rows[self.feature[place], across]
            right = np.where(np.isnan(cell), self.missing_right[place], cell > self.threshold[place])
            place = self.children[2 * place + right.astype(np.int64)]
        leaves: Floats = self.value[place]
        return leaves


def _depth(tree: Tree) -> int:
    """Edges from the root to the farthest leaf; children stand behind their parents."""
    depth = [0] * len(tree.value)
    for node, (left, right) in enumerate(zip(tree.left, tree.right, strict=True)):
        if left != -1:
            depth[left] = depth[right] = depth[node] + 1
    return max(depth)

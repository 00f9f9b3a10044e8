"""Gradient boosted trees, grown by scikit-learn and kept as arrays of our own."""

from __future__ import annotations

from typing import Any

import numpy as np

from targeting.contracts.pmt import Tree
from targeting.errors import ModelError
from targeting.poverty.arrays import Bools, Floats
from targeting.poverty.trees import leaf_sum

COUNTS = (20, 40, 70, 110, 160, 230, 320)
"""Numbers of trees to choose from."""
RATE = 0.07
SMALL = 20_000
"""Up to so many households the trees are kept smaller."""
CLOSE = 1e-6
CHECKED_ROWS = 2_000


def grow(matrix: Floats, target: Floats | Bools, weight: Floats, trees: int, signs: tuple[int, ...] | None) -> Any:
    """A fitted booster: of a number by squares, of a yes or no by likelihood. `signs`: +1 rises, -1 falls, 0 free."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor  # noqa: PLC0415  (slow)

    small = len(target) <= SMALL
    settings = {
        "max_iter": trees,
        "learning_rate": RATE,
        "max_leaf_nodes": 8 if small else 31,
        "min_samples_leaf": max(10, min(40, len(target) // 40)),
        "l2_regularization": 5.0,
        "early_stopping": False,
        "random_state": 0,
        "monotonic_cst": None if signs is None else np.array(signs),
    }
    kind = HistGradientBoostingClassifier if target.dtype == np.bool_ else HistGradientBoostingRegressor
    return kind(**settings).fit(matrix, target, sample_weight=weight)


def staged(booster: Any, matrix: Floats, counts: tuple[int, ...]) -> list[Floats]:
    """The raw prediction (log odds of a yes or no) with the first so many trees, for each of the counts."""
    trees = arrays_of(booster)
    total = np.full(len(matrix), base_of(booster))
    results, done = [], 0
    for count in counts:
        total = total + leaf_sum(trees[done:count], matrix)
        results.append(total)
        done = count
    return results


def base_of(booster: Any) -> float:
    """What the booster says before its first tree."""
    return float(np.asarray(booster._baseline_prediction).ravel()[0])


def arrays_of(booster: Any) -> tuple[Tree, ...]:
    """The booster's trees, each node a place in arrays, the root first and children behind their parents."""
    return tuple(_tree(predictors[0].nodes) for predictors in booster._predictors)


def _tree(nodes: Any) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=tuple(np.where(leaf, 0, nodes["feature_idx"]).tolist()),
        threshold=tuple(np.where(leaf, 0.0, _finite(nodes["num_threshold"])).tolist()),
        left=tuple(np.where(leaf, -1, nodes["left"].astype(np.int64)).tolist()),
        right=tuple(np.where(leaf, -1, nodes["right"].astype(np.int64)).tolist()),
        missing_left=tuple(nodes["missing_go_to_left"].astype(np.int64).tolist()),
        value=tuple(np.where(leaf, nodes["value"], 0.0).tolist()),
    )


def _finite(thresholds: Floats) -> Floats:
    """A split of missing against the rest has an infinite threshold, which JSON has not: no value is above 1e300."""
    return np.clip(thresholds, -1e300, 1e300)


def check_agrees(booster: Any, trees: tuple[Tree, ...], matrix: Floats) -> None:
    """Raise ModelError unless the kept trees say what the library's own prediction says."""
    some = matrix[:: max(1, len(matrix) // CHECKED_ROWS)]
    library = booster.decision_function(some) if hasattr(booster, "decision_function") else booster.predict(some)
    ours = base_of(booster) + leaf_sum(trees, some)
    if not np.allclose(library, ours, rtol=CLOSE, atol=CLOSE):
        raise ModelError("the trees that were read out of scikit-learn do not agree with it: this release keeps them "
                         "otherwise. Install the version that constraints.txt names.")  # fmt: skip

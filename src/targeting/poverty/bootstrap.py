"""How sure a measure is: the survey's clusters are drawn anew, with replacement within strata.

Where none of those who were counted is a hit, or all are, drawing them anew says the same each time, as if it were
certain. There the share has the interval of Wilson, of as many trials as the households are worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from targeting.contracts.shares import wilson
from targeting.poverty.arrays import Floats, Ints, effective_number

Told = dict[str, float | None]
"""value, low, high."""
LOW, HIGH = 0.025, 0.975
CLOSE_TO_END = 1e-12
"""A share this close to 0 or 1 differs from it by arithmetic only."""


def resampled(weight: Floats, cluster: Ints, stratum: Sequence[str], replicates: int, seed: int) -> Iterator[Floats]:
    """The weights of each replicate: a household counts as often as its cluster was drawn.

    Each stratum draws as many clusters as it has; a stratum of one cluster draws it once, which understates its share.
    A cluster that lies in several strata is of its first.
    """
    clusters = int(cluster.max()) + 1
    of_cluster = np.full(clusters, -1, dtype=np.int64)
    _, codes = np.unique(np.array(stratum), return_inverse=True)
    of_cluster[cluster[::-1]] = codes[::-1]
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(of_cluster == code) for code in range(int(codes.max()) + 1)]
    for _ in range(replicates):
        drawn = np.zeros(clusters)
        for own in members:
            if len(own):
                drawn[own] = np.bincount(rng.integers(0, len(own), len(own)), minlength=len(own))
        yield weight * drawn[cluster]


def interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The middle 95 % of the replicates; None if most say nothing."""
    known = np.array([value for value in values if not np.isnan(value)])
    if len(known) < max(2, len(values) / 2):
        return None, None
    low, high = np.quantile(known, [LOW, HIGH])
    return float(low), float(high)


def told(value: float, replicates: Sequence[float], of: float = 0.0) -> Told:
    """value, low, high of a measure; None where nobody can tell.

    `of`: the trials that a share is of (`trials`); 0 for a measure that is no share.
    """
    low, high = interval(replicates)
    if low is not None and high is not None and of > 0 and min(value, 1 - value) < CLOSE_TO_END:
        least, most = wilson(value * of, of)
        low, high = min(low, least), max(high, most)
    return {"value": None if np.isnan(value) else float(value), "low": low, "high": high}


def trials(weight: Floats, cluster: Ints | None = None) -> float:
    """As how many independent households the weighted ones count (Kish); 0 of nobody.

    With clusters, as how many clusters: where all agree nothing tells how alike neighbours are, so as alike as can be.
    """
    mass = weight if cluster is None else np.bincount(cluster, weights=weight).astype(np.float64)
    return effective_number(mass) if mass.any() else 0.0

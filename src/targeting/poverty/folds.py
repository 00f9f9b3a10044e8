"""Folds that keep clusters whole, the same for the same survey whatever the order of its rows."""

from __future__ import annotations

import hashlib

import numpy as np

from targeting.poverty.arrays import Ints
from targeting.poverty.survey import Survey

FOLDS = 5


def folds_of(survey: Survey, seed: int) -> Ints:
    """Each household's fold, 0 to 4 (fewer with fewer clusters): every cluster in one fold, folds of about equal size
    and with the poor shared out.

    Clusters are dealt from the one of most poor on, equals in the order of a hash of their name, each to the fold that
    has least of the poor and of the households so far.
    """
    count = min(FOLDS, len(survey.cluster_names))
    rows = np.bincount(survey.cluster)
    poor = np.bincount(survey.cluster, weights=survey.poor)
    keys = [hashlib.sha256(f"{seed}:{name}".encode()).hexdigest() for name in survey.cluster_names]
    dealt = sorted(range(len(keys)), key=lambda one: (-poor[one], keys[one]))
    fold_of_cluster = np.zeros(len(keys), dtype=np.int64)
    held = np.zeros(count)
    share = poor / max(poor.sum(), 1) + rows / rows.sum()
    for one in dealt:
        fold = int(np.argmin(held))
        fold_of_cluster[one] = fold
        held[fold] += share[one]
    return fold_of_cluster[survey.cluster]

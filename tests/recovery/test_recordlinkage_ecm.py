"""Training against recordlinkage's ECM, where both apply: columns that agree or not, independent, nothing missing."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from targeting.linkage.comparisons.places import CategoryComparison
from targeting.linkage.counts import Counts, Equality, TrainingCounts
from targeting.linkage.model import Model
from targeting.linkage.pattern import Digit, PatternSpace
from targeting.linkage.training import train

M = np.array([0.97, 0.92, 0.85, 0.95, 0.9])
U = np.array([0.02, 0.05, 0.1, 0.01, 0.2])
"""How often the columns agree, for one person and for strangers."""
RIGHT = 100
PAIRS = 400_000
SPACE = PatternSpace(tuple(Digit(CategoryComparison(f"c{i}")) for i in range(len(M))))
VECTORS = np.array(list(product((0, 1), repeat=len(M))))


def drawn(matches: int, seed: int) -> np.ndarray:
    """Pairs by vector of agreement, in the order of VECTORS."""
    draws = np.random.default_rng(seed)
    likely = [np.prod(np.where(VECTORS == 1, share, 1 - share), axis=1) for share in (M, U)]
    return draws.multinomial(matches, likely[0]) + draws.multinomial(PAIRS - matches, likely[1])


def by_ecm(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """m and u of agreement, and the share of matches, as recordlinkage finds them."""
    import pandas as pd  # noqa: PLC0415  (a second that whoever only collects the tests need not wait)
    import recordlinkage  # noqa: PLC0415

    vectors = pd.DataFrame(np.repeat(VECTORS, pairs, axis=0), columns=[f"c{i}" for i in range(len(M))])
    classifier = recordlinkage.ECMClassifier(init="jaro", atol=1e-8, max_iter=1_000)
    classifier.fit(vectors)
    m, u = ([probs[name][1] for name in vectors] for probs in (classifier.m_probs, classifier.u_probs))
    return np.array(m), np.array(u), float(classifier.p)


def by_training(pairs: np.ndarray) -> Model:
    """The program's model of the same pairs; values that agree are all equally rare."""
    digits = np.where(VECTORS == 1, SPACE.digits[0].offsets[2] + 5, SPACE.digits[0].offsets[1])
    patterns = digits @ np.array(SPACE.radices)
    every = Counts(patterns, pairs.astype(np.float64), float(PAIRS))
    agree = pairs @ VECTORS / PAIRS
    equal = tuple(Equality(float(share), float(u)) for share, u in zip(agree, U, strict=True))
    return train(SPACE, TrainingCounts(every, every, None, equal), RIGHT, ())


@pytest.mark.parametrize("matches", [800, 2_000, 3_600])
def test_training_finds_what_recordlinkage_finds(matches: int) -> None:
    pairs = drawn(matches, matches)
    m, u, share = by_ecm(pairs)
    model = by_training(pairs)
    groups = {group.members[0]: group for group in model.groups}
    assert list(range(len(M))) == sorted(groups)
    found_m, found_u = (np.array([getattr(groups[i], which)[2] for i in range(len(M))]) for which in ("m", "u"))
    assert m == pytest.approx(found_m, abs=0.01)
    assert u == pytest.approx(found_u, abs=0.001, rel=0.02)
    assert share == pytest.approx(model.prior, rel=0.01)


@pytest.mark.parametrize("matches", [800, 3_600])
def test_both_tell_the_same_pairs_to_be_one_person(matches: int) -> None:
    pairs = drawn(matches, matches + 1)
    m, u, share = by_ecm(pairs)
    odds = np.log2(share / (1 - share)) + np.where(VECTORS == 1, np.log2(m / u), np.log2((1 - m) / (1 - u))).sum(axis=1)
    digits = np.where(VECTORS == 1, SPACE.digits[0].offsets[2] + 5, SPACE.digits[0].offsets[1])
    weights = by_training(pairs).weights(SPACE, digits @ np.array(SPACE.radices))
    assert odds == pytest.approx(weights, abs=0.4)
    assert ((odds > 0) == (weights > 0)).tolist() == [True] * len(VECTORS)

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

from targeting.poverty.bootstrap import interval, resampled
from targeting.poverty.metrics import measures, ndcg, ranked
from targeting.poverty.rates import shift_to, shifted

RNG = np.random.default_rng(11)
OUTCOME = RNG.lognormal(0, 0.7, 900)
CHANCE = np.round(1 / (1 + np.exp(2.5 * np.log(OUTCOME) + RNG.normal(0, 1, 900) + 1)), 2)  # with ties
LINE = 0.6
POOR = OUTCOME < LINE
WEIGHT = RNG.integers(1, 5, 900).astype(float)


def told(weight: np.ndarray, quotas: dict[str, float] | None = None) -> dict[str, float]:
    """The measures of the example under a weight."""
    households = ranked(CHANCE, OUTCOME, LINE, weight)
    return measures(households, weight[households.order], quotas or {"rate": float(np.average(POOR, weights=weight))})


def test_areas_and_brier_are_those_of_the_library() -> None:
    found = told(WEIGHT)
    assert found["auc"] == pytest.approx(roc_auc_score(POOR, CHANCE, sample_weight=WEIGHT))
    assert found["pr_auc"] == pytest.approx(average_precision_score(POOR, CHANCE, sample_weight=WEIGHT))
    assert found["brier"] == pytest.approx(np.average((CHANCE - POOR) ** 2, weights=WEIGHT))
    unweighted = mannwhitneyu(CHANCE[POOR], CHANCE[~POOR]).statistic / (POOR.sum() * (~POOR).sum())
    assert told(np.ones(900))["auc"] == pytest.approx(unweighted)


def test_a_weight_of_three_counts_as_three_households() -> None:
    times = WEIGHT.astype(int)
    many = ranked(np.repeat(CHANCE, times), np.repeat(OUTCOME, times), LINE, np.ones(times.sum()))
    rate = {"rate": float(np.average(POOR, weights=WEIGHT))}
    repeated = measures(many, np.ones(times.sum()), rate)
    for name in ("auc", "pr_auc", "brier", "calibration_slope", "calibration_intercept", "eer_rate", "fpr_rate"):
        assert told(WEIGHT)[name] == pytest.approx(repeated[name]), name


def test_at_a_quota_of_the_rate_exclusion_and_inclusion_error_are_one() -> None:
    found = told(WEIGHT)
    assert found["eer_rate"] == pytest.approx(found["ier_rate"])
    rate = np.average(POOR, weights=WEIGHT)
    assert found["fpr_rate"] == pytest.approx(found["ier_rate"] * rate / (1 - rate))


def test_errors_by_hand() -> None:
    chance, outcome = np.array([0.9, 0.8, 0.7, 0.1]), np.array([1.0, 3.0, 1.0, 3.0])
    households = ranked(chance, outcome, 2.0, np.ones(4))
    found = measures(households, np.ones(4), {"half": 0.5, "quarter": 0.25})
    assert (found["eer_half"], found["ier_half"], found["fpr_half"]) == (0.5, 0.5, 0.5)
    assert (found["eer_quarter"], found["ier_quarter"], found["fpr_quarter"]) == (0.5, 0.0, 0.0)


def test_households_of_one_probability_share_the_edge_of_a_quota() -> None:
    households = ranked(np.full(10, 0.5), np.array([1.0] * 2 + [3.0] * 8), 2.0, np.ones(10))
    found = measures(households, np.ones(10), {"half": 0.5})
    assert (found["eer_half"], found["auc"]) == (0.5, 0.5)


def test_ndcg_is_that_of_the_library_where_nothing_is_tied() -> None:
    chance = CHANCE + RNG.uniform(0, 1e-4, 900)
    gap = np.maximum(LINE - OUTCOME, 0) / LINE
    households = ranked(chance, OUTCOME, LINE, np.ones(900))
    assert ndcg(households, np.ones(900), 25.0) == pytest.approx(ndcg_score([gap], [chance], k=25))


def test_probabilities_that_are_true_have_slope_one_and_no_calibration_error() -> None:
    rng = np.random.default_rng(5)
    chance = rng.beta(1, 6, 60_000)
    outcome = np.where(rng.random(60_000) < chance, 1.0, 3.0)
    households = ranked(chance, outcome, 2.0, np.ones(60_000))
    found = measures(households, np.ones(60_000), {})
    assert found["calibration_slope"] == pytest.approx(1, abs=0.03)
    assert found["calibration_intercept"] == pytest.approx(0, abs=0.06)
    assert found["ece"] < 0.006


def test_clusters_are_drawn_whole_and_within_their_strata() -> None:
    cluster = np.repeat(np.arange(20), 5)
    stratum = ["a" if one < 8 else "b" for one in cluster]
    for weight in resampled(np.ones(100), cluster, stratum, 10, 1):
        assert all(len(set(weight[cluster == one])) == 1 for one in range(20))
        assert (weight[:40].sum(), weight[40:].sum()) == (40, 60)


def test_an_interval_needs_replicates_that_say_something() -> None:
    assert interval([float("nan")] * 20) == (None, None)
    low, high = interval([float(one) for one in range(101)])
    assert (low, high) == (2.5, 97.5)


def test_a_shift_makes_the_rate_true_and_keeps_the_order() -> None:
    for rate in (0.0085, 0.12, 0.6):
        shift = shift_to(rate, CHANCE, WEIGHT)
        after = shifted(CHANCE, shift)
        assert np.average(after, weights=WEIGHT) == pytest.approx(rate, abs=1e-9)
        inside = (CHANCE > 0) & (CHANCE < 1)
        assert (np.diff(after[inside][np.argsort(CHANCE[inside])]) >= -1e-15).all()

"""How well probabilities order and name the poor: every measure weighted, ties shared.

Poor P, selected S, all weights: EER = |P without S| / |P|, IER = |S without P| / |S|, FPR = |S without P| / |not P|. A
quota is a share of all weight; of households with equal probability at its edge each is selected in part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from targeting.poverty.arrays import Bools, Floats, Ints, log_odds, logistic
from targeting.poverty.bootstrap import trials

BINS = 10
SEATS = 25
"""The seats of one WUB batch."""
CLOSE = 0.05
"""Share of the households at whose head precision is told beside the seats."""


@dataclass(frozen=True)
class Ranked:
    """Households from the most probably poor to the least, worked out once for many weights.

    `order` sorts the rows; all other arrays are in that order. `first` is where each group of equal probabilities
    begins, `band` the tenth of the weight a household's probability is in. `gap` is (line - outcome) / line, 0 for the
    not poor; `gap_order` sorts by it, largest first.
    """

    order: Ints
    probability: Floats
    poor: Bools
    first: Ints
    band: Ints
    gap: Floats
    gap_order: Ints
    seats: Bools


def ranked(probability: Floats, outcome: Floats, line: float, weight: Floats) -> Ranked:
    """The households in order of probability; among equals by nothing that measures depend on."""
    order = np.argsort(-probability, kind="stable")
    sorted_probability, sorted_outcome = probability[order], outcome[order]
    first = np.flatnonzero(np.concatenate([[True], np.diff(sorted_probability) != 0]))
    share = np.cumsum(weight[order]) / weight.sum()
    group = np.repeat(np.arange(len(first)), np.diff(np.concatenate([first, [len(order)]])))
    band = np.minimum((share[first] * BINS).astype(np.int64), BINS - 1)[group]
    gap = np.maximum(line - sorted_outcome, 0.0) / line
    return Ranked(
        order=order,
        probability=sorted_probability,
        poor=sorted_outcome < line,
        first=first,
        band=band,
        gap=gap,
        gap_order=np.argsort(-gap, kind="stable"),
        seats=np.arange(len(order)) < SEATS,
    )


def measures(households: Ranked, weight: Floats, quotas: dict[str, float]) -> dict[str, float]:
    """All measures by name; `weight` in the order of `households.order`. NaN where a measure has no households.

    `eer_NAME`, `ier_NAME`, `fpr_NAME` for each quota.
    """
    curve = _Curve(households, weight)
    at_head = households.seats
    result = {
        "auc": curve.auc(),
        "pr_auc": curve.average_precision(),
        "brier": float(np.average(np.square(households.probability - households.poor), weights=weight)),
        **_calibration(households, weight),
        "precision_25": _share(float(weight[at_head] @ households.poor[at_head]), float(weight[at_head].sum())),
        "precision_5pct": 1 - curve.errors(CLOSE)["ier"],
        "ndcg_25": ndcg(households, weight, float(SEATS)),
    }
    for name, quota in quotas.items():
        result |= {f"{kind}_{name}": value for kind, value in curve.errors(quota).items()}
    if "rate" in quotas:
        result["ndcg_rate"] = ndcg(households, weight, quotas["rate"] * len(weight))
    return result


class _Curve:
    """Weight of all and of the poor down to each group of equal probability."""

    def __init__(self, households: Ranked, weight: Floats) -> None:
        self.group = np.add.reduceat(weight, households.first)
        self.poor_group = np.add.reduceat(weight * households.poor, households.first)
        self.all = np.concatenate([[0.0], np.cumsum(self.group)])
        self.poor = np.concatenate([[0.0], np.cumsum(self.poor_group)])

    def errors(self, quota: float) -> dict[str, float]:
        """EER, IER and FPR when this share of all weight is selected."""
        total, poor = self.all[-1], self.poor[-1]
        selected = quota * total
        hits = float(np.interp(selected, self.all, self.poor))
        return {
            "eer": 1 - _share(hits, poor),
            "ier": 1 - _share(hits, selected),
            "fpr": _share(selected - hits, total - poor),
        }

    def auc(self) -> float:
        """Chance that a poor household stands before one that is not; equals count half."""
        others = self.group - self.poor_group
        after = others.sum() - np.cumsum(others)
        return _share(float(self.poor_group @ (after + others / 2)), float(self.poor[-1] * others.sum()))

    def average_precision(self) -> float:
        """Area under precision against recall: mean precision where the poor stand."""
        held = self.all[1:] > 0
        precision = self.poor[1:][held] / self.all[1:][held]
        return _share(float(self.poor_group[held] @ precision), float(self.poor[-1]))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _calibration(households: Ranked, weight: Floats) -> dict[str, float]:
    """Slope and intercept of the log odds (1 and 0 if true), expected calibration error over tenths, and the mean told
    over the share that is true."""
    slope, intercept = _recalibrated(log_odds(households.probability), households.poor, weight)
    mass = np.bincount(households.band, weights=weight, minlength=BINS)
    told = np.bincount(households.band, weights=weight * households.probability, minlength=BINS)
    true = np.bincount(households.band, weights=weight * households.poor, minlength=BINS)
    return {
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "ece": float(np.abs(told - true).sum() / mass.sum()),
        "told_over_true": _share(told.sum(), true.sum()),
    }


def _recalibrated(odds: Floats, poor: Bools, weight: Floats) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of poverty on the log odds told; NaN where all are alike."""
    share = np.average(poor, weights=weight)
    if not 0 < share < 1 or np.ptp(odds) < 1e-9:
        return float("nan"), float("nan")
    matrix = np.column_stack([np.ones(len(odds)), odds])
    beta = np.array([0.0, 1.0])
    for _ in range(25):
        chance = logistic(matrix @ beta)
        spread = weight * chance * (1 - chance)
        hessian = matrix.T @ (matrix * spread[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, matrix.T @ (weight * (chance - poor)))
        beta = beta - np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[1]), float(beta[0])


def ndcg(households: Ranked, weight: Floats, places: float) -> float:
    """Gain (the poverty gap) over log2(1 + place) down to a place, over the best there could be. A household of weight
    2 takes two places."""

    def gained(order: Ints | slice) -> float:
        mass, gain = weight[order], households.gap[order]
        last = np.cumsum(mass)
        inside = np.clip(mass - np.maximum(last - places, 0.0), 0.0, None)
        return float((inside * gain / np.log2(2.0 + last - mass)).sum())

    return _share(gained(slice(None)), gained(households.gap_order))


def fairness_trials(
    own: Bools, poor: Bools, weight: Floats, on_list: Floats, cluster: Ints | None = None
) -> dict[str, float]:
    """Of how many trials each share of `fairness` is one."""
    mass = weight * own
    everybody = trials(mass, cluster)
    of_list = trials(mass * on_list, cluster)
    return {"rate": everybody, "selected": everybody, "eer": trials(mass * poor, cluster), "ier": of_list}


def fairness(own: Bools, poor: Bools, weight: Floats, on_list: Floats, probability: Floats) -> dict[str, float]:
    """Measures of one group under one weighting. `selection_ratio`: seats a poor household has, over those that one of
    the other groups has; 1 is fair. Who has no probability (NaN) counts in none that is told of them."""
    said = ~np.isnan(probability)
    mass, listed = weight * own, weight * on_list
    is_poor = float(mass @ poor)
    rest_poor = float((weight * ~own) @ poor)
    per_poor = _share(float(listed @ own), is_poor)
    rest = _share(float(listed @ ~own), rest_poor)
    return {
        "rate": _share(is_poor, float(mass.sum())),
        "selected": _share(float(mass @ on_list), float(mass.sum())),
        "selection_ratio": _share(per_poor, rest),
        "eer": 1 - _share(float((mass * on_list) @ poor), is_poor),
        "ier": 1 - _share(float((mass * on_list) @ poor), float(mass @ on_list)),
        "told_over_true": _share(float((mass * said) @ np.where(said, probability, 0.0)), float((mass * said) @ poor)),
    }

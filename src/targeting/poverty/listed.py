"""What a list is worth against the truth: errors of its seats, how well its order and probabilities know the poor.

P poor, S with a seat, all weights. EER = |P without S| / |P|, beside the least that so few seats allow; two inclusion
errors, IER = |S without P| / |S| (leakage) and FPR = |S without P| / |not P|; TER, the error when as many have a seat
as are poor, where EER and IER are one. CGH = share of seats that go to the poor over their share of households;
targeting differential = share of the poor with a seat less that of the others (FPR). Concentration = 2 cov(seat, rank
by spending) / mean(seat), negative if pro-poor. Capture = seats that reach the poor over the most that could.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from targeting.poverty.arrays import Bools, Floats
from targeting.poverty.bootstrap import CLOSE_TO_END, Told, resampled, told, trials
from targeting.poverty.metrics import CLOSE, SEATS, Ranked, fairness, fairness_trials, measures, ranked

Values = dict[str, float]
BY_ORDER = ("auc", "pr_auc", "precision_25", "precision_5pct", "ndcg_25")
BY_PROBABILITY = ("auc", "pr_auc", "brier", "calibration_slope", "calibration_intercept", "ece", "told_over_true")
MEANS = ("precision_25", "ndcg_25")
"""Of all districts together the mean of those with seats: each has a list of its own."""
LAST = -1.0
"""The merit of who does not compete; scores are not below 0."""


@dataclass(frozen=True)
class Listed:
    """Households of one area as arrays of one length. `merit` is higher for the better place, `probability` NaN where
    it is not known, `spent` in lines (NaN where only `poor` is known)."""

    district: tuple[str, ...]
    seat: Bools
    merit: Floats
    rank: Floats
    probability: Floats
    spent: Floats
    poor: Bools
    desil: Floats
    weight: Floats

    def only(self, rows: Any) -> Listed:
        """Some of the households."""
        arrays = {name: getattr(self, name)[rows] for name in self.__dataclass_fields__ if name != "district"}
        return Listed(district=tuple(np.array(self.district, dtype=object)[rows]), **arrays)


def listed_of(pool: pl.DataFrame) -> Listed:
    """The arrays of a frame with district, selected, rank, score, probability, spent, line, poor, desil, weight."""
    spent = (pool["spent"] / pool["line"]).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    rank = pool["rank"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    merit = np.where(np.isnan(rank), LAST, pool["score"].cast(pl.Float64).fill_null(0.0).to_numpy())
    return Listed(
        district=tuple(pool["district"].fill_null("").to_list()),
        seat=pool["selected"].to_numpy(),
        merit=merit,
        rank=rank,
        probability=pool["probability"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        spent=spent,
        poor=pool["poor"].to_numpy(),
        desil=pool["desil"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        weight=pool["weight"].cast(pl.Float64).to_numpy(),
    )


def errors(listed: Listed, weight: Floats) -> Values:
    """The measures of the seats; NaN where there is nobody to measure."""
    seat, poor = listed.seat, listed.poor
    total, seats, is_poor = weight.sum(), float(weight @ seat), float(weight @ poor)
    hits = float(weight @ (seat & poor))
    eer, floor = 1 - _share(hits, is_poor), max(0.0, 1 - _share(seats, is_poor))
    fpr = _share(seats - hits, total - is_poor)
    found = {
        "eer": eer,
        "eer_floor": floor,
        "eer_above_floor": eer - floor,
        "ier": 1 - _share(hits, seats),
        "fpr": fpr,
        "overall_error": _share(is_poor - hits + seats - hits, total),
        "targeting_differential": (1 - eer) - fpr,
        "cgh": _share(_share(hits, seats), _share(is_poor, total)),
        "capture": _share(hits, min(seats, is_poor)),
        "seats_in_desil_1": _share(float(weight @ (seat & (listed.desil == 1))), seats),
    }
    return found | _by_spending(listed, weight)


def _by_spending(listed: Listed, weight: Floats) -> Values:
    """What needs to know how much households spend."""
    if np.isnan(listed.spent).any() or not len(weight):
        return dict.fromkeys(("seats_in_poorest_tenth", "concentration", "gap_reached"), float("nan"))
    order = np.argsort(listed.spent, kind="stable")
    mass, seat = weight[order], listed.seat[order]
    place = (np.cumsum(mass) - mass / 2) / mass.sum()
    mean = _share(float(mass @ seat), float(mass.sum()))
    middle = _share(float(mass @ place), float(mass.sum()))
    spread = _share(float(mass @ ((seat - mean) * (place - middle))), float(mass.sum()))
    gap = np.maximum(1 - listed.spent[order], 0.0)
    # The poorest come first, so the largest gaps that as many seats reach are those of the first of them.
    reach = np.clip(float(mass @ seat) - (np.cumsum(mass) - mass), 0.0, mass)
    return {
        "seats_in_poorest_tenth": _share(float(mass @ (seat * (place <= 0.1))), float(mass @ seat)),
        "concentration": 2 * spread / mean if mean > 0 else float("nan"),
        "gap_reached": _share(float(mass @ (seat * gap)), float(reach @ gap)),
    }


@dataclass(frozen=True)
class Judge:
    """An area's two orders, worked out once for many weights."""

    listed: Listed
    by_order: Ranked
    by_probability: Ranked | None
    known: Bools

    def values(self, weight: Floats) -> Values:
        """All measures under these weights."""
        if not weight.sum() > 0:
            return {}
        rate = _share(float(weight @ self.listed.poor), float(weight.sum()))
        order = measures(self.by_order, weight[self.by_order.order], {"rate": rate} if 0 < rate < 1 else {})
        found = errors(self.listed, weight) | {name: order[name] for name in BY_ORDER}
        found["ter"] = order.get("eer_rate", float("nan"))
        told_by = dict.fromkeys(BY_PROBABILITY, float("nan"))
        some = weight[self.known]
        if self.by_probability is not None and some.sum() > 0:
            told_by = measures(self.by_probability, some[self.by_probability.order], {})
        return found | {f"p_{name}": told_by[name] for name in BY_PROBABILITY}

    def trials(self) -> Values:
        """Of how many trials each share is one: households with a seat, poor ones, and so on."""
        weight, seat, poor = self.listed.weight, self.listed.seat, self.listed.poor
        seats, is_poor, everybody = trials(weight * seat), trials(weight * poor), trials(weight)
        return {
            **dict.fromkeys(("ier", "seats_in_desil_1", "seats_in_poorest_tenth"), seats),
            **dict.fromkeys(("eer", "ter"), is_poor),
            "capture": min(seats, is_poor),
            "fpr": trials(weight * ~poor),
            "overall_error": everybody,
            "precision_25": trials(weight[self.by_order.order][self.by_order.seats]),
            "precision_5pct": CLOSE * everybody,
        }


def judge_of(listed: Listed) -> Judge:
    """The area's orders. Equal merit is told apart by rank, which the tie-breakers and the lottery made."""
    spent = np.where(np.isnan(listed.spent), np.where(listed.poor, 0.0, 2.0), listed.spent)
    # A household whom a file calls poor is so, whatever it spends.
    spent = np.where(listed.poor, np.minimum(spent, 1 - 1e-9), np.maximum(spent, 1.0))
    known = ~np.isnan(listed.probability)
    by_order = ranked(listed.merit, spent, 1.0, listed.weight)
    in_front = listed.rank[by_order.order] <= SEATS
    by_order = replace(by_order, seats=in_front)
    some = None
    if known.any():
        some = ranked(listed.probability[known], spent[known], 1.0, listed.weight[known])
    return Judge(listed, by_order, some, known)


def judged(listed: Listed, replicates: int, seed: int) -> dict[str, dict[str, Any]]:
    """All measures of each district and, under "", of all together: name -> {value, low, high}.

    Households are drawn anew with replacement within their district.
    """
    areas = sorted(set(listed.district))
    names = np.array(listed.district, dtype=object)
    rows = {area: np.flatnonzero(names == area) for area in areas}
    judges = {area: judge_of(listed.only(own)) for area, own in rows.items()}
    whole = judge_of(listed)
    seated = [area for area, own in rows.items() if listed.seat[own].any()] or areas

    def under(weight: Floats) -> dict[str, Values]:
        found = {area: judges[area].values(weight[own]) for area, own in rows.items()}
        together = whole.values(weight)
        for name in MEANS:
            there = [found[area][name] for area in seated if not np.isnan(found[area].get(name, float("nan")))]
            together[name] = float(np.mean(there)) if there else float("nan")
        return found | {"": together}

    value = under(listed.weight)
    drawn = [under(weight) for weight in draws(listed, replicates, seed)]
    nothing = float("nan")
    of = {area: judge.trials() for area, judge in judges.items()}
    of[""] = whole.trials() | {"precision_25": sum(of[area]["precision_25"] for area in seated)}
    found = {
        area: {
            name: told(number, [one[area].get(name, nothing) for one in drawn], of[area].get(name, 0.0))
            for name, number in measured.items()
        }
        for area, measured in value.items()
    }
    return {
        area: _with_derived(one, listed.only(rows[area]) if area in rows else listed) for area, one in found.items()
    }


def _with_derived(found: dict[str, Told], listed: Listed) -> dict[str, Told]:
    """The measures of an area; those made of a share that has the interval of Wilson are as unsure as it is.

    EER above its floor is EER less a number, the targeting differential is 1 - EER less FPR, CGH 1 - IER over the rate.
    """
    rate = _share(float(listed.weight @ listed.poor), float(listed.weight.sum()))
    made = (("eer_above_floor", "eer", 1.0), ("targeting_differential", "eer", -1.0), ("cgh", "ier", -_share(1, rate)))
    for name, share, per in made:
        at, one = found.get(share), found.get(name)
        if at is None or one is None or None in (*at.values(), *one.values()):
            continue
        middle = at["value"] or 0.0
        if min(middle, 1 - middle) < CLOSE_TO_END:
            ends = sorted((one["value"] or 0.0) + per * ((at[end] or 0.0) - middle) for end in ("low", "high"))
            found[name] = {**one, "low": min(one["low"] or 0.0, ends[0]), "high": max(one["high"] or 0.0, ends[1])}
    return found


def draws(listed: Listed, replicates: int, seed: int) -> Iterator[Floats]:
    """The weights of each replicate: households drawn within districts."""
    yield from resampled(listed.weight, np.arange(len(listed.weight)), listed.district, replicates, seed)


def by_group(
    listed: Listed, groups: Mapping[str, tuple[str, ...]], replicates: int, seed: int, fewest: int
) -> list[dict[str, Any]]:
    """How the seats treat each value of each group: group, value, households, poor, seats, small, and measures.

    Groups of fewer households than `fewest` are counted, not judged.
    """
    weights = [listed.weight, *draws(listed, replicates, seed)]
    seat = listed.seat.astype(np.float64)
    rows = []
    for group, values in groups.items():
        text = np.array(values, dtype=object)
        for value in sorted(set(values)):
            own = text == value
            counted: dict[str, Any] = {
                "group": group,
                "value": value,
                "households": int(own.sum()),
                "poor": int((own & listed.poor).sum()),
                "seats": int((own & listed.seat).sum()),
                "small": bool(own.sum() < fewest),
            }
            if not counted["small"]:
                found = [fairness(own, listed.poor, weight, seat, listed.probability) for weight in weights]
                of = fairness_trials(own, listed.poor, listed.weight, seat)
                counted |= {
                    name: told(value, [one[name] for one in found[1:]], of.get(name, 0.0))
                    for name, value in found[0].items()
                }
            rows.append(counted)
    return rows


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")

"""How good a model is on a survey whose outcome is known: every measure weighted, with the interval of its clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from targeting.contracts.pmt import ProxyModel
from targeting.errors import ModelError
from targeting.poverty import cells, scoring
from targeting.poverty.arrays import Bools, Floats
from targeting.poverty.bootstrap import Told, resampled, told, trials
from targeting.poverty.metrics import CLOSE, Ranked, fairness, fairness_trials, measures, ranked
from targeting.poverty.scoring import Located, check_columns
from targeting.poverty.survey import Design, Survey, shown, survey_of

QUOTAS = (0.05, 0.1, 0.2)
AT_QUOTA = ("eer_", "ier_", "fpr_")
LEVELS = (0.8, 0.9, 0.95)
FEWEST_OF_GROUP = 30
"""A group of fewer households is counted, not judged."""
MOST_GROUPS = 50


@dataclass(frozen=True)
class Question:
    """What is to be judged. `groups`: columns by whose values it must be fair. `quotas`: shares of all weight."""

    design: Design
    quotas: tuple[float, ...] = QUOTAS
    groups: tuple[str, ...] = ()
    replicates: int = 200
    seed: int = 1


def evaluate(model: ProxyModel, frame: pl.DataFrame, question: Question) -> dict[str, Any]:
    """All measures of the model on the survey: each `{value, low, high}`, low and high None where nobody can tell.

    Keys: households, clusters, rate, line, left_out, unseen, beyond, measures, quotas, coverage, groups. Raises
    ModelError for a survey without the model's columns or with nobody on one side of the line.
    """
    design = question.design
    check_columns(model, frame)
    _check_groups(frame, question)
    survey = survey_of(_with_copies(frame, model, question), design, to_train=False)
    if survey.poor.all() or not survey.poor.any():
        side = "below" if survey.poor.all() else "above"
        raise ModelError(
            f"all {len(survey.poor):,} households are {side} the line of {design.line:g}: nothing can be judged. Check "
            "that --line is in the outcome's unit."
        )
    located = scoring.locate(model, survey.frame.rename(_renamed(model, question)))
    probability = scoring.p_below(model, located, design.line)
    households = ranked(probability, survey.outcome, design.line, survey.weight)
    drawn = list(resampled(survey.weight, survey.cluster, survey.stratum, question.replicates, question.seed))
    quotas = {"rate": survey.rate} | {f"{quota:g}": quota for quota in question.quotas}
    found = _with_intervals(households, survey, drawn, quotas)
    return {
        "households": len(survey.outcome),
        "clusters": len(survey.cluster_names),
        "line": design.line,
        "rate": survey.rate,
        "left_out": survey.left_out,
        "unseen": located.unseen,
        "beyond": located.beyond,
        "measures": {name: told for name, told in found.items() if not name.startswith(AT_QUOTA)},
        "quotas": [_at_quota(name, quota, survey.rate, found) for name, quota in quotas.items()],
        "coverage": _coverage(model, survey, located, drawn),
        "groups": [
            group
            for column in question.groups
            for group in _by_group(survey, column, _copied(column), households, drawn)
        ],
    }


def _check_groups(frame: pl.DataFrame, question: Question) -> None:
    """Raise ModelError for a group column that is not there, or a quota that is no share."""
    for column in question.groups:
        if column not in frame.columns:
            raise ModelError(f"--group {column}: no such column. Found: {shown(frame.columns)}.")
    for quota in question.quotas:
        if not 0 < quota < 1:
            raise ModelError(f"--quota {quota:g}: a quota is a share of the population between 0 and 1.")


def _copied(column: str) -> str:
    """The name of a copy that survives when the column itself has a part in the design."""
    return f"\1{column}"


def _with_copies(frame: pl.DataFrame, model: ProxyModel, question: Question) -> pl.DataFrame:
    """The frame with copies of the group columns, and of proxies that have a part in the design too."""
    names = dict.fromkeys([*question.groups, *(name for name in model.needed if name in question.design.columns)])
    return frame.with_columns(pl.col(name).alias(_copied(name)) for name in names)


def _renamed(model: ProxyModel, question: Question) -> dict[str, str]:
    """Copies back to the names that the model knows, where the design took the column itself away."""
    taken = {question.design.outcome, question.design.weight, question.design.cluster}
    return {_copied(name): name for name in model.needed if name in taken}


def _with_intervals(
    households: Ranked, survey: Survey, drawn: list[Floats], quotas: dict[str, float]
) -> dict[str, Told]:
    """Every measure with the interval of its replicates."""
    value = measures(households, survey.weight[households.order], quotas)
    replicates = [measures(households, one[households.order], quotas) for one in drawn]
    of = _trials(households, survey, quotas)
    return {name: told(number, [one[name] for one in replicates], of.get(name, 0.0)) for name, number in value.items()}


def _trials(households: Ranked, survey: Survey, quotas: dict[str, float]) -> dict[str, float]:
    """Of how many trials each measure that is a share is one: clusters that those counted are of."""
    weight, cluster, poor = survey.weight, survey.cluster, survey.poor
    first = households.order[households.seats]
    of = {"precision_25": trials(weight[first], cluster[first])}
    of["precision_5pct"] = trials(weight * _selected(households, weight, CLOSE), cluster)
    for name, quota in quotas.items():
        of[f"eer_{name}"] = trials(weight * poor, cluster)
        of[f"ier_{name}"] = trials(weight * _selected(households, weight, quota), cluster)
        of[f"fpr_{name}"] = trials(weight * ~poor, cluster)
    return of


def _at_quota(name: str, quota: float, rate: float, found: dict[str, Any]) -> dict[str, Any]:
    """The errors at a quota, beside the least exclusion error that so few seats allow."""
    return {
        "quota": quota,
        "is_rate": name == "rate",
        "eer": found[f"eer_{name}"],
        "eer_floor": max(0.0, 1 - quota / rate),
        "ier": found[f"ier_{name}"],
        "fpr": found[f"fpr_{name}"],
    }


def _coverage(model: ProxyModel, survey: Survey, located: Located, drawn: list[Floats]) -> list[dict[str, Any]]:
    """Share of households whose outcome the interval holds, over all and by stratum, and how wide it is."""
    rows = []
    of = trials(survey.weight, survey.cluster)
    strata = np.array(located.stratum, dtype=object)
    for promised in LEVELS:
        low, high = scoring.interval(model, located, promised)
        inside = (low <= survey.outcome) & (survey.outcome <= high)
        held = [float(np.average(inside, weights=weight)) for weight in drawn]
        rows.append(
            {
                "promised": promised,
                "held": told(float(np.average(inside, weights=survey.weight)), held, of),
                "high_over_low": float(np.exp(np.average(np.log(high / low), weights=survey.weight))),
                "strata": {
                    name: float(np.average(inside[strata == name], weights=survey.weight[strata == name]))
                    for name in sorted(set(located.stratum))
                    if name
                },
            }
        )
    return rows


def _by_group(survey: Survey, column: str, copy: str, households: Ranked, drawn: list[Floats]) -> list[dict[str, Any]]:
    """How the list at the quota of the poverty rate treats each value of a column."""
    text = cells.plain_text(survey.frame[copy]).fill_null("(missing)")
    values = text.unique().sort().to_list()
    if len(values) > MOST_GROUPS:
        raise ModelError(
            f"--group {column} has {len(values):,} values; {MOST_GROUPS} are the most. Choose a column of fewer."
        )
    names = text.to_numpy()
    weights = [survey.weight, *drawn]
    selected = [_selected(households, weight, survey.rate) for weight in weights]
    return [_of_group(column, value, names == value, survey, households, weights, selected) for value in values]


def _selected(households: Ranked, weight: Floats, quota: float) -> Floats:
    """How much of each household is on the list when that share of the weight is selected; ties in equal parts."""
    ordered = weight[households.order]
    group = np.add.reduceat(ordered, households.first)
    before = np.concatenate([[0.0], np.cumsum(group)[:-1]])
    part = np.clip((quota * ordered.sum() - before) / np.where(group > 0, group, 1.0), 0.0, 1.0)
    counts = np.diff(np.concatenate([households.first, [len(ordered)]]))
    result = np.empty(len(ordered))
    result[households.order] = np.repeat(part, counts)
    return result


def _of_group(
    column: str,
    value: str,
    own: Bools,
    survey: Survey,
    households: Ranked,
    weights: list[Floats],
    selected: list[Floats],
) -> dict[str, Any]:
    """One group: its share, its poor, who of it is selected, and what the probabilities say over what is true."""
    counted = {"column": column, "value": value, "households": int(own.sum())}
    counted["share"] = float(survey.weight[own].sum() / survey.weight.sum())
    if own.sum() < FEWEST_OF_GROUP:
        return counted | dict.fromkeys(("rate", "selected", "selection_ratio", "eer", "ier", "told_over_true"))
    probability = np.empty(len(own))
    probability[households.order] = households.probability
    found = [
        fairness(own, survey.poor, weight, on_list, probability)
        for weight, on_list in zip(weights, selected, strict=True)
    ]
    first, *rest = found
    of = fairness_trials(own, survey.poor, survey.weight, selected[0], survey.cluster)
    return counted | {name: told(first[name], [one[name] for one in rest], of.get(name, 0.0)) for name in first}

"""What would have to be otherwise for one household's outcome to change: each answer is found by ranking anew.

Nothing is guessed from the distance to the last seat: reserves, subdistricts, families that stand for each other and
decisions of persons all have their say when the list is made again with the household changed and all others as they
were.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from targeting.contracts.welfare import POVERTY_PARTS
from targeting.proof.case import Case, Row, best_option, poverty_of, score_of, with_part, without_gates, worst_gates
from targeting.proof.facts import Change, changes
from targeting.vocabulary import CandidateStatus, GateOutcome

HAIR = 1e-9
"""Scores that differ by less are equal."""
STEPS = 40
"""Halvings of an interval of [0, 1]: far below a hair."""


def alternatives(case: Case) -> dict[str, Any]:
    """status; reproduced (whether ranking anew gives what was published); parts (of the score, with weights); needed
    (the values at which the outcome turns); changes, those that alter the outcome, the least change of the score first;
    smallest, the first of them.
    """
    published = case.pool.candidate.row(by_predicate=pl.col("household_id") == case.household_id, named=True)
    now = case.status(case.row)
    found = [change for change in changes(case) if change.status != now]
    found.sort(key=lambda one: (abs(one.score - case.row["score"]), one.fact, distance(one)))
    found = _nearest(found)
    needed = _needed(case, now)
    smallest = found[0].told() if found else _by_score(needed, case)
    return {
        "status": now,
        "reproduced": now == published["status"],
        "parts": score_parts(case),
        "needed": needed,
        "changes": [one.told() for one in found],
        "smallest": smallest,
    }


def _by_score(needed: Mapping[str, Any], case: Case) -> dict[str, Any] | None:
    """Where no single fact is enough: the score itself, once the gates that fail are met."""
    if needed["score"] is None:
        return None
    fact = ", ".join([*(f"gate {gate}" for gate in needed["given"]), "score"])
    before = needed["score_then"] if needed["given"] else case.row["score"]
    told = {"fact": fact, "from": before, "to": needed["score"], "score": needed["score"]}
    return told | {"status": needed["status"]}


def _nearest(found: list[Change]) -> list[Change]:
    """Of a decile's changes to one status the nearest."""
    deciles = [one for one in found if one.fact == "desil"]
    nearest = {
        status: min((one for one in deciles if one.status == status), key=distance)
        for status in {one.status for one in deciles}
    }
    return [one for one in found if one.fact != "desil" or one is nearest[one.status]]


def distance(change: Change) -> float:
    """How far a number moves; nothing of what is no number."""
    numbers = isinstance(change.before, int | float) and isinstance(change.after, int | float)
    return abs(change.after - change.before) if numbers else 0.0


def score_parts(case: Case) -> list[dict[str, Any]]:
    """part, value, weight, contribution to the poverty score of the most probable family; then poverty and potential
    with their exponents, and the link with its probability."""
    best = best_option(case)
    if best is None:
        return []
    weights = case.policy.poverty.weights.values
    named = {"desil": "desil_prior", "p_extreme": "p_extreme", "deprivation": "deprivation"}
    rows = [_part(part, best[named[part]], weights[part]) for part in POVERTY_PARTS]
    alpha = case.policy.ranking.alpha.value if case.policy.ranking.composite == "geometric" else None
    rest = None if alpha is None else 1 - alpha
    return [
        *rows,
        {"part": "poverty", "value": best["poverty"], "weight": alpha, "contribution": None},
        {"part": "potential", "value": best["potential"], "weight": rest, "contribution": None},
        {"part": "p_link", "value": best["p_link"], "weight": None, "contribution": None},
    ]


def _part(part: str, value: float | None, weight: float) -> dict[str, Any]:
    contribution = None if value is None else value * weight
    return {"part": part, "value": value, "weight": weight, "contribution": contribution}


def _needed(case: Case, now: str) -> dict[str, Any]:
    """At which score, and by which p_extreme or potential alone, a seat is won, or lost if there is one; null where
    nothing turns it. `given`: the gates that would have to be met before, and the score that there would be then.
    """
    failing = [gate for gate, outcome in worst_gates(case).items() if outcome == GateOutcome.FAIL]
    start = without_gates(case, failing) if failing else case.row
    found: Row = {"given": failing, "score_then": start["score"] if failing else None}
    found |= dict.fromkeys(("score", "status", "p_extreme", "potential"))
    seated = now == CandidateStatus.SELECTED
    score = _turning(lambda value: _has_seat(case, start | {"score": value}), start["score"], seated=seated)
    if score is None:
        return found
    found |= {"score": score, "status": case.status(start | {"score": score})}
    best = best_option(case)
    if best is None or failing or best["p_extreme"] is None:
        return found
    by_poverty = _turning(
        lambda value: _past(
            score_of(case, best, poverty_of(case, best | {"p_extreme": value}), best["potential"]), score
        ),
        best["p_extreme"],
        seated=seated,
    )
    by_potential = _turning(
        lambda value: _past(score_of(case, best, best["poverty"], value), score), best["potential"], seated=seated
    )
    if by_poverty is not None and _has_seat(case, with_part(case, best, "p_extreme", by_poverty)) != seated:
        found["p_extreme"] = by_poverty
    if by_potential is not None:
        row = case.with_score(score_of(case, best, best["poverty"], by_potential), potential=by_potential)
        found["potential"] = by_potential if _has_seat(case, row) != seated else None
    return found


def _past(score: float, limit: float) -> bool:
    """Whether the score is at least the limit, but for arithmetic."""
    return score >= limit - HAIR / 2


def _has_seat(case: Case, row: Row) -> bool:
    return case.status(row) == CandidateStatus.SELECTED


def _turning(has_seat: Callable[[float], bool], value: float, *, seated: bool) -> float | None:
    """The value in [0, 1] nearest to this one at which the seat is won, or lost if there is one; None if nowhere.

    More of it never costs a seat, so the interval is halved. Rounded away from where the household stands.
    """
    end = 0.0 if seated else 1.0
    if has_seat(end) == seated:
        return None
    same, other = value, end
    for _ in range(STEPS):
        if abs(other - same) < HAIR:
            break
        middle = (same + other) / 2
        if has_seat(middle) == seated:
            same = middle
        else:
            other = middle
    rounded = (math.floor if seated else math.ceil)(other / HAIR) * HAIR
    return round(min(1.0, max(0.0, rounded)), 9)

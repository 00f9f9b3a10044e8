"""What would have to be otherwise for one household's outcome to change: each answer is found by ranking anew.

Nothing is guessed from the distance to the last seat: reserves, subdistricts, families that stand for each other and
decisions of persons all have their say when the list is made again with the household changed and all others as they
were.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from targeting.contracts.assessment import Assessment, composite
from targeting.contracts.evidence import Evidence
from targeting.contracts.policy import Policy
from targeting.contracts.welfare import DECILES, DEPRIVATION_INDICATORS, POTENTIAL_PARTS, POVERTY_PARTS
from targeting.eligibility import AssessmentInputs, assess
from targeting.proof.replay import Pool, pool_of, usual_of
from targeting.ranking import standing
from targeting.vocabulary import CandidateStatus, GateOutcome, LinkStatus

HAIR = 1e-9
"""Scores that differ by less are equal."""
STEPS = 40
"""Halvings of an interval of [0, 1]: far below a hair."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that would be otherwise: what, from, to, the household's score then, and its status then."""

    fact: str
    before: Any
    after: Any
    score: float
    status: str

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return {"fact": self.fact, "from": self.before, "to": self.after, "score": self.score, "status": self.status}


@dataclass(frozen=True)
class Case:
    """One household of a run: its own evidence, the pool's published assessment, and itself judged anew."""

    pool: Pool
    policy: Policy
    household_id: str
    inputs: AssessmentInputs

    @cached_property
    def row(self) -> Row:
        """The household's published assessment."""
        return self.pool.assessment.row(by_predicate=pl.col("household_id") == self.household_id, named=True)

    @cached_property
    def judged(self) -> Assessment:
        """The household by itself, with what stood in for silence in its pool."""
        return assess(self.inputs, self.policy, self.pool.run["as_of"])

    @cached_property
    def rivals(self) -> pl.DataFrame:
        """The others of the pool whom the household can meet: all, where seats leave a district or are shared out."""
        others = self.pool.assessment.filter(pl.col("household_id") != self.household_id)
        quotas = self.policy.quotas
        if quotas.shared_out or quotas.cascade == "programme":
            return others
        district = pl.col("kode_kabupaten_kota").eq_missing(pl.lit(self.row["kode_kabupaten_kota"], pl.String))
        there = others.filter(district)
        same = [
            pl.col(name).is_in(there[name].drop_nulls().implode())
            for name in ("kk_group", "nominee_group", "dtsen_family_id")
        ]
        kin = [
            pl.col(name) == self.row[name]
            for name in ("kk_group", "nominee_group", "dtsen_family_id")
            if self.row[name] is not None
        ]
        return others.filter(district | pl.any_horizontal(*same, *kin).fill_null(value=False))

    def status(self, row: Mapping[str, Any]) -> str:
        """The household's status if its row of the assessment were this."""
        schema = self.pool.assessment.schema
        own = pl.DataFrame([{name: row[name] for name in schema}], schema=schema)
        listed = standing(pl.concat([self.rivals, own]), self.policy, self.pool.seed, self.pool.overrides)
        return str(listed.row(by_predicate=pl.col("household_id") == self.household_id, named=True)["status"])

    def with_score(self, score: float, **changed: Any) -> Row:
        """The published row with another score."""
        return {**self.row, "score": score, **changed}


def case_of(evidence: Evidence, household_id: str) -> Case:
    """The household's case; `evidence` is of it alone (store.evidence)."""
    pool = pool_of(evidence)
    inputs = replace(pool.inputs, usual=usual_of(evidence.run))
    return Case(pool, pool.policy.on(evidence.run["as_of"]), household_id, inputs)


def alternatives(case: Case) -> dict[str, Any]:
    """status; reproduced (whether ranking anew gives what was published); parts (of the score, with weights); needed
    (the values at which the outcome turns); changes, those that alter the outcome, the least change of the score first;
    smallest, the first of them.
    """
    published = case.pool.candidate.row(by_predicate=pl.col("household_id") == case.household_id, named=True)
    now = case.status(case.row)
    found = [change for change in _changes(case) if change.status != now]
    found.sort(key=lambda one: (abs(one.score - case.row["score"]), one.fact, _distance(one)))
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


def _distance(change: Change) -> float:
    """How far a number moves; nothing of what is no number."""
    numbers = isinstance(change.before, int | float) and isinstance(change.after, int | float)
    return abs(change.after - change.before) if numbers else 0.0


def _nearest(changes: list[Change]) -> list[Change]:
    """Of a decile's changes to one status the nearest."""
    deciles = [one for one in changes if one.fact == "desil"]
    nearest = {
        status: min((one for one in deciles if one.status == status), key=_distance)
        for status in {one.status for one in deciles}
    }
    return [one for one in changes if one.fact != "desil" or one is nearest[one.status]]


# What of the score each part makes.


def score_parts(case: Case) -> list[dict[str, Any]]:
    """part, value, weight, contribution to the poverty score of the most probable family; then poverty and potential
    with their exponents, and the link with its probability."""
    best = _best(case)
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


def _best(case: Case) -> Row | None:
    """The household if it is the family it most probably is; None if it was not found."""
    family = case.row["dtsen_family_id"]
    if family is None:
        return None
    found = case.judged.option.filter(pl.col("dtsen_family_id") == family)
    return None if found.is_empty() else found.row(0, named=True)


# Values at which the outcome turns.


def _needed(case: Case, now: str) -> dict[str, Any]:
    """At which score, and by which p_extreme or potential alone, a seat is won, or lost if there is one; null where
    nothing turns it. `given`: the gates that would have to be met before, and the score that there would be then.
    """
    failing = [gate for gate, outcome in _gates(case).items() if outcome == GateOutcome.FAIL]
    start = _without(case, failing) if failing else case.row
    found: Row = {"given": failing, "score_then": start["score"] if failing else None}
    found |= dict.fromkeys(("score", "status", "p_extreme", "potential"))
    seated = now == CandidateStatus.SELECTED
    score = _turning(lambda value: _has_seat(case, start | {"score": value}), start["score"], seated=seated)
    if score is None:
        return found
    found |= {"score": score, "status": case.status(start | {"score": score})}
    best = _best(case)
    if best is None or failing or best["p_extreme"] is None:
        return found
    by_poverty = _turning(
        lambda value: _past(_score(case, best, _poverty(case, best | {"p_extreme": value}), best["potential"]), score),
        best["p_extreme"],
        seated=seated,
    )
    by_potential = _turning(
        lambda value: _past(_score(case, best, best["poverty"], value), score), best["potential"], seated=seated
    )
    if by_poverty is not None and _has_seat(case, _with_part(case, best, "p_extreme", by_poverty)) != seated:
        found["p_extreme"] = by_poverty
    if by_potential is not None:
        row = case.with_score(_score(case, best, best["poverty"], by_potential), potential=by_potential)
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


def _with_part(case: Case, best: Row, part: str, value: float) -> Row:
    """The published row if a part of the best family's poverty were this."""
    poverty = _poverty(case, best | {part: value})
    return case.with_score(_score(case, best, poverty, best["potential"]), poverty=poverty, **{part: value})


def _poverty(case: Case, best: Row) -> float:
    """The poverty score of an option; what stands in for silence is the pool's."""
    weights = case.policy.poverty.weights.values
    usual = usual_of(case.pool.run).deprivation
    deprivation = usual if best["deprivation"] is None else best["deprivation"]
    known = weights["desil"] * best["desil_prior"] + weights["deprivation"] * deprivation
    if best["p_extreme"] is None:
        return float(known / (weights["desil"] + weights["deprivation"]))
    return float(known + weights["p_extreme"] * best["p_extreme"])


def _score(case: Case, best: Row, poverty: float, potential: float) -> float:
    """The expected score if the best family had this poverty and the nominee this potential."""
    ranking = case.policy.ranking
    options = case.judged.option.to_dicts()
    found = sum(one["p_link"] * one["passes"] * one["score"] for one in options)
    score: float = case.judged.household["score"][0] - found
    for one in options:
        of_option = poverty if one["dtsen_family_id"] == best["dtsen_family_id"] else one["poverty"]
        score += one["p_link"] * one["passes"] * float(composite(of_option, potential, ranking))
    return max(score, 0.0)


# Facts that may be otherwise.


def _changes(case: Case) -> Iterator[Change]:
    """Every single fact that is tried, and all gates that fail together."""
    yield from _of_gates(case)
    yield from _of_desil(case)
    yield from _of_link(case)
    best = _best(case)
    if best is not None:
        yield from _of_deprivation(case, best)
        yield from _of_potential(case, best)


def _change(case: Case, fact: str, before: Any, after: Any, row: Row) -> Change:
    return Change(fact, before, after, row["score"], case.status(row))


def _anew(case: Case, inputs: AssessmentInputs, policy: Policy) -> Row:
    """The household's row judged by other inputs or rules; whose family and person it is stays as published."""
    new = assess(inputs, policy, case.pool.run["as_of"]).household.row(0, named=True)
    same = new["nominee_person_id"] == case.row["nominee_person_id"]
    return {**case.row, **new, "kk_group": case.row["kk_group"],
            "nominee_group": case.row["nominee_group"] if same else None}  # fmt: skip


def _of_gates(case: Case) -> Iterator[Change]:
    """Each gate that fails, met; all of them together; each that asks for an officer, found not to be met."""
    outcomes = {gate: str(outcome) for gate, outcome in _gates(case).items()}
    failing = [gate for gate, outcome in outcomes.items() if outcome == GateOutcome.FAIL]
    for gates in [[gate] for gate in failing] + ([failing] if len(failing) > 1 else []):
        yield _change(case, f"gate {', '.join(gates)}", "FAIL", "PASS", _without(case, gates))
    if not failing:
        asked = [gate for gate, outcome in outcomes.items() if outcome == GateOutcome.VERIFY and gate != "L01"]
        for gate in asked:
            yield _change(case, f"gate {gate}", "VERIFY", "FAIL", case.with_score(0.0, gate_outcome="FAIL"))


def _gates(case: Case) -> dict[str, Any]:
    """The worst that each gate said of the household; a gate of members, of its nominee, or of all without one."""
    own = case.judged.gate
    nominee = case.judged.household["nominee_person_id"][0]
    if nominee is not None:
        own = own.filter(pl.col("person_id").is_null() | (pl.col("person_id") == nominee))
    worst = (
        own.filter(pl.col("gate") != "N01").group_by("gate").agg(pl.col("outcome").to_physical().max().alias("worst"))
    )
    names = ("PASS", "VERIFY", "FAIL")
    return {gate: names[worst] for gate, worst in worst.sort("gate").iter_rows()}


def _without(case: Case, gates: list[str]) -> Row:
    """The household's row if these gates were met."""
    kept = tuple(gate for gate in case.policy.gates if gate.id not in gates)
    return _anew(case, case.inputs, case.policy.model_copy(update={"gates": kept}))


def _of_desil(case: Case) -> Iterator[Change]:
    """The family's decile, the nearest that alters anything in each direction first."""
    if case.row["dtsen_family_id"] is None:
        return
    now = case.row["desil"]
    for decile in map(int, DECILES):
        if decile != now:
            families = case.inputs.families.with_columns(desil_nasional=pl.lit(decile, pl.Int64))
            row = _anew(case, replace(case.inputs, families=families), case.policy)
            yield _change(case, "desil", now, decile, row)


def _of_link(case: Case) -> Iterator[Change]:
    """The most probable family confirmed by a person, or found to be another one."""
    links, family = case.inputs.household_link, case.row["dtsen_family_id"]
    if family is None:
        return
    confirmed = links.filter(pl.col("dtsen_family_id") == family).with_columns(
        match_probability=pl.lit(1.0), status=pl.lit(LinkStatus.LINK.value)
    )
    for after, pairs in ((1.0, confirmed), (0.0, links.filter(pl.col("dtsen_family_id") != family))):
        row = _anew(case, replace(case.inputs, household_link=pairs), case.policy)
        yield _change(case, "p_link", case.row["p_link"], after, row)


def _of_deprivation(case: Case, best: Row) -> Iterator[Change]:
    """Each indicator, found to be otherwise."""
    weights = case.policy.poverty.deprivation.weights.values
    missing = {name for name in (case.row["deprivation_missing"] or "").split(", ") if name}
    known = sum(weight for name, weight in weights.items() if name not in missing)
    parts = _deprived(case)
    for name in DEPRIVATION_INDICATORS:
        if name in missing or best["deprivation"] is None:
            continue
        step = weights[name] / known * (-1 if parts[name] else 1)
        row = _with_part(case, best, "deprivation", min(1.0, max(0.0, best["deprivation"] + step)))
        yield _change(case, f"deprivation {name}", parts[name], not parts[name], row)


def _deprived(case: Case) -> dict[str, bool]:
    """Whether the household is deprived, by indicator that is known."""
    return {name: part > 0 for name, part in json.loads(case.row["deprivation_parts"]).items() if part is not None}


def _of_potential(case: Case, best: Row) -> Iterator[Change]:
    """Each part of the nominee's potential, found to be otherwise; another member is nominated if that is better."""
    weights, usual = case.policy.potential.weights.values, usual_of(case.pool.run).parts
    members = case.judged.nominee.filter(pl.col("choice").is_not_null()).sort("choice").to_dicts()
    if not members:
        return
    nominee, *others = members
    for part in POTENTIAL_PARTS:
        had = nominee[part]
        for after in (True, False) if had is None else (not had,):
            value = usual[part] if had is None else float(had)
            potential = nominee["potential"] + weights[part] * (float(after) - value)
            chosen = max(others, key=lambda one: one["potential"], default=None)
            instead = chosen is not None and round(chosen["potential"], 9) > round(potential, 9)
            changed: Row = {"potential": chosen["potential"] if instead and chosen else potential}
            if instead and chosen:
                changed |= {
                    "nominee_person_id": chosen["person_id"],
                    "nominee_age": chosen["age"],
                    "nominee_group": None,
                }
                changed |= {"nominee_female": chosen["female"], "nominee_disability": chosen["disability"]}
            row = case.with_score(_score(case, best, best["poverty"], changed["potential"]), **changed)
            yield _change(case, f"potential {part}", had, after, row)

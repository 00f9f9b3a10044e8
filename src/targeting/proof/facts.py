"""Single facts about a household that may be otherwise, each with the outcome that ranking anew then gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from targeting.contracts.welfare import DECILES, DEPRIVATION_INDICATORS, POTENTIAL_PARTS
from targeting.proof.case import Case, Row, best_option, judged_anew, score_of, with_part, without_gates, worst_gates
from targeting.proof.replay import usual_of
from targeting.vocabulary import GateOutcome, LinkStatus


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


def _change(case: Case, fact: str, before: Any, after: Any, row: Row) -> Change:
    return Change(fact, before, after, row["score"], case.status(row))


def changes(case: Case) -> Iterator[Change]:
    """Every single fact that is tried, and all gates that fail together."""
    yield from _of_gates(case)
    yield from _of_desil(case)
    yield from _of_link(case)
    best = best_option(case)
    if best is not None:
        yield from _of_deprivation(case, best)
        yield from _of_potential(case, best)


def _of_gates(case: Case) -> Iterator[Change]:
    """Each gate that fails, met; all of them together; each that asks for an officer, found not to be met."""
    outcomes = {gate: str(outcome) for gate, outcome in worst_gates(case).items()}
    failing = [gate for gate, outcome in outcomes.items() if outcome == GateOutcome.FAIL]
    for gates in [[gate] for gate in failing] + ([failing] if len(failing) > 1 else []):
        yield _change(case, f"gate {', '.join(gates)}", "FAIL", "PASS", without_gates(case, gates))
    if not failing:
        asked = [gate for gate, outcome in outcomes.items() if outcome == GateOutcome.VERIFY and gate != "L01"]
        for gate in asked:
            yield _change(case, f"gate {gate}", "VERIFY", "FAIL", case.with_score(0.0, gate_outcome="FAIL"))


def _of_desil(case: Case) -> Iterator[Change]:
    """The family's decile, the nearest that alters anything in each direction first."""
    if case.row["dtsen_family_id"] is None:
        return
    now = case.row["desil"]
    for decile in map(int, DECILES):
        if decile != now:
            families = case.inputs.families.with_columns(desil_nasional=pl.lit(decile, pl.Int64))
            row = judged_anew(case, replace(case.inputs, families=families), case.policy)
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
        row = judged_anew(case, replace(case.inputs, household_link=pairs), case.policy)
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
        row = with_part(case, best, "deprivation", min(1.0, max(0.0, best["deprivation"] + step)))
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
            row = case.with_score(score_of(case, best, best["poverty"], changed["potential"]), **changed)
            yield _change(case, f"potential {part}", had, after, row)

"""One household of a published run, and its row of the assessment if something about it were otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from targeting.contracts.assessment import Assessment, composite
from targeting.contracts.evidence import Evidence
from targeting.contracts.policy import Policy
from targeting.eligibility import AssessmentInputs, assess
from targeting.proof.replay import Pool, pool_of, usual_of
from targeting.ranking import standing

Row = dict[str, Any]


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


def best_option(case: Case) -> Row | None:
    """The household if it is the family it most probably is; None if it was not found."""
    family = case.row["dtsen_family_id"]
    if family is None:
        return None
    found = case.judged.option.filter(pl.col("dtsen_family_id") == family)
    return None if found.is_empty() else found.row(0, named=True)


def with_part(case: Case, best: Row, part: str, value: float) -> Row:
    """The published row if a part of the best family's poverty were this."""
    poverty = poverty_of(case, best | {part: value})
    return case.with_score(score_of(case, best, poverty, best["potential"]), poverty=poverty, **{part: value})


def poverty_of(case: Case, best: Row) -> float:
    """The poverty score of an option; what stands in for silence is the pool's."""
    weights = case.policy.poverty.weights.values
    usual = usual_of(case.pool.run).deprivation
    deprivation = usual if best["deprivation"] is None else best["deprivation"]
    known = weights["desil"] * best["desil_prior"] + weights["deprivation"] * deprivation
    if best["p_extreme"] is None:
        return float(known / (weights["desil"] + weights["deprivation"]))
    return float(known + weights["p_extreme"] * best["p_extreme"])


def score_of(case: Case, best: Row, poverty: float, potential: float) -> float:
    """The expected score if the best family had this poverty and the nominee this potential."""
    ranking = case.policy.ranking
    options = case.judged.option.to_dicts()
    found = sum(one["p_link"] * one["passes"] * one["score"] for one in options)
    score: float = case.judged.household["score"][0] - found
    for one in options:
        of_option = poverty if one["dtsen_family_id"] == best["dtsen_family_id"] else one["poverty"]
        score += one["p_link"] * one["passes"] * float(composite(of_option, potential, ranking))
    return max(score, 0.0)


def judged_anew(case: Case, inputs: AssessmentInputs, policy: Policy) -> Row:
    """The household's row judged by other inputs or rules; whose family and person it is stays as published."""
    new = assess(inputs, policy, case.pool.run["as_of"]).household.row(0, named=True)
    same = new["nominee_person_id"] == case.row["nominee_person_id"]
    return {**case.row, **new, "kk_group": case.row["kk_group"],
            "nominee_group": case.row["nominee_group"] if same else None}  # fmt: skip


def worst_gates(case: Case) -> dict[str, Any]:
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


def without_gates(case: Case, gates: list[str]) -> Row:
    """The household's row if these gates were met."""
    kept = tuple(gate for gate in case.policy.gates if gate.id not in gates)
    return judged_anew(case, case.inputs, case.policy.model_copy(update={"gates": kept}))

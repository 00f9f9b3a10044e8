"""A published run's pool, judged again: the same ingredients give the same list, another one shows what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from targeting.contracts.assessment import Assessment, Usual
from targeting.contracts.evidence import Evidence
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import policy_of
from targeting.eligibility import AssessmentInputs, assess
from targeting.errors import PolicyError
from targeting.ranking import standing

DECIDED = ("override", "override_id", "override_by", "override_reason")


@dataclass(frozen=True)
class Pool:
    """What one list was made of. `overrides` are those that the list obeyed."""

    run: Mapping[str, Any]
    policy: Policy
    inputs: AssessmentInputs
    overrides: pl.DataFrame
    assessment: pl.DataFrame
    candidate: pl.DataFrame

    @property
    def seed(self) -> int:
        """The lottery's."""
        return int(self.run["seed"])


def pool_of(evidence: Evidence) -> Pool:
    """The pool of a run that the store has kept whole."""
    counts = evidence.run["counts"]
    policy = policy_of(evidence.policy, f"the policy of run {evidence.run['run_id']}")
    model = counts.get("poverty_model")
    inputs = AssessmentInputs(
        households=evidence.households,
        members=evidence.members,
        families=evidence.families,
        persons=evidence.persons,
        household_link=evidence.household_link,
        person_link=evidence.person_link,
        ppse_code_lists=counts["code_lists"]["ppse"],
        dtsen_code_lists=counts["code_lists"]["dtsen"],
        prior_recipients=evidence.prior,
        unsure_births=evidence.unsure_births,
        by_model=evidence.model,
        model_period=None if model is None else model["period"],
    )
    return Pool(
        run=evidence.run,
        policy=policy,
        inputs=inputs,
        overrides=_overrides(evidence.candidate),
        assessment=evidence.assessment,
        candidate=evidence.candidate,
    )


def usual_of(run: Mapping[str, Any]) -> Usual:
    """What stood in for what nobody said in the run."""
    kept = run["counts"]["usual"]
    return Usual(kept["deprivation"], kept["parts"])


def assessed(pool: Pool, policy: Policy) -> Assessment:
    """The pool under a policy, on the run's reference date.

    Raises PolicyError for a policy that is not in force then, or names another proxy means test than the run's: its
    probabilities are held to official rates over the whole register, which the store does not keep.
    """
    if policy.poverty.model != pool.policy.poverty.model:
        raise PolicyError(
            f"{policy.name} takes its probabilities from another proxy means test than run {pool.run['run_id']}, and "
            "the store does not keep the register over which they are calibrated. Run the pipeline with that policy, "
            "then compare the runs with 'targeting diff'."
        )
    return assess(pool.inputs, policy, pool.run["as_of"])


def listed(pool: Pool, policy: Policy, household: pl.DataFrame | None = None) -> pl.DataFrame:
    """The list under a policy (ranking.STANDING), by the run's seed and overrides; `household` spares judging anew."""
    if household is None:
        household = assessed(pool, policy).household
    return standing(household, policy.on(pool.run["as_of"]), pool.seed, pool.overrides)


def _overrides(candidate: pl.DataFrame) -> pl.DataFrame:
    """What persons had decided when the list was made."""
    return candidate.filter(pl.col("override").is_not_null()).select(
        "household_id",
        "override_id",
        kind="override",
        operator="override_by",
        reason="override_reason",
    )

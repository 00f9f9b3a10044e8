"""Assess a pool of PPSE households: gates, poverty, potential, and the expected score over who they may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from targeting.contracts.assessment import Assessment, Usual
from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import PRIOR
from targeting.eligibility.deprivation import decomposition
from targeting.eligibility.expected import expected_score, with_score
from targeting.eligibility.households import options, verdicts
from targeting.eligibility.inputs import AssessmentInputs, complete
from targeting.eligibility.links import same_persons
from targeting.eligibility.members import judged_members
from targeting.eligibility.summary import household_rows, with_nominee_gate
from targeting.errors import CountingError

OF_OPTION = (
    "household_id",
    "dtsen_family_id",
    "p_link",
    "passes",
    "desil_prior",
    "p_extreme",
    "deprivation",
    "poverty",
    "potential",
    "score",
)


def assess(inputs: AssessmentInputs, policy: Policy, as_of: date) -> Assessment:
    """Judge every household of `inputs`. Raises PolicyError if the policy is not in force on the reference date.

    `household` has household_id, kode_kabupaten_kota, kode_kecamatan, dtsen_family_id (the most probable family),
    p_link, desil, p_poor, p_extreme, p_source, poverty_sources (JSON), deprivation, deprivation_parts (JSON),
    deprivation_missing, deprivation_poor, potential, poverty, score, gate_outcome (the worst), gates (JSON), reasons
    (codes), nominee_person_id, nominee_alternatives (JSON), nominee_age, nominee_female, nominee_disability, kk_group
    (equal for households of one KK number), nominee_group (equal for nominees who are one person, else null),
    link_certain.
    """
    policy = policy.on(as_of)
    inputs = needed(inputs)
    gates = [gate for gate in policy.gates if gate.field != PRIOR or inputs.prior_recipients is not None]
    of_household = [gate for gate in gates if gate.of_household]
    of_member = [gate for gate in gates if not gate.of_household]
    nominee, member_gate, usual_parts = judged_members(inputs, of_member, policy, as_of)
    judged, usual_deprivation = options(inputs, of_household, policy, as_of)
    scored = with_score(judged, nominee, policy)
    best = scored.filter("best")
    household_gate = with_nominee_gate(verdicts(best, of_household), nominee)
    rows = household_rows(
        inputs.households,
        best,
        household_gate=household_gate,
        nominee=nominee,
        member_gate=member_gate,
        policy=policy,
        same_persons=same_persons(inputs.person_link),
    )
    household = rows.join(expected_score(scored, policy), on="household_id", how="left").sort("household_id")
    _same_households(inputs.households, household)
    return Assessment(
        household=household,
        nominee=nominee,
        option=scored.filter(pl.col("dtsen_family_id").is_not_null()).select(OF_OPTION),
        household_gate=household_gate,
        member_gate=member_gate,
        deprivation=decomposition(best, policy.poverty.deprivation),
        not_evaluated=tuple(gate.id for gate in policy.gates if gate not in gates),
        usual=Usual(usual_deprivation, usual_parts),
    )


def needed(inputs: AssessmentInputs) -> AssessmentInputs:
    """The inputs with the columns their files lacked, without rows that no household of the pool leads to and without
    what is not read: who keeps these can assess again."""
    households = complete(inputs.households, "ppse-household")
    members = complete(inputs.members, "ppse-member")
    families = complete(inputs.families, "dtsen-family")
    persons = complete(inputs.persons, "dtsen-person")
    pool = households.get_column("household_id").implode()
    linked_families = inputs.household_link.get_column("dtsen_family_id").implode()
    linked_persons = inputs.person_link.get_column("dtsen_person_id").implode()
    of_linked_family = pl.col("dtsen_family_id").is_in(linked_families)
    return replace(
        inputs,
        households=households,
        members=_only(members, pl.col("household_id").is_in(pool)),
        families=_only(families, of_linked_family),
        persons=_only(persons, of_linked_family | pl.col("dtsen_person_id").is_in(linked_persons)),
    )


def _only(frame: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The wanted rows; the frame itself, uncopied, if that is all of them."""
    mask = frame.select(wanted.fill_null(False)).to_series()
    return frame if mask.all() else frame.filter(mask)


def _same_households(before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Raise CountingError unless every household came out exactly once."""
    if before.height != after.height or after["household_id"].n_unique() != after.height:
        raise CountingError(
            f"{before.height} households came to be assessed and {after.height} rows came out. "
            "Please report this; nothing was published."
        )

"""Members: what PPSE and the linked DTSEN person say of each, their gates, their potential, and the nominee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import CODED_FIELDS, NO_BUSINESS, Gate
from targeting.contracts.welfare import POTENTIAL_PARTS
from targeting.eligibility.gates import in_words, outcome, reason, with_gates, worst
from targeting.eligibility.inputs import AssessmentInputs, age_on
from targeting.eligibility.links import person_twins, same_persons
from targeting.eligibility.potential import assumed_parts, parts, potential_score, usual_parts

FEMALE = 2
IDS = ("household_id", "person_id")


def judged_members(
    inputs: AssessmentInputs, gates: list[Gate], policy: Policy, as_of: date
) -> tuple[pl.DataFrame, pl.DataFrame, Mapping[str, float]]:
    """The nominee frame and the members' wide gate frame (see `Assessment`), both sorted by household and person; and
    the parts of potential that stand in where they are not known."""
    facts = _facts(inputs, policy, as_of).sort(IDS)
    states = with_gates(facts.select(*IDS, "^.*_(ppse|dtsen|unsure)$"), gates, policy.parameters)
    judged = _by_anyone(states.select(*IDS, *_verdicts(gates)), gates)
    usual = inputs.usual.parts if inputs.usual else usual_parts(facts, policy.potential)
    candidates = facts.select(
        *IDS,
        judged.select(worst([gate.id for gate in gates])).to_series().alias("outcome"),
        pl.coalesce("age_ppse", "age_dtsen").alias("age"),
        "female",
        pl.col("disability").fill_null(False),
        *POTENTIAL_PARTS,
        potential=potential_score(policy.potential, usual),
        potential_assumed=assumed_parts(),
    )
    return in_order(candidates), judged, usual


def _verdicts(gates: list[Gate]) -> list[pl.Expr]:
    """Two columns a gate: its outcome and its reason."""
    states = {gate.id: pl.col(f"{gate.id}_state") for gate in gates}
    return [
        expression
        for gate in gates
        for expression in (
            outcome(gate, states[gate.id]).alias(gate.id),
            reason(gate, states[gate.id]).alias(f"{gate.id}_reason"),
        )
    ]


def _by_anyone(judged: pl.DataFrame, gates: list[Gate]) -> pl.DataFrame:
    """The verdicts; of a gate whose scope is anyone each member has the worst of the household."""
    everybody = [gate.id for gate in gates if gate.scope == "anyone"]
    worst_first = [
        pl.col(name).sort_by(pl.col(gate).to_physical(), "person_id", descending=[True, False]).first()
        for gate in everybody
        for name in (gate, f"{gate}_reason")
    ]
    return judged.with_columns(column.over("household_id") for column in worst_first)


def in_order(candidates: pl.DataFrame) -> pl.DataFrame:
    """The candidates with `choice`: members no gate refuses, by potential, then those without doubt, then by person id.

    Doubt comes second on purpose: whoever has no job has no work status to show, and that is mostly women.
    """
    refused = pl.col("outcome") == "FAIL"
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("household_id")
    return (
        candidates.with_columns(rounded=pl.col("potential").round(9))
        .sort("household_id", refused, "rounded", "outcome", "person_id", descending=[False, False, True, False, False])
        .with_columns(choice=pl.when(~refused).then(rank))
        .drop("rounded")
        .sort(IDS)
    )


def _facts(inputs: AssessmentInputs, policy: Policy, as_of: date) -> pl.DataFrame:
    """One row a member: gate fields of both sources, sex, disability and the parts of potential."""
    own = inputs.members.select(*IDS, *_items(inputs.ppse_code_lists, policy, as_of, has_ppse_items=True))
    twins = person_twins(inputs.person_link).join(
        inputs.persons.select("dtsen_person_id", *_items(inputs.dtsen_code_lists, policy, as_of, has_ppse_items=False)),
        on="dtsen_person_id",
    )
    joined = own.join(twins.drop("dtsen_person_id"), on="person_id", how="left", suffix="_other")
    facts = joined.with_columns(
        *(pl.coalesce(name, f"{name}_other") for name in ("female", *POTENTIAL_PARTS)),
        disability=pl.col("disability").fill_null(False) | pl.col("disability_other").fill_null(False),
    ).drop("^.*_other$")
    if inputs.unsure_births is not None:
        facts = facts.with_columns(age_unsure=pl.col("person_id").is_in(inputs.unsure_births.implode()))
    return _with_prior(facts, inputs.prior_recipients, policy, inputs.person_link)


def _items(version: str, policy: Policy, as_of: date, *, has_ppse_items: bool) -> list[pl.Expr]:
    """Gate fields, sex and parts of potential as one source says them."""
    side = "ppse" if has_ppse_items else "dtsen"
    fields = ("work_status", "schooling") + (("member_presence",) if has_ppse_items else ())
    return [
        *(in_words(CODED_FIELDS[field], version).alias(f"{field}_{side}") for field in fields),
        _turnover(version).alias(f"turnover_class_{side}"),
        age_on(pl.col("tanggal_lahir"), as_of.year, as_of.month, as_of.day).alias(f"age_{side}"),
        (pl.col("id_jenis_kelamin") == FEMALE).alias("female"),
        *parts(version, policy.potential, has_ppse_items),
    ]


def _turnover(version: str) -> pl.Expr:
    """The turnover class in words; who has no business has no turnover, and nothing is missing."""
    said = in_words(CODED_FIELDS["turnover_class"], version).cast(pl.String)
    return pl.when(said.is_null() & (pl.col("jumlah_jenis_usaha") == 0)).then(pl.lit(NO_BUSINESS)).otherwise(said)


def _with_prior(
    facts: pl.DataFrame, prior: pl.DataFrame | None, policy: Policy, person_link: pl.DataFrame
) -> pl.DataFrame:
    """`p_prior_ppse`: how probably the member took part before, in the years that count; no column without a list.

    A participation whose year is not known counts.
    """
    if prior is None:
        return facts
    if "match_probability" not in prior.columns:
        prior = prior.with_columns(match_probability=pl.lit(1.0))
    limits = [policy.parameters[gate.within].value for gate in policy.gates if gate.within in policy.parameters]
    if limits and "years_ago" in prior.columns:
        prior = prior.filter((pl.col("years_ago") <= max(limits)).fill_null(value=True))
    prior = _believed(prior, policy)
    highest = prior.group_by("person_id").agg(p_prior_ppse=pl.col("match_probability").max())
    person = pl.coalesce("same_as", "person_id")
    return (
        facts.join(highest, on="person_id", how="left")
        .join(same_persons(person_link), on="person_id", how="left")
        # Who is listed in PPSE twice took part before under either row.
        .with_columns(p_prior_ppse=pl.col("p_prior_ppse").fill_null(0.0).max().over(person))
        .drop("same_as")
    )


def _believed(prior: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The matches; one whose names share nothing is believed no more than the policy says.

    Nobody loses a seat because two people of one day and place have NIK alike: such a match goes to an officer.
    """
    limits = [policy.parameters[gate.unlike].value for gate in policy.gates if gate.unlike in policy.parameters]
    if not limits or "names_alike" not in prior.columns:
        return prior
    alike, probability = pl.col("names_alike").fill_null(value=True), pl.col("match_probability")
    return prior.with_columns(
        match_probability=pl.when(alike).then(probability).otherwise(probability.clip(upper_bound=min(limits)))
    )

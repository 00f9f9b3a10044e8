"""Members: what PPSE and the linked DTSEN person say of each, their gates, their potential, and the nominee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import CODED_FIELDS, NO_BUSINESS, Gate
from targeting.contracts.welfare import POTENTIAL_PARTS
from targeting.eligibility.gates import in_words, outcome, reason, with_gates, worst
from targeting.eligibility.inputs import age_on
from targeting.eligibility.pool import Part, Pool
from targeting.eligibility.potential import assumed_parts, parts, potential_score

FEMALE = 2
IDS = ("household_id", "person_id")


def member_facts(pool: Pool, part: Part, policy: Policy, as_of: date) -> pl.DataFrame:
    """One row a member, sorted by household and person: gate fields of both sources, sex, disability and the parts of
    potential."""
    inputs = pool.inputs
    own = part.members.select(*IDS, *_items(inputs.ppse_code_lists, policy, as_of, has_ppse_items=True))
    twins = part.twins.select("person_id", *_items(inputs.dtsen_code_lists, policy, as_of, has_ppse_items=False))
    joined = own.sort(IDS).join(twins, on="person_id", how="left", suffix="_other", maintain_order="left")
    facts = joined.with_columns(
        *(pl.coalesce(name, f"{name}_other") for name in ("female", *POTENTIAL_PARTS)),
        disability=pl.col("disability").fill_null(False) | pl.col("disability_other").fill_null(False),
    ).drop("^.*_other$")
    if inputs.unsure_births is not None:
        facts = facts.with_columns(age_unsure=pl.col("person_id").is_in(inputs.unsure_births.implode()))
    if pool.prior is None:
        return facts
    told = facts.join(pool.prior, on="person_id", how="left", maintain_order="left")
    return told.with_columns(pl.col("p_prior_ppse").fill_null(0.0))


def judged_members(
    facts: pl.DataFrame, gates: list[Gate], policy: Policy, usual: Mapping[str, float]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The nominee frame and the members' wide gate frame (see `Assessment`), both in the order of `facts`.

    `usual`: the parts of potential that stand in where they are not known.
    """
    states = with_gates(facts.select(*IDS, "^.*_(ppse|dtsen|unsure)$"), gates, policy.parameters)
    judged = _by_anyone(states.select(*IDS, *_verdicts(gates)), gates)
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
    return in_order(candidates), judged


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
    """The candidates, sorted by household and person, with `choice`: members no gate refuses, by potential, then those
    without doubt, then by person id.

    Doubt comes second on purpose: whoever has no job has no work status to show, and that is mostly women.
    """
    best_first = (
        candidates.select(
            household=pl.col("household_id").rle_id(),
            refused=pl.col("outcome") == "FAIL",
            potential=pl.col("potential").round(9),
            doubt=pl.col("outcome").to_physical(),
            place=pl.int_range(pl.len(), dtype=pl.UInt32),
        )
        .sort("household", "refused", "potential", "doubt", "place", descending=[False, False, True, False, False])
        .with_columns(turn=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
        .with_columns(turn=pl.col("turn") - pl.col("turn").first().over("household") + 1)
        .sort("place")
    )
    choice = best_first.select(pl.when(~pl.col("refused")).then("turn").alias("choice"))
    return candidates.with_columns(choice.to_series())


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
    said = in_words(CODED_FIELDS["turnover_class"], version, NO_BUSINESS)
    return pl.when(said.is_null() & (pl.col("jumlah_jenis_usaha") == 0)).then(pl.lit(NO_BUSINESS)).otherwise(said)

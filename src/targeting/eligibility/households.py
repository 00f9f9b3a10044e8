"""Households: the DTSEN families each may be, with what follows for gates and poverty if it is that one."""

from __future__ import annotations

from datetime import date

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import CODED_FIELDS, Gate
from targeting.contracts.welfare import DEPRIVATION_INDICATORS
from targeting.eligibility.deprivation import Register, contributions, deprivation_score, indicators, not_known
from targeting.eligibility.gates import HOLDS, doubted, in_words, outcome, reason, with_gates
from targeting.eligibility.inputs import AssessmentInputs
from targeting.eligibility.links import family_options
from targeting.eligibility.poverty import desil_prior, poverty_score, probabilities, sources

PRESENCE = CODED_FIELDS["family_presence"]


def options(inputs: AssessmentInputs, gates: list[Gate], policy: Policy, as_of: date) -> tuple[pl.DataFrame, float]:
    """One row a household and family it may be, and one row with a null family for a household with none; and the
    deprivation that stands in where none is known.

    Columns: household_id, dtsen_family_id, p_link, best, kode_kabupaten_kota, desil, desil_prior, p_poor, p_extreme,
    p_source, poverty_sources, deprivation, deprivation_parts, deprivation_missing, each indicator, poverty, `X_state`
    and `X_ppse` of each household gate X, `passes` (no gate fails if it is that family) and `passes_alone` (none fails
    by what PPSE alone says).
    """
    facts = _facts(inputs).sort("household_id", "dtsen_family_id")
    facts = _with_deprivation(facts, inputs, policy, as_of)
    facts = facts.with_columns(desil=pl.col("desil_dtsen"))
    facts = facts.with_columns(desil_prior=desil_prior(policy.poverty), **probabilities(policy.poverty))
    facts = facts.with_columns(poverty_sources=sources(policy.poverty, inputs.model_period))
    usual = inputs.usual.deprivation if inputs.usual else _usual_deprivation(facts)
    judged = with_gates(facts, gates, policy.parameters).with_columns(
        poverty=poverty_score(policy.poverty, usual),
        passes=_none_fails(gates, "state"),
        passes_alone=_none_fails(gates, "ppse"),
    )
    return judged, usual


def _usual_deprivation(facts: pl.DataFrame) -> float:
    """The mean over the households of which it is known."""
    mean = facts.filter("best")["deprivation"].mean()
    return round(float(mean), 9) if isinstance(mean, float) else 0.0


def _none_fails(gates: list[Gate], which: str) -> pl.Expr:
    """Whether no gate says FAIL, by both sources (`state`) or by PPSE alone (`ppse`)."""
    fails = [
        (outcome(gate, pl.col(f"{gate.id}_{which}")) == "FAIL") & pl.col(f"{gate.id}_{which}").is_not_null()
        for gate in gates
    ]
    return ~pl.any_horizontal(pl.lit(False), *fails)


def verdicts(best: pl.DataFrame, gates: list[Gate]) -> pl.DataFrame:
    """household_id and two columns a gate, from each household's best option.

    A gate that fails only by what a doubtful family says asks for an officer instead.
    """
    certain = pl.col("L01_state") == HOLDS if "L01_state" in best.columns else pl.col("dtsen_family_id").is_not_null()
    states = best.select("household_id", *(doubted(gate, certain).alias(gate.id) for gate in gates))
    return states.select(
        "household_id",
        *(outcome(gate, pl.col(gate.id)) for gate in gates),
        *(reason(gate, pl.col(gate.id)).alias(f"{gate.id}_reason") for gate in gates),
    )


def _facts(inputs: AssessmentInputs) -> pl.DataFrame:
    """The options with the gate fields of both sources."""
    households = inputs.households.select(
        "household_id",
        "kode_kabupaten_kota",
        "expenditure_idr_month",
        "jumlah_anggota_keluarga",
        in_words(PRESENCE, inputs.ppse_code_lists).alias("family_presence_ppse"),
        district_ppse=pl.col("kode_kabupaten_kota"),
    )
    families = inputs.families.select(
        "dtsen_family_id",
        "cut_off",
        in_words(PRESENCE, inputs.dtsen_code_lists).alias("family_presence_dtsen"),
        district_dtsen=pl.col("kode_kabupaten_kota"),
        desil_dtsen=pl.col("desil_nasional"),
        status_dtsen_dtsen=pl.col("status_dtsen"),
    )
    households = _with_model(households, inputs.by_model)
    return (
        households.join(family_options(inputs.household_link), on="household_id", how="left")
        .join(families, on="dtsen_family_id", how="left")
        .with_columns(pl.col("best").fill_null(True), p_link_dtsen=pl.col("p_link"))
    )


def _with_model(households: pl.DataFrame, by_model: pl.DataFrame | None) -> pl.DataFrame:
    """The households with what a model says of each; null without a model."""
    names = {name: f"{name}_by_model" for name in ("p_poor", "p_extreme")}
    if by_model is None:
        return households.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names.values())
    told = by_model.select("household_id", *names).rename(names)
    return households.join(told, on="household_id", how="left", maintain_order="left")


def _with_deprivation(facts: pl.DataFrame, inputs: AssessmentInputs, policy: Policy, as_of: date) -> pl.DataFrame:
    """The options with deprivation: each indicator as DTSEN has it, PPSE's where DTSEN is silent."""
    rules = policy.poverty.deprivation
    dtsen = Register(
        inputs.families, inputs.persons, "dtsen_family_id", inputs.dtsen_code_lists, "id_jenjang_pendidikan_dukcapil"
    )
    ppse = Register(inputs.households, inputs.members, "household_id", inputs.ppse_code_lists, "id_ijazah")
    return (
        facts.join(indicators(dtsen, rules, as_of), on="dtsen_family_id", how="left")
        .join(indicators(ppse, rules, as_of), on="household_id", how="left", suffix="_ppse_says")
        .with_columns(pl.coalesce(name, f"{name}_ppse_says") for name in DEPRIVATION_INDICATORS)
        .drop("^.*_ppse_says$")
        .with_columns(
            deprivation=deprivation_score(rules),
            deprivation_parts=contributions(rules),
            deprivation_missing=not_known(),
        )
        .sort("household_id", "dtsen_family_id")
    )

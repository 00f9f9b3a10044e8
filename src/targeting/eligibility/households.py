"""Households: the DTSEN families each may be, with what follows for gates and poverty if it is that one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import CODED_FIELDS, Gate
from targeting.contracts.welfare import DEPRIVATION_INDICATORS
from targeting.eligibility.deprivation import Register, indicators, with_score
from targeting.eligibility.gates import HOLDS, doubted, in_words, outcome, reason, with_gates
from targeting.eligibility.links import family_options
from targeting.eligibility.pool import Part, Pool
from targeting.eligibility.poverty import desil_prior, poverty_score, probabilities, with_sources

PRESENCE = CODED_FIELDS["family_presence"]


def household_facts(pool: Pool, part: Part, policy: Policy, as_of: date) -> pl.DataFrame:
    """One row a household and family it may be, and one row with a null family for a household with none, sorted.

    Columns: household_id, dtsen_family_id, p_link, best, kode_kabupaten_kota, kode_kecamatan, desil, desil_prior,
    p_poor, p_extreme, p_source, poverty_sources, each indicator, deprivation, deprivation_parts, deprivation_missing
    and the gate fields of both sources.
    """
    facts = _facts(pool, part).sort("household_id", "dtsen_family_id")
    facts = _with_deprivation(facts, pool, part, policy, as_of)
    facts = facts.with_columns(desil=pl.col("desil_dtsen"))
    facts = facts.with_columns(desil_prior=desil_prior(policy.poverty), **probabilities(policy.poverty))
    return with_sources(facts, policy.poverty, pool.inputs.model_period)


def usual_deprivation(facts: Sequence[pl.DataFrame]) -> float:
    """The mean over the households of which it is known; `facts`: those of a pool, in any number of frames."""
    counts = pl.concat(
        frame.filter("best").group_by("deprivation").agg(households=pl.len().cast(pl.Int64)) for frame in facts
    )
    known = counts.drop_nulls().group_by("deprivation").agg(pl.col("households").sum()).sort("deprivation")
    # Summed exactly: neither the order of rows nor the size of the parts shows in the last digit.
    total = fsum(value * households for value, households in known.iter_rows())
    return round(total / sum(known["households"].to_list()), 9) if known.height else 0.0


def judged_options(facts: pl.DataFrame, gates: list[Gate], policy: Policy, usual: float) -> pl.DataFrame:
    """The facts with poverty, `X_state` and `X_ppse` of each household gate X, `passes` (no gate fails if it is that
    family) and `passes_alone` (none fails by what PPSE alone says).

    `usual`: the deprivation that stands in where none is known.
    """
    return with_gates(facts, gates, policy.parameters).with_columns(
        poverty=poverty_score(policy.poverty, usual),
        passes=_none_fails(gates, "state"),
        passes_alone=_none_fails(gates, "ppse"),
    )


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


def _facts(pool: Pool, part: Part) -> pl.DataFrame:
    """The options with the gate fields of both sources."""
    households = part.households.select(
        "household_id",
        "kode_kabupaten_kota",
        "kode_kecamatan",
        "expenditure_idr_month",
        "jumlah_anggota_keluarga",
        in_words(PRESENCE, pool.inputs.ppse_code_lists).alias("family_presence_ppse"),
        district_ppse=pl.col("kode_kabupaten_kota"),
    )
    families = part.families.select(
        "dtsen_family_id",
        "cut_off",
        in_words(PRESENCE, pool.inputs.dtsen_code_lists).alias("family_presence_dtsen"),
        district_dtsen=pl.col("kode_kabupaten_kota"),
        desil_dtsen=pl.col("desil_nasional"),
        status_dtsen_dtsen=pl.col("status_dtsen"),
    )
    households = _with_model(households, part.by_model)
    return (
        households.join(family_options(part.household_link), on="household_id", how="left")
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


def _with_deprivation(facts: pl.DataFrame, pool: Pool, part: Part, policy: Policy, as_of: date) -> pl.DataFrame:
    """The options with deprivation: each indicator as DTSEN has it, PPSE's where DTSEN is silent."""
    rules = policy.poverty.deprivation
    ppse = Register(part.households, part.members, "household_id", pool.inputs.ppse_code_lists, "id_ijazah")
    coalesced = (
        facts.join(pool.dtsen_says, on="dtsen_family_id", how="left", maintain_order="left")
        .join(
            indicators(ppse, rules, as_of),
            on="household_id",
            how="left",
            suffix="_ppse_says",
            maintain_order="left",
        )
        .with_columns(pl.coalesce(name, f"{name}_ppse_says") for name in DEPRIVATION_INDICATORS)
        .drop("^.*_ppse_says$")
    )
    return with_score(coalesced, rules)

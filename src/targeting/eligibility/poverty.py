"""How poor a household is, kept as three things that are never mixed.

`desil` is DTSEN's rank. `p_poor` and `p_extreme` are probabilities of being below a line. Where the household's
expenditure is in the file they come from it; else from the proxy means test that the policy names; else from the
official rate spread over the deciles, which is indicative: it repeats the decile and the rate, and says nothing of the
single family. Each says its source and date in `poverty_sources`. The policy says how they make one score.
"""

from __future__ import annotations

import polars as pl

from targeting.contracts.sourced import Numbers
from targeting.contracts.welfare import DECILES, Calibration, Poverty
from targeting.eligibility.texts import once_each

SAID = ("desil", "p_poor", "p_extreme")
"""The three quantities."""
LOGISTIC_PER_NORMAL = 1.702
"""Scales the logistic curve to within 0.01 of the normal distribution."""


def of_district(numbers: Numbers) -> pl.Expr:
    """The table's number for the household's district, else the national one (null if there is none)."""
    named = {key: value for key, value in numbers.values.items() if key != "national"}
    national = numbers.values.get("national")
    return pl.col("kode_kabupaten_kota").replace_strict(
        list(named), list(named.values()), default=national, return_dtype=pl.Float64
    )


def desil_prior(rules: Poverty) -> pl.Expr:
    """The policy's prior for the family's desil, and for a family without one."""
    values = rules.desil_prior.values
    return pl.col("desil").replace_strict(
        {int(decile): values[decile] for decile in DECILES}, default=values["missing"], return_dtype=pl.Float64
    )


def indicative(calibration: Calibration | None) -> pl.Expr:
    """Probability by desil whose mean over the ten deciles is the official rate; the rate itself without a desil."""
    if calibration is None:
        return pl.lit(None, pl.Float64)
    shape = calibration.by_desil.values
    mean = sum(shape.values()) / len(shape)
    risk = pl.col("desil").replace_strict(
        {int(decile): shape[decile] / mean for decile in DECILES}, default=1.0, return_dtype=pl.Float64
    )
    return (of_district(calibration.rate) * risk).clip(0, 1)


def below_line(line: Numbers, log_sd: float) -> pl.Expr:
    """Probability that expenditure a head is below the line, given its measurement error; null without expenditure."""
    a_head = pl.col("expenditure_idr_month") / pl.col("jumlah_anggota_keluarga")
    gap = (of_district(line) / a_head).log() / log_sd
    known = (pl.col("expenditure_idr_month") > 0) & (pl.col("jumlah_anggota_keluarga") > 0)
    return pl.when(known).then(1 / (1 + (-LOGISTIC_PER_NORMAL * gap).exp()))


def probabilities(rules: Poverty) -> dict[str, pl.Expr]:
    """p_poor, p_extreme and where they come from: `expenditure`, `model`, `indicative` or null.

    `p_poor_by_model` and `p_extreme_by_model` are what a model says, null without one. Without model, linked family and
    expenditure the probabilities are null.
    """
    found = pl.col("dtsen_family_id").is_not_null()
    log_sd = rules.expenditure_log_sd.value
    if rules.lines is None:
        poor = extreme = pl.lit(None, pl.Float64)
    else:
        poor, extreme = below_line(rules.lines.poor, log_sd), below_line(rules.lines.extreme, log_sd)
    calibrated = found if rules.extreme or rules.poor else pl.lit(False)
    return {
        "p_poor": pl.coalesce(poor, "p_poor_by_model", pl.when(found).then(indicative(rules.poor))),
        "p_extreme": pl.coalesce(extreme, "p_extreme_by_model", pl.when(found).then(indicative(rules.extreme))),
        "p_source": pl.when(extreme.is_not_null())
        .then(pl.lit("expenditure"))
        .when(pl.col("p_extreme_by_model").is_not_null())
        .then(pl.lit("model"))
        .when(calibrated)
        .then(pl.lit("indicative")),
    }


def with_sources(facts: pl.DataFrame, rules: Poverty, survey_period: str | None) -> pl.DataFrame:
    """The facts with `poverty_sources`, as `sources` says it."""
    said = {f"{name}_told": pl.col(name).is_not_null() for name in SAID}
    keys = (*said, "cut_off", "p_source")
    told = once_each(facts.with_columns(**said), keys, poverty_sources=sources(rules, survey_period))
    return told.drop(*said)


def sources(rules: Poverty, survey_period: str | None) -> pl.Expr:
    """JSON text {quantity: {source, date}} of desil, p_poor and p_extreme; null for a quantity that is not known.

    The date of desil is the register's cut-off; of a probability that of its line, of the model's survey and line, or
    of the official rate. Needs cut_off, p_source and, for each of SAID, whether it is told.
    """
    desil = pl.struct(source=pl.lit("DTSEN"), date=pl.col("cut_off").cast(pl.String))
    quantities = [pl.when("desil_told").then(desil).alias("desil")]
    lines = (rules.lines.poor, rules.lines.extreme) if rules.lines else (None, None)
    for name, line, official in zip(("p_poor", "p_extreme"), lines, (rules.poor, rules.extreme), strict=True):
        of_line = None if line is None else line.period
        dates = {"expenditure": of_line, "model": _both(survey_period, of_line)}
        dates["indicative"] = None if official is None else official.rate.period
        said = pl.col("p_source").replace_strict(dates, default=None, return_dtype=pl.String)
        told = pl.struct(source=pl.col("p_source"), date=said)
        quantities.append(pl.when(f"{name}_told").then(told).alias(name))
    return pl.struct(quantities).struct.json_encode()


def _both(survey: str | None, line: str | None) -> str | None:
    """The dates of the model's survey and of its line."""
    known = [f"survey {survey}"] if survey else []
    return ", ".join([*known, f"line {line}"] if line else known) or None


def poverty_score(rules: Poverty, usual_deprivation: float) -> pl.Expr:
    """Poverty in [0, 1]: the weighted mean of desil prior, p_extreme and deprivation.

    A deprivation that is not known stands in with the pool's usual one: to be silent neither helps nor harms. Without
    any p_extreme its weight goes to the other two.
    """
    weights = rules.weights.values
    rank_and_living = weights["desil"] * pl.col("desil_prior") + weights["deprivation"] * pl.col(
        "deprivation"
    ).fill_null(usual_deprivation)
    of_line = weights["p_extreme"] * pl.col("p_extreme")
    two = weights["desil"] + weights["deprivation"]
    return pl.coalesce(rank_and_living + of_line, rank_and_living / two if two else None)

"""Lists of seats on a synthetic pool whose consumption is known: the program's own, baselines, and the truth's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

from targeting.contracts.assessment import Assessment
from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K
from targeting.contracts.config import LinkageSettings
from targeting.contracts.pmt import ProxyModel
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.contracts.schemas import schema_of
from targeting.contracts.welfare import Lines
from targeting.eligibility import AssessmentInputs, assess
from targeting.linkage.register import link_register
from targeting.poverty import Pool, probabilities, scoring
from targeting.poverty.mapping import coded_by, in_words
from targeting.poverty.survey import Design
from targeting.poverty.train import Request, train
from targeting.ranking import rank
from targeting.synth.generate import SynthData, generate

POLICY = Path(__file__).resolve().parents[1] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
AS_OF = date(2026, 6, 1)
FAMILIES_A_HOUSEHOLD = 4
OVERLAP = 0.9
BASELINES = ("desil", "logit PMT", "lot in desil 1")
OURS = ("targeting", "targeting, PMT", "targeting, PMT alone", "p_extreme, PMT")
ALL = (*OURS, *BASELINES, "oracle")
NO_PROXY = ("id_status_keberadaan_keluarga",)
SPENT = "consumption_idr_capita_month"
PROVENANCE = {"source": "synthetic", "period": "2025-03", "file": "", "sha256": "", "program_version": ""}

Predict = Callable[[SynthData], pl.DataFrame]


@dataclass(frozen=True)
class World:
    """A pool with its truth (household_id, district, spent, line, extreme_line, poor, extreme, logit), the seats of its
    districts, what the program made of it without a proxy means test, with one and by it alone, and the coverage of the
    test's intervals."""

    pool: pl.DataFrame
    seats: dict[str, int]
    plain: tuple[Assessment, pl.DataFrame]
    tested: tuple[Assessment, pl.DataFrame]
    alone: tuple[Assessment, pl.DataFrame]
    coverage: float


@dataclass(frozen=True)
class Learnt:
    """What was learnt of another world: the program's proxy means test, and a logistic regression on the dwelling."""

    model: ProxyModel
    logit: Predict


def shipped() -> Policy:
    """The shipped policy on the day of the benchmark."""
    return load_policy(POLICY).on(AS_OF)


def world_of(households: int, noise: Any, seed: int) -> SynthData:
    """A generated world."""
    return generate(households, noise, OVERLAP, seed, families=FAMILIES_A_HOUSEHOLD * households)


def proxies(data: SynthData) -> list[str]:
    """Columns of the dwelling, the assets and the size of the household that PPSE and DTSEN both have."""
    fields = schema_of("ppse-household").fields
    return [
        name
        for name in data.ppse_household.columns
        if name in data.dtsen_family.columns and fields[name].type in (int, float) and name not in NO_PROXY
    ]


def learn(households: int, noise: Any, seed: int) -> Learnt:
    """Both tests, from the PPSE households of one world and what they spend."""
    data, policy = world_of(households, noise, seed), shipped()
    names = proxies(data)
    known = truth(data, policy)
    survey = in_words(data.ppse_household, tuple(names), REGSOSEK_2022K).join(known, on="household_id")
    survey = survey.select(*names, "spent", cluster="kode_desa", weight=pl.lit(1.0))
    lists_by_column = {name: code for name in names if (code := coded_by(name)) is not None}
    design = Design("spent", "weight", "cluster", None, float(known["extreme_line"].mean() or 0.0))
    request = Request(design, code_lists=lists_by_column, code_list_version=REGSOSEK_2022K)
    return Learnt(train(survey, request, PROVENANCE, lambda _share: None), _logit(data, names, known))


def _logit(data: SynthData, names: list[str], known: pl.DataFrame) -> Predict:
    """A plain logistic regression of extreme poverty, codes as dummies, as proxy means tests are mostly made."""
    coded = [name for name in names if coded_by(name) is not None]
    numbers = [name for name in names if name not in coded]
    answers = {name: data.ppse_household[name].drop_nulls().unique().sort().to_list() for name in coded}
    middle = {name: float(data.ppse_household[name].cast(pl.Float64).median() or 0.0) for name in numbers}

    def design(households: pl.DataFrame) -> np.ndarray[Any, Any]:
        columns = [
            (pl.col(name) == code).fill_null(value=False).cast(pl.Float64).alias(f"{name} {code}")
            for name, codes in answers.items()
            for code in codes[1:]
        ]
        logs = [pl.col(name).cast(pl.Float64).fill_null(middle[name]).clip(0).log1p().alias(name) for name in numbers]
        return households.select(*columns, *logs).to_numpy()

    joined = data.ppse_household.join(known, on="household_id", maintain_order="left")
    fitted = LogisticRegression(max_iter=2_000).fit(design(joined), joined["extreme"].to_numpy())
    return lambda other: other.ppse_household.select(
        "household_id", logit=pl.Series(fitted.predict_proba(design(other.ppse_household))[:, 1])
    )


def truth(data: SynthData, policy: Policy) -> pl.DataFrame:
    """What each household spends, and whether that is below the lines of its district."""
    lines = policy.poverty.lines
    assert isinstance(lines, Lines)  # noqa: S101  (the shipped policy has them)
    spent = data.hidden_consumption.filter(pl.col("household_id").is_not_null())
    return (
        data.ppse_household.select("household_id", district="kode_kabupaten_kota")
        .join(spent.select("household_id", spent=SPENT), on="household_id")
        .with_columns(
            line=pl.col("district").replace_strict(lines.poor.values, default=lines.poor.values["national"]),
            extreme_line=pl.lit(lines.extreme.values["national"]),
        )
        .with_columns(poor=pl.col("spent") < pl.col("line"), extreme=pl.col("spent") < pl.col("extreme_line"))
    )


def make(households: int, noise: Any, seed: int, learnt: Learnt) -> World:
    """A world, linked once, assessed and ranked with and without the test."""
    data = world_of(households, noise, seed)
    policy = _with_true_rates(shipped(), data)
    sources = (data.ppse_household, data.ppse_member, data.dtsen_family, data.dtsen_person)
    links = link_register(*sources, LinkageSettings())
    inputs = AssessmentInputs(*sources, links.household_link, links.person_link)
    own, register = Pool(data.ppse_household, REGSOSEK_2022K), Pool(data.dtsen_family, DTSEN_2025)
    told = probabilities(learnt.model, own, register, policy.poverty)
    tested = replace(inputs, by_model=told.household, model_period=PROVENANCE["period"])
    seats = {area: int(number) for area, number in policy.quotas.seats.values.items()}
    pool = truth(data, policy).join(learnt.logit(data), on="household_id").filter(pl.col("district").is_in(list(seats)))
    return World(
        pool,
        seats,
        _judged(inputs, policy, seed),
        _judged(tested, policy, seed),
        _judged(tested, _by_test_alone(policy), seed),
        _coverage(learnt.model, data, policy),
    )


def _with_true_rates(policy: Policy, data: SynthData) -> Policy:
    """The policy whose official rates are those of the world's register: what a census of spending would publish."""
    spent = data.hidden_consumption.filter(pl.col("dtsen_family_id").is_not_null()).drop("household_id")
    lines, rules = policy.poverty.lines, policy.poverty
    assert isinstance(lines, Lines)  # noqa: S101  (the shipped policy has them)
    families = data.dtsen_family.join(spent, on="dtsen_family_id").select(
        persons=pl.col("jumlah_anggota_keluarga").fill_null(1),
        district="kode_kabupaten_kota",
        extreme=pl.col(SPENT) < lines.extreme.values["national"],
        poor=pl.col(SPENT)
        < pl.col("kode_kabupaten_kota").replace_strict(lines.poor.values, default=lines.poor.values["national"]),
    )
    changed = {}
    for notion in ("extreme", "poor"):
        calibration = getattr(rules, notion)
        share = (pl.col(notion) * pl.col("persons")).sum() / pl.col("persons").sum()
        rates = dict(families.group_by("district").agg(share).sort("district").iter_rows())
        rates["national"] = families.select(share).item()
        table = calibration.rate.model_copy(update={"values": rates})
        changed[notion] = calibration.model_copy(update={"rate": table})
    return policy.model_copy(update={"poverty": rules.model_copy(update=changed)})


def _by_test_alone(policy: Policy) -> Policy:
    """The policy whose poverty score is p_extreme: neither desil nor deprivation has a weight."""
    weights = policy.poverty.weights.model_copy(update={"values": {"desil": 0.0, "p_extreme": 1.0, "deprivation": 0.0}})
    return policy.model_copy(update={"poverty": policy.poverty.model_copy(update={"weights": weights})})


def _judged(inputs: AssessmentInputs, policy: Policy, seed: int) -> tuple[Assessment, pl.DataFrame]:
    assessment = assess(inputs, policy, AS_OF)
    return assessment, rank(assessment, policy, seed)


def _coverage(model: ProxyModel, data: SynthData, policy: Policy) -> float:
    """Share of households whose spending lies in the test's 90 % interval."""
    names = tuple(column.name for column in model.columns)
    joined = data.ppse_household.join(truth(data, policy).select("household_id", "spent"), on="household_id")
    low, high = scoring.interval(model, scoring.locate(model, in_words(joined, names, REGSOSEK_2022K)), 0.9)
    spent = joined["spent"].to_numpy()
    return float(np.mean((low <= spent) & (spent <= high)))


def lists(world: World, seed: int) -> dict[str, pl.DataFrame]:
    """Each list by name: household_id, merit (between 0 and 1, the highest first), seat, probability (or null)."""
    rng = np.random.default_rng(seed)
    plain = world.plain[0].household.select("household_id", "desil", "gate_outcome")
    tested = world.tested[0].household.select("household_id", tested="p_extreme")
    pool = world.pool.join(plain, on="household_id", maintain_order="left")
    pool = pool.join(tested, on="household_id", maintain_order="left")
    pool = pool.with_columns(lot=pl.Series(rng.random(pool.height)))
    again = pool.with_columns(lot=pl.Series(rng.random(pool.height)))
    passing = pl.col("gate_outcome") != "FAIL"
    none = pl.lit(None, pl.Float64)
    return {
        "targeting": _ranked(world.plain),
        "targeting, PMT": _ranked(world.tested),
        "targeting, PMT alone": _ranked(world.alone),
        "p_extreme, PMT": _first(pool, world.seats, [~passing, -pl.col("tested")], pl.col("tested")),
        "desil": _first(pool, world.seats, [pl.col("desil")], none),
        "logit PMT": _first(pool, world.seats, [-pl.col("logit")], pl.col("logit")),
        "lot in desil 1": _first(again, world.seats, [(pl.col("desil") != 1).fill_null(value=True)], none),
        "oracle": _first(pool, world.seats, [pl.col("spent")], none),
    }


def _ranked(judged: tuple[Assessment, pl.DataFrame]) -> pl.DataFrame:
    """The program's own list; who does not compete comes after all who do."""
    assessment, candidate = judged
    return candidate.join(assessment.household.select("household_id", "p_extreme"), on="household_id").select(
        "household_id",
        merit=pl.when(pl.col("rank").is_not_null()).then((1 + pl.col("score")) / 2).otherwise(0.0),
        seat=pl.col("status") == "selected",
        # Who was not found in DTSEN has no probability without a test: told as the mean of the others.
        probability=pl.col("p_extreme").fill_null(pl.col("p_extreme").mean()),
    )


def _first(pool: pl.DataFrame, seats: dict[str, int], order: list[pl.Expr], probability: pl.Expr) -> pl.DataFrame:
    """The pool in an order, ties by lot; the first of each district have its seats."""
    number = pl.col("district").replace_strict(seats, return_dtype=pl.Int64)
    return (
        pool.sort(*order, "lot", nulls_last=True)
        .with_columns(place=pl.int_range(pl.len()), turn=pl.int_range(pl.len()).over("district"))
        .select(
            "household_id",
            merit=1 - pl.col("place") / pool.height,
            seat=pl.col("turn") < number,
            probability=probability,
        )
    )

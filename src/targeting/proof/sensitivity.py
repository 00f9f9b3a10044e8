"""How many seats change hands when one decided number is another one: each step is judged and ranked anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from targeting.contracts.assessment import Assessment, composite
from targeting.contracts.policy import Policy
from targeting.contracts.policy_quotas import Reserve
from targeting.contracts.sourced import Number
from targeting.contracts.welfare import POVERTY_PARTS
from targeting.proof.compare import SEAT
from targeting.proof.replay import Pool, assessed, listed

DECILES = (1.0, 2.0, 3.0, 4.0)
AGES_FROM, AGES_TO = (20.0,), (45.0, 64.0)
"""The limits of PENA (20 to 45) and UPG (18 to 64) beside the pilot's."""
LINK_THRESHOLDS = (0.8, 0.95)
SHIFT = 0.1
"""By which weights, exponents and shares are moved up and down."""


@dataclass(frozen=True)
class Step:
    """One number moved: which, from, to; the policy with it, and whether the gates or members have to be judged anew
    (else scores and ranks follow from what was judged)."""

    parameter: str
    before: float
    after: float
    policy: Policy
    judged_anew: bool


def sensitivity(pool: Pool) -> dict[str, Any]:
    """seats, and steps: parameter, before, after, changed (seats that go to others), share of the seats, gained and
    lost seats where their number changes, districts; the parameters that move most first."""
    policy = pool.policy.on(pool.run["as_of"])
    base = assessed(pool, policy)
    seated = _seats(listed(pool, policy, base.household))
    rows: list[dict[str, Any]] = []
    for step in steps(policy):
        household = assessed(pool, step.policy).household if step.judged_anew else rescored(base, step.policy)
        now = _seats(listed(pool, step.policy, household))
        lost, gained = seated.join(now, on="household_id", how="anti"), now.join(seated, on="household_id", how="anti")
        rows.append(
            {
                "parameter": step.parameter,
                "before": step.before,
                "after": step.after,
                "lost": lost.height,
                "gained": gained.height,
                "changed": max(lost.height, gained.height),
                "share": max(lost.height, gained.height) / seated.height if seated.height else None,
                "districts": dict(lost.group_by("district").len().sort("district").iter_rows()),
            }
        )
    most: dict[str, int] = {}
    for row in rows:
        most[row["parameter"]] = max(row["changed"], most.get(row["parameter"], 0))
    rows.sort(key=lambda row: (-most[row["parameter"]], row["parameter"], row["after"]))
    return {"run": pool.run["run_id"], "seats": seated.height, "steps": rows}


def _seats(candidate: pl.DataFrame) -> pl.DataFrame:
    return candidate.filter(pl.col("status") == SEAT).select("household_id", "district")


def steps(policy: Policy) -> Iterator[Step]:
    """The steps that the policy has numbers for."""
    yield from _of_gates(policy)
    yield from _of_weights(policy)
    yield from _of_ranking(policy)
    yield from _of_reserves(policy)


def _of_gates(policy: Policy) -> Iterator[Step]:
    """Decile 1 to 4, ages of other programmes, the link that an officer need not look at."""
    for gate in policy.gates:
        tried: dict[str, tuple[float, ...]] = {}
        match gate.field:
            case "desil" if gate.op == "at_most":
                tried = {gate.args[0]: DECILES}
            case "age" if gate.op == "between":
                tried = {gate.args[0]: AGES_FROM, gate.args[1]: AGES_TO}
            case "p_link" if gate.op == "at_least":
                tried = {gate.args[0]: LINK_THRESHOLDS}
        for name, values in tried.items():
            now = policy.parameters[name]
            for value in values:
                if value != now.value:
                    parameters = policy.parameters | {name: _moved(now, value)}
                    changed = policy.model_copy(update={"parameters": parameters})
                    yield Step(f"parameters.{name}", now.value, value, changed, judged_anew=True)


def _of_weights(policy: Policy) -> Iterator[Step]:
    """Each weight of the poverty score up and down, the others in proportion."""
    weights = policy.poverty.weights.values
    for name in POVERTY_PARTS:
        rest = 1 - weights[name]
        for value in (round(weights[name] - SHIFT, 9), round(weights[name] + SHIFT, 9)):
            if not 0 <= value <= 1 or rest <= 0:
                continue
            others = {other: weights[other] * (1 - value) / rest for other in POVERTY_PARTS if other != name}
            table = policy.poverty.weights.model_copy(update={"values": others | {name: value}})
            poverty = policy.poverty.model_copy(update={"weights": table})
            changed = policy.model_copy(update={"poverty": poverty})
            yield Step(f"poverty.weights.{name}", weights[name], value, changed, judged_anew=False)


def _of_ranking(policy: Policy) -> Iterator[Step]:
    """The exponent and the floor of the geometric score, or the bands of the lexicographic one."""
    ranking = policy.ranking
    geometric = ranking.composite == "geometric"
    moves = {"alpha": SHIFT, "floor": SHIFT} if geometric else {"bands": 1.0}
    for name, shift in moves.items():
        now: Number = getattr(ranking, name)
        for value in (round(now.value - shift, 9), round(now.value + shift, 9)):
            if (0 <= value <= 1) if geometric else value >= 1:
                changed = policy.model_copy(update={"ranking": ranking.model_copy(update={name: _moved(now, value)})})
                yield Step(f"ranking.{name}", now.value, value, changed, judged_anew=False)


def _of_reserves(policy: Policy) -> Iterator[Step]:
    """Each reserve left out."""
    for reserve in policy.quotas.reserves:
        kept = tuple(other for other in policy.quotas.reserves if other != reserve)
        changed = policy.model_copy(update={"quotas": policy.quotas.model_copy(update={"reserves": kept})})
        yield Step(f"quotas.reserves.{reserve.group}", _minimum(reserve), 0.0, changed, judged_anew=False)


def _minimum(reserve: Reserve) -> float:
    number = reserve.min_share if reserve.min_share is not None else reserve.min_seats
    return 0.0 if number is None else number.value


def _moved(number: Number, value: float) -> Number:
    """The number with another value."""
    return number.model_copy(update={"value": value})


def rescored(base: Assessment, policy: Policy) -> pl.DataFrame:
    """The judged households with the scores of other weights, exponents or bands; what gates said stays.

    `Assessment.option` has what scores are made of; a household that was not found keeps what it scored by that.
    """
    weights, usual = policy.poverty.weights.values, 0.0 if base.usual is None else base.usual.deprivation
    two = weights["desil"] + weights["deprivation"]
    known = weights["desil"] * pl.col("desil_prior") + weights["deprivation"] * pl.col("deprivation").fill_null(usual)
    poverty = pl.coalesce(known + weights["p_extreme"] * pl.col("p_extreme"), known / two if two else None)
    counted = pl.col("p_link") * pl.col("passes").cast(pl.Float64)
    found = (
        base.option.with_columns(again=poverty)
        .with_columns(again=counted * composite(pl.col("again"), pl.col("potential"), policy.ranking))
        .with_columns(before=counted * pl.col("score"))
        .sort("household_id", "dtsen_family_id")
        .group_by("household_id", maintain_order=True)
        .agg(pl.col("again", "before").sum())
    )
    return (
        base.household.join(found, on="household_id", how="left", maintain_order="left")
        .with_columns(
            score=(pl.col("score") - pl.col("before").fill_null(0.0)).clip(lower_bound=0.0)
            + pl.col("again").fill_null(0.0)
        )
        .drop("again", "before")
    )

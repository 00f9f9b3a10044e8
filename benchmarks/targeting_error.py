"""Who gets the seats, against who is poor: the program's list beside naive ones, on pools whose consumption is known.

    python benchmarks/targeting_error.py                              # 20 worlds of 2,000 households
    python benchmarks/targeting_error.py --worlds 5 --households 4000 --noise high --json

Each world is generated, linked, assessed and ranked anew. Poor is who spends less a head than the district's poverty
line, extremely poor who spends less than the extreme line, of the households in the pool. The lists:

    targeting         the shipped policy: gates, poverty, potential, reserves
    poverty only      households that pass the gates, by poverty score alone
    desil             households linked to DTSEN by desil, ties drawn by lot
    PMT               least squares of log consumption on the dwelling, learnt on another world; the lowest predictions
    PMT threshold     as many of those predicted below the poverty line as there are seats, drawn by lot
    random            drawn by lot
    oracle            the truly poorest: what nothing can do better

IER: share of the seats that go to households who are not poor. FPR: share of those not poor who get a seat. EER: share
of the poor without a seat, which cannot be small with 25 seats a district; its floor 1 - seats / poor stands beside it.
Gap reached: poverty gap of the seated, of the largest that as many seats can reach. Intervals are 95 % over the worlds,
those of the difference to the program's list too: every list is made of the same worlds.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t as student

from targeting.contracts.config import LinkageSettings
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.contracts.welfare import Lines
from targeting.eligibility import AssessmentInputs, assess
from targeting.linkage.register import link_register
from targeting.ranking import rank
from targeting.synth.generate import SynthData, generate

ROOT = Path(__file__).resolve().parents[1]
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
AS_OF = date(2026, 6, 1)
FAMILIES_A_HOUSEHOLD = 4
OVERLAP = 0.9
DWELLING = (
    "id_lantai_terluas",
    "id_dinding_terluas",
    "id_atap_terluas",
    "id_sumber_airminum",
    "id_dayapenerangan",
    "id_bb_utama",
    "id_fasilitas_bab",
    "aset_bergerak_lemari_es",
    "aset_bergerak_sepeda_motor",
    "aset_bergerak_mobil",
    "aset_bergerak_smartphone",
    "aset_bergerak_komputer_laptop_tablet",
)
RATES = ("IER", "EER", "EER floor", "FPR", "extreme among seats", "seats in poorest tenth", "gap reached")


@dataclass(frozen=True)
class World:
    """A pool with its truth: household_id, district, spent (rupiah a head and month), line, poor, extreme, and more."""

    pool: pl.DataFrame
    seats: dict[str, int]


def main() -> None:
    """Print the table, or with --json the numbers of every world."""
    asked = arguments()
    warnings.simplefilter("ignore")
    policy = load_policy(POLICY).on(AS_OF)
    learnt = learn(
        generate(asked.households, asked.noise, OVERLAP, 999, families=FAMILIES_A_HOUSEHOLD * asked.households)
    )
    found: list[dict[str, Any]] = []
    for seed in range(1, asked.worlds + 1):
        world = make(asked.households, asked.noise, seed, policy, learnt)
        for name, seats in lists(world, seed):
            found.append({"world": seed, "list": name, **judge(world, seats)})
        print(f"world {seed} of {asked.worlds}", file=sys.stderr)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        show(pl.DataFrame(found), asked)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--households", type=int, default=2_000)
    parser.add_argument("--noise", choices=("low", "medium", "high"), default="medium")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def make(households: int, noise: Any, seed: int, policy: Policy, learnt: Predict) -> World:
    """A world, linked, assessed and ranked."""
    data = generate(households, noise, OVERLAP, seed, families=FAMILIES_A_HOUSEHOLD * households)
    sources = (data.ppse_household, data.ppse_member, data.dtsen_family, data.dtsen_person)
    links = link_register(*sources, LinkageSettings())
    assessment = assess(AssessmentInputs(*sources, links.household_link, links.person_link), policy, AS_OF)
    candidate = rank(assessment, policy, seed)
    judged = assessment.household.select("household_id", "desil", "poverty", "gate_outcome")
    pool = (
        truth(data, policy)
        .join(judged, on="household_id")
        .join(candidate.select("household_id", "status", "rank"), on="household_id")
        .join(learnt(data), on="household_id")
        .sort("household_id")
    )
    return World(pool, {area: int(seats) for area, seats in policy.quotas.seats.values.items()})


def truth(data: SynthData, policy: Policy) -> pl.DataFrame:
    """What each household spends, and whether that is below the lines of its district."""
    lines = policy.poverty.lines
    assert isinstance(lines, Lines)  # noqa: S101  (the shipped policy has them)
    spent = data.hidden_consumption.filter(pl.col("household_id").is_not_null())
    return (
        data.ppse_household.select("household_id", district="kode_kabupaten_kota")
        .join(spent.select("household_id", spent="consumption_idr_capita_month"), on="household_id")
        .with_columns(
            line=pl.col("district").replace_strict(lines.poor.values, default=lines.poor.values["national"]),
            extreme=pl.col("spent") < lines.extreme.values["national"],
        )
        .with_columns(poor=pl.col("spent") < pl.col("line"))
    )


Predict = Callable[[SynthData], pl.DataFrame]


def learn(data: SynthData) -> Predict:
    """Least squares of log consumption a head on the dwelling and the size of the household, as PMT studies do."""
    answers = {name: data.ppse_household[name].drop_nulls().unique().sort().to_list() for name in DWELLING}

    def design(households: pl.DataFrame) -> np.ndarray[Any, Any]:
        size = pl.col("jumlah_anggota_keluarga").fill_null(3).cast(pl.Float64)
        columns = [
            (pl.col(name) == code).fill_null(value=False) for name, codes in answers.items() for code in codes[1:]
        ]
        rows = households.select(
            one=1.0, size=size, size2=size**2, floor=pl.col("luas_lantai_bangunan").fill_null(45).log1p()
        )
        dummies = households.select(column.cast(pl.Float64).alias(str(place)) for place, column in enumerate(columns))
        return np.hstack([rows.to_numpy(), dummies.to_numpy()])

    spent = data.hidden_consumption.filter(pl.col("household_id").is_not_null())
    known = data.ppse_household.join(spent.select("household_id", "consumption_idr_capita_month"), on="household_id")
    outcome = np.log(known["consumption_idr_capita_month"].to_numpy())
    weights, *_ = np.linalg.lstsq(design(known), outcome, rcond=None)
    return lambda other: other.ppse_household.select(
        "household_id", predicted=pl.Series(np.exp(design(other.ppse_household) @ weights))
    )


def lists(world: World, seed: int) -> Iterator[tuple[str, set[str]]]:
    """Each list by name: the households that get its seats."""
    rng = np.random.default_rng(seed)
    pool = world.pool.with_columns(lot=pl.Series(rng.random(world.pool.height)))
    passing = pl.col("gate_outcome") != "FAIL"
    below = (pl.col("predicted") < pl.col("line")).cast(pl.Int8)
    yield "targeting", set(pool.filter(status="selected")["household_id"])
    yield "poverty only", first(pool.filter(passing & pl.col("rank").is_not_null()), world.seats, -pl.col("poverty"))
    yield "desil", first(pool.filter(pl.col("desil").is_not_null()), world.seats, pl.col("desil"))
    yield "PMT", first(pool, world.seats, pl.col("predicted"))
    yield "PMT threshold", first(pool, world.seats, -below)
    yield "random", first(pool, world.seats)
    yield "oracle", first(pool, world.seats, pl.col("spent"))


def first(pool: pl.DataFrame, seats: dict[str, int], *order: pl.Expr) -> set[str]:
    """The first of each district, ties by lot."""
    ordered = pool.sort(*order, "lot", nulls_last=True)
    return {
        household
        for district, number in seats.items()
        for household in ordered.filter(district=district)["household_id"].head(number)
    }


def judge(world: World, seated: set[str]) -> dict[str, float]:
    """Error rates of a list, over all districts with seats."""
    pool = world.pool.filter(pl.col("district").is_in(list(world.seats)))
    pool = pool.with_columns(seat=pl.col("household_id").is_in(list(seated)))
    poor, seat = pool["poor"], pool["seat"]
    hit, seats, all_poor = (poor & seat).sum(), seat.sum(), poor.sum()
    tenth = pool.filter(pl.col("spent") <= pl.col("spent").quantile(0.1))
    gap = ((pool["line"] - pool["spent"]) / pool["line"]).clip(lower_bound=0)
    best = gap.sort(descending=True).head(seats).sum()
    return {
        "base rate": all_poor / pool.height,
        "IER": 1 - hit / seats,
        "EER": 1 - hit / all_poor,
        "EER floor": 1 - min(1.0, seats / all_poor),
        "FPR": (~poor & seat).sum() / (~poor).sum(),
        "extreme among seats": (pool["extreme"] & seat).sum() / seats,
        "seats in poorest tenth": tenth["seat"].sum() / seats,
        "gap reached": gap.filter(seat).sum() / best,
    }


def show(found: pl.DataFrame, asked: argparse.Namespace) -> None:
    """Mean over the worlds with its 95 % interval in per cent, a line a list; last the difference of IER to ours."""
    base = found["base rate"].mean()
    print(
        f"{asked.worlds} worlds of {asked.households:,} households, noise {asked.noise}; {base:.1%} of a pool are poor"
    )
    print(f"| list | {' | '.join(RATES)} | IER less ours |\n|{'---|' * (len(RATES) + 2)}")
    ours = found.filter(list="targeting")["IER"].to_numpy()
    for name in found["list"].unique(maintain_order=True):
        of_list = found.filter(list=name)
        cells = [interval(of_list[rate].to_numpy()) for rate in RATES]
        print(f"| {name} | {' | '.join(cells)} | {interval(of_list['IER'].to_numpy() - ours)} |")


def interval(values: np.ndarray[Any, Any]) -> str:
    """Mean and half the width of its 95 % interval, in per cent."""
    if len(values) < 2:
        return f"{values.mean():.1%}"
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{100 * values.mean():.1f} ± {100 * half:.1f}"


if __name__ == "__main__":
    main()

"""Who gets the seats, against who is poor: the program's list beside naive ones, on pools whose consumption is known.

    python benchmarks/targeting_error.py                          # three noise levels, 10 worlds of 2,000 households
    python benchmarks/targeting_error.py --noise high --worlds 5 --households 4000 --json

Each world is generated, linked, assessed and ranked anew. Extremely poor is who spends less a head than the extreme
line, poor who spends less than the district's line, of the households in the pool. The lists:

    targeting              the shipped policy: gates, poverty, potential, reserves; no survey
    targeting, PMT         the same, with a proxy means test of `targeting pmt train`
    targeting, PMT alone   the same, all weight of the poverty score on that test
    p_extreme, PMT         households that pass the gates, by that test's p_extreme; no potential, no reserves
    desil                  baseline: households linked to DTSEN by desil, ties drawn by lot
    logit PMT              baseline: a logistic regression of extreme poverty on the dwelling
    lot in desil 1         baseline: households of desil 1 by lot, then the others
    oracle                 the truly poorest: what nothing can do better

Both tests learn from the same households of another world; official rates are the true ones of the world's register.
P@25: extremely poor among the 25 seats of a district; P@5 %: among the first twentieth; NDCG@25 by the gap to the
extreme line; TER: EER and IER where as many are selected as are extremely poor; IER and FPR of the seats by the poverty
line; AUC of the probability (or rank) that a list goes by; told / true by district: extremely poor that the
probabilities promise over those there are. Intervals are 95 % over the
worlds, those of the difference to the best baseline too: every list is made of the same worlds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t as student

from targeting.poverty.metrics import measures, ranked
from targeting_lists import ALL, BASELINES, OURS, World, learn, lists, make

LEVELS = ("low", "medium", "high")
OF_SEATS = ("P@25", "NDCG@25")
SHOWN = ("P@25", "P@5 %", "NDCG@25", "TER", "AUC", "IER of seats", "FPR of seats", "seats in poorest tenth")
LEARNT_ON = 999
"""The world that both proxy means tests learn from; none that is judged."""


def main() -> None:
    """Print the tables, or with --json the numbers of every world."""
    asked = arguments()
    warnings.simplefilter("ignore")
    found: list[dict[str, Any]] = []
    for noise in asked.noise:
        begun = time.perf_counter()
        learnt = learn(asked.households, noise, LEARNT_ON)
        for seed in range(1, asked.worlds + 1):
            world = make(asked.households, noise, seed, learnt)
            for name, one in lists(world, seed).items():
                found.append({"noise": noise, "world": seed, "list": name, **judge(world, one)})
            print(f"{noise}, world {seed}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        if not asked.json:
            show(pl.DataFrame(found, infer_schema_length=None).filter(noise=noise), asked, noise)
    if asked.json:
        print(json.dumps(found, indent=1))


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--households", type=int, default=2_000)
    parser.add_argument("--noise", choices=LEVELS, nargs="+", default=LEVELS)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def judge(world: World, listed: pl.DataFrame) -> dict[str, float]:
    """The measures of a list over the districts with seats. `listed`: household_id, merit, seat, probability."""
    pool = world.pool.join(listed, on="household_id").sort("household_id")
    by_district = [_orders(own) for _, own in sorted(pool.group_by("district"))]
    whole = _orders(pool)
    seat, poor = pool["seat"], pool["poor"]
    tenth = pool["spent"] <= (pool["spent"].quantile(0.1) or 0.0)
    found = {name: float(np.mean([one[name] for one in by_district])) for name in OF_SEATS}
    found |= {name: whole[name] for name in ("P@5 %", "TER")}
    found["IER of seats"] = 1 - (seat & poor).sum() / seat.sum()
    found["FPR of seats"] = (seat & ~poor).sum() / (~poor).sum()
    found |= {"seats in poorest tenth": (seat & tenth).sum() / seat.sum()}
    found["AUC"] = _auc(pool)
    for (district,), own in sorted(pool.group_by("district")):
        told = own["probability"].sum() if own["probability"].null_count() == 0 else float("nan")
        found[f"told / true {district}"] = told / own["extreme"].sum()
    found["coverage"] = world.coverage
    found["rate"] = float(pool["extreme"].mean() or 0.0)
    return found


def _orders(pool: pl.DataFrame) -> dict[str, float]:
    """Measures of the order of merit, those who have a seat first."""
    merit = (pool["merit"] + 10 * pool["seat"].cast(pl.Float64)).to_numpy()
    households = ranked(merit, (pool["spent"] / pool["extreme_line"]).to_numpy(), 1.0, np.ones(pool.height))
    rate = float(pool["extreme"].mean() or 0.0)
    one = measures(households, np.ones(pool.height), {"rate": rate})
    return {"P@25": one["precision_25"], "P@5 %": one["precision_5pct"], "NDCG@25": one["ndcg_25"],
            "TER": one["eer_rate"]}  # fmt: skip


def _auc(pool: pl.DataFrame) -> float:
    """Of the probability; where a list has none, of its order."""
    by = pool["probability"] if pool["probability"].null_count() == 0 else pool["merit"]
    households = ranked(by.to_numpy(), (pool["spent"] / pool["extreme_line"]).to_numpy(), 1.0, np.ones(pool.height))
    return measures(households, np.ones(pool.height), {})["auc"]


def show(found: pl.DataFrame, asked: argparse.Namespace, noise: str) -> None:
    """Mean over the worlds with its 95 % interval, a line a list; then calibration, and the lead over the baselines."""
    rate = found["rate"].mean()
    print(f"\n{asked.worlds} worlds of {asked.households:,} households, noise {noise}; {rate:.1%} are extremely poor\n")
    told = [name for name in found.columns if name.startswith("told / true")]
    print(f"| list | {' | '.join(SHOWN)} | {' | '.join(told)} |\n|{'---|' * (len(SHOWN) + len(told) + 1)}")
    values = {name: found.filter(list=name) for name in ALL}
    for name, own in values.items():
        cells = [_interval(own[measure].to_numpy(), 100) for measure in SHOWN]
        cells += [_interval(own[measure].to_numpy(), 1) for measure in told]
        print(f"| {name} | {' | '.join(cells)} |")
    for ours in OURS:
        print(f"\n{ours}, less the best baseline: {'; '.join(_leads(values, ours))}")
    print(
        f"\n90 % intervals of the proxy means test hold {_interval(values['targeting']['coverage'].to_numpy(), 100)} %"
    )


def _leads(values: Mapping[str, pl.DataFrame], ours: str) -> list[str]:
    """By measure the lead over the baseline that is best on average."""
    told = []
    for measure, better in (("P@25", 1), ("P@5 %", 1), ("NDCG@25", 1), ("TER", -1), ("AUC", 1)):
        best = max(BASELINES, key=lambda name: better * float(values[name][measure].mean() or 0.0))
        lead = better * (values[ours][measure].to_numpy() - values[best][measure].to_numpy())
        told.append(f"{measure} {_interval(lead, 100)} ({best})")
    return told


def _interval(values: np.ndarray[Any, Any], times: float) -> str:
    """Mean and half the width of its 95 % interval."""
    if np.isnan(values).any():
        return ""
    digits = 1 if times == 100 else 2
    if len(values) < 2:
        return f"{times * values.mean():.{digits}f}"
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{times * values.mean():.{digits}f} ± {times * half:.{digits}f}"


if __name__ == "__main__":
    main()

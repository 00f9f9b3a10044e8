"""Whether the error rates that a link estimates of itself are true: their 95 % intervals against the known truth.

python benchmarks/error_rates.py                                 # synth low, medium, high, 20 seeds each
python benchmarks/error_rates.py --seeds 5 --sets census-dates indonesia-high-no-nik
python benchmarks/error_rates.py --seeds 0 --sets all            # every set once, as benchmarks/datasets.py makes them

Prints a line a run, then coverage: the share of runs whose true rate lies within the interval. The truth judges the
estimates only; nothing is fitted to it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

import datasets
from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.error_rates import ErrorRates, calibration_error
from targeting.linkage.evaluation import Evaluation, Rate, evaluate
from targeting.linkage.link import link
from targeting.linkage.register import link_register
from targeting.synth import generate
from targeting.vocabulary import LinkStatus

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True)
class Run:
    """One link: what is true of it, and what it says of itself."""

    set: str
    truth: Evaluation
    rates: ErrorRates
    calibration: float
    households: Evaluation | None
    seconds: float

    @property
    def false_link(self) -> float:
        """True share of links that are false."""
        return 1.0 - (self.truth.precision.value or 0.0)

    @property
    def missed_link(self) -> float:
        """True share of pairs that are no link."""
        return 1.0 - (self.truth.recall.value or 0.0)


def synth(level: str, seed: int, households: int, families: int) -> Run:
    """PPSE and DTSEN of a seed, linked as a run links them, households included."""
    made = generate(households, level, 0.85, seed, families=families)  # type: ignore[arg-type]
    begun = perf_counter()
    found = link_register(
        made.ppse_household, made.ppse_member, made.dtsen_family, made.dtsen_person, LinkageSettings(threads=1)
    )
    seconds = perf_counter() - begun
    pairs = found.person_link.rename({"person_id": "id_l", "dtsen_person_id": "id_r"})
    homes = found.household_link.rename({"household_id": "id_l", "dtsen_family_id": "id_r"})
    truth = made.truth_person.rename({"person_id": "id_l", "dtsen_person_id": "id_r"})
    of_homes = made.truth_household.rename({"household_id": "id_l", "dtsen_family_id": "id_r"})
    rates = estimated(found.summary.error_rates)
    return Run(
        f"synth-{level}", evaluate(pairs, truth), rates, calibration(pairs, truth), evaluate(homes, of_homes), seconds
    )


def benchmark_set(name: str, seed: int, size: tuple[int, int], folder: Path) -> Run:
    """A set of benchmarks/datasets.py by its own spec, household line included."""
    files = datasets.make(name, *size, seed, folder)
    spec: LinkSpec = load_spec(files.household_spec if files.household_spec.exists() else files.spec)
    left, right, truth = (pl.read_parquet(path) for path in (files.left, files.right, files.truth))
    begun = perf_counter()
    with DuckDbEngine(1, "4GB") as engine:
        result = link(left, left if files.is_one_file else right, spec, engine, same_file=files.is_one_file)
    seconds = perf_counter() - begun
    if files.is_one_file:
        low, high = pl.min_horizontal("id_l", "id_r"), pl.max_horizontal("id_l", "id_r")
        truth = truth.select(id_l=low, id_r=high)
    return Run(
        name,
        evaluate(result.links, truth),
        estimated(result.error_rates),
        calibration(result.links, truth),
        None,
        seconds,
    )


def estimated(rates: ErrorRates | None) -> ErrorRates:
    """The error rates, which every link has."""
    if rates is None:
        raise SystemExit("the link estimated no error rates")
    return rates


def calibration(pairs: pl.DataFrame, truth: pl.DataFrame) -> float:
    """True expected calibration error of the links' match_probability."""
    linked = pairs.filter(pl.col("status") == LinkStatus.LINK.value).with_columns(
        pl.col("id_l", "id_r").cast(pl.String)
    )
    known = truth.select(pl.col("id_l", "id_r").cast(pl.String)).drop_nulls().unique().with_columns(true=pl.lit(1.0))
    joined = linked.join(known, on=["id_l", "id_r"], how="left")
    return calibration_error(joined["match_probability"].to_numpy(), joined["true"].fill_null(0.0).to_numpy())


def within(true: float, rate: Rate) -> bool:
    """Whether a true rate lies in the interval, to rounding."""
    return rate.low is not None and rate.high is not None and rate.low - 1e-9 <= true <= rate.high + 1e-9


def interval(rate: Rate) -> str:
    """An estimate with its interval, in per cent."""
    if rate.value is None or rate.low is None or rate.high is None:
        return "-"
    return f"{rate.value:7.2%} [{rate.low:6.2%} {rate.high:6.2%}]"


def told(run: Run) -> str:
    """A run as a line; * marks a true rate outside its interval."""
    flags = ["" if within(true, rate) else "*" for true, rate in pairs_of(run)]
    return (
        f"{run.set:30} false {run.false_link:6.2%} est. {interval(run.rates.false_link)}{flags[0]:1}  "
        f"missed {run.missed_link:6.2%} est. {interval(run.rates.missed_link)}{flags[1]:1}  "
        f"{run.rates.estimated_by}  {run.seconds:.1f} s"
    )


def pairs_of(run: Run) -> list[tuple[float, Rate]]:
    """True and estimated false-link rate, true and estimated missed-link rate."""
    return [(run.false_link, run.rates.false_link), (run.missed_link, run.rates.missed_link)]


def table(runs: list[Run]) -> str:
    """Coverage and means, a Markdown row a set."""
    rows = [
        "| set | runs | false: true | est. | width | covered | missed: true | est. | width | covered | ECE | est. |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(run.set for run in runs):
        mine = [run for run in runs if run.set == name]
        cells = [name, str(len(mine))]
        for which in (0, 1):
            both = [pairs_of(run)[which] for run in mine]
            true, estimated = [t for t, _ in both], [r.value or 0.0 for _, r in both]
            width = [(r.high or 0.0) - (r.low or 0.0) for _, r in both]
            covered = sum(within(t, r) for t, r in both)
            cells += [f"{np.mean(true):.2%}", f"{np.mean(estimated):.2%}", f"{np.mean(width):.2%}"]
            cells.append(f"{covered} ({covered / len(both):.0%})")
        cells += [f"{np.mean([r.calibration for r in mine]):.4f}"]
        cells += [f"{np.mean([r.rates.calibration_error or 0.0 for r in mine]):.4f}"]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def household_table(runs: list[Run]) -> str:
    """Household links against the truth, a Markdown row a set."""
    rows = ["| household links | precision | recall |", "|---|---|---|"]
    for name in dict.fromkeys(run.set for run in runs if run.households is not None):
        mine = [run.households for run in runs if run.set == name and run.households is not None]
        precision, recall = (np.mean([getattr(one, rate).value for one in mine]) for rate in ("precision", "recall"))
        rows.append(f"| {name} | {precision:.2%} | {recall:.2%} |")
    return "\n".join(rows)


def main() -> None:
    """Run, print a line a run, then the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20, help="seeds of each level of synth")
    parser.add_argument("--levels", nargs="*", default=LEVELS)
    parser.add_argument("--households", type=int, default=1_300)
    parser.add_argument("--families", type=int, default=4_500)
    parser.add_argument("--sets", nargs="*", default=[], help="names of benchmarks/datasets.py, or all")
    parser.add_argument("--set-seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--size", type=datasets.size, default=(5000, 5000))
    parser.add_argument("--folder", type=Path, default=Path("build/sets"))
    chosen = parser.parse_args()
    runs = []
    for level in chosen.levels:
        for seed in range(1, chosen.seeds + 1):
            runs.append(synth(level, seed, chosen.households, chosen.families))
            print(told(runs[-1]), flush=True)
    for name in datasets.makers() if chosen.sets == ["all"] else chosen.sets:
        for seed in chosen.set_seeds:
            runs.append(benchmark_set(name, seed, chosen.size, chosen.folder))
            print(told(runs[-1]), flush=True)
    print(f"\n{table(runs)}")
    if any(run.households for run in runs):
        print(f"\n{household_table(runs)}")


if __name__ == "__main__":
    main()

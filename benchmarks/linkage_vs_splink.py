"""Splink 5, twice, and `targeting link` in turn on the same Parquet files: time, memory, pairs, accuracy, ratios.

From Parquet on disk to one-to-one links in Parquet, nothing trained before, each system in its own process.

    python benchmarks/linkage_vs_splink.py                                             # indonesia-medium, 5,000 x 5,000
    python benchmarks/linkage_vs_splink.py --size 100000x1000000 --repeat 3            # speed, medians of three
    python benchmarks/linkage_vs_splink.py --size 300000x4000000 --systems splink-expert targeting
    python benchmarks/linkage_vs_splink.py --sets all --systems splink-expert targeting --seeds 1 2 3    # accuracy
    python benchmarks/linkage_vs_splink.py --size 10000x4000 --systems recordlinkage targeting
    python benchmarks/linkage_vs_splink.py --size 100000x400000 --scoring              # scoring alone, one model
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import median

from datasets import make, makers, size
from scoring import compare_scoring
from systems import SYSTEMS, Limits, Result, RunFailedError, measure

HEADER = (
    f"{'set':30s} {'system':21s} {'wall s':>8s} {'peak GB':>8s} {'pairs':>12s} "
    f"{'precision':>9s} {'recall':>7s} {'F1':>7s} {'best F1':>8s} {'ECE':>6s}"
)


def row(name: str, result: Result) -> str:
    """One line of the table."""
    cut, pairs = result.at_default, "" if result.pairs is None else f"{result.pairs:,}"
    return (
        f"{name:30s} {result.system:21s} {result.seconds:8.1f} {result.peak_gb:8.2f} {pairs:>12s} "
        f"{cut.precision:9.4f} {cut.recall:7.4f} {cut.f1:7.4f} {result.at_best.f1:8.4f} {result.calibration_error:6.4f}"
    )


def middle(results: list[Result]) -> Result:
    """The run of median wall time; with several seeds its accuracy is that run's own."""
    wall = median(r.seconds for r in results)
    return min(results, key=lambda r: abs(r.seconds - wall))


def ratios(results: dict[str, Result]) -> list[str]:
    """How many times the time and memory of `targeting` each other system takes."""
    base = results.get("targeting")
    if base is None:
        return []
    return [
        f"  {name} / targeting: time {r.seconds / base.seconds:.1f}, memory {r.peak_gb / base.peak_gb:.1f}, "
        f"F1 {r.at_default.f1 - base.at_default.f1:+.4f}, best F1 {r.at_best.f1 - base.at_best.f1:+.4f}"
        for name, r in results.items()
        if name != "targeting"
    ]


def reliability(system: str, bands: list[dict[str, float]]) -> list[str]:
    """What a system's match probabilities are worth: what they tell beside the share that is true, band by band."""
    head = f"  {system}: {'probability':>11s} {'told':>7s} {'true':>7s} {'pairs':>9s}"
    rows = [f"{b['band']:.1f} to {b['band'] + 0.1:.1f} {b['told']:7.4f} {b['true']:7.4f} {b['rows']:9,}" for b in bands]
    return [head, *(" " * (len(system) + 5) + row for row in rows)]


def compare(name: str, seed: int, given: argparse.Namespace, limits: Limits) -> list[Result]:
    """All systems on one set, each `--repeat` times in turn; prints as it goes and gives the middle runs."""
    files = make(name, *given.size, seed, given.work)
    runs: dict[str, list[Result]] = {}
    for _ in range(given.repeat):
        for system in given.systems:
            try:
                runs.setdefault(system, []).append(measure(system, files, given.work / f"{system}.parquet", limits))
            except RunFailedError as failure:
                print(f"{name:30s} {failure}", file=sys.stderr)
    found = {system: middle(results) for system, results in runs.items() if results}
    for result in found.values():
        print(row(name if seed == 1 else f"{name} #{seed}", result), flush=True)
    lines = ratios(found)
    if given.phases:
        lines += [
            f"  {system}: " + ", ".join(f"{p} {s:.2f}" for p, s in r.phases.items()) for system, r in found.items()
        ]
    if given.reliability:
        lines += [line for system, r in found.items() for line in reliability(system, r.reliability)]
    if lines:
        print("\n".join(lines), flush=True)
    return list(found.values())


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Splink 5 and targeting link on the same files.")
    parser.add_argument("--sets", nargs="+", default=["indonesia-medium"], help="names, or all; see datasets.py")
    parser.add_argument("--size", type=size, default=(5000, 5000), help="persons left x right")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--repeat", type=int, default=1, help="runs of each system; the one of median time is shown")
    parser.add_argument(
        "--systems", nargs="+", choices=SYSTEMS, default=["splink-documented", "splink-expert", "targeting"]
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB", help="promise asked of targeting")
    parser.add_argument("--splink-memory", default="16GB")
    parser.add_argument("--splink-python", default=sys.executable, help="a Python that has splink")
    parser.add_argument("--scoring", action="store_true", help="scoring alone, both sides with one given model")
    parser.add_argument("--phases", action="store_true", help="seconds of each phase")
    parser.add_argument("--reliability", action="store_true", help="probabilities beside the share that is true")
    parser.add_argument("--work", type=Path, default=Path("build/linkage"), help="folder of sets and links")
    parser.add_argument("--json", type=Path, help="write all results here")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    limits = Limits(given.threads, given.memory, given.splink_memory, given.splink_python)
    names = list(makers()) if given.sets == ["all"] else given.sets
    given.work.mkdir(parents=True, exist_ok=True)
    if given.scoring:
        for name in names:
            files = make(name, *given.size, given.seeds[0], given.work)
            print(name, *compare_scoring(files, given.work, limits, given.repeat), sep="\n", flush=True)
        return
    print(HEADER)
    results = [
        {"set": name, "seed": seed, "size": given.size, **asdict(result)}
        for name in names
        for seed in given.seeds
        for result in compare(name, seed, given, limits)
    ]
    if given.json:
        given.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()

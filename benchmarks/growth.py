"""How time and memory of `targeting link` grow with the register: one run a size, a table, and a plot in SVG.

The batch is a tenth of the register, or of one size throughout: then the batch costs the same and the register is read.

    python benchmarks/growth.py                                          # 0.5 1 2 4 8 million registered persons
    python benchmarks/growth.py --millions 0.1 0.2 0.4 --left 10000
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import altair as alt

from datasets import make
from systems import Limits, measure

MILLION = 1_000_000
SHOWN = {"seconds": "wall time (s)", "peak_gb": "peak memory (GB)", "pairs_million": "pairs (million)"}


@dataclass(frozen=True)
class Point:
    """One size: persons, wall seconds, peak GB, pairs in millions, microseconds a pair, F1."""

    right: int
    left: int
    seconds: float
    peak_gb: float
    pairs_million: float
    microseconds_a_pair: float
    f1: float


def point(right: int, given: argparse.Namespace) -> Point:
    """Make the files of a size, once, and link them `--repeat` times; the run of median time counts."""
    left = given.left or right // 10
    files = make(given.set, left, right, given.seed, given.work)
    limits = Limits(given.threads, given.memory)
    runs = [measure("targeting", files, given.work / "growth.parquet", limits) for _ in range(given.repeat)]
    middle = median(run.seconds for run in runs)
    run = min(runs, key=lambda one: abs(one.seconds - middle))
    pairs = run.pairs or 0
    each = run.seconds / max(pairs, 1) * MILLION
    return Point(right, left, run.seconds, run.peak_gb, pairs / MILLION, round(each, 2), round(run.at_default.f1, 4))


def row(found: Point) -> str:
    """One line of the table."""
    return (
        f"{found.right:12,} {found.left:10,} {found.seconds:8.1f} {found.peak_gb:8.2f} {found.pairs_million:10.2f} "
        f"{found.microseconds_a_pair:10.2f} {found.f1:8.4f}"
    )


def plot(points: list[Point], title: str) -> alt.HConcatChart:
    """Time, memory and pairs against the register's size, each from zero, so that a straight line is proportional."""
    data = alt.Data(values=[asdict(one) | {"right_million": one.right / MILLION} for one in points])
    charts = [
        alt.Chart(data)
        .mark_line(point=True)
        .encode(
            x=alt.X("right_million:Q", title="registered persons (million)", scale=alt.Scale(zero=True)),
            y=alt.Y(f"{column}:Q", title=name, scale=alt.Scale(zero=True)),
        )
        .properties(width=240, height=200)
        for column, name in SHOWN.items()
    ]
    return alt.hconcat(*charts, title=title)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Growth of targeting link with the register.")
    parser.add_argument("--millions", type=float, nargs="+", default=[0.5, 1, 2, 4, 8], help="registered persons")
    parser.add_argument("--left", type=int, help="persons of the batch at every size; without, a tenth of the register")
    parser.add_argument("--set", default="indonesia-medium", help="see datasets.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB", help="promise asked of targeting")
    parser.add_argument("--work", type=Path, default=Path("build/linkage"), help="folder of sets and links")
    parser.add_argument("--out", type=Path, default=Path("build/growth"), help="plot and numbers: .svg and .json")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    print(f"{'registered':>12s} {'batch':>10s} {'wall s':>8s} {'peak GB':>8s} {'M pairs':>10s} {'us a pair':>10s} F1")
    points: list[Point] = []
    for millions in given.millions:
        points.append(point(round(millions * MILLION), given))
        print(row(points[-1]), flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    batch = f"{given.left:,} persons" if given.left else "a tenth of the register"
    title = f"targeting link, batch of {batch}, {given.threads} threads, --memory {given.memory}"
    plot(points, title).save(given.out.with_suffix(".svg"))
    given.out.with_suffix(".json").write_text(json.dumps([asdict(one) for one in points], indent=1))
    print(f"plot: {given.out.with_suffix('.svg')}")


if __name__ == "__main__":
    main()

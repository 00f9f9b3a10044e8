"""Splink 5 on Spark and `targeting link --engine spark` in turn, both on threads of this machine, on the same files.

From Parquet on disk to one-to-one links in Parquet, nothing trained before, each in a process of its own; the Java
machine counts with both. DuckDB's links stand beside them: ours have to be the same.

    python benchmarks/spark_vs_splink.py                                # indonesia-medium, 20,000 x 50,000
    python benchmarks/spark_vs_splink.py --size 1000000x400000 --memory 10GB
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

from datasets import make, size
from linkage_vs_splink import HEADER, ratios, row
from systems import Limits, Result, RunFailedError, measure

SYSTEMS = ("targeting", "targeting-spark", "splink-expert-spark")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Splink on Spark and targeting on Spark, side by side.")
    parser.add_argument("--size", type=size, default=(20_000, 50_000), metavar="LEFTxRIGHT")
    parser.add_argument("--set", default="indonesia-medium", help="see datasets.py")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--memory", default="8GB", help="of each system, its Java machine included")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--splink-python", default=sys.executable, help="Python that has splink and pyspark")
    parser.add_argument("--work", type=Path, default=Path("build/linkage"))
    return parser.parse_args()


def same_links(work: Path) -> str:
    """Whether Spark's links are DuckDB's, weights to 1e-9."""
    ours, theirs = (pl.read_parquet(work / f"{name}.parquet") for name in ("targeting", "targeting-spark"))
    keys = ["id_l", "id_r", "status"]
    both = ours.join(theirs, on=keys, suffix="_spark")
    apart = both.select((pl.col("match_weight") - pl.col("match_weight_spark")).abs().max()).item()
    return (
        f"  links of DuckDB {ours.height:,}, of Spark {theirs.height:,}, in both {both.height:,}; weights apart {apart}"
    )


def main() -> None:
    given = arguments()
    files = make(given.set, *given.size, 1, given.work)
    limits = Limits(given.threads, given.memory, given.memory, given.splink_python)
    found: dict[str, Result] = {}
    print(HEADER)
    for system in given.systems:
        try:
            found[system] = measure(system, files, given.work / f"{system}.parquet", limits)
        except RunFailedError as failure:
            print(failure, file=sys.stderr)
            continue
        print(row(given.set, found[system]), flush=True)
        print("  " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in found[system].phases.items()), flush=True)
    if "targeting-spark" in found:
        others = {name: one for name, one in found.items() if name.startswith("splink")}
        print("\n".join(ratios(others | {"targeting": found["targeting-spark"]})))
    if {"targeting", "targeting-spark"} <= set(found):
        print(same_links(given.work))


if __name__ == "__main__":
    main()

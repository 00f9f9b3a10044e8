"""Splink 5 on one test set, from Parquet on disk to links in Parquet; prints a JSON line of its phases.

`--variant expert`: u on 2e6 pairs, expectation maximisation on samples of at most 2e6 pairs a rule, without term
frequencies while training (a third of the time, the same F1).
`--variant documented`: u on 1e7 pairs, expectation maximisation on all pairs of each rule, as its documentation shows.
Both assign greedily by match weight: Splink's own one-to-one clustering gives the same F1 within .002, but took 25 s
and 11 GB at 5,000 x 5,000 with DuckDB 2.0, which would flatter whatever is compared with it.

`--engine spark` does the same on Spark, on as many threads of this machine, with Splink's own Scala functions.

    python benchmarks/splink_expert.py build/linkage/indonesia-medium-5000x5000-1 --out links.parquet
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
from splink import Linker, SettingsCreator

from assignment import greedy
from sets.base import Files
from splink_engines import Database, DuckDb, Spark
from splink_models import Model, model

if TYPE_CHECKING:
    from splink.internals.splink_dataframe import SplinkDataFrame

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Options:
    """How to run: where the links go, which variant, the lowest weight kept, the engine, its memory and threads."""

    out: Path
    variant: str = "expert"
    threshold_weight: float = -8.0
    engine: str = "duckdb"
    memory: str = "16GB"
    threads: int = 2


class Phases:
    """Wall seconds of each named phase since the last."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def end(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now


def _read(database: Database, files: Files, folder: Path) -> list[SplinkDataFrame]:
    """Both files, cleaned into the folder, as Splink inputs named `left_file` and `right_file`; one file alone if it
    meets itself."""
    sides = ["left_file"] if files.is_one_file else ["left_file", "right_file"]
    subprocess.run([sys.executable, str(HERE / "splink_input.py"), str(files.folder), str(folder)], check=True)
    return [database.registered(folder / f"{side}.parquet", side) for side in sides]


def _train(linker: Linker, wanted: Model, phases: Phases, *, sampled: bool) -> None:
    linker.training.estimate_probability_two_random_records_match(wanted.deterministic, recall=wanted.recall)
    phases.end("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6 if sampled else 1e7, seed=1)
    phases.end("u")
    for rule in wanted.training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule,
            estimate_without_term_frequencies=sampled,
            max_pairs=2e6 if sampled else None,
            record_sample_proportion=0.1,
        )
    phases.end("em")


def link(files: Files, options: Options) -> dict[str, object]:
    """Link the set's files, write id_l, id_r, match_weight and match_probability; give phases and pairs."""
    phases = Phases()
    wanted = model(files.model, list(files.kinds))
    database = (Spark if options.engine == "spark" else DuckDb)(options.threads, options.memory)
    with TemporaryDirectory() as folder:
        linker = _linker(_read(database, files, Path(folder)), files, wanted)
        phases.end("read")
        _train(linker, wanted, phases, sampled=options.variant == "expert")
        blocked = linker.inference.compute_blocked_pairs_for_predict_chunk((1, 1), (1, 1))
        pairs = database.rows(blocked)
        phases.end("block")
        scored = linker.inference.predict(threshold_match_weight=options.threshold_weight, warning_mode="never")
        edges = database.edges(scored)
        blocked.drop_table_from_database_and_remove_from_cache()
        phases.end("score")
    links = greedy(edges, files.assignment)
    phases.end("assign")
    links.write_parquet(options.out)
    phases.end("write")
    prior = linker._settings_obj._probability_two_random_records_match
    return {"phases": phases.seconds, "pairs": pairs, "expected_matches": round(prior * _all_pairs(files))}


def _all_pairs(files: Files) -> int:
    """Left rows times right rows."""
    counts = [pl.scan_parquet(path).select(pl.len()).collect().item() for path in (files.left, files.right)]
    return int(counts[0] * counts[1])


def _linker(inputs: list[SplinkDataFrame], files: Files, wanted: Model) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only" if files.is_one_file else "link_only",
        comparisons=wanted.comparisons,
        blocking_rules_to_generate_predictions=wanted.blocking,
        retain_matching_columns=False,
        em_convergence=0.001,
    )
    return Linker(inputs, settings, log_level=logging.ERROR)


def main() -> None:
    parser = argparse.ArgumentParser(description="Splink 5 on one test set.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variant", choices=["expert", "documented"], default="expert")
    parser.add_argument("--threshold-weight", type=float, default=-8.0, help="lowest match weight (log2) to keep")
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    parser.add_argument("--memory", default="16GB")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    options = Options(given.out, given.variant, given.threshold_weight, given.engine, given.memory, given.threads)
    print(json.dumps(link(Files(given.folder), options)))


if __name__ == "__main__":
    main()

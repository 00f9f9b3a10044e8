"""`targeting`'s scoring alone, with a given model: blocking and scoring of one set, and what Splink needs for the same.

python benchmarks/scoring_targeting.py build/linkage/indonesia-medium-5000x5000-1 --out pairs.parquet --inputs DIR
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from scoring_model import given_model, prepared_plainly, write_inputs
from sets.base import Files
from targeting.linkage.bounds import compared_late
from targeting.linkage.candidates import postings
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import CUT, score

SAMPLE = 1_000
"""Left records whose pairs tell what is better compared late."""


def nothing_to_show(_phase: str, _share: float) -> None:
    """No progress."""


def main() -> None:
    parser = argparse.ArgumentParser(description="targeting's scoring on one test set.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--inputs", type=Path, required=True, help="folder for Splink's files")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    prepared = prepared_plainly(Files(given.folder))
    model = given_model(prepared)
    write_inputs(prepared, model, given.inputs)
    nobody, everyone = np.zeros(0, dtype=np.int32), np.arange(prepared.left_ids.len(), dtype=np.int32)
    with DuckDbEngine(given.threads, given.memory) as engine:
        engine.load("l", prepared.left)
        engine.load("r", prepared.right)
        start = time.perf_counter()
        keys = postings(prepared, everyone, nobody, nobody)
        blocked = time.perf_counter()
        sample = everyone[:: max(1, len(everyone) // SAMPLE)]
        _, like, _ = score(prepared, prepared.space, engine, keys, model, sample, (), nothing_to_show)
        late = compared_late(model, prepared.space, like, CUT)
        scored, _, pairs = score(prepared, prepared.space, engine, keys, model, everyone, late, nothing_to_show)
        end = time.perf_counter()
    scored.select(
        "weight", id_l=prepared.left_ids.gather(scored["rl"]), id_r=prepared.right_ids.gather(scored["rr"])
    ).write_parquet(given.out)
    phases = {"block": blocked - start, "score": end - blocked}
    print(json.dumps({"pairs": pairs, "kept": scored.height, "phases": phases}))


if __name__ == "__main__":
    main()

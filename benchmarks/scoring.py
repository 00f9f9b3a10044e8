"""Scoring alone on both sides: the same comparisons, m, u, prior and blocking, each side in a process of its own."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from measuring import run
from sets.base import Files
from systems import Limits, RunFailedError

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Scored:
    """One side: seconds of finding the keys or pairs, and of scoring; pairs; pairs kept; peak GB of all it did."""

    system: str
    block: float
    score: float
    pairs: int
    kept: int
    peak_gb: float

    @property
    def seconds(self) -> float:
        return self.block + self.score


def compare_scoring(files: Files, work: Path, limits: Limits, repeat: int) -> list[str]:
    """Both sides in turn, `repeat` times; lines of the medians, the ratios and how far the weights agree.

    `targeting` joins the keys to pairs while it scores, Splink before: its `block` and `score` together are what
    `predict` does.
    """
    inputs, outs = work / "scoring", {name: work / f"scoring-{name}.parquet" for name in ("targeting", "splink")}
    threads = ["--threads", str(limits.threads)]
    programs = {
        "targeting": [sys.executable, str(HERE / "scoring_targeting.py"), str(files.folder), "--inputs", str(inputs)],
        "splink": [limits.splink_python, str(HERE / "scoring_splink.py"), str(inputs)],
    }
    runs: dict[str, list[Scored]] = {name: [] for name in programs}
    for _ in range(repeat):
        for name, program in programs.items():
            memory = limits.memory if name == "targeting" else limits.splink_memory
            runs[name].append(_scored(name, [*program, "--out", str(outs[name]), "--memory", memory, *threads]))
    ours, theirs = (sorted(found, key=lambda one: one.seconds)[repeat // 2] for found in runs.values())
    head = f"{'scoring alone':14s} {'block s':>8s} {'score s':>8s} {'both s':>8s} {'pairs':>12s}  us a pair     GB"
    ratio = f"  splink / targeting: score against block and score {theirs.seconds / ours.score:.1f}"
    both = f", all against all {theirs.seconds / ours.seconds:.1f}"
    return [head, _row(ours), _row(theirs), ratio + both, _agreement(outs)]


def _scored(name: str, command: list[str]) -> Scored:
    done = run(command)
    if done.exit_code:
        raise RunFailedError(f"scoring by {name}: exit code {done.exit_code}\n{done.errors[-1500:]}")
    said = json.loads(done.output[done.output.index("{") :])
    return Scored(name, said["phases"]["block"], said["phases"]["score"], said["pairs"], said["kept"], done.peak_gb)


def _row(one: Scored) -> str:
    each = one.seconds / max(one.pairs, 1) * 1e6
    return (
        f"{one.system:14s} {one.block:8.2f} {one.score:8.2f} {one.seconds:8.2f} {one.pairs:12,} {each:10.3f} "
        f"{one.peak_gb:6.2f}"
    )


def _agreement(outs: dict[str, Path]) -> str:
    """Pairs kept by each side and by both, and the largest difference of a weight; targeting keeps eight a record."""
    ours, theirs = (pl.read_parquet(outs[name]).with_columns(pl.col("id_l", "id_r").cast(pl.String)) for name in outs)
    common = ours.join(theirs, on=["id_l", "id_r"])
    apart = (common["weight"] - common["weight_right"]).abs().max() or 0.0
    return (
        f"  kept: targeting {ours.height:,}, splink {theirs.height:,}, both {common.height:,}; "
        f"weights of these differ by at most {apart:.1e} bits"
    )

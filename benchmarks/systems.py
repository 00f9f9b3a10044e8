"""The systems under comparison, each as a command in its own process on the same Parquet files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from measuring import Accuracy, accuracy, best_accuracy, calibration, run
from sets.base import Files

HERE = Path(__file__).parent
SYSTEMS = ("splink-documented", "splink-expert", "recordlinkage", "targeting", "targeting-households")


@dataclass(frozen=True)
class Limits:
    """Threads and memory given to each system, and which Python runs Splink and which `targeting` runs."""

    threads: int = 2
    memory: str = "4GB"
    splink_memory: str = "16GB"
    splink_python: str = sys.executable
    targeting: str = str(Path(sys.executable).parent / "targeting")


@dataclass(frozen=True)
class Result:
    """One system on one set: time, memory, pairs scored, accuracy as given and at the best cut, calibration error."""

    system: str
    seconds: float
    peak_gb: float
    pairs: int | None
    at_default: Accuracy
    at_best: Accuracy
    calibration_error: float
    phases: dict[str, float] = field(default_factory=dict)
    reliability: list[dict[str, float]] = field(default_factory=list)
    """Of each band of match probability: its lower end, the mean told, the true share, the pairs."""


class RunFailedError(Exception):
    """A system ended with an error; the message holds the end of its log."""


def command(system: str, files: Files, out: Path, limits: Limits) -> list[str]:
    """The command line of a system."""
    threads = ["--threads", str(limits.threads)]
    name, on = system.removesuffix("-spark"), ["--engine", "spark"] if system.endswith("-spark") else []
    if system.startswith("splink"):
        script, variant = str(HERE / "splink_expert.py"), name.removeprefix("splink-")
        given = ["--out", str(out), "--variant", variant, "--memory", limits.splink_memory, *threads, *on]
        return [limits.splink_python, script, str(files.folder), *given]
    if system == "recordlinkage":
        return [sys.executable, str(HERE / "recordlinkage_expert.py"), str(files.folder), "--out", str(out)]
    spec = files.household_spec if system == "targeting-households" else files.spec
    given = ["--spec", str(spec), "--out", str(out), "--memory", limits.memory, *threads, *on, "--json"]
    right = files.left if files.is_one_file else files.right
    return [limits.targeting, "link", str(files.left), str(right), *given]


def measure(system: str, files: Files, out: Path, limits: Limits) -> Result:
    """Run a system on a set and judge its links. Raises RunFailedError when it fails."""
    done = run(command(system, files, out, limits))
    if done.exit_code:
        raise RunFailedError(f"{system} exit code {done.exit_code}\n{done.errors[-1500:]}")
    said = json.loads(done.output[done.output.index("{") :])
    links, truth = pl.read_parquet(out), pl.read_parquet(files.truth)
    links = links.with_columns(pl.col("id_l", "id_r").cast(pl.String))
    chosen = links.filter(pl.col("status") == "link") if "status" in links.columns else _likely(links)
    bands, calibration_error = calibration(links, truth)
    return Result(
        system,
        done.seconds,
        done.peak_gb,
        said.get("pairs", said.get("pairs_scored")),
        accuracy(chosen, truth),
        best_accuracy(links, truth),
        calibration_error,
        said.get("phases", said.get("seconds", {})),
        bands.to_dicts(),
    )


def _likely(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter(pl.col("match_probability") >= 0.5)

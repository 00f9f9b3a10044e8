"""The register's snapshot measured: how long building takes, and that a link against it costs what the batch costs.

    python benchmarks/registry.py                                          # 4 million persons, from CSV
    python benchmarks/registry.py --millions 1 4 --batches 1000 10000 100000
    python benchmarks/registry.py --millions 0.1 --batches 100 1000 --same # and hold the links to those of the files

Each build and each link is a process of its own. `read MB` is what the link read of the snapshot from the disk: its
files are dropped from the system's cache before (not with --warm). `own GB` is the memory of the process without the
pages of files that it has mapped, which the system takes back when it wants to; `peak GB` is with them. A first link
against a register trains the model that all others are given.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
import time
from pathlib import Path

import polars as pl

from measuring import Run, run
from targeting.contracts.linkage_file import load_spec
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import LinkResult, link
from targeting.linkage.model import load_model
from targeting.linkage.register import HOME, REGISTER_SPEC
from targeting.linkage.sides import Side
from targeting.linkage.stored_side import StoredSide

MILLION = 1_000_000
PERSONS_A_HOUSEHOLD, PERSONS_A_FAMILY = 3.54, 3.11
CUT_OFF = "2025-09-30"
"""What the generator makes."""


def targeting(*arguments: object) -> list[str]:
    """A command of the program under this Python."""
    return [sys.executable, "-m", "targeting.cli.main", *map(str, arguments)]


def checked(command: list[str]) -> Run:
    """Run a command that must end well."""
    done = run(command)
    if done.exit_code:
        sys.exit(f"{' '.join(command)} ended with {done.exit_code}:\n{done.errors}")
    return done


def sources(millions: float, batch: int, folder: Path) -> Path:
    """PPSE and DTSEN as CSV, made once, and the batch's persons with their homes' columns."""
    made = folder / f"registry-{millions:g}m"
    if not (made / "batch.parquet").exists():
        households = ("--households", round(batch * 1.02 / PERSONS_A_HOUSEHOLD), "--seed", 1)
        families = ("--families", round(millions * MILLION / PERSONS_A_FAMILY))
        checked(targeting("synth", "--out", made, *households, *families))
        members, homes = (
            pl.read_csv(made / f"ppse_{name}.csv", infer_schema=False) for name in ("member", "household")
        )
        persons = members.join(homes.select("household_id", *HOME), on="household_id").sort("person_id")
        persons.unique("person_id", keep="first", maintain_order=True).write_parquet(made / "batch.parquet")
    return made


def build(made: Path, snapshot: Path) -> Run:
    """The snapshot of a set of files, built anew."""
    files = ("--families", made / "dtsen_family.csv", "--persons", made / "dtsen_person.csv")
    return checked(
        targeting("registry", "build", *files, "--cut-off", CUT_OFF, "--out", snapshot, "--replace", "--json")
    )


def forget(path: Path) -> None:
    """Drop a file from the system's cache, so that whoever reads it next reads the disk."""
    if path.is_file() and hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fdatasync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_mb() -> float:
    """What this process has read from the disk so far; 0 where the system does not say."""
    try:
        told = Path("/proc/self/io").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(told.split("read_bytes:")[1].split()[0]) / 1e6


class Own:
    """The most memory of its own that this process has from here on, in GB."""

    def __init__(self) -> None:
        self._most = 0
        self._running = True
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> float:
        self._running = False
        self._watcher.join()
        return self._most / 1e6

    def _watch(self) -> None:
        while self._running:
            found = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
            self._most = max(self._most, int(found[1]) if found else 0)
            time.sleep(0.01)


def linked(batch: pl.DataFrame, right: pl.DataFrame | Side, given: argparse.Namespace) -> LinkResult:
    """The links of a batch, by the model if there is one yet."""
    spec = REGISTER_SPEC if given.spec is None else load_spec(given.spec)
    model = load_model(given.model) if given.model.exists() else None
    with DuckDbEngine(given.threads, given.memory) as engine:
        result = link(batch, right, spec, engine, model)
    if model is None:
        given.model.write_text(result.model.to_json(), encoding="utf-8")
    return result


def work(given: argparse.Namespace) -> None:
    """One link, in this process, told as JSON."""
    batch = pl.read_parquet(given.work_on / "batch.parquet").head(given.batches[0])
    began = time.perf_counter()
    before, own = read_mb(), Own()
    result = linked(batch, StoredSide(given.snapshot / "linkage", REGISTER_SPEC), given)
    told = {
        "own": own.stop(),
        "seconds": time.perf_counter() - began,
        "pairs": result.pairs_scored,
        "links": result.links.height,
    }
    told |= {"read": read_mb() - before, "phases": result.seconds}
    if given.same:
        told["same"] = result.links.equals(linked(batch, from_files(given.work_on), given).links)
    print(json.dumps(told))


def from_files(made: Path) -> pl.DataFrame:
    """The register's persons from the files themselves."""
    persons, homes = (pl.read_csv(made / f"dtsen_{name}.csv", infer_schema=False) for name in ("person", "family"))
    return persons.join(homes.select("dtsen_family_id", *HOME), on="dtsen_family_id")


def measure(made: Path, snapshot: Path, size: int, given: argparse.Namespace) -> str:
    """One row of the table: a link in a process of its own."""
    command = [sys.executable, __file__, "--work-on", made, "--snapshot", snapshot, "--batches", size]
    command += ["--model", given.model, "--threads", given.threads, "--memory", given.memory]
    for path in () if given.warm else snapshot.rglob("*.*"):
        forget(path)
    done = checked([*map(str, command), *(["--same"] if given.same else [])])
    told = json.loads(done.output)
    phases = ", ".join(f"{name} {seconds:.2f}" for name, seconds in told["phases"].items())
    same = "" if "same" not in told else f"  same links: {told['same']}"
    return (
        f"{size:10,} {told['seconds']:8.2f} {done.seconds:8.2f} {told['own']:8.2f} {done.peak_gb:8.2f} "
        f"{told['read']:8.1f} {told['pairs']:12,} {told['links']:9,}{same}   {phases}"
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The register's snapshot: building it, and linking against it.")
    parser.add_argument("--millions", type=float, nargs="+", default=[4], help="registered persons")
    parser.add_argument("--batches", type=int, nargs="+", default=[1000, 10_000, 100_000], help="persons of a batch")
    parser.add_argument("--same", action="store_true", help="hold the links to those against the files")
    parser.add_argument("--keep", action="store_true", help="link against a snapshot that is there already")
    parser.add_argument("--warm", action="store_true", help="leave the snapshot in the system's cache")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB", help="promise asked of targeting")
    parser.add_argument("--work", type=Path, default=Path("build/registry"), help="folder of files and snapshots")
    parser.add_argument("--spec", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--work-on", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--snapshot", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.work_on is not None:
        work(given)
        return
    for millions in given.millions:
        made = sources(millions, max(given.batches), given.work)
        snapshot = given.work / f"snapshot-{millions:g}m"
        if not (given.keep and snapshot.exists()):
            done = build(made, snapshot)
            told = json.loads(done.output)
            print(
                f"{told['records']:,} persons: built in {done.seconds:.1f} s, peak {done.peak_gb:.2f} GB, "
                f"{told['bytes'] / 1e9:.2f} GB on disk, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        given.model = given.work / f"model-{millions:g}m.json"
        print("     batch   link s   wall s   own GB  peak GB  read MB        pairs     links")
        if not given.model.exists():
            measure(made, snapshot, min(10_000, max(given.batches)), given)
        for size in given.batches:
            print(measure(made, snapshot, size, given), flush=True)


if __name__ == "__main__":
    main()

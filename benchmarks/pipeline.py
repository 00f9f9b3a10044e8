"""The whole job measured: `targeting run` on synthetic sources of a given size, in a process of its own.

    python benchmarks/pipeline.py                                    # 10,000 PPSE persons against 100,000 of DTSEN
    python benchmarks/pipeline.py --persons 100000x1000000 --noise medium --repeat 3

Prints wall time, peak memory and the time of each step; whether every row is accounted for, counted anew from the
input files and the DuckDB file; precision, recall and F1 of person and household links against the truth. Ends with 1
if a row is not accounted for.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import polars as pl

from datasets import size
from measuring import Accuracy, Run, accuracy, run

ROOT = Path(__file__).resolve().parents[1]
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
PERSONS_A_HOUSEHOLD, PERSONS_A_FAMILY = 3.54, 3.13
"""What the generator makes, on average."""
FILES = {
    "ppse_household": "household",
    "ppse_member": "person",
    "dtsen_family": None,
    "dtsen_person": None,
}
"""Input file: the table that holds its accepted rows; those of DTSEN are not kept, the run's record counts them."""

PIPELINE = """id: benchmark
purpose: mengukur proses pada data sintetis
as_of: 2026-06-01
districts: ["34.04", "35.07"]
ppse:
  households: {{path: ppse_household.{format}, code_lists: regsosek-2022k}}
  members: {{path: ppse_member.{format}}}
dtsen:
  families: {{path: dtsen_family.{format}, code_lists: dtsen-2025}}
  persons: {{path: dtsen_person.{format}}}
policy: {policy}
linkage: {{threads: {threads}, memory: {memory}}}
"""


@dataclass(frozen=True)
class Identity:
    """Two counts of the same thing."""

    name: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


def targeting(*arguments: object) -> list[str]:
    """A command of the program under this Python."""
    return [sys.executable, "-m", "targeting.cli.main", *map(str, arguments)]


def sources(given: argparse.Namespace) -> Path:
    """The folder with the synthetic files and a pipeline file, made once."""
    left, right = given.persons
    folder: Path = (given.work / f"{given.noise}-{left}x{right}-{given.seed}-{given.format}").resolve()
    if not (folder / "manifest.json").exists():
        made = run(
            targeting(
                *("synth", "--out", folder, "--noise", given.noise, "--seed", given.seed, "--format", given.format),
                *("--households", round(left / PERSONS_A_HOUSEHOLD), "--families", round(right / PERSONS_A_FAMILY)),
                *("--overlap", given.overlap),
            )
        )
        if made.exit_code:
            sys.exit(made.errors)
        print(f"synthetic data made in {made.seconds:.1f} s, peak {made.peak_gb:.2f} GB")
    text = PIPELINE.format(format=given.format, policy=POLICY, threads=given.threads, memory=given.memory)
    (folder / "run.yaml").write_text(text, encoding="utf-8")
    return folder


def measured(folder: Path) -> tuple[Run, dict[str, Any]]:
    """One run into a new store: what it took, and its own account of itself."""
    db = folder / "run.duckdb"
    db.unlink(missing_ok=True)
    done = run(targeting("run", folder / "run.yaml", "--db", db, "--out", folder / "out", "--json"))
    if done.exit_code:
        sys.exit(f"targeting run ended with {done.exit_code}: {done.errors}")
    return done, json.loads(done.output)


def table(folder: Path, name: str) -> pl.LazyFrame:
    """An input or truth file, all text."""
    csv = folder / f"{name}.csv"
    return pl.scan_csv(csv, infer_schema=False) if csv.exists() else pl.scan_parquet(folder / f"{name}.parquet")


def identities(folder: Path, con: duckdb.DuckDBPyConnection) -> list[Identity]:
    """The counting identities, from the input files and the tables alone."""

    def count(sql: str, *parameters: str) -> int:
        return int(con.execute(sql, list(parameters)).fetchall()[0][0])

    recorded = {one["source"]: one for one in json.loads(con.execute("SELECT inputs FROM run").fetchall()[0][0])}
    found = []
    for name, kept in FILES.items():
        file = next(file for file in recorded if file.startswith(f"{name}."))
        rows_in = table(folder, name).select(pl.len()).collect().item()
        accepted = count(f"SELECT count(*) FROM {kept}") if kept else recorded[file]["accepted"]
        rejected = count("SELECT count(*) FROM rejected_row WHERE source = ?", file)
        found.append(Identity(f"{file}: rows in = accepted + rejected", rows_in, accepted + rejected))
    households = count("SELECT count(DISTINCT household_id) FROM household")
    statuses = count("SELECT sum(households) FROM (SELECT status, count(*) households FROM candidate GROUP BY status)")
    lost = "SELECT count(*) FROM (SELECT household_id FROM household EXCEPT SELECT household_id FROM {})"
    return [
        *found,
        Identity("accepted households = assessments", households, count("SELECT count(*) FROM assessment")),
        Identity("assessments = sum over candidate statuses", count("SELECT count(*) FROM assessment"), statuses),
        Identity("households never assessed", count(lost.format("assessment")), 0),
        Identity("households without a status", count(lost.format("candidate")), 0),
    ]


def links(con: duckdb.DuckDBPyConnection, name: str, left: str, right: str) -> pl.DataFrame:
    """The decided links of a link table as id_l, id_r."""
    return con.sql(f"SELECT {left} AS id_l, {right} AS id_r FROM {name} WHERE status = 'link'").pl()


def show_accuracy(what: str, found: Accuracy) -> None:
    print(f"{what:22s} {found.precision:9.4f} {found.recall:9.4f} {found.f1:9.4f} {found.links:10,}")


def report(folder: Path, runs: list[tuple[Run, dict[str, Any]]]) -> bool:
    """Print the run of median time; whether every row is accounted for."""
    wall = median(done.seconds for done, _ in runs)
    done, result = min(runs, key=lambda one: abs(one[0].seconds - wall))
    spread = f" ({min(d.seconds for d, _ in runs):.1f} to {max(d.seconds for d, _ in runs):.1f})" if runs[1:] else ""
    rows = ", ".join(f"{one['source']} {one['rows_in']:,}" for one in result["inputs"])
    print(f"rows: {rows}\nwall {wall:.1f} s{spread}, peak {done.peak_gb:.2f} GB")
    for step, seconds in result["step_seconds"].items():
        print(f"  {step:12s} {seconds:8.2f} s")
    print(f"  {'start, print':12s} {done.seconds - sum(result['step_seconds'].values()):8.2f} s")
    print(f"pairs compared {result['counts']['linkage']['pairs_scored']:,}")
    with duckdb.connect(str(folder / "run.duckdb"), read_only=True) as con:
        checked = identities(folder, con)
        for one in checked:
            print(f"{'ok   ' if one.holds else 'WRONG'} {one.name}: {one.left:,} = {one.right:,}")
        print(f"{'links':22s} {'precision':>9s} {'recall':>9s} {'F1':>9s} {'links':>10s}")
        for what, keys in (
            ("person", ("person_id", "dtsen_person_id")),
            ("household", ("household_id", "dtsen_family_id")),
        ):
            truth = table(folder, f"truth_{what}").select(pl.all().cast(pl.String)).collect()
            show_accuracy(what, accuracy(links(con, f"{what}_link", *keys), truth))
    return all(one.holds for one in checked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--persons", type=size, default=(10_000, 100_000), help="about so many, PPSE x DTSEN")
    parser.add_argument("--noise", choices=("low", "medium", "high"), default="medium")
    parser.add_argument("--overlap", type=float, default=0.9, help="share of PPSE households that DTSEN holds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("build/pipeline"))
    given = parser.parse_args()
    folder = sources(given)
    if not report(folder, [measured(folder) for _ in range(given.repeat)]):
        sys.exit(1)


if __name__ == "__main__":
    main()

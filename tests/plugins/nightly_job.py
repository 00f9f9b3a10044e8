"""A small job as it runs every night, for tests of what befalls it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.store.connection import connect, rows
from targeting.synth import files, generate

ROOT = Path(__file__).parents[2]
SOURCES = f"""
id: small
purpose: mencoba proses pada data sintetis
as_of: 2026-06-01
seed: 2026
districts: ["34.04", "35.07"]
ppse:
  households: {{path: ppse_household.csv, code_lists: regsosek-2022k}}
  members: {{path: ppse_member.csv}}
dtsen:
  families: {{path: dtsen_family.csv, code_lists: dtsen-2025}}
  persons: {{path: dtsen_person.csv}}
policy: {ROOT}/pipelines/policy/wub-ppse-2026.yaml
"""
"""A pipeline file over what `synthetic` writes, without what is particular to a test."""
PIPELINE = f"{SOURCES}limits: {{max_selection_shift: 0.3}}\noutput: {{formats: [csv]}}\n"


@dataclass
class Job:
    """A folder with input files, a pipeline file, a store and lists."""

    folder: Path

    @property
    def db(self) -> Path:
        return self.folder / "t.duckdb"

    def run(self, *more: str) -> tuple[int, dict[str, Any]]:
        """Exit code, and the line for monitors."""
        where = ("--db", str(self.db), "--out", str(self.folder / "out"), "--quiet", "--json", *more)
        done = CliRunner().invoke(app, ["run", str(self.folder / "run.yaml"), *where])
        code = getattr(done.exception, "exit_code", done.exit_code) if done.exception else 0
        return code, json.loads(done.stdout.splitlines()[-1])

    def list_of(self, run_id: str) -> bytes:
        return (self.folder / "out" / run_id / "candidate.csv").read_bytes()

    def one(self, sql: str) -> Any:
        with connect(self.db, write=False) as con:
            return rows(con, sql)[0][0]


def synthetic(folder: Path, households: int) -> None:
    """The job's input files: so many PPSE households, twice as many DTSEN families."""
    data = generate(households, "medium", 0.9, 3, families=2 * households, districts=("34.04", "35.07"))
    files.write(data, folder, "csv", {})


def run_small_job(folder: Path) -> None:
    """Files of 60 households, a pipeline file, and its first run."""
    synthetic(folder, 60)
    (folder / "run.yaml").write_text(PIPELINE, encoding="utf-8")
    code, told = Job(folder).run()
    assert (code, told["status"], told["exit_code"]) == (0, "published", 0)

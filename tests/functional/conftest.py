"""The command line in a process of its own, and one published run of the sample for all tests that only look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"

PIPELINE = f"""
id: wub-test
purpose: mencoba proses pada data sintetis
as_of: 2026-06-01
seed: 2026
districts: ["34.04", "35.07"]
ppse:
  households: {{path: {SAMPLE}/ppse_household.csv, code_lists: regsosek-2022k}}
  members: {{path: {SAMPLE}/ppse_member.csv}}
dtsen:
  families: {{path: {SAMPLE}/dtsen_family.csv, code_lists: dtsen-2025}}
  persons: {{path: {SAMPLE}/dtsen_person.csv}}
policy: {ROOT}/pipelines/policy/wub-ppse-2026.yaml
"""

Command = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Published:
    """A published run of the sample."""

    folder: Path
    db: Path
    out: Path
    result: dict[str, Any]
    stderr: str


def call(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line and wait for it, as somebody whose files everybody may read unless the program minds."""
    command = [sys.executable, "-m", "targeting.cli.main", *map(str, arguments)]
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "100"}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300, env=environment, umask=0
    )


@pytest.fixture
def targeting(tmp_path: Path) -> Command:
    """The command line in a folder of the test's own."""

    def command(*arguments: object) -> subprocess.CompletedProcess[str]:
        return call(*arguments, cwd=tmp_path)

    return command


@pytest.fixture
def pipeline_file(tmp_path: Path) -> Callable[..., Path]:
    """A pipeline file on the sample, with some of its text replaced."""

    def make(*replacements: tuple[str, str]) -> Path:
        text = PIPELINE
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "run.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The sample, run once."""
    folder = tmp_path_factory.mktemp("published")
    path = folder / "run.yaml"
    path.write_text(PIPELINE, encoding="utf-8")
    done = call("run", path, "--db", "t.duckdb", "--out", "lists", "--operator", "tester", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return Published(folder, folder / "t.duckdb", folder / "lists", json.loads(done.stdout), done.stderr)

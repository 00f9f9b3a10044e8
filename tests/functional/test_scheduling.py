"""The lines of the manual, as a machine without a person runs them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MANUAL = Path(__file__).parents[2] / "docs" / "nightly.md"
FOLDER = "/srv/targeting"


def shown(kind: str) -> list[str]:
    """The manual's blocks of a kind."""
    found: list[str] = re.findall(rf"^```{kind}\n(.*?)^```", MANUAL.read_text(encoding="utf-8"), re.M | re.S)
    return found


def test_the_cron_line_runs_as_shown_without_a_terminal_and_says_one_document_a_night(job):
    [line] = shown("cron")
    folder = job.folder
    (folder / ".venv" / "bin").mkdir(parents=True)
    program = folder / ".venv" / "bin" / "targeting"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m targeting.cli.main \"$@\"\n", encoding="utf-8")
    program.chmod(0o700)
    (folder / "pipelines").mkdir()
    for path in [*folder.glob("*.csv"), folder / "run.yaml"]:
        path.rename(folder / "pipelines" / path.name.replace("run.yaml", "wub-2026.yaml"))
    job.db.rename(folder / "targeting.duckdb")
    command = line.removeprefix("30 1 * * * ").replace(FOLDER, str(folder))
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "SHELL": "/bin/sh"}
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=bare, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    first, second = (folder / "log" / "cron.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(first)["status"] == "unchanged"
    assert second.startswith("targeting.duckdb.backups/")
    made = [folder / "log", *(folder / "log").iterdir(), *(folder / "targeting.duckdb.backups").iterdir()]
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_the_units_of_systemd_hold(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here")
    service, timer = shown("ini")
    units = tmp_path / "targeting.service", tmp_path / "targeting.timer"
    units[0].write_text(service.replace(f"{FOLDER}/.venv/bin/targeting", "/bin/true"), encoding="utf-8")
    units[1].write_text(timer, encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "targeting" in line]
    assert (done.returncode, ours) == (0, [])

"""Killed at a hundred places, `targeting run` leaves last night's list as it was and goes on to the same bytes.

After each kill, not only at the end of them, a run that is gone on with ends with the list, the files and the rows of
an undisturbed one. 99 runs are processes forked from one that has imported everything, each killed at a place of its
own; what they left is gone on with in a process that lives as long as they do. Three more, one a signal, are cold, and
so is what goes on with them: `python -m targeting.cli.main`, killed from outside.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from nightly_job import SOURCES, synthetic

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "tests" / "campaigns" / "kill_places.py"
SIGNALS = {"SIGKILL", "SIGTERM", "SIGINT"}
STEPS = {"start", "policy", "intake", "linkage", "assessment", "ranking", "publishing", "export", "end"}
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PIPELINE = f"{SOURCES}linkage: {{threads: 1}}\noutput: {{formats: [csv, parquet]}}\n"


def killed_again_and_again(folder: Path, *more: str) -> dict[str, Any]:
    """What the campaign tells of a job of a dozen households."""
    job = folder / "job"
    job.mkdir()
    synthetic(job, 12)
    (job / "run.yaml").write_text(PIPELINE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, PROGRAM, job, "--work", folder / "work", *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env=os.environ | ONE_THREAD,
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["wrong"], done.returncode) == ([], 0)
    return told


def test_killed_at_a_hundred_places_it_goes_on_each_time_to_the_same_bytes(tmp_path):
    """All steps, all three signals: tests/campaigns/kill_places.py says what is looked at after each."""
    told = killed_again_and_again(tmp_path)
    assert told["kills"] >= 100
    assert {step: set(by_signal) for step, by_signal in told["steps"].items()} == dict.fromkeys(STEPS, SIGNALS)

"""Kills `targeting run` at many points of all its steps, and looks at what is left and at what --resume makes of it.

    python tests/campaigns/kills.py --points 120                     # on data/sample; some 25 minutes on two cores
    python tests/campaigns/kills.py --points 3 --pipeline run.yaml --work FOLDER

A first run publishes last night's list. Then, for each point: the same job is started on a copy of that store and is
killed (SIGKILL, SIGTERM and SIGINT in turn) within a step. It must leave last night's list readable and unchanged, the
new one either wholly there or not at all, and under its own name no file that is not complete. `--resume` must then
end with 0, with the candidate list byte for byte and every table of the run row for row those of an undisturbed run,
and with no unfinished file, checkpoint or lock left. Prints a table by step and signal; ends with 1 if anything was
otherwise.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("start", "policy", "intake", "linkage", "assessment", "ranking", "publishing", "export")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TABLES = (
    *("household", "person", "person_link", "household_link", "assessment", "candidate"),
    *("validation_issue", "rejected_row"),
)
STOPPED = 15
LONGEST_SECONDS = 600


@dataclass
class Undisturbed:
    """What an undisturbed run made, and how many seconds after its begin each step began."""

    run_id: str
    tables: dict[str, str]
    csv: bytes
    files: set[str]
    begins: dict[str, float]
    seconds: dict[str, float]


@dataclass
class Outcome:
    """One kill: where, how, how the process ended, what it had published, and everything that was not as promised."""

    step: str
    signal: str
    exit_code: int
    published: bool = False
    resumed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def command(folder: Path, pipeline: Path, *more: str) -> list[str]:
    """`targeting run` in a folder of its own."""
    where = ["--db", str(folder / "t.duckdb"), "--out", str(folder / "out"), "--log", str(folder / "log.jsonl")]
    return [sys.executable, "-m", "targeting.cli.main", "run", str(pipeline), *where, "--quiet", "--json", *more]


def events(folder: Path) -> list[dict[str, Any]]:
    """What the run has logged so far; a line that is being written is not yet there."""
    try:
        text = (folder / "log.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def tables_of(db: Path, run_id: str) -> dict[str, str]:
    """A hash of each table's rows of a run, without the run's own id."""
    with duckdb.connect(str(db), read_only=True) as con:
        found = {
            name: con.sql(f"SELECT * EXCLUDE (run_id) FROM {name} WHERE run_id = ? ORDER BY ALL", params=[run_id]).pl()
            for name in TABLES
        }
    return {name: hashlib.sha256(rows.write_json().encode()).hexdigest() for name, rows in found.items()}


def latest(db: Path) -> str:
    """The id of the latest published run."""
    with duckdb.connect(str(db), read_only=True) as con:
        return str(con.execute("SELECT run_id FROM latest_run").fetchall()[0][0])


def undisturbed(folder: Path, pipeline: Path) -> Undisturbed:
    """A whole run in the folder."""
    begun = time.monotonic()
    process = subprocess.Popen(command(folder, pipeline), stdout=subprocess.PIPE, text=True)
    begins: dict[str, float] = {"start": 0.0}
    while process.poll() is None:
        for event in events(folder):
            if event["event"] == "step_begins":
                begins.setdefault(event["step"], time.monotonic() - begun)
        time.sleep(0.005)
    told = json.loads(process.communicate()[0])
    if told["status"] != "published":
        sys.exit(f"the undisturbed run ended as {told}")
    ends = [*list(begins.values())[1:], time.monotonic() - begun]
    seconds = {step: end - begin for (step, begin), end in zip(begins.items(), ends, strict=True)}
    run_id = told["run_id"]
    csv = (folder / "out" / run_id / "candidate.csv").read_bytes()
    files = {path.name for path in (folder / "out" / run_id).iterdir()}
    return Undisturbed(run_id, tables_of(folder / "t.duckdb", run_id), csv, files, begins, seconds)


def killed(
    folder: Path, pipeline: Path, expected: Undisturbed, step: str, share: float, how: signal.Signals
) -> Outcome:
    """One run killed in a step, what it left, and what --resume made of it."""
    before = hashes(folder / "out")
    delay = share * expected.seconds[step]
    process = subprocess.Popen(command(folder, pipeline), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(process, folder, step)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
    stderr = process.communicate(timeout=LONGEST_SECONDS)[1].decode()
    outcome = Outcome(step, how.name, process.returncode)
    check_left(folder, expected, before, outcome, stderr)
    resume(folder, pipeline, expected, outcome)
    return outcome


def wait_for(process: subprocess.Popen[bytes], folder: Path, step: str) -> None:
    """Return when the step begins or the process has ended."""
    while process.poll() is None and step != "start":
        if any(event["event"] == "step_begins" and event["step"] == step for event in events(folder)):
            return
        time.sleep(0.002)


def check_left(folder: Path, expected: Undisturbed, before: dict[str, str], outcome: Outcome, stderr: str) -> None:
    """What a killed run must have left."""
    wrong, db = outcome.wrong, folder / "t.duckdb"
    # A process that is stopped before Python has begun knows no handler yet; one that had ended was too quick.
    fair = {0, STOPPED, -signal.Signals[outcome.signal]} | ({1, -signal.SIGINT} if outcome.step == "start" else set())
    if outcome.exit_code not in fair or ("Traceback" in stderr and outcome.step != "start"):
        wrong.append(f"ended with {outcome.exit_code}: {stderr[-300:]}")
    if tables_of(db, expected.run_id) != expected.tables:
        wrong.append("last night's rows are not as they were")
    now = hashes(folder / "out")
    if any(now.get(path) != content for path, content in before.items()):
        wrong.append("last night's files are not as they were")
    newest = latest(db)
    outcome.published = newest != expected.run_id
    if outcome.published and tables_of(db, newest) != expected.tables:
        wrong.append("what was published is not the whole run")
    for path in (folder / "out").rglob("candidate.csv"):
        if path.read_bytes() != expected.csv:
            wrong.append(f"{path.name} is not complete")
    for path in (folder / "out").rglob("candidate.parquet"):
        pl.read_parquet(path)


def resume(folder: Path, pipeline: Path, expected: Undisturbed, outcome: Outcome) -> None:
    """Go on, and compare with the undisturbed run."""
    wrong = outcome.wrong
    done = subprocess.run(
        command(folder, pipeline, "--resume"), capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
    )
    if done.returncode != 0:
        wrong.append(f"--resume ended with {done.returncode}: {done.stderr[-300:]}")
        return
    check_resumed(folder, expected, json.loads(done.stdout), outcome)


def check_resumed(folder: Path, expected: Undisturbed, told: dict[str, Any], outcome: Outcome) -> None:
    """What a run that was gone on with must have made, and what it must not have left."""
    wrong = outcome.wrong
    outcome.resumed = told["resumed"]
    files = folder / "out" / told["run_id"]
    if (files / "candidate.csv").read_bytes() != expected.csv:
        wrong.append("the resumed list is not that of the undisturbed run")
    if tables_of(folder / "t.duckdb", told["run_id"]) != expected.tables:
        wrong.append("the resumed run's rows are not those of the undisturbed run")
    if {path.name for path in files.iterdir()} != expected.files:
        wrong.append("the resumed run has other files")
    left = {path.name for path in folder.glob("t.duckdb?*")}
    unfinished = {path.name for path in folder.rglob("*.partial")}
    if left | unfinished:
        wrong.append(f"left behind: {', '.join(sorted(left | unfinished))}")


def hashes(folder: Path) -> dict[str, str]:
    """Path and hash of each file."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def points(number: int, steps: Sequence[str]) -> list[tuple[str, float, signal.Signals]]:
    """Step, share of it, signal: each step and signal in turn, shares spread evenly over a step's own points."""
    rounds = -(-number // (len(steps) * len(SIGNALS)))
    found = [
        (step, (turn + (at + 0.5) / len(SIGNALS)) / rounds, how)
        for turn in range(rounds)
        for step in steps
        for at, how in enumerate(SIGNALS)
    ]
    if number >= len(found):
        return found
    return [found[at * len(found) // number] for at in range(number)]


def campaign(work: Path, pipeline: Path, number: int, steps: Sequence[str]) -> list[Outcome]:
    """Every point on a fresh copy of last night's folder."""
    night = work / "night"
    night.mkdir(parents=True)
    expected = undisturbed(night, pipeline)
    (night / "log.jsonl").unlink()
    outcomes = []
    for at, (step, share, how) in enumerate(points(number, steps), start=1):
        folder = work / "point"
        shutil.copytree(night, folder)
        outcome = killed(folder, pipeline, expected, step, share, how)
        outcomes.append(outcome)
        print(f"{at:4d} {step:11s} {share:.2f} {how.name:8s} ended {outcome.exit_code:4d}", end=" ", file=sys.stderr)
        print(
            "; ".join(outcome.wrong) or f"ok, resumed {','.join(outcome.resumed) or '-'}", file=sys.stderr, flush=True
        )
        shutil.rmtree(folder)
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    """The outcomes by step, as Markdown."""
    lines = [
        "| killed in | SIGKILL | SIGTERM | SIGINT | published already | went on behind checkpoints | not as promised |",
        "|---|---|---|---|---|---|---|",
    ]
    for step in STEPS:
        own = [one for one in outcomes if one.step == step]
        if own:
            by = Counter(one.signal for one in own)
            counts = [by[how.name] for how in SIGNALS]
            more = [sum(one.published for one in own), sum(bool(one.resumed) for one in own)]
            cells = [step, *counts, *more, sum(bool(one.wrong) for one in own)]
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=120)
    parser.add_argument("--pipeline", type=Path, default=ROOT / "pipelines" / "wub-2026.yaml")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    parser.add_argument("--work", type=Path, help="an empty folder; a temporary one without it")
    given = parser.parse_args()
    os.environ |= {"NO_COLOR": "1"}
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        outcomes = campaign(Path(folder), given.pipeline.resolve(), given.points, given.steps)
    print(table(outcomes))
    wrong = sum(bool(one.wrong) for one in outcomes)
    print(f"\n{len(outcomes)} kills, {wrong} not as promised")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

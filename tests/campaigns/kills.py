"""Kills `targeting run` at many points of all its steps, and looks at what is left and at what --resume makes of it.

    python tests/campaigns/kills.py --points 120                     # on data/sample; some 25 minutes on two cores
    python tests/campaigns/kills.py --points 3 --pipeline run.yaml --work FOLDER

A first run publishes last night's list. Then, for each point: the same job is started on a copy of that store and is
killed (SIGKILL, SIGTERM and SIGINT in turn) within a step. It must leave last night's list readable and unchanged, the
new one either wholly there or not at all, and under its own name no file that is not complete. `--resume` must then
end with 0, with every exported file byte for byte and every table of the run row for row those of an undisturbed run,
with last night's list as it was, and with nothing else in the folder: no unfinished file, checkpoint, lock or temporary
file (tests/campaigns/kill_checks.py). Prints a table by step and signal; ends with 1 if anything was otherwise.
"""

from __future__ import annotations

import argparse
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
from pathlib import Path
from typing import Any

from kill_checks import LISTS, LOG, STORE, TEMPORARY, Outcome, Undisturbed, check_left, check_resumed, made_by

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("start", "policy", "intake", "linkage", "assessment", "ranking", "publishing", "export")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LONGEST_SECONDS = 600


def command(folder: Path, pipeline: Path, *more: str) -> list[str]:
    """`targeting run` in a folder of its own."""
    where = ["--db", str(folder / STORE), "--out", str(folder / LISTS), "--log", str(folder / LOG)]
    return [sys.executable, "-m", "targeting.cli.main", "run", str(pipeline), *where, "--quiet", "--json", *more]


def started(folder: Path, pipeline: Path, *more: str) -> subprocess.Popen[str]:
    """`targeting run` as a process of its own, which is at home in the folder."""
    (folder / TEMPORARY).mkdir(exist_ok=True)
    return subprocess.Popen(
        command(folder, pipeline, *more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder / TEMPORARY)},
    )


def events(folder: Path) -> list[dict[str, Any]]:
    """What the run has logged so far; a line that is being written is not yet there."""
    try:
        text = (folder / LOG).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def undisturbed(folder: Path, pipeline: Path) -> Undisturbed:
    """A whole run in the folder."""
    begun = time.monotonic()
    process = started(folder, pipeline)
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
    return made_by(told["run_id"], folder, seconds)


def killed(
    folder: Path, pipeline: Path, expected: Undisturbed, step: str, share: float, how: signal.Signals
) -> Outcome:
    """One run killed in a step, what it left, and what --resume made of it."""
    delay = share * expected.seconds[step]
    process = started(folder, pipeline)
    wait_for(process, folder, step)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
    stderr = process.communicate(timeout=LONGEST_SECONDS)[1]
    outcome = Outcome(step, how.name, process.returncode)
    check_left(folder, expected, outcome, stderr)
    resume(folder, pipeline, expected, outcome)
    return outcome


def wait_for(process: subprocess.Popen[str], folder: Path, step: str) -> None:
    """Return when the step begins or the process has ended."""
    while process.poll() is None and step != "start":
        if any(event["event"] == "step_begins" and event["step"] == step for event in events(folder)):
            return
        time.sleep(0.002)


def resume(folder: Path, pipeline: Path, expected: Undisturbed, outcome: Outcome) -> None:
    """Go on, and compare with the undisturbed run."""
    process = started(folder, pipeline, "--resume")
    stdout, stderr = process.communicate(timeout=LONGEST_SECONDS)
    check_resumed(folder, expected, outcome, process.returncode, stdout, stderr)


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
    (night / LOG).unlink()
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

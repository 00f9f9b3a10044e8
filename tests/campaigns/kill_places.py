"""Kills `targeting run` at places of its own, a hundred and more of them, and goes on from each to the end.

    python tests/campaigns/kill_places.py FOLDER --work FOLDER    # the first holds run.yaml and its files; two minutes

A place is a file that is made, renamed or removed, an SQL step, a table that is written, a step's beginning: the n-th
of its kind within its step, so that the same places are met every time.

A chain is one run that is killed at place after place, through all its steps, by one signal: SIGKILL, SIGTERM, or
SIGINT as Ctrl-C sends. After every kill last night's list must stand, and nothing half made under its own name. Then a
copy of what was left is gone on with by --resume to its end: its list, every other exported file and every row must be
those of an undisturbed run, last night's still as they were, and nothing else may be left: kill_checks.py has all that
is looked at. The chain goes on from what the kill had left, to the next place.

Killed runs are processes of their own, forked from this one, which has imported all and computed nothing; the runs that
are gone on with to the end follow each other in one process (kill_runs.py). As many more kills as there
are signals are cold: `python -m targeting.cli.main` is started, killed from outside, and started again with --resume.

Prints one JSON document; ends with 1 if anything was otherwise than promised.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kill_checks
import kills
from kill_runs import FORKS, Resumer, import_all, in_a_fork, run
from ruamel.yaml import YAML

CHAINS = 6
KILLS = {
    "start": 3,
    "policy": 3,
    "intake": 6,
    "linkage": 6,
    "assessment": 9,
    "ranking": 9,
    "publishing": 24,
    "export": 30,
    "end": 9,
}
"""Kills within each step, the same number by each signal: more where files come to stand under their own names."""
COLD_STEP, COLD_SECONDS = "linkage", 0.1
"""Where a cold run is killed: it is at work there, and has left checkpoints, on the quickest machine."""
MODEL = "model.json"


@dataclass(frozen=True)
class Killed:
    """Kills by one signal: the places, and all that was not as promised."""

    signal: str
    places: list[str]
    wrong: list[str]


def undisturbed(night: Path) -> tuple[kill_checks.Undisturbed, dict[str, int]]:
    """Last night's run, and the places of one that follows it in their order.

    It trains the linkage model that all runs after it use, as docs/nightly.md advises: their lists are the same, and
    they take two thirds of its time. What they import is imported here, for all that follow.
    """
    (night / kill_checks.TEMPORARY).mkdir()
    ended = run(night, "--save-model", str(night / MODEL), known={}, until=None, how=None)
    if ended.code != 0:
        sys.exit(f"the undisturbed run ended with {ended.code}: {ended.stderr}")
    yaml = YAML()
    config = yaml.load(night / "run.yaml")
    config.setdefault("linkage", {})["model"] = MODEL
    yaml.dump(config, night / "run.yaml")
    for left in night.glob(f"{kill_checks.LOG}*"):
        left.unlink()
    run_id = json.loads(ended.stdout)["run_id"]
    found = in_a_fork(lambda: kill_checks.made_by(run_id, night, {COLD_STEP: COLD_SECONDS}), night)
    again = night.with_name("again")
    shutil.copytree(night, again)
    ended = run(again, known={}, until=None, how=None)
    if ended.code != 0:
        sys.exit(f"a run with last night's model ended with {ended.code}: {ended.stderr}")
    import_all(ended.imported)
    return found, {place: rank for rank, place in reversed(list(enumerate(ended.passed)))}


def chosen(known: dict[str, int], times: int) -> list[list[int]]:
    """Ranks at which each chain is killed: so many of each step, spread evenly over it, dealt to the chains in turn."""
    given: list[list[int]] = [[] for _ in range(CHAINS * times)]
    turn = 0
    for step, number in KILLS.items():
        ranks = sorted(rank for place, rank in known.items() if place.startswith(f"{step}: "))
        for at in range(number * times):
            given[turn % len(given)].append(ranks[int((at + 0.5) * len(ranks) / (number * times))])
            turn += 1
    return given


def again_and_again(
    folder: Path, resumer: Resumer, known: dict[str, int], until: list[int], how: signal.Signals
) -> Killed:
    """One chain."""
    done = Killed(how.name, [], [])
    for number, rank in enumerate(until):
        ended = run(folder, *(["--resume"] if number else []), known=known, until=rank, how=how)
        if not ended.place:
            done.wrong.append(f"{how.name}: a run ended with {ended.code} before it came to its place: {ended.stderr}")
            break
        done.places.append(ended.place)
        outcome = kill_checks.Outcome(ended.place.partition(":")[0], how.name, ended.code)
        done.wrong.extend(f"{how.name} at {ended.place}: {one}" for one in resumer.wrong(folder, outcome, ended.stderr))
    return done


def cold(folder: Path, expected: kill_checks.Undisturbed, how: signal.Signals) -> Killed:
    """A run that is started, killed and gone on with as anybody would."""
    outcome = kills.killed(folder, folder / "run.yaml", expected, COLD_STEP, 1.0, how)
    if outcome.exit_code == 0:
        outcome.wrong.append("ended before it was killed")
    place = f"{COLD_STEP}: from outside"
    return Killed(how.name, [place], [f"{how.name} at {place}: {one}" for one in outcome.wrong])


def side_by_side(
    work: Sequence[Callable[[Resumer], Killed]], expected: kill_checks.Undisturbed, jobs: int
) -> list[Killed]:
    """What each gives, `jobs` of them at a time, each job a process of its own with a `Resumer`."""
    running = []
    for job in range(jobs):
        told, tells = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=_work_off, args=(work[job::jobs], expected, tells))
        process.start()
        tells.close()
        running.append((process, told))
    done = []
    for process, told in running:
        try:
            done += told.recv()
        except EOFError:
            sys.exit("a chain failed; its trace is above")
        process.join()
    return done


def _work_off(work: Sequence[Callable[[Resumer], Killed]], expected: kill_checks.Undisturbed, tells: Any) -> None:
    """One job's share."""
    resumer = Resumer(expected)
    tells.send([one(resumer) for one in work])
    resumer.end()


def campaign(work: Path, times: int, jobs: int) -> dict[str, Any]:
    """All chains and the cold kills, each on a copy of last night's folder, signals in turn."""
    night = work / "night"
    expected, known = undisturbed(night)
    given: list[Callable[[Resumer], Killed]] = []
    for number, until in enumerate(chosen(known, times)):
        folder, how = work / f"chain-{number}", kills.SIGNALS[number % len(kills.SIGNALS)]
        shutil.copytree(night, folder)
        given.append(
            lambda resumer, folder=folder, until=until, how=how: again_and_again(folder, resumer, known, until, how)
        )
    for how in kills.SIGNALS:
        folder = work / f"cold-{how.name}"
        shutil.copytree(night, folder)
        given.append(lambda _, folder=folder, how=how: cold(folder, expected, how))
    done = side_by_side(given, expected, jobs)
    steps: dict[str, Counter[str]] = {}
    for one in done:
        for place in one.places:
            steps.setdefault(place.partition(":")[0], Counter())[one.signal] += 1
    return {
        "kills": sum(len(one.places) for one in done),
        "different_places": len({place for one in done for place in one.places}),
        "places": len(known),
        "steps": steps,
        "wrong": [what for one in done for what in one.wrong],
    }


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="has run.yaml and its files; is copied")
    parser.add_argument("--work", type=Path, required=True, help="an empty folder")
    parser.add_argument("--times", type=int, default=1, help=f"so many times {CHAINS} chains")
    parser.add_argument("--jobs", type=int, default=2, help="chains at a time")
    given = parser.parse_args()
    os.environ |= {"NO_COLOR": "1"}
    work = given.work.resolve()
    shutil.copytree(given.folder, work / "night")
    told = campaign(work, given.times, given.jobs)
    gc.unfreeze()
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(1 if told["wrong"] else 0)


if __name__ == "__main__":
    main()

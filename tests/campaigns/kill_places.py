"""Kills `targeting run` at places of its own, a hundred and more of them, and goes on each time with --resume.

    python tests/campaigns/kill_places.py FOLDER          # FOLDER holds run.yaml and its files; a minute on two cores

A place is a file that is made, renamed or removed, an SQL step, a table that is written, a step's beginning: the n-th
of its kind within its step, so that the same places are met every time.

A chain is one run that is killed at place after place, through all its steps, and gone on with behind each kill, by one
signal: SIGKILL, SIGTERM, or SIGINT as Ctrl-C sends. After every kill last night's list must stand and nothing half made
under its own name; at the chain's end the list and every row must be those of an undisturbed run, and nothing else may
be left (tests/campaigns/kills.py has what is looked at, and kills by time instead of by place).

Every run is a process of its own, forked from this one, which has imported all and computed nothing.
Prints one JSON document; ends with 1 if anything was otherwise than promised.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import pickle
import re
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import kills
from typer.main import get_command

import targeting.linkage.engines.duckdb
import targeting.pipeline
from targeting.cli import main as command_line
from targeting.cli import run as run_command
from targeting.running import keys
from targeting.running.logbook import Logbook
from targeting.store import Checkpoints

ROOT = Path(__file__).resolve().parents[2]
FILE_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree")
CALLS = (
    (targeting.linkage.engines.duckdb.DuckDbEngine, ("keep", "fetch")),
    (sys.modules["targeting.store.publish"], ("ensure_schema", "insert", "make_views", "add_event")),
    (targeting.pipeline, ("take_in_ppse", "intake_dtsen", "linked", "assess", "rank", "evidence")),
    (Checkpoints, ("begin", "write", "spill", "tidy", "clear")),
)
CHANGING = re.compile(r"\d{8}T\d{6}Z-\w{6}|targeting-\w{8}|tmp\w{8}|[0-9a-f]{32}")
IDLE_THREADS = ("jemalloc_bg_thd", "polars-ooc-clea")
"""What importing polars and PyArrow starts. They have done nothing yet, so that no lock is held when this forks."""
BROKEN = 70
A_STEP = {
    "start": 1,
    "policy": 1,
    "intake": 2,
    "linkage": 2,
    "assessment": 2,
    "ranking": 2,
    "publishing": 3,
    "export": 3,
    "end": 1,
}
"""Kills of a chain within each step: more where files come to stand under their own names."""


@dataclass
class Places:
    """Where a run is, and where it is to be killed: at the first place that is not before `until` in `known`."""

    folders: tuple[str, ...]
    known: dict[str, int]
    until: int | None
    how: signal.Signals | None
    report: int
    step: str = "start"
    seen: Counter[str] = field(default_factory=Counter)
    passed: list[str] = field(default_factory=list)

    def at(self, what: str) -> None:
        """The run has come to a place."""
        self.seen[what] += 1
        place = f"{self.step}: {what} {self.seen[what]}"
        self.passed.append(place)
        if self.until is not None and self.how is not None and self.known.get(place, -1) >= self.until:
            self.until = None
            os.write(self.report, place.encode())
            os.kill(os.getpid(), self.how)

    def begin(self, step: str) -> None:
        """The run has come to a step."""
        self.step, self.seen = step, Counter()
        self.at("begins")

    def audit(self, event: str, given: tuple[Any, ...]) -> None:
        """A file of the run's is touched; names that change from run to run are left out."""
        if event in FILE_EVENTS and isinstance(given[0], str | Path) and str(given[0]).startswith(self.folders):
            self.at(f"{event} {CHANGING.sub('*', Path(given[0]).name)}")


def watched(function: Callable[..., Any], name: str, places: Places) -> Callable[..., Any]:
    """The function with a place before it and one behind it."""

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        places.at(f"before {name}")
        made = function(*given, **named)
        places.at(f"behind {name}")
        return made

    return call


def watch(places: Places) -> None:
    """From here on this process says where it is."""
    for owner, names in CALLS:
        for name in names:
            setattr(owner, name, watched(getattr(owner, name), name, places))
    step, export, closed = Logbook.step, run_command.export_lists, run_command.closed

    @contextlib.contextmanager
    def begun(self: Logbook, name: str) -> Iterator[None]:
        places.begin(name)
        with step(self, name):
            yield
        places.at("ends")

    def exported(*given: Any) -> Any:
        places.begin("export")
        return export(*given)

    def cleared(*given: Any) -> None:
        places.begin("end")
        closed(*given)

    Logbook.step = begun  # type: ignore[method-assign]
    run_command.export_lists, run_command.closed = exported, cleared
    sys.addaudithook(places.audit)


def forked(work: Callable[[], Any], told: Path) -> int:
    """The process's end: its exit code, or the signal's number below 0; what the work gives lies in a file."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = BROKEN
        try:
            told.write_bytes(pickle.dumps(work()))
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        except BaseException:  # whatever it is, this process must not go on as its parent would
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code, what it said, and the place at which it was killed (empty: it was not)."""

    code: int
    stdout: str
    stderr: str
    place: str
    passed: list[str]
    imported: list[str]


def run(folder: Path, resume: bool, known: dict[str, int], until: int | None, how: signal.Signals | None) -> Ended:
    """`targeting run` in the folder, as a process of its own that is killed at its place."""
    side = folder.with_name(f"{folder.name}-told")
    side.mkdir(exist_ok=True)
    names = [side / name for name in ("stdout", "stderr", "place", "passed")]
    for name in names:
        name.unlink(missing_ok=True)

    def work() -> tuple[list[str], list[str]]:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        opened = [os.open(name, os.O_WRONLY | os.O_CREAT, 0o600) for name in names[:3]]
        os.dup2(opened[0], 1)
        os.dup2(opened[1], 2)
        places = Places((str(folder), str(ROOT / "pipelines")), known, until, how, opened[2])
        watch(places)
        asked = kills.command(folder, folder / "run.yaml", *(["--resume"] if resume else []))
        sys.argv = ["targeting", *asked[3:]]
        try:
            command_line.main()
        except SystemExit as ended:
            if ended.code:
                raise
        return places.passed, sorted(sys.modules)

    code = forked(work, names[3])
    stdout, stderr, place = (name.read_text(encoding="utf-8") if name.exists() else "" for name in names[:3])
    passed = pickle.loads(names[3].read_bytes()) if code == 0 else ([], [])  # noqa: S301  (written by this program)
    return Ended(code, stdout, stderr, place, *passed)


def result_of(work: Callable[[], Any], folder: Path) -> Any:
    """What the work gives, done by a process of its own: this one must compute nothing."""
    told = folder.with_name(f"{folder.name}-checked")
    if forked(work, told) != 0:
        sys.exit(f"a check of {folder.name} failed; its trace is above")
    return pickle.loads(told.read_bytes())  # noqa: S301  (written by this program)


def undisturbed(night: Path) -> tuple[kills.Undisturbed, dict[str, int]]:
    """Last night's run, and its places in their order; what it imported is imported here, for all runs that follow."""
    ended = run(night, False, {}, None, None)
    if ended.code != 0:
        sys.exit(f"the undisturbed run ended with {ended.code}: {ended.stderr}")
    run_id = json.loads(ended.stdout)["run_id"]

    def look() -> kills.Undisturbed:
        files = {path.name: path for path in (night / "out" / run_id).iterdir()}
        csv = files["candidate.csv"].read_bytes()
        return kills.Undisturbed(run_id, kills.tables_of(night / "t.duckdb", run_id), csv, set(files), {}, {})

    found = result_of(look, night)
    import_all(ended.imported)
    return found, {place: rank for rank, place in reversed(list(enumerate(ended.passed)))}


def import_all(names: list[str]) -> None:
    """Import what a run imports where it needs it, so that no process after this one has to."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    keys.code_version()
    command_line.app = get_command(command_line.app)  # type: ignore[assignment]  # else each process would build it
    gc.freeze()  # what is here stays: no process has to look through it, nor to copy its pages for that
    threads = {(task / "comm").read_text(encoding="ascii").strip() for task in Path("/proc/self/task").iterdir()}
    if not threads <= {Path("/proc/self/comm").read_text(encoding="ascii").strip(), *IDLE_THREADS}:
        sys.exit(
            f"threads exist after the imports ({', '.join(sorted(threads))}): this process cannot be forked safely"
        )


def chosen(known: dict[str, int], chain: int, chains: int) -> list[int]:
    """Ranks at which a chain is killed: so many of each step, spread evenly, between those of the other chains."""
    found: set[int] = set()
    for step, kills_of_it in A_STEP.items():
        ranks = sorted(rank for place, rank in known.items() if place.startswith(f"{step}: "))
        share = len(ranks) / (chains * kills_of_it)
        found |= {ranks[int((turn * chains + chain + 0.5) * share)] for turn in range(kills_of_it)}
    return sorted(found)


def killed_again_and_again(
    night: Path, folder: Path, expected: kills.Undisturbed, known: dict[str, int], until: list[int], how: signal.Signals
) -> dict[str, Any]:
    """One chain: places at which it was killed, and all that was not as promised."""
    shutil.copytree(night, folder)
    before = kills.hashes(folder / "out")
    places, wrong = [], []
    for number, rank in enumerate(until):
        ended = run(folder, number > 0, known, rank, how)
        if not ended.place:
            break
        places.append(ended.place)
        outcome = kills.Outcome(ended.place.partition(":")[0], how.name, ended.code)

        def look(outcome: kills.Outcome = outcome, stderr: str = ended.stderr) -> list[str]:
            kills.check_left(folder, expected, before, outcome, stderr)
            return outcome.wrong

        wrong += [f"{how.name} at {ended.place}: {one}" for one in result_of(look, folder)]
    wrong += last(folder, expected, known, how)
    return {"signal": how.name, "places": places, "wrong": wrong}


def last(folder: Path, expected: kills.Undisturbed, known: dict[str, int], how: signal.Signals) -> list[str]:
    """The chain's end: nobody kills the run any more."""
    ended = run(folder, True, known, None, None)
    if ended.code != 0:
        return [f"{how.name}: the last --resume ended with {ended.code}: {ended.stderr[-300:]}"]

    def look() -> list[str]:
        outcome = kills.Outcome("end", how.name, 0)
        kills.check_resumed(folder, expected, json.loads(ended.stdout), outcome)
        return outcome.wrong

    return [f"{how.name}, at the end: {one}" for one in result_of(look, folder)]


def side_by_side(work: list[Callable[[], Any]], folder: Path, jobs: int) -> list[Any]:
    """What each gives, `jobs` of them at a time, each in a process of its own."""
    left, running, given = list(enumerate(work)), {}, {}
    while left or running:
        while left and len(running) < jobs:
            number, one = left.pop(0)
            told = folder / f"chain-{number}.told"
            pid = os.fork()
            if pid == 0:
                os._exit(0 if forked_here(one, told) else BROKEN)
            running[pid] = (number, told)
        pid, status = os.wait()
        number, told = running.pop(pid)
        if status != 0:
            sys.exit(f"chain {number} failed; its trace is above")
        given[number] = json.loads(told.read_text(encoding="utf-8"))
    return [given[number] for number in sorted(given)]


def forked_here(work: Callable[[], Any], told: Path) -> bool:
    """What the work gives lies in the file; False with a trace if it failed."""
    try:
        told.write_text(json.dumps(work()), encoding="utf-8")
    except BaseException:  # this process ends here whatever it is
        traceback.print_exc()
        return False
    return True


def campaign(work: Path, chains: int, jobs: int) -> dict[str, Any]:
    """All chains, each on a copy of last night's folder, signals in turn."""
    night = work / "night"
    expected, known = undisturbed(night)
    for left in night.glob("log.jsonl*"):
        left.unlink()
    given = []
    for chain in range(chains):
        until, how = chosen(known, chain, chains), kills.SIGNALS[chain % len(kills.SIGNALS)]
        folder = work / f"chain-{chain}"
        given.append(
            lambda folder=folder, until=until, how=how: killed_again_and_again(
                night, folder, expected, known, until, how
            )
        )
    done = side_by_side(given, work, jobs)
    steps: dict[str, Counter[str]] = {}
    for one in done:
        for place in one["places"]:
            steps.setdefault(place.partition(":")[0], Counter())[one["signal"]] += 1
    return {
        "kills": sum(len(one["places"]) for one in done),
        "different_places": len({place for one in done for place in one["places"]}),
        "places": len(known),
        "steps": steps,
        "wrong": [what for one in done for what in one["wrong"]],
    }


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="has run.yaml and its files; is copied")
    parser.add_argument("--work", type=Path, required=True, help="an empty folder")
    parser.add_argument("--chains", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=2, help="chains at a time")
    given = parser.parse_args()
    os.environ |= {"NO_COLOR": "1"}
    shutil.copytree(given.folder, given.work / "night")
    told = campaign(given.work.resolve(), given.chains, given.jobs)
    gc.unfreeze()
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.exit(1 if told["wrong"] else 0)


if __name__ == "__main__":
    main()

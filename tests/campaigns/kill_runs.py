"""Runs that tests/campaigns/kill_places.py kills and goes on with, all of them out of one process.

That process has imported everything and computed nothing, so that it has no threads and can be forked safely. A run
that is to be killed is forked from it: a process of its own, which dies of a real signal. Runs that are gone on with to
their end are made one after the other by a `Resumer`, a process that lives as long as the chains do; each begins at the
command line's own entry and finds nothing of the killed one but its files.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import kills
from kill_checks import TEMPORARY, Outcome, Undisturbed, check_left, check_resumed
from typer.main import get_command

import targeting.linkage.engines.duckdb
import targeting.pipeline
from targeting.cli import main as command_line
from targeting.cli import run as run_command
from targeting.running import keys
from targeting.running.logbook import Logbook
from targeting.store import Checkpoints

FORKS = multiprocessing.get_context("fork")
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


def run(folder: Path, *more: str, known: dict[str, int], until: int | None, how: signal.Signals | None) -> Ended:
    """`targeting run` in the folder, as a process of its own that is killed at its place."""
    side = folder.with_name(f"{folder.name}-told")
    side.mkdir(exist_ok=True)
    names = [side / name for name in ("stdout", "stderr", "place", "passed")]
    for name in names:
        name.unlink(missing_ok=True)

    def work() -> tuple[list[str], list[str]]:
        at_home(folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        opened = [os.open(name, os.O_WRONLY | os.O_CREAT, 0o600) for name in names[:3]]
        os.dup2(opened[0], 1)
        os.dup2(opened[1], 2)
        places = Places((str(folder), str(kills.ROOT / "pipelines")), known, until, how, opened[2])
        watch(places)
        code = call(folder, *more)
        if code:
            sys.exit(code)
        return places.passed, sorted(sys.modules)

    code = forked(work, names[3])
    stdout, stderr, place = (name.read_text(encoding="utf-8") if name.exists() else "" for name in names[:3])
    passed = pickle.loads(names[3].read_bytes()) if code == 0 else ([], [])  # noqa: S301  (written by this program)
    return Ended(code, stdout, stderr, place, *passed)


def in_a_fork(work: Callable[[], Any], folder: Path) -> Any:
    """What the work gives, done by a process of its own: this one must compute nothing."""
    told = folder.with_name(f"{folder.name}-told") / "result"
    if forked(work, told) != 0:
        sys.exit(f"a look at {folder.name} failed; its trace is above")
    return pickle.loads(told.read_bytes())  # noqa: S301  (written by this program)


def at_home(folder: Path) -> None:
    """This process works in the folder, and its temporary files lie there too."""
    os.chdir(folder)
    os.environ["TMPDIR"], tempfile.tempdir = str(folder / TEMPORARY), None


def call(folder: Path, *more: str) -> int:
    """`targeting run` in this process, from the command line's own entry; its exit code."""
    sys.argv = ["targeting", *kills.command(folder, folder / "run.yaml", *more)[3:]]
    try:
        command_line.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0


class Resumer:
    """A process that looks at what killed runs left, goes on with a copy of each to its end, and looks again."""

    def __init__(self, expected: Undisturbed) -> None:
        self._asked, asked = FORKS.Pipe()
        self._process = FORKS.Process(target=_resume_all, args=(asked, expected))
        self._process.start()
        asked.close()

    def wrong(self, folder: Path, outcome: Outcome, stderr: str) -> list[str]:
        """All that was not as promised. The folder is then again as the killed run left it."""
        self._asked.send((folder, outcome, stderr))
        found: list[str] = self._asked.recv()
        return found

    def end(self) -> None:
        """The process has ended."""
        self._asked.send(None)
        self._process.join()


def _resume_all(asked: Any, expected: Undisturbed) -> None:
    """Answer until nothing more is asked."""
    while (given := asked.recv()) is not None:
        asked.send(_resumed(*given, expected))


def _resumed(folder: Path, outcome: Outcome, stderr: str, expected: Undisturbed) -> list[str]:
    """What was not as promised after the kill, and after the run was gone on with at the same place.

    The killed run's folder is copied aside first and comes back at the end: its chain goes on.
    """
    aside = folder.with_name(f"{folder.name}-killed")
    shutil.copytree(folder, aside)
    check_left(folder, expected, outcome, stderr)
    at_home(folder)
    stdout, stderr_of_it = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr_of_it):
        code = call(folder, "--resume")
    check_resumed(folder, expected, outcome, code, stdout.getvalue(), stderr_of_it.getvalue())
    os.chdir(folder.parent)
    shutil.rmtree(folder)
    aside.rename(folder)
    return outcome.wrong


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

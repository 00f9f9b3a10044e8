"""The command line, and one published run of the sample for all tests that only look at it."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter
from leak_watch import WATCH
from nightly_job import Job, run_small_job

from targeting.cli import output
from targeting.cli.main import main

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


def called(*arguments: object, cwd: Path, given: str = "", columns: int = 100) -> subprocess.CompletedProcess[str]:
    """What `call` gives, without a process of its own: the same entry, exit code and streams, some 2 s sooner.

    `given` is what stands on stdin, `columns` how wide the screen is.
    """
    with contextlib.chdir(cwd), streams(["targeting", *map(str, arguments)], given, columns) as (stdout, stderr):
        before = os.umask(0)
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        finally:
            os.umask(before)
    done = subprocess.CompletedProcess(list(arguments), code, *map(told, (stdout, stderr)))
    WATCH.hear(arguments, done.stdout, done.stderr)
    return done


@contextlib.contextmanager
def streams(command: list[str], given: str, columns: int) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """A command line, its input, and two streams of so many columns in place of the test's own."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("argv", command), ("stdin", io.StringIO(given)), ("stdout", stdout), ("stderr", stderr)):
            patch.setattr(sys, name, value)
        # The width before COLUMNS is set: what is put back afterwards must not be what COLUMNS says now.
        for console in (output.console, output.log):
            patch.setattr(console, "width", columns)
        patch.setenv("NO_COLOR", "1")
        patch.setenv("COLUMNS", str(columns))
        yield stdout, stderr


def told(stream: io.TextIOWrapper) -> str:
    """All that was written."""
    stream.flush()
    return stream.buffer.getvalue().decode()


def call(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line and wait for it, as somebody whose files everybody may read unless the program minds."""
    command = [sys.executable, "-m", "targeting.cli.main", *map(str, arguments)]
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "100"}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300, env=environment, umask=0
    )


@pytest.fixture(scope="session")
def command_line() -> Command:
    """The command line in the folder `cwd`."""
    return called


@pytest.fixture(scope="session")
def minds_sigterm() -> Callable[[subprocess.Popen[str]], None]:
    """Returns when a process has said what is to happen to it on SIGTERM, as a command does where it begins to work."""
    return wait_for_handler


def wait_for_handler(process: subprocess.Popen[str]) -> None:
    """Return when the process handles SIGTERM; fails if it ends before or does not within a minute."""
    deadline = time.monotonic() + 60
    while True:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def targeting(tmp_path: Path) -> Command:
    """The command line in a folder of the test's own."""
    return partial(called, cwd=tmp_path)


@pytest.fixture
def targeting_process(tmp_path: Path) -> Command:
    """The same in a process of its own, for what depends on there being two."""
    return partial(call, cwd=tmp_path)


Cells = dict[str, list[list[str | None]]]
"""A workbook: every cell as text by sheet, header rows included."""


@pytest.fixture(scope="session")
def sheets() -> Callable[[Path], Cells]:
    """Reads every cell of a workbook."""
    return read_cells


def read_cells(path: Path) -> Cells:
    book = fastexcel.read_excel(path)
    return {
        name: [list(row) for row in book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()]
        for name in book.sheet_names
    }


@pytest.fixture(scope="session")
def saved() -> Callable[[Cells, Path], Path]:
    """Saves cells as a spreadsheet program would, and gives the path back."""
    return save_cells


def save_cells(cells: Cells, path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    for name, table in cells.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(table):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write_string(line, column, value)
    book.close()
    return path


Made = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Gives a folder that the first who asks for the name fills; all tests that run beside it share it: read only."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        place, done = shared / f"made-{name}", shared / f"made-{name}.done"
        with (shared / f"made-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                make(place)
                done.touch()
        return place

    return folder


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
def copied(tmp_path_factory: pytest.TempPathFactory, made_once: Made) -> Made:
    """The same as a copy for the tests of this process, which may write into it."""

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        return Path(shutil.copytree(made_once(name, make), tmp_path_factory.mktemp(name) / name))

    return folder


@pytest.fixture(scope="session")
def published(copied: Made) -> Published:
    """The sample, run once; a copy, since each export is written into the store's audit."""
    folder = copied("published", publish)
    stdout, stderr = ((folder / "told" / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    shutil.rmtree(folder / "told")
    return Published(folder, folder / "t.duckdb", folder / "lists", json.loads(stdout), stderr)


@pytest.fixture(scope="session")
def last_night(made_once: Made) -> Job:
    """A published run of a small job; tests copy it."""
    return Job(made_once("last_night", run_small_job))


@pytest.fixture
def job(last_night: Job, tmp_path: Path) -> Job:
    """The same job, last night's run published."""
    shutil.copytree(last_night.folder, tmp_path / "job")
    return Job(tmp_path / "job")


@pytest.fixture
def db(published, tmp_path) -> Path:
    """A store with one published run, of the test's own."""
    return Path(shutil.copy(published.db, tmp_path / "t.duckdb"))


def publish(folder: Path) -> None:
    """Run the sample, and keep what the program said."""
    path = folder / "run.yaml"
    path.write_text(PIPELINE, encoding="utf-8")
    done = call("run", path, "--db", "t.duckdb", "--out", "lists", "--operator", "tester", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "told").mkdir()
    (folder / "told" / "stdout").write_text(done.stdout, encoding="utf-8")
    (folder / "told" / "stderr").write_text(done.stderr, encoding="utf-8")

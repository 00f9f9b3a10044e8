"""What a run that was killed must have left, and what it must have made once it was gone on with.

Both is held against what an undisturbed run made of the same files. A run's id says when it was begun, so that it is
left out where a file names it, and with it the hashes of such files.
"""

from __future__ import annotations

import hashlib
import io
import json
import signal
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb

from targeting.store.publish import NOT_A_RUNS_OWN
from targeting.vocabulary import Table

TABLES = tuple(str(table) for table in Table if table not in NOT_A_RUNS_OWN)
STORE, LISTS, LOG, TEMPORARY = "t.duckdb", "out", "log.jsonl", "tmp"
"""What a run makes in its folder; temporary files too, so that one that is forgotten is seen."""
STOPPED = 15


@dataclass
class Undisturbed:
    """What an undisturbed run made: hashes of its tables, its exported files, all paths of the folder and the hashes of
    those that no later run may change; and how many seconds each step took."""

    run_id: str
    tables: dict[str, str]
    exports: dict[str, bytes]
    paths: set[str]
    files: dict[str, str]
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


@dataclass(frozen=True)
class Stored:
    """What lies in a store: the latest run, and of each run a hash of each table's rows, without the run's own id."""

    latest: str
    tables: dict[str, dict[str, str]]


@cache
def stored(content: str, db: Path) -> Stored:
    """What lies in a store of this content: one that was looked at need not be opened again."""
    runs: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(db), read_only=True) as con:
        [(latest,)] = con.execute("SELECT run_id FROM latest_run").fetchall()
        published = [
            run_id for (run_id,) in con.execute("SELECT run_id FROM run WHERE status = 'published'").fetchall()
        ]
        for name in TABLES:
            rows: dict[str, list[object]] = {run_id: [] for run_id in published}
            for run_id, *row in con.execute(f"SELECT run_id, * EXCLUDE (run_id) FROM {name} ORDER BY ALL").fetchall():
                rows.setdefault(run_id, []).append(row)
            for run_id, own in rows.items():
                runs.setdefault(run_id, {})[name] = hashlib.sha256(repr(own).encode()).hexdigest()
    return Stored(str(latest), runs)


def store_of(folder: Path) -> Stored:
    """What lies in the folder's store, and in the log of it that a killed process left."""
    content = "".join(sha256(path) for path in sorted(folder.glob(f"{STORE}*")) if path.is_file())
    return stored(content, folder / STORE)


def exports_of(folder: Path, run_id: str) -> dict[str, bytes]:
    """The exported files that stand under their own names, without the run's id and time and the hashes and sizes of
    the other ones; a workbook, in which these are packed, is what it is packed of.
    """
    paths = [path for path in sorted((folder / LISTS / run_id).glob("*")) if not path.name.startswith(".")]
    content = {path.name: path.read_bytes() for path in paths}
    begun = datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    told = {run_id.encode(): b"RUN", begun.strftime("%Y-%m-%dT%H:%M:%SZ").encode(): b"BEGUN"}
    for name, one in content.items():
        told |= {hashlib.sha256(one).hexdigest().encode(): name.encode(), b'"bytes": %d' % len(one): name.encode()}
    return {name: _without(_unpacked(name, one), told) for name, one in content.items()}


def _unpacked(name: str, content: bytes) -> bytes:
    """The parts of a workbook, each with its name; any other file as it is."""
    if not name.endswith(".xlsx"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(part.encode() + b"\n" + book.read(part) for part in book.namelist())


def _without(content: bytes, told: dict[bytes, bytes]) -> bytes:
    for own, instead in told.items():
        content = content.replace(own, instead)
    return content


def made_by(run_id: str, folder: Path, seconds: dict[str, float]) -> Undisturbed:
    """What the folder's one run has made."""
    return Undisturbed(
        run_id, store_of(folder).tables[run_id], exports_of(folder, run_id), paths(folder), hashes(folder), seconds
    )


def check_left(folder: Path, expected: Undisturbed, outcome: Outcome, stderr: str) -> None:
    """What a killed run must have left."""
    wrong = outcome.wrong
    # A process that is stopped before Python has begun knows no handler yet; one that had ended was too quick.
    fair = {0, STOPPED, -signal.Signals[outcome.signal]} | ({1, -signal.SIGINT} if outcome.step == "start" else set())
    if outcome.exit_code not in fair or ("Traceback" in stderr and outcome.step != "start"):
        wrong.append(f"ended with {outcome.exit_code}: {stderr[-300:]}")
    store = check_last_night(folder, expected, outcome)
    outcome.published = store.latest != expected.run_id
    if any(tables != expected.tables for tables in store.tables.values()):
        wrong.append("there are rows of a run that is not published whole")
    for path in sorted((folder / LISTS).iterdir()):
        if any(expected.exports.get(name) != content for name, content in exports_of(folder, path.name).items()):
            wrong.append(f"{path.name} has a file that is not complete")


def check_last_night(folder: Path, expected: Undisturbed, outcome: Outcome) -> Stored:
    """Last night's list and rows, and the files that were read, must be as they were; what lies in the store."""
    store, now = store_of(folder), hashes(folder)
    if store.tables.get(expected.run_id) != expected.tables:
        outcome.wrong.append("last night's rows are not as they were")
    changed = sorted(path for path, content in expected.files.items() if now.get(path) != content)
    if changed:
        outcome.wrong.append(f"not as they were: {', '.join(changed)}")
    return store


def check_resumed(folder: Path, expected: Undisturbed, outcome: Outcome, code: int, stdout: str, stderr: str) -> None:
    """What a run that was gone on with must have made, and that nothing else is left of it."""
    wrong = outcome.wrong
    if code != 0:
        wrong.append(f"--resume ended with {code}: {stderr[-300:]}")
        return
    told = json.loads(stdout)
    outcome.resumed = told["resumed"]
    store = check_last_night(folder, expected, outcome)
    own = set()
    # More than one only if the run was killed when it had done everything: then the next one was a run of its own.
    for run_id in sorted({told["run_id"], *store.tables} - {expected.run_id}):
        exports = exports_of(folder, run_id)
        names = exports.keys() | expected.exports.keys()
        differ = sorted(name for name in names if exports.get(name) != expected.exports.get(name))
        if differ:
            wrong.append(f"not those of the undisturbed run: {', '.join(differ)}")
        if store.tables.get(run_id) != expected.tables:
            wrong.append("the resumed run's rows are not those of the undisturbed run")
        own |= {f"{LISTS}/{run_id}", *(f"{LISTS}/{run_id}/{name}" for name in expected.exports)}
    if store.latest != told["run_id"]:
        wrong.append("the resumed run is not the latest")
    left = paths(folder) ^ (expected.paths | own)
    if left:
        wrong.append(f"left behind, or missing: {', '.join(sorted(left))}")


def paths(folder: Path) -> set[str]:
    """Every file and folder in it but the log, which begins a new file where it likes."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return {path for path in found if not path.startswith(LOG)}


def hashes(folder: Path) -> dict[str, str]:
    """Path and hash of each file but the store's and the log."""
    files = {path: folder / path for path in sorted(paths(folder)) if not path.startswith(STORE)}
    return {path: sha256(file) for path, file in files.items() if file.is_file()}


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

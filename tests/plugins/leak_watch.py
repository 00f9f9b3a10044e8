"""A test fails if the program, in the course of it, gave somebody of the sample away: on stdout, on stderr, in a file.

Looked through is what every command says that a test starts (in the test's own process, by CliRunner, as a process),
unless it was asked to with `--reveal`, and every file below the test's folder that the program wrote. Those are known
by their permissions: the program's are their owner's alone, a test's are not. Files that hold persons by their purpose
(stores, their backups and checkpoints, files marked RAHASIA) are left out; so is what ON_PURPOSE names, with a reason.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NAMING = ("nik", "no_kk", "nama", "nama_kepala_keluarga")
BY_PURPOSE = re.compile(
    r"\.duckdb($|\.wal$|\.tmp|\.work/|\.backups/|\.damaged|\.rewritten)"  # the store and what lies beside it
    r"|(families|persons|records)/\w+=[^/]+/part-"  # a register's snapshot
    r"|\.rejected\.csv$"  # refused rows as they came
    r"|RAHASIA"  # what was revealed
)
"""Paths that hold persons because that is what they are for."""
ON_PURPOSE: dict[str, str] = {}
"""Tests whose commands show people on purpose without --reveal, each with what it shows."""
SHOWING = ("--reveal", "subject")
"""Words of a command line that was asked to show people."""


@cache
def people() -> tuple[str, ...]:
    """Every NIK, KK number and name of two words or more of every sample file."""
    values: set[str] = set()
    for name in ("ppse_member", "ppse_household", "dtsen_person", "dtsen_family", "ppse_flat"):
        frame = pl.read_csv(SAMPLE / f"{name}.csv", infer_schema=False, truncate_ragged_lines=True)
        for column in set(NAMING) & set(frame.columns):
            values |= set(frame.get_column(column).drop_nulls().str.strip_chars())
    numbers = {value for value in values if value.isdigit() and len(value) == 16 and len(set(value)) > 1}
    names = {value for value in values if len(value.split()) > 1}
    # As latin-1, since that is what any bytes can be read as.
    return tuple(value.encode().decode("latin-1") for value in sorted(numbers | names))


WORDS = re.compile(rb"[A-Za-z]+")
LONG = 1_000_000
"""Bytes from which looking for all people takes no longer than looking whether any can be there."""


@cache
def beginnings() -> tuple[frozenset[tuple[bytes, bytes]], tuple[bytes, ...]]:
    """The first two words of every name of the sample; names that have no two."""
    names = [value.encode("latin-1") for value in people() if not value.isdigit()]
    words = {name: WORDS.findall(name) for name in names}
    told = frozenset((one[0], one[1]) for one in words.values() if len(one) > 1)
    return told, tuple(name for name, one in words.items() if len(one) < 2)


def may_name(content: bytes) -> bool:
    """Whether the bytes may give somebody away: a number of 16 digits is in them, or the first two words of a name."""
    if len(content) > LONG or re.search(rb"\d{16}", content):
        return True
    words = WORDS.findall(re.sub(rb"\\[a-z]", b" ", content))
    told, others = beginnings()
    return not told.isdisjoint(pairwise(words)) or any(name in content for name in others)


def named(content: bytes, values: Sequence[str] | None = None) -> int:
    """How many of the sample's people the bytes give away: all are looked for in one pass over the bytes."""
    if values is None and not may_name(content):
        return 0
    found = pl.Series([content.decode("latin-1")]).str.extract_many(list(values or people()), overlapping=True)
    return len(set(found[0]))


def content(path: Path) -> bytes:
    """A file's bytes, and what is packed in them."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return raw + gzip.decompress(raw)
    if path.suffix == ".parquet" and raw.startswith(b"PAR1"):
        return raw + pl.read_parquet(path).write_json().encode() + str(pl.read_parquet_metadata(path)).encode()
    if path.suffix == ".xlsx" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            return raw + b"".join(book.read(name) for name in book.namelist())
    return raw


@dataclass
class Watch:
    """What commands have said since the last look, and names of files in which they were asked to show people."""

    said: list[bytes] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def hear(self, command: Any, *streams: str | bytes | None) -> None:
        """A command has said something."""
        words = [str(word) for word in command] if isinstance(command, list | tuple) else str(command or "").split()
        self.asked |= {Path(name).name for name in asked_for(words)}
        if any(word in SHOWING for word in words):
            return
        self.said += [one.encode(errors="replace") if isinstance(one, str) else one for one in streams if one]

    def look(self, folder: Path | None) -> str:
        """Where somebody is given away, not who; empty if nobody is. What was said is forgotten."""
        said, asked = b"\n".join(self.said), self.asked
        self.said, self.asked = [], set()
        found = {"what commands said": said} if said else {}
        for path in written(folder):
            place = path.relative_to(folder or path)
            if not asked & set(place.parts):
                found[str(place)] = content(path)
        # One pass over everything; which of it, only where somebody is in it.
        if not found or not named(b"\n".join(found.values())):
            return ""
        places = [f"{place} ({n})" for place, one in found.items() if (n := named(one))]
        return f"people of the sample are given away: {', '.join(places)}"


def asked_for(words: Sequence[str]) -> Iterator[str]:
    """Files and folders in which a command line wants people: refused rows as they came, what is revealed or made for a
    stated purpose (workbooks of reviewers and of visits), made-up people."""
    shows = bool({"--reveal", "--purpose"} & set(words)) or words[:1] == ["synth"]
    for option, value in pairwise(words):
        if option == "--rejected" or (option == "--out" and shows):
            yield value


def written(folder: Path | None) -> Iterator[Path]:
    """Files that the program wrote below the folder, but those that hold persons by their purpose."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.stat().st_mode & 0o077:
            continue
        if not BY_PURPOSE.search(path.relative_to(folder).as_posix()):
            yield path


WATCH = Watch()


def pytest_configure() -> None:
    """Whatever starts a command is listened to from here on."""
    invoke, communicate = CliRunner.invoke, subprocess.Popen.communicate

    @wraps(invoke)
    def invoked(self: Any, app: Any, args: Any = None, *given: Any, **named_too: Any) -> Any:
        before = os.umask(0)  # the program minds whose files its own are; what a test writes after it is not its
        try:
            result = invoke(self, app, args, *given, **named_too)
        finally:
            os.umask(before)
        WATCH.hear(args, result.stdout_bytes, result.stderr_bytes)
        return result

    @wraps(communicate)
    def communicated(self: Any, *given: Any, **named_too: Any) -> Any:
        streams = communicate(self, *given, **named_too)
        WATCH.hear(self.args, *streams)
        return streams

    CliRunner.invoke = invoked  # type: ignore[method-assign]
    subprocess.Popen.communicate = communicated  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A test's own files are everybody's to read, whatever mask an earlier one left."""
    os.umask(0o022)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """The test fails if it was well but for somebody being given away."""
    result = yield
    problem = WATCH.look(getattr(item, "funcargs", {}).get("tmp_path"))
    if problem and item.nodeid.partition("[")[0] not in ON_PURPOSE:
        pytest.fail(problem, pytrace=False)
    return result

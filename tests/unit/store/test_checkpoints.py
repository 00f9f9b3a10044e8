"""Checkpoints come back as they were, or not at all."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.errors import DiskFullError
from targeting.store import Checkpoints, backups_of, publish, runs

FRAME = pl.DataFrame(
    {
        "text": ["A", None],
        "day": [date(2026, 1, 1), None],
        "number": pl.Series([1, None], dtype=pl.Int8),
        "nothing": pl.Series([None, None], dtype=pl.Null),
        "level": pl.Series(["PASS", "FAIL"], dtype=pl.Enum(["PASS", "FAIL"])),
        "names": [["x"], []],
        "parts": [{"a": 0.1}, {"a": None}],
    }
)


@dataclass(frozen=True)
class Inner:
    """A part of a result."""

    rows: pl.DataFrame
    rate: float | None


@dataclass(frozen=True)
class Made:
    """What a step might make."""

    inner: Inner
    pair: tuple[Inner, ...]
    notes: tuple[str, ...]
    told: Mapping[str, Any]
    by_name: dict[str, Inner]
    none: Inner | None = None


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    inner = Inner(FRAME, 0.1 + 0.2)
    made = Made(inner, (inner, inner), ("a", "b"), {"x": [1, {"y": None}]}, {"one": inner})
    kept = Checkpoints(tmp_path / "work")
    kept.write("step", "k" * 64, made)
    back = kept.read("step", "k" * 64, Made)
    assert back is not None
    assert back.inner.rows.schema == FRAME.schema
    assert back.inner.rows.equals(FRAME, null_equal=True)
    assert (back.inner.rate, back.notes, back.told, back.none) == (0.1 + 0.2, made.notes, made.told, None)
    assert len(back.pair) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")} == {0o700, 0o600}


def test_another_key_a_cut_or_an_altered_file_is_no_checkpoint(tmp_path):
    kept = Checkpoints(tmp_path)
    kept.write("step", "a" * 64, FRAME)
    assert kept.read("step", "b" * 64, pl.DataFrame) is None
    [rows], [value] = tmp_path.glob("*/0.parquet"), tmp_path.glob("*/value.json")
    whole, text = rows.read_bytes(), value.read_text()
    for altered in (whole[:-1], b"", whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        rows.write_bytes(altered)
        assert kept.read("step", "a" * 64, pl.DataFrame) is None
    rows.write_bytes(whole)
    for altered_text in ("", "{}", "[]", text[:-2], text.replace("0.parquet", "1.parquet")):
        value.write_text(altered_text)
        assert kept.read("step", "a" * 64, pl.DataFrame) is None
    value.write_text(text)
    assert kept.read("step", "a" * 64, pl.DataFrame) is not None


def test_what_would_not_come_back_is_refused(tmp_path):
    for value in ({1: "a"}, object(), {"a": date(2026, 1, 1)}):
        with pytest.raises(TypeError, match="cannot hold"):
            Checkpoints(tmp_path).write("step", "a" * 64, value)


def test_clearing_leaves_what_is_to_stay_and_no_empty_folder(tmp_path):
    kept = Checkpoints(tmp_path / "work")
    kept.begin({"run_id": "r"})
    kept.write("dtsen", "a" * 64, FRAME)
    kept.write("linkage", "b" * 64, FRAME)
    (kept.folder / "ranking-c.partial").mkdir()
    assert kept.steps() == ["dtsen", "linkage"]
    kept.clear(keep=("dtsen",))
    assert [path.name for path in kept.folder.iterdir()] == ["dtsen-" + "a" * 32]
    kept.clear()
    assert not kept.folder.exists()


def test_a_full_disk_is_told_and_leaves_no_half_checkpoint(small_disk):
    kept = Checkpoints(small_disk / "work")
    large = pl.DataFrame({"n": pl.Series(range(500_000)).hash().cast(pl.String)})
    with pytest.raises(DiskFullError, match=r"disk of .* is full; nothing was published.* --resume") as told:
        kept.write("linkage", "a" * 64, large)
    assert told.value.exit_code == 15
    assert kept.steps() == []
    kept.write("linkage", "a" * 64, FRAME)
    assert kept.steps() == ["linkage"]


def test_a_store_on_a_full_disk_keeps_its_runs(tmp_path, small_disk, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    (tmp_path / "t.duckdb").rename(small_disk / "t.duckdb") if db.stat().st_size < 200_000 else None
    there = small_disk / "t.duckdb"
    if not there.exists():
        subprocess.run(["mount", "-o", f"remount,size={db.stat().st_size + 65_536}", str(small_disk)], check=True)
        shutil.copyfile(db, there)
    names = pl.Series(range(200_000)).hash().cast(pl.String)
    household = {table: rows for table, rows in frames.items() if table == "household"}
    [(table, rows)] = household.items()
    many = pl.DataFrame({"household_id": names}).join(rows.head(1).drop("household_id"), how="cross")
    with pytest.raises(DiskFullError, match="is full"):
        publish(there, make_run("run-2"), {table: many})
    assert [run["run_id"] for run in runs(there)] == ["run-1"]
    assert backups_of(there) == []

"""A snapshot's folder: whole or not there, and whatever was done to it since is seen."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from targeting import registry
from targeting.errors import InputFileError, UsageError
from targeting.registry.folder import OWNER

MADE = registry.Made(
    kind="table",
    cut_off=None,
    made_at=datetime(2026, 4, 1, tzinfo=UTC),
    program_version="0",
    library_versions={},
    code_lists=None,
    sources=[],
    records=3,
    districts={"34.04": 3},
    findings={},
)


def filled(folder: Path) -> None:
    """A table in two pieces and a file that is none."""
    rows = pl.DataFrame({"id": ["c", "a", "b", "d"], "row_number": [1, 2, 3, 4]})
    for piece, part in enumerate((rows[:2], rows[2:])):
        places = pl.Series("d", ["35.07", "34.04"][: part.height])
        registry.write_piece(part, places, folder / registry.RECORDS, piece)
    registry.write_table(folder / registry.RECORDS, "id")
    (folder / "note.json").write_text("{}", encoding="utf-8")
    registry.seal(folder, MADE)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A small snapshot."""
    with registry.building(tmp_path / "snap", replace=False) as folder:
        filled(folder)
    return tmp_path / "snap"


def test_a_folder_that_was_built_is_opened_and_verified(snapshot: Path) -> None:
    found = registry.open_snapshot(snapshot)
    registry.verify(found)
    assert [(part.path, part.rows) for part in found.manifest.parts] == [
        ("note.json", None),
        ("records/kode_kabupaten_kota=34.04/part-0.parquet", 2),
        ("records/kode_kabupaten_kota=35.07/part-0.parquet", 2),
    ]
    assert sorted(path.name for path in snapshot.iterdir()) == ["manifest.json", "note.json", "records"]
    assert snapshot.stat().st_mode & 0o077 == 0


def part_of(snapshot: Path) -> Path:
    """One of its files."""
    return next(iter(snapshot.glob("records/*/part-0.parquet")))


def cut_short(snapshot: Path) -> None:
    part_of(snapshot).write_bytes(part_of(snapshot).read_bytes()[:-1])


def taken_away(snapshot: Path) -> None:
    part_of(snapshot).unlink()


def without_manifest(snapshot: Path) -> None:
    (snapshot / "manifest.json").unlink()


def half_a_manifest(snapshot: Path) -> None:
    path = snapshot / "manifest.json"
    path.write_text(path.read_text()[:100])


def of_another_format(snapshot: Path) -> None:
    path = snapshot / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))


def not_finished(snapshot: Path) -> None:
    (snapshot / "manifest.json").rename(snapshot / OWNER)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (cut_short, "bytes instead of"),
        (taken_away, "is missing"),
        (without_manifest, "holds no manifest.json"),
        (half_a_manifest, "cannot be read as a snapshot's manifest"),
        (of_another_format, "laid out in format 99"),
        (not_finished, "was not finished"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused_when_it_is_opened(
    snapshot: Path, harm: Callable[[Path], None], told: str
) -> None:
    harm(snapshot)
    with pytest.raises(InputFileError, match="registry build") as refused:
        registry.open_snapshot(snapshot)
    assert told in str(refused.value)


def altered(snapshot: Path) -> None:
    data = bytearray(part_of(snapshot).read_bytes())
    data[len(data) // 2] ^= 1
    part_of(snapshot).write_bytes(data)


def joined_by_another(snapshot: Path) -> None:
    (snapshot / "extra.parquet").write_bytes(b"")


def told_otherwise(snapshot: Path) -> None:
    path = snapshot / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 2', '"rows": 3'))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (altered, "part-0.parquet was altered"),
        (joined_by_another, "extra.parquet is no part"),
        (told_otherwise, "manifest.json was altered"),
    ],
)
def test_what_a_glance_does_not_see_verifying_does(snapshot: Path, harm: Callable[[Path], None], told: str) -> None:
    harm(snapshot)
    found = registry.open_snapshot(snapshot)
    with pytest.raises(InputFileError, match=told):
        registry.verify(found)


def stopped_half_way(snapshot: Path) -> None:
    """A build that Ctrl-C ends."""
    with registry.building(snapshot, replace=True) as folder:
        (folder / "half").write_text("")
        raise KeyboardInterrupt


def test_a_second_build_needs_leave_to_replace_and_a_failed_one_leaves_the_first(snapshot: Path) -> None:
    with pytest.raises(UsageError, match="--replace"), registry.building(snapshot, replace=False):
        pass
    before = registry.open_snapshot(snapshot).manifest
    with pytest.raises(KeyboardInterrupt):
        stopped_half_way(snapshot)
    assert before == registry.open_snapshot(snapshot).manifest
    with registry.building(snapshot, replace=True) as folder:
        filled(folder)
    assert before.content == registry.open_snapshot(snapshot).manifest.content
    assert [snapshot] == list(snapshot.parent.iterdir())


def test_a_folder_with_something_else_in_it_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match="is no snapshot"), registry.building(tmp_path, replace=True):
        pass
    assert [tmp_path / "letters.txt"] == list(tmp_path.iterdir())


def test_what_a_killed_build_left_is_cleared_and_a_running_one_is_not(tmp_path: Path) -> None:
    beside = tmp_path / ".snap.building"
    beside.mkdir()
    (beside / OWNER).write_text(str(os.getppid()))
    told = f"process {os.getppid()} is building"
    with pytest.raises(UsageError, match=told), registry.building(tmp_path / "snap", replace=False):
        pass
    assert beside.is_dir()
    (beside / OWNER).write_text("999999999")
    with registry.building(tmp_path / "snap", replace=False) as folder:
        filled(folder)
    assert [tmp_path / "snap"] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="another --out"), registry.building(tmp_path / "file" / "snap", replace=False):
        pass


def test_rows_are_found_by_their_values_in_some_districts_or_in_all(snapshot: Path) -> None:
    folder = registry.open_snapshot(snapshot).table(registry.RECORDS)
    wanted = pl.Series(["a", "c", "nobody"])
    assert ["a", "c"] == registry.read_rows(folder, "id", wanted)["id"].to_list()
    assert ["a"] == registry.read_rows(folder, "id", wanted, ["34.04"])["id"].to_list()
    assert [] == registry.read_rows(folder, "id", wanted, [])["id"].to_list()


def test_pieces_leave_no_trace_and_rows_may_be_left_out(tmp_path: Path) -> None:
    rows = pl.DataFrame({"id": ["c", "a", "b"], "row_number": [1, 2, 3]})
    nowhere = pl.Series("d", [None, None, "34.04"])
    for name, pieces in (("one", [(0, 3)]), ("two", [(2, 3), (0, 2)])):
        for number, (first, last) in enumerate(pieces):
            registry.write_piece(rows[first:last], nowhere[first:last], tmp_path / name, number)
    without = pl.DataFrame({"row_number": [2]})
    assert {"": 1, "34.04": 1} == registry.write_table(tmp_path / "one", "id", without)
    assert {"": 1, "34.04": 1} == registry.write_table(tmp_path / "two", "id", without)
    files = [sorted((tmp_path / name).rglob("*.parquet")) for name in ("one", "two")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]

"""The files of data/sample."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from targeting.synth.flaws import HOUSEHOLDS, MEMBERS
from targeting.synth.sample import TIMES, write_sample

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "data" / "sample"


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


def test_the_sample_is_made_again_byte_for_byte(made: Path) -> None:
    ours, kept = files_below(made), files_below(SAMPLE)
    assert sorted(kept) == sorted(ours)
    assert [name for name in kept if kept[name] != ours[name]] == []


def test_the_sample_is_small() -> None:
    assert sum(len(content) for content in files_below(SAMPLE).values()) < 4_000_000


def test_every_flaw_is_in_the_readme_as_often_as_it_was_put_in() -> None:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for flaw in (*HOUSEHOLDS, *MEMBERS):
        assert text.count(f"| {flaw.name} |") == TIMES, flaw.name


def test_a_flaw_named_in_the_readme_is_in_the_record_that_it_names() -> None:
    rows = {
        name: {row[key]: row for row in csv.DictReader((SAMPLE / name).read_text(encoding="utf-8").splitlines())}
        for name, key in (("ppse_member.csv", "person_id"), ("ppse_household.csv", "household_id"))
    }
    changes = {flaw.name: flaw for flaw in (*HOUSEHOLDS, *MEMBERS)}
    lines = (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
    told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ppse_")]
    literal = [row for row in told if row[3] in {"nik_dash", "kota_malang", "date_impossible", "roof_unknown_code"}]
    assert len(literal) == 4 * TIMES
    for file, record, column, name, *_ in literal:
        value = rows[file][record][column]
        given = "2000-01-01" if column == "tanggal_lahir" else "1"
        assert changes[name].change(given)[:5] == value[:5], name

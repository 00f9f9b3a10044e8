"""The sample's flaws end as its README says; its broken files end in one clear error; its other forms are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from targeting.contracts.config import PpseSources, Source
from targeting.errors import InputFileError
from targeting.intake import Partition, RuleContext, intake_ppse, read_source

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CONTEXT = RuleContext(date(2026, 3, 1), ("34.04", "35.07"))
BROKEN = sorted(path.name for path in (SAMPLE / "broken").iterdir())
FORMS = sorted(path.name for path in (SAMPLE / "forms").iterdir())


@pytest.fixture(scope="module")
def ppse() -> dict[str, Partition]:
    households = Source(path=SAMPLE / "ppse_household.csv")
    members = Source(path=SAMPLE / "ppse_member.csv")
    parts = intake_ppse(PpseSources(households=households, members=members), CONTEXT)
    return dict(zip(("ppse_household.csv", "ppse_member.csv"), parts, strict=True))


def outcome(part: Partition, record: str, column: str) -> set[str]:
    """What the record's flaw may be said to have come to."""
    key = "person_id" if "person_id" in part.accepted.columns else "household_id"
    found = part.issues.filter(record_id=record)
    if record in part.rejected["record_id"] or record not in part.accepted[key]:
        return {"refused"}
    warned = found.filter(severity="warning", field=column).height > 0
    return {"warning"} if warned else {"repaired", "kept"}


def test_each_flaw_ends_as_the_readme_says(ppse: dict[str, Partition]) -> None:
    lines = (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
    told = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ppse_")]
    assert len(told) > 100
    surprises = []
    for file, record, column, name, _, expected in told:
        came_to = outcome(ppse[file], record, column)
        # A repaired NIK may still contradict a birth date: synthetic people have such NIK too.
        if expected not in came_to and not (expected == "repaired" and column == "nik" and came_to == {"warning"}):
            surprises.append(f"{name} in {record}: {expected} expected, {came_to}")
    assert surprises == []


def test_few_rows_are_refused(ppse: dict[str, Partition]) -> None:
    for part in ppse.values():
        assert 0 < part.rejected.height < 0.1 * part.rows_in


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_clear_error(name: str) -> None:
    schema = "ppse-member" if name.startswith("nik_numbers") else "ppse-household"
    sheet = "Rumah Tangga" if name == "wrong_sheet.xlsx" else None
    with pytest.raises(InputFileError, match=name):
        read_source(Source(path=SAMPLE / "broken" / name, sheet=sheet), schema, CONTEXT)


@pytest.mark.parametrize("name", FORMS)
def test_the_same_households_are_read_from_every_form(name: str) -> None:
    wanted = read_source(Source(path=SAMPLE / "forms" / "bom.csv"), "ppse-household", CONTEXT).accepted
    columns = ["household_id", "no_kk", "kode_desa", "luas_lantai_bangunan", "id_atap_terluas"]
    read = read_source(Source(path=SAMPLE / "forms" / name), "ppse-household", CONTEXT).accepted
    assert read.select(columns).rows() == wanted.select(columns).rows()


def test_a_flat_file_and_an_excel_file_hold_households_and_people() -> None:
    flat = PpseSources(households=Source(path=SAMPLE / "ppse_flat.csv"))
    assert [part.accepted.height for part in intake_ppse(flat, CONTEXT)] == [40, 40]
    book = SAMPLE / "ppse.xlsx"
    sheets = PpseSources(households=Source(path=book, sheet="Rumah Tangga"), members=Source(path=book, sheet="Anggota"))
    households, members = intake_ppse(sheets, CONTEXT)
    assert households.accepted.height == 40
    assert members.accepted.height > 100

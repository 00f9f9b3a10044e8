"""Rules between files: members and their households, families and their persons, and flat files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.contracts.config import DtsenSources, PpseSources
from targeting.intake import Partition, RuleContext, intake_dtsen, intake_ppse, load_regions

CONTEXT = RuleContext(as_of=date(2026, 6, 1), districts=("34.04",), regions=load_regions())

HOUSEHOLDS = """household_id,no_kk,kode_kabupaten_kota,jumlah_anggota_keluarga
H1,3404011212209001,34.04,2
H2,,34.04,1
H3,3404011212209003,34.04,1
H4,3404011212209004,34.04,5
"""
MEMBERS = """person_id,household_id,nama,id_hub_kepala_keluarga,id_keberadaan_anggota
P1,H1,BUDI,1,1
P2,H1,SITI,2,1
P3,H2,DWI,1,1
P4,H9,ANI,1,1
P5,H4,RINI,1,1
"""
FLAT = """no_kk,kode_kabupaten_kota,nama,nik,tanggal_lahir,id_jenis_kelamin
3404011212209001,34.04,BUDI,3404011201809001,12-01-1980,1
3404011212209002,34.04,,,,
"""


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Partition, Partition]:
    """Households and members of two files."""
    households, members = tmp_path / "households.csv", tmp_path / "members.csv"
    households.write_text(HOUSEHOLDS, encoding="utf-8")
    members.write_text(MEMBERS, encoding="utf-8")
    sources = PpseSources.model_validate({"households": {"path": households}, "members": {"path": members}})
    return intake_ppse(sources, CONTEXT)


@pytest.fixture
def flat(tmp_path: Path) -> tuple[Partition, Partition]:
    """Households and members of one flat file."""
    path = tmp_path / "flat.csv"
    path.write_text(FLAT, encoding="utf-8")
    return intake_ppse(PpseSources.model_validate({"households": {"path": path}}), CONTEXT)


def warnings(partition: Partition, record_id: str) -> dict[str, str | None]:
    return dict(partition.accepted.select(record_id, "warnings").iter_rows())


def test_a_member_of_a_rejected_household_is_rejected_with_it(pair: tuple[Partition, Partition]) -> None:
    rejected = dict(pair[1].rejected.select("record_id", "rules").iter_rows())
    assert rejected == {"P3": "household_was_rejected", "P4": "household_is_not_in_its_file"}
    assert set(pair[1].issues["rule"]) == {"household_was_rejected", "household_is_not_in_its_file"}


def test_a_member_rejected_late_is_kept_as_it_came(pair: tuple[Partition, Partition]) -> None:
    raw = pair[1].rejected.filter(record_id="P3")["raw"].item()
    assert raw == (
        '{"person_id":"P3","household_id":"H2","nama":"DWI","id_hub_kepala_keluarga":"1","id_keberadaan_anggota":"1"}'
    )


def test_a_household_without_a_member_is_accepted_with_a_warning(pair: tuple[Partition, Partition]) -> None:
    expected = {"H1": None, "H3": "household_has_no_member", "H4": "size_differs_from_members"}
    assert expected == warnings(pair[0], "household_id")


def test_no_row_is_lost_between_the_files(pair: tuple[Partition, Partition]) -> None:
    counted = [(part.rows_in, part.accepted.height, part.rejected.height) for part in pair]
    assert counted == [(4, 3, 1), (5, 3, 2)]


def test_a_flat_file_makes_its_heads_the_only_members(flat: tuple[Partition, Partition]) -> None:
    members = flat[1].accepted
    assert members.select("person_id", "household_id", "nama", "id_hub_kepala_keluarga").rows() == [
        ("1-1", "1", "BUDI", 1)
    ]
    assert members["tanggal_lahir"].to_list() == [date(1980, 1, 12)]
    assert "member_was_made_from_head" in set(flat[0].issues["rule"])


def test_a_flat_household_without_a_named_head_has_no_member(flat: tuple[Partition, Partition]) -> None:
    assert warnings(flat[0], "household_id") == {"1": None, "2": "household_has_no_member"}


def test_both_shapes_of_ppse_give_the_same_columns(
    flat: tuple[Partition, Partition], pair: tuple[Partition, Partition]
) -> None:
    for one, other in zip(flat, pair, strict=True):
        assert dict(one.accepted.schema) == dict(other.accepted.schema)


def test_persons_join_families_by_the_kk_number_when_there_is_no_family_id(tmp_path: Path) -> None:
    families, persons = tmp_path / "families.csv", tmp_path / "persons.csv"
    families.write_text("no_kk,kode_kabupaten_kota\n3404011212209001,34.04\n,34.04\n", encoding="utf-8")
    persons.write_text("no_kk,nama\n'3404011212209001,BUDI\n3404011212209009,SITI\n", encoding="utf-8")
    sources = DtsenSources.model_validate({"families": {"path": families}, "persons": {"path": persons}})
    found = intake_dtsen(sources, CONTEXT)
    assert found[1].accepted.select("dtsen_person_id", "dtsen_family_id").rows() == [("1", "3404011212209001")]
    assert found[1].rejected["rules"].to_list() == ["household_is_not_in_its_file"]
    shown = pl.concat([part.issues for part in found])["record_id"].drop_nulls()
    assert shown.str.contains(r"\d{16}").any() is False

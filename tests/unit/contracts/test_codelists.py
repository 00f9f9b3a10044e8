"""Code lists: the same word for the same thing in every version, and no code that silently means another."""

from __future__ import annotations

import polars as pl
import pytest

from targeting.contracts.codelists import DTSEN_2025, REGSOSEK_2022K, bit_meanings, code_list, code_lists, meaning
from targeting.contracts.schemas import SCHEMAS
from targeting.errors import UsageError


@pytest.mark.parametrize(
    ("column", "code", "regsosek", "dtsen"),
    [
        ("id_atap_terluas", 5, "kayu_sirap", "bambu"),
        ("id_atap_terluas", 6, "bambu", "kayu_sirap"),
        ("id_atap_terluas", 7, "jerami", "jerami"),
        ("id_bb_utama", 12, "tidak_memasak", None),
        ("id_bb_utama", 0, None, "tidak_memasak"),
        ("id_bb_utama", 4, "lpg_3", "lpg_3"),
        ("id_kepemilikan_izin_usaha", 11, "belum_ada", None),
        ("id_kepemilikan_izin_usaha", 2, "siup", "belum_ada"),
    ],
)
def test_a_code_means_what_its_version_says(column: str, code: int, regsosek: str | None, dtsen: str | None) -> None:
    frame = pl.DataFrame({column: [code]})
    found = [frame.select(meaning(column, version)).item() for version in (REGSOSEK_2022K, DTSEN_2025)]
    assert [regsosek, dtsen] == found


def test_no_code_has_no_meaning() -> None:
    frame = pl.DataFrame({"id_atap_terluas": [None]}, schema={"id_atap_terluas": pl.Int64})
    assert frame.select(meaning("id_atap_terluas", DTSEN_2025)).item() is None


@pytest.mark.parametrize("version", [REGSOSEK_2022K, DTSEN_2025])
def test_no_two_codes_of_a_list_mean_the_same(version: str) -> None:
    assert [one.name for one in code_lists(version) if len(set(one.meanings.values())) < len(one.meanings)] == []


def test_every_coded_field_has_its_list_in_the_version_of_its_contract() -> None:
    for schema in SCHEMAS.values():
        for field in schema.fields.values():
            if field.code_list:
                assert code_list(field.code_list, schema.code_lists).codes


def test_a_column_has_the_same_list_in_every_contract() -> None:
    lists: dict[str, set[str]] = {}
    for schema in SCHEMAS.values():
        for field in schema.fields.values():
            if field.code_list:
                lists.setdefault(field.name, set()).add(field.code_list)
    assert {name: names for name, names in lists.items() if len(names) > 1} == {}


def test_a_sum_is_taken_apart_into_what_applies() -> None:
    frame = pl.DataFrame({"jaminan_kesehatan": [0, 1, 5, 99, None]})
    expected = [[], ["pbi_jkn"], ["pbi_jkn", "jkn_pemberi_kerja"], None, None]
    assert expected == frame.select(bit_meanings("jaminan_kesehatan")).to_series().to_list()


def test_an_unknown_version_or_list_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="regsosek-2022k, dtsen-2025"):
        code_list("atap", "dtsen-1999")
    with pytest.raises(UsageError, match="bahan_bakar"):
        code_list("roof", DTSEN_2025)
    with pytest.raises(UsageError, match="no contract"):
        meaning("alamat", DTSEN_2025)

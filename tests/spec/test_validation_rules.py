"""Rules as tables: a row, and the findings it must bring. Every NIK is synthetic (serial 9xxx)."""

# ruff: noqa: E501  (rows of the tables)

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from targeting.contracts.config import Source
from targeting.intake import RuleContext, validate
from targeting.intake.frames import Partition, TextFrame
from targeting.intake.rules import RULES

CONTEXT = RuleContext(as_of=date(2026, 6, 1), districts=("34.04", "35.07"))

PERSONS = """
 family | nik              | nama       | tanggal_lahir | sex | hub | kawin | finds
 A      | 3404011201809001 | BUDI       | 1980-01-12    | 1   | 1   | 2     | -
 A      | 3404015201829002 | SITI       | 1982-01-12    | 2   | 2   | 2     | -
 A      | -                | ANI        | 2010-05-01    | 2   | 3   | 1     | -
 B      | 3404011201809003 | BUDI       | 1980-01-13    | 1   | 1   | 2     | nik_disagrees_with_birth_date
 B      | 3404011201829004 | SITI       | 1982-01-12    | 2   | 2   | 2     | nik_disagrees_with_sex
 B      | 3404013501109005 | ANI        | 2010-05-01    | 2   | 3   | 1     | nik_holds_no_birth_date
 B      | 3404011213109006 | DWI        | 2010-05-01    | 2   | 3   | 1     | nik_holds_no_birth_date
 C      | 1111111111111111 | BUDI       | 1980-01-12    | 1   | 1   | 2     | nik_is_a_placeholder
 C      | 1234567890123456 | SITI       | 1982-01-12    | 2   | 2   | 2     | nik_is_a_placeholder
 C      | 3404011201100000 | ANI        | 2010-01-12    | 2   | 3   | 1     | nik_is_a_placeholder
 D      | 340401120180901  | BUDI       | 1980-01-12    | 1   | 1   | 2     | identifier_lost_a_digit
 D      | 34.0401.5201829013 | SITI     | 1982-01-12    | 2   | 2   | 2     | identifier_was_written_with_marks
 D      | 9999011201109014 | ANI        | 2010-01-12    | 1   | 3   | 1     | nik_starts_with_no_known_district
 E      | 3404011201809021 | BUDI       | 1980-01-12    | 1   | 1   | 2     | nik_used_by_different_names
 F      | 3404011201809021 | HARTONO    | 1980-01-12    | 1   | 1   | 2     | nik_used_by_different_names
 G      | 3404011201809022 | BUDI       | 1980-01-12    | 1   | 1   | 2     | nik_used_twice_with_the_same_name
 H      | 3404011201809022 | Budi Utomo | 1980-01-12    | 1   | 1   | 2     | nik_used_twice_with_the_same_name
 I      | -                | SITI       | 1982-01-12    | 2   | 2   | 2     | family_has_no_head
 I      | -                | ANI        | 2010-01-12    | 2   | 3   | 1     | -
 J      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | family_has_several_heads
 J      | -                | AGUS       | 1985-01-12    | 1   | 1   | 2     | family_has_several_heads
 K      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | -
 K      | -                | SITI       | 1982-01-12    | 1   | 2   | 2     | spouse_has_the_sex_of_the_head
 K      | -                | ANI        | 1979-01-12    | 2   | 3   | 1     | child_is_older_than_head
 K      | -                | MBAH       | 1981-01-12    | 2   | 6   | 4     | parent_is_younger_than_head
 L      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | -
 L      | -                | SITI       | 2016-01-12    | 2   | 2   | 2     | spouse_is_younger_than_12 child_is_married
 L      | -                | DWI        | 1990-01-12    | 2   | 2   | 1     | spouse_is_not_married
 M      | -                | BUDI       | 2018-01-12    | 1   | 1   | 1     | head_is_younger_than_10 family_is_only_of_children
 N      | -                | BUDI       | 1910-01-12    | 1   | 1   | 2     | person_is_older_than_110
 O      | -                | BUDI       | 2026-06-02    | 1   | 1   | 2     | birth_date_is_in_the_future
 P      | -                | BUDI       | 2026-06-01    | 1   | 1   | 1     | head_is_younger_than_10 family_is_only_of_children
 Q      | -                | BUD1       | 1980-01-12    | 1   | 1   | 2     | name_holds_digits
 R      | -                | BUDI       | 1899-12-31    | 1   | 1   | 2     | value_is_out_of_range
 S      | -                | BUDI       | 1980-02-30    | 1   | 1   | 2     | date_is_impossible
 T      | -                | BUDI       | -             | 3   | 1   | 2     | code_is_not_in_its_list
 U      | -                | -          | 1980-01-12    | 1   | 1   | 2     | required_value_is_missing
 V      | 3.40401E+15      | BUDI       | 1980-01-12    | 1   | 1   | 2     | identifier_is_a_number
 W      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | family_has_more_than_four_spouses
""".replace(
    " W      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | family_has_more_than_four_spouses\n",
    " W      | -                | BUDI       | 1980-01-12    | 1   | 1   | 2     | -\n"
    + " W      | -                | DEWI       | 1985-01-12    | 2   | 2   | 2     | family_has_more_than_four_spouses\n"
    * 5,
)

HOUSEHOLDS = """
 no_kk            | kab   | kec      | desa          | alamat              | finds
 3404011212209001 | 34.04 | 34.04.01 | 34.04.01.2001 | Jl. Mawar           | -
 3404011212209002 | 3404  | 340401   | 3404012001    | Jl. Mawar           | -
 3404011212209003 | -     | -        | 34.04.01.2001 | Jl. Mawar           | region_taken_from_finer_code
 3404011212209004 | 34.04 | 34.04.01 | 34.04.01.0003 | Jl. Mawar           | village_code_is_of_bps
 3404011212209005 | 34.04 | 3404010  | 34.04.01.2001 | Jl. Mawar           | region_code_has_wrong_length region_taken_from_finer_code
 3404011212209006 | 34.04 | 34.04.99 | -             | Jl. Mawar           | subdistrict_code_is_unknown
 3404011212209007 | 34.04 | 34.04.01 | 34.04.01.2999 | Jl. Mawar           | village_code_is_unknown
 3404011212209008 | 34.04 | 35.07.01 | -             | Jl. Mawar           | subdistrict_lies_in_another_district
 3404011212209009 | 34.04 | 34.04.02 | 34.04.01.2001 | Jl. Mawar           | village_lies_in_another_subdistrict
 3404011212209010 | 34.02 | -        | -             | Jl. Mawar           | district_is_outside_the_run
 3404011212209011 | 99.99 | -        | -             | Jl. Mawar           | district_is_outside_the_run district_code_is_unknown
 3404011212209012 | 35.73 | -        | -             | Jl. Ijen            | district_is_outside_the_run kota_malang_is_taken_for_kabupaten_malang
 3404011212209013 | 35.07 | -        | -             | Jl. Ijen, Kota Malang | kota_malang_is_taken_for_kabupaten_malang
 3404011212209014 | 35.07 | -        | -             | Ds. Pagak Kab. Malang | -
 3404011212209015 | -     | -        | -             | Jl. Mawar           | required_value_is_missing
 -                | 34.04 | -        | -             | Jl. Mawar           | required_value_is_missing
 340401121220901  | 34.04 | -        | -             | Jl. Mawar           | identifier_lost_a_digit
 0000000000000000 | 34.04 | -        | -             | Jl. Mawar           | kk_number_is_a_placeholder
 3404013512209016 | 34.04 | -        | -             | Jl. Mawar           | kk_number_holds_no_date
 3404011212209017 | 34.04 | -        | -             | Jl. Mawar           | kk_number_used_twice
 3404011212209017 | 34.04 | -        | -             | Jl. Melati          | kk_number_used_twice
"""

DWELLINGS = """
 bab | kloset | penerangan | daya | luas  | pendataan  | finds
 1   | 1      | 1          | 1    | 36,5  | 01/02/2026 | -
 6   | 1      | 1          | 1    | 36    | 01/02/2026 | closet_without_a_toilet
 6   | -      | 4          | 1    | 36    | 01/02/2026 | power_without_the_grid
 1   | 1      | 4          | -    | 3     | 01/02/2026 | floor_area_is_too_small
 1   | 1      | 1          | 1    | 36    | 02/06/2026 | visit_is_in_the_future
 1   | 9      | 1          | 1    | 36    | 01/02/2026 | code_is_not_in_its_list
 1   | 1      | 1          | 1    | -4    | 01/02/2026 | value_is_out_of_range
 1   | satu   | 1          | 1    | 36    | 01/02/2026 | integer_is_unreadable
"""


def table(text: str, names: dict[str, str]) -> tuple[pl.DataFrame, list[set[str]]]:
    """The rows of an ASCII table as text columns under their contract names, and the findings each row must bring."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    rows = [[None if cell == "-" else cell for cell in line] for line in lines]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").rename(names)
    finds = [set((cell or "").split()) for cell in frame["finds"]]
    return frame.drop("finds").with_row_index("row_number", 1).cast({"row_number": pl.Int64}), finds


def judged(frame: pl.DataFrame, schema: str) -> Partition:
    malformed = pl.DataFrame(schema={"row_number": pl.Int64, "raw": pl.String, "reason": pl.String})
    source = Source.model_validate({"path": "table.csv", "decimal": ","})
    return validate(TextFrame("table.csv", "0" * 64, frame, malformed), schema, source, CONTEXT)


def found_by_row(partition: Partition) -> list[set[str]]:
    """Names of the findings of each row."""
    found: list[set[str]] = [set() for _ in range(partition.rows_in)]
    for row_number, rule in partition.issues.drop_nulls("row_number").select("row_number", "rule").iter_rows():
        found[row_number - 1].add(rule)
    return found


def persons() -> tuple[Partition, list[set[str]]]:
    names = {
        "family": "dtsen_family_id",
        "sex": "id_jenis_kelamin",
        "hub": "id_hub_kepala_keluarga",
        "kawin": "id_status_perkawinan",
    }
    frame, finds = table(PERSONS, names)
    return judged(frame, "dtsen-person"), finds


def households() -> tuple[Partition, list[set[str]]]:
    names = {"kab": "kode_kabupaten_kota", "kec": "kode_kecamatan", "desa": "kode_desa"}
    frame, finds = table(HOUSEHOLDS, names)
    return judged(frame.with_columns(household_id=pl.format("H{}", "row_number")), "ppse-household"), finds


def dwellings() -> tuple[Partition, list[set[str]]]:
    names = {
        "bab": "id_fasilitas_bab",
        "kloset": "id_jenis_kloset",
        "penerangan": "id_sumberpenerangan",
        "daya": "id_dayapenerangan",
        "luas": "luas_lantai_bangunan",
        "pendataan": "tanggal_pendataan",
    }
    frame, finds = table(DWELLINGS, names)
    frame = frame.with_columns(
        household_id=pl.format("H{}", "row_number"),
        no_kk=pl.format("3404011212209{}", pl.col("row_number").cast(pl.String).str.zfill(3)),
        kode_kabupaten_kota=pl.lit("34.04"),
    )
    return judged(frame, "ppse-household"), finds


@pytest.mark.parametrize("tabled", [persons, households, dwellings])
def test_a_row_brings_exactly_the_findings_of_its_table(tabled: object) -> None:
    partition, expected = tabled()  # type: ignore[operator]
    found = found_by_row(partition)
    assert {row: pair for row, pair in enumerate(zip(expected, found, strict=True), 1) if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("tabled", [persons, households, dwellings])
def test_only_rows_that_cannot_be_used_are_rejected(tabled: object) -> None:
    partition, expected = tabled()  # type: ignore[operator]
    fatal = {"required_value_is_missing", "identifier_is_a_number"}
    if tabled is households:
        fatal |= {"identifier_lost_a_digit"}
    unusable = [row for row, rules in enumerate(expected, 1) if rules & fatal]
    assert unusable == partition.rejected["row_number"].to_list()


def test_every_rule_stands_in_a_table() -> None:
    tabled = set().union(*persons()[1], *households()[1], *dwellings()[1])
    elsewhere = {"nik_is_the_kk_number", "cut_off_is_in_the_future"}  # tests/unit/intake/test_check.py
    assert {rule.name for rule in RULES} - tabled - elsewhere == set()


def test_a_rule_says_what_it_found_in_two_languages() -> None:
    assert [rule.name for rule in RULES if not (rule.message_id.endswith(".") and rule.message_en.endswith("."))] == []
    assert [rule.name for rule in RULES if rule.message_id == rule.message_en] == []

"""Judging a file: what rejects a row, what is emptied, what travels, and that no row is lost."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from targeting.contracts.config import Source
from targeting.errors import InputFileError, UsageError
from targeting.intake import RuleContext, validate
from targeting.intake.frames import ISSUE_SCHEMA, REJECTED_SCHEMA, Partition, TextFrame

CONTEXT = RuleContext(as_of=date(2026, 6, 1), districts=("34.04",))
HOUSEHOLD = {"household_id": "H1", "no_kk": "3404011212209001", "kode_kabupaten_kota": "34.04"}
PERSON = {"dtsen_person_id": "1", "dtsen_family_id": "A", "nama": "SRI"}


def text_of(rows: list[dict[str, str | None]], malformed: list[tuple[int, str, str]] = ()) -> TextFrame:  # type: ignore[assignment]
    """The rows as a text frame, numbered after the malformed ones."""
    columns = dict.fromkeys(column for row in rows for column in row)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)).with_row_index(
        "row_number", 1 + len(malformed)
    )
    schema = {"row_number": pl.Int64, "raw": pl.String, "reason": pl.String}
    ragged = pl.DataFrame(malformed, schema=schema, orient="row")
    return TextFrame("file.csv", "0" * 64, frame.cast({"row_number": pl.Int64}), ragged)


def judged(rows: list[dict[str, str | None]], schema: str = "ppse-household", **source: object) -> Partition:
    return validate(text_of(rows), schema, Source.model_validate({"path": "file.csv", **source}), CONTEXT)


def rules(partition: Partition) -> set[str]:
    return set(partition.issues["rule"])


def test_accepted_rows_have_the_columns_of_the_contract_typed() -> None:
    accepted = judged([{**HOUSEHOLD, "luas_lantai_bangunan": "36", "tanggal_pendataan": "31/12/2025"}]).accepted
    assert accepted["luas_lantai_bangunan"].to_list() == [36.0]
    assert accepted["tanggal_pendataan"].to_list() == [date(2025, 12, 31)]
    assert accepted.schema["id_atap_terluas"] == pl.Int8
    assert accepted["id_atap_terluas"].to_list() == [None]
    assert accepted["row_number"].to_list() == [1]


def test_whole_numbers_take_the_room_their_limits_need() -> None:
    row = {
        **HOUSEHOLD,
        "bansos_pkh": "1",
        "jumlah_anggota_keluarga": "5",
        "jml_sapi": "100000",
        "id_atap_terluas": "999",
    }
    accepted = judged([row]).accepted
    types = {name: accepted.schema[name] for name in ("bansos_pkh", "jumlah_anggota_keluarga", "jml_sapi")}
    assert {"bansos_pkh": pl.Int8, "jumlah_anggota_keluarga": pl.Int8, "jml_sapi": pl.Int32} == types
    assert [None] == accepted["id_atap_terluas"].to_list()


def test_the_heads_columns_are_there_only_if_the_file_is_flat() -> None:
    assert "nik" not in judged([HOUSEHOLD]).accepted.columns
    assert "nik" in judged([{**HOUSEHOLD, "nik": None, "nama": "SRI"}]).accepted.columns


def test_issues_and_rejected_rows_have_their_declared_columns() -> None:
    partition = judged([HOUSEHOLD, {**HOUSEHOLD, "no_kk": None}])
    assert partition.issues.schema == ISSUE_SCHEMA
    assert partition.rejected.schema == REJECTED_SCHEMA


def test_a_rejected_row_is_kept_as_it_came() -> None:
    row = {**HOUSEHOLD, "no_kk": "-", "alamat": " Jl. Mawar"}
    rejected = judged([row]).rejected
    assert json.loads(rejected["raw"].item()) == row
    assert rejected["rules"].item() == "required_value_is_missing"
    assert rejected["record_id"].item() == "H1"


def test_a_row_that_does_not_fit_the_header_is_rejected_and_counted() -> None:
    text = text_of([HOUSEHOLD], [(1, "H0,340", "row_has_too_few_fields")])
    partition = validate(text, "ppse-household", Source.model_validate({"path": "file.csv"}), CONTEXT)
    assert partition.rows_in == 2
    assert partition.rejected["rules"].to_list() == ["row_does_not_fit_header"]
    assert "row_does_not_fit_header" in rules(partition)


def test_of_two_rows_with_one_id_the_first_stands() -> None:
    partition = judged([HOUSEHOLD, {**HOUSEHOLD, "no_kk": "3404011212209002"}])
    assert partition.accepted["row_number"].to_list() == [1]
    assert partition.rejected["rules"].to_list() == ["record_id_used_twice"]


def test_an_id_whose_first_row_was_refused_may_be_used_again() -> None:
    partition = judged([{**HOUSEHOLD, "no_kk": None}, HOUSEHOLD])
    assert partition.accepted["row_number"].to_list() == [2]


def test_a_bad_value_in_an_optional_field_is_emptied_and_warned_of() -> None:
    partition = judged([{**HOUSEHOLD, "id_atap_terluas": "77", "jml_sapi": "banyak"}])
    assert partition.accepted.select("id_atap_terluas", "jml_sapi").row(0) == (None, None)
    assert partition.accepted["warnings"].item() == "code_is_not_in_its_list,integer_is_unreadable"
    assert partition.issues["message_en"].str.contains("The field was left empty").all()


def test_codes_are_judged_by_the_version_that_the_source_declares() -> None:
    row = {**HOUSEHOLD, "id_bb_utama": "12"}
    assert judged([row]).accepted["id_bb_utama"].item() == 12
    assert "code_is_not_in_its_list" in rules(judged([row], code_lists="dtsen-2025"))
    with pytest.raises(UsageError, match="regsosek-2022k"):
        judged([row], code_lists="regsosek-1999")


def test_a_nik_that_is_the_kk_number_is_emptied() -> None:
    partition = judged([{**HOUSEHOLD, "nik": HOUSEHOLD["no_kk"], "nama": "SRI"}])
    assert partition.accepted["nik"].item() is None
    assert "nik_is_the_kk_number" in rules(partition)


def test_a_cut_off_after_the_reference_date_is_warned_of() -> None:
    family = {"dtsen_family_id": "A", "no_kk": HOUSEHOLD["no_kk"], "kode_kabupaten_kota": "34.04"}
    partition = judged([{**family, "cut_off": "2026-06-02"}], "dtsen-family")
    assert rules(partition) == {"cut_off_is_in_the_future"}
    assert partition.accepted["cut_off"].to_list() == [date(2026, 6, 2)]


@pytest.mark.parametrize("decile", ["0", "-", "", "NULL", None])
def test_a_decile_that_is_not_yet_decided_is_missing_and_no_finding(decile: str | None) -> None:
    family = {"dtsen_family_id": "A", "no_kk": HOUSEHOLD["no_kk"], "kode_kabupaten_kota": "34.04"}
    partition = judged([{**family, "desil_nasional": decile}], "dtsen-family")
    assert partition.accepted["desil_nasional"].item() is None
    assert partition.issues.height == 0


def test_an_identifier_column_full_of_numbers_is_an_error_with_the_cure() -> None:
    rows = [{**PERSON, "dtsen_person_id": str(row), "nik": "3.40401E+15"} for row in range(3)]
    with pytest.raises(InputFileError, match=r"'nik' holds numbers \(3 of 3 values\).*as text"):
        judged(rows, "dtsen-person")


def test_a_single_number_among_identifiers_rejects_its_row() -> None:
    rows = [{**PERSON, "dtsen_person_id": str(row), "nik": f"340401521280900{row}"} for row in (1, 2, 3)]
    partition = judged([*rows, {**PERSON, "dtsen_person_id": "9", "nik": "3.40401E+15"}], "dtsen-person")
    assert partition.rejected["rules"].to_list() == ["identifier_is_a_number"]


def test_a_missing_required_column_is_an_error_that_lists_those_found() -> None:
    with pytest.raises(InputFileError, match=r"no column 'no_kk'.*Found: household_id, kode_kabupaten_kota"):
        judged([{"household_id": "H1", "kode_kabupaten_kota": "34.04"}])


def test_a_file_of_another_contract_is_told_as_such_and_only_its_own_columns_are_listed() -> None:
    with pytest.raises(InputFileError, match=r"a file of dtsen-person: were two files swapped") as refused:
        judged([PERSON])
    assert "Found: dtsen_person_id, dtsen_family_id, nama." in str(refused.value)
    with pytest.raises(InputFileError, match="Found: no_kk, kode_kabupaten_kota"):
        judged([{"no_kk": "1", "kode_kabupaten_kota": "34.04"}], "ppse-member")


@pytest.mark.parametrize(
    ("codes", "told"), [(("35.99",), "35.07 Kabupaten Malang"), (("34.04", "99.99"), "99.99 is no")]
)
def test_a_district_that_nobody_knows_is_refused_with_those_known(codes: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        RuleContext(as_of=date(2026, 6, 1), districts=codes)


def test_unknown_columns_are_told_once_by_name() -> None:
    issues = judged([{**HOUSEHOLD, "atap": "1"}, {**HOUSEHOLD, "household_id": "H2", "atap": "1"}]).issues
    told = issues.filter(rule="columns_are_not_in_the_contract")
    assert told["row_number"].to_list() == [None]
    assert told["message_en"].str.contains("atap").all()


def test_ids_that_the_file_lacks_are_made_and_told_once() -> None:
    person = {"dtsen_family_id": "A", "nama": "SRI"}
    partition = judged([person, person], "dtsen-person")
    assert partition.accepted["dtsen_person_id"].to_list() == ["1", "2"]
    assert partition.issues.filter(rule="record_id_was_made").height == 1


def test_a_family_without_an_id_goes_by_its_kk_number_which_no_finding_repeats() -> None:
    family = {"no_kk": "3404.0112.1220.9001", "kode_kabupaten_kota": "34.04", "id_atap_terluas": "77"}
    partition = judged([family], "dtsen-family")
    assert partition.accepted["dtsen_family_id"].to_list() == ["3404011212209001"]
    assert partition.issues["record_id"].to_list() == [None] * partition.issues.height


def test_no_message_holds_a_value() -> None:
    row = {
        **PERSON,
        "nik": "340401521280900",
        "nama": "SRI 77",
        "tanggal_lahir": "31/31/1931",
        "id_jenis_kelamin": "777",
        "tingkat_disabilitas": "7" * 51,
    }
    messages = " ".join(judged([row], "dtsen-person").issues.select("message_id", "message_en").unpivot()["value"])
    assert [value for value in ("340401521280900", "SRI", "1931", "777") if value in messages] == []


def test_the_order_of_rows_changes_no_verdict() -> None:
    names = ["BUDI", "BUDI UTOMO", "SITI", "UTOMO", "BUDI"]
    rows = [
        {**PERSON, "dtsen_person_id": str(at), "nama": name, "nik": "3404011201809001"}
        for at, name in enumerate(names, 1)
    ]
    for turned in (rows, rows[::-1], rows[2:] + rows[:2]):
        verdicts = judged(turned, "dtsen-person").accepted.sort("dtsen_person_id")
        expected = judged(rows, "dtsen-person").accepted.sort("dtsen_person_id")
        assert expected["warnings"].to_list() == verdicts["warnings"].to_list()


def test_a_header_without_rows_gives_an_empty_partition() -> None:
    text = text_of([HOUSEHOLD])
    empty = TextFrame(text.source, text.sha256, text.frame.clear(), text.malformed)
    partition = validate(empty, "ppse-household", Source.model_validate({"path": "file.csv"}), CONTEXT)
    assert (partition.rows_in, partition.accepted.height, partition.rejected.height) == (0, 0, 0)

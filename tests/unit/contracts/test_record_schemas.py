"""The record contracts: what a single field may hold, and the JSON Schemas made from it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from targeting.contracts.fields import CODE_LISTS
from targeting.contracts.ppse import PpseHousehold, PpseMember
from targeting.contracts.schemas import SCHEMAS, json_schema, schema_of
from targeting.errors import UsageError

SCHEMA_FILES = Path(__file__).parents[3] / "schemas"
MEMBER = {"person_id": "1", "household_id": "H", "nama": "SRI"}


def problems(values: dict[str, object], version: str = "regsosek-2022k") -> list[str]:
    """Fields of a member that pydantic refuses."""
    try:
        PpseMember.model_validate({**MEMBER, **values}, context={CODE_LISTS: version})
    except ValidationError as error:
        return [str(one["loc"][0]) for one in error.errors()]
    return []


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_the_schema_files_are_fresh(name: str) -> None:
    written = json.loads((SCHEMA_FILES / f"{name}.json").read_text(encoding="utf-8"))
    assert written == json_schema(name), "run `targeting schema --out schemas`"


def test_a_schema_spells_its_codes_out_with_their_meanings() -> None:
    arms = json_schema("dtsen-family")["properties"]["id_atap_terluas"]["anyOf"]
    assert {"const": 5, "title": "bambu"} in arms[0]["oneOf"]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("nik", "3404015212809001", "340401521280900"),
        ("tanggal_lahir", date(1980, 12, 12), date(1899, 12, 31)),
        ("id_jenis_kelamin", 2, 3),
        ("id_kondisi_gizi", 8, 4),
        ("dokumen_identitas", 7, 8),
        ("jaminan_kesehatan", 99, 16),
        ("kur", 1, 0),
        ("jumlah_jenis_usaha", 0, -1),
    ],
)
def test_a_field_takes_what_its_type_says(field: str, good: object, bad: object) -> None:
    assert problems({field: good}) == []
    assert problems({field: bad}) == [field]


def test_codes_are_checked_against_the_version_of_the_context() -> None:
    household = {"household_id": "H", "no_kk": "3404011212209001", "kode_kabupaten_kota": "34.04", "id_bb_utama": 12}
    assert PpseHousehold.model_validate(household, context={CODE_LISTS: "regsosek-2022k"}).id_bb_utama == 12
    with pytest.raises(ValidationError, match="dtsen-2025"):
        PpseHousehold.model_validate(household, context={CODE_LISTS: "dtsen-2025"})


def test_required_fields_are_those_without_which_a_row_is_of_no_use() -> None:
    required = {
        name: {field.name for field in schema.fields.values() if field.required} for name, schema in SCHEMAS.items()
    }
    assert required == {
        "ppse-household": {"household_id", "no_kk", "kode_kabupaten_kota"},
        "ppse-member": {"person_id", "household_id", "nama"},
        "dtsen-family": {"dtsen_family_id", "no_kk", "kode_kabupaten_kota"},
        "dtsen-person": {"dtsen_person_id", "dtsen_family_id", "nama"},
        "prior-recipient": {"prior_id", "nama"},
    }


def test_an_unknown_schema_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="ppse-household, ppse-member, dtsen-family, dtsen-person"):
        schema_of("households")

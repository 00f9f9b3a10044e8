"""Shared by several folders: the shipped policy, and a small pool of households to judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.eligibility import AssessmentInputs

POLICY = Path(__file__).parents[1] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
AS_OF = date(2026, 1, 15)
PoolMaker = Callable[..., AssessmentInputs]

HOUSEHOLD: dict[str, Any] = {
    "kode_kabupaten_kota": "34.04",
    "id_status_keberadaan_keluarga": 1,
    "id_bb_utama": 10,
}
MEMBER: dict[str, Any] = {
    "tanggal_lahir": date(1990, 5, 5),
    "id_jenis_kelamin": 2,
    "id_keberadaan_anggota": 1,
    "id_partisipasi_sekolah": 3,
    "id_status_kedudukan_pekerjaan_utama": 1,
    "jumlah_jenis_usaha": 0,
}
FAMILY: dict[str, Any] = {
    "kode_kabupaten_kota": "34.04",
    "id_status_keberadaan_keluarga": 1,
    "status_dtsen": "DTSEN AKTIF",
    "desil_nasional": 1,
}


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy of the pilot, as it stands on the reference date."""
    return load_policy(POLICY).on(AS_OF)


@pytest.fixture(scope="session")
def as_of() -> date:
    """The reference date of the tests."""
    return AS_OF


@pytest.fixture(scope="session")
def pool() -> PoolMaker:
    """Makes inputs from households that are given only where they differ from one that passes every gate.

    Each household may have the keys `members` (dicts), `family` (dict or None), `p` (link probability) and any column.
    """
    return make_pool


def make_pool(households: Sequence[dict[str, Any]], prior: Sequence[str] | None = None) -> AssessmentInputs:
    """Household number n is `h001`.., its members `h001-1`.., its family `f001`.."""
    rows: dict[str, list[dict[str, Any]]] = {"household": [], "member": [], "family": [], "link": []}
    for number, given in enumerate(households, start=1):
        one = dict(given)
        members, family, probability = one.pop("members", [{}]), one.pop("family", {}), one.pop("p", 0.99)
        household_id = one.pop("household_id", f"h{number:03}")
        rows["household"].append({"household_id": household_id, "no_kk": f"{number:016}", **HOUSEHOLD, **one})
        rows["member"] += [
            {"household_id": household_id, "person_id": f"{household_id}-{place}", **MEMBER, **member}
            for place, member in enumerate(members, start=1)
        ]
        if family is not None:
            family = {"dtsen_family_id": f"f{number:03}", **FAMILY, **family}
            rows["family"].append(family)
            rows["link"].append(
                {
                    "household_id": household_id,
                    "dtsen_family_id": family["dtsen_family_id"],
                    "match_probability": probability,
                    "status": "link" if probability >= 0.9 else "review",
                }
            )
    texts = {"household_id": pl.String, "dtsen_family_id": pl.String, "match_probability": pl.Float64}
    families = pl.DataFrame(rows["family"], schema_overrides=texts, infer_schema_length=None)
    return AssessmentInputs(
        households=pl.DataFrame(rows["household"], infer_schema_length=None),
        members=pl.DataFrame(rows["member"], schema_overrides=texts, infer_schema_length=None)
        if rows["member"]
        else pl.DataFrame(schema={"household_id": pl.String, "person_id": pl.String}),
        families=families.unique("dtsen_family_id") if rows["family"] else pl.DataFrame(schema=FAMILY_IDS),
        persons=pl.DataFrame(schema={"dtsen_person_id": pl.String, "dtsen_family_id": pl.String}),
        household_link=pl.DataFrame(rows["link"], schema={**texts, "status": pl.String}),
        person_link=pl.DataFrame(
            schema={
                "person_id": pl.String,
                "dtsen_person_id": pl.String,
                "match_probability": pl.Float64,
                "status": pl.String,
            }
        ),
        prior_recipients=None if prior is None else pl.DataFrame({"person_id": prior}, schema={"person_id": pl.String}),
    )


FAMILY_IDS = {"dtsen_family_id": pl.String}

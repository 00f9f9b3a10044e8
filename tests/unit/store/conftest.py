"""A tiny run to publish, and its frames."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from targeting.store import RunRecord
from targeting.vocabulary import Table


@pytest.fixture
def make_run() -> Callable[..., RunRecord]:
    def make(run_id: str = "run-1", **changes: object) -> RunRecord:
        fields: dict[str, object] = {
            "run_id": run_id,
            "pipeline_id": "wub-test",
            "purpose": "trying the store out",
            "operator": "tester",
            "started_at": datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
            "finished_at": datetime(2026, 11, 24, 1, 5, tzinfo=UTC),
            "as_of": date(2026, 11, 1),
            "seed": 7,
            "engine": "duckdb",
            "program_version": "0.1.0",
            "policy_id": "p",
            "policy_version": "1.0.0",
            "policy_sha256": "ab" * 32,
            "step_seconds": {"intake": 1.5},
            "counts": {"households": {"rows_in": 3}},
        }
        return RunRecord(**(fields | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def frames() -> dict[Table, pl.DataFrame]:
    """Three households; H2's nominee has a hostile name, H3 is not selected."""
    household = pl.DataFrame(
        {
            "household_id": ["H1", "H2", "H3"],
            "no_kk": ["3404010101209001", "3404010101209002", "3404010101209003"],
            "kode_kabupaten_kota": ["34.04"] * 3,
            "kode_kecamatan": ["34.04.01"] * 3,
            "kode_desa": ["34.04.01.2001"] * 3,
            "nama_desa": ["Balecatur"] * 3,
            "alamat": ["Jl. Contoh 1", None, "-"],
            "luas_lantai_bangunan": [24.0, -1.5, None],
        }
    )
    person = pl.DataFrame(
        {
            "person_id": ["P1", "P2", "P3", "P4"],
            "household_id": ["H1", "H1", "H2", "H3"],
            "nik": ["3404015002809001", None, "3404011002809002", "3404011002809003"],
            "nama": ["SITI AMINAH", "Slamet Widodo", "=HYPERLINK(1)", "Paijo"],
            "tanggal_lahir": [date(1980, 2, 10), None, date(1980, 2, 10), date(1990, 1, 1)],
            "id_hub_kepala_keluarga": [2, 1, 1, 1],
        }
    )
    assessment = pl.DataFrame(
        {
            "household_id": ["H1", "H2", "H3"],
            "kode_kabupaten_kota": ["34.04"] * 3,
            "desil": [1, None, 5],
            "score": [0.9, 0.5, 0.1],
            "gates": ['{"D01": "PASS", "L01": "PASS"}', '{"D01": "VERIFY", "L01": "PASS"}', '{"D01": "FAIL"}'],
            "reasons": ["", "D01-M", "D01"],
            "deprivation": [0.444, None, 0.1],
            "p_link": [0.99, 0.7, 0.99],
        }
    )
    candidate = pl.DataFrame(
        {
            "household_id": ["H1", "H2", "H3"],
            "district": ["34.04"] * 3,
            "rank": [1, 2, None],
            "status": ["selected", "waitlist", "not_selected"],
            "nominee_person_id": ["P1", "P3", "P4"],
            "score": [0.9, 0.5, 0.1],
            "p_top_k": [0.8, 0.4, 0.0],
            "reasons": ["", "D01-M", "D01, Q01"],
            "verify": [False, True, False],
        }
    )
    return {
        Table.HOUSEHOLD: household,
        Table.PERSON: person,
        Table.ASSESSMENT: assessment,
        Table.CANDIDATE: candidate,
    }

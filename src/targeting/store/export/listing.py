"""The candidate list as an officer needs it: one row a household, everything to find and check it beside its rank."""

from __future__ import annotations

import duckdb
import polars as pl

from targeting.store.connection import frame
from targeting.store.export.words import Words, in_words
from targeting.vocabulary import CandidateStatus

LISTED = (CandidateStatus.SELECTED, CandidateStatus.WAITLIST)
"""Who is on the list unless all are asked for: nobody's data leaves the store without a reason."""

_HEADS = """
    SELECT household_id, arg_min(nama, person_id) AS nama_kepala_keluarga
    FROM person
    WHERE run_id = $run_id AND id_hub_kepala_keluarga = 1
    GROUP BY household_id"""

_LISTING = f"""
    SELECT
        candidate.district,
        household.nama_kabupaten_kota,
        candidate.rank,
        candidate.status,
        candidate.household_id,
        head.nama_kepala_keluarga,
        candidate.nominee_person_id,
        nominee.nama AS nama_calon,
        nominee.nik,
        household.no_kk,
        household.nama_kecamatan,
        household.kode_desa,
        household.nama_desa,
        household.alamat,
        household.rt,
        household.rw,
        assessment.desil,
        candidate.score,
        candidate.p_top_k,
        assessment.p_link,
        string_split(nullif(candidate.reasons, ''), ', ') AS reasons,
        list_filter(
            json_keys(assessment.gates),
            LAMBDA gate: json_extract_string(assessment.gates, gate) = 'VERIFY'
        ) AS to_verify
    FROM candidate
    LEFT JOIN household USING (run_id, household_id)
    LEFT JOIN assessment USING (run_id, household_id)
    LEFT JOIN ({_HEADS}) AS head USING (household_id)
    LEFT JOIN person AS nominee
        ON nominee.run_id = candidate.run_id AND nominee.person_id = candidate.nominee_person_id
    WHERE candidate.run_id = $run_id
        AND ($district IS NULL OR candidate.district = $district)
        AND list_contains($statuses, candidate.status)
    ORDER BY
        candidate.district,
        list_position($statuses, candidate.status),
        candidate.rank NULLS LAST,
        candidate.household_id"""


def listing(
    con: duckdb.DuckDBPyConnection, run_id: str, words: Words, district: str | None = None, *, everyone: bool = False
) -> pl.DataFrame:
    """The run's candidates, the selected first, then the waitlist in its order; `everyone` adds those not selected.

    Reasons and what to verify are in words; `keterangan` says on every row what the list is. Nothing is masked yet.
    """
    statuses = [str(status) for status in (tuple(CandidateStatus) if everyone else LISTED)]
    found: pl.DataFrame = con.sql(_LISTING, params={"run_id": run_id, "district": district, "statuses": statuses}).pl()
    return found.with_columns(
        in_words(pl.col("reasons"), words.reasons),
        in_words(pl.col("to_verify"), words.gates),
        pl.lit(words.disclaimer).alias("keterangan"),
    )


def counts_by_district(con: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Households per district and status of one run: district, status, households."""
    sql = """
        SELECT district, status, count(*) AS households
        FROM candidate WHERE run_id = ?
        GROUP BY district, status ORDER BY district, status"""
    return frame(con, sql, [run_id])

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
        candidate.visit_order,
        candidate.area,
        candidate.seat_basis,
        candidate.batch,
        candidate.waitlist_place,
        candidate.waitlist_until,
        candidate.tie,
        candidate.lottery,
        candidate.override,
        candidate.override_id,
        candidate.override_by,
        candidate.override_reason,
        assessment.p_link,
        assessment.deprivation,
        assessment.potential,
        list_filter(
            string_split(nullif(candidate.reasons, ''), ', '),
            LAMBDA code:
                coalesce(json_extract_string(assessment.gates, split_part(code, '-', 1)), '') <> 'VERIFY'
        ) AS reasons,
        list_filter(
            string_split(nullif(assessment.reasons, ''), ', '),
            LAMBDA code: json_extract_string(assessment.gates, split_part(code, '-', 1)) = 'VERIFY'
        ) AS to_verify
    FROM current_candidate AS candidate
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

    `reasons` says in words what speaks for a household and what against, `to_verify` what an officer has to find out,
    `keterangan` what the list is. Nothing is masked yet.
    """
    statuses = [str(status) for status in (tuple(CandidateStatus) if everyone else LISTED)]
    found: pl.DataFrame = con.sql(_LISTING, params={"run_id": run_id, "district": district, "statuses": statuses}).pl()
    reasons = in_words(pl.col("reasons"), words.reasons)
    return found.with_columns(
        pl.concat_str(*facts(words), reasons, separator="; ", ignore_nulls=True).alias("reasons"),
        in_words(pl.col("to_verify"), words.reasons),
        decision(words),
        pl.lit(words.disclaimer).alias("keterangan"),
    ).drop("override_id", "override_by", "override_reason")


def decision(words: Words) -> pl.Expr:
    """What a person decided: kind, number, who, why; null where nobody did."""
    kind = pl.col("override").replace({code: words.label(code) for code in ("hold", "include", "exclude")})
    told = pl.concat_str(
        kind, pl.lit(" "), "override_id", pl.lit(" ("), "override_by", pl.lit("): "), "override_reason"
    )
    return told.alias("override")


def facts(words: Words) -> list[pl.Expr]:
    """What the score rests on, each with its short name: desil 1; deprivation 0.44; potential 0.62. Null if unknown.

    Numbers are written as the language writes them.
    """
    mark = "," if words.language == "id" else "."
    return [
        pl.format("{} {}", pl.lit(words.label(f"short_{name}")), _written(pl.col(name), mark))
        for name in ("desil", "deprivation", "potential")
    ]


def _written(number: pl.Expr, mark: str) -> pl.Expr:
    """A number with two decimals at most."""
    return number.round(2).cast(pl.String).str.replace(".", mark, literal=True)


def counts_by_district(con: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Households per district and status of one run: district, status, households."""
    sql = """
        SELECT district, status, count(*) AS households
        FROM current_candidate WHERE run_id = ?
        GROUP BY district, status ORDER BY district, status"""
    return frame(con, sql, [run_id])

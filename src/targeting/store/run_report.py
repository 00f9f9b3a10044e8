"""What the report of a run is made of: the run's row, findings counted, and one narrow frame a table.

Names, numbers and birth dates are reduced here to what is counted of them; only the listing shows anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.contracts.evidence import ListFrames
from targeting.contracts.run_report import WEIGHT_STEP, ReportFrames
from targeting.contracts.welfare import FUNCTIONS
from targeting.store.connection import connect
from targeting.store.evidence import policy_text
from targeting.store.export.listing import listing
from targeting.store.export.masking import mask
from targeting.store.export.words import Words
from targeting.store.pseudonym import PseudonymKey
from targeting.store.queries import REPORTED_FROM, check_kept, find_run

SURVEY = "ppse-"
"""What the contracts of survey files begin with: only their rows belong to a household of the run."""


_FINDINGS = """
    SELECT
        issue.source, issue.rule, issue.severity,
        min(issue.message_id) AS message_id, min(issue.message_en) AS message_en,
        coalesce(household.kode_kabupaten_kota, home.kode_kabupaten_kota) AS district,
        count(*) AS findings
    FROM validation_issue AS issue
    LEFT JOIN household
        ON household.run_id = issue.run_id AND household.household_id = issue.record_id
        AND list_contains($survey, issue.source)
    LEFT JOIN person
        ON person.run_id = issue.run_id AND person.person_id = issue.record_id
        AND list_contains($survey, issue.source)
    LEFT JOIN household AS home
        ON home.run_id = issue.run_id AND home.household_id = person.household_id
    WHERE issue.run_id = $run_id
    GROUP BY issue.source, issue.rule, issue.severity, district
    ORDER BY issue.source, issue.rule, issue.severity, district NULLS LAST"""

_FAULTY = """
        SELECT DISTINCT record_id FROM validation_issue
        WHERE run_id = $run_id AND severity <> 'info' AND list_contains($survey, source)
    """

_PERSONS = f"""
    SELECT
        person.person_id,
        person.household_id,
        person.id_jenis_kelamin AS sex,
        date_sub('year', person.tanggal_lahir, $as_of::DATE) AS age,
        person.nik IS NULL AS nik_missing,
        person.nama IS NOT NULL AND NOT contains(trim(person.nama), ' ') AS mononym,
        coalesce(person.id_hub_kepala_keluarga = 1, FALSE) AS is_head,
        coalesce(found.linked, FALSE) AS linked,
        found.linked IS NOT NULL AND NOT found.linked AS review,
        found_fault.record_id IS NOT NULL AS finding
    FROM person
    LEFT JOIN (
        SELECT person_id, bool_or(status = 'link') AS linked FROM person_link WHERE run_id = $run_id GROUP BY person_id
    ) AS found USING (person_id)
    LEFT JOIN ({_FAULTY}) AS found_fault ON found_fault.record_id = person.person_id
    WHERE person.run_id = $run_id
    ORDER BY person.person_id"""

_HOUSEHOLDS = f"""
    SELECT
        household.household_id,
        household.kode_kabupaten_kota AS district,
        household.kode_kecamatan AS kecamatan,
        household.nama_kecamatan,
        found_fault.record_id IS NOT NULL AS finding
    FROM household
    LEFT JOIN ({_FAULTY}) AS found_fault ON found_fault.record_id = household.household_id
    WHERE household.run_id = $run_id
    ORDER BY household.household_id"""

_ASSESSED = """
    SELECT
        assessment.*,
        assessment.nominee_person_id IS NOT NULL AS has_nominee,
        candidate.district, candidate.status, candidate.p_top_k, coalesce(candidate.borderline, FALSE) AS borderline
    FROM assessment JOIN current_candidate AS candidate USING (run_id, household_id)
    WHERE run_id = $run_id
    ORDER BY household_id"""

_PLACES = """
    SELECT kode_kabupaten_kota AS district, min(nama_kabupaten_kota) AS name
    FROM household WHERE run_id = $run_id AND kode_kabupaten_kota IS NOT NULL
    GROUP BY district ORDER BY district"""

_WEIGHTS = f"""
    SELECT (floor(match_weight / {WEIGHT_STEP}) * {WEIGHT_STEP})::BIGINT AS bits, status, count(*) AS pairs
    FROM person_link WHERE run_id = $run_id AND match_weight IS NOT NULL
    GROUP BY bits, status ORDER BY bits, status"""

_CUT_OFFS = """
    SELECT DISTINCT cut_off FROM linked_family WHERE run_id = $run_id AND cut_off IS NOT NULL ORDER BY cut_off"""

ASSESSED: Mapping[str, type[pl.DataType]] = {
    "household_id": pl.String,
    "district": pl.String,
    "kode_kecamatan": pl.String,
    "desil": pl.Int64,
    "p_poor": pl.Float64,
    "p_extreme": pl.Float64,
    "p_source": pl.String,
    "deprivation": pl.Float64,
    "deprivation_poor": pl.Boolean,
    "has_nominee": pl.Boolean,
    "nominee_female": pl.Boolean,
    "nominee_disability": pl.Boolean,
    "gate_outcome": pl.String,
    "status": pl.String,
    "p_top_k": pl.Float64,
    "borderline": pl.Boolean,
}


_LISTED = """
    SELECT
        candidate.household_id, candidate.district, assessment.kode_kecamatan AS kecamatan, candidate.status,
        candidate.rank, candidate.score, assessment.desil, assessment.p_poor, assessment.p_extreme,
        assessment.nominee_disability
    FROM current_candidate AS candidate JOIN assessment USING (run_id, household_id)
    WHERE run_id = $run_id
    ORDER BY household_id"""


def list_frames(db: Path, run_id: str | None) -> ListFrames:
    """The named published run (the latest without an id) as its list stands, after all replacements."""
    with connect(db, write=False) as con:
        run = find_run(con, run_id)
        check_kept(con, run["run_id"], REPORTED_FROM)
        one = {"run_id": run["run_id"]}
        survey = [each["source"] for each in run["inputs"] or [] if str(each.get("contract")).startswith(SURVEY)]
        pairs = "SELECT {} FROM {} WHERE run_id = $run_id ORDER BY ALL"
        return ListFrames(
            run=run,
            policy=policy_text(con, run["run_id"]),
            households=_frame(con, _LISTED, one),
            persons=_frame(con, _PERSONS, one | {"survey": survey, "as_of": run["as_of"]}).join(
                _functions(con, one), on="person_id", how="left", maintain_order="left"
            ),
            person_link=_frame(con, pairs.format("person_id, dtsen_person_id, status", "person_link"), one),
            household_link=_frame(con, pairs.format("household_id, dtsen_family_id, status", "household_link"), one),
        )


def report_frames(
    db: Path, run_id: str | None, words: Words, *, reveal: bool = False, key: PseudonymKey | None = None
) -> ReportFrames:
    """The named published run (the latest without an id), its listing masked unless `reveal`.

    Raises UsageError if no published run is named so, InputFileError if the file is no store.
    """
    with connect(db, write=False) as con:
        run = find_run(con, run_id)
        check_kept(con, run["run_id"], REPORTED_FROM)
        one = {"run_id": run["run_id"]}
        survey = [each["source"] for each in run["inputs"] or [] if str(each.get("contract")).startswith(SURVEY)]
        of_survey = one | {"survey": survey}
        found = listing(con, run["run_id"], words)
        return ReportFrames(
            run=run,
            findings=_frame(con, _FINDINGS, of_survey),
            persons=_frame(con, _PERSONS, of_survey | {"as_of": run["as_of"]}),
            households=_frame(con, _HOUSEHOLDS, of_survey),
            assessed=_assessed(_frame(con, _ASSESSED, one)),
            places={row["district"]: row["name"] or "" for row in _frame(con, _PLACES, one).to_dicts()},
            listing=found if reveal else mask(found, key),
            weights=_frame(con, _WEIGHTS, one),
            cut_offs=tuple(_frame(con, _CUT_OFFS, one)["cut_off"].to_list()),
        )


def _functions(con: duckdb.DuckDBPyConnection, one: Mapping[str, Any]) -> pl.DataFrame:
    """person_id and the functional items that the table has."""
    there = set(con.sql("SELECT * FROM person LIMIT 0").columns)
    items = ", ".join(name for name in FUNCTIONS if name in there)
    return _frame(con, f"SELECT person_id{', ' if items else ''}{items} FROM person WHERE run_id = $run_id", one)


def _frame(con: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, Any]) -> pl.DataFrame:
    """A query with named parameters as a frame."""
    found: pl.DataFrame = con.sql(sql, params=dict(params)).pl()
    return found


def _assessed(found: pl.DataFrame) -> pl.DataFrame:
    """The columns that are counted; a column that an assessment may lack (no poverty lines, say) is null."""
    present = [name for name in ASSESSED if name in found.columns]
    return found.select(
        pl.col(name).cast(dtype) if name in present else pl.lit(None, dtype).alias(name)
        for name, dtype in ASSESSED.items()
    ).rename({"kode_kecamatan": "kecamatan"})

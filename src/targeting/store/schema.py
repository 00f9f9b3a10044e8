"""The tables of the DuckDB file. Users may rely on the columns here; a frame's further columns are added to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import polars as pl

from targeting.errors import InputFileError
from targeting.store.chain import HEAD_TABLE, chain, keep_head, last_event
from targeting.store.connection import rows
from targeting.vocabulary import Table

SCHEMA_VERSION = 3
"""Raised when a column changes its name, type or meaning, or when an older program would write rows that break a rule;
new columns alone do not raise it. 2: audit events are chained. 3: their head stands beside them."""

CHAINED_SINCE = 2

RUN_COLUMNS = """
    run_id VARCHAR NOT NULL, sequence BIGINT NOT NULL, status VARCHAR NOT NULL, pipeline_id VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL, operator VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP NOT NULL, as_of DATE, seed BIGINT, engine VARCHAR, program_version VARCHAR NOT NULL,
    policy_id VARCHAR, policy_version VARCHAR, policy_sha256 VARCHAR, model_sha256 VARCHAR, registry VARCHAR,
    library_versions JSON, step_seconds JSON, inputs JSON, counts JSON, error_class VARCHAR, error_message VARCHAR,
    input_key VARCHAR"""

LINK_COLUMNS = "match_weight DOUBLE, match_probability DOUBLE, status VARCHAR NOT NULL, method VARCHAR, margin DOUBLE"

COLUMNS: Mapping[Table, str] = MappingProxyType(
    {
        Table.RUN: RUN_COLUMNS,
        Table.VALIDATION_ISSUE: """
            run_id VARCHAR NOT NULL, source VARCHAR, row_number BIGINT, record_id VARCHAR, field VARCHAR, rule VARCHAR,
            severity VARCHAR, message_id VARCHAR, message_en VARCHAR""",
        Table.REJECTED_ROW: """
            run_id VARCHAR NOT NULL, source VARCHAR, row_number BIGINT, record_id VARCHAR, rules VARCHAR,
            raw VARCHAR""",
        Table.HOUSEHOLD: """
            run_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, no_kk VARCHAR, kode_kabupaten_kota VARCHAR,
            kode_kecamatan VARCHAR, kode_desa VARCHAR, nama_kabupaten_kota VARCHAR, nama_kecamatan VARCHAR,
            nama_desa VARCHAR, alamat VARCHAR, rt VARCHAR, rw VARCHAR""",
        Table.PERSON: """
            run_id VARCHAR NOT NULL, person_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, nik VARCHAR,
            nama VARCHAR, tanggal_lahir DATE, id_jenis_kelamin BIGINT, id_hub_kepala_keluarga BIGINT""",
        Table.PERSON_LINK: f"""
            run_id VARCHAR NOT NULL, person_id VARCHAR NOT NULL, dtsen_person_id VARCHAR NOT NULL, {LINK_COLUMNS}""",
        Table.HOUSEHOLD_LINK: f"""
            run_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, dtsen_family_id VARCHAR NOT NULL, {LINK_COLUMNS},
            members_linked BIGINT""",
        Table.ASSESSMENT: """
            run_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, kode_kabupaten_kota VARCHAR, kode_kecamatan VARCHAR,
            dtsen_family_id VARCHAR, p_link DOUBLE, desil BIGINT, p_poor DOUBLE, p_extreme DOUBLE, deprivation DOUBLE,
            potential DOUBLE, poverty DOUBLE, score DOUBLE, gate_outcome VARCHAR, gates JSON, reasons VARCHAR,
            nominee_person_id VARCHAR, nominee_alternatives JSON, nominee_female BOOLEAN,
            nominee_disability BOOLEAN""",
        Table.CANDIDATE: """
            run_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, district VARCHAR, area VARCHAR, rank BIGINT,
            status VARCHAR NOT NULL, nominee_person_id VARCHAR, score DOUBLE, p_top_k DOUBLE, borderline BOOLEAN,
            visit_order BIGINT, visit_change DOUBLE, visit_gain DOUBLE, reasons VARCHAR, verify BOOLEAN,
            seat_basis VARCHAR, batch BIGINT, displaced_by VARCHAR, score_gap DOUBLE, waitlist_place BIGINT,
            waitlist_until DATE, tie BIGINT, lottery VARCHAR, override VARCHAR, override_id VARCHAR,
            override_by VARCHAR, override_reason VARCHAR""",
        Table.POLICY: """
            run_id VARCHAR NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, content VARCHAR NOT NULL""",
        Table.LINKED_FAMILY: """
            run_id VARCHAR NOT NULL, dtsen_family_id VARCHAR NOT NULL, cut_off DATE, kode_kabupaten_kota VARCHAR,
            desil_nasional BIGINT, status_dtsen VARCHAR""",
        Table.LINKED_PERSON: """
            run_id VARCHAR NOT NULL, dtsen_person_id VARCHAR NOT NULL, dtsen_family_id VARCHAR, tanggal_lahir DATE""",
        Table.PRIOR_MATCH: """
            run_id VARCHAR NOT NULL, person_id VARCHAR NOT NULL, match_probability DOUBLE, years_ago BIGINT""",
        Table.MODEL_PROBABILITY: """
            run_id VARCHAR NOT NULL, household_id VARCHAR NOT NULL, p_poor DOUBLE, p_extreme DOUBLE""",
        Table.AUDIT_EVENT: """
            run_id VARCHAR NOT NULL, sequence BIGINT NOT NULL, happened_at TIMESTAMP NOT NULL, action VARCHAR NOT NULL,
            operator VARCHAR NOT NULL, purpose VARCHAR NOT NULL, detail JSON, previous_hash VARCHAR, hash VARCHAR""",
        Table.OVERRIDE_LEDGER: """
            sequence BIGINT NOT NULL, event VARCHAR NOT NULL, override_id VARCHAR NOT NULL,
            household_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, reason VARCHAR NOT NULL, operator VARCHAR NOT NULL,
            happened_at TIMESTAMP NOT NULL, valid_until DATE""",
        Table.REPLACEMENT: """
            run_id VARCHAR NOT NULL, sequence BIGINT NOT NULL, area VARCHAR, declined_household_id VARCHAR NOT NULL,
            replaced_by VARCHAR, reason VARCHAR NOT NULL, operator VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL""",
        Table.REVIEW_PAIR: f"""
            run_id VARCHAR NOT NULL, person_id VARCHAR NOT NULL, dtsen_person_id VARCHAR NOT NULL,
            household_id VARCHAR, dtsen_family_id VARCHAR, ground VARCHAR NOT NULL, {LINK_COLUMNS}, stratum VARCHAR,
            stratum_pairs BIGINT, sampling_weight DOUBLE, fingerprint VARCHAR NOT NULL, records VARCHAR,
            evidence VARCHAR""",
        Table.REVIEW_LEDGER: """
            sequence BIGINT NOT NULL, event VARCHAR NOT NULL, decision_id VARCHAR NOT NULL,
            person_id VARCHAR NOT NULL, dtsen_person_id VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL,
            decision VARCHAR NOT NULL, note VARCHAR, reason VARCHAR NOT NULL, operator VARCHAR NOT NULL,
            happened_at TIMESTAMP NOT NULL, run_id VARCHAR NOT NULL, made_in VARCHAR NOT NULL""",
    }
)

_CURRENT = """
    SELECT candidate.* REPLACE (
        CASE
            WHEN declined.household_id IS NOT NULL THEN 'not_selected'
            WHEN next.household_id IS NOT NULL THEN 'selected'
            ELSE candidate.status
        END AS status,
        CASE
            WHEN declined.household_id IS NOT NULL THEN NULL
            WHEN next.household_id IS NOT NULL THEN 'replacement'
            ELSE candidate.seat_basis
        END AS seat_basis,
        CASE
            WHEN declined.household_id IS NOT NULL THEN concat_ws(', ', nullif(candidate.reasons, ''), 'R05')
            WHEN next.household_id IS NOT NULL THEN replace(candidate.reasons, 'R03', 'R06')
            ELSE candidate.reasons
        END AS reasons)
    FROM candidate
    LEFT JOIN (SELECT DISTINCT run_id, declined_household_id AS household_id FROM replacement) AS declined
        USING (run_id, household_id)
    LEFT JOIN (SELECT DISTINCT run_id, replaced_by AS household_id FROM replacement) AS next
        USING (run_id, household_id)"""
"""Published candidates do not change; who declined and who came in their place is laid over them."""

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        # By sequence, not by time: the order of publishing holds even when the clock was set back.
        "latest_run": "SELECT * FROM run WHERE status = 'published' ORDER BY sequence DESC LIMIT 1",
        "latest_candidate": "SELECT candidate.* FROM candidate JOIN latest_run USING (run_id)",
        "current_candidate": _CURRENT,
    }
)


def ensure_schema(con: duckdb.DuckDBPyConnection) -> None:
    """The file holds every table and view, and its schema version is one this program knows."""
    con.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    known = rows(con, "SELECT version FROM schema_version")
    if not known:
        con.execute("INSERT INTO schema_version VALUES (?)", [SCHEMA_VERSION])
    elif known[0][0] > SCHEMA_VERSION:
        raise InputFileError(
            f"the store has schema version {known[0][0]} and this program knows up to {SCHEMA_VERSION}. "
            "A newer targeting wrote it: upgrade this one, or name another file with --db."
        )
    for table, columns in COLUMNS.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    _add_missing_columns(con)
    con.execute(HEAD_TABLE)
    if known and known[0][0] < SCHEMA_VERSION:
        if known[0][0] < CHAINED_SINCE:
            chain(con)
        keep_head(con, last_event(con))
        con.execute("UPDATE schema_version SET version = ?", [SCHEMA_VERSION])
    make_views(con)


def is_store(con: duckdb.DuckDBPyConnection) -> bool:
    """True if the file holds our tables."""
    return bool(rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'schema_version'"))


def check_is_store(con: duckdb.DuckDBPyConnection, db: Path) -> None:
    """Raise InputFileError for a DuckDB file that another program made."""
    if not is_store(con):
        raise InputFileError(f"{db} is a DuckDB file but holds no runs of targeting. Name the right file with --db.")


def _add_missing_columns(con: duckdb.DuckDBPyConnection) -> None:
    """A store of an earlier version gets the columns that were declared since."""
    there = set(rows(con, "SELECT table_name, column_name FROM duckdb_columns()"))
    for table, columns in COLUMNS.items():
        for column in columns.split(","):
            name, kind, *_ = column.split()
            if (str(table), name) not in there:
                con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {kind}")


def make_views(con: duckdb.DuckDBPyConnection) -> None:
    """The views show every column their tables have now; DuckDB fixes a view's columns when it is made."""
    for name, sql in VIEWS.items():
        con.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")


def insert(con: duckdb.DuckDBPyConnection, table: Table, run_id: str, incoming: pl.DataFrame) -> None:
    """Every row of `incoming` stands in `table` under `run_id`; columns the table lacked were added to it."""
    plain = incoming.with_columns(
        pl.col(pl.Categorical, pl.Enum, pl.Null).cast(pl.String), pl.lit(run_id).alias("run_id")
    )
    con.register("incoming", plain)
    there = {name for (name,) in rows(con, f"SELECT column_name FROM (DESCRIBE {table})")}
    for name, sql_type in rows(con, "SELECT column_name, column_type FROM (DESCRIBE incoming)"):
        if name not in there:
            con.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {quoted(name)} {sql_type}")
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    con.unregister("incoming")


def quoted(name: str) -> str:
    """A column name that is safe inside SQL text whatever it holds."""
    return '"' + name.replace('"', '""') + '"'

"""All that the store holds on one person, by NIK: for the right of access, and for erasing it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from targeting.store.audit import AuditEvent, add_event
from targeting.store.connection import connect, frame, rows, transaction
from targeting.store.schema import check_is_store, ensure_schema
from targeting.vocabulary import Table

_PERSONS = """
    CREATE OR REPLACE TEMP TABLE subject_person AS
    WITH known AS (SELECT DISTINCT person_id FROM person WHERE nik = $nik)
    SELECT run_id, person_id, household_id FROM person
    WHERE nik = $nik OR (nik IS NULL AND person_id IN (SELECT person_id FROM known))"""
"""A person's rows: those with the NIK, and those of other runs under the same id that have none."""

_HOUSEHOLDS = """
    CREATE OR REPLACE TEMP TABLE subject_household AS
    SELECT run_id, household_id, NOT EXISTS (
        FROM person AS other
        WHERE other.run_id = own.run_id AND other.household_id = own.household_id
            AND (other.run_id, other.person_id) NOT IN (SELECT (run_id, person_id) FROM subject_person)
    ) AS alone
    FROM (SELECT DISTINCT run_id, household_id FROM subject_person) AS own"""

_OWN = "(run_id, person_id) IN (SELECT (run_id, person_id) FROM subject_person)"
_HOME = "(run_id, household_id) IN (SELECT (run_id, household_id) FROM subject_household)"
_RECORDS = """record_id IN (SELECT person_id FROM subject_person)
    OR record_id IN (SELECT household_id FROM subject_household)"""

HELD: Mapping[Table, str] = MappingProxyType(
    {
        Table.RUN: "run_id IN (SELECT run_id FROM subject_person)",
        Table.PERSON: _OWN,
        Table.HOUSEHOLD: _HOME,
        Table.PERSON_LINK: _OWN,
        Table.HOUSEHOLD_LINK: _HOME,
        Table.LINKED_PERSON: f"""(run_id, dtsen_person_id) IN
            (SELECT (run_id, dtsen_person_id) FROM person_link WHERE {_OWN})""",
        Table.LINKED_FAMILY: f"""(run_id, dtsen_family_id) IN
            (SELECT (run_id, dtsen_family_id) FROM household_link WHERE {_HOME})""",
        Table.PRIOR_MATCH: _OWN,
        Table.MODEL_PROBABILITY: _HOME,
        Table.ASSESSMENT: _HOME,
        Table.CANDIDATE: _HOME,
        Table.REJECTED_ROW: f"contains(raw, $nik) OR {_RECORDS}",
        Table.VALIDATION_ISSUE: _RECORDS,
        Table.OVERRIDE_LEDGER: "household_id IN (SELECT household_id FROM subject_household)",
        Table.REPLACEMENT: """declined_household_id IN (SELECT household_id FROM subject_household)
            OR replaced_by IN (SELECT household_id FROM subject_household)""",
        Table.REVIEW_PAIR: _OWN,
        Table.REVIEW_LEDGER: "person_id IN (SELECT person_id FROM subject_person)",
        Table.AUDIT_EVENT: """json_extract_string(detail, '$.household_id') IN
            (SELECT household_id FROM subject_household)""",
    }
)
"""Which rows of each table are on the person or on the household that the person is of."""
TOLD = {Table.REVIEW_PAIR: "(SELECT * EXCLUDE (records) FROM review_pair)"}
"""What is told of a table that also holds others: the record beside the person's own may be somebody else's."""


def subject(db: Path, nik: str, event: AuditEvent) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, empty values left out; of other members of the household nothing. The look is recorded first."""
    with connect(db, write=True) as con:
        check_is_store(con, db)
        with transaction(con):
            ensure_schema(con)
            add_event(con, event)
        return held(con, nik)


def held(con: duckdb.DuckDBPyConnection, nik: str) -> dict[str, list[dict[str, Any]]]:
    """As `subject`, on an open store; tables without a row are left out."""
    mark(con, nik)
    found = {}
    for table, which in HELD.items():
        given = {"nik": nik} if "$nik" in which else {}
        part = _frame(con, f"FROM {TOLD.get(table, table)} WHERE {which} ORDER BY ALL", given)
        if part:
            found[str(table)] = part
    return found


def mark(con: duckdb.DuckDBPyConnection, nik: str) -> None:
    """The temporary tables `subject_person` and `subject_household` hold where the person is; `alone`: nobody else."""
    con.execute(_PERSONS, {"nik": nik})
    con.execute(_HOUSEHOLDS)


def identity_numbers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every NIK in the store, of accepted rows and of refused ones."""
    sql = """
        SELECT DISTINCT number FROM (
            SELECT nik AS number FROM person WHERE nik IS NOT NULL
            UNION ALL SELECT unnest(regexp_extract_all(raw, '\\d{16}')) FROM rejected_row WHERE raw IS NOT NULL
        ) ORDER BY number"""
    return [str(number) for (number,) in rows(con, sql)]


def _frame(con: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows without their empty values."""
    found = con.sql(sql, params=dict(given)).pl() if given else frame(con, sql)
    return [{name: value for name, value in row.items() if value is not None} for row in found.to_dicts()]

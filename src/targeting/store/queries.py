"""Reads runs and households back out of the store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.errors import InputFileError, UsageError
from targeting.store.connection import connect, frame, rows
from targeting.store.schema import COLUMNS, check_is_store, is_store
from targeting.vocabulary import CandidateStatus, RunStatus, Table

LISTED_FROM = (Table.HOUSEHOLD, Table.PERSON, Table.ASSESSMENT, Table.CANDIDATE)
"""Tables that a list, a report and an explanation are made of."""
REPORTED_FROM = (*LISTED_FROM, Table.VALIDATION_ISSUE, Table.PERSON_LINK, Table.HOUSEHOLD_LINK)

JSON_COLUMNS = (
    "library_versions",
    "step_seconds",
    "inputs",
    "counts",
    "gates",
    "nominee_alternatives",
    "poverty_sources",
)

BY_AGE = ("latest", "previous")
"""Names that a published run goes by, the newest first; ids begin with a date."""


def runs(db: Path) -> list[dict[str, Any]]:
    """Every run, the newest first, JSON columns as Python values."""
    with connect(db, write=False) as con:
        check_is_store(con, db)
        return _records(frame(con, "SELECT * FROM run ORDER BY sequence DESC"))


def run_of(db: Path, run_id: str | None) -> dict[str, Any]:
    """A published run: by its id, an unmistakable beginning of it, `latest` (also None) or `previous`, the one before.

    UsageError if there is none.
    """
    with connect(db, write=False) as con:
        check_is_store(con, db)
        return find_run(con, run_id)


def find_run(con: duckdb.DuckDBPyConnection, run_id: str | None) -> dict[str, Any]:
    """As `run_of`, on an open store."""
    _check_is_of_this_version(con)
    if run_id is None or run_id in BY_AGE:
        age = BY_AGE.index(run_id or BY_AGE[0])
        by_age = "SELECT * FROM run WHERE status = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?"
        found = _records(frame(con, by_age, [str(RunStatus.PUBLISHED), age]))
        if not found:
            which = "published run yet" if age == 0 else "two published runs yet, so none is the previous one"
            raise UsageError(f"the store holds no {which}. 'targeting runs' lists what it holds.")
        return found[0]
    sql = "SELECT * FROM run WHERE starts_with(run_id, ?) AND status = ? ORDER BY run_id <> ?, run_id"
    found = _records(frame(con, sql, [run_id, str(RunStatus.PUBLISHED), run_id]))
    if not found:
        raise UsageError(f"no published run is named {run_id}. 'targeting runs' lists them.")
    if len(found) > 1 and found[0]["run_id"] != run_id:
        raise UsageError(f"{len(found)} runs begin with {run_id}. Give more of the id; 'targeting runs' lists them.")
    return found[0]


def assessment_of(db: Path, run_id: str | None) -> tuple[dict[str, Any], pl.DataFrame]:
    """A published run (the latest without an id) and its table `assessment`."""
    with connect(db, write=False) as con:
        check_is_store(con, db)
        run = find_run(con, run_id)
        return run, whole_table(con, Table.ASSESSMENT, run["run_id"])


def last_run(db: Path, pipeline_id: str) -> dict[str, Any] | None:
    """The latest published run of this pipeline; None if there is none or no store yet."""
    if not db.exists():
        return None
    sql = "SELECT * FROM run WHERE pipeline_id = ? AND status = ? ORDER BY sequence DESC LIMIT 1"
    with connect(db, write=False) as con:
        found = _records(frame(con, sql, [pipeline_id, str(RunStatus.PUBLISHED)])) if is_store(con) else []
    return found[0] if found else None


def selected_households(db: Path, run_id: str) -> pl.Series:
    """household_id of those whom the run selected as it was published, sorted."""
    sql = "SELECT household_id FROM candidate WHERE run_id = ? AND status = ? ORDER BY household_id"
    with connect(db, write=False) as con:
        return frame(con, sql, [run_id, str(CandidateStatus.SELECTED)])["household_id"]


def whole_table(con: duckdb.DuckDBPyConnection, table: Table, run_id: str) -> pl.DataFrame:
    """A run's rows of one table, without the run_id they share, in the order of their identifying columns.

    The ledgers of overrides and of review belong to no run and are given whole.
    """
    keys = [name for name in _key_order(table) if name != "run_id"]
    order = ", ".join(keys) if keys else "ALL"
    if table in (Table.OVERRIDE_LEDGER, Table.REVIEW_LEDGER):
        return frame(con, f"SELECT * FROM {table} ORDER BY sequence")
    return frame(con, f"SELECT * EXCLUDE (run_id) FROM {table} WHERE run_id = ? ORDER BY {order}", [run_id])


def explanation(db: Path, run_id: str | None, household_id: str) -> dict[str, Any]:
    """All that one run knows about a household: run, household, members, links, assessment, candidate, last seat.

    Values are as stored, personal ones included: the caller masks. UsageError if the run has no such household.
    """
    with connect(db, write=False) as con:
        check_is_store(con, db)
        run = find_run(con, run_id)
        check_kept(con, run["run_id"], LISTED_FROM)
        key = [run["run_id"], household_id]
        household = _one(con, Table.HOUSEHOLD, key)
        if household is None:
            raise UsageError(
                f"run {run['run_id']} has no accepted household with the id given. "
                "Rejected rows stand in the table rejected_row."
            )
        candidate = _one(con, "current_candidate", key)
        return {
            "run": run,
            "household": household,
            "members": _records(
                frame(con, "SELECT * FROM person WHERE run_id = ? AND household_id = ? ORDER BY person_id", key)
            ),
            "household_links": _records(frame(con, _HOUSEHOLD_LINKS, key)),
            "person_links": _records(frame(con, _PERSON_LINKS, key)),
            "assessment": _one(con, Table.ASSESSMENT, key),
            "candidate": candidate,
            "last_seat": _last_seat(con, run["run_id"], candidate),
        }


_HOUSEHOLD_LINKS = """
    SELECT * EXCLUDE (run_id) FROM household_link
    WHERE run_id = ? AND household_id = ?
    ORDER BY match_weight DESC NULLS LAST, dtsen_family_id"""

_PERSON_LINKS = """
    SELECT link.* EXCLUDE (run_id) FROM person_link AS link JOIN person USING (run_id, person_id)
    WHERE link.run_id = ? AND person.household_id = ?
    ORDER BY person_id, match_weight DESC NULLS LAST, dtsen_person_id"""

_LAST_SEAT = """
    SELECT rank, score FROM current_candidate
    WHERE run_id = ? AND district = ? AND status = 'selected'
    ORDER BY rank DESC, household_id LIMIT 1"""


def _last_seat(con: duckdb.DuckDBPyConnection, run_id: str, candidate: dict[str, Any] | None) -> dict[str, Any] | None:
    """Rank and score of the district's last selected household; None if it has none."""
    if candidate is None:
        return None
    found = frame(con, _LAST_SEAT, [run_id, candidate["district"]])
    return None if found.is_empty() else found.to_dicts()[0]


def _one(con: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> dict[str, Any] | None:
    """The household's row of a table that has one a household."""
    found = _records(frame(con, f"SELECT * EXCLUDE (run_id) FROM {table} WHERE run_id = ? AND household_id = ?", key))
    return found[0] if found else None


def check_kept(con: duckdb.DuckDBPyConnection, run_id: str, tables: Sequence[str]) -> None:
    """Raise UsageError if rows of one of these tables were purged of the run: what is made of them would be wrong."""
    sql = """
        SELECT happened_at, json_keys(detail, '$.tables') FROM audit_event
        WHERE run_id = ? AND action = 'purge' ORDER BY sequence"""
    for at, purged in rows(con, sql, [run_id]):
        lost = [table for table in tables if table in purged]
        if lost:
            raise UsageError(
                f"{', '.join(lost)} of run {run_id} was purged on {at:%Y-%m-%d}, so this cannot be told of it any "
                "more. Name another run ('targeting runs'); what this one counted stays: 'targeting runs --json'."
            )


def _records(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries, JSON text read."""
    records = found.to_dicts()
    for record in records:
        for name in JSON_COLUMNS:
            if isinstance(record.get(name), str):
                record[name] = json.loads(record[name])
    return records


def _key_order(table: Table) -> list[str]:
    """The declared columns that name or place a row, in declared order: enough to sort by, whatever was added."""
    names = [column.split()[0] for column in COLUMNS[table].split(",")]
    placing = ("sequence", "source", "row_number", "field", "rule", "kode_kabupaten_kota", "district", "rank")
    return [name for name in names if name.endswith("_id") or name in placing]


def _check_is_of_this_version(con: duckdb.DuckDBPyConnection) -> None:
    """Raise InputFileError for a store that an earlier version wrote and this one has not yet added to."""
    if is_store(con) and not rows(con, "SELECT 1 FROM duckdb_views() WHERE view_name = 'current_candidate'"):
        raise InputFileError(
            "an earlier version of targeting wrote this store. The next 'targeting run' on it brings it up to date; "
            "nothing in it is lost."
        )

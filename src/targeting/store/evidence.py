"""Reads back what a run was judged by: its policy, its households, and what DTSEN said of those they were linked to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.contracts.evidence import Evidence
from targeting.errors import UsageError
from targeting.store.connection import connect, frame, rows
from targeting.store.queries import check_kept, find_run
from targeting.vocabulary import BIRTH_DISAGREES, Table

_OF_HOUSEHOLD = "household_id = $household_id"
_LINKED_FAMILY = f"""dtsen_family_id IN (
    SELECT dtsen_family_id FROM household_link WHERE run_id = $run_id AND {_OF_HOUSEHOLD})"""
_MEMBER = f"person_id IN (SELECT person_id FROM person WHERE run_id = $run_id AND {_OF_HOUSEHOLD})"
_LINKED_PERSON = f"""{_LINKED_FAMILY} OR dtsen_person_id IN (
    SELECT dtsen_person_id FROM person_link WHERE run_id = $run_id AND {_MEMBER})"""

WHICH: Mapping[Table, tuple[str, str]] = {
    Table.HOUSEHOLD: (_OF_HOUSEHOLD, "household_id"),
    Table.PERSON: (_OF_HOUSEHOLD, "person_id"),
    Table.LINKED_FAMILY: (_LINKED_FAMILY, "dtsen_family_id"),
    Table.LINKED_PERSON: (_LINKED_PERSON, "dtsen_person_id"),
    Table.HOUSEHOLD_LINK: (_OF_HOUSEHOLD, "household_id, dtsen_family_id"),
    Table.PERSON_LINK: (_MEMBER, "person_id, dtsen_person_id"),
    Table.PRIOR_MATCH: (_MEMBER, "person_id, match_probability, years_ago"),
    Table.MODEL_PROBABILITY: (_OF_HOUSEHOLD, "household_id"),
}
"""Of each table the rows that one household is judged by, and an order that names every row."""
JUDGED_BY = (*WHICH, Table.VALIDATION_ISSUE, Table.ASSESSMENT, Table.CANDIDATE)
"""Tables without which a run cannot be judged again."""


def evidence(db: Path, run_id: str | None, household_id: str | None = None) -> Evidence:
    """The named published run (the latest without an id); of one household all but `assessment` and `candidate`, which
    are those of the whole run always.

    UsageError if the run was published by a version that did not keep what it was judged by.
    """
    with connect(db, write=False) as con:
        run = find_run(con, run_id)
        check_kept(con, run["run_id"], JUDGED_BY)
        policy = policy_text(con, run["run_id"])
        if policy is None:
            raise UsageError(
                f"run {run['run_id']} was published by a version of targeting that did not keep what its households "
                "were judged by. Run the pipeline again, and name the new run."
            )

        def part(table: Table) -> pl.DataFrame:
            return _part(con, table, run["run_id"], household_id)

        counts = run["counts"] or {}
        links, families = part(Table.HOUSEHOLD_LINK), part(Table.LINKED_FAMILY)
        if families.is_empty() and not links.is_empty():
            raise UsageError(
                f"what the households of run {run['run_id']} were judged by was purged, so it cannot be judged again. "
                "Run the pipeline again, and name the new run."
            )
        return Evidence(
            run=run,
            policy=policy,
            households=part(Table.HOUSEHOLD),
            members=part(Table.PERSON),
            families=families,
            persons=part(Table.LINKED_PERSON),
            household_link=links,
            person_link=part(Table.PERSON_LINK),
            prior=None if counts.get("prior") is None else part(Table.PRIOR_MATCH),
            model=None if counts.get("poverty_model") is None else part(Table.MODEL_PROBABILITY),
            unsure_births=_unsure_births(con, run),
            assessment=_whole(con, Table.ASSESSMENT, run["run_id"]),
            candidate=_whole(con, Table.CANDIDATE, run["run_id"]),
        )


def policy_text(con: duckdb.DuckDBPyConnection, run_id: str) -> str | None:
    """The text of the run's policy file; None where an earlier version did not keep it."""
    there = rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'policy'")
    found = rows(con, "SELECT content FROM policy WHERE run_id = ?", [run_id]) if there else []
    return str(found[0][0]) if found else None


def _part(con: duckdb.DuckDBPyConnection, table: Table, run_id: str, household_id: str | None) -> pl.DataFrame:
    """The run's rows of a table, or those of one household."""
    condition, order = WHICH[table]
    given: dict[str, Any] = {"run_id": run_id}
    where = "run_id = $run_id"
    if household_id is not None:
        where += f" AND ({condition})"
        given["household_id"] = household_id
    sql = f"SELECT * EXCLUDE (run_id) FROM {table} WHERE {where} ORDER BY {order}"
    found: pl.DataFrame = con.sql(sql, params=given).pl()
    return found


def _whole(con: duckdb.DuckDBPyConnection, table: Table, run_id: str) -> pl.DataFrame:
    """The run's rows of a table that has one a household."""
    return frame(con, f"SELECT * EXCLUDE (run_id) FROM {table} WHERE run_id = ? ORDER BY household_id", [run_id])


def _unsure_births(con: duckdb.DuckDBPyConnection, run: Mapping[str, Any]) -> pl.Series:
    """Persons whose NIK and birth date disagree, by the findings on the files that members came from."""
    sources = [one["source"] for one in run["inputs"] or [] if one.get("contract") == "ppse-member"]
    sql = """
        SELECT DISTINCT record_id FROM validation_issue
        WHERE run_id = $run_id AND rule = $rule AND list_contains($sources, source) AND record_id IS NOT NULL
        ORDER BY record_id"""
    found: pl.DataFrame = con.sql(
        sql, params={"run_id": run["run_id"], "rule": BIRTH_DISAGREES, "sources": sources}
    ).pl()
    return found["record_id"].cast(pl.String)

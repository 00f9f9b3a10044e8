"""What persons decided against or beside the ranking: overrides that outlive runs, and replacements of the declined.

Both tables are only ever added to: an override ends by a second row that withdraws it, a replacement never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.errors import UsageError
from targeting.store.audit import Action, AuditEvent, add_event
from targeting.store.connection import connect, frame, rows, transaction
from targeting.store.queries import find_run
from targeting.store.schema import ensure_schema
from targeting.vocabulary import OverrideKind

SHORTEST_REASON = 10
OUTSIDE_RUNS = "-"
"""The run of an audit event that belongs to none."""

IN_FORCE = {
    "household_id": pl.String(),
    "kind": pl.String(),
    "override_id": pl.String(),
    "operator": pl.String(),
    "reason": pl.String(),
    "valid_until": pl.Date(),
    "decided_at": pl.Datetime("us"),
}

_IN_FORCE = """
    SELECT added.household_id, added.kind, added.override_id, added.operator, added.reason, added.valid_until,
        added.happened_at AS decided_at
    FROM override_ledger AS added
    WHERE added.event = 'add'
        AND (added.valid_until IS NULL OR added.valid_until >= $as_of)
        AND NOT EXISTS (
            FROM override_ledger AS ended WHERE ended.event = 'withdraw' AND ended.override_id = added.override_id
        )
    ORDER BY added.sequence"""

_INSERT = """
    INSERT INTO override_ledger BY NAME
    SELECT $sequence AS sequence, $event AS event, $override_id AS override_id, $household_id AS household_id,
        $kind AS kind, $reason AS reason, $operator AS operator, $at AS happened_at, $valid_until AS valid_until"""


@dataclass(frozen=True)
class Deed:
    """Who does something in the ledger, when (UTC), and why."""

    operator: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Override:
    """What a person decides about a household, until a day or until it is withdrawn."""

    household_id: str
    kind: OverrideKind
    deed: Deed
    valid_until: date | None = None


def check_reason(reason: str) -> str:
    """The reason, trimmed; UsageError if it says too little to be understood by whoever reads it in a year."""
    trimmed = reason.strip()
    if len(trimmed) < SHORTEST_REASON:
        raise UsageError(
            f"--reason needs at least {SHORTEST_REASON} letters: it stands on the list beside the household."
        )
    return trimmed


def add_override(db: Path, household_id: str, kind: OverrideKind, deed: Deed, valid_until: date | None = None) -> str:
    """The override is in force for all runs to come, until it is withdrawn or its last day is over; its id.

    UsageError if one is in force for the household already: two decisions on one household would hide each other.
    """
    return add_overrides(db, [Override(household_id, kind, deed, valid_until)])[0]


def add_overrides(db: Path, overrides: Sequence[Override], wait_seconds: float = 0.0) -> list[str]:
    """All of them are in force, or none; their ids in the same order. Raises as `add_override`.

    Waits `wait_seconds` for a store that somebody else has open; so do the functions below that take them.
    """
    for one in overrides:
        check_reason(one.deed.reason)
        if one.valid_until is not None and one.valid_until < one.deed.at.date():
            raise UsageError(f"--until {one.valid_until} is over already. Name a day to come, or leave it out.")
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        return [_added(con, one) for one in overrides]


def _added(con: duckdb.DuckDBPyConnection, one: Override) -> str:
    """The override stands in the open store; its id."""
    there = _in_force(con, one.deed.at.date()).filter(household_id=one.household_id)
    if not there.is_empty():
        raise UsageError(
            f"override {there['override_id'][0]} ({there['kind'][0]}) is in force for this household. "
            f"'targeting override withdraw {there['override_id'][0]} --reason ...' ends it first."
        )
    reason, sequence = check_reason(one.deed.reason), _next(con, "override_ledger")
    override_id = f"O-{sequence:04}"
    row = {"override_id": override_id, "household_id": one.household_id, "kind": str(one.kind)}
    con.execute(_INSERT, _event("add", sequence, one.deed, reason) | row | {"valid_until": one.valid_until})
    detail: dict[str, object] = {"event": "add", "override_id": override_id, "kind": one.kind}
    add_event(con, _audit(one.deed, reason, Action.OVERRIDE, detail))
    return override_id


def withdraw_override(db: Path, override_id: str, deed: Deed, wait_seconds: float = 0.0) -> dict[str, Any]:
    """The override is over, and its row still there; what it was. UsageError if it is not in force."""
    reason = check_reason(deed.reason)
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        there = _in_force(con, deed.at.date()).filter(override_id=override_id)
        if there.is_empty():
            raise UsageError(f"no override {override_id} is in force. 'targeting override list' shows those that are.")
        ended = there.to_dicts()[0]
        row = {name: ended[name] for name in ("override_id", "household_id", "kind", "valid_until")}
        con.execute(_INSERT, _event("withdraw", _next(con, "override_ledger"), deed, reason) | row)
        add_event(con, _audit(deed, reason, Action.OVERRIDE, {"event": "withdraw", "override_id": override_id}))
    return ended


def overrides_in_force(db: Path, as_of: date, wait_seconds: float = 0.0) -> pl.DataFrame:
    """One row a household on which a person decided (columns `IN_FORCE`); none without a store or a ledger in it."""
    if not db.exists():
        return pl.DataFrame(schema=IN_FORCE)
    with connect(db, write=False, wait_seconds=wait_seconds) as con:
        known = rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'override_ledger'")
        return _in_force(con, as_of) if known else pl.DataFrame(schema=IN_FORCE)


def override_history(db: Path) -> list[dict[str, Any]]:
    """Every row of the ledger, in the order in which it was written."""
    with connect(db, write=False) as con:
        return frame(con, "SELECT * FROM override_ledger ORDER BY sequence").to_dicts()


_STANDING = """
    SELECT candidate.household_id, candidate.district, candidate.area, candidate.rank, candidate.status,
        candidate.score, candidate.seat_basis, candidate.waitlist_place, candidate.waitlist_until,
        coalesce(assessment.nominee_female, FALSE) AS nominee_female,
        coalesce(assessment.nominee_disability, FALSE) AS nominee_disability,
        declined.household_id IS NOT NULL AS declined
    FROM current_candidate AS candidate
    LEFT JOIN assessment USING (run_id, household_id)
    LEFT JOIN (SELECT DISTINCT run_id, declined_household_id AS household_id FROM replacement) AS declined
        USING (run_id, household_id)
    WHERE candidate.run_id = ?
    ORDER BY candidate.district, candidate.rank NULLS LAST, candidate.household_id"""


def standing_of(db: Path, run_id: str | None) -> tuple[dict[str, Any], pl.DataFrame]:
    """A published run, and its candidates as they stand after all replacements so far."""
    with connect(db, write=False) as con:
        run = find_run(con, run_id)
        return run, frame(con, _STANDING, [run["run_id"]])


def record_replacement(
    db: Path, run_id: str, declined: str, replaced_by: str | None, area: str | None, deed: Deed
) -> int:
    """The household has declined and the other one, if there is one, has its seat; the replacement's number in its run.

    UsageError if somebody else recorded either of them in the meantime.
    """
    reason = check_reason(deed.reason)
    with connect(db, write=True) as con, transaction(con):
        ensure_schema(con)
        sql = "SELECT 1 FROM replacement WHERE run_id = ? AND (declined_household_id = ? OR replaced_by = ?)"
        if rows(con, sql, [run_id, declined, replaced_by]):
            raise UsageError("this replacement crosses one that was recorded just now. Look at the list and try again.")
        [(last,)] = rows(con, "SELECT coalesce(max(sequence), 0) FROM replacement WHERE run_id = ?", [run_id])
        con.execute(
            """INSERT INTO replacement BY NAME SELECT $run_id AS run_id, $sequence AS sequence, $area AS area,
                $declined AS declined_household_id, $replaced_by AS replaced_by, $reason AS reason,
                $operator AS operator, $at AS happened_at""",
            {
                "run_id": run_id,
                "sequence": last + 1,
                "area": area,
                "declined": declined,
                "replaced_by": replaced_by,
                "reason": reason,
                "operator": deed.operator,
                "at": deed.at.replace(tzinfo=None),
            },
        )
        detail = {"declined": declined, "replaced_by": replaced_by, "sequence": last + 1}
        add_event(con, _audit(deed, reason, Action.REPLACE, detail, run_id))
    return int(last) + 1


def _in_force(con: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    found: pl.DataFrame = con.sql(_IN_FORCE, params={"as_of": as_of}).pl()
    return found.cast(IN_FORCE)  # type: ignore[arg-type]


def _next(con: duckdb.DuckDBPyConnection, table: str) -> int:
    [(last,)] = rows(con, f"SELECT coalesce(max(sequence), 0) FROM {table}")
    return int(last) + 1


def _event(event: str, sequence: int, deed: Deed, reason: str) -> dict[str, Any]:
    """What every row of the ledger says."""
    return {
        "event": event,
        "sequence": sequence,
        "reason": reason,
        "operator": deed.operator,
        "at": deed.at.replace(tzinfo=None),
    }


def _audit(
    deed: Deed, reason: str, action: Action, detail: dict[str, object], run_id: str = OUTSIDE_RUNS
) -> AuditEvent:
    return AuditEvent(run_id=run_id, at=deed.at, action=action, operator=deed.operator, purpose=reason, detail=detail)

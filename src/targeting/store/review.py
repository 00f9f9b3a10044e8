"""What persons decided about pairs of records: a ledger that outlives runs, and the queue of a run's pairs.

The ledger is only ever added to: a decision is taken back by a second row that undoes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from targeting.errors import UsageError
from targeting.store.audit import Action, AuditEvent, add_event
from targeting.store.connection import connect, frame, rows, transaction
from targeting.store.ledger import Deed, check_reason
from targeting.store.queries import find_run
from targeting.store.schema import ensure_schema
from targeting.vocabulary import ReviewDecision

PAIR = ("person_id", "dtsen_person_id")
DECIDED = {
    "person_id": pl.String(),
    "dtsen_person_id": pl.String(),
    "fingerprint": pl.String(),
    "decision": pl.String(),
}
LONGEST_NOTE = 500
LEAST_STAKE = 0.1
"""What a doubtful pair is worth at least whose household is far from the last seat."""

_STANDING = """
    SELECT person_id, dtsen_person_id, fingerprint, decision_id, decision, note, operator, happened_at, run_id, sequence
    FROM review_ledger AS made
    WHERE event = 'decide' AND NOT EXISTS (
        FROM review_ledger AS ended WHERE ended.event = 'undo' AND ended.decision_id = made.decision_id
    )
    QUALIFY row_number() OVER (
        PARTITION BY person_id, dtsen_person_id, fingerprint, operator ORDER BY sequence DESC
    ) = 1"""
"""Each reviewer's last word on each pair of records as they were seen."""

_AGREED = f"""
    SELECT person_id, dtsen_person_id, fingerprint, min(decision) AS decision
    FROM ({_STANDING})
    WHERE decision <> 'unsure'
    GROUP BY person_id, dtsen_person_id, fingerprint
    HAVING count(DISTINCT decision) = 1
    ORDER BY person_id, dtsen_person_id, fingerprint"""

_QUEUE = f"""
    WITH standing AS ({_STANDING}),
    told AS (
        SELECT person_id, dtsen_person_id, fingerprint,
            list({{'decision_id': decision_id, 'operator': operator, 'decision': decision, 'note': note,
                'at': happened_at}} ORDER BY sequence) AS decisions
        FROM standing GROUP BY person_id, dtsen_person_id, fingerprint
    )
    SELECT pair.* EXCLUDE (run_id), told.decisions, candidate.status AS candidate_status, candidate.rank,
        candidate.district, candidate.p_top_k,
        CASE WHEN pair.ground = 'doubt'
            THEN 4 * pair.match_probability * (1 - pair.match_probability)
                * ({LEAST_STAKE} + 4 * coalesce(candidate.p_top_k * (1 - candidate.p_top_k), 0))
            ELSE 0
        END AS value
    FROM review_pair AS pair
    LEFT JOIN told USING (person_id, dtsen_person_id, fingerprint)
    LEFT JOIN current_candidate AS candidate
        ON candidate.run_id = pair.run_id AND candidate.household_id = pair.household_id
    WHERE pair.run_id = ?
    ORDER BY pair.ground DESC, value DESC, pair.fingerprint, pair.person_id, pair.dtsen_person_id"""


@dataclass(frozen=True)
class PairDecision:
    """What somebody found one pair to be; the fingerprint is that of the records as they were seen."""

    person_id: str
    dtsen_person_id: str
    fingerprint: str
    decision: ReviewDecision
    note: str = ""


def settled_pairs(db: Path) -> pl.DataFrame:
    """Pairs whose reviewers agree on match or non-match (columns DECIDED); none without a store or a ledger in it."""
    if not db.exists():
        return pl.DataFrame(schema=DECIDED)
    with connect(db, write=False) as con:
        known = rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'review_ledger'")
        return frame(con, _AGREED).cast(DECIDED) if known else pl.DataFrame(schema=DECIDED)  # type: ignore[arg-type]


def review_queue(db: Path, run_id: str | None, wait_seconds: float = 0.0) -> tuple[dict[str, Any], pl.DataFrame]:
    """A published run, and its pairs to review: doubtful ones in order of value, then the random check of sure links.

    Columns of `review_pair`, `decisions` (list of decision_id, operator, decision, note, at; null for none) and value:
    doubt about the link times doubt about the household's seat. UsageError for a run that kept no pairs.
    """
    with connect(db, write=False, wait_seconds=wait_seconds) as con:
        run = find_run(con, run_id)
        if not rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'review_pair'"):
            raise UsageError(_NO_PAIRS.format(run=run["run_id"]))
        queue = frame(con, _QUEUE, [run["run_id"]])
    if queue.is_empty():
        raise UsageError(_NO_PAIRS.format(run=run["run_id"]))
    return run, queue


_NO_PAIRS = (
    "run {run} kept no pairs to review: it found no links, or an earlier version made it. "
    "'targeting run' makes a run that keeps them."
)


def record_decisions(
    db: Path, run_id: str, decisions: Sequence[PairDecision], deed: Deed, made_in: str, wait_seconds: float = 0.0
) -> list[str]:
    """The decisions stand in the ledger, all or none; their ids. `deed.reason` is what the review is made for."""
    reason = check_reason(deed.reason)
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        first = _next(con)
        ids = [f"R-{number:05}" for number in range(first, first + len(decisions))]
        for number, (one, decision_id) in enumerate(zip(decisions, ids, strict=True), start=first):
            _insert(con, number, "decide", decision_id, one, deed, reason, run_id, made_in)
        detail = {"event": "decide", "decisions": len(ids), "first": ids[0] if ids else None, "made_in": made_in}
        add_event(con, AuditEvent(run_id, deed.at, Action.REVIEW, deed.operator, reason, detail))
    return ids


def undo_decision(db: Path, decision_id: str, deed: Deed, made_in: str, wait_seconds: float = 0.0) -> PairDecision:
    """The decision no longer counts, and its row still stands. UsageError if this reviewer made no such decision."""
    reason = check_reason(deed.reason)
    with connect(db, write=True, wait_seconds=wait_seconds) as con, transaction(con):
        ensure_schema(con)
        found = frame(con, f"SELECT * FROM ({_STANDING}) WHERE decision_id = ?", [decision_id]).to_dicts()
        if not found or found[0]["operator"] != deed.operator:
            raise UsageError(
                f"{deed.operator} has no decision {decision_id} that stands. 'targeting review list' shows them."
            )
        one = found[0]
        undone = PairDecision(
            one["person_id"], one["dtsen_person_id"], one["fingerprint"], ReviewDecision(one["decision"])
        )
        _insert(con, _next(con), "undo", decision_id, undone, deed, reason, one["run_id"], made_in)
        detail = {"event": "undo", "decision_id": decision_id, "made_in": made_in}
        add_event(con, AuditEvent(one["run_id"], deed.at, Action.REVIEW, deed.operator, reason, detail))
    return undone


def review_history(db: Path) -> list[dict[str, Any]]:
    """Every row of the ledger, in the order in which it was written; none if nobody has reviewed yet."""
    with connect(db, write=False) as con:
        if not rows(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'review_ledger'"):
            return []
        return frame(con, "SELECT * FROM review_ledger ORDER BY sequence").to_dicts()


def _next(con: duckdb.DuckDBPyConnection) -> int:
    [(last,)] = rows(con, "SELECT coalesce(max(sequence), 0) FROM review_ledger")
    return int(last) + 1


def _insert(
    con: duckdb.DuckDBPyConnection,
    sequence: int,
    event: str,
    decision_id: str,
    one: PairDecision,
    deed: Deed,
    reason: str,
    run_id: str,
    made_in: str,
) -> None:
    """One row of the ledger."""
    row = {
        "sequence": sequence,
        "event": event,
        "decision_id": decision_id,
        "person_id": one.person_id,
        "dtsen_person_id": one.dtsen_person_id,
        "fingerprint": one.fingerprint,
        "decision": str(one.decision),
        "note": one.note.strip()[:LONGEST_NOTE] or None,
        "reason": reason,
        "operator": deed.operator,
        "happened_at": deed.at.replace(tzinfo=None),
        "run_id": run_id,
        "made_in": made_in,
    }
    con.execute(
        f"INSERT INTO review_ledger ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})", list(row.values())
    )

"""Nobody changes the record of who looked without being found out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from targeting.errors import InputFileError, UsageError
from targeting.store import Action, AuditEvent, Break, Head, events_of, head_of, publish, record, verify

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OLD_STORE = """
    UPDATE schema_version SET version = 1;
    ALTER TABLE audit_event DROP COLUMN previous_hash;
    ALTER TABLE audit_event DROP COLUMN hash;
    DROP TABLE audit_head"""


@pytest.fixture
def db(tmp_path) -> Path:
    """A store with four events."""
    path = tmp_path / "t.duckdb"
    for number in range(4):
        detail = {"rows": number, "district": "34.04 é"}
        record(path, AuditEvent("run-1", AT, Action.REVEAL, "Ani", f"alasan nomor {number}", detail))
    return path


def tamper(db: Path, sql: str) -> None:
    """What somebody with write access to the file could do."""
    with duckdb.connect(str(db)) as con:
        con.execute(sql)


def breaks(db: Path, saved: Head | None = None) -> list[Break]:
    return verify(db, saved)[1]


def test_a_record_that_nobody_touched_holds(db):
    head, found = verify(db, head_of(db))
    assert (head.sequence, len(head.hash), found) == (4, 64, [])


@pytest.mark.parametrize(
    "column", ["run_id", "happened_at", "action", "operator", "purpose", "detail", "previous_hash", "hash"]
)
def test_an_edit_of_any_column_is_found(db, column):
    new = "TIMESTAMP '2026-01-01'" if column == "happened_at" else """'{"x": 1}'"""
    tamper(db, f"UPDATE audit_event SET {column} = {new} WHERE sequence = 2")
    assert breaks(db)[0] == Break(2, "edited")


def test_a_deletion_in_the_middle_is_found(db):
    tamper(db, "DELETE FROM audit_event WHERE sequence = 2")
    assert breaks(db) == [Break(2, "missing")]


def test_a_deletion_whose_gap_was_closed_by_numbering_anew_is_found(db):
    tamper(db, "DELETE FROM audit_event WHERE sequence = 2; UPDATE audit_event SET sequence = 2 WHERE sequence = 3")
    tamper(db, "UPDATE audit_event SET sequence = 3 WHERE sequence = 4")
    assert [one.sequence for one in breaks(db)] == [2, 3]


def test_two_events_that_changed_places_are_found(db):
    tamper(db, "UPDATE audit_event SET sequence = CASE sequence WHEN 2 THEN 3 ELSE 2 END WHERE sequence IN (2, 3)")
    assert [one.sequence for one in breaks(db)] == [2, 3, 4]


def test_an_event_that_stands_twice_is_found(db):
    tamper(db, "INSERT INTO audit_event SELECT * FROM audit_event WHERE sequence = 3")
    assert breaks(db)[0] == Break(4, "moved")


def test_an_event_that_was_slipped_in_without_a_hash_is_found(db):
    tamper(
        db,
        """INSERT INTO audit_event (run_id, sequence, happened_at, action, operator, purpose)
        VALUES ('run-1', 5, now()::TIMESTAMP, 'reveal', 'x', 'y')""",
    )
    assert breaks(db)[0] == Break(5, "unchained")


@pytest.mark.parametrize("left", [3, 2, 0])
def test_a_cut_at_the_end_is_found_also_after_more_was_written(db, left):
    tamper(db, f"DELETE FROM audit_event WHERE sequence > {left}")
    assert breaks(db) == [Break(4, "truncated")]
    record(db, AuditEvent("run-1", AT, Action.EXPORT, "Ani", "alasan nomor 5"))
    assert breaks(db) == [Break(left + 1, "missing")]


def test_a_cut_with_the_head_in_the_store_is_found_by_one_that_was_kept_elsewhere(db):
    saved = head_of(db)
    hashes = "SELECT sequence, hash FROM audit_event"
    tamper(db, f"DELETE FROM audit_event WHERE sequence > 2; DELETE FROM audit_head; INSERT INTO audit_head {hashes}")
    assert (breaks(db), breaks(db, saved)) == ([], [Break(4, "truncated")])


def test_an_event_that_was_chained_by_hand_is_found(db):
    last = "SELECT * FROM audit_head"
    tamper(db, f"CREATE TABLE x AS {last}")
    record(db, AuditEvent("run-1", AT, Action.EXPORT, "Ani", "alasan nomor 5"))
    tamper(db, "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM x")
    assert breaks(db) == [Break(5, "unchained")]


def test_a_store_whose_events_are_gone_with_their_table_is_told(db):
    tamper(db, "DROP TABLE audit_event")
    with pytest.raises(InputFileError, match="somebody removed the whole table"):
        verify(db)


def test_a_chain_that_was_written_anew_is_found_by_a_head_that_was_kept_elsewhere(db):
    saved = head_of(db)
    tamper(db, f"UPDATE audit_event SET operator = 'nobody' WHERE sequence = 1; {OLD_STORE}")
    record(db, AuditEvent("run-1", AT, Action.EXPORT, "Ani", "alasan nomor 5"))
    assert (breaks(db), breaks(db, saved)) == ([], [Break(4, "replaced")])


def test_a_head_stays_good_when_events_are_added(db):
    saved = head_of(db)
    record(db, AuditEvent("run-1", AT, Action.EXPORT, "Ani", "alasan nomor 5"))
    assert breaks(db, saved) == []


def test_a_store_of_an_earlier_version_is_named_and_chained_at_its_next_event(db):
    before = events_of(db)
    tamper(db, OLD_STORE)
    with pytest.raises(UsageError, match="not chained yet"):
        verify(db)
    record(db, AuditEvent("run-1", AT, Action.EXPORT, "Ani", "alasan nomor 5"))
    assert (breaks(db), events_of(db)[:4]) == ([], before)


def test_a_store_without_events_has_no_head(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    with pytest.raises(UsageError, match="no audit event"):
        head_of(db)
    assert verify(db) == (Head(0, ""), [])


def test_a_file_of_another_program_is_refused(tmp_path):
    path = tmp_path / "other.duckdb"
    tamper(path, "CREATE TABLE a (b INTEGER)")
    with pytest.raises(InputFileError, match="no runs of targeting"):
        verify(path)

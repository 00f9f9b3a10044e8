"""What the store holds on a person is told whole, and is gone whole, and the counts still hold."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.errors import UsageError
from targeting.store import (
    Action,
    AuditEvent,
    ExportRequest,
    back_up,
    backups_of,
    checkpoints_of,
    events_of,
    evidence,
    export,
    list_frames,
    publish,
    runs,
    verify,
)
from targeting.store.connection import connect, rows
from targeting.store.erasure import entries_of, erase, hold_to_ledger
from targeting.store.pseudonym import PseudonymKey
from targeting.store.retention import Due, due, due_in_backups, purge, purge_beside
from targeting.store.subject import subject
from targeting.vocabulary import Table

KEY, OTHER = PseudonymKey(b"k" * 32), PseudonymKey(b"o" * 32)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ASKED = AuditEvent("-", AT, Action.ACCESS, "Ani", "permintaan akses nomor 12")
ALONE, WITH_OTHERS = "3404011002809002", "3404015002809001"
TABLES = ("person", "household", "assessment", "candidate", "person_link", "household_link", "rejected_row")


@pytest.fixture
def db(tmp_path, make_run, frames) -> Path:
    """Two runs; P1 of H1 lives with P2, P3 of H2 lives alone and had a row refused."""
    link = {"match_weight": [9.0, 8.0], "status": ["link", "link"]}
    more = {
        Table.PERSON_LINK: pl.DataFrame({"person_id": ["P1", "P3"], "dtsen_person_id": ["D1", "D3"], **link}),
        Table.HOUSEHOLD_LINK: pl.DataFrame({"household_id": ["H1", "H2"], "dtsen_family_id": ["F1", "F2"], **link}),
        Table.LINKED_PERSON: pl.DataFrame({"dtsen_person_id": ["D1", "D3"], "tanggal_lahir": [date(1980, 2, 10)] * 2}),
        Table.REJECTED_ROW: pl.DataFrame(
            {"source": ["m.csv"] * 2, "row_number": [5, 6], "raw": [f'{{"nik": "{ALONE}", "nama": "X Y"}}', "{}"]}
        ),
    }
    path = tmp_path / "t.duckdb"
    publish(path, make_run(), frames | more)
    publish(path, make_run("run-2", finished_at=datetime(2026, 11, 25, tzinfo=UTC)), frames | more)
    return path


def counts(db: Path) -> dict[str, int]:
    with connect(db, write=False) as con:
        return {table: rows(con, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def everything(db: Path) -> str:
    """All rows of all tables but the audit, as text."""
    with connect(db, write=False) as con:
        names = [name for (name,) in rows(con, "SELECT table_name FROM duckdb_tables()")]
        return "\n".join(str(rows(con, f"FROM {name}")) for name in sorted(names) if name != "audit_event")


def test_a_person_is_told_all_that_is_held_and_nothing_of_housemates(db):
    found = subject(db, WITH_OTHERS, ASKED)
    assert {"run", "person", "household", "person_link", "linked_person", "assessment", "candidate"} <= set(found)
    assert [row["person_id"] for row in found["person"]] == ["P1", "P1"]
    assert "Slamet Widodo" not in str(found)
    assert (events_of(db)[-1]["action"], verify(db)[1]) == ("access", [])
    assert WITH_OTHERS not in str(events_of(db))


def test_of_an_unknown_person_nothing_is_held(db):
    assert subject(db, "3404010101010101", ASKED) == {}


def test_an_erased_person_is_in_no_table_and_the_counts_hold(db):
    before = counts(db)
    erase(db, ALONE, KEY, ASKED)
    left = everything(db)
    assert [word for word in (ALONE, "HYPERLINK", "P3", "'H2'", "X Y", "'D3'", "F2", "9002") if word in left] == []
    assert (counts(db), verify(db)[1], subject(db, ALONE, ASKED)) == (before, [], {})
    assert [row for row in (ALONE.encode(), b"HYPERLINK") if row in db.read_bytes()] == []


def test_what_a_household_has_in_common_stays_while_others_live_in_it(db):
    erase(db, WITH_OTHERS, KEY, ASKED)
    left = everything(db)
    assert [word for word in (WITH_OTHERS, "SITI AMINAH", "'P1'", "'D1'") if word in left] == []
    assert [word for word in ("Slamet Widodo", "'H1'", "3404010101209001", "F1") if word not in left] == []


def test_a_list_is_exported_after_an_erasure_and_has_as_many_rows(db, tmp_path):
    request = ExportRequest("Ani", AT, tmp_path / "out", run_id="run-2", formats=("csv",), everyone=True)
    before = pl.read_csv(export(db, request)[0])
    erase(db, ALONE, KEY, ASKED)
    after = pl.read_csv(export(db, request)[0])
    assert before.select("district", "status", "rank").equals(after.select("district", "status", "rank"))


def test_a_restored_backup_is_held_to_the_ledger_also_after_the_key_was_rotated(db, tmp_path):
    shutil.copy(db, tmp_path / "backup.duckdb")
    erase(db, ALONE, KEY, ASKED)
    [entry] = entries_of(db)
    assert ALONE not in str(entry)
    shutil.copy(tmp_path / "backup.duckdb", db)
    assert ALONE in everything(db)
    assert hold_to_ledger(db, [OTHER], ASKED) == []
    assert [one.erasure_id for one in hold_to_ledger(db, [OTHER, KEY], ASKED)] == ["E-0001"]
    assert (ALONE in everything(db), events_of(db)[-1]["detail"]["erasure_id"]) == (False, "E-0001")


def test_a_purge_takes_runs_that_ended_before_the_day_and_says_how_many_rows(db, tmp_path):
    before = counts(db)
    what = due(db, AT.date(), date(2026, 11, 25))
    assert {one.run_id for one in what} == {"run-1"}
    assert counts(db) == before
    purge(db, what, AuditEvent("-", AT, Action.PURGE, "Ani", "masa retensi berakhir"))
    gone = events_of(db)[-1]["detail"]["tables"]
    assert {table: count + gone.get(table, 0) for table, count in counts(db).items()} == before
    assert (len(runs(db)), due(db, AT.date(), date(2026, 11, 25)), verify(db)[1]) == (2, [], [])
    with pytest.raises(UsageError, match=r"was purged"):
        export(db, ExportRequest("Ani", AT, tmp_path / "out", run_id="run-1"))
    export(db, ExportRequest("Ani", AT, tmp_path / "out", run_id="run-2"))


@pytest.mark.parametrize("lost", [Table.PERSON, Table.LINKED_FAMILY, Table.HOUSEHOLD_LINK, Table.CANDIDATE])
def test_what_was_purged_is_missed_by_its_name_wherever_a_run_is_judged_again(db, lost):
    purge(db, [Due("run-1", lost, 1)], AuditEvent("-", AT, Action.PURGE, "Ani", "masa retensi berakhir"))
    with pytest.raises(UsageError, match=rf"{lost} of run run-1 was purged on 2026-11-24.*Name another run"):
        evidence(db, "run-1")
    if lost is not Table.LINKED_FAMILY:
        with pytest.raises(UsageError, match=rf"{lost} of run run-1 was purged"):
            list_frames(db, "run-1")


@pytest.fixture
def copied(db) -> Path:
    """The store with two backups beside it, one of them damaged, and an unfinished run."""
    made = back_up(db, AT).path
    made.with_name("damaged.duckdb").write_bytes(b"no store")
    checkpoints_of(db).begin({"run_id": "run-3", "now": "2026-11-20T01:00:00+00:00"})
    checkpoints_of(db).write("ppse", "k" * 64, pl.DataFrame({"nik": [ALONE]}))
    return made


def test_backups_and_checkpoints_are_erased_as_the_store_is(db, copied):
    copies = erase(db, ALONE, KEY, ASKED).copies
    assert copies is not None
    assert (list(copies.rows), copies.rows[copied] > 0, copies.checkpoints) == ([copied], True, ("ppse",))
    assert [path.name for path in copies.unreached] == ["damaged.duckdb"]
    assert (ALONE in everything(copied), ALONE.encode() in copied.read_bytes()) == (False, False)
    assert (checkpoints_of(db).folder.exists(), verify(copied)[1]) == (False, [])
    assert [one.path for one in backups_of(db)] == [copied]


def test_a_purge_reaches_backups_and_a_run_that_never_ended(db, copied):
    before, event = date(2026, 11, 25), AuditEvent("-", AT, Action.PURGE, "Ani", "masa retensi berakhir")
    rows, unreached = due_in_backups(db, AT.date(), before)
    assert (rows[copied] > 0, [path.name for path in unreached]) == (True, ["damaged.duckdb"])
    assert purge_beside(db, AT.date(), event, date(2026, 11, 20)).left == ("ppse",)
    gone = purge_beside(db, AT.date(), event, before)
    assert (gone.rows, gone.checkpoints, gone.left) == (rows, ("ppse",), ())
    assert due_in_backups(db, AT.date(), before)[0] == {copied: 0}
    assert counts(db)["person"] == 8


def test_the_commands_say_what_they_reached_and_what_to_do_about_the_rest(db, copied, monkeypatch):
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "ab" * 32)
    why = ("--operator", "Ani", "--db", str(db))
    done = CliRunner().invoke(app, ["erase", "--purpose", "permohonan nomor 7", *why], input=f"{ALONE}\n")
    assert (done.exit_code, "checkpoints removed: ppse" in done.stdout, ALONE in done.output) == (0, True, False)
    assert f"rows of backup {copied.name}" in done.stdout
    assert ("damaged.duckdb cannot be read. Remove it" in done.stderr, "--replay" in done.stderr) == (True, True)
    checkpoints_of(db).write("dtsen", "k" * 64, pl.DataFrame({"nik": [ALONE]}))
    done = CliRunner().invoke(app, ["purge", "--before", "2026-11-25", "--confirm", "--json", *why])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["purged"], told["checkpoints_left"]) == (0, True, ["dtsen"])
    assert [Path(path).name for path in told["backups_not_reached"]] == ["damaged.duckdb"]
    assert [(Path(one["backup"]), one["rows"] > 0) for one in told["backups"]] == [(copied, True)]


def test_a_restore_erases_again_and_what_it_set_aside_is_reached_too(db, tmp_path, monkeypatch):
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "ab" * 32)
    other = back_up(db, AT, tmp_path / "elsewhere").path
    erase(db, ALONE, PseudonymKey(bytes.fromhex("ab" * 32)), ASKED)
    asked = ["restore", "--db", str(db), "--from", str(other), "--operator", "Ani", "--json"]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert (told["erased_again"], ALONE in everything(db), verify(db)[1]) == (["E-0001"], False, [])
    aside = Path(told["damaged"])
    copies = erase(db, WITH_OTHERS, KEY, ASKED).copies
    assert aside in copies.rows
    aside.write_bytes(b"no store")
    log = aside.with_name(f"{aside.name}.wal")
    log.touch()
    assert erase(db, WITH_OTHERS, KEY, ASKED).copies.unreached == (aside, log)


def test_each_run_has_the_retention_of_its_pipeline_file(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(counts={"retention": {"person": 30}}), frames)
    assert due(db, date(2026, 12, 24)) == []
    assert [(one.table, one.rows) for one in due(db, date(2026, 12, 25))] == [("person", 4)]


def test_a_rewritten_store_keeps_tables_views_and_rights(db):
    with duckdb.connect(str(db)) as con:
        names = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
    erase(db, ALONE, KEY, ASKED)
    with duckdb.connect(str(db)) as con:
        assert con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall() == names
    assert db.stat().st_mode & 0o077 == 0

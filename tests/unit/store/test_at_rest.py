"""A store under a key: nothing in the clear on disk, opened by every command, refused with a cure without the key."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet.encryption import create_decryption_properties

from targeting.errors import InputFileError, StoreKeyError, StoreLockedError, UsageError
from targeting.store import (
    Action,
    AuditEvent,
    Checkpoints,
    ExportRequest,
    back_up,
    backups_of,
    check_can_publish,
    events_of,
    export,
    publish,
    restore,
    runs,
    verify,
)
from targeting.store.at_rest import FILE, MODULE, VALUE, State, StoreKey, sealed, state_of, unsealed
from targeting.store.connection import connect, rows
from targeting.store.encryption import encrypt
from targeting.store.retention import due, purge
from targeting.vocabulary import Table

KEY, OTHER = StoreKey(bytes(range(32))), StoreKey(bytes(range(1, 33)))
AT = datetime(2026, 1, 1, tzinfo=UTC)
PERSONAL = (b"3404015002809001", b"SITI AMINAH", b"Jl. Contoh 1")
DEED = AuditEvent("-", AT, Action.ENCRYPT, "Ani", "encrypted")
HOLD = """
import sys, time
from pathlib import Path
from targeting.store.connection import connect
with connect(Path(sys.argv[1]), write=True):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The key in the environment; DuckDB's own module writes, since its extension is not on every machine."""
    monkeypatch.setenv(VALUE, KEY.text)
    monkeypatch.setenv(MODULE, "built-in")
    return monkeypatch


@pytest.fixture
def db(tmp_path: Path, keyed, make_run, frames) -> Path:
    path = tmp_path / "t.duckdb"
    publish(path, make_run(), frames)
    return path


def in_the_clear(folder: Path) -> set[str]:
    """Files that a thief could read somebody in."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(value in path.read_bytes() for value in PERSONAL)}


def test_a_store_made_under_a_key_is_read_and_written_by_it_and_nothing_of_it_is_in_the_clear(
    db, make_run, frames, tmp_path
):
    publish(db, make_run("run-2"), frames)
    back_up(db, AT)
    assert [run["run_id"] for run in runs(db)] == ["run-2", "run-1"]
    purge(db, due(db, AT.date(), datetime(2099, 1, 1).date(), (Table.PERSON,)), DEED)  # noqa: DTZ001
    assert (state_of(db), [one.latest_run for one in backups_of(db)]) == (State.ENCRYPTED, ["run-2"])
    assert in_the_clear(tmp_path) == set()
    assert {path.name for path in tmp_path.iterdir()} == {"t.duckdb", "t.duckdb.backups"}


def test_the_write_ahead_log_is_encrypted_too(db):
    with connect(db, write=True) as con:
        con.execute("SET wal_autocheckpoint = '1GB'")
        con.execute("UPDATE person SET nama = 'SITI AMINAH BINTI'")
        log = db.with_name("t.duckdb.wal").read_bytes()
        assert (len(log) > 0, any(value in log for value in PERSONAL)) == (True, False)
    assert not db.with_name("t.duckdb.wal").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [(VALUE, "", FILE), (VALUE, OTHER.text, "another key"), (VALUE, "0815", "holds no store key")],
)
def test_without_the_key_it_is_not_opened_and_the_cure_is_told(db, keyed, name, value, told):
    before = db.read_bytes()
    keyed.setenv(name, value)
    for write in (False, True):
        with pytest.raises(UsageError, match=told) as refused, connect(db, write=write):
            pass
        assert (KEY.text in str(refused.value), refused.value.exit_code) == (False, 2)
    assert db.read_bytes() == before


def test_what_cannot_be_encrypted_is_refused_before_a_run_and_never_written_in_the_clear(tmp_path, keyed, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    keyed.delenv(MODULE)
    with pytest.raises(StoreKeyError, match="httpfs"):
        check_can_publish(tmp_path / "new.duckdb")
    assert not (tmp_path / "new.duckdb").exists()


def test_a_key_and_a_store_in_the_clear_do_not_go_together_until_it_is_encrypted(tmp_path, keyed, make_run, frames):
    db = tmp_path / "t.duckdb"
    with pytest.MonkeyPatch.context() as without:
        without.delenv(VALUE)
        publish(db, make_run(), frames)
        back_up(db, AT)
        Checkpoints(tmp_path / "t.duckdb.work").write("ppse", "k", frames[Table.PERSON])
    assert in_the_clear(tmp_path) >= {"t.duckdb"}
    with pytest.raises(StoreKeyError, match="targeting encrypt"):
        publish(db, make_run("run-2"), frames)
    done = encrypt(db, DEED, KEY)
    assert (len(done.files), done.left, done.checkpoints) == (2, (), ("ppse",))
    assert in_the_clear(tmp_path) == set()
    assert (state_of(db), [event["action"] for event in events_of(db)], verify(db)[1]) == (
        State.ENCRYPTED,
        ["encrypt"],
        [],
    )

    broken = db.with_name("t.duckdb.backups") / "1.duckdb"
    broken.write_bytes(b"no store")
    rotated = encrypt(db, DEED, OTHER, KEY)
    assert (len(rotated.files), rotated.left) == (2, (broken,))
    keyed.setenv(VALUE, OTHER.text)
    assert [run["run_id"] for run in runs(db)] == ["run-1"]

    encrypt(db, DEED, None, OTHER)
    keyed.delenv(VALUE)
    assert (state_of(db), len(events_of(db)), verify(db)[1]) == (State.CLEAR, 3, [])


def test_a_damaged_encrypted_store_is_told_and_restored(db):
    back_up(db, AT)
    content = bytearray(db.read_bytes())
    content[5000:9000] = bytes(byte ^ 255 for byte in content[5000:9000])
    db.write_bytes(content)
    with pytest.raises(InputFileError, match="targeting restore"):
        back_up(db, AT)
    restore(db, AT)
    assert [run["run_id"] for run in runs(db)] == ["run-1"]


def test_backups_that_only_want_their_key_are_not_called_unreadable(db, keyed):
    back_up(db, AT)
    keyed.setenv(VALUE, OTHER.text)
    with pytest.raises(StoreKeyError, match="another key"):
        restore(db, AT)


def test_who_holds_an_encrypted_store_is_named(db):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(StoreLockedError, match=f"process {holder.pid}"), connect(db, write=False):
            pass
    finally:
        holder.communicate("")


def test_checkpoints_under_a_key_are_sealed_and_come_back_as_they_were(tmp_path, keyed, frames):
    checkpoints = Checkpoints(tmp_path)
    frame = frames[Table.PERSON].with_columns(kind=pl.Series(["a", "b", "a", None], dtype=pl.Enum(["a", "b"])))
    checkpoints.write("ppse", "k", frame)
    assert in_the_clear(tmp_path) == set()
    found = checkpoints.read("ppse", "k", pl.DataFrame)
    assert found is not None
    assert found.schema == frame.schema
    assert found.equals(frame)
    keyed.setenv(VALUE, OTHER.text)
    assert checkpoints.read("ppse", "k", pl.DataFrame) is None


def test_what_was_sealed_is_authenticated():
    content = sealed(b"abc" * 1000, KEY)
    assert (unsealed(content, KEY), unsealed(sealed(b"", KEY), KEY)) == (b"abc" * 1000, b"")
    for at in (100, len(content) // 2, len(content) - 20):
        with pytest.raises(ValueError, match="cannot be opened"):
            unsealed(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], KEY)


def test_a_parquet_export_under_a_key_is_read_by_arrow_and_duckdb_with_the_key_alone(db, tmp_path):
    asked = ExportRequest("tester", AT, tmp_path / "out", formats=("parquet",), parquet_key=KEY.secret, reveal=True,
                          purpose="verifikasi lapangan", everyone=True)  # fmt: skip
    path = export(db, asked)[0]
    assert path.read_bytes().startswith(b"PARE")
    assert in_the_clear(tmp_path) == set()
    with pytest.raises(pl.exceptions.PolarsError):
        pl.read_parquet(path)
    with pytest.raises(OSError, match=r"decrypt"):
        pq.read_table(path, decryption_properties=create_decryption_properties(footer_key=OTHER.secret))
    table = pq.read_table(path, decryption_properties=create_decryption_properties(footer_key=KEY.secret))
    assert (table.num_rows, b"note" in table.schema.metadata) == (3, True)
    with duckdb.connect() as con:
        con.execute("PRAGMA add_parquet_key('k', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')")
        sql = f"SELECT count(*) FROM read_parquet('{path}', encryption_config = {{footer_key: 'k'}})"
        assert rows(con, sql) == [(3,)]
    with pytest.raises(UsageError, match="--format parquet"):
        export(db, ExportRequest("tester", AT, tmp_path / "out", parquet_key=KEY.secret))

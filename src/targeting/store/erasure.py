"""Takes a person out of the store: nothing that tells who it was stays, and the counts of every run still hold.

The person's rows stay as traces under a name that means nothing (`E-0001-1`), everything else in them empty. What a
household has in common stays while others live in it; a household that was the person's alone is emptied likewise.
The ledger lies beside the store, not in it: a backup of before the erasure, once restored, is held to it. Backups in
the folder beside the store are changed as the store is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from targeting.errors import InputFileError
from targeting.store.audit import Action, AuditEvent, add_event
from targeting.store.connection import connect, owner_only, rows, transaction
from targeting.store.copies import Copies, in_backups, without_checkpoints
from targeting.store.lock import run_lock
from targeting.store.pseudonym import PseudonymKey
from targeting.store.rewrite import check_room, rewrite
from targeting.store.schema import check_is_store, ensure_schema, quoted
from targeting.store.subject import identity_numbers, mark
from targeting.vocabulary import Table

ERASED = "(dihapus)"
LEDGER_ENDING = ".erasures.jsonl"

KEPT: Mapping[Table, tuple[str, ...]] = {
    Table.PERSON: ("run_id", "person_id", "household_id"),
    Table.HOUSEHOLD: ("run_id", "household_id", "kode_kabupaten_kota"),
    Table.ASSESSMENT: ("run_id", "household_id", "kode_kabupaten_kota", "gate_outcome", "score"),
    Table.CANDIDATE: ("run_id", "household_id", "district", "area", "rank", "status", "score", "seat_basis", "batch"),
}
"""What stays of a row of which everything else is emptied: what counts and seats are made of."""

_NAMES = """
    CREATE OR REPLACE TEMP TABLE erased_person AS
    SELECT person_id AS old, concat($erasure, '-', row_number() OVER (ORDER BY person_id)) AS new
    FROM (SELECT DISTINCT person_id FROM subject_person);
"""
_HOME_NAMES = """
    CREATE OR REPLACE TEMP TABLE erased_home AS
    SELECT household_id AS old, concat($erasure, '-H', row_number() OVER (ORDER BY household_id)) AS new
    FROM (SELECT household_id FROM subject_household GROUP BY household_id HAVING bool_and(alone))"""


@dataclass(frozen=True)
class Erasure:
    """What was erased: its number, and how many rows of each table were changed or removed."""

    erasure_id: str
    rows: Mapping[str, int]
    copies: Copies | None = None
    """What was done in backups and checkpoints beside the store."""


def ledger_of(db: Path) -> Path:
    """Where the ledger of erased persons is."""
    return db.with_name(db.name + LEDGER_ENDING)


def entries_of(db: Path) -> list[dict[str, Any]]:
    """Every erasure so far, none without a ledger. InputFileError if the ledger cannot be read."""
    path = ledger_of(db)
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError):
        raise InputFileError(f"{path} cannot be read. Restore it from its own copy: it names who was erased.") from None


def erase(db: Path, nik: str, key: PseudonymKey, event: AuditEvent) -> Erasure:
    """Nothing in the store names the person any more, the ledger does by a keyed hash, and the file was written anew.

    So were the backups beside it, and checkpoints are gone: the next run begins from its input files. The ledger is
    written first: what is stopped half way is finished by `hold_to_ledger`.
    """
    with run_lock(db):
        check_room(db)
        number = f"E-{len(entries_of(db)) + 1:04}"
        _add(db, {"erasure_id": number, "subject": key.of_subject(nik), "mark": key.mark, "at": event.at.isoformat()})
        done = _erase(db, [(nik, number)], event)[0]
        rewrite(db)
        backups = in_backups(db, lambda path: _erased_in_copy(path, [(nik, number)], event))
        copies = Copies(*backups, checkpoints=without_checkpoints(db))
    return replace(done, copies=copies)


def _erased_in_copy(path: Path, who: Sequence[tuple[str, str]], event: AuditEvent) -> int:
    """Rows of a backup that were changed; the file was written anew."""
    check_room(path)
    done = _erase(path, who, event)
    rewrite(path)
    return sum(sum(one.rows.values()) for one in done)


def hold_to_ledger(db: Path, keys: Sequence[PseudonymKey], event: AuditEvent, *, beside: bool = True) -> list[Erasure]:
    """Persons whom the ledger names and the store holds again are erased again: what a restored backup needs.

    Unless `beside` is False its backups are held to the ledger too, and checkpoints are gone.
    """
    known = {entry["subject"]: str(entry["erasure_id"]) for entry in entries_of(db)}
    if not known:
        return []
    with run_lock(db):
        again = _held_again(db, known, keys)
        if again:
            check_room(db)
        done = _erase(db, again, event)
        if done:
            rewrite(db)
        if not beside:
            return done
        backups = in_backups(db, lambda path: _held(path, known, keys, event))
        copies = Copies(*backups, checkpoints=without_checkpoints(db) if done else ())
    return [replace(one, copies=copies) for one in done[:1]] + done[1:]


def _held(path: Path, known: Mapping[str, str], keys: Sequence[PseudonymKey], event: AuditEvent) -> int:
    """Rows of a backup that were changed, since they named somebody of the ledger."""
    again = _held_again(path, known, keys)
    return _erased_in_copy(path, again, event) if again else 0


def _held_again(path: Path, known: Mapping[str, str], keys: Sequence[PseudonymKey]) -> list[tuple[str, str]]:
    """NIK and number of the persons of the ledger whom a store holds."""
    with connect(path, write=False) as con:
        check_is_store(con, path)
        names = [(nik, key.of_subject(nik)) for nik in identity_numbers(con) for key in keys]
    return [(nik, known[name]) for nik, name in names if name in known]


def _erase(db: Path, who: Sequence[tuple[str, str]], event: AuditEvent) -> list[Erasure]:
    """Each person out of all tables, one transaction a person, each with its audit event."""
    done = []
    for nik, number in who:
        with connect(db, write=True) as con, transaction(con):
            ensure_schema(con)
            found = Erasure(number, _empty(con, nik, number))
            detail = dict(event.detail) | {"erasure_id": number, "rows": found.rows}
            add_event(con, replace(event, action=Action.ERASE, detail=detail))
        done.append(found)
    return done


def _empty(con: duckdb.DuckDBPyConnection, nik: str, number: str) -> dict[str, int]:
    """The open store without the person; rows changed by table."""
    mark(con, nik)
    con.execute(_NAMES, {"erasure": number})
    con.execute(_HOME_NAMES, {"erasure": number})
    counts = {
        str(Table.REJECTED_ROW): _run(
            con,
            f"""UPDATE rejected_row SET raw = '{ERASED}', record_id = NULL
            WHERE contains(raw, $nik) OR record_id IN (SELECT old FROM erased_person)
                OR record_id IN (SELECT old FROM erased_home)""",
            {"nik": nik},
        ),
        # Both records stand in a pair, and the one beside another person's may be this one's.
        str(Table.REVIEW_PAIR): _run(
            con,
            """DELETE FROM review_pair WHERE contains(records, $nik) OR person_id IN (SELECT old FROM erased_person)
                OR household_id IN (SELECT old FROM erased_home)""",
            {"nik": nik},
        ),
        str(Table.VALIDATION_ISSUE): _renamed(con, Table.VALIDATION_ISSUE, "record_id", "erased_person")
        + _renamed(con, Table.VALIDATION_ISSUE, "record_id", "erased_home"),
    }
    counts |= {str(table): count for table, count in _traces(con).items()}
    return {table: count for table, count in counts.items() if count}


def _traces(con: duckdb.DuckDBPyConnection) -> dict[Table, int]:
    """Links removed, rows emptied, names replaced wherever they stand."""
    own, home = "person_id IN (SELECT old FROM erased_person)", "household_id IN (SELECT old FROM erased_home)"
    nominee = "nominee_person_id IN (SELECT old FROM erased_person)"
    counts = {
        Table.LINKED_PERSON: _run(con, _unshared("linked_person", "dtsen_person_id", "person_link", own)),
        Table.LINKED_FAMILY: _run(con, _unshared("linked_family", "dtsen_family_id", "household_link", home)),
        Table.PERSON_LINK: _run(con, f"UPDATE person_link SET dtsen_person_id = '{ERASED}' WHERE {own}"),
        Table.HOUSEHOLD_LINK: _run(con, f"UPDATE household_link SET dtsen_family_id = '{ERASED}' WHERE {home}"),
        Table.REVIEW_LEDGER: _run(
            con,
            f"""UPDATE review_ledger SET dtsen_person_id = '{ERASED}', fingerprint = '{ERASED}', reason = '{ERASED}',
                note = NULL WHERE {own}""",
        ),
        Table.PRIOR_MATCH: _run(con, f"DELETE FROM prior_match WHERE {own}"),
        Table.MODEL_PROBABILITY: _run(con, f"DELETE FROM model_probability WHERE {home}"),
        Table.PERSON: _emptied(con, Table.PERSON, own),
        Table.HOUSEHOLD: _emptied(con, Table.HOUSEHOLD, home),
        Table.ASSESSMENT: _run(
            con, f"UPDATE assessment SET nominee_female = NULL, nominee_disability = NULL WHERE {nominee}"
        )
        + _emptied(con, Table.ASSESSMENT, home),
        Table.CANDIDATE: _emptied(con, Table.CANDIDATE, home),
        Table.OVERRIDE_LEDGER: _run(con, f"UPDATE override_ledger SET reason = '{ERASED}' WHERE {home}"),
    }
    con.execute("""
        UPDATE assessment SET nominee_alternatives =
            replace(nominee_alternatives::VARCHAR, '"' || old || '"', '"' || new || '"')::JSON
        FROM erased_person WHERE contains(nominee_alternatives::VARCHAR, '"' || old || '"')""")
    for table, column in (
        (Table.PERSON, "person_id"),
        (Table.PERSON_LINK, "person_id"),
        (Table.REVIEW_LEDGER, "person_id"),
        (Table.ASSESSMENT, "nominee_person_id"),
        (Table.CANDIDATE, "nominee_person_id"),
    ):
        _renamed(con, table, column, "erased_person")
    for table, column in (
        *((table, "household_id") for table in (*KEPT, Table.HOUSEHOLD_LINK, Table.OVERRIDE_LEDGER)),
        (Table.CANDIDATE, "displaced_by"),
        (Table.REPLACEMENT, "declined_household_id"),
        (Table.REPLACEMENT, "replaced_by"),
    ):
        _renamed(con, table, column, "erased_home")
    return counts


def _unshared(table: str, key: str, link: str, own: str) -> str:
    """Removes what the register told of the person alone; a row that a link of somebody else names is theirs."""
    return f"""
        DELETE FROM {table} WHERE (run_id, {key}) IN (SELECT (run_id, {key}) FROM {link} WHERE {own})
            AND (run_id, {key}) NOT IN (SELECT (run_id, {key}) FROM {link} WHERE NOT {own})"""


def _emptied(con: duckdb.DuckDBPyConnection, table: Table, which: str) -> int:
    """Every column but those kept is empty."""
    sql = "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
    lost = [name for (name,) in rows(con, sql, [str(table)]) if name not in KEPT[table]]
    return _run(con, f"UPDATE {table} SET {', '.join(f'{quoted(name)} = NULL' for name in lost)} WHERE {which}")


def _renamed(con: duckdb.DuckDBPyConnection, table: Table, column: str, names: str) -> int:
    """Every old name in the column is the new one."""
    return _run(con, f"UPDATE {table} SET {column} = new FROM {names} WHERE {column} = old")


def _run(con: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, Any] | None = None) -> int:
    """Rows that a statement changed."""
    found = con.execute(sql, dict(given)) if given else con.execute(sql)
    return int(found.fetchall()[0][0])


def _add(db: Path, entry: Mapping[str, str]) -> None:
    """One line more in the ledger, on disk, for its owner's eyes only."""
    with owner_only(), ledger_of(db).open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")

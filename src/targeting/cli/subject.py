"""targeting subject and erase: what the store holds on one person, and the end of it."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any

import typer

from targeting import store
from targeting.cli.copies import show_copies, told_of_copies
from targeting.cli.key import earlier_keys, needed_key, pseudonym_key
from targeting.cli.options import DEFAULT_STORE, AsJson, Lang, Operator, Purpose, StoreFile, check_reveal, now
from targeting.cli.output import console, log, print_json, print_table
from targeting.errors import UsageError
from targeting.report.headings import TITLES
from targeting.report.labels import Language, in_language
from targeting.store.copies import Copies
from targeting.store.erasure import Erasure, hold_to_ledger, ledger_of
from targeting.store.erasure import erase as erase_person
from targeting.store.subject import subject as held_on

Nik = Annotated[
    str | None,
    typer.Argument(
        metavar="NIK", help="Better left out: the shell keeps it. Then it is asked for, or read from stdin."
    ),
]
NOTHING = {
    Language.ID: "Tidak ada data tentang NIK ini.",
    Language.EN: "The store holds nothing on this NIK.",
}


def subject(
    nik: Nik = None,
    *,
    purpose: Purpose = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.ID,
    as_json: AsJson = False,
) -> None:
    """Show everything the store holds on a person, table by table, unmasked: for the right of access.

    Needs --purpose and an operator; the look is recorded. Of other members of the household nothing is shown.

    Example: targeting subject --purpose "permintaan akses nomor 12" --json
    """
    why, who = check_reveal(purpose, operator)
    number = read_nik(nik)
    event = store.AuditEvent(store.OUTSIDE_RUNS, now(), store.Action.ACCESS, who, why, _named(number))
    found = held_on(db, number, event)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(NOTHING[lang], markup=False)
    titles = in_language(TITLES, lang)
    for table, rows in found.items():
        for place, row in enumerate(rows, start=1):
            title = f"{titles.get(table, table)} ({table}) {place}/{len(rows)}"
            print_table(title, ["", ""], [(name, value) for name, value in row.items()])


def erase(
    nik: Nik = None,
    *,
    replay: Annotated[
        bool, typer.Option("--replay", help="Erase again everybody in the ledger: after a backup was restored.")
    ] = False,
    purpose: Purpose = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Take a person out of all tables; the counts of every run still hold. Needs the pseudonym key.

    Backups beside the store are changed as the store is, and checkpoints are removed. The ledger beside the store keeps
    a keyed hash, so that a copy from elsewhere can be held to it with --replay once it is restored. Not reached: input
    files, files exported before, the register's snapshot.

    Example: targeting erase --purpose "permohonan penghapusan nomor 7"
    """
    why, who = check_reveal(purpose, operator)
    key = needed_key()
    event = store.AuditEvent(store.OUTSIDE_RUNS, now(), store.Action.ERASE, who, why)
    if replay:
        done = hold_to_ledger(db, [key, *earlier_keys()], event)
    else:
        done = [erase_person(db, read_nik(nik), key, event)]
    _show(done, str(ledger_of(db)), as_json=as_json)


def read_nik(given: str | None) -> str:
    """The NIK from the argument (with a warning), from a prompt that does not show it, or from stdin."""
    if given not in (None, "-"):
        log.print("warning: the shell keeps this NIK in its history; leave it out next time.", markup=False)
        text = str(given)
    elif sys.stdin.isatty():
        text = typer.prompt("NIK", hide_input=True, err=True)
    else:
        text = sys.stdin.readline()
    if not re.fullmatch(r"\d{16}", text.strip()):
        raise UsageError("a NIK has 16 digits, and what was given has not. Give it on one line.")
    return text.strip()


def _named(nik: str) -> dict[str, Any]:
    """What the audit says of whom was asked after: the pseudonym, stars without a key."""
    return store.mask_record({"command": "subject", "nik": nik}, pseudonym_key())


def _show(done: list[Erasure], ledger: str, *, as_json: bool) -> None:
    """The erasures and what each changed."""
    copies = next((one.copies for one in done if one.copies is not None), Copies({}))
    if as_json:
        parts = [{"erasure_id": one.erasure_id, "rows": dict(one.rows)} for one in done]
        print_json({"erased": parts, "ledger": ledger} | told_of_copies(copies))
        return
    for one in done:
        print_table(f"{one.erasure_id}: rows emptied", ["table", "rows"], list(one.rows.items()), (1,))
    console.print(f"{len(done)} erased; ledger: {ledger}", markup=False, soft_wrap=True)
    show_copies(copies, "erased")
    log.print(
        "not reached: copies in other folders (after restoring one: targeting erase --replay), exported files "
        "(targeting audit list names them), the register's snapshot (targeting registry build makes a new one), input "
        "files: whoever stands in them is erased again by each run that has the pseudonym key, and comes back without.",
        markup=False,
        soft_wrap=True,
    )

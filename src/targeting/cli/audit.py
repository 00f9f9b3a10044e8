"""`targeting audit`: who took what out of the store and why, and whether that record is as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import DEFAULT_STORE, AsJson, Lang, StoreFile
from targeting.cli.output import console, log, print_json, print_table
from targeting.errors import InputFileError
from targeting.report.labels import Label, Language, in_language
from targeting.store.export.files import write_text

app = typer.Typer(no_args_is_help=True, help="Who took what out of the store and why, and whether the record holds.")

BROKEN = 1
"""The exit code of a record that does not hold."""

WORDS: Mapping[str, Label] = {
    "title": Label("catatan audit", "audit events"),
    "sequence": Label("no.", "no."),
    "happened_at": Label("waktu (UTC)", "when (UTC)"),
    "run_id": Label("proses", "run"),
    "told": Label("tindakan, oleh siapa: untuk apa", "action, by whom: why"),
    "export": Label("ekspor", "export"),
    "reveal": Label("tampilkan data pribadi", "reveal"),
    "access": Label("permintaan akses subjek", "access"),
    "erase": Label("penghapusan", "erase"),
    "answer": Label("pergeseran daftar dipertanggungjawabkan", "shift answered for"),
    "override": Label("keputusan petugas", "override"),
    "replace": Label("penggantian", "replace"),
    "purge": Label("pemusnahan menurut retensi", "purge"),
    "whole": Label("Catatan utuh: {0} kejadian, kepala {1}", "The record holds: {0} events, head {1}"),
    "no_head": Label(
        "Tanpa --head, rantai yang ditulis ulang seluruhnya beserta kepalanya di berkas ini tidak terlihat. "
        "'targeting audit head --out BERKAS' menyimpan kepalanya; simpan di luar mesin ini.",
        "Without --head nobody can tell a chain that was written anew as a whole, with its head in this file. "
        "'targeting audit head --out FILE' saves the head; keep it outside of this machine.",
    ),
    "broken": Label("Catatan tidak utuh: {0} tempat", "The record does not hold, in {0} places"),
    "edited": Label("isinya diubah", "its content was changed"),
    "missing": Label("hilang", "it is missing"),
    "moved": Label("tidak bersambung dengan kejadian sebelumnya", "it does not follow from the event before it"),
    "truncated": Label("dipotong: kepala yang disimpan tidak ada lagi", "cut off: the head that was saved is gone"),
    "replaced": Label("rantai ditulis ulang sejak kepala disimpan", "the chain was rewritten since the head was saved"),
    "unchained": Label("ditulis tanpa rantai", "it was written without the chain"),
    "advice": Label(
        "Bandingkan dengan cadangan, dan laporkan kepada pejabat pelindungan data (UU 27/2022 Pasal 46 dan 53).",
        "Compare it with a backup, and tell the data protection officer (Law 27/2022, Articles 46 and 53).",
    ),
}


@app.callback()
def audit() -> None:
    """Who took what out of the store and why, and whether the record holds."""


@app.command("list")
def list_events(
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """List every export, reveal, access, erasure, purge, decision and answered shift, the oldest first.

    Example: targeting audit list --lang id
    """
    events = [_masked(event) for event in store.events_of(db)]
    if as_json:
        print_json(events)
        return
    words = in_language(WORDS, lang)
    heads = [words[name] for name in ("sequence", "happened_at", "run_id", "told")]
    print_table(words["title"], heads, [_row(event, words) for event in events], (0,), whole=(0, 1, 2))


def _masked(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without identity numbers; sixteen digits in a row of a hash are none."""
    hashes = ("previous_hash", "hash")
    told = {name: value for name, value in event.items() if name not in hashes}
    return store.mask_record(told, pseudonym_key()) | {name: event[name] for name in hashes}


def _row(event: Mapping[str, Any], words: Mapping[str, str]) -> tuple[Any, ...]:
    """One event; the action in words, the time to the minute, the rest in one cell: a run's id alone is 23 letters."""
    action = words.get(event["action"], event["action"])
    told = f"{action}, {event['operator']}: {event['purpose']}"
    return (event["sequence"], f"{event['happened_at']:%Y-%m-%d %H:%M}", event["run_id"], told)


@app.command()
def head(
    out: Annotated[Path | None, typer.Option("--out", help="File to write it to; without it, it is printed.")] = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Write the record's head: number and hash of its last event. Kept elsewhere, it proves that nothing was cut off.

    Example: targeting audit head --out audit-head.json
    """
    last = store.head_of(db)
    told = {"sequence": last.sequence, "hash": last.hash}
    if out is not None:
        write_text(out, json.dumps(told) + "\n")
    if as_json:
        print_json(told | {"file": None if out is None else str(out)})
    else:
        typer.echo(out or json.dumps(told))


@app.command()
def verify(
    saved: Annotated[
        Path | None, typer.Option("--head", help="A head that 'audit head' wrote and that was kept elsewhere.")
    ] = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Verify that no audit event was changed, removed, moved or cut off; with --head nor the whole record rewritten.

    Ends with 1 if the record does not hold.

    Example: targeting audit verify --head audit-head.json
    """
    last, breaks = store.verify(db, None if saved is None else read_head(saved))
    words = in_language(WORDS, lang)
    if as_json:
        told = [{"sequence": one.sequence, "kind": one.kind} for one in breaks]
        print_json({"holds": not breaks, "sequence": last.sequence, "hash": last.hash, "breaks": told})
    elif breaks:
        console.print(words["broken"].format(len(breaks)), style="bold red", markup=False)
        for one in breaks:
            console.print(f"  {one.sequence}: {words[one.kind]}", markup=False)
        console.print(words["advice"], markup=False, soft_wrap=True)
    else:
        console.print(words["whole"].format(last.sequence, last.hash), markup=False, soft_wrap=True)
    if saved is None:
        log.print(words["no_head"], markup=False, soft_wrap=True)
    if breaks:
        raise typer.Exit(BROKEN)


def read_head(path: Path) -> store.Head:
    """The head in a file that `audit head` wrote. InputFileError for any other file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return store.Head(int(told["sequence"]), str(told["hash"]))
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}. Check the path.") from None
    except (ValueError, KeyError, TypeError):
        raise InputFileError(f"{path} holds no head of an audit record. Give a file that 'audit head' wrote.") from None

"""targeting backup and restore: copies of the store, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from targeting import store
from targeting.cli.interrupt import interruptible
from targeting.cli.ledger import RESTORED, held_to_ledger
from targeting.cli.options import DEFAULT_STORE, AsJson, Operator, StoreFile, now
from targeting.cli.output import console, print_json

Wait = Annotated[float, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for whoever uses the DuckDB file.")]


def backup(
    *,
    db: StoreFile = DEFAULT_STORE,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the copies; DB.backups without it.")] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Copies that stay; older ones are removed.")] = 7,
    wait: Wait = 0.0,
    as_json: AsJson = False,
) -> None:
    """Copy the DuckDB file, verified, for its owner's eyes only; best after every run.

    The copy holds personal data as the store does. Keep one on another disk: --out.

    Example: targeting backup --db targeting.duckdb
    """
    with interruptible("no copy was made"):
        made = store.back_up(db, now(), out, keep, wait)
    told = {"backup": str(made.path), "runs": made.runs, "latest_run": made.latest_run}
    if as_json:
        print_json(told)
        return
    console.print(f"{made.path}: {made.runs} runs, the latest {made.latest_run or '-'}", markup=False, soft_wrap=True)


def restore(
    *,
    db: StoreFile = DEFAULT_STORE,
    source: Annotated[
        Path | None, typer.Option("--from", help="The copy to restore; the newest that can be read without it.")
    ] = None,
    wait: Wait = 0.0,
    operator: Operator = None,
    as_json: AsJson = False,
) -> None:
    """Put the last backup in the place of a damaged DuckDB file, which is moved aside and not removed.

    What was written after that backup is not in it: start the run again. Persons whom the ledger of erasures names are
    erased again, if the pseudonym key is there.

    Example: targeting restore --db targeting.duckdb
    """
    with interruptible("nothing was restored"):
        done = store.restore(db, now(), source, wait)
    again = held_to_ledger(db, operator, RESTORED, "the backup", beside=True)
    if as_json:
        print_json(
            {
                "db": str(db),
                "backup": str(done.backup.path),
                "runs": done.backup.runs,
                "latest_run": done.backup.latest_run,
                "damaged": None if done.damaged is None else str(done.damaged),
                "erased_again": again,
            }
        )
        return
    moved = "" if done.damaged is None else f"; the file that was there is {done.damaged}"
    told = f"{db} is {done.backup.path}: {done.backup.runs} runs, the latest {done.backup.latest_run or '-'}{moved}"
    console.print(told, markup=False, soft_wrap=True)
    if again:
        console.print(f"erased again: {', '.join(again)}", markup=False, soft_wrap=True)

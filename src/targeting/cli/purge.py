"""targeting purge: remove what was kept long enough, after showing what that is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from targeting import store
from targeting.cli.copies import show_copies, told_of_copies
from targeting.cli.options import DEFAULT_STORE, AsJson, Operator, StoreFile, check_reveal, now
from targeting.cli.output import console, log, print_json, print_table
from targeting.errors import UsageError
from targeting.store.copies import Copies
from targeting.store.retention import due, due_in_backups, purge_beside
from targeting.store.retention import purge as remove
from targeting.vocabulary import PURGEABLE, Table

DEFAULT_REASON = "masa retensi berakhir (retention period over)"


def purge(
    *,
    before: Annotated[
        datetime | None,
        typer.Option("--before", formats=["%Y-%m-%d"], help="Runs that ended before this day, whatever they said."),
    ] = None,
    tables: Annotated[list[Table] | None, typer.Option("--table", help="Only this table; more than once.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Remove the rows; else they are only counted.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in audit_event.")] = DEFAULT_REASON,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Count the rows whose retention is over; with --confirm remove them. A run's own row and its counts stay.

    Without --before, each run's retention is what its pipeline file said under 'retention'. The backups beside the
    store lose the same rows, and a run that was begun before the day and never ended its checkpoints. Not reached:
    exported files, copies in other folders, input files.

    Example: targeting purge --before 2025-12-31
    """
    chosen = tuple(tables or PURGEABLE)
    wrong = sorted(set(chosen) - set(PURGEABLE))
    if wrong:
        raise UsageError(f"{', '.join(wrong)} cannot be purged. Tables that can: {', '.join(PURGEABLE)}.")
    why, who = check_reveal(reason, operator)
    at = now()
    day = before.date() if before else None
    what = due(db, at.date(), day, chosen)
    if confirm:
        event = store.AuditEvent(
            store.OUTSIDE_RUNS, at, store.Action.PURGE, who, why, {"before": None if day is None else str(day)}
        )
        if what:
            remove(db, what, event)
        copies = purge_beside(db, at.date(), event, day, chosen)
    else:
        copies = Copies(*due_in_backups(db, at.date(), day, chosen), left=tuple(store.checkpoints_of(db).steps()))
    rows = [(one.run_id, str(one.table), one.rows) for one in what]
    if as_json:
        parts = [dict(zip(("run_id", "table", "rows"), row, strict=True)) for row in rows]
        told = {"purged": confirm, "rows": sum(one.rows for one in what), "parts": parts}
        print_json(told | told_of_copies(copies))
        return
    title = "purged" if confirm else "would be purged"
    if what:
        print_table(title, ["run", "table", "rows"], list(rows), (2,), whole=(0,))
    else:
        console.print("nothing to purge", markup=False)
    show_copies(copies, title)
    if not confirm and (what or any(copies.rows.values())):
        log.print("nothing was removed; --confirm removes these rows", markup=False)

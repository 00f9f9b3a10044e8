"""targeting purge: remove what was kept long enough, after showing what that is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from targeting import store
from targeting.cli.options import DEFAULT_STORE, AsJson, Operator, StoreFile, check_reveal, now
from targeting.cli.output import console, log, print_json, print_table
from targeting.errors import UsageError
from targeting.store.retention import due
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

    Without --before, each run's retention is what its pipeline file said under 'retention'. Backups and exported files
    are not touched: remove those older than the same day.

    Example: targeting purge --before 2025-12-31
    """
    chosen = tuple(tables or PURGEABLE)
    wrong = sorted(set(chosen) - set(PURGEABLE))
    if wrong:
        raise UsageError(f"{', '.join(wrong)} cannot be purged. Tables that can: {', '.join(PURGEABLE)}.")
    why, who = check_reveal(reason, operator)
    at = now()
    what = due(db, at.date(), before.date() if before else None, chosen)
    if confirm and what:
        detail = {"before": None if before is None else str(before.date())}
        remove(db, what, store.AuditEvent(store.OUTSIDE_RUNS, at, store.Action.PURGE, who, why, detail))
    rows = [(one.run_id, str(one.table), one.rows) for one in what]
    if as_json:
        parts = [dict(zip(("run_id", "table", "rows"), row, strict=True)) for row in rows]
        print_json({"purged": confirm, "rows": sum(one.rows for one in what), "parts": parts})
        return
    if not what:
        console.print("nothing to purge", markup=False)
        return
    print_table("purged" if confirm else "would be purged", ["run", "table", "rows"], list(rows), (2,), whole=(0,))
    if not confirm:
        log.print("nothing was removed; --confirm removes these rows", markup=False)

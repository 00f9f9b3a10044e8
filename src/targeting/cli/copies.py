"""What purging and erasing tell of backups and checkpoints beside the store, and of what they did not reach."""

from __future__ import annotations

from typing import Any

from targeting.cli.output import console, log
from targeting.store.copies import Copies


def told_of_copies(copies: Copies) -> dict[str, Any]:
    """For machines."""
    return {
        "backups": [{"backup": str(path), "rows": rows} for path, rows in copies.rows.items()],
        "backups_not_reached": [str(path) for path in copies.unreached],
        "checkpoints_removed": list(copies.checkpoints),
        "checkpoints_left": list(copies.left),
    }


def show_copies(copies: Copies, title: str) -> None:
    """For people: what was done to stdout, what was not to stderr, each with the command that does it."""
    for path, rows in copies.rows.items():
        if rows:
            console.print(f"{title}: {rows:,} rows of backup {path.name}", markup=False, soft_wrap=True)
    if copies.checkpoints:
        console.print(f"checkpoints removed: {', '.join(copies.checkpoints)}", markup=False, soft_wrap=True)
    for path in copies.unreached:
        log.print(f"not reached: {path} cannot be read. Remove it: rm '{path}'", markup=False, soft_wrap=True)
    if copies.left:
        log.print(
            f"not reached: checkpoints ({', '.join(copies.left)}) of an unfinished run or a kept register. "
            "'targeting run PIPELINE.yaml --fresh' replaces them.",
            markup=False,
            soft_wrap=True,
        )

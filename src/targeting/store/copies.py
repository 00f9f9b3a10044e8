"""What lies beside the store and holds the same persons: its backups, and the checkpoints of an unfinished run.

What is taken out of the store is taken out of them too. What cannot be reached from here is named, never passed over:
a backup that cannot be read, copies in other folders, exported files, input files.
"""

from __future__ import annotations

import glob
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from targeting.errors import TargetingError
from targeting.store.backup import ASIDE, ENDING, backups_folder
from targeting.store.checkpoints import Checkpoints, checkpoints_of


@dataclass(frozen=True)
class Copies:
    """What was done beside the store.

    rows: of each backup, or file that a restore set aside, that could be reached, how many rows were changed or
    removed; unreached: those that could not; checkpoints: steps of an unfinished run, or of a kept register, that are
    gone; left: those that stay.
    """

    rows: dict[Path, int]
    unreached: tuple[Path, ...] = ()
    checkpoints: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def in_backups(db: Path, deed: Callable[[Path], int]) -> tuple[dict[Path, int], tuple[Path, ...]]:
    """Rows that the deed changes in each backup and file set aside beside the store, and those that it could not be
    done in."""
    done: dict[Path, int] = {}
    unreached = []
    for path in (*sorted(backups_folder(db).glob(f"*{ENDING}")), *set_aside(db)):
        try:
            done[path] = deed(path)
        except (TargetingError, duckdb.Error):
            log = path.with_name(path.name + ".wal")  # of a file set aside: rows that never reached it
            unreached += [path, log] if log.exists() else [path]
    return done, tuple(unreached)


def set_aside(db: Path) -> list[Path]:
    """Files that a restore moved out of the store's place: damaged or not, they hold the same persons."""
    found = db.parent.glob(f"{glob.escape(db.name)}{ASIDE}*")
    return sorted(path for path in found if not path.name.endswith(".wal"))


def without_checkpoints(db: Path) -> tuple[str, ...]:
    """Steps whose checkpoints were there and are gone: the next run begins from its input files."""
    checkpoints = checkpoints_of(db)
    steps = checkpoints.steps()
    checkpoints.clear()
    return tuple(steps)


def without_old_checkpoints(db: Path, before: date | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Steps that are gone, of a run that was begun before the day and never ended, and steps that stay."""
    checkpoints = checkpoints_of(db)
    begun = _begun(checkpoints)
    if before is not None and begun is not None and begun < before:
        return without_checkpoints(db), ()
    return (), tuple(checkpoints.steps())


def _begun(checkpoints: Checkpoints) -> date | None:
    """The day on which the unfinished run was begun; None without one."""
    try:
        return datetime.fromisoformat(str((checkpoints.journal() or {})["now"])).date()
    except (KeyError, ValueError):
        return None

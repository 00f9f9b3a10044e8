"""A snapshot's folder is made beside its place and renamed into it when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from targeting.disk import told_if_full
from targeting.errors import UsageError

MANIFEST = "manifest.json"
OWNER = "building.pid"
"""Which process builds: a folder whose process is gone was left behind by a build that was killed."""


def is_snapshot(path: Path) -> bool:
    """Whether a path is a folder that holds, or should hold, a snapshot."""
    return path.is_dir()


@contextmanager
def building(out: Path, *, replace: bool) -> Iterator[Path]:
    """An empty folder to fill, for its owner's eyes only, which becomes `out` when the block ends well.

    Whatever ends the block otherwise leaves nothing behind, and `out` as it was. Raises UsageError if `out` is there
    and not to be replaced, is no snapshot, or cannot be written, or if another process is building it.
    """
    _check_place(out, replace=replace)
    beside, own = out.with_name(f".{out.name}.building"), out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with told_if_full(out.parent):
            _take(beside, own)
            yield beside
            _put(beside, out)
            (out / OWNER).unlink()
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}. Choose another --out.") from None
    finally:
        shutil.rmtree(own, ignore_errors=True)
        if _owner(beside) == os.getpid():
            shutil.rmtree(beside, ignore_errors=True)


def _check_place(out: Path, *, replace: bool) -> None:
    """Raise UsageError now if the snapshot could not be put there later."""
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / MANIFEST).is_file()):
        raise UsageError(f"{out} is there and is no snapshot. Name a new folder with --out.")
    if (out / MANIFEST).is_file() and not replace:
        raise UsageError(
            f"{out} is a snapshot already. Name another folder with --out, one a cut-off, or add --replace to put the "
            "new one in its place."
        )


def _take(beside: Path, own: Path) -> None:
    """Make the folder, with our name in it from its first moment; one that a killed build left is cleared away."""
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        process = _owner(beside)
        if process is not None and _is_alive(process):
            raise UsageError(f"process {process} is building {beside.name[1 : -len('.building')]}. Wait for its end.")
        shutil.rmtree(beside, ignore_errors=True)
        with told_if_full(beside.parent):
            own.mkdir(mode=0o700)
            (own / OWNER).write_text(str(os.getpid()), encoding="ascii")
            own.rename(beside)
    except OSError as error:
        raise UsageError(f"{beside.parent} cannot be written ({error.strerror}). Choose another --out.") from None


def _owner(beside: Path) -> int | None:
    """The process that builds, or built, in a folder; None if nobody does."""
    try:
        return int((beside / OWNER).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _is_alive(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except (OSError, OverflowError):
        return False
    return True


def _put(beside: Path, out: Path) -> None:
    """Rename into place; an old snapshot goes only when the new one is there."""
    if not out.exists():
        beside.rename(out)
        return
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    out.rename(old)
    beside.rename(out)
    shutil.rmtree(old, ignore_errors=True)

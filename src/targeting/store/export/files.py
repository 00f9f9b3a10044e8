"""Writes files beside their place and renames them: a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from targeting.disk import told_if_full
from targeting.errors import UsageError
from targeting.store.connection import owner_only


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; when the block ends well, its bytes are on disk under `path`, for the owner's eyes only.

    On any error the unfinished file is removed and an older `path` is as it was. UsageError if the folder cannot be
    written to, DiskFullError if its disk is full.
    """
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        with owner_only():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.unlink(missing_ok=True)
            with told_if_full(path.parent):
                unfinished.touch(mode=0o600)
                yield unfinished
                _flush(unfinished)
                unfinished.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or 'the disk refused it'}. Name another --out."
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def remove_unfinished(out: Path, run_id: str) -> None:
    """What a process that was killed left half written in the run's folder is gone."""
    with suppress(OSError):
        for path in (out / Path(run_id).name).glob(".*.partial"):
            path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """The text stands in the file."""
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


def _flush(path: Path) -> None:
    """The file's bytes have reached the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

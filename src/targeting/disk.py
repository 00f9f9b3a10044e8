"""Whether a disk was full, however the library that wrote to it said so, and what to tell of it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from targeting.errors import DiskFullError, TargetingError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_IN_WORDS = ("No space left", "File too large", "Disk quota exceeded", "out of disk space")
"""How polars, DuckDB and XlsxWriter say the same."""
NOTHING_LEFT_BYTES = 65_536
"""A writer of Parquet that was refused names neither the disk nor the refusal: then what is left on the disk tells."""


def is_full(error: BaseException, folder: Path | None = None) -> bool:
    """Whether the disk, or the share of it that this user has, is full.

    With the folder that was written to also where the error does not say so, but nothing is left on its disk: to be
    asked before what was half written is removed.
    """
    if getattr(error, "errno", None) in FULL or any(words in str(error) for words in FULL_IN_WORDS):
        return True
    if folder is None:
        return False
    try:
        return shutil.disk_usage(folder).free < NOTHING_LEFT_BYTES
    except OSError:
        return False


def disk_full(folder: Path) -> DiskFullError:
    """What to say where no run is at work: what was begun is not done, and what was there before stands."""
    return DiskFullError(f"the disk of {folder} is full; what was there before was not changed. Free space, try again.")


@contextmanager
def told_if_full(folder: Path) -> Iterator[None]:
    """Whatever a library makes of a full disk while the block writes into the folder is a DiskFullError."""
    try:
        yield
    except TargetingError:
        raise
    except Exception as error:
        if is_full(error, folder):
            raise disk_full(folder) from error
        raise

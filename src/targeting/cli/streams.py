"""Stdout and stderr that never end a command: whoever stops reading has had enough, and the work goes on.

A list is published, a model saved or an event recorded whether or not somebody reads what is said of it.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from targeting.disk import FULL, is_full

UNSAID = "the disk that stdout goes to is full: what was asked for is done, and was not told. Free space, ask again."


class Forgiving(io.RawIOBase):
    """Bytes to a file descriptor; those it refuses are dropped, and the first refusal is remembered."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.refused: OSError | None = None

    def writable(self) -> bool:
        """It can."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self.descriptor

    def isatty(self) -> bool:
        """Whether a person reads it."""
        try:
            return os.isatty(self.descriptor)
        except OSError:
            return False

    def write(self, given: Any, /) -> int:
        """All bytes are written or dropped."""
        left = memoryview(given).cast("B")
        whole = len(left)
        while left and self.refused is None:
            try:
                left = left[os.write(self.descriptor, left) :]
            except OSError as error:
                self.refused = error
        return whole


def install() -> Forgiving:
    """Stdout and stderr are forgiving from here on; what stands behind stdout, to be asked at the end."""
    behind = [Forgiving(number) for number in (1, 2)]
    for name, raw in zip(("stdout", "stderr"), behind, strict=True):
        stream = getattr(sys, name)
        if stream is not getattr(sys, f"__{name}__"):
            continue  # somebody else listens in this process
        if stream is not None:
            stream.flush()
        forgiving = io.TextIOWrapper(
            io.BufferedWriter(raw),
            encoding=getattr(stream, "encoding", None) or "utf-8",
            errors=getattr(stream, "errors", None) or "backslashreplace",
            line_buffering=raw.isatty() or name == "stderr",
        )
        setattr(sys, name, forgiving)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _finaliser_failed
    return behind[0]


def was_full(behind: Forgiving) -> bool:
    """Whether what was said on stdout did not reach the disk it was to go to. Flushes."""
    sys.stdout.flush()
    return behind.refused is not None and behind.refused.errno in FULL


def _finaliser_failed(failed: sys.UnraisableHookArgs) -> None:
    """A writer that is thrown away because the disk is full tries again and fails: that is told already."""
    if failed.exc_value is None or not is_full(failed.exc_value):
        sys.__unraisablehook__(failed)

"""What is said of an exception that nobody foresaw: its class and place, never its text, which may quote a cell."""

from __future__ import annotations

import os
import traceback

from targeting.cli.output import log

DEBUG = "TARGETING_DEBUG"
"""Environment variable that asks for the traceback; --debug sets it."""

CURE = f"a defect of this program. Please report this line. {DEBUG}=1 shows more, which may hold personal data."


def debugging() -> bool:
    """Whether the traceback is wanted."""
    return os.environ.get(DEBUG, "").strip().lower() not in ("", "0", "false", "no")


def report(error: BaseException) -> None:
    """One line on stderr; below it the traceback, where it is wanted.

    Polars and DuckDB quote the value they stumbled over, which may be a NIK or a name.
    """
    log.print(f"error: {name(error)} in {place(error)}, {CURE}", markup=False, soft_wrap=True)
    if debugging():
        log.print("warning: what follows may hold personal data; look before you pass it on.", markup=False)
        log.print("".join(traceback.format_exception(error)), markup=False, soft_wrap=True, end="")


def name(error: BaseException) -> str:
    """The exception's class with its package; of the operating system's errors also the reason, such as a full disk."""
    kind = type(error)
    package = kind.__module__.split(".")[0].strip("_")
    known = kind.__qualname__ if package == "builtins" else f"{package}.{kind.__qualname__}"
    return f"{known} ({error.strerror})" if isinstance(error, OSError) and error.strerror else known


def place(error: BaseException) -> str:
    """The last line of this program that the exception passed, as module:line."""
    passed = [(frame.f_globals.get("__name__", "?"), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [at for at in passed if at[0].split(".")[0] == "targeting"]
    module, line = (own or passed or [("?", 0)])[-1]
    return f"{module}:{line}"

"""Whether somebody asked this process to stop. Signals are of the process, and so is the answer.

A stop that comes while a library is at work need not come out of it as what it was: DuckDB tells of its own query that
was interrupted, or of a result that cannot be read any more. What was asked for is therefore remembered.
"""

from __future__ import annotations

from targeting.errors import TargetingError

_ASKED = {"stop": False}


def forget() -> None:
    """Nobody has asked yet."""
    _ASKED["stop"] = False


def ask() -> None:
    """Somebody has asked."""
    _ASKED["stop"] = True


def is_stop(error: BaseException) -> bool:
    """Whether the error is what became of a stop that was asked for. One of our own is what it says."""
    if isinstance(error, KeyboardInterrupt):
        return True
    if isinstance(error, TargetingError):
        return False
    # Ctrl-C during a query reaches Python as DuckDB's own error (duckdb-python 2.0).
    return _ASKED["stop"] or (isinstance(error, RuntimeError) and str(error) == "Query interrupted")

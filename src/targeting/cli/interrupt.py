"""Ctrl-C, or a service manager's SIGTERM, ends a command with its own exit code and a word about what stands."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from targeting.errors import RunInterruptedError


@contextmanager
def interruptible(stands: str) -> Iterator[None]:
    """Raises RunInterruptedError, which says `stands`, when the block is stopped from outside."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise RunInterruptedError(f"stopped; {stands}.") from None
    except RuntimeError as error:
        # Ctrl-C during a query reaches Python as DuckDB's own error (duckdb-python 2.0).
        if str(error) != "Query interrupted":
            raise
        raise RunInterruptedError(f"stopped; {stands}.") from None
    finally:
        signal.signal(signal.SIGTERM, before)

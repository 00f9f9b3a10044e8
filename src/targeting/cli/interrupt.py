"""Ctrl-C, a manager's SIGTERM or a closed terminal ends a command with an exit code of its own and says what stands."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from targeting.errors import RunInterruptedError
from targeting.running import stops

STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""SIGHUP is what a terminal or connection says that is closed; `nohup` has it ignored, and so it stays."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or SIGHUP.

    Of a kind of its own: after a plain KeyboardInterrupt that passed through `exec` of a text, as the making of a
    dataclass is, `python -m` ends by the signal in spite of the exit code that was asked for (Python 3.11).
    """


@contextmanager
def interruptible(stands: str) -> Iterator[None]:
    """Raises RunInterruptedError, which says `stands`, when the block is stopped from outside."""
    stops.forget()
    heard = [stop for stop in STOPS if signal.getsignal(stop) is not signal.SIG_IGN or stop == signal.SIGINT]
    before = [signal.signal(stop, _stop) for stop in heard]
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        if not stops.is_stop(error):
            raise
        raise RunInterruptedError(f"stopped; {stands}.") from None
    finally:
        for stop, handler in zip(heard, before, strict=True):
            signal.signal(stop, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Raise what ends the block."""
    stops.ask()
    raise Stopped

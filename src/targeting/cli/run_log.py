"""What a run tells machines: JSON lines in a rotated file, and one line at the end for a monitor. No personal value."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from targeting.cli import failure
from targeting.cli.output import log as stderr
from targeting.contracts.run import Progress, RunContext, RunResult
from targeting.errors import LimitError, RunInterruptedError, TargetingError, UsageError
from targeting.vocabulary import RunStatus

LARGEST_BYTES, KEPT_FILES = 10_000_000, 10
"""When the log begins a new file, and how many old ones stay."""


class OwnerOnlyHandler(RotatingFileHandler):
    """A rotated file that only its owner can read, whatever the umask. A line it cannot take ends no run."""

    refused: BaseException | None = None
    """Why the last line that could not be written was not."""

    def _open(self) -> TextIOWrapper:
        return os.fdopen(
            os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  (logging's own name)
        """Remember it, to be told once at the end: logging itself would print a traceback a line."""
        self.refused = sys.exc_info()[1]

    def close(self) -> None:
        """Close, whatever was left to be written."""
        try:
            super().close()
        except OSError as error:
            self.refused = error


@dataclass(frozen=True)
class LoggedProgress:
    """Writes a line when a step begins and one when it ends, and passes on what it is told."""

    log: Any
    watched: Progress

    def step(self, name: str) -> AbstractContextManager[object]:
        """A block that is the step."""
        return self._step(name)

    def advance(self, share: float) -> None:
        """The step at work is done by this share."""
        self.watched.advance(share)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.log.info("step_begins", step=name)
        with self.watched.step(name):
            yield
        self.log.info("step_ends", step=name)


@dataclass(frozen=True)
class Reporter:
    """Tells a log file, if there is one, and stdout, if it is wanted there."""

    log: Any
    on_stdout: bool

    def watching(self, context: RunContext) -> RunContext:
        """The context of a run whose steps are logged."""
        if self.log is None:
            return context
        self.log.info("run_begins", run_id=context.run_id, as_of=str(context.as_of), start=str(context.start))
        return replace(context, progress=LoggedProgress(self.log, context.progress))

    def done(self, result: RunResult, db: Path, files: Sequence[Path]) -> None:
        """The run is done, or there was nothing to do."""
        self._tell(
            {
                "status": "unchanged" if result.unchanged else str(RunStatus.PUBLISHED),
                "exit_code": 0,
                "run_id": result.run_id,
                "db": str(db),
                "files": [str(path) for path in files],
                "seconds": round(sum(result.step_seconds.values()), 3),
                "resumed": list(result.resumed),
                **numbers(result.counts),
            }
        )

    def failed(self, error: BaseException) -> None:
        """The run ended early. Of an error that is not ours only the class is told: its text may hold data."""
        match error:
            case LimitError():
                status = str(RunStatus.REFUSED)
            case RunInterruptedError() | KeyboardInterrupt():
                status = "interrupted"
            case _:
                status = str(RunStatus.FAILED)
        told = {"status": status, "exit_code": 1, "error": type(error).__name__}
        if isinstance(error, TargetingError):
            told |= {"exit_code": error.exit_code, "message": str(error)}
        self._tell(told)

    def _tell(self, told: Mapping[str, Any]) -> None:
        if self.log is not None:
            (self.log.info if told["exit_code"] == 0 else self.log.error)("run_ends", **told)
        if self.on_stdout:
            sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
            failure.told()


def numbers(counts: Mapping[str, Any]) -> dict[str, Any]:
    """What a monitor watches of a run's counts."""
    return {
        "households": counts["households"],
        "members": counts["members"],
        "links": counts["links"],
        "candidates": counts["candidates"],
        "shift": counts.get("shift"),
        "peak_memory_mb": counts["peak_memory_mb"],
    }


@contextmanager
def reported(log_file: Path | None, *, on_stdout: bool) -> Iterator[Reporter]:
    """Whatever ends the block early is told before it goes on its way. Raises UsageError if no log can be written."""
    handler = None if log_file is None else opened_log(log_file)
    reporter = Reporter(None if handler is None else lines_to(handler), on_stdout)
    try:
        yield reporter
    except Exception as error:
        reporter.failed(error)
        raise
    finally:
        if handler is not None:
            handler.close()
            if handler.refused is not None:
                reason = getattr(handler.refused, "strerror", None) or type(handler.refused).__name__
                stderr.print(f"warning: {log_file} lacks lines: {reason}. Free space.", markup=False, soft_wrap=True)


def opened_log(path: Path) -> OwnerOnlyHandler:
    """The log file, open for more lines."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return OwnerOnlyHandler(path, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Name another file with --log.") from None


def lines_to(handler: logging.Handler) -> Any:
    """A logger that writes an event a line, as JSON with time and level."""
    import structlog  # noqa: PLC0415  (only where a log is wanted)

    logger = logging.Logger("targeting.run", logging.INFO)
    logger.addHandler(handler)
    return structlog.wrap_logger(
        logger,
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )

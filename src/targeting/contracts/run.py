"""What a run is handed besides its pipeline file, and what it hands back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol


class Progress(Protocol):
    """Told when a step begins and ends, and by a long one how far it is."""

    def step(self, name: str) -> AbstractContextManager[object]:
        """A block that is the step."""
        ...

    def advance(self, share: float) -> None:
        """The step at work is done by this share, between 0 and 1."""
        ...


class NoProgress:
    """Says nothing."""

    def step(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002  (the protocol's signature)
        """A block that is the step."""
        return nullcontext()

    def advance(self, share: float) -> None:
        """Nobody watches."""


@dataclass(frozen=True)
class RunContext:
    """Who, when, where to: all that a run must not find out by itself. `now` is UTC."""

    run_id: str
    now: datetime
    as_of: date
    seed: int
    operator: str
    db: Path
    engine: str = "duckdb"
    progress: Progress = field(default_factory=NoProgress)
    timer: Callable[[], float] = time.perf_counter
    """Measures how long steps take; no result depends on it."""


@dataclass(frozen=True)
class RunResult:
    """A published run: where each file's rows went, its counts, how long each step took. The rows are in the store."""

    run_id: str
    inputs: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, Any]
    step_seconds: Mapping[str, float]


@dataclass(frozen=True)
class Forecast:
    """What a run would read, and how long it would take by the last run of the same job.

    `inputs` has contract, source, rows_in, bytes for each file. `step_seconds` and `pairs` are the last run's, scaled
    by rows; `memory_mb` is the most it took, as it was. Empty or None without a last run.
    """

    inputs: tuple[Mapping[str, Any], ...]
    step_seconds: Mapping[str, float]
    pairs: int | None = None
    memory_mb: int | None = None
    judged_by: str | None = None

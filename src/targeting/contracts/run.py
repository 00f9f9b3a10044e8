"""What a run is handed besides its pipeline file, and what it hands back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
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


class Start(StrEnum):
    """What becomes of the steps that an unfinished run has done."""

    ANEW = "anew"
    """They are dropped; a register that is kept between runs stays."""
    RESUME = "resume"
    """The run goes on behind them, if its inputs are the same."""
    FRESH = "fresh"
    """Everything is dropped and done again."""


@dataclass(frozen=True)
class Answer:
    """Who says when, and why, that a run beyond a shift limit of the pipeline file is right. `at` is UTC."""

    reason: str
    operator: str
    at: datetime


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
    start: Start = Start.ANEW
    if_changed: bool = False
    today: bool = False
    """Nobody named `as_of`; it is merely the day, and a run that is gone on with keeps its own."""
    wait_seconds: float = 0.0
    """How long another run, or a program that has the store open, is waited for."""
    out: Path | None = None
    """Folder of the lists, where an earlier run may have left unfinished files."""
    answered: Answer | None = None
    """Who answers for a run beyond a shift limit: somebody else, perhaps, than began it."""


@dataclass(frozen=True)
class RunResult:
    """A published run: where each file's rows went, its counts, how long each step took. The rows are in the store."""

    run_id: str
    inputs: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, Any]
    step_seconds: Mapping[str, float]
    started_at: datetime | None = None
    resumed: tuple[str, ...] = ()
    """Steps that an earlier start of the run had done."""
    unchanged: bool = False
    """The inputs are those of this earlier run: nothing was done."""
    model: str | None = None
    """The linkage model, as its file has it; None where nothing was linked."""


MEASURED = "measurements"
"""What a forecast is judged by where there is no last run."""


@dataclass(frozen=True)
class Forecast:
    """What a run would read, and what it would take by the last run of the same job, else by measurements.

    `inputs` has contract, source, rows_in, bytes for each file. `step_seconds`, `pairs` and `memory_mb` (the most at a
    time) follow the rows. `judged_by` is the last run's id or MEASURED. Empty or None where nobody can say; `untold`
    names why, if there is a reason.
    """

    inputs: tuple[Mapping[str, Any], ...]
    step_seconds: Mapping[str, float]
    pairs: int | None = None
    memory_mb: int | None = None
    judged_by: str | None = None
    untold: str | None = None

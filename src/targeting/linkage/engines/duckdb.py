"""The DuckDB engine: in memory, spilling beside the working files when the memory limit is reached."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb
import polars as pl
from psutil import Process

from targeting.contracts.config import MEMORY, in_bytes
from targeting.errors import UsageError
from targeting.linkage.engines import BATCH_PAIRS
from targeting.linkage.steps import Step
from targeting.memory import allowed_bytes

PLANNED: dict[str, str | bool] = {
    "preserve_insertion_order": False,
    # Both write a subquery's expressions into every place that reads them, so that one similarity is worked out up to
    # five times a pair; filters stand where they belong in the steps themselves.
    "disabled_optimizers": "filter_pushdown,partial_aggregate_pushdown",
}
"""How DuckDB is to plan a step."""
SHARE_OF_ALLOWED = 0.9
"""Of the memory that this process may have: the rest is for what is held outside of the limit."""
LEAST_LEFT = 200_000_000
"""Bytes below which comparing would hardly get on."""


def _within(memory: str, allowed: int) -> tuple[str, int]:
    """The amount that was asked for, in words and bytes, or what the process may have where that is less: a limit that
    it cannot reach would have it killed where it could have spilled."""
    asked = in_bytes(memory)
    return (memory, asked) if asked <= allowed else (f"{allowed // 1_000_000}MB (all there is)", allowed)


class DuckDbEngine:
    """Runs steps in one in-memory DuckDB database."""

    batch_pairs = BATCH_PAIRS

    def __init__(self, threads: int = 2, memory: str = "4GB", spill: Path | None = None) -> None:
        """Open the database with its limits; what does not fit memory goes to a folder in `spill`.

        Raises UsageError when `memory` is not written like 4GB.
        """
        if not re.match(MEMORY, memory):
            raise UsageError(f"memory '{memory}' is no amount of memory. Write it like 4GB or 800MB.")
        self._memory, self._bytes = _within(memory, int(SHARE_OF_ALLOWED * allowed_bytes()))
        self._spill = tempfile.TemporaryDirectory(prefix="targeting-", dir=spill)
        self._connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": f"{self._bytes // 1_000_000}MB",
                "temp_directory": self._spill.name,
                **PLANNED,
            }
        )
        self._connection.execute("SET enable_progress_bar = false")
        self._frames: dict[str, pl.DataFrame] = {}

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close at the end of the context."""
        self.close()

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known as a table, without copying it."""
        self.drop(name)
        self._frames[name] = frame
        self._connection.register(name, frame)

    def keep(self, step: Step) -> None:
        """Run a step and hold its result as a table."""
        self.drop(step.name)
        with self._within_memory():
            self._connection.execute(f"CREATE TABLE {step.name} AS {step.sql}").fetchall()

    def fetch(self, step: Step) -> pl.DataFrame:
        """Run a step and bring its result back."""
        with self._within_memory():
            frame: pl.DataFrame = self._connection.sql(step.sql).pl()
        return frame

    def drop(self, name: str) -> None:
        """Forget a table or a loaded frame."""
        if self._frames.pop(name, None) is not None:
            self._connection.unregister(name)
        else:
            self._connection.execute(f"DROP TABLE IF EXISTS {name}").fetchall()

    def pairs_at_once(self, bytes_a_pair: int) -> int:
        """Pairs that fit in what the process has left of its memory; the database gets half of that as its limit.

        Raises UsageError when hardly anything is left: what is held by then grows with the files, not with the pairs.
        """
        taken = Process().memory_info()
        # Pages of a snapshot's files are mapped, not held: the system takes them back when somebody needs the memory.
        held: int = taken.rss - getattr(taken, "shared", 0)
        left = self._bytes - held
        if left < LEAST_LEFT:
            raise UsageError(
                f"the files take {held / 1e9:.1f} GB of memory, which leaves too little of --memory {self._memory} "
                f"(linkage.memory in a pipeline file). Give {(held + 4 * LEAST_LEFT) / 1e9:.0f}GB, or link against a "
                "registry snapshot (targeting registry build), which is not held in memory."
            )
        self._connection.execute(f"SET memory_limit = '{left // 2 // 1_000_000}MB'").fetchall()
        return max(left // 2 // bytes_a_pair, 10_000)

    def close(self) -> None:
        """Close the database and remove what it spilled."""
        self._connection.close()
        self._spill.cleanup()

    @contextmanager
    def _within_memory(self) -> Iterator[None]:
        """Say what to do when neither memory nor the spill folder suffices."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            raise UsageError(
                f"linking needs more than {self._memory} of memory and the free disk space beside it. Raise --memory "
                "(linkage.memory in a pipeline file), or free space in the folder for temporary files."
            ) from None

"""Engines run the steps of a linkage. One protocol, so that every engine must give the same patterns."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from targeting.linkage.steps import Step

BATCH_PAIRS = 1_000_000
"""Pairs of a batch at most, however much memory one process has."""


class Engine(Protocol):
    """Where the SQL runs."""

    batch_pairs: int
    """Pairs of a batch at most, however much memory there is."""

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known as a table, in place of one of the same name."""

    def keep(self, step: Step) -> None:
        """Run a step and hold its result as the table the step names."""

    def fetch(self, step: Step) -> pl.DataFrame:
        """Run a step and bring its result back."""

    def drop(self, name: str) -> None:
        """Forget a table."""

    def pairs_at_once(self, bytes_a_pair: int) -> int:
        """Pairs that the memory left has room for. Raises UsageError when it is too little to go on."""

    def close(self) -> None:
        """Give back memory and files."""

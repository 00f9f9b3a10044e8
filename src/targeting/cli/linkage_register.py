"""The right side of `targeting link`: a file, or the folder of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import polars as pl

from targeting.cli.tables import read_table
from targeting.contracts.linkage import LinkSpec
from targeting.registry import Snapshot, is_snapshot, open_snapshot

if TYPE_CHECKING:
    from targeting.linkage.sides import Side


@dataclass(frozen=True)
class Register:
    """The right side, how long it took to encode, and where its rows are found again."""

    side: pl.DataFrame | Side
    seconds: float
    spec: LinkSpec
    path: Path
    snapshot: Snapshot | None

    @property
    def records(self) -> int:
        """How many there are."""
        return self.side.height if isinstance(self.side, pl.DataFrame) else self.side.ids.len()

    def record(self, record_id: str) -> pl.DataFrame:
        """Rows among which the one of that id is."""
        from targeting.snapshot import record_of  # noqa: PLC0415  (heavy imports for this option only)

        if self.snapshot is not None:
            return record_of(self.snapshot, self.spec, record_id)
        return read_table(self.path, columns_of(self.spec, "right"))


def register_of(path: Path, spec: LinkSpec, *, encoded: bool) -> Register:
    """The file read (and, if wanted, encoded, so that its rows need not be kept), or the snapshot opened.

    Raises InputFileError or UsageError where that cannot be.
    """
    from targeting.linkage.prepare import encoded_side  # noqa: PLC0415  (heavy imports for this command only)
    from targeting.linkage.stored_side import StoredSide  # noqa: PLC0415

    if is_snapshot(path):
        snapshot = open_snapshot(path)
        return Register(StoredSide(snapshot.linkage, spec), 0.0, spec, path, snapshot)
    rows = [read_table(path, columns_of(spec, "right"))]
    if not encoded:
        return Register(rows[0], 0.0, spec, path, None)
    began = perf_counter()
    side = encoded_side(rows.pop(), spec, "right")
    return Register(side, perf_counter() - began, spec, path, None)


def columns_of(spec: LinkSpec, word: Literal["left", "right"]) -> list[str]:
    """What is read of one side: id, household, compared columns, each once."""
    side = spec.left if word == "left" else spec.right
    household = [side.household] if spec.left.household and spec.right.household and side.household else []
    columns = [column.left if word == "left" else column.right for column in spec.columns.values()]
    return list(dict.fromkeys([side.id, *household, *columns]))

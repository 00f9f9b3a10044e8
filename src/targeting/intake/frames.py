"""What intake hands on: text as it stood in the file, then rows that passed and rows that did not."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.errors import CountingError

ROW_NUMBER = "row_number"

ISSUE_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "row_number": pl.Int64(),
    "record_id": pl.String(),
    "field": pl.String(),
    "rule": pl.String(),
    "severity": pl.String(),
    "message_id": pl.String(),
    "message_en": pl.String(),
}
"""One row a finding. Messages never hold the value itself."""

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "row_number": pl.Int64(),
    "record_id": pl.String(),
    "rules": pl.String(),
    "raw": pl.String(),
}
"""One row a refused input row: the rules that refused it, comma-separated, and the row as it came (JSON text)."""


@dataclass(frozen=True)
class TextFrame:
    """A file's rows as text, nothing judged yet.

    `frame` has `row_number` (Int64, data rows counted from 1, the header not counted, malformed rows counted too)
    and one String column per header cell. `malformed` has `row_number`, `raw`, `reason` for rows that do not fit
    the header (ragged). `rows_in` counts both.
    """

    source: str
    sha256: str
    frame: pl.DataFrame
    malformed: pl.DataFrame

    @property
    def rows_in(self) -> int:
        """Data rows the file holds."""
        return self.frame.height + self.malformed.height


@dataclass(frozen=True)
class Partition:
    """Every row of one file, either accepted (typed by its contract) or rejected (as it came), and all findings."""

    source: str
    sha256: str
    rows_in: int
    accepted: pl.DataFrame
    rejected: pl.DataFrame
    issues: pl.DataFrame

    def __post_init__(self) -> None:
        """Raise CountingError unless rows in = accepted + rejected."""
        rows_out = self.accepted.height + self.rejected.height
        if rows_out != self.rows_in:
            raise CountingError(
                f"{self.source}: {self.rows_in} rows came in but {rows_out} were accounted for. "
                "Please report this; nothing was published."
            )

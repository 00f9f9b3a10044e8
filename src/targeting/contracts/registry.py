"""What a register snapshot says of itself: manifest.json in its folder."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from targeting.contracts.config import Strict

FORMAT = 1
"""Number of the way a snapshot's folder is laid out."""

Kind = Literal["dtsen", "table"]


class SnapshotPart(Strict):
    """One file of the folder. rows: of a table, null for what is none."""

    path: str
    bytes: int
    rows: int | None
    sha256: str


class SnapshotSource(Strict):
    """One input file: its hash and where its rows went."""

    contract: str
    source: str
    sha256: str
    rows_in: int
    accepted: int
    rejected: int
    warnings: int


class SnapshotManifest(Strict):
    """A snapshot. content: hash of all parts, which is the same for the same input wherever and whenever it is built.

    districts: accepted records by kabupaten or kota, "" for those without; findings: rows by rule.
    """

    format: int = FORMAT
    kind: Kind
    content: str
    cut_off: date | None
    made_at: datetime
    program_version: str
    library_versions: dict[str, str]
    code_lists: str | None
    sources: tuple[SnapshotSource, ...]
    records: int
    districts: dict[str, int]
    findings: dict[str, int] = Field(default_factory=dict)
    parts: tuple[SnapshotPart, ...]

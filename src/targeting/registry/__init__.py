"""The register as it stood on one cut-off, prepared once: a folder that is whole or not there, and its manifest."""

from __future__ import annotations

from targeting.registry.folder import building, is_snapshot
from targeting.registry.manifest import Made, Snapshot, open_snapshot, seal, verify
from targeting.registry.tables import (
    DISTRICT,
    FAMILIES,
    IDS,
    PERSONS,
    RECORDS,
    read_districts,
    read_rows,
    write_piece,
    write_table,
)

__all__ = [
    "DISTRICT",
    "FAMILIES",
    "IDS",
    "PERSONS",
    "RECORDS",
    "Made",
    "Snapshot",
    "building",
    "is_snapshot",
    "open_snapshot",
    "read_districts",
    "read_rows",
    "seal",
    "verify",
    "write_piece",
    "write_table",
]

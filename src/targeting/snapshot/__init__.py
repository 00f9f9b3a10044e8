"""The register's own spine: a snapshot built once a cut-off, and what is read of it every night."""

from __future__ import annotations

from targeting.snapshot.build import Place, build_dtsen, build_table
from targeting.snapshot.nationwide import Nation, Part, link_nationwide
from targeting.snapshot.reading import families_of, inputs_of, link_to_register, open_register, record_of

__all__ = [
    "Nation",
    "Part",
    "Place",
    "build_dtsen",
    "build_table",
    "families_of",
    "inputs_of",
    "link_nationwide",
    "link_to_register",
    "open_register",
    "record_of",
]

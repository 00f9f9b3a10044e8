"""Read a linkage spec file."""

from __future__ import annotations

from pathlib import Path

from targeting.contracts.linkage import LinkSpec
from targeting.contracts.yaml_file import read_declared


def load_spec(path: Path) -> LinkSpec:
    """The spec a file declares. Raises UsageError with file, line and cure of everything that is wrong with it."""
    return read_declared(path, LinkSpec, "linkage spec")

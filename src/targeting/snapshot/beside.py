"""Files written beside their place and renamed into it: there, whole, or not there; for their owner's eyes only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """As Parquet. Raises OSError."""
    _beside(path, frame.write_parquet)


def write_text(text: str, path: Path) -> None:
    """As UTF-8. Raises OSError."""
    _beside(path, lambda place: place.write_text(text, encoding="utf-8"))


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """As JSON. Raises OSError."""
    write_text(json.dumps(value, indent=1) + "\n", path)


def _beside(path: Path, write: Callable[[Path], object]) -> None:
    beside = path.with_name(f".{path.name}.part")
    beside.touch(mode=0o600)
    write(beside)
    beside.replace(path)

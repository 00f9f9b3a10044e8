"""A result cut into titled tables: what the command line prints and later pages can reuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """A title, columns, rows; `right` lists the columns of numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    right: tuple[int, ...] = ()


def number(value: float | None, digits: int = 3) -> str:
    """A number as people read it; empty if there is none."""
    return "" if value is None else f"{value:,.{digits}f}"


def whole(value: int | None) -> str:
    """A count with thousands parted."""
    return "" if value is None else f"{value:,}"

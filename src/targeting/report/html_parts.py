"""What a page is put together from: headed sections of notes, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Note:
    """A sentence; `loud` is set off from the rest."""

    text: str
    loud: bool = False
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class Grid:
    """A table. `right` lists the columns of numbers, `faint` the rows that say little; `cards` stands its rows upright
    on a narrow screen; `row_heads` is whether the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    faint: frozenset[int] = frozenset()
    cards: bool = False
    code: tuple[int, ...] = ()
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG that was drawn here, and what it shows in a sentence."""

    title: str
    described: str
    svg: str
    kind: Literal["drawing"] = "drawing"


@dataclass(frozen=True)
class Facts:
    """A few large numbers with their names."""

    facts: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


Part = Note | Grid | Drawing | Facts


@dataclass(frozen=True)
class Chapter:
    """A section of the page; `name` is its anchor."""

    name: str
    title: str
    lead: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)

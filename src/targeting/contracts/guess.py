"""What is guessed of a file from its headers and first rows: which contract it is of, which column is which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Ground(StrEnum):
    """Why a column is taken for a field."""

    SAME = "same"
    """It bears the contract's name."""
    KNOWN = "known"
    """It bears a name that is known for the field."""
    SIMILAR = "similar"
    """Its name differs from the field's by a letter or two."""
    VALUES = "values"
    """Its values are of the field's form, and no name says anything else."""
    KK = "kk"
    """There is no id; the KK number stands for it."""


@dataclass(frozen=True)
class ColumnGuess:
    """A contract's field and the file's column; of `filled` values that were looked at `readable` can be read so."""

    field: str
    column: str
    ground: Ground
    filled: int
    readable: int

    @property
    def share(self) -> float | None:
        """Share of the values that can be read; None if there is none."""
        return self.readable / self.filled if self.filled else None


@dataclass(frozen=True)
class FileGuess:
    """One table and what it is taken for.

    missing: fields that the contract needs and no column was found for. absent: fields that links or gates would use
    and no column was found for. unused: columns that nobody knows, as a message may name them. doubted: columns with
    the name of a field whose values cannot be read as such. rows: data rows that were looked at, `whole` if all.
    """

    path: Path
    sheet: str | None
    contract: str
    columns: tuple[ColumnGuess, ...]
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    doubted: tuple[ColumnGuess, ...] = ()
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    rows: int = 0
    whole: bool = True
    districts: Mapping[str, int] = field(default_factory=dict)
    """Rows by district code, the most frequent first."""
    homes: float | None = None
    """Of a file of persons: the share of their homes that the file of homes has; None where that cannot be told."""

    @property
    def mapped(self) -> tuple[ColumnGuess, ...]:
        """Columns that need a line under `columns`: those of another name than the field's."""
        return tuple(one for one in self.columns if one.ground is not Ground.SAME)


@dataclass(frozen=True)
class SideGuess:
    """One side of a link: its id column (None if no column's values differ), in how many rows the id is another's too,
    its household column, and by field the column that it is compared by."""

    path: Path
    id: str | None
    repeated: int
    household: str | None
    columns: Mapping[str, ColumnGuess]
    rows: int


@dataclass(frozen=True)
class LinkGuess:
    """Two files and by what they can be linked: field and type of comparison of each column that both have."""

    left: SideGuess
    right: SideGuess
    shared: tuple[tuple[str, str], ...]

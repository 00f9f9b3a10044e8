"""Two files, encoded: integers to join and compare on, and the way back to the ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from targeting.contracts.linkage import Column, ColumnType, LinkSpec
from targeting.contracts.linkage import Side as SideSpec
from targeting.errors import InputFileError
from targeting.linkage import comparisons
from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import WHOLE, Frequencies, Keys
from targeting.linkage.comparisons.codes import IntArray
from targeting.linkage.pattern import Digit, PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.sides import Ids, Side, encode_side

Word = Literal["left", "right"]
SIDES: tuple[Word, Word] = ("left", "right")


@dataclass(frozen=True)
class Borne:
    """How often a column's values meet: records with a value on each side, pairs of records that bear the same value
    across the sides, and ordered pairs of different records within the right side.
    """

    left: int
    right: int
    across: int
    within: int


@dataclass(frozen=True)
class Prepared:
    """Both sides encoded. Row numbers (rid) follow the order of the ids as text, so the order of rows is forgotten."""

    spec: LinkSpec
    comparisons: dict[str, Comparison]
    left_side: Side
    right_side: Side
    same_file: bool

    def side(self, word: Word) -> Side:
        """The left or the right side."""
        return self.left_side if word == "left" else self.right_side

    @property
    def left_ids(self) -> Ids:
        """Ids of the left records."""
        return self.left_side.ids

    @property
    def right_ids(self) -> Ids:
        """Ids of the right records."""
        return self.right_side.ids

    @property
    def has_homes(self) -> bool:
        """Whether both files say who lives together."""
        return self.left_side.has_homes and self.right_side.has_homes

    @property
    def space(self) -> PatternSpace:
        """The pattern space of the comparisons, in the spec's order."""
        return PatternSpace(tuple(Digit(c) for c in self.comparisons.values()))

    @property
    def joint(self) -> tuple[tuple[int, ...], ...]:
        """Comparisons that say one thing twice: a NIK holds the birth date and the sex."""
        kinds = [self.spec.columns[name].type for name in self.comparisons]
        niks = [i for i, kind in enumerate(kinds) if kind is ColumnType.NIK]
        dates = [i for i, kind in enumerate(kinds) if kind is ColumnType.DATE]
        return ((niks[0], dates[0]),) if niks and dates else ()

    @cached_property
    def left(self) -> pl.DataFrame:
        """rid and all columns of all left records."""
        return self.wide("left", self.everyone("left"))

    @cached_property
    def right(self) -> pl.DataFrame:
        """rid and all columns of all right records."""
        return self.wide("right", self.everyone("right"))

    def everyone(self, side: Word) -> Rids:
        """All row numbers of a side."""
        return np.arange(self.side(side).ids.len(), dtype=np.int32)

    def wide(self, side: Word, rids: Rids) -> pl.DataFrame:
        """rid and the columns that comparing reads, for some records of a side."""
        own = self.side(side)

        def values(name: str) -> pl.DataFrame:
            counts = self._frequencies[name]
            return own.values(name, rids, lambda found: self.comparisons[name].informed(found, counts))

        return pl.concat([pl.DataFrame({"rid": rids}), *map(values, self.comparisons)], how="horizontal")

    def keys(self, name: str, kind: str, side: Word, rids: Rids) -> Keys:
        """Blocking keys of one column for some records of a side."""
        return self.side(side).keys(name, kind, rids)

    def borne(self, name: str) -> Borne:
        """How often a column's values meet, counted without a pair being made."""
        left, right = (self.side(word).counts(name)[WHOLE] for word in SIDES)
        codes, bearers = left.distinct()
        return Borne(left.records, right.records, int((bearers * right.of(codes)).sum()), right.pairs)

    @cached_property
    def _frequencies(self) -> dict[str, dict[str, Frequencies]]:
        """Both sides' counts of each column."""
        found = {name: [self.side(word).counts(name) for word in SIDES] for name in self.comparisons}
        return {name: {of: Frequencies(left[of], right[of]) for of in left} for name, (left, right) in found.items()}


def prepare(left: pl.DataFrame, right: pl.DataFrame | Side, spec: LinkSpec, same_file: bool = False) -> Prepared:
    """Encode both sides by the spec; a right side that is encoded already is taken as it is.

    Raises InputFileError for a column that is absent or ids that repeat.
    """
    kinds = {name: comparisons.of(name, column.type) for name, column in spec.columns.items()}
    register = encoded_side(right, spec, "right") if isinstance(right, pl.DataFrame) else right
    return Prepared(spec, kinds, encoded_side(left, spec, "left", register), register, same_file)


def encoded_side(frame: pl.DataFrame, spec: LinkSpec, word: Word, register: Side | None = None) -> Side:
    """One side of the spec encoded from its frame; the left one needs the right one, which knows what is rare.

    Raises InputFileError for a column that is absent or ids that repeat.
    """
    side = spec.left if word == "left" else spec.right
    _check_columns(frame, side, [getattr(column, word) for column in spec.columns.values()], word)
    ids, order = _by_id(frame, side, word)
    both = spec.left.household and spec.right.household
    household = frame[side.household] if both and side.household else None
    columns = {name: _of(frame, column, word) for name, column in spec.columns.items()}
    del frame  # a caller who holds it neither has its columns freed one by one as they are encoded
    kinds = {name: comparisons.of(name, column.type) for name, column in spec.columns.items()}
    return encode_side(columns, ids, order, household, kinds, register)


def _check_columns(frame: pl.DataFrame, side: SideSpec, columns: list[str], word: str) -> None:
    """Raise InputFileError naming what the file lacks and what it has."""
    wanted = [side.id, *columns, *([side.household] if side.household else [])]
    missing = [name for name in dict.fromkeys(wanted) if name not in frame.columns]
    if missing:
        raise InputFileError(
            f"the {word} file has no column {', '.join(repr(m) for m in missing)}. Found: {', '.join(frame.columns)}. "
            f"Correct the spec or rename the column."
        )
    if frame.is_empty():
        raise InputFileError(f"the {word} file holds no rows.")


def _by_id(frame: pl.DataFrame, side: SideSpec, word: str) -> tuple[pl.Series, IntArray]:
    """The ids as text in their order, and the row of each. Raises InputFileError when an id is missing or repeats."""
    ids = frame[side.id].cast(pl.String)
    if ids.null_count():
        raise InputFileError(
            f"the {word} file has {ids.null_count()} rows without a value in its id column '{side.id}'."
        )
    if ids.n_unique() < len(ids):
        raise InputFileError(
            f"the {word} file's id column '{side.id}' repeats {len(ids) - ids.n_unique()} values. Ids must be unique."
        )
    order = ids.arg_sort()
    return ids.gather(order), order.to_numpy().astype(np.int64)


def _of(frame: pl.DataFrame, column: Column, word: Word) -> pl.Series:
    """A column of a side, numbers that are whole written without a fraction."""
    return _whole(frame[column.left if word == "left" else column.right])


def _whole(series: pl.Series) -> pl.Series:
    """A float column as integers, so that 1 and 1.0 are one value; anything else as it is."""
    return series.round(0).cast(pl.Int64) if series.dtype.is_float() else series

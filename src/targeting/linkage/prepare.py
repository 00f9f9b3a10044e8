"""Two files, encoded: integers to join and compare on, and the way back to the ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.contracts.linkage import Column, ColumnType, LinkSpec, Side
from targeting.errors import InputFileError
from targeting.linkage import comparisons
from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import Encoded, FloatArray, Keys, codes
from targeting.linkage.pattern import Digit, PatternSpace

Rids = npt.NDArray[np.int32]
"""Row numbers."""

Word = Literal["left", "right"]
SIDES: tuple[Word, Word] = ("left", "right")


@dataclass(frozen=True)
class Prepared:
    """Both sides encoded. Row numbers (rid) follow the order of the ids as text, so the order of rows is forgotten.

    encoded: each column's values; ids: id of each rid; households: a code of each rid, 0 for none.
    """

    spec: LinkSpec
    comparisons: dict[str, Comparison]
    encoded: dict[str, Encoded]
    left_ids: pl.Series
    right_ids: pl.Series
    left_households: pl.Series | None
    right_households: pl.Series | None
    same_file: bool
    _keys: dict[tuple[str, str], Keys] = field(default_factory=dict)

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
        return self.wide("left", np.arange(self.left_ids.len(), dtype=np.int32))

    @cached_property
    def right(self) -> pl.DataFrame:
        """rid and all columns of all right records."""
        return self.wide("right", np.arange(self.right_ids.len(), dtype=np.int32))

    def wide(self, side: Word, rids: Rids) -> pl.DataFrame:
        """rid and the columns that comparing reads, for some records of a side."""
        columns = [one.wide(getattr(one, side)[rids]) for one in self.encoded.values()]
        return pl.concat([pl.DataFrame({"rid": rids}), *columns], how="horizontal")

    def keys(self, name: str, kind: str, side: Word, rids: Rids) -> Keys:
        """Blocking keys of one column for some records of a side; worked out once for each distinct value."""
        one, comparison = self.encoded[name], self.comparisons[name]
        if one.values is None:
            return comparison.keys(getattr(one, side)[rids], kind)
        if (name, kind) not in self._keys:
            self._keys[name, kind] = comparison.keys(one.values, kind)
        rows = getattr(one, side)[one.id_column].to_numpy()[rids]
        return [values[rows] for values in self._keys[name, kind]]

    def value_counts(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Records of each side by a column's value, aligned; missing values left out."""
        one, column = self.encoded[name], f"{name}_{self.comparisons[name].code}"
        if one.values is None:
            codes_of = [getattr(one, side)[column] for side in SIDES]
            counts = [c.filter(c != 0).value_counts(name=f"n{i}") for i, c in enumerate(codes_of)]
            both = counts[0].join(counts[1], on=column, how="full").fill_null(0)
            return both["n0"].to_numpy().astype(np.float64), both["n1"].to_numpy().astype(np.float64)
        _, code = np.unique(one.values[column].to_numpy(), return_inverse=True)  # dense: a packed date is no small code
        rows = [np.bincount(getattr(one, side)[one.id_column].to_numpy(), minlength=len(code)) for side in SIDES]
        left, right = (np.bincount(code, count).astype(np.float64) for count in rows)
        return left[1:], right[1:]


def prepare(left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec, same_file: bool = False) -> Prepared:
    """Encode both sides by the spec. Raises InputFileError for a column that is absent or ids that repeat."""
    for frame, side, word in ((left, spec.left, "left"), (right, spec.right, "right")):
        _check_columns(frame, side, [getattr(c, word) for c in spec.columns.values()], word)
    left, right = _by_id(left, spec.left, "left"), _by_id(right, spec.right, "right")
    kinds = {name: comparisons.of(name, column.type) for name, column in spec.columns.items()}
    households = _households(left, right, spec)
    return Prepared(
        spec=spec,
        comparisons=kinds,
        encoded={name: kinds[name].encode(*_pair(left, right, column)) for name, column in spec.columns.items()},
        left_ids=left[spec.left.id].cast(pl.String),
        right_ids=right[spec.right.id].cast(pl.String),
        left_households=households[0],
        right_households=households[1],
        same_file=same_file,
    )


def _check_columns(frame: pl.DataFrame, side: Side, columns: list[str], word: str) -> None:
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


def _by_id(frame: pl.DataFrame, side: Side, word: str) -> pl.DataFrame:
    """Rows in the order of their id as text. Raises InputFileError when an id is missing or repeats."""
    ids = frame[side.id].cast(pl.String)
    if ids.null_count():
        raise InputFileError(
            f"the {word} file has {ids.null_count()} rows without a value in its id column '{side.id}'."
        )
    if ids.n_unique() < len(ids):
        raise InputFileError(
            f"the {word} file's id column '{side.id}' repeats {len(ids) - ids.n_unique()} values. Ids must be unique."
        )
    return frame if ids.is_sorted() else frame[ids.arg_sort()]


def _pair(left: pl.DataFrame, right: pl.DataFrame, column: Column) -> tuple[pl.Series, pl.Series]:
    """A column of both sides, numbers that are whole written without a fraction."""
    return _whole(left[column.left]), _whole(right[column.right])


def _whole(series: pl.Series) -> pl.Series:
    """A float column as integers, so that 1 and 1.0 are one value; anything else as it is."""
    return series.round(0).cast(pl.Int64) if series.dtype.is_float() else series


def _households(left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec) -> tuple[pl.Series | None, pl.Series | None]:
    """Household codes of both sides, each in its own numbering."""
    if spec.left.household is None or spec.right.household is None:
        return None, None
    own = [
        pl.Series(codes(frame[name]), dtype=pl.UInt64)
        for frame, name in ((left, spec.left.household), (right, spec.right.household))
    ]
    return own[0], own[1]

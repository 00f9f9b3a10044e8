"""Two files, encoded: integers to join and compare on, and the way back to the ids."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.contracts.linkage import Column, ColumnType, LinkSpec, Side
from targeting.errors import InputFileError
from targeting.linkage import comparisons
from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import codes
from targeting.linkage.pattern import Digit, PatternSpace


@dataclass(frozen=True)
class Prepared:
    """Both sides encoded. Row numbers (rid) follow the order of the ids as text, so the order of rows is forgotten.

    left, right: rid, and each comparison's columns; ids: id of each rid; households: a code of each rid, 0 for none.
    """

    spec: LinkSpec
    comparisons: dict[str, Comparison]
    left: pl.DataFrame
    right: pl.DataFrame
    left_ids: pl.Series
    right_ids: pl.Series
    left_households: pl.Series | None
    right_households: pl.Series | None
    same_file: bool

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


def prepare(left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec, same_file: bool = False) -> Prepared:
    """Encode both sides by the spec. Raises InputFileError for a column that is absent or ids that repeat."""
    for frame, side, word in ((left, spec.left, "left"), (right, spec.right, "right")):
        _check_columns(frame, side, [getattr(c, word) for c in spec.columns.values()], word)
    left, right = _by_id(left, spec.left, "left"), _by_id(right, spec.right, "right")
    kinds = {name: comparisons.of(name, column.type) for name, column in spec.columns.items()}
    parts: list[list[pl.DataFrame]] = [[_rids(left)], [_rids(right)]]
    for name, column in spec.columns.items():
        encoded = kinds[name].encode(*_pair(left, right, column))
        for own, columns in zip(parts, encoded, strict=True):
            own.append(columns)
    households = _households(left, right, spec)
    return Prepared(
        spec=spec,
        comparisons=kinds,
        left=pl.concat(parts[0], how="horizontal"),
        right=pl.concat(parts[1], how="horizontal"),
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


def _rids(frame: pl.DataFrame) -> pl.DataFrame:
    """Row numbers from 0."""
    return pl.DataFrame({"rid": pl.arange(0, frame.height, dtype=pl.Int32, eager=True)})


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
        codes(frame[name], frame[name].head(0))[0]
        for frame, name in ((left, spec.left.household), (right, spec.right.household))
    ]
    return own[0], own[1]

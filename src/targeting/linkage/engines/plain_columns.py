"""The columns of both sides as plain values, in the order of row numbers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.linkage.engines.plain_levels import Column, Told, told
from targeting.linkage.engines.plain_values import values_of


@dataclass(frozen=True)
class PlainColumn:
    """One comparison's values: a Value or None for each record of a side."""

    name: str
    kind: ColumnType
    left: Column
    right: Column
    tells: Told


def plain_columns(left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec) -> list[PlainColumn]:
    """All comparisons' values. A record's place is its row number: records stand in the order of their ids as text."""
    sides = [frame.sort(pl.col(id_).cast(pl.String)) for frame, id_ in ((left, spec.left.id), (right, spec.right.id))]
    columns = []
    for name, column in spec.columns.items():
        raw = [_text(side[which]) for side, which in zip(sides, (column.left, column.right), strict=True)]
        values = values_of(column.type, pl.concat(raw))
        ours, theirs = ([None if text is None else values.get(text) for text in side] for side in raw)
        columns.append(PlainColumn(name, column.type, ours, theirs, told(column.type, ours, theirs)))
    return columns


def _text(series: pl.Series) -> pl.Series:
    """A column as text, whole numbers without a fraction."""
    whole = series.round(0).cast(pl.Int64) if series.dtype.is_float() else series
    return whole.cast(pl.String).alias("raw")

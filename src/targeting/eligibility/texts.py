"""Texts that many rows share: each is made once for each mix of values, and the rows point to it.

A million households have a few thousand mixes of gate outcomes. Made row by row their texts would take a gigabyte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl


def once_each(frame: pl.DataFrame, /, keys: Sequence[str], **made: pl.Expr) -> pl.DataFrame:
    """The frame, in its order, with columns that follow from `keys` alone; a null is a value as any other."""
    distinct = frame.select(keys).unique().with_columns(**made)
    return frame.join(distinct, on=list(keys), how="left", nulls_equal=True, maintain_order="left")


def names_where(conditions: Mapping[str, pl.Expr]) -> pl.Expr:
    """The names of the conditions that hold, comma-separated; for a dozen conditions or so, none of them null."""
    names = list(conditions)
    pattern = pl.sum_horizontal(
        condition.cast(pl.Int32) * 2**place for place, condition in enumerate(conditions.values())
    )
    texts = {
        number: ", ".join(name for place, name in enumerate(names) if number >> place & 1)
        for number in range(2 ** len(names))
    }
    return pattern.replace_strict(texts, return_dtype=pl.String)

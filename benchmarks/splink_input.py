"""The columns of a test set as Splink gets them: cleaned with the same functions that `targeting link` uses.

As a program it writes both cleaned files of a set, a slice at a time in a process of its own, so that the cleaning does
not add to Splink's memory.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from sets.base import Files
from targeting.standardise.names import clean_name, new_spelling, token_form
from targeting.standardise.text import address_text, plain_text

ROWS_A_SLICE = 500_000


def prepared(frame: pl.DataFrame, id_column: str, kinds: dict[str, str]) -> pl.DataFrame:
    """`unique_id` and each column of `kinds` cleaned by its type.

    A name column N brings N_in_order (its words in alphabetical order), N_first and N_last (its first and last word).
    Dates are ISO text, years of birth numbers, all else text.
    """
    cleaned = frame.select(pl.col(id_column).cast(pl.String).alias("unique_id"))
    for column, kind in kinds.items():
        values = frame[column]
        match kind:
            case "name":
                cleaned = cleaned.with_columns(_names(values))
            case "text":
                cleaned = cleaned.with_columns(frame.select(address_text(pl.col(column))).to_series().alias(column))
            case "date" if values.dtype.is_integer():
                cleaned = cleaned.with_columns(values)
            case "category":
                cleaned = cleaned.with_columns(frame.select(plain_text(pl.col(column))).to_series().alias(column))
            case _:
                cleaned = cleaned.with_columns(values.cast(pl.String))
    return cleaned


def _names(values: pl.Series) -> pl.DataFrame:
    """The four columns of a name, row by row; each distinct name and each distinct word is cleaned once."""
    column = values.name
    distinct = values.unique().drop_nulls().to_frame(column)
    tokens = distinct.with_columns(token=clean_name(pl.col(column)).str.split(" ")).explode("token").drop_nulls("token")
    spelled = tokens.select(pl.col("token").unique()).with_columns(word=_one_spelling(token_form(pl.col("token"))))
    words = tokens.join(spelled, on="token", how="left", maintain_order="left").drop_nulls("word")
    names = words.group_by(column, maintain_order=True).agg(
        pl.col("word").str.join(" ").alias("whole"),
        pl.col("word").sort().str.join(" ").alias(f"{column}_in_order"),
        pl.col("word").first().alias(f"{column}_first"),
        pl.col("word").last().alias(f"{column}_last"),
    )
    rows = values.to_frame().join(names, on=column, how="left", maintain_order="left")
    return rows.drop(column).rename({"whole": column})


def _one_spelling(token: pl.Expr) -> pl.Expr:
    return pl.when(token.str.len_chars() > 3).then(new_spelling(token)).otherwise(token)


def write_prepared(files: Files, folder: Path) -> None:
    """Write `left_file.parquet` and `right_file.parquet` into `folder`."""
    for name, path, id_column in zip(("left_file", "right_file"), (files.left, files.right), files.ids, strict=True):
        raw = pl.scan_parquet(path)
        writer: pq.ParquetWriter | None = None
        for start in range(0, max(1, raw.select(pl.len()).collect().item()), ROWS_A_SLICE):
            table = prepared(raw.slice(start, ROWS_A_SLICE).collect(), id_column, files.kinds).to_arrow()
            writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writer.write_table(table)
        if writer:
            writer.close()


if __name__ == "__main__":
    write_prepared(Files(Path(sys.argv[1])), Path(sys.argv[2]))

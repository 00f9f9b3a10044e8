"""What Spark is told where DuckDB is told a step: the same text, five words of it said otherwise.

Frames go over with signed integers, as Spark has no others: 64 bits keep their bits, so that equality, masks and
counted bits are what they were, and a shift to the right must bring in zeros.
"""

from __future__ import annotations

import re

import polars as pl

SIMILARITY = "duckdb_jaro_winkler_similarity"
"""DuckDB's Jaro-Winkler on Spark. Spark's own function of DuckDB's name scores transpositions differently: one name
pair in six has another similarity, and some cross a threshold."""

WORDS = (
    (r"\bxor\(([\w.]+), ([\w.]+)\)", r"(\1 ^ \2)"),
    (r">>", ">>>"),
    (r"//", " DIV "),
    (r"\bUBIGINT\b", "BIGINT"),
    (r"\bjaro_winkler_similarity\b", SIMILARITY),
)
"""Pattern of DuckDB's word, and Spark's: exclusive or, shift that brings in zeros, division of integers, type of packed
numbers, similarity."""

WIDER = {pl.UInt8: pl.Int16, pl.UInt16: pl.Int32, pl.UInt32: pl.Int64}


def spark_sql(sql: str) -> str:
    """A step's SQL as Spark reads it."""
    for duckdb, spark in WORDS:
        sql = re.sub(duckdb, spark, sql)
    return sql


def signed(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame without unsigned integers: 64 bits keep their bits, narrower ones their value."""
    casts = [pl.col(narrow).cast(wide) for narrow, wide in WIDER.items()]
    return frame.with_columns(pl.col(pl.UInt64).reinterpret(signed=True), *casts)

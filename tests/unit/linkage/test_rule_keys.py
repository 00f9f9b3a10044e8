"""Blocking keys: two keys are equal where rule and values are, and nowhere else."""

from __future__ import annotations

import numpy as np
import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.blocking import rule_keys
from targeting.linkage.prepare import prepare

RULES = ("jk", "jk & lahir.birthday", "nama.full", "nama.full & lahir.birthday", "lahir.month", "jk & nama.full")


def test_keys_of_different_rules_or_values_never_meet() -> None:
    days = [f"1961-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    rows = pl.DataFrame({"lahir": days}).with_row_index("id").with_columns(pl.col("id").cast(pl.String))
    rows = rows.with_columns(
        nama=pl.Series([f"NAMA {'ABCDEFGHIJKL'[i % 12]}" for i in range(rows.height)]),
        jk=pl.Series([str(i // 28 + 1) for i in range(rows.height)]),
    )
    columns = {"jk": "category", "nama": "name", "lahir": "date"}
    spec = LinkSpec.model_validate({"left": {"id": "id"}, "right": {"id": "id"}, "columns": columns})
    prepared = prepare(rows, rows, spec)
    everyone = np.arange(rows.height, dtype=np.int32)
    keys = pl.concat(
        rule_keys(prepared, RULES[number % len(RULES)], "left", everyone, purpose=f"{number} ")
        .join(rows.with_columns(rid=pl.col("id").rank().cast(pl.Int32) - 1), on="rid")
        .select("key", number=pl.lit(number), values=_values(RULES[number % len(RULES)]))
        for number in range(31)
    )
    assert keys.select("number", "values").n_unique() == keys["key"].n_unique()


def _values(rule: str) -> pl.Expr:
    """What a rule's key stands for."""
    parts = {"birthday": pl.col("lahir").str.slice(5), "month": pl.col("lahir").str.slice(0, 7), "full": pl.col("nama")}
    found = [parts[kind] for kind in parts if f".{kind}" in rule]
    return pl.concat_str([*found, *([pl.col("jk")] if "jk" in rule else [])], separator="|")

"""Similarity of strings that is worked out only where it can matter.

Jaro-Winkler costs as much as a hundred integer comparisons. Which letters a string has, how many, and the first one
bound it from above: a letter that the other string lacks cannot match. Where the bound is below the lowest threshold,
the similarity is 0, which is the same level.
"""

from __future__ import annotations

from math import floor

import polars as pl

SHARED = 4096
"""What a shared token counts beside its information, so that one sum holds both."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def letter_columns(text: pl.Expr) -> list[pl.Expr]:
    """len: letters (Int32, at most 255); has: a bit a letter that occurs (UInt64); a: the first letter's code."""
    has = pl.sum_horizontal(
        [text.str.contains(letter, literal=True).cast(pl.UInt64) * (1 << bit) for bit, letter in enumerate(LETTERS)]
    )
    first = text.str.head(1).replace_strict(list(LETTERS), list(range(1, len(LETTERS) + 1)), default=0)
    return [
        text.str.len_bytes().clip(0, 255).cast(pl.Int32).alias("len"),
        has.fill_null(0).cast(pl.UInt64).alias("has"),
        first.cast(pl.UInt8).alias("a"),
    ]


def bloom(tokens: list[pl.Expr]) -> pl.Expr:
    """A bit for each token code, modulo 61; records that share no bit share no token."""
    bits = [pl.when(t != 0).then(pl.lit(2, pl.UInt64).pow(t % 61)).otherwise(0).cast(pl.UInt64) for t in tokens]
    both = bits[0]
    for bit in bits[1:]:
        both = both | bit
    return both


def bounded_jaro_winkler(c: str, lowest: float) -> str:
    """SQL: Jaro-Winkler similarity of l.<c>_s and r.<c>_s where it can reach `lowest`, else 0; 1 for equal codes.

    Jaro is at most (m/|a| + m/|b| + 1) / 3 for m matching letters, and a common prefix of four letters lifts it to
    0.4 + 0.6 times that; without the same first letter nothing is lifted.
    """
    unlike = floor(1000 * (3 * lowest - 1))
    alike = floor(1000 * (3 * (lowest - 0.4) / 0.6 - 1))
    missing_l = f"bit_count(l.{c}_has & ~r.{c}_has)"
    missing_r = f"bit_count(r.{c}_has & ~l.{c}_has)"
    matching = f"least(l.{c}_len - {missing_l}, r.{c}_len - {missing_r})"
    return (
        f"CASE WHEN l.{c}_f = r.{c}_f THEN 1.0 WHEN l.{c}_f = 0 OR r.{c}_f = 0 THEN 0.0"
        f" WHEN {matching} * (l.{c}_len + r.{c}_len) * 1000"
        f" < l.{c}_len * r.{c}_len * CASE WHEN l.{c}_a = r.{c}_a THEN {alike} ELSE {unlike} END THEN 0.0"
        f" ELSE jaro_winkler_similarity(l.{c}_s, r.{c}_s) END"
    )


def shared_tokens(c: str, tokens: int) -> str:
    """SQL: `SHARED` for each token of l that r has, plus its information; tried only where a bloom bit is shared."""
    right = ", ".join(f"r.{c}_t{p}" for p in range(1, tokens + 1))
    found = " + ".join(f"CASE WHEN l.{c}_t{p} IN ({right}) THEN l.{c}_i{p} ELSE 0 END" for p in range(1, tokens + 1))
    return f"CASE WHEN (l.{c}_bloom & r.{c}_bloom) = 0 THEN 0 ELSE {found} END"

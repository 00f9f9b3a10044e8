"""Text that compares: upper case, plain letters, single blanks. Null when nothing is left."""

from __future__ import annotations

import polars as pl

MISSING = ("", "-", "--", ".", "0", "NULL", "NAN", "NONE", "NA", "N A", "UNKNOWN", "TIDAK ADA", "TIDAK DIKETAHUI")
"""What stands in real files where nothing is known, after `plain_text`."""


def plain_text(column: pl.Expr) -> pl.Expr:
    """Upper-case ASCII letters, digits and single blanks; punctuation becomes a blank, apostrophes vanish.

    Null stays null; text that says "missing" or holds no letter or digit becomes null.
    """
    plain = (
        column.cast(pl.String)
        .str.to_uppercase()
        .str.normalize("NFKD")
        .str.replace_all(r"[\u0300-\u036f'`\u2018\u2019\u02bc\u200b-\u200f\ufeff]", "")
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.strip_chars(" ")
    )
    return pl.when(plain.is_in(MISSING)).then(None).otherwise(plain)


def address_text(column: pl.Expr) -> pl.Expr:
    """`plain_text` with the abbreviations of addresses written one way and unpadded numbers (RT 03 -> RT 3)."""
    return (
        plain_text(column)
        .str.replace_all(r"\b(JALAN|JLN|JL)\b", "JL")
        .str.replace_all(r"\b(GANG|GG)\b", "GG")
        .str.replace_all(r"\b(DUSUN|DSN|DS|DUKUH|DK|PADUKUHAN|PEDUKUHAN)\b", "DSN")
        .str.replace_all(r"\b(NOMOR|NOMER|NO)\b", "")
        .str.replace_all(r"(\d)(RT|RW)(\d)", "$1 $2 $3")
        .str.replace_all(r"\b(RT|RW)(\d)", "$1 $2")
        .str.replace_all(r"\b0+(\d)", "$1")
        .str.replace_all(r" +", " ")
        .str.strip_chars(" ")
    )

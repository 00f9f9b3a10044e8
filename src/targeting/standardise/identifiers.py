"""Numbers that name a person or a family card (NIK, NKK or any other), packed for comparing."""

from __future__ import annotations

import numpy as np
import polars as pl


def clean_identifier(column: pl.Expr) -> pl.Expr:
    """Letters and digits of an identifier, upper case; null when it is empty or says nothing.

    One digit repeated, 1234567890123456 and a 16-digit number whose serial is 0000 are placeholders, not identities.
    The .0 of a number that went through a spreadsheet is not part of it.
    """
    whole = column.cast(pl.String).str.replace(r"\.0\s*$", "")
    bare = whole.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    empty = bare.is_in(["", "0", "NULL", "NAN", "NONE", "NA"])
    repeated = bare.str.contains("^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$") & (bare.str.len_bytes() > 3)
    counting = bare.str.starts_with("1234567890")
    no_serial = (bare.str.len_bytes() == 16) & bare.str.ends_with("0000")
    return pl.when(empty | repeated | counting | no_serial).then(None).otherwise(bare)


def packed_digits(values: pl.Series) -> pl.Series:
    """Up to 16 characters as 4-bit digits in one UInt64 (BCD); letters count as their code modulo 10.

    Two identifiers of one length differ in as many places as non-zero nibbles of their xor. Longer ones keep their
    last 16 characters. Null stays null.
    """
    text = values.fill_null("").str.slice(-16).str.pad_start(16, "0")
    digits = np.frombuffer("".join(text.to_list()).encode("ascii"), dtype=np.uint8).reshape(-1, 16)
    nibbles = np.where(digits >= ord("A"), (digits - ord("A")) % 10, digits - ord("0")).astype(np.uint64)
    shifts = np.arange(60, -4, -4, dtype=np.uint64)
    packed = np.bitwise_or.reduce(nibbles << shifts, axis=1) if len(digits) else np.zeros(0, dtype=np.uint64)
    return pl.Series(values.name, packed, dtype=pl.UInt64).set(values.is_null(), None)

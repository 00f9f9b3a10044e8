"""Numbers that name a person or a family card (NIK, NKK or any other), packed for comparing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.standardise.utf8 import utf8

UnsignedArray = npt.NDArray[np.uint64]


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


def packed_identifiers(column: pl.Series) -> UnsignedArray:
    """`clean_identifier` and `packed_digits` at once, 0 where there is no identity.

    Numbers of sixteen digits, nearly all in nearly every file, are packed without a text being made of them.
    """
    own = utf8(column)
    packed = np.zeros(len(own.lengths), dtype=np.uint64)
    rows = np.flatnonzero(own.lengths == 16)
    ahead, behind = own.words(rows, 0) ^ _ZEROS, own.words(rows, 8) ^ _ZEROS
    digits = (_not_digits(ahead) | _not_digits(behind)) == 0
    rows, number = rows[digits], (_nibbles(ahead) << np.uint64(32) | _nibbles(behind))[digits]
    packed[rows] = np.where(_says_nothing(number), np.uint64(0), number)
    others = ~own.is_null
    others[rows] = False
    if others.any():
        rough = column.filter(pl.Series(others)).to_frame("raw").select(clean_identifier(pl.col("raw"))).to_series()
        packed[others] = packed_digits(rough).fill_null(0).to_numpy()
    return packed


_ZEROS = np.uint64(0x3030303030303030)
"""Eight characters 0."""


def _not_digits(values: UnsignedArray) -> UnsignedArray:
    """A bit for each byte above 9."""
    with np.errstate(over="ignore"):
        return (values + np.uint64(0x7676767676767676) | values) & np.uint64(0x8080808080808080)


def _nibbles(values: UnsignedArray) -> UnsignedArray:
    """Eight bytes of one digit each, the lowest byte first, as eight digits of four bits, the first one highest."""
    x = values.byteswap()
    for shift, mask in ((4, 0x00FF00FF00FF00FF), (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF)):
        x = (x | x >> np.uint64(shift)) & np.uint64(mask)
    return x


def _says_nothing(number: UnsignedArray) -> npt.NDArray[np.bool_]:
    """Placeholders among numbers of sixteen digits, as `clean_identifier` knows them."""
    repeated = number == (number & np.uint64(15)) * np.uint64(0x1111111111111111)
    counting, no_serial = number >> np.uint64(24) == 0x1234567890, number & np.uint64(0xFFFF) == 0
    return np.asarray(repeated | counting | no_serial, dtype=np.bool_)

"""Similarity of strings that is worked out only where it can matter.

Jaro-Winkler costs as much as a hundred integer comparisons. Which letters a string has, how many, and the first one
bound it from above: a letter that the other string lacks cannot match. Where the bound is below the lowest threshold,
the similarity is 0, which is the same level.
"""

from __future__ import annotations

from math import floor

import numpy as np
import polars as pl

from targeting.linkage.comparisons.codes import KeyArray
from targeting.standardise.utf8 import utf8

SHARED = 4096
"""What a shared token counts beside its information, so that one sum holds both."""

SLACK = 1e-9
"""What implementations may fall short of the true similarity: 0.92 by fractions is 0.9199999999999999 for some."""

_LETTER_BITS = np.zeros(256, dtype=np.uint64)
"""A bit of its own for each letter and digit, by character code."""
for _bit, _letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):
    _LETTER_BITS[ord(_letter)] = np.uint64(1 << _bit)


def letter_columns(text: pl.Series, tokens: KeyArray) -> dict[str, pl.Series]:
    """len: letters (Int64); has: a bit for each letter that occurs (UInt64); a: the first letter's code; bloom.

    `text` holds upper-case letters and digits; `tokens` codes, one column a token.
    """
    own = utf8(text)
    has = np.zeros(len(own.lengths), dtype=np.uint64)
    first = np.zeros(len(own.lengths), dtype=np.uint8)
    some = np.flatnonzero(own.lengths > 0)
    first[some] = own.letters[own.starts[some]]
    for rows in np.array_split(some, max(1, len(some) // TEXTS_AT_ONCE)):
        if len(rows):
            begin, end = own.starts[rows[0]], own.starts[rows[-1]] + own.lengths[rows[-1]]
            has[rows] = np.bitwise_or.reduceat(_LETTER_BITS[own.letters[begin:end]], own.starts[rows] - begin)
    return {
        "len": pl.Series(own.lengths, dtype=pl.Int64),  # products of lengths leave 32 bits behind
        "has": pl.Series(has),
        "a": pl.Series(first),
        "bloom": pl.Series(bloom(tokens)),
    }


TEXTS_AT_ONCE = 200_000
"""Texts whose letters are looked up at once: eight bytes a letter."""


def bloom(tokens: KeyArray) -> KeyArray:
    """A bit for each token code, modulo 61; records that share no bit share no token. Code 0 sets none."""
    both = np.zeros(len(tokens), dtype=np.uint64)
    for column in tokens.T:
        bit = np.uint64(1) << (column % np.uint64(61))
        both |= np.where(column > 0, bit, np.uint64(0))
    return both


POSITIONS = 127
"""Bits that stand for pairs of neighbouring letters."""


def letter_pairs(text: pl.Series) -> dict[str, pl.Series]:
    """g1, g2: a bit for each pair of neighbouring letters (UInt64), those from 64 on in g2; gn: how many are set.

    A pair's bit is (31 times the first byte plus the second) modulo `POSITIONS`.
    """
    own = utf8(text)
    low, high = (np.zeros(len(own.lengths), dtype=np.uint64) for _ in range(2))
    some = np.flatnonzero(own.lengths > 1)
    for rows in np.array_split(some, max(1, len(some) // TEXTS_AT_ONCE)):
        if not len(rows):
            continue
        begin, end = own.starts[rows[0]], own.starts[rows[-1]] + own.lengths[rows[-1]]
        letters = own.letters[begin:end].astype(np.int64)
        place = np.append((31 * letters[:-1] + letters[1:]) % POSITIONS, 0)
        bit = np.uint64(1) << (place % 64).astype(np.uint64)
        inside = np.ones(len(place), dtype=bool)
        inside[own.starts[rows] + own.lengths[rows] - 1 - begin] = False  # the last letter has no neighbour of its own
        for half, among in ((low, place < 64), (high, place >= 64)):
            half[rows] = np.bitwise_or.reduceat(np.where(inside & among, bit, np.uint64(0)), own.starts[rows] - begin)
    set_bits = np.bitwise_count(low).astype(np.int64) + np.bitwise_count(high)
    return {"g1": pl.Series(low), "g2": pl.Series(high), "gn": pl.Series(set_bits, dtype=pl.Int64)}


def common_letter_pairs(c: str) -> str:
    """SQL: pairs of neighbouring letters that both sides have, in hundredths of those of the average side (Dice).

    A tenth of what Jaro-Winkler costs, and words in another order hardly lower it.
    """
    common = f"bit_count(l.{c}_g1 & r.{c}_g1) + bit_count(l.{c}_g2 & r.{c}_g2)"
    return f"({common}) * 200 // greatest(l.{c}_gn + r.{c}_gn, 1)"


def bounded_jaro_winkler(c: str, lowest: float) -> str:
    """SQL: Jaro-Winkler similarity of l.<c>_s and r.<c>_s where it can reach `lowest`, else 0; 1 for equal codes.

    Jaro is at most (m/|a| + m/|b| + 1) / 3 for m matching letters, and a common prefix of four letters lifts it to
    0.4 + 0.6 times that; without the same first letter nothing is lifted. `SLACK` is on top. The condition stands
    inside the function's argument: an engine whose function leaves SQL works out both arms of a CASE, and a null there
    is what spares it the work.
    """
    unlike = floor(1000 * (3 * lowest - 1))
    alike = floor(1000 * (3 * (lowest - 0.4) / 0.6 - 1))
    missing_l = f"bit_count(l.{c}_has & ~r.{c}_has)"
    missing_r = f"bit_count(r.{c}_has & ~l.{c}_has)"
    matching = f"least(l.{c}_len - {missing_l}, r.{c}_len - {missing_r})"
    needless = (
        f"l.{c}_f = r.{c}_f OR l.{c}_f = 0 OR r.{c}_f = 0 OR {matching} * (l.{c}_len + r.{c}_len) * 1000"
        f" < l.{c}_len * r.{c}_len * CASE WHEN l.{c}_a = r.{c}_a THEN {alike} ELSE {unlike} END"
    )
    return (
        f"coalesce(jaro_winkler_similarity(CASE WHEN {needless} THEN NULL ELSE l.{c}_s END, r.{c}_s) + {SLACK},"
        f" CASE WHEN l.{c}_f = r.{c}_f THEN 1.0 ELSE 0.0 END)"
    )


def shared_tokens(c: str, tokens: int) -> str:
    """SQL: `SHARED` for each token of l that r has, plus its information; tried only where a bloom bit is shared."""
    right = ", ".join(f"r.{c}_t{p}" for p in range(1, tokens + 1))
    found = " + ".join(f"CASE WHEN l.{c}_t{p} IN ({right}) THEN l.{c}_i{p} ELSE 0 END" for p in range(1, tokens + 1))
    return f"CASE WHEN (l.{c}_bloom & r.{c}_bloom) = 0 THEN 0 ELSE {found} END"


ALPHABET = 26
"""Bits of `o`: the initials of a name's parts; above them those of parts that are an initial and nothing else."""


def initials_met(c: str) -> str:
    """SQL: initials of either side that stand for a part of the other, an initial for an initial not counted."""
    ours, theirs = (
        f"({a}.{c}_o >> {ALPHABET}) & {b}.{c}_o & ~({b}.{c}_o >> {ALPHABET})" for a, b in (("l", "r"), ("r", "l"))
    )
    return f"bit_count({ours}) + bit_count({theirs})"

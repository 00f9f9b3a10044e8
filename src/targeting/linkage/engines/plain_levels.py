"""Levels of agreement in plain Python: the rules of the comparisons, said a second time and without SQL.

Each rule gives the level of two values that are both there, and what their agreement tells in tenths of a bit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from targeting.contracts.linkage import ColumnType
from targeting.linkage.comparisons.base import SELF
from targeting.linkage.engines.plain_values import Value

WORDS = 5
"""Rarest words of a text that are compared."""
Column = Sequence[Value | None]
Found = tuple[int, int]
"""A level, and what the agreement tells."""
DIFFERENT = (1, 0)


@dataclass(frozen=True)
class Told:
    """What agreement on a value tells, in tenths of a bit: of wholes, and of the parts of names and words of texts."""

    whole: dict[str, int]
    part: dict[str, int]
    rarest: dict[str, tuple[str, ...]]
    """A text's words, the rarest first."""


def told(kind: ColumnType, left: Column, right: Column) -> Told:
    """Information of all values of a column, from the frequencies of both sides."""
    values = [value for value in (*left, *right) if value is not None]
    whole = _information([value.whole for value in values], len(values))
    if kind is ColumnType.NAME:
        return Told(whole, _information([part for value in values for part in value.parts], len(values)), {})
    if kind is ColumnType.TEXT:
        words = _word_information(values)
        # What is rare, the right file says: a register's words do not depend on who is looked for in it.
        held = Counter(word for value in right if value is not None for word in value.parts)
        rarest = {v.whole: tuple(sorted(v.parts, key=lambda word: (held[word], word))[:WORDS]) for v in values}
        return Told(whole, words, rarest)
    return Told(whole, {}, {})


def level(kind: ColumnType, left: Value, right: Value, similarity: float, tells: Told) -> Found:
    """Level and information of two values; `similarity` is Jaro-Winkler's of their letters, rounded up."""
    match kind:
        case ColumnType.NAME:
            return _of_names(left, right, similarity, tells)
        case ColumnType.TEXT:
            return _of_texts(left, right, tells)
        case ColumnType.DATE:
            return _of_dates(left, right, tells)
        case ColumnType.NIK | ColumnType.NKK:
            return _of_numbers(left, right)
        case ColumnType.REGION:
            return _of_regions(left, right, tells)
        case ColumnType.CATEGORY:
            return (2, tells.whole[left.whole]) if left.whole == right.whole else DIFFERENT


def _information(values: Iterable[str], records: int) -> dict[str, int]:
    """-log2 of the share of other records that bear each value, the two of the pair itself being none of them."""
    return {value: _tenths(max(count - 1 - SELF, 1 - SELF) / records) for value, count in Counter(values).items()}


def _word_information(texts: Sequence[Value]) -> dict[str, int]:
    """-log2 of the share of texts that hold each word, at most 30 bits."""
    counts = Counter(word for text in texts for word in text.parts)
    return {word: min(_tenths(count / len(texts)), 300) for word, count in counts.items()}


def _tenths(share: float) -> int:
    """A share as information."""
    return round(-10 * log2(min(share, 1.0)))


def _of_names(left: Value, right: Value, similarity: float, tells: Told) -> Found:
    """Equal; sounding alike in any order; very similar; one in the other; similar; a part in common."""
    whole = (tells.whole[left.whole] + tells.whole[right.whole]) // 2
    common = [part for part in left.parts if part in right.parts]
    parts = sum(min(tells.part[part], 1023) for part in common)
    fewer, more = sorted((len(left.parts), len(right.parts)))
    initials = _initials_met(left, right) + _initials_met(right, left)
    if left.whole == right.whole:
        return 7, whole
    if similarity >= 1 or len(common) >= more:
        return 6, whole
    if similarity >= 0.92:
        return 5, whole
    if len(common) + initials >= fewer:
        return 4, parts + 25 * initials
    if similarity >= 0.84:
        return 3, whole
    return (2, parts) if common else DIFFERENT


def _initials_met(ours: Value, theirs: Value) -> int:
    """Initials of one name that stand for a part of the other, an initial for an initial not counted."""
    alone, other = ({part for part in value.words if len(part) == 1} for value in (ours, theirs))
    return len(alone & {part[0] for part in theirs.words} - other)


def _of_texts(left: Value, right: Value, tells: Told) -> Found:
    """Equal, or by the share of the poorer text's information that both hold, or by the letters."""
    if left.whole == right.whole:
        return 5, tells.whole[left.whole]
    mine, yours = tells.rarest[left.whole], tells.rarest[right.whole]
    shared = sum(tells.part[word] for word in mine if word in yours)
    least = min(sum(tells.part[word] for word in words) for words in (mine, yours))
    both = min(shared, least)
    alike = _letter_pairs_in_common(left.letters, right.letters)
    if (shared * 5 >= least * 4 and shared > 40) or alike >= 0.75:
        return 4, both
    if (shared * 2 >= least and shared > 20) or alike >= 0.6:
        return 3, both
    return (2, both) if shared > 0 else DIFFERENT


def _letter_pairs_in_common(left: str, right: str) -> float:
    """Dice's coefficient of the pairs of neighbouring letters, each by its place among 127, in whole hundredths."""
    mine, yours = ({(31 * a + b) % 127 for a, b in pairwise(text.encode())} for text in (left, right))
    return 200 * len(mine & yours) // max(len(mine) + len(yours), 1) / 100


def _of_dates(left: Value, right: Value, tells: Told) -> Found:
    """Equal; equal as far as known; one digit off or day and month exchanged; two parts; the year; years close."""
    if left.whole == right.whole:
        return 8, tells.whole[left.whole]
    pairs = [(int(a), int(b)) for a, b in zip(left.parts, right.parts, strict=True)]
    agree = [None if not a or not b else a == b for a, b in pairs]
    full = None not in agree
    apart = abs(pairs[0][0] - pairs[0][1]) if agree[0] is not None else 9999
    exchanged = left.parts == (right.parts[0], right.parts[2], right.parts[1])
    if not full and False not in agree:
        return 7, 0
    if full and (_differing(left.letters, right.letters) == 1 or exchanged):
        return 6, 0
    if agree.count(True) == 2 or (not full and apart <= 1):
        return 5, 0
    if agree[0]:
        return 4, 0
    return (3, 0) if apart <= 2 else (2, 0) if apart <= 5 else DIFFERENT


def _of_numbers(left: Value, right: Value) -> Found:
    """Equal, the next number, one or two digits off."""
    off = _differing(left.whole, right.whole)
    if off == 1 and abs(int(left.whole[-1]) - int(right.whole[-1])) == 1:
        return 2, 0
    return (4, 0) if off == 0 else (3, 0) if off <= 2 else DIFFERENT


def _of_regions(left: Value, right: Value, tells: Told) -> Found:
    """The smallest region that both share."""
    if left.whole == right.whole:
        return 5, tells.whole[left.whole]
    for found, mine, yours in zip((4, 3, 2), left.parts, right.parts, strict=True):
        if mine == yours:
            return found, 0
    return DIFFERENT


def _differing(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Places in which two sequences of one length differ."""
    return sum(a != b for a, b in zip(left, right, strict=True))

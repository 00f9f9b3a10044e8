"""A pair as a person looks at it: both records field by field with differences marked, and the evidence as a sum."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from targeting.review.words import PAGE, Tongue, field_word, say

LevelWords = Callable[[str, str, Tongue], str]
"""From a column's type and its level to words."""
Part = tuple[str, bool]
"""A piece of a value and whether it differs from the other side."""


@dataclass(frozen=True)
class Field:
    """One compared column of both records."""

    name: str
    left: str
    right: str
    verdict: Literal["agrees", "differs", "missing"]
    left_parts: tuple[Part, ...]
    right_parts: tuple[Part, ...]


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall: what it is, how many bits, and the sum up to it."""

    words: str
    bits: float
    total: float


def fields(records: str) -> tuple[Field, ...]:
    """The records (JSON of `review_pair`) field by field, in the spec's order."""
    both: Mapping[str, Mapping[str, str | None]] = json.loads(records)
    return tuple(_field(name, both["left"][name] or "", both["right"].get(name) or "") for name in both["left"])


def waterfall(evidence: str, level_words: LevelWords, tongue: Tongue) -> tuple[Bar, ...]:
    """The evidence (JSON of `review_pair`) as steps from the prior to the match weight, without steps of nought."""
    told: Mapping[str, Any] = json.loads(evidence)
    steps: list[tuple[str, float]] = [(say(PAGE["prior"], tongue), told["prior_bits"])]
    for part in told["evidence"]:
        levels = [
            f"{field_word(one['column'], tongue)}: {level_words(one['type'], one['level'], tongue)}"
            for one in part["columns"]
        ]
        steps.append(("; ".join(levels), part["bits"]))
    steps.append((say(PAGE["living_together"], tongue), told["living_together_bits"]))
    steps.append((say(PAGE["later"], tongue), told["later_bits"]))
    bars, total = [], 0.0
    for words, bits in steps:
        total += bits
        if abs(bits) >= 0.005:
            bars.append(Bar(words, bits, total))
    return tuple(bars)


def _field(name: str, left: str, right: str) -> Field:
    """Letters that differ, whatever their case."""
    if not left or not right:
        return Field(name, left, right, "missing", ((left, False),), ((right, False),))
    if left.casefold() == right.casefold():
        return Field(name, left, right, "agrees", ((left, False),), ((right, False),))
    matcher = SequenceMatcher(None, left.casefold(), right.casefold(), autojunk=False)
    mine, other = [], []
    for kind, from_left, to_left, from_right, to_right in matcher.get_opcodes():
        differs = kind != "equal"
        mine.append((left[from_left:to_left], differs))
        other.append((right[from_right:to_right], differs))
    return Field(name, left, right, "differs", _filled(mine), _filled(other))


def _filled(parts: list[Part]) -> tuple[Part, ...]:
    """Without empty pieces."""
    return tuple(part for part in parts if part[0])

"""Which pairs are looked at: those that share a key of at least one blocking rule.

A rule is a conjunction of keys, `nama.token & tanggal_lahir.year`: a kind of key of each column named. A kind with
several alternatives (the parts of a name) makes a pair when any of them meets. Blocks too large to pay are cut, the
largest first, and what was cut is counted: nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage.comparisons.codes import IntArray, KeyArray, mix, text_codes
from targeting.linkage.posting import Posting, Rids, posting
from targeting.linkage.prepare import Prepared, Word
from targeting.linkage.sides import Side

Parts = list[tuple[str, str]]
"""(column, kind) of each part of a rule."""

KINDS: dict[ColumnType, tuple[str, ...]] = {
    ColumnType.NAME: ("full", "token", "first", "pair", "start"),
    ColumnType.DATE: ("full", "year", "month", "birthday"),
    ColumnType.NIK: ("full", "head", "tail"),
    ColumnType.NKK: ("full", "head", "tail"),
    ColumnType.REGION: ("full", "parent"),
    ColumnType.TEXT: ("full", "word"),
    ColumnType.CATEGORY: ("full",),
}


@dataclass(frozen=True)
class RuleCount:
    """What one rule makes: pairs kept, and pairs in blocks that were cut."""

    rule: str
    pairs: int
    cut_pairs: int
    cut_keys: int
    largest_block: int


def default_rules(spec: LinkSpec) -> tuple[str, ...]:
    """Rules from the columns' types, the most telling first.

    Files with an identity number need the rules that repair it and those that do without it; files without one lean on
    every pair of columns. What a rule may cost is bounded, so that a weak rule still serves rare values.
    """
    by_type: dict[ColumnType, list[str]] = {kind: [] for kind in ColumnType}
    for name, column in spec.columns.items():
        by_type[column.type].append(name)
    rules = [*_of_numbers(by_type), *_of_persons(by_type)]
    if not by_type[ColumnType.REGION] and not by_type[ColumnType.TEXT]:
        rules += _without_places(by_type)
    if not by_type[ColumnType.NIK]:
        rules += _of_all_else(by_type)
    return tuple(dict.fromkeys(rules or [f"{name}.full" for name in spec.columns]))


def _of_numbers(by_type: dict[ColumnType, list[str]]) -> list[str]:
    """An identity number whole, without its end, without its beginning."""
    return [f"{nik}.{kind}" for nik in by_type[ColumnType.NIK] for kind in ("full", "head", "tail")]


def _of_persons(by_type: dict[ColumnType, list[str]]) -> list[str]:
    """Names with dates, with places, with one another; dates with places."""
    names, dates = by_type[ColumnType.NAME], by_type[ColumnType.DATE]
    regions, texts, cards = by_type[ColumnType.REGION], by_type[ColumnType.TEXT], by_type[ColumnType.NKK]
    places = [*(f"{r}.parent" for r in regions), *(f"{t}.word" for t in texts)]
    rules = [f"{a}.token & {d}.full" for d in dates for a in names]
    rules += [f"{a}.full & {d}.year" for d in dates for a in names]
    rules += [f"{a}.token & {d}.birthday" for d in dates for a in names]
    rules += [f"{a}.token & {d}.month" for d in dates for a in names]
    rules += [f"{d}.full & {place}" for d in dates for place in places]
    rules += [f"{a}.full & {r}.full" for a in names for r in regions]
    rules += [f"{a}.token & {r}.full & {d}.year" for a in names for r in regions for d in dates]
    at_home = [f"{r}.full & {d}.{kind}" for r in regions for d in dates for kind in ("year", "birthday")]
    words = [f"{t}.word" for t in texts]
    around, inside = ([f"{r}.{kind} & {word}" for r in regions for word in words] for kind in ("parent", "full"))
    rules += [f"{a}.start & {place}" for a in names for place in [*at_home, *words, *around]]
    rules += [f"{a}.token & {card}.full" for a in names for card in cards]
    rules += [f"{a}.token & {place}" for a in names for place in [*words, *inside]]
    rules += [f"{a}.first & {b}.first" for i, a in enumerate(names) for b in names[i + 1 :]]
    rules += [f"{a}.pair" for a in names]
    return rules


def _without_places(by_type: dict[ColumnType, list[str]]) -> list[str]:
    """What the place does elsewhere: names that share no part, joined or misspelt, where the date says enough."""
    names, dates, categories = by_type[ColumnType.NAME], by_type[ColumnType.DATE], by_type[ColumnType.CATEGORY]
    rules = [" & ".join([f"{d}.full", *(f"{c}.full" for c in categories)]) for d in dates]
    rules += [f"{a}.start & {d}.{kind}" for d in dates for a in names for kind in ("birthday", "month", "year")]
    return [*rules, *(f"{a}.full" for a in names)]


def _of_all_else(by_type: dict[ColumnType, list[str]]) -> list[str]:
    """Rare values alone, and values that tell little together."""
    names, dates = by_type[ColumnType.NAME], by_type[ColumnType.DATE]
    regions, texts = by_type[ColumnType.REGION], by_type[ColumnType.TEXT]
    categories, cards = by_type[ColumnType.CATEGORY], by_type[ColumnType.NKK]
    rules = [f"{column}.full" for column in [*cards, *texts, *names, *categories]]
    rules += [f"{d}.full & {c}.full" for d in dates for c in categories]
    rules += [f"{a}.full & {c}.full" for a in names for c in categories]
    rules += [f"{a}.token & {d}.year & {c}.full" for a in names for d in dates for c in categories]
    rules += [f"{a}.token & {r}.full" for a in names for r in regions]
    rules += [f"{a}.start & {r}.full" for a in names for r in regions]
    rules += [f"{a}.start & {d}.year" for a in names for d in dates]
    rules += [f"{a}.start & {b}.start" for i, a in enumerate(names) for b in names[i + 1 :]]
    rules += [f"{t}.word & {u}.word" for i, t in enumerate(texts) for u in texts[i + 1 :]]
    rules += [f"{t}.word & {c}.full" for t in texts for c in categories]
    rules += [f"{t}.word & {d}.year" for t in texts for d in dates]
    plain = [*(f"{d}.year" for d in dates), *(f"{c}.full" for c in categories)]
    return [*rules, *(" & ".join([*plain, f"{r}.full"]) for r in regions), *([" & ".join(plain)] if plain else [])]


def parse(rule: str, spec: LinkSpec) -> Parts:
    """(column, kind) of each part of a rule; a column alone means its whole value.

    Raises UsageError for an unknown column or kind, with those that exist.
    """
    parts: Parts = []
    for part in rule.split("&"):
        name, _, kind = part.strip().partition(".")
        if name not in spec.columns:
            raise UsageError(f"blocking rule '{rule}' names no column '{name}'. Columns: {', '.join(spec.columns)}.")
        known = KINDS[spec.columns[name].type]
        if (kind or "full") not in known:
            raise UsageError(f"blocking rule '{rule}': '{name}' has no key '{kind}'. It has: {', '.join(known)}.")
        parts.append((name, kind or "full"))
    return parts


def rule_keys(
    prepared: Prepared, rule: str, side: Word, rids: Rids, wanted: Wanted | None = None, purpose: str = ""
) -> pl.DataFrame:
    """key (UInt64), rid of one rule for some records of a side, each combination once; with `wanted`, only its keys.

    A key says nothing of the rule's place among others: it is the same in every spec and on every night. Keys for
    another purpose never meet those of a rule of the same name.
    """
    parts = parse(rule, prepared.spec)
    return keys_of(prepared.side(side), parts, rids, wanted, purpose)


def keys_of(side: Side, parts: Parts, rids: Rids, wanted: Wanted | None = None, purpose: str = "") -> pl.DataFrame:
    """`rule_keys` of the parts of a rule, made for some records at a time."""
    start = _start(parts, purpose)
    spans = range(0, max(len(rids), 1), AT_ONCE)
    return pl.concat([_keys_of(side, parts, rids[first : first + AT_ONCE], wanted, start) for first in spans])


AT_ONCE = 65_536
"""Records whose keys are made at once: what that takes beside the keys themselves does not grow with the register."""


def _keys_of(side: Side, parts: Parts, rids: Rids, wanted: Wanted | None, start: np.uint64) -> pl.DataFrame:
    """Keys of some records, mixed from the start. Alternatives of a part differ, so that no combination repeats."""
    found = []
    for combination in product(*(side.keys(name, kind, rids) for name, kind in parts)):
        some, mixed = _mixed(combination, start)
        if wanted is not None:
            held = wanted.may_hold(mixed)
            mixed, some = mixed[held], some[held]
        found.append(pl.DataFrame({"key": mixed, "rid": rids[some]}))
    return pl.concat(found)


def mixed_keys(combination: tuple[KeyArray, ...], parts: Parts) -> tuple[IntArray, KeyArray]:
    """The places at which there is a key of every part of a rule, and the rule's key at each: what `rule_keys` makes of
    one combination of alternatives."""
    return _mixed(combination, _start(parts, ""))


def _start(parts: Parts, purpose: str) -> np.uint64:
    """What keys of a rule are mixed from."""
    return np.uint64(text_codes(pl.Series([purpose + written(parts)]))[0])


def _mixed(combination: tuple[KeyArray, ...], start: np.uint64) -> tuple[IntArray, KeyArray]:
    """Places where all parts are there, and their keys mixed from the start."""
    some = np.flatnonzero(_all_there(combination))
    mixed = np.full(len(some), start, dtype=np.uint64)
    for values in combination:
        mixed = mix(mixed ^ values[some])
    return some, mixed


def _all_there(combination: tuple[KeyArray, ...]) -> npt.NDArray[np.bool_]:
    """Which records have a key of every part."""
    there = combination[0] != 0
    for values in combination[1:]:
        there = there & (values != 0)
    return np.asarray(there, dtype=np.bool_)


def written(parts: Parts) -> str:
    """A rule as all that write it differently mean it."""
    return " & ".join(f"{name}.{kind}" for name, kind in parts)


def rule_posting(prepared: Prepared, rule: str, wanted: KeyArray, purpose: str = "") -> Posting:
    """The posting list of the right side, as it lies ready, or made for some keys only (ascending, each once)."""
    ready = prepared.right_side.posting(purpose + written(parse(rule, prepared.spec)))
    if ready is not None:
        return ready
    keys = rule_keys(prepared, rule, "right", prepared.everyone("right"), Wanted(wanted), purpose)
    return posting(keys.join(pl.DataFrame({"key": wanted}), on="key", how="semi"))


class Wanted:
    """A set of keys that answers fast and may say yes once too often: a bit for the highest 24 bits of a key."""

    def __init__(self, keys: KeyArray) -> None:
        """Hold some keys."""
        self._bits = np.zeros(1 << 24, dtype=bool)
        self._bits[(keys >> np.uint64(40)).astype(np.int64)] = True

    def may_hold(self, keys: KeyArray) -> npt.NDArray[np.bool_]:
        """False where a key is surely not in the set."""
        return self._bits[(keys >> np.uint64(40)).astype(np.int64)]


LEAST_KEPT = 0.25
"""Share of its pairs below which a rule gives way to narrower ones."""


def gives_way(rule: str, rules: Iterable[str], spec: LinkSpec) -> bool:
    """Whether another of the rules asks for all that this one asks for and more: `token & word` and `token & village &
    word`. Cut to its rarest blocks the wider rule would cost much and add what chance left of it.
    """
    own = set(parse(rule, spec))
    return any(own < set(parse(other, spec)) for other in rules)


def block_cap(left: IntArray, right: IntArray, rule: str, budget: int, least: float = 0.0) -> tuple[int, RuleCount]:
    """The largest right block that is kept so that the rule's pairs stay within the budget, and the counts.

    `left` and `right` are how many records of each side have a key, aligned by key. Exact: pairs of a rule are the sum
    over keys of left times right records, no join needed. A rule of which less than the share `least` would be kept is
    cut whole.
    """
    meeting = (left > 0) & (right > 0)
    sizes, place = np.unique(right[meeting], return_inverse=True)
    pairs, keys = np.zeros(len(sizes), dtype=np.int64), np.bincount(place, minlength=len(sizes))
    np.add.at(pairs, place, left[meeting] * right[meeting])
    kept = np.cumsum(pairs) <= budget
    kept &= pairs[kept].sum() >= least * pairs.sum()
    cap = int(sizes[kept].max(initial=0))
    return cap, RuleCount(rule, int(pairs[kept].sum()), int(pairs[~kept].sum()), int(keys[~kept].sum()), cap)

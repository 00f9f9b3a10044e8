"""Which pairs are looked at: those that share a key of at least one blocking rule.

A rule is a conjunction of keys, `nama.token & tanggal_lahir.year`: a kind of key of each column named. A kind with
several alternatives (the parts of a name) makes a pair when any of them meets. Blocks too large to pay are cut, the
largest first, and what was cut is counted: nothing is left out in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage.comparisons.base import mix
from targeting.linkage.prepare import Prepared, Rids, Word

UnsignedArray = npt.NDArray[np.uint64]

KINDS: dict[ColumnType, tuple[str, ...]] = {
    ColumnType.NAME: ("full", "token", "first", "pair"),
    ColumnType.DATE: ("full", "year", "month", "birthday"),
    ColumnType.NIK: ("full", "head", "tail"),
    ColumnType.NKK: ("full", "head", "tail"),
    ColumnType.REGION: ("full", "parent"),
    ColumnType.TEXT: ("full", "word"),
    ColumnType.CATEGORY: ("full",),
}


SALT = 0xD1B54A32D192ED03
"""Sets rules apart: a small number in its place makes keys of two rules meet where one's number is the other's code."""


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
    rules += [f"{a}.token & {card}.full" for a in names for card in cards]
    rules += [f"{a}.token & {t}.word" for a in names for t in texts]
    rules += [f"{a}.first & {b}.first" for i, a in enumerate(names) for b in names[i + 1 :]]
    rules += [f"{a}.pair" for a in names]
    return rules


def _of_all_else(by_type: dict[ColumnType, list[str]]) -> list[str]:
    """Rare values alone, and values that tell little together."""
    names, dates = by_type[ColumnType.NAME], by_type[ColumnType.DATE]
    regions, texts = by_type[ColumnType.REGION], by_type[ColumnType.TEXT]
    categories, cards = by_type[ColumnType.CATEGORY], by_type[ColumnType.NKK]
    rules = [f"{column}.full" for column in [*cards, *texts, *names, *categories]]
    rules += [f"{d}.full & {c}.full" for d in dates for c in categories]
    rules += [f"{a}.full & {c}.full" for a in names for c in categories]
    rules += [f"{a}.token & {d}.year & {c}.full" for a in names for d in dates for c in categories]
    rules += [f"{t}.word & {u}.word" for i, t in enumerate(texts) for u in texts[i + 1 :]]
    rules += [f"{t}.word & {c}.full" for t in texts for c in categories]
    rules += [f"{t}.word & {d}.year" for t in texts for d in dates]
    plain = [*(f"{d}.year" for d in dates), *(f"{c}.full" for c in categories)]
    return [*rules, *(" & ".join([*plain, f"{r}.full"]) for r in regions), *([" & ".join(plain)] if plain else [])]


def parse(rule: str, spec: LinkSpec) -> list[tuple[str, str]]:
    """(column, kind) of each part of a rule; a column alone means its whole value.

    Raises UsageError for an unknown column or kind, with those that exist.
    """
    parts: list[tuple[str, str]] = []
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
    prepared: Prepared, rule: str, number: int, side: Word, rids: Rids, wanted: Wanted | None = None
) -> pl.DataFrame:
    """key (UInt64), rid of one rule for some records of a side, each combination once; with `wanted`, only its keys."""
    alternatives = [prepared.keys(name, kind, side, rids) for name, kind in parse(rule, prepared.spec)]
    parts = []
    for combination in product(*alternatives):
        mixed = np.full(len(rids), (number + 1) * SALT % 2**64, dtype=np.uint64)
        present = np.ones(len(rids), dtype=bool)
        for values in combination:
            present &= values != 0
            mixed = mix(mixed ^ values)
        if wanted is not None:
            present &= wanted.may_hold(mixed)
        parts.append(pl.DataFrame({"key": mixed[present], "rid": rids[present]}))
    keys = pl.concat(parts)
    return keys.unique() if len(parts) > 1 else keys


class Wanted:
    """A set of keys that answers fast and may say yes once too often: a bit for the highest 24 bits of a key."""

    def __init__(self, keys: pl.Series) -> None:
        """Hold some keys."""
        self._bits = np.zeros(1 << 24, dtype=bool)
        self._bits[(keys.to_numpy() >> np.uint64(40)).astype(np.int64)] = True

    def may_hold(self, keys: UnsignedArray) -> npt.NDArray[np.bool_]:
        """False where a key is surely not in the set."""
        return self._bits[(keys >> np.uint64(40)).astype(np.int64)]


def block_cap(left: pl.DataFrame, right: pl.DataFrame, rule: str, budget: int) -> tuple[int, RuleCount]:
    """The largest right block that is kept so that the rule's pairs stay within the budget, and the counts.

    Exact: pairs of a rule are the sum over keys of left times right records, no join needed.
    """
    sizes = (
        left.group_by("key")
        .len("l")
        .join(right.group_by("key").len("r"), on="key")
        .select("r", pairs=pl.col("l").cast(pl.Int64) * pl.col("r").cast(pl.Int64))
    )
    by_size = sizes.group_by("r").agg(pl.col("pairs").sum(), keys=pl.len()).sort("r")
    by_size = by_size.with_columns(running=pl.col("pairs").cum_sum())
    kept = by_size.filter(pl.col("running") <= budget)
    cut = by_size.filter(pl.col("running") > budget)
    cap = int(kept["r"].max() or 0)  # type: ignore[arg-type]
    return cap, RuleCount(rule, int(kept["pairs"].sum()), int(cut["pairs"].sum()), int(cut["keys"].sum()), cap)

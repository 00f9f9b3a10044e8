"""The blocking keys of both sides, ready to join: only keys that meet, only blocks that pay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.linkage.blocking import (
    LEAST_KEPT,
    RuleCount,
    block_cap,
    default_rules,
    gives_way,
    rule_keys,
    rule_posting,
)
from targeting.linkage.comparisons.codes import IntArray, KeyArray, key, text_codes
from targeting.linkage.posting import Posting, Rids, posting
from targeting.linkage.prepare import Prepared, Word
from targeting.linkage.sides import WORKERS, Side

FAR_FEWER = 3
"""Keys are looked through once more for those of some left records if these have no more than one in so many."""


@dataclass(frozen=True)
class Postings:
    """key (UInt64), rid of each side.

    within: of right records whose neighbours in their own file are counted; homes and left_homes: by home alone, of all
    records of each side, so that training meets those who live together whatever their names.
    """

    left: pl.DataFrame
    right: pl.DataFrame
    within: pl.DataFrame
    homes: pl.DataFrame
    left_homes: pl.DataFrame
    rules: tuple[RuleCount, ...]

    def of(self, left_rids: Rids) -> Postings:
        """Keys of some of the left records, and of the right ones that they meet where that are far fewer."""
        left = self.left.join(pl.DataFrame({"rid": left_rids}), on="rid", how="semi")
        if left.height * FAR_FEWER > self.left.height:
            return replace(self, left=left)
        return replace(self, left=left, right=self.right.join(left.select("key").unique(), on="key", how="semi"))

    def batches(self, most_pairs: int) -> list[tuple[int, int]]:
        """Ranges of left rids (first, one past the last) of at most `most_pairs` pairs each, one record at least."""
        sizes = self.right.group_by("key").len("pairs")
        load = (
            self.left.join(sizes, on="key")
            .group_by("rid")
            .agg(pl.col("pairs").sum())
            .sort("rid")
            .with_columns(running=pl.col("pairs").cum_sum())
        )
        if load.is_empty():
            return []
        total = int(load["running"].max())  # type: ignore[arg-type]
        even = -(-total // -(-total // most_pairs))  # parts of one size: a small last one costs as much to set up
        part = (load["running"] - load["pairs"]) // even
        firsts = load.filter(part != part.shift(1).fill_null(-1))["rid"].to_list()
        return list(zip(firsts, [*firsts[1:], int(load["rid"].max()) + 1], strict=True))  # type: ignore[arg-type]


def postings(prepared: Prepared, left_rids: Rids, within_rids: Rids, sampled: Rids) -> Postings:
    """Keys of the given left records and of the right records they meet.

    Every rule may make `pairs_per_record` pairs for each left record; its largest blocks beyond that are cut and
    counted, and a default rule that would lose most of its pairs gives way to narrower ones. `sampled` are the left
    records whose homes training wants to meet.
    """
    spec = prepared.spec
    rules = spec.blocking or default_rules(spec)
    budget = max(spec.pairs_per_record * len(left_rids), 200_000)
    least = [0.0 if spec.blocking or not gives_way(rule, rules, spec) else LEAST_KEPT for rule in rules]
    with ThreadPoolExecutor(WORKERS) as pool:
        met = list(pool.map(partial(rule_postings, prepared, left_rids, within_rids, budget), rules, least))
    homes = _homes(prepared, within_rids, sampled)
    for side in (prepared.left_side, prepared.right_side):
        side.forget_keys()
    return Postings(
        left=pl.concat([one.left for one in met]),
        right=pl.concat([one.right for one in met]),
        within=pl.concat([*(one.within for one in met), homes.within]),
        homes=homes.right,
        left_homes=homes.left,
        rules=tuple(one.count for one in met),
    )


@dataclass(frozen=True)
class RulePostings:
    """key, rid of one rule: of left records, of right ones, of right ones whose neighbours count; and the counts."""

    left: pl.DataFrame
    right: pl.DataFrame
    within: pl.DataFrame
    count: RuleCount


def rule_postings(
    prepared: Prepared, left_rids: Rids, within_rids: Rids, budget: int, rule: str, least: float
) -> RulePostings:
    """Keys of one rule that meet, without the blocks that are too large for the budget; `least` as in `block_cap`."""
    left = rule_keys(prepared, rule, "left", left_rids)
    within = rule_keys(prepared, rule, "right", within_rids) if len(within_rids) else _NO_KEYS
    wanted, bearers, place = _bearers(left, within)
    blocks = rule_posting(prepared, rule, wanted).blocks(wanted)
    cap, count = block_cap(bearers, blocks.sizes, rule, budget, least)
    kept = np.logical_and(blocks.sizes > 0, blocks.sizes <= cap)
    stay = kept[place]
    return RulePostings(
        left.filter(pl.Series(stay[: left.height], dtype=pl.Boolean)),
        blocks.records(kept),
        within.filter(pl.Series(stay[left.height :], dtype=pl.Boolean)),
        count,
    )


def _bearers(left: pl.DataFrame, within: pl.DataFrame) -> tuple[KeyArray, IntArray, IntArray]:
    """All keys, ascending, each once; how many left records have each; the place of each row's key, left ones first."""
    keys, place = np.unique(np.concatenate([left["key"].to_numpy(), within["key"].to_numpy()]), return_inverse=True)
    return keys, np.bincount(place[: left.height], minlength=len(keys)).astype(np.int64), place


@dataclass(frozen=True)
class HomePostings:
    """key, rid by home alone: of left records, of the right ones they or each other meet, of the latter themselves."""

    left: pl.DataFrame
    right: pl.DataFrame
    within: pl.DataFrame


def _homes(prepared: Prepared, within_rids: Rids, sampled: Rids) -> HomePostings:
    """Homes of the records on which a model is trained; places where too many live are none."""
    left = home_keys(prepared, "left", sampled, households=False)
    within = _all_home_keys(prepared, "right", within_rids, households=True)
    wanted, _, place = _bearers(left, within)
    blocks = [one.blocks(wanted) for one in _home_postings(prepared, wanted)]
    sizes = np.sum([one.sizes for one in blocks], axis=0, dtype=np.int64) if blocks else np.zeros(len(wanted), np.int64)
    kept = np.logical_and(sizes > 0, sizes <= LARGEST_HOME)
    right = pl.concat([_NO_KEYS, *(one.records(kept) for one in blocks)])
    return HomePostings(left, right, within.filter(pl.Series(kept[place[left.height :]], dtype=pl.Boolean)))


def _home_postings(prepared: Prepared, wanted: KeyArray) -> list[Posting]:
    """Posting lists of the right side by each way to share a home."""
    found = [rule_posting(prepared, rule, wanted, HOME) for rule in home_rules(prepared.spec)]
    ready = prepared.right_side.posting(HOUSEHOLD)
    if ready is None and prepared.right_side.has_homes:
        keys = household_keys(prepared.right_side, prepared.everyone("right"))
        ready = posting(keys.join(pl.DataFrame({"key": wanted}), on="key", how="semi"))
    return found if ready is None else [*found, ready]


LARGEST_HOME = 12
"""Records at one address beyond which it is not a home but a village or a dormitory."""


HOME, HOUSEHOLD = "home: ", "home: household"
"""What keys of homes are for, and the name of those by household."""
_NO_KEYS = pl.DataFrame(schema={"key": pl.UInt64, "rid": pl.Int32})


def home_rules(spec: LinkSpec) -> list[str]:
    """Rules by which records share a home: by card number, by address within its region."""
    of_type = {kind: [n for n, c in spec.columns.items() if c.type is kind] for kind in ColumnType}
    places = [f"{place}.full" for place in of_type[ColumnType.REGION]]
    cards = [f"{card}.full" for card in of_type[ColumnType.NKK]]
    return [*cards, *(" & ".join([f"{text}.full", *places]) for text in of_type[ColumnType.TEXT])]


def home_keys(prepared: Prepared, side: Word, rids: Rids, *, households: bool) -> pl.DataFrame:
    """key, rid of some records of one side by home, and by household if that is wanted and known; places at which too
    many of these records live are left out.
    """
    keys = _all_home_keys(prepared, side, rids, households=households)
    sizes = keys.group_by("key").len("size").filter(pl.col("size") <= LARGEST_HOME)
    return keys.join(sizes.select("key"), on="key", how="semi")


def _all_home_keys(prepared: Prepared, side: Word, rids: Rids, *, households: bool) -> pl.DataFrame:
    """key, rid of some records of one side by home, whatever its size."""
    parts = [rule_keys(prepared, rule, side, rids, purpose=HOME) for rule in home_rules(prepared.spec)]
    if households and prepared.side(side).has_homes:
        parts.append(household_keys(prepared.side(side), rids))
    return pl.concat([_NO_KEYS, *parts])


def household_keys(side: Side, rids: Rids) -> pl.DataFrame:
    """key, rid of some records by household."""
    homes = side.homes(rids)
    own = key(homes, np.full(len(homes), text_codes(pl.Series([HOUSEHOLD]))[0]))
    return pl.DataFrame({"key": own[own != 0], "rid": rids[own != 0]})

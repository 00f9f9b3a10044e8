"""The blocking keys of both sides, ready to join: only keys that meet, only blocks that pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.contracts.linkage import ColumnType
from targeting.linkage.blocking import RuleCount, Wanted, block_cap, default_rules, rule_keys
from targeting.linkage.comparisons.base import key
from targeting.linkage.prepare import Prepared, Rids, Word


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
        part = (load["running"] - load["pairs"]) // most_pairs
        firsts = load.filter(part != part.shift(1).fill_null(-1))["rid"].to_list()
        return list(zip(firsts, [*firsts[1:], int(load["rid"].max()) + 1], strict=True))  # type: ignore[arg-type]


def postings(prepared: Prepared, left_rids: Rids, within_rids: Rids, sampled: Rids) -> Postings:
    """Keys of the given left records and of the right records they meet.

    Every rule may make `pairs_per_record` pairs for each left record; its largest blocks beyond that are cut and
    counted. `sampled` are the left records whose homes training wants to meet.
    """
    spec = prepared.spec
    rules = spec.blocking or default_rules(spec)
    everyone = np.arange(prepared.right_ids.len(), dtype=np.int32)
    budget = max(spec.pairs_per_record * len(left_rids), 200_000)
    parts: dict[str, list[pl.DataFrame]] = {"left": [], "right": [], "within": []}
    counts = []
    for number, rule in enumerate(rules):
        left_keys = rule_keys(prepared, rule, number, "left", left_rids)
        within_keys = rule_keys(prepared, rule, number, "right", within_rids)
        wanted = pl.concat([left_keys["key"], within_keys["key"]]).unique()
        right_keys = rule_keys(prepared, rule, number, "right", everyone, Wanted(wanted))
        right_keys = right_keys.join(wanted.to_frame(), on="key", how="semi")
        cap, count = block_cap(left_keys, right_keys, rule, budget)
        counts.append(count)
        kept = right_keys.group_by("key").len("size").filter(pl.col("size") <= cap).select("key")
        for side, keys in (("left", left_keys), ("right", right_keys), ("within", within_keys)):
            parts[side].append(keys.join(kept, on="key", how="semi"))
    homes = home_keys(prepared, "right", everyone, prepared.right_households)
    left_homes = home_keys(prepared, "left", sampled, None)
    within_homes = homes.join(pl.DataFrame({"rid": within_rids}), on="rid", how="semi")
    met = pl.concat([left_homes["key"], within_homes["key"]]).unique().to_frame()
    return Postings(
        left=pl.concat(parts["left"]),
        right=pl.concat(parts["right"]),
        within=pl.concat([*parts["within"], within_homes]),
        homes=homes.join(met, on="key", how="semi"),
        left_homes=left_homes,
        rules=tuple(counts),
    )


LARGEST_HOME = 12
"""Records at one address beyond which it is not a home but a village or a dormitory."""


def home_keys(prepared: Prepared, side: Word, rids: Rids, households: pl.Series | None) -> pl.DataFrame:
    """key, rid of records of one side by card number, by address within its region, by household."""
    spec = prepared.spec
    of_type = {kind: [n for n, c in spec.columns.items() if c.type is kind] for kind in ColumnType}
    rules = [f"{card}.full" for card in of_type[ColumnType.NKK]]
    places = of_type[ColumnType.REGION]
    rules += [" & ".join([f"{text}.full", *(f"{place}.full" for place in places)]) for text in of_type[ColumnType.TEXT]]
    parts = [rule_keys(prepared, rule, 1000 + n, side, rids) for n, rule in enumerate(rules)]
    if households is not None:
        own = key(households, pl.Series(np.full(households.len(), 2000, dtype=np.uint64)))[rids]
        parts.append(pl.DataFrame({"key": own[own != 0], "rid": rids[own != 0]}))
    keys = pl.concat([pl.DataFrame(schema={"key": pl.UInt64, "rid": pl.Int32}), *parts])
    sizes = keys.group_by("key").len("size").filter(pl.col("size") <= LARGEST_HOME)
    return keys.join(sizes.select("key"), on="key", how="semi")

"""What scoring found on an earlier night, used again where it would come out the same tonight, to the last bit.

What a left record's best pairs are follows from its own columns, from the blocks it is in, and from the columns of the
records there. The register has not changed, so a left record whose columns and keys are those of the earlier night has
the same pairs. What is left to look at is rarity, which follows from both files: the few right records of which it is
told otherwise tonight are compared again with every left record they meet, and no other pair is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.bounds import Late, compared_late
from targeting.linkage.candidates import Postings
from targeting.linkage.comparisons.base import WORD, Counted, Frequencies
from targeting.linkage.comparisons.codes import IntArray, KeyArray, mix
from targeting.linkage.comparisons.words import word_information
from targeting.linkage.engines import Engine
from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.sample import counted, drawn_pairs, typed
from targeting.linkage.scoring import CUT, KEEP, SCORED, Progress, best, place_of, score

FEW = 5_000
"""Left records up to which choosing what to compare late costs more than it saves."""
LIKE = 1_000
"""Left records by whose pairs it is chosen."""
BY_RECORD = {"rl": pl.Int32(), "pairs": pl.Int64()}
BORNE = {"name": pl.String(), "kind": pl.String(), "code": pl.UInt64(), "bearers": pl.Int64()}


@dataclass(frozen=True)
class Remembered:
    """What a night leaves for the next one; `mark` stands for a left record, its columns and its blocking keys.

    best: mark, rr, pattern, weight; pairs: mark, pairs (how many candidates it had); borne: name, kind, code, bearers:
    how many left records bore what, of what rarity is told to both sides; records: name, kind, records: how many bore
    any.
    """

    best: pl.DataFrame
    pairs: pl.DataFrame
    borne: pl.DataFrame
    records: pl.DataFrame

    def counts(self, name: str, kind: str) -> Counted:
        """The left side's counts of a column as they were."""
        own = self.borne.filter((pl.col("name") == name) & (pl.col("kind") == kind))
        [records] = self.records.filter((pl.col("name") == name) & (pl.col("kind") == kind))["records"].to_list() or [0]
        return Counted(own["code"].to_numpy(), own["bearers"].to_numpy(), records)


class Memory(Protocol):
    """Where it is kept from one night to the next, as long as register, spec, model and program are the same."""

    def recall(self) -> Remembered | None:
        """What the last night left; None if it left nothing that holds."""

    def keep(self, found: Remembered) -> None:
        """Leave it for the next night, in place of what was there."""


@dataclass(frozen=True)
class Scored:
    """best: rl, rr, pattern, weight, as `score` gives them; pairs: rl, pairs."""

    best: pl.DataFrame
    pairs: pl.DataFrame

    def but(self, rids: pl.Series) -> Scored:
        """Without some left records."""
        mine = ~pl.col("rl").is_in(rids.implode())
        return Scored(self.best.filter(mine), self.pairs.filter(mine))


def scored_with(
    memory: Memory,
    prepared: Prepared,
    space: PatternSpace,
    engine: Engine,
    keys: Postings,
    model: Model,
    rids: Rids,
    progress: Progress,
) -> Scored:
    """The best pairs of some left records, those that an earlier night found among them; what holds tonight is left."""
    marks = marked(prepared, keys, rids)
    earlier = memory.recall()
    known = None if earlier is None else still_true(earlier, prepared, space, engine, keys, model, marks)
    rest = rids if known is None else np.setdiff1d(rids, known.pairs["rl"].to_numpy()).astype(np.int32)
    by_record: list[pl.DataFrame] = []
    late = _late(prepared, space, engine, keys, model, rest)
    fresh, _, _ = score(prepared, space, engine, keys, model, rest, late, progress, by_record)
    pairs = pl.concat([pl.DataFrame(schema=BY_RECORD), *(one.select(typed(BY_RECORD)) for one in by_record)])
    found = Scored(fresh, pairs) if known is None else _both(known, Scored(fresh, pairs))
    memory.keep(remembered(prepared, marks, found))
    return found


def remembered(prepared: Prepared, marks: pl.DataFrame, found: Scored) -> Remembered:
    """What the next night needs. Left records that are alike in all have the same pairs, and stand for each other."""
    first = marks.sort("mark", "rl").unique("mark", keep="first", maintain_order=True)
    borne, records = [], []
    for name, comparison in prepared.comparisons.items():
        for kind in comparison.told_of_right:  # no more than is needed: counts of identifiers hold the numbers
            count = prepared.left_side.counts(name)[kind]
            codes, bearers = count.distinct()
            own = pl.DataFrame({"code": codes, "bearers": bearers.astype(np.int64)})
            borne.append(own.select(pl.lit(name).alias("name"), pl.lit(kind).alias("kind"), "code", "bearers"))
            records.append({"name": name, "kind": kind, "records": count.records})
    none = pl.col("pairs").fill_null(0)
    return Remembered(
        best=first.join(found.best, on="rl").select("mark", "rr", "pattern", "weight").sort("mark", "rr"),
        pairs=first.join(found.pairs, on="rl", how="left").select("mark", none).sort("mark"),
        borne=pl.concat([pl.DataFrame(schema=BORNE), *borne]),
        records=pl.DataFrame(records, schema={"name": pl.String, "kind": pl.String, "records": pl.Int64}),
    )


def marked(prepared: Prepared, keys: Postings, rids: Rids) -> pl.DataFrame:
    """rl, mark of some left records: of all columns that are compared, and of the blocking keys that were not cut."""
    columns = prepared.left[pl.Series(rids)].drop("rid").hash_rows(seed=1)
    own = keys.left.sort("rid")
    rows, first = np.unique(own["rid"].to_numpy(), return_index=True)
    together = np.zeros(prepared.left_ids.len(), dtype=np.uint64)
    if len(rows):
        together[rows] = np.bitwise_xor.reduceat(mix(own["key"].to_numpy()), first)
    marks = mix(columns.to_numpy() ^ mix(together[rids]))
    return pl.DataFrame({"rl": rids, "mark": marks}, schema={"rl": pl.Int32, "mark": pl.UInt64})


def still_true(
    earlier: Remembered,
    prepared: Prepared,
    space: PatternSpace,
    engine: Engine,
    keys: Postings,
    model: Model,
    marks: pl.DataFrame,
) -> Scored:
    """Of the left records that are as they were, the best pairs as they are tonight.

    A record is left out where that cannot be told: it had as many best pairs as are kept, and the last of tonight's is
    worse than the last one then, so that a pair which was not kept might come before it.
    """
    same = marks.join(earlier.pairs, on="mark")
    before = same.select("rl", "mark").join(earlier.best, on="mark").select(typed(SCORED))
    told_otherwise = told_otherwise_of(earlier, prepared)
    if not told_otherwise.any():
        return Scored(before, same.select(typed(BY_RECORD)))
    met = keys.right.filter(pl.Series(told_otherwise[keys.right["rid"].to_numpy()], dtype=pl.Boolean))
    again = drawn_pairs(prepared, space, engine, replace(keys, right=met), same["rl"].sort().to_numpy())
    stay = before.filter(pl.Series(~told_otherwise[before["rr"].to_numpy()], dtype=pl.Boolean))
    weighed = best(prepared, model, again, same["rl"].to_numpy())
    both = pl.concat([stay, weighed])
    now = both.filter(place_of(both) <= KEEP)
    return Scored(now, same.select(typed(BY_RECORD))).but(_in_doubt(before, now))


def _in_doubt(before: pl.DataFrame, now: pl.DataFrame) -> pl.Series:
    """Left records of which a pair that was not kept might be among the best tonight."""
    ends = [pairs.filter(place_of(pairs) == KEEP).select("rl", "weight", "rr") for pairs in (before, now)]
    both = ends[0].join(ends[1], on="rl", how="left", suffix="_now")
    lighter = pl.col("weight_now") < pl.col("weight")
    later = (pl.col("weight_now") == pl.col("weight")) & (pl.col("rr_now") > pl.col("rr"))
    return both.filter(pl.col("weight_now").is_null() | lighter | later)["rl"]


def told_otherwise_of(earlier: Remembered, prepared: Prepared) -> npt.NDArray[np.bool_]:
    """By right record, whether what agreement on a value of it tells is another amount than it was."""
    changed = np.zeros(prepared.right_ids.len(), dtype=bool)
    for name, comparison in prepared.comparisons.items():
        right, left = prepared.right_side.counts(name), prepared.left_side.counts(name)
        for kind, columns in comparison.told_of_right.items():
            codes = right[kind].distinct()[0]
            then, now = (
                _information(kind, codes, Frequencies(one, right[kind]))
                for one in (earlier.counts(name, kind), left[kind])
            )
            other = np.asarray(codes[then != now])
            if len(other):
                changed |= prepared.right_side.bearing_any(name, columns, other)
    return changed


def _information(kind: str, codes: KeyArray, counts: Frequencies) -> IntArray:
    """What agreement on each code tells, as `informed` of the comparisons has it."""
    return word_information(codes, counts) if kind == WORD else counts.information(codes)


def _late(prepared: Prepared, space: PatternSpace, engine: Engine, keys: Postings, model: Model, rids: Rids) -> Late:
    """What to compare late of some left records, judged by a few of them."""
    if len(rids) <= FEW:
        return ()
    some = rids[:: max(1, len(rids) // LIKE)]
    return compared_late(model, space, counted(drawn_pairs(prepared, space, engine, keys, some)), CUT)


def _both(one: Scored, other: Scored) -> Scored:
    return Scored(pl.concat([one.best, other.best]), pl.concat([one.pairs, other.pairs]))

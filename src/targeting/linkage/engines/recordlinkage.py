"""The recordlinkage engine: pairs by its index, similarities by its string functions, levels in plain Python.

An oracle for small files. It does what the steps mean and reads no SQL: values are standardised text and not codes,
levels are said a second time, nothing is bounded, packed or hashed. What comes before (blocking keys) and after
(training, weights, assignment) is shared, so that a difference in the links is a difference in the patterns. The only
file that knows pandas and recordlinkage; it is imported when it is asked for.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage
from recordlinkage.algorithms.string import jarowinkler_similarity
from recordlinkage.base import BaseCompareFeature

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage import comparisons
from targeting.linkage.comparisons.base import BIN_BITS, BINS
from targeting.linkage.comparisons.letters import SLACK
from targeting.linkage.engines import BATCH_PAIRS
from targeting.linkage.engines.plain_columns import PlainColumn, plain_columns
from targeting.linkage.engines.plain_levels import Column, level
from targeting.linkage.pattern import Digit, IntArray, PatternSpace
from targeting.linkage.steps import (
    Best,
    Completed,
    EqualIdentifier,
    Pairs,
    PatternCounts,
    Patterns,
    RightRecords,
    Step,
    Table,
)

MOST_PAIRS = 5_000_000
"""Pairs of one step beyond which pandas would need gigabytes."""
SLICE = 200_000
"""Pairs compared at a time."""
TENTHS_A_BIN = round(BIN_BITS * 10)
SPELLED = (ColumnType.NAME,)
"""Types whose levels depend on Jaro-Winkler similarity."""
PAIR = {"rl": pl.Int32(), "rr": pl.Int32()}


class RecordlinkageEngine:
    """Does the steps of one link of two frames."""

    batch_pairs = BATCH_PAIRS

    def __init__(self, left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec) -> None:
        """Hold both sides as pandas frames: the values of each column and their letters."""
        self._columns = {column.name: column for column in plain_columns(left, right, spec)}
        kinds = [comparisons.of(name, column.type) for name, column in spec.columns.items()]
        self._space = PatternSpace(tuple(Digit(kind) for kind in kinds))
        pairs = zip(self._columns.values(), self._space.digits, strict=True)
        self._features = [_Digits(column, digit) for column, digit in pairs]
        self._left = _frame({name: column.left for name, column in self._columns.items()})
        self._right = _frame({name: column.right for name, column in self._columns.items()})
        self._tables: dict[str, pl.DataFrame] = {}

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close at the end of the context."""
        self.close()

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known as a table, in place of one of the same name."""
        self._tables[name] = frame

    def keep(self, step: Step) -> None:
        """Do a step and hold its result as the table the step names."""
        self._tables[step.name] = self.fetch(step)

    def drop(self, name: str) -> None:
        """Forget a table."""
        self._tables.pop(name, None)

    def close(self) -> None:
        """Forget all tables."""
        self._tables.clear()

    def pairs_at_once(self, bytes_a_pair: int) -> int:  # noqa: ARG002  (its own limit is what counts)
        """Pairs that one step may hold."""
        return MOST_PAIRS

    def fetch(self, step: Step) -> pl.DataFrame:
        """Do a step and bring its result back. Raises UsageError when it makes more pairs than this engine holds."""
        match step.means:
            case Pairs(first, last, left_key, distinct_ids):
                left = self._tables[left_key].filter(pl.col("rid").is_between(first, last, closed="left"))
                pairs = self._pairs(left, self._tables["r_key"])
                found = pairs.filter(pl.col("rl") != pl.col("rr")) if distinct_ids else pairs
            case Patterns(left_table, pairs_table, some):
                left_side = self._right if left_table == "r" else self._left
                found = self._patterns(self._tables[pairs_table], left_side, some)
            case Completed(late):
                begun = self._tables["early"].join(self._tables["promising"], on="pattern", how="semi")
                rest = self._patterns(begun, self._left, late)
                found = begun.with_columns(pl.col("pattern") + rest["pattern"])
            case PatternCounts(of):
                found = self.fetch(of).group_by("pattern").agg(pairs=pl.len().cast(pl.Int64))
            case Best(cut, keep):
                found = self._best(cut, keep)
            case EqualIdentifier(column):
                found = self._equal(column.removesuffix("_v"))
            case RightRecords():
                found = self._tables["pair"].select(pl.col("rr").unique())
            case Table(name):
                found = self._tables[name]
            case None:
                raise NotImplementedError(f"the step '{step.name}' is SQL only")
        return found

    def _pairs(self, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
        """rl, rr of records that share a key (key, rid on each side), each once, sorted."""
        common = left.group_by("key").len("l").join(right.group_by("key").len("r"), on="key")
        count = int((common["l"].cast(pl.Int64) * common["r"].cast(pl.Int64)).sum())
        if count > MOST_PAIRS:
            raise UsageError(
                f"{count:,} pairs at once are too many for the recordlinkage engine, which holds {MOST_PAIRS:,}. "
                "Use --engine duckdb, or smaller files."
            )
        index = recordlinkage.Index()
        index.block("key")
        met = index.index(*(pd.DataFrame({"key": side["key"].to_list()}) for side in (left, right)))
        places = [met.get_level_values(level).to_numpy() for level in (0, 1)]
        rids = [side["rid"].to_numpy()[place] for side, place in zip((left, right), places, strict=True)]
        return pl.DataFrame(dict(zip(PAIR, rids, strict=True)), schema=PAIR).unique().sort("rl", "rr")

    def _patterns(self, pairs: pl.DataFrame, left: pd.DataFrame, some: tuple[int, ...] | None = None) -> pl.DataFrame:
        """rl, rr, pattern of pairs, of all comparisons or of those at some positions."""
        chosen = range(len(self._features)) if some is None else some
        compare = recordlinkage.Compare([self._features[i] for i in chosen], indexing_type="position")
        radices = np.array([self._space.radices[i] for i in chosen], dtype=np.int64)
        found = [np.zeros(0, dtype=np.int64)]
        for part in pairs.iter_slices(SLICE):
            index = pd.MultiIndex.from_arrays([part["rl"].to_numpy(), part["rr"].to_numpy()])
            found.append(compare.compute(index, left, self._right).to_numpy(dtype=np.int64) @ radices)
        return pairs.select("rl", "rr").with_columns(pattern=pl.Series(np.concatenate(found)))

    def _best(self, cut: float, keep: int) -> pl.DataFrame:
        """The best pairs of each left record, with their weights."""
        weighed = self._tables["patterned"].join(self._tables["pattern_weight"], on="pattern")
        ordered = weighed.filter(pl.col("weight") >= cut).sort("rl", "weight", "rr", descending=[False, True, False])
        return ordered.filter(pl.int_range(pl.len()).over("rl") < keep)

    def _equal(self, name: str) -> pl.DataFrame:
        """rl, rr of records of one identifier that stands once on the right."""
        column = self._columns[name]
        rights: dict[str, list[int]] = {}
        for rid, value in enumerate(column.right):
            if value is not None:
                rights.setdefault(value.whole, []).append(rid)
        met = ((rl, rights.get(value.whole, [])) for rl, value in enumerate(column.left) if value is not None)
        return pl.DataFrame([(rl, rids[0]) for rl, rids in met if len(rids) == 1], schema=PAIR, orient="row")


def _frame(columns: dict[str, Column]) -> pd.DataFrame:
    """One side: per column its values, and the letters of those that are there."""
    data: dict[str, Any] = {}
    for name, values in columns.items():
        data[f"{name} value"] = pd.Series(values, dtype=object)
        data[f"{name} letters"] = pd.Series([v.letters if v is not None else None for v in values], dtype=object)
    return pd.DataFrame(data)


class _Digits(BaseCompareFeature):  # type: ignore[misc]  # recordlinkage has no types
    """The pattern digit of one comparison for each pair."""

    def __init__(self, column: PlainColumn, digit: Digit) -> None:
        """Compare the column's letters and values of both sides."""
        labels = [f"{column.name} letters", f"{column.name} value"]
        super().__init__(labels, labels, label=column.name)
        self._column = column
        self._digit = digit

    def _compute_vectorized(self, *columns: Any) -> IntArray:
        """Digits of pairs: letters and values of the left, then of the right records."""
        left_letters, left_values, right_letters, right_values = columns
        spelled = self._column.kind in SPELLED
        similar = jarowinkler_similarity(left_letters, right_letters) if spelled else np.zeros(len(left_values))
        sides = zip(left_values, right_values, np.asarray(similar) + SLACK, strict=True)
        return np.array([self._of(left, right, similarity) for left, right, similarity in sides], dtype=np.int64)

    def _of(self, left: Any, right: Any, similarity: float) -> int:
        """The digit of one pair; 0 where a side is missing."""
        if left is None or right is None:
            return 0
        found, tells = level(self._column.kind, left, right, similarity, self._column.tells)
        acts = self._digit.comparison.slopes[found] > 0
        return self._digit.offsets[found] + (min(tells // TENTHS_A_BIN, BINS - 1) if acts else 0)

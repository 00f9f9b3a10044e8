"""Posting lists: which records have a blocking key, found by binary search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

KeyArray = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]
Rids = npt.NDArray[np.int32]
"""Row numbers."""


@dataclass(frozen=True)
class Posting:
    """keys: ascending, as often as records have them; rids: of those records, ascending within a key.

    Both may lie in a file: a search reads the pages that it meets.
    """

    keys: KeyArray
    rids: Rids

    def blocks(self, wanted: KeyArray) -> Blocks:
        """The blocks of some keys (ascending, each once)."""
        first = np.searchsorted(self.keys, wanted)
        return Blocks(self, wanted, first, np.searchsorted(self.keys, wanted, side="right") - first)


@dataclass(frozen=True)
class Blocks:
    """For each wanted key where its block begins and how many records it holds, 0 for none."""

    posting: Posting
    keys: KeyArray
    first: IntArray
    sizes: IntArray

    def records(self, kept: npt.NDArray[np.bool_]) -> pl.DataFrame:
        """key (UInt64), rid (Int32) of the records of some of the blocks."""
        sizes = self.sizes[kept]
        ends = np.cumsum(sizes)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)
        rids = self.posting.rids[np.repeat(self.first[kept], sizes) + within]
        return pl.DataFrame({"key": np.repeat(self.keys[kept], sizes), "rid": rids.astype(np.int32, copy=False)})


def posting(keys: pl.DataFrame) -> Posting:
    """The posting list of key, rid; each combination once."""
    ordered = keys.sort("key", "rid")
    return Posting(ordered["key"].to_numpy(), ordered["rid"].to_numpy())

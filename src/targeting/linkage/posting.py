"""Posting lists: which records have a blocking key, found by binary search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

KeyArray = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]
Rids = npt.NDArray[np.int32]
"""Row numbers."""


EVERY = 512
"""Keys between two fences: a page of four kilobytes."""


@dataclass(frozen=True)
class Posting:
    """keys: ascending, as often as records have them; rids: of those records, ascending within a key.

    Both may lie in a file. Then `fences`, every EVERY-th key, lie beside it: a search among them leads to the one page
    in which a key is, where a search among all keys would meet a page at each of its steps. `expect` hears how many
    places of the file will be met.
    """

    keys: KeyArray
    rids: Rids
    fences: KeyArray | None = None
    expect: Callable[[int], None] = lambda _met: None

    def blocks(self, wanted: KeyArray) -> Blocks:
        """The blocks of some keys (ascending, each once)."""
        self.expect(len(wanted))
        first = self._places(wanted, "left")
        there = np.flatnonzero(first < len(self.keys))
        there = there[self.keys[first[there]] == wanted[there]]
        sizes = np.zeros(len(wanted), dtype=np.int64)
        sizes[there] = self._places(wanted[there], "right") - first[there]
        return Blocks(self, wanted, first, sizes)

    def _places(self, wanted: KeyArray, side: Literal["left", "right"]) -> IntArray:
        """`np.searchsorted` of some keys, by way of the fences."""
        if self.fences is None:
            return np.searchsorted(self.keys, wanted, side=side)
        fence = np.searchsorted(self.fences, wanted, side=side)
        low, high = np.maximum(fence - 1, 0) * EVERY, np.minimum(fence * EVERY, len(self.keys))
        for _ in range(EVERY.bit_length()):
            open_ = np.flatnonzero(low < high)
            middle = (low[open_] + high[open_]) // 2
            found, own = self.keys[middle], wanted[open_]
            beyond = found < own if side == "left" else found <= own
            low[open_[beyond]] = middle[beyond] + 1
            high[open_[~beyond]] = middle[~beyond]
        return low


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

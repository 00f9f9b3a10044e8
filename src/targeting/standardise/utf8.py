"""A text column as one buffer of bytes, for what is worked out eight bytes at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from polars import CompatLevel

IntArray = npt.NDArray[np.int64]
UnsignedArray = npt.NDArray[np.uint64]

WORD = 8
"""Bytes that are looked at once."""


@dataclass(frozen=True)
class Utf8:
    """Texts in one buffer: where each begins, how many bytes it has (0 for null), which are null."""

    starts: IntArray
    lengths: IntArray
    is_null: npt.NDArray[np.bool_]
    letters: npt.NDArray[np.uint8]

    def words(self, rows: IntArray, place: int) -> UnsignedArray:
        """Eight bytes from `place` on of some texts that are longer than `place`: the first is the lowest, zeros stand
        behind the end.
        """
        window = np.ndarray((len(self.letters) - WORD + 1,), "<u8", self.letters, strides=(1,))
        beyond = (WORD - np.minimum(self.lengths[rows] - place, WORD)).astype(np.uint64)
        taken = window[self.starts[rows] + place].astype(np.uint64, copy=False)
        return np.asarray(taken & (np.uint64(0xFFFFFFFFFFFFFFFF) >> (beyond * np.uint64(8))), dtype=np.uint64)


def utf8(texts: pl.Series) -> Utf8:
    """The bytes of a column as text, eight zeros behind the last."""
    arrow = texts.cast(pl.String).to_arrow(compat_level=CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    bounds = np.zeros(1, dtype=np.int64)
    if offsets is not None and len(arrow):
        bounds = np.frombuffer(offsets, dtype=np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    letters = np.zeros(int(bounds[-1]) + WORD, dtype=np.uint8)
    if data is not None:
        letters[:-WORD] = np.frombuffer(data, dtype=np.uint8)[: len(letters) - WORD]
    is_null = texts.is_null().to_numpy()
    return Utf8(bounds[:-1], np.where(is_null, 0, np.diff(bounds)), is_null, letters)

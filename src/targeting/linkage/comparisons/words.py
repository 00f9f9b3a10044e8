"""The words of texts, and which of them are rare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage.comparisons.base import Counted, Frequencies
from targeting.linkage.comparisons.codes import IntArray, KeyArray, text_codes

MOST_TOLD = 300
"""Tenths of a bit that a word tells at most."""


@dataclass(frozen=True)
class Words:
    """The different words of some texts: the text's row, the word's code, the word's place in the alphabet."""

    row: IntArray
    code: KeyArray
    place: IntArray
    texts: int

    def rarest(self, counts: Counted, most: int) -> KeyArray:
        """Codes of each text's words that the fewest records hold, at most `most`, 0 where none; shape (texts, most).

        Words held equally often stand in the order of the alphabet.
        """
        order = np.lexsort((self.place, counts.of(self.code), self.row))
        row, code = self.row[order], self.code[order]
        begins = np.searchsorted(row, np.arange(self.texts))
        rank = np.arange(len(row)) - begins[row]
        kept = rank < most
        tokens = np.zeros((self.texts, most), dtype=np.uint64)
        tokens[row[kept], rank[kept]] = code[kept]
        return tokens


def words_of(plain: pl.Series) -> Words:
    """The words of standardised texts, each once a text."""
    each = pl.DataFrame({"row": np.arange(len(plain)), "word": plain.str.split(" ").list.unique()})
    each = each.explode("word").drop_nulls("word")
    words = each["word"].unique().sort()
    place = each["word"].cast(pl.Enum(words)).to_physical().to_numpy().astype(np.int64)
    return Words(each["row"].to_numpy(), text_codes(words)[place], place, len(plain))


def word_information(codes: KeyArray, counts: Frequencies) -> IntArray:
    """-log2 of the share of texts of both sides that hold each word, in tenths of a bit; 0 for code 0."""
    share = np.maximum(counts.bearers(codes), 1) / max(counts.records, 1)
    told = np.minimum(np.round(-10 * np.log2(share)), MOST_TOLD).astype(np.int64)
    return np.where(codes == 0, 0, told)

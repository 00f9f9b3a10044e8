"""The texts an export shows, handed in by the caller: the store knows no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from targeting.vocabulary import DISCLAIMER_ID


@dataclass(frozen=True)
class Words:
    """One language's texts by code. A code without a text is shown as it is."""

    language: str = "id"
    disclaimer: str = DISCLAIMER_ID
    reasons: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each column means; nothing is said of one that is not in it."""

    def label(self, code: str) -> str:
        """A word of the summary sheet or side file."""
        return self.labels.get(code, code)

    def heading(self, column: str) -> str:
        """A column's heading in a workbook."""
        return self.headings.get(column, column)


def in_words(codes: pl.Expr, texts: Mapping[str, str]) -> pl.Expr:
    """A list of codes as one text, each code in words, parted by semicolons; null if there is none.

    A code whose text is empty is left out.
    """
    word = pl.element().replace(dict(texts))
    joined = codes.list.eval(word.filter(word != "")).list.join("; ")
    return pl.when(joined != "").then(joined)

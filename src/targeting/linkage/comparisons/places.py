"""Places and plain values: region codes, addresses, categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from targeting.linkage.comparisons.base import (
    NOTHING_TOLD,
    WHOLE,
    WORD,
    Case,
    Counted,
    Encoded,
    Frequencies,
    Keys,
    Tells,
    counted,
    encoded,
    grouped,
)
from targeting.linkage.comparisons.codes import distinct, key, text_codes
from targeting.linkage.comparisons.letters import SHARED, bloom, common_letter_pairs, letter_pairs, shared_tokens
from targeting.linkage.comparisons.words import word_information, words_of
from targeting.standardise.text import address_text, plain_text


@dataclass(frozen=True)
class RegionComparison:
    """A region code whose leading digits are its parents: 34.04.01.2001 lies in 34.04.01, in 34.04, in 34.

    Codes of other making (a postcode, a place name) are compared whole, and by their leading half.
    """

    name: str

    levels = ("missing", "different", "same province", "same regency", "same district", "equal")
    slopes = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    exact_level = 5
    code = "f"
    borrowed = 0.0
    tells = Tells.HOME
    prior_m = (0.04, 0.02, 0.04, 0.05, 0.85)
    told_of_right = NOTHING_TOLD

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        """f, k, b, p: codes of the whole and of its parents."""
        found = distinct(column)
        prefixes = self._prefixes(found.texts)
        own = grouped(found, text_codes(prefixes["f"]))
        columns = {part: pl.Series(text_codes(prefixes[part].gather(own.texts))) for part in ("f", "k", "b", "p")}
        return encoded(self.name, own, columns)

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """w: information of the whole."""
        return values.with_columns(_told(self.name, values, counts))

    def _prefixes(self, column: pl.Series) -> pl.DataFrame:
        """The whole code and its parents as text."""
        bare = column.to_frame("raw").select(f=plain_text(pl.col("raw")).str.replace_all(" ", ""))
        official = pl.col("f").str.contains(r"^\d{10}$|^\d{7}$|^\d{6}$|^\d{4}$")
        half = pl.col("f").str.head(pl.col("f").str.len_chars() // 2 + 1)
        return bare.with_columns(
            k=pl.when(official).then(pl.col("f").str.head(6)).otherwise("f"),
            b=pl.when(official).then(pl.col("f").str.head(4)).otherwise(half),
            p=pl.when(official).then(pl.col("f").str.head(2)).otherwise(half),
        )

    def hoisted(self) -> dict[str, str]:
        """Which parts agree."""
        c = self.name
        return {
            f"{c}_missing": f"l.{c}_f = 0 OR r.{c}_f = 0",
            f"{c}_same": f"l.{c}_f = r.{c}_f",
            f"{c}_k": f"l.{c}_k = r.{c}_k",
            f"{c}_b": f"l.{c}_b = r.{c}_b",
            f"{c}_p": f"l.{c}_p = r.{c}_p",
            f"{c}_told": f"l.{c}_w",
        }

    def cases(self) -> list[Case]:
        """The smallest region that both share."""
        c = self.name
        return [
            Case(0, f"{c}_missing"),
            Case(5, f"{c}_same", f"{c}_told"),
            Case(4, f"{c}_k"),
            Case(3, f"{c}_b"),
            Case(2, f"{c}_p"),
        ]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full; parent: the district (kecamatan) or the leading half."""
        match kind:
            case "full":
                return [key(values[f"{self.name}_f"].to_numpy())]
            case "parent":
                return [key(values[f"{self.name}_k"].to_numpy())]
            case _:
                raise ValueError(f"a region has no blocking key '{kind}'")


TOKENS = 5
VERY_SIMILAR, SIMILAR = 75, 60
"""Hundredths of letter pairs in common: one letter changed in nine, two in ten."""


@dataclass(frozen=True)
class TextComparison:
    """An address or another text of several words, compared by the words it shares and what those tell."""

    name: str

    levels = ("missing", "different", "shares a word", "similar", "very similar", "equal")
    slopes = (0.0, 0.0, 0.5, 0.5, 0.7, 1.0)
    exact_level = 5
    code = "f"
    borrowed = 0.0
    tells = Tells.HOME
    prior_m = (0.2, 0.05, 0.1, 0.15, 0.5)
    told_of_right = MappingProxyType({WORD: tuple(f"t{p}" for p in range(1, TOKENS + 1))})

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:
        """f: code of the text; t: codes of its rarest words, the rarest first; g1, g2, gn: its pairs of letters."""
        found = distinct(column)
        plain = found.texts.to_frame("raw").select(address_text(pl.col("raw"))).to_series()
        plain = plain.set(plain == "", None)
        own = grouped(found, text_codes(plain))
        plain = plain.gather(own.texts)
        words = words_of(plain)
        count = counted(words.code, own.bearers[words.row], own.whole.records)
        tokens = words.rarest(chosen_by or count, TOKENS)
        letters = plain.str.replace_all(" ", "", literal=True)
        columns = {"f": pl.Series(own.codes), "bloom": pl.Series(bloom(tokens))}
        columns |= {f"t{p + 1}": pl.Series(tokens[:, p]) for p in range(TOKENS)}
        return encoded(self.name, own, columns | letter_pairs(letters), word=count)

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """w: information of the text; i, sum: of its words."""
        c = self.name
        told = [word_information(values[f"{c}_t{p}"].to_numpy(), counts[WORD]) for p in range(1, TOKENS + 1)]
        columns = [pl.Series(f"{c}_i{p}", own, dtype=pl.Int32) for p, own in enumerate(told, 1)]
        total = pl.Series(f"{c}_sum", np.sum(told, axis=0), dtype=pl.Int32)
        return values.with_columns(_told(c, values, counts), total, *columns)

    def hoisted(self) -> dict[str, str]:
        """What the shared words tell against what the poorer side tells, and the similarity of the letters."""
        c = self.name
        return {
            f"{c}_lf": f"l.{c}_f",
            f"{c}_rf": f"r.{c}_f",
            f"{c}_told": f"({shared_tokens(c, TOKENS)}) % {SHARED}",
            f"{c}_least": f"least(l.{c}_sum, r.{c}_sum)",
            f"{c}_whole": f"l.{c}_w",
            f"{c}_pairs": common_letter_pairs(c),
        }

    def cases(self) -> list[Case]:
        """By the share of what the poorer text tells that both have in common, or by the letters."""
        c = self.name
        shared = f"least({c}_told, {c}_least)"
        return [
            Case(0, f"{c}_lf = 0 OR {c}_rf = 0"),
            Case(5, f"{c}_lf = {c}_rf", f"{c}_whole"),
            Case(4, f"{c}_told * 5 >= {c}_least * 4 AND {c}_told > 40 OR {c}_pairs >= {VERY_SIMILAR}", shared),
            Case(3, f"{c}_told * 2 >= {c}_least AND {c}_told > 20 OR {c}_pairs >= {SIMILAR}", shared),
            Case(2, f"{c}_told > 0", shared),
        ]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full; word: the two rarest words."""
        match kind:
            case "full":
                return [key(values[f"{self.name}_f"].to_numpy())]
            case "word":
                return [key(values[f"{self.name}_t{p}"].to_numpy()) for p in (1, 2)]
            case _:
                raise ValueError(f"a text has no blocking key '{kind}'")


@dataclass(frozen=True)
class CategoryComparison:
    """A value that is the same or is not: sex, religion, place of birth. Rare values tell more."""

    name: str

    levels = ("missing", "different", "equal")
    slopes = (0.0, 0.0, 1.0)
    exact_level = 2
    code = "f"
    borrowed = 0.0
    tells = Tells.OTHER
    prior_m = (0.1, 0.9)
    told_of_right = NOTHING_TOLD

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        """f: code of the value."""
        found = distinct(column)
        own = grouped(found, text_codes(found.texts.to_frame("raw").select(plain_text(pl.col("raw"))).to_series()))
        return encoded(self.name, own, {"f": pl.Series(own.codes)})

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """w: information of the value."""
        return values.with_columns(_told(self.name, values, counts))

    def hoisted(self) -> dict[str, str]:
        """Both codes."""
        c = self.name
        return {f"{c}_lf": f"l.{c}_f", f"{c}_rf": f"r.{c}_f", f"{c}_told": f"l.{c}_w"}

    def cases(self) -> list[Case]:
        """Equal or not."""
        c = self.name
        return [Case(0, f"{c}_lf = 0 OR {c}_rf = 0"), Case(2, f"{c}_lf = {c}_rf", f"{c}_told")]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full."""
        if kind != "full":
            raise ValueError(f"a category has no blocking key '{kind}'")
        return [key(values[f"{self.name}_f"].to_numpy())]


def _told(name: str, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.Series:
    """Information of whole values."""
    return pl.Series(f"{name}_w", counts[WHOLE].information(values[f"{name}_f"].to_numpy()), dtype=pl.Int32)

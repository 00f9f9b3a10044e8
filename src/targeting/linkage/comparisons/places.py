"""Places and plain values: region codes, addresses, categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage.comparisons.base import (
    Case,
    Distinct,
    Encoded,
    IntArray,
    Keys,
    Tells,
    codes,
    distinct,
    encoded,
    key,
)
from targeting.linkage.comparisons.letters import SHARED, bounded_jaro_winkler, letter_columns, shared_tokens
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

    def encode(self, left: pl.Series, right: pl.Series) -> Encoded:
        """f, k, b, p: codes of the whole and of its parents; w: information of the whole."""
        regions = distinct(left, right)
        prefixes = self._prefixes(regions.raw)
        whole = codes(prefixes["f"])
        columns = {part: pl.Series(codes(prefixes[part]), dtype=pl.UInt32) for part in ("f", "k", "b", "p")}
        columns["w"] = pl.Series(regions.information(whole)[whole], dtype=pl.Int32)
        return encoded(self.name, pl.DataFrame(columns), regions)

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

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full; parent: the district (kecamatan) or the leading half."""
        match kind:
            case "full":
                return [key(frame[f"{self.name}_f"])]
            case "parent":
                return [key(frame[f"{self.name}_k"])]
            case _:
                raise ValueError(f"a region has no blocking key '{kind}'")


TOKENS = 5


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

    def encode(self, left: pl.Series, right: pl.Series) -> Encoded:
        """f: code of the text; s: its letters; t: its rarest words; i, sum: their information; w: of the text."""
        texts = distinct(left, right)
        plain = texts.raw.to_frame("raw").select(address_text(pl.col("raw"))).to_series()
        plain = plain.set(plain == "", None)
        code = codes(plain)
        tokens, told = _rarest_words(plain, texts)
        letters = plain.str.replace_all(" ", "", literal=True)
        columns: dict[str, pl.Series] = {
            "f": pl.Series(code, dtype=pl.UInt32),
            "s": letters,
            "sum": pl.Series(told.sum(axis=1), dtype=pl.Int32),
            "w": pl.Series(texts.information(code)[code], dtype=pl.Int32),
        }
        for p in range(TOKENS):
            columns[f"t{p + 1}"] = pl.Series(tokens[:, p], dtype=pl.UInt32)
            columns[f"i{p + 1}"] = pl.Series(told[:, p], dtype=pl.Int32)
        return encoded(self.name, pl.DataFrame(columns | letter_columns(letters, tokens)), texts)

    def hoisted(self) -> dict[str, str]:
        """What the shared words tell against what the poorer side tells, and the similarity of the letters."""
        c = self.name
        return {
            f"{c}_lf": f"l.{c}_f",
            f"{c}_rf": f"r.{c}_f",
            f"{c}_told": f"({shared_tokens(c, TOKENS)}) % {SHARED}",
            f"{c}_least": f"least(l.{c}_sum, r.{c}_sum)",
            f"{c}_whole": f"l.{c}_w",
            f"{c}_jw": bounded_jaro_winkler(c, 0.85),
        }

    def cases(self) -> list[Case]:
        """By the share of what the poorer text tells that both have in common, or by the letters."""
        c = self.name
        shared = f"least({c}_told, {c}_least)"
        return [
            Case(0, f"{c}_lf = 0 OR {c}_rf = 0"),
            Case(5, f"{c}_lf = {c}_rf", f"{c}_whole"),
            Case(4, f"{c}_told * 5 >= {c}_least * 4 AND {c}_told > 40 OR {c}_jw >= 0.92", shared),
            Case(3, f"{c}_told * 2 >= {c}_least AND {c}_told > 20 OR {c}_jw >= 0.85", shared),
            Case(2, f"{c}_told > 0", shared),
        ]

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full; word: the two rarest words."""
        match kind:
            case "full":
                return [key(frame[f"{self.name}_f"])]
            case "word":
                return [key(frame[f"{self.name}_t{p}"]) for p in (1, 2)]
            case _:
                raise ValueError(f"a text has no blocking key '{kind}'")


def _rarest_words(plain: pl.Series, texts: Distinct) -> tuple[IntArray, IntArray]:
    """Codes and information (tenths of a bit) of the rarest words of each distinct text, rarest first; 0 where none."""
    rows = np.bincount(texts.left, minlength=len(plain)) + np.bincount(texts.right, minlength=len(plain))
    rows[plain.is_null().to_numpy()] = 0
    words = pl.DataFrame({"row": np.arange(len(plain)), "rows": rows, "word": plain.str.split(" ").list.unique()})
    words = words.explode("word").drop_nulls("word")
    total = max(int(rows.sum()), 1)
    weight = words.group_by("word").agg(share=pl.col("rows").sum() / total)
    weight = weight.with_columns(
        t=pl.Series(codes(weight["word"])), i=(-10 * pl.col("share").log(2)).round(0).clip(0, 300).cast(pl.Int64)
    )
    rarest = (
        words.join(weight, on="word", how="left")
        .sort("row", "i", "word", descending=[False, True, False])
        .with_columns(place=pl.int_range(pl.len()).over("row"))
        .filter(pl.col("place") < TOKENS)
    )
    tokens, told = (np.zeros((len(plain), TOKENS), dtype=np.int64) for _ in range(2))
    where = (rarest["row"].to_numpy(), rarest["place"].to_numpy())
    tokens[where], told[where] = rarest["t"].to_numpy(), rarest["i"].to_numpy()
    return tokens, told


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

    def encode(self, left: pl.Series, right: pl.Series) -> Encoded:
        """f: code of the value; w: its information."""
        values = distinct(left, right)
        code = codes(values.raw.to_frame("raw").select(plain_text(pl.col("raw"))).to_series())
        told = values.information(code)[code]
        columns = {"f": pl.Series(code, dtype=pl.UInt32), "w": pl.Series(told, dtype=pl.Int32)}
        return encoded(self.name, pl.DataFrame(columns), values)

    def hoisted(self) -> dict[str, str]:
        """Both codes."""
        c = self.name
        return {f"{c}_lf": f"l.{c}_f", f"{c}_rf": f"r.{c}_f", f"{c}_told": f"l.{c}_w"}

    def cases(self) -> list[Case]:
        """Equal or not."""
        c = self.name
        return [Case(0, f"{c}_lf = 0 OR {c}_rf = 0"), Case(2, f"{c}_lf = {c}_rf", f"{c}_told")]

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full."""
        if kind != "full":
            raise ValueError(f"a category has no blocking key '{kind}'")
        return [key(frame[f"{self.name}_f"])]

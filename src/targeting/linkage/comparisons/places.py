"""Places and plain values: region codes, addresses, categories."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.linkage.comparisons.base import Case, Keys, Tells, codes, information, key, told
from targeting.linkage.comparisons.letters import SHARED, bloom, bounded_jaro_winkler, letter_columns, shared_tokens
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

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """f, k, b, p: codes of the whole and of its parents; w: information of the whole."""
        sides = [self._prefixes(left), self._prefixes(right)]
        encoded: list[dict[str, pl.Series]] = [{}, {}]
        for part in ("f", "k", "b", "p"):
            for side, coded in enumerate(codes(sides[0][part], sides[1][part])):
                encoded[side][f"{self.name}_{part}"] = coded
        tells = information(encoded[0][f"{self.name}_f"], encoded[1][f"{self.name}_f"])
        for side in (0, 1):
            encoded[side][f"{self.name}_w"] = tells[side]
        return pl.DataFrame(encoded[0]), pl.DataFrame(encoded[1])

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

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """f: code of the text; s: its letters; t1-t5: its rarest words; i1-i5: their information; w: of the text."""
        rows = pl.concat([left.cast(pl.String).alias("raw"), right.cast(pl.String).alias("raw")]).to_frame()
        texts = _words(rows)
        encoded = rows.join(texts, on="raw", how="left", maintain_order="left").drop("raw")
        encoded = encoded.with_columns(pl.exclude("s").fill_null(0))
        encoded = encoded.with_columns(told(encoded["f"], left.len()).alias("w")).rename(
            lambda column: f"{self.name}_{column}"
        )
        return encoded.head(left.len()), encoded.tail(right.len())

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


def _words(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a distinct text: f, s, and its rarest words with their information, rarest first."""
    counts = rows.drop_nulls().group_by("raw").len("rows")
    texts = counts.with_columns(text=address_text(pl.col("raw"))).filter(pl.col("text").str.len_bytes() > 0)
    words = texts.with_columns(word=pl.col("text").str.split(" ").list.unique(maintain_order=True)).explode("word")
    total = max(int(texts["rows"].sum() or 0), 1)
    weight = words.group_by("word").agg(share=pl.col("rows").sum() / total)
    code, _ = codes(weight["word"], weight["word"].head(0))
    weight = weight.select("word", t=code, i=(-10 * pl.col("share").log(2)).round(0).clip(0, 300).cast(pl.Int16))
    rarest = (
        words.join(weight, on="word", how="left")
        .sort("raw", "i", "word", descending=[False, True, False])
        .group_by("raw", maintain_order=True)
        .agg(pl.col("t").head(TOKENS), pl.col("i").head(TOKENS), sum=pl.col("i").head(TOKENS).sum().cast(pl.Int32))
    )
    full, _ = codes(texts["text"], texts["text"].head(0))
    columns = [
        pl.col(part).list.get(p, null_on_oob=True).fill_null(0).alias(f"{part}{p + 1}")
        for part in ("t", "i")
        for p in range(TOKENS)
    ]
    texts = texts.select("raw", full.alias("f"), s=pl.col("text").str.replace_all(" ", ""))
    texts = texts.join(rarest, on="raw", how="left").select("raw", "f", "s", "sum", *columns)
    return texts.with_columns(
        *letter_columns(pl.col("s")), bloom=bloom([pl.col(f"t{p}") for p in range(1, TOKENS + 1)])
    )


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

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """f: code of the value; w: its information."""
        plain = [column.to_frame("raw").select(plain_text(pl.col("raw"))).to_series() for column in (left, right)]
        coded = codes(*plain)
        tells = information(*coded)
        return (
            pl.DataFrame({f"{self.name}_f": coded[0], f"{self.name}_w": tells[0]}),
            pl.DataFrame({f"{self.name}_f": coded[1], f"{self.name}_w": tells[1]}),
        )

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

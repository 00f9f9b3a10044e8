"""Names: equal, sounding alike in any order, similar, contained in one another, sharing a part."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.linkage.comparisons.base import Case, Keys, Tells, codes, key, told
from targeting.linkage.comparisons.letters import SHARED, bloom, bounded_jaro_winkler, letter_columns, shared_tokens
from targeting.standardise.names import clean_name, sound_key, token_form

TOKENS = 4
"""Parts of a name that are compared one by one; further parts count in the whole string only."""


@dataclass(frozen=True)
class NameComparison:
    """One name column: a full name of any number of parts, or a given name or surname alone."""

    name: str
    very_similar: float = 0.92
    similar: float = 0.84

    levels = (
        "missing",
        "different",
        "shares a part",
        "similar",
        "one contains the other",
        "very similar",
        "sounds alike",
        "equal",
    )
    slopes = (0.0, 0.0, 1.0, 0.4, 1.0, 0.7, 1.0, 1.0)
    exact_level = 7
    code = "f"
    borrowed = 0.0
    tells = Tells.NAME
    prior_m = (0.03, 0.01, 0.02, 0.03, 0.06, 0.05, 0.8)

    def encode(self, left: pl.Series, right: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """f: code of the name as compared; s: its letters; n: parts; t: their sounds; i, w: information."""
        rows = pl.concat([left.cast(pl.String).alias("raw"), right.cast(pl.String).alias("raw")]).to_frame()
        names = _parts(rows["raw"].unique().drop_nulls())
        encoded = rows.join(names, on="raw", how="left", maintain_order="left").drop("raw")
        encoded = encoded.with_columns(pl.exclude("s").fill_null(0))
        n = left.len()
        encoded = encoded.with_columns(
            told(encoded["f"], n).alias("w"),
            *(_weighted(encoded[f"t{p}"], n).alias(f"i{p}") for p in range(1, TOKENS + 1)),
        ).rename(lambda column: f"{self.name}_{column}")
        return encoded.head(left.len()), encoded.tail(right.len())

    def hoisted(self) -> dict[str, str]:
        """Parts that sound alike, what they tell, and the similarity of the whole."""
        c = self.name
        return {
            f"{c}_lf": f"l.{c}_f",
            f"{c}_rf": f"r.{c}_f",
            f"{c}_common": shared_tokens(c, TOKENS),
            f"{c}_fewer": f"least(l.{c}_n, r.{c}_n)",
            f"{c}_more": f"greatest(l.{c}_n, r.{c}_n)",
            f"{c}_whole": f"(l.{c}_w + r.{c}_w) // 2",
            f"{c}_initial": f"least(l.{c}_len, r.{c}_len) = 1 AND l.{c}_a = r.{c}_a",
            f"{c}_jw": bounded_jaro_winkler(c, self.similar),
        }

    def cases(self) -> list[Case]:
        """Information of the whole name where the whole agrees, of the shared parts where parts do."""
        c = self.name
        whole, parts = f"{c}_whole", f"{c}_common & {SHARED - 1}"
        return [
            Case(0, f"{c}_lf = 0 OR {c}_rf = 0"),
            Case(7, f"{c}_lf = {c}_rf", whole),
            Case(6, f"{c}_jw = 1.0 OR {c}_common >= {c}_more * {SHARED}", whole),
            Case(5, f"{c}_jw >= {self.very_similar}", whole),
            Case(4, f"{c}_common >= {c}_fewer * {SHARED} OR {c}_initial", parts),
            Case(3, f"{c}_jw >= {self.similar}", whole),
            Case(2, f"{c}_common >= {SHARED}", parts),
        ]

    def keys(self, frame: pl.DataFrame, kind: str) -> Keys:
        """full: the whole name; token: the sound of each part; first: the sound of the first part; pair: two parts."""
        tokens = [frame[f"{self.name}_t{p}"] for p in range(1, TOKENS + 1)]
        match kind:
            case "full":
                return [key(frame[f"{self.name}_f"])]
            case "token":
                return [key(token) for token in tokens]
            case "first":
                return [key(tokens[0])]
            case "pair":
                ordered = [(a, b) for i, a in enumerate(tokens) for b in tokens[i + 1 :]]
                return [key(_lesser(a, b), _greater(a, b)) for a, b in ordered]
            case _:
                raise ValueError(f"a name has no blocking key '{kind}'")


def _lesser(a: pl.Series, b: pl.Series) -> pl.Series:
    """Element-wise minimum, 0 where either is 0 because 0 is the least code."""
    return pl.select(pl.min_horizontal(a.alias("a"), b.alias("b"))).to_series()


def _greater(a: pl.Series, b: pl.Series) -> pl.Series:
    """Element-wise maximum."""
    return pl.select(pl.max_horizontal(a.alias("a"), b.alias("b"))).to_series()


def _weighted(tokens: pl.Series, left_rows: int) -> pl.Series:
    """A token's information in tenths of a bit, plus what counts it; 0 where there is no token."""
    return (told(tokens, left_rows).cast(pl.Int32) + SHARED).set(tokens == 0, 0)


def _parts(raw: pl.Series) -> pl.DataFrame:
    """One row a distinct raw name: f, s, n, t1-t4."""
    cleaned = pl.DataFrame({"raw": raw}).with_columns(name=clean_name(pl.col("raw"))).drop_nulls("name")
    words = cleaned.with_columns(word=pl.col("name").str.split(" ")).explode("word")
    forms = (
        words.select(pl.col("word").unique())
        .with_columns(form=token_form(pl.col("word")))
        .with_columns(sound=sound_key(pl.coalesce("form", "word")))
    )
    sound, _ = codes(forms["sound"], forms["sound"].head(0))
    words = words.join(forms.with_columns(t=sound), on="word", how="left", maintain_order="left")
    only_titles = pl.col("form").is_null().all().over("raw")
    kept = words.with_columns(form=pl.when(only_titles).then("word").otherwise("form")).drop_nulls("form")
    names = kept.group_by("raw", maintain_order=True).agg(
        s=pl.col("form").str.join(""),
        full=pl.col("form").str.join(" "),
        n=pl.len().cast(pl.UInt8),
        t=pl.col("t"),
    )
    full, _ = codes(names["full"], names["full"].head(0))
    parts = [pl.col("t").list.get(p, null_on_oob=True).fill_null(0).alias(f"t{p + 1}") for p in range(TOKENS)]
    names = names.select("raw", "s", full.alias("f"), pl.col("n").clip(0, TOKENS), *parts)
    return names.with_columns(
        *letter_columns(pl.col("s")), bloom=bloom([pl.col(f"t{p}") for p in range(1, TOKENS + 1)])
    )

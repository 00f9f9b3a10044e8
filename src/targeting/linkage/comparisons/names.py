"""Names: equal, sounding alike in any order, similar, contained in one another, sharing a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np
import polars as pl

from targeting.linkage.comparisons.base import (
    PART,
    WHOLE,
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
from targeting.linkage.comparisons.codes import IntArray, KeyArray, distinct, each_once, key, text_codes
from targeting.linkage.comparisons.letters import (
    ALPHABET,
    SHARED,
    bounded_jaro_winkler,
    initials_met,
    letter_columns,
    shared_tokens,
)
from targeting.standardise.names import clean_name, sound_key, token_form
from targeting.standardise.text import MISSING
from targeting.standardise.utf8 import utf8

START = 4
"""Letters by which a name begins, for blocking."""
INITIAL_TELLS = 25
"""What an initial tells that stands for a part of the other name, in tenths of a bit."""
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
    told_of_right = MappingProxyType({WHOLE: ("f",)})

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        """f: code of the name as compared; s: letters; n: parts, times SHARED; t: codes of their sounds."""
        found = distinct(column)
        every = _parts(found.texts)
        own = grouped(found, every.full)
        parts = every.of(own.texts)
        columns = {"f": pl.Series(own.codes), "s": parts.letters, "n": pl.Series(parts.count * SHARED, dtype=pl.Int32)}
        columns["o"] = pl.Series(parts.initials)
        columns |= {f"t{p + 1}": pl.Series(parts.sounds[:, p]) for p in range(TOKENS)}
        columns |= letter_columns(parts.letters, parts.sounds)
        part = counted(parts.sounds.ravel(), np.repeat(own.bearers, TOKENS), own.whole.records)
        return encoded(self.name, own, columns, part=part)

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:
        """w: information of the whole name; i: of each part, and SHARED beside it."""
        c = self.name
        whole = pl.Series(f"{c}_w", counts[WHOLE].information(values[f"{c}_f"].to_numpy()), dtype=pl.Int32)
        parts = []
        for p in range(1, TOKENS + 1):
            sounds = values[f"{c}_t{p}"].to_numpy()
            told = np.minimum(counts[PART].information(sounds), SHARED // TOKENS - 1) + SHARED
            parts.append(pl.Series(f"{c}_i{p}", np.where(sounds > 0, told, 0), dtype=pl.Int32))
        return values.with_columns(whole, *parts)

    def hoisted(self) -> dict[str, str]:
        """Parts that sound alike, what they tell, and the similarity of the whole."""
        c = self.name
        return {
            f"{c}_lf": f"l.{c}_f",
            f"{c}_rf": f"r.{c}_f",
            f"{c}_common": shared_tokens(c, TOKENS),
            f"{c}_fewer": f"least(l.{c}_n, r.{c}_n)",
            f"{c}_more": f"greatest(l.{c}_n, r.{c}_n)",
            f"{c}_whole": f"(l.{c}_w + r.{c}_w) >> 1",
            f"{c}_initials": initials_met(c),
            f"{c}_jw": bounded_jaro_winkler(c, self.similar),
        }

    def cases(self) -> list[Case]:
        """Information of the whole name where the whole agrees, of the shared parts where parts do."""
        c = self.name
        whole, parts = f"{c}_whole", f"({c}_common & {SHARED - 1})"
        return [
            Case(0, f"{c}_lf = 0 OR {c}_rf = 0"),
            Case(7, f"{c}_lf = {c}_rf", whole),
            Case(6, f"{c}_jw >= 1.0 OR {c}_common >= {c}_more", whole),
            Case(5, f"{c}_jw >= {self.very_similar}", whole),
            Case(
                4,
                f"{c}_common + {c}_initials * {SHARED} >= {c}_fewer",
                f"{parts} + {c}_initials * {INITIAL_TELLS}",
            ),
            Case(3, f"{c}_jw >= {self.similar}", whole),
            Case(2, f"{c}_common >= {SHARED}", parts),
        ]

    def keys(self, values: pl.DataFrame, kind: str) -> Keys:
        """full: the whole name; token: the sound of each part; first: the sound of the first part; pair: two parts;
        start: the first letters, whatever part they belong to.
        """
        tokens = [values[f"{self.name}_t{p}"].to_numpy() for p in range(1, TOKENS + 1)]
        match kind:
            case "full":
                return [key(values[f"{self.name}_f"].to_numpy())]
            case "token":
                return each_once([key(token) for token in tokens])
            case "start":
                letters = values[f"{self.name}_s"].str.head(START)
                return [key(text_codes(letters.set(letters == "", None)))]
            case "first":
                return [key(tokens[0])]
            case "pair":
                # 0 is the least code, so that a part that is not there makes no key.
                return each_once([key(np.minimum(a, b), np.maximum(a, b)) for a, b in combinations(tokens, 2)])
            case _:
                raise ValueError(f"a name has no blocking key '{kind}'")


@dataclass(frozen=True)
class Parts:
    """Names taken apart: code of the full form, letters, number of parts (at most TOKENS), codes of their sounds, and
    their initials as `initials_met` reads them."""

    full: KeyArray
    letters: pl.Series
    count: IntArray
    sounds: KeyArray
    initials: IntArray

    def of(self, rows: IntArray) -> Parts:
        """Some of the names."""
        return Parts(
            self.full[rows], self.letters.gather(rows), self.count[rows], self.sounds[rows], self.initials[rows]
        )


def _parts(raw: pl.Series) -> Parts:
    """Each name's parts in their written-out form, titles left out unless nothing else is there."""
    name = _cleaned(raw)
    words = pl.DataFrame({"row": np.arange(len(name)), "word": name.str.split(" ")}).explode("word").drop_nulls("word")
    forms = words.select(pl.col("word").unique(maintain_order=True)).with_columns(form=token_form(pl.col("word")))
    forms = forms.with_columns(sound=sound_key(pl.coalesce("form", "word")))
    lookup = words["word"].cast(pl.Enum(forms["word"])).to_physical().to_numpy()
    row = words["row"].to_numpy()
    title = forms["form"].is_null().to_numpy()[lookup]
    others = np.bincount(row[~title], minlength=len(name))
    kept = ~title | (others[row] == 0)
    row, lookup = row[kept], lookup[kept]
    count = np.bincount(row, minlength=len(name))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    place = np.arange(len(row)) - first[row]
    sounds = np.zeros((len(name), TOKENS), dtype=np.uint64)
    early = place < TOKENS
    sounds[row[early], place[early]] = text_codes(forms["sound"])[lookup[early]]
    initials = np.zeros(len(name), dtype=np.int64)
    np.bitwise_or.at(initials, row[early], _initials(pl.coalesce("form", "word"), forms)[lookup[early]])
    full = _full_form(name, forms, row, lookup)
    letters = full.str.replace_all(" ", "", literal=True)
    return Parts(text_codes(full), letters, np.minimum(count, TOKENS), sounds, initials)


def _initials(written: pl.Expr, forms: pl.DataFrame) -> IntArray:
    """Of each part the bit of its first letter, and once more `ALPHABET` bits higher if it is but this letter."""
    own = utf8(forms.select(written).to_series())
    place = np.full(len(own.lengths), ALPHABET, dtype=np.int64)
    some = own.lengths > 0
    place[some] = own.letters[own.starts[some]].astype(np.int64) - ord("A")
    bit = np.where((place >= 0) & (place < ALPHABET), np.int64(1) << np.clip(place, 0, ALPHABET - 1), 0)
    return np.where(own.lengths == 1, bit | bit << ALPHABET, bit)


def _cleaned(raw: pl.Series) -> pl.Series:
    """`clean_name` of each name; most are plain already and pass untouched."""
    plain = raw.str.contains(r"^[A-Z]+(?: [A-Z]+)*$") & ~raw.is_in(MISSING)
    rough = raw.filter(~plain.fill_null(True)).to_frame("raw")
    cleaned = rough.select(clean_name(pl.col("raw"))).to_series()
    rows = pl.Series(np.flatnonzero((~plain.fill_null(True)).to_numpy()))
    return raw.scatter(rows, cleaned) if len(rows) else raw


def _full_form(name: pl.Series, forms: pl.DataFrame, row: IntArray, lookup: IntArray) -> pl.Series:
    """The written-out name; only names with a part that changes are put together anew."""
    same = (forms["form"] == forms["word"]).fill_null(False).to_numpy()
    changed = np.zeros(len(name), dtype=bool)
    changed[row[~same[lookup]]] = True
    shortened = (
        np.bincount(row, minlength=len(name)) != (name.str.count_matches(" ", literal=True) + 1).fill_null(0).to_numpy()
    )
    changed |= shortened
    again = changed[row]
    written = forms.select(pl.coalesce("form", "word")).to_series()
    parts = pl.DataFrame({"row": row[again], "form": written.gather(lookup[again])})
    joined = parts.group_by("row", maintain_order=True).agg(pl.col("form").str.join(" "))
    return name.scatter(joined["row"], joined["form"]) if joined.height else name

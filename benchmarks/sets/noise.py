"""Faults that clerks, respondents and scanners put into text, for whole columns at once.

Every function takes a column and a `numpy` generator and gives back a column of the same length; the same seed gives
the same faults. Rates are shares of rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

Change = Callable[[pl.Series, np.random.Generator], pl.Series]

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
DIGITS = np.array(list("0123456789"))


def listed(text: str) -> list[str]:
    """The words of a text: a pool of names written as a paragraph."""
    return text.split()


def applied(text: pl.Series, rate: float, rng: np.random.Generator, change: Change) -> pl.Series:
    """`text` with `change` made to a random share `rate` of its non-null rows."""
    rows = np.flatnonzero((rng.random(len(text)) < rate) & text.is_not_null().to_numpy())
    if len(rows) == 0:
        return text
    return text.scatter(rows, change(text.gather(rows), rng))


def blanked(text: pl.Series, rate: float, rng: np.random.Generator) -> pl.Series:
    """`text` with a random share of its rows null."""
    kept = pl.Series(rng.random(len(text)) >= rate)
    return pl.select(pl.when(kept).then(text).otherwise(None).alias(text.name)).to_series()


def _edited(text: pl.Series, rng: np.random.Generator, alphabet: np.ndarray) -> pl.Series:
    """One edit a row: substitute, delete, insert or transpose, each at a random place after the first character."""
    size = len(text)
    lengths = text.str.len_chars().to_numpy()
    frame = pl.DataFrame(
        {
            "t": text,
            "at": np.minimum(1 + (rng.random(size) * (lengths - 1)).astype(np.int64), lengths - 1).clip(0),
            "kind": rng.integers(0, 4, size),
            "new": alphabet[rng.integers(0, len(alphabet), size)],
        }
    )
    head = pl.col("t").str.slice(0, pl.col("at"))
    here = pl.col("t").str.slice(pl.col("at"), 1)
    after = pl.col("t").str.slice(pl.col("at") + 1)
    swapped = [pl.col("t").str.slice(0, pl.col("at") - 1), here, pl.col("t").str.slice(pl.col("at") - 1, 1), after]
    edits = (
        pl.when(pl.col("kind") == 0)
        .then(pl.concat_str([head, pl.col("new"), after]))
        .when((pl.col("kind") == 1) & (pl.col("t").str.len_chars() > 2))
        .then(pl.concat_str([head, after]))
        .when(pl.col("kind") == 2)
        .then(pl.concat_str([head, pl.col("new"), here, after]))
        .when(pl.col("at") >= 1)
        .then(pl.concat_str(swapped))
        .otherwise(pl.concat_str([head, pl.col("new"), after]))
    )
    return frame.select(edits.alias(text.name)).to_series()


def typo(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One wrong letter a row."""
    return _edited(text, rng, LETTERS)


def digit_error(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One wrong digit, or two neighbouring digits exchanged; the length stays."""
    size = len(text)
    lengths = text.str.len_chars().to_numpy()
    frame = pl.DataFrame(
        {
            "t": text,
            "at": (rng.random(size) * (lengths - 1)).astype(np.int64),
            "swap": rng.random(size) < 0.4,
            "new": DIGITS[rng.integers(0, 10, size)],
        }
    )
    at = pl.col("at")
    piece = pl.col("t").str.slice
    swapped = pl.concat_str([piece(0, at), piece(at + 1, 1), piece(at, 1), piece(at + 2)])
    wrong = pl.concat_str([piece(0, at), pl.col("new"), piece(at + 1)])
    return frame.select(pl.when(pl.col("swap")).then(swapped).otherwise(wrong).alias(text.name)).to_series()


def tokens_swapped(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    """The last word first."""
    return text.str.replace(r"^(.*) (\S+)$", "$2 $1")


def token_dropped(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One word of several left out: the first in a third of the rows, else the last."""
    first = rng.random(len(text)) < 0.33
    return _either(first, text.str.replace(r"^\S+ (\S+)", "$1"), text.str.replace(r" \S+$", ""))


def token_abbreviated(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    """One word of several cut to its initial: the first in a third of the rows, else the last."""
    first = rng.random(len(text)) < 0.33
    return _either(first, text.str.replace(r"^(\S)\S+ (\S+)", "$1 $2"), text.str.replace(r" (\S)\S*$", " $1"))


def tokens_joined(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    """The first two words written as one."""
    return text.str.replace(r"^(\S+) (\S+)", "$1$2")


def _either(first: np.ndarray, one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(first)).then(one).otherwise(other).alias(one.name)).to_series()


def zipf(size: int, exponent: float, offset: float) -> np.ndarray:
    """Probabilities of `size` values, the first the commonest: proportional to (rank + offset) ** -exponent."""
    weights = (np.arange(1, size + 1) + offset) ** -exponent
    return weights / weights.sum()


def drawn(rng: np.random.Generator, pool: np.ndarray, size: int, exponent: float, offset: float) -> np.ndarray:
    """`size` values of `pool`, skewed as `zipf` says."""
    return rng.choice(pool, size, p=zipf(len(pool), exponent, offset))

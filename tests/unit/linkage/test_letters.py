"""The bound that spares Jaro-Winkler: it never changes a level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from targeting.linkage.comparisons.codes import text_codes
from targeting.linkage.comparisons.letters import (
    SHARED,
    bloom,
    bounded_jaro_winkler,
    letter_columns,
    shared_tokens,
)
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.steps import Step

LOWEST = {0.84: (0.84, 0.92), 0.85: (0.85, 0.92)}
"""The lowest threshold of names and of texts: all thresholds that are tried against it."""

few_letters = st.text("AB", max_size=8)
all_letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", max_size=30)


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A string, and the same after a few letters were replaced, dropped or moved to the front."""
    one = draw(st.text("ABCDEIMNRSTU", min_size=1, max_size=16))
    other = list(one)
    for place, what in draw(st.lists(st.tuples(st.integers(0, 15), st.sampled_from("XA-<")), max_size=4)):
        if other:
            letter = other.pop(place % len(other))
            other.insert(0 if what == "<" else place, letter if what == "<" else what.strip("-"))
    return one, "".join(other)


pairs_of_strings = st.lists(
    st.one_of(slips(), st.tuples(few_letters, few_letters), st.tuples(all_letters, all_letters)),
    min_size=1,
    max_size=60,
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDbEngine]:
    """One database for the module."""
    with DuckDbEngine(1) as made:
        yield made


def similarities(engine: DuckDbEngine, pairs: list[tuple[str, str]], lowest: float) -> pl.DataFrame:
    """bounded, full: the similarity of each pair as the comparison works it out, and without a bound."""
    both = pl.Series([one or None for one, _ in pairs] + [other or None for _, other in pairs], dtype=pl.String)
    columns = letter_columns(both, np.zeros((len(both), 1), dtype=np.uint64))
    frame = pl.DataFrame({"c_s": both, "c_f": text_codes(both), **{f"c_{n}": column for n, column in columns.items()}})
    row = pl.DataFrame({"row": np.arange(len(pairs))})
    engine.load("l", pl.concat([row, frame.head(len(pairs))], how="horizontal"))
    engine.load("r", pl.concat([row, frame.tail(len(pairs))], how="horizontal"))
    sql = f"""
        SELECT row, {bounded_jaro_winkler("c", lowest)} AS bounded,
            coalesce(jaro_winkler_similarity(l.c_s, r.c_s), CAST(l.c_f = r.c_f AS DOUBLE)) AS full
        FROM l JOIN r USING (row)
    """
    return engine.fetch(Step("similarity", sql)).sort("row")


@given(pairs_of_strings)
@example([("A", "A"), ("AB", "BA"), ("ABCD", "ABCE"), ("", "A"), ("", "")])
@settings(max_examples=60, deadline=None)
def test_a_pruned_similarity_reaches_the_same_thresholds(engine: DuckDbEngine, pairs: list[tuple[str, str]]) -> None:
    for lowest, thresholds in LOWEST.items():
        found = similarities(engine, pairs, lowest)
        for threshold in thresholds:
            expected = (found["full"] >= threshold).to_list()
            assert expected == (found["bounded"] >= threshold).to_list()


def test_pruning_spares_most_pairs_of_unlike_strings(engine: DuckDbEngine) -> None:
    words = ["SITIAMINAH", "BAMBANGWIJAYA", "KHOTIMAH", "SUPRIHATIN", "DJOKO", "RATNADEWI", "YUSUF"]
    found = similarities(engine, [(a, b) for a in words for b in words if a != b], 0.84)
    assert found.filter(pl.col("bounded") == 0).height > 0.8 * found.height


def test_long_texts_are_compared_too(engine: DuckDbEngine) -> None:
    long = "ABCDEFGHIJ" * 300
    found = similarities(engine, [(long, long + "A"), (long, "Z" * 3000)], 0.84)
    assert [True, False] == (found["bounded"] >= 0.84).to_list()


@given(st.lists(st.tuples(*[st.integers(0, 200)] * 6), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_the_bloom_bits_hide_no_shared_token(engine: DuckDbEngine, rows: list[tuple[int, ...]]) -> None:
    sides = [np.array([row[:3] for row in rows], dtype=np.uint64), np.array([row[3:] for row in rows], dtype=np.uint64)]
    for name, tokens in zip("lr", sides, strict=True):
        columns = {f"c_t{p + 1}": tokens[:, p] for p in range(3)}
        told = {f"c_i{p + 1}": np.where(tokens[:, p] > 0, SHARED, 0) for p in range(3)}
        engine.load(name, pl.DataFrame({"row": np.arange(len(rows)), "c_bloom": bloom(tokens), **columns, **told}))
    found = engine.fetch(Step("shared", f"SELECT row, {shared_tokens('c', 3)} AS n FROM l JOIN r USING (row)"))
    expected = [sum(token in row[3:] for token in row[:3] if token) * SHARED for row in rows]
    assert expected == found.sort("row")["n"].to_list()

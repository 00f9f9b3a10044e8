"""Codes of texts and keys: the same for ever, whatever else a file holds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.linkage.comparisons.codes import distinct, each_once, key, text_codes
from targeting.linkage.posting import EVERY, Posting, posting

KNOWN = {
    None: 0,
    "": 0xE220A8397B1DCDAF,
    "A": 0xF7D56560769FE4EC,
    "SITI": 0x7916E399206563AC,
    "SUKARDJO": 0x5C1F0EA837431079,
    "SITI NURHALIZA": 0x8AB014D08B33637A,
    "é": 0xA97DB34DF00033E7,
}
"""Written down once: a register that was encoded under an older version is still found."""

texts = st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=40)


def test_a_code_never_changes() -> None:
    assert list(KNOWN.values()) == text_codes(pl.Series(list(KNOWN), dtype=pl.String)).tolist()


@given(texts, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_a_text_has_one_code_wherever_it_stands(values: list[str | None], skipped: int) -> None:
    column = pl.Series(values, dtype=pl.String)
    whole = text_codes(column)
    assert whole[skipped:].tolist() == text_codes(column[skipped:]).tolist()
    assert whole[::-1].tolist() == text_codes(column.reverse()).tolist()
    assert [value is None for value in values] == [code == 0 for code in whole.tolist()]


@given(texts)
@settings(max_examples=100, deadline=None)
def test_different_texts_have_different_codes(values: list[str | None]) -> None:
    column = pl.Series(values, dtype=pl.String)
    assert len(set(values)) == len(set(text_codes(column).tolist()))


def test_texts_that_differ_in_length_alone_differ_in_code() -> None:
    column = pl.Series(["A" * length for length in range(100)] + ["A" * 7 + "\0", "A" * 7 + "\0\0"])
    assert column.len() == len(set(text_codes(column).tolist()))


@given(texts)
@settings(max_examples=50, deadline=None)
def test_distinct_texts_lead_back_to_the_column(values: list[str | None]) -> None:
    column = pl.Series(values, dtype=pl.String)
    found = distinct(column)
    assert values == found.texts.gather(found.rows).to_list()
    assert found.texts.len() == len({*values, None})


def test_a_key_has_all_its_parts_or_is_none() -> None:
    parts = [np.array([1, 1, 0, 2], dtype=np.uint64), np.array([2, 0, 2, 1], dtype=np.uint64)]
    made = key(*parts)
    assert [True, False, False, True] == (made != 0).tolist()
    assert made[0] != made[3]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), max_size=60, unique=True), st.sets(st.integers(1, 9)))
@settings(max_examples=60, deadline=None)
def test_a_posting_list_finds_the_records_of_the_wanted_keys(rows: list[tuple[int, int]], wanted: set[int]) -> None:
    frame = pl.DataFrame(rows, schema={"key": pl.UInt64, "rid": pl.Int32}, orient="row")
    blocks = posting(frame).blocks(np.array(sorted(wanted), dtype=np.uint64))
    assert [sum(key == one for key, _ in rows) for one in sorted(wanted)] == blocks.sizes.tolist()
    in_file = Posting(blocks.posting.keys, blocks.posting.rids, blocks.posting.keys[::EVERY])
    assert blocks.first.tolist() == in_file.blocks(blocks.keys).first.tolist()
    assert blocks.sizes.tolist() == in_file.blocks(blocks.keys).sizes.tolist()
    kept = blocks.sizes > 1
    expected = sorted(row for row in rows if row[0] in wanted and sum(row[0] == one for one, _ in rows) > 1)
    assert expected == blocks.records(kept).rows()


@pytest.mark.parametrize("length", [0, 1, EVERY - 1, EVERY, EVERY + 1, 5 * EVERY + 3])
@pytest.mark.parametrize("different", [1, 3, 40, 10**6])
def test_fences_lead_to_where_a_search_among_all_keys_would(length: int, different: int) -> None:
    draws = np.random.default_rng(length * different)
    keys = np.sort(draws.integers(1, different + 1, length).astype(np.uint64))
    ends = np.array([0, 2**64 - 1], dtype=np.uint64)
    wanted = np.unique(np.concatenate([ends, draws.integers(0, different + 2, 300).astype(np.uint64)]))
    rids = np.arange(length, dtype=np.int32)
    expected, found = Posting(keys, rids).blocks(wanted), Posting(keys, rids, keys[::EVERY]).blocks(wanted)
    assert expected.first.tolist() == found.first.tolist()
    assert expected.sizes.tolist() == found.sizes.tolist()


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=5))
def test_a_record_has_each_of_its_alternative_keys_once(rows: list[list[int]]) -> None:
    found = np.stack(each_once([np.array(column, dtype=np.uint64) for column in rows]))
    for before, after in zip(np.array(rows).T, found.T, strict=True):
        kept = after[after != 0].tolist()
        assert sorted(set(before.tolist()) - {0}) == sorted(kept)

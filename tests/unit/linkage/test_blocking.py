"""Blocking: the rules' grammar, what a cap keeps, and each pair once."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage.blocking import KINDS, RuleCount, Wanted, block_cap, default_rules, gives_way, parse
from targeting.linkage.candidates import Postings, postings
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.steps import candidate_pairs

COLUMNS = {"nik": "nik", "nama": "name", "lahir": "date", "desa": "region", "alamat": "text", "jk": "category"}
NOBODY = np.zeros(0, dtype=np.int32)


def spec(columns: dict[str, str] = COLUMNS, **more: object) -> LinkSpec:
    """A spec of some columns."""
    return LinkSpec.model_validate({"left": {"id": "id"}, "right": {"id": "id"}, "columns": columns, **more})


def people(rows: int, seed: int) -> pl.DataFrame:
    """Rows of few values, so that they meet often; a tenth of the values is null."""
    draws = np.random.default_rng(seed)
    values = {
        "nama": ["SITI AMINAH", "AMINAH SITI", "BUDI", "BUDI SANTOSO", "DJOKO", "JOKO SANTOSO"],
        "lahir": ["1961-03-24", "1961-03", "1970-01-01", "1988-12-24"],
        "jk": ["1", "2"],
    }
    frame = pl.DataFrame({name: draws.choice(options, rows) for name, options in values.items()})
    blanks = [pl.when(pl.Series(draws.random(rows) < 0.1)).then(None).otherwise(pl.col(c)).alias(c) for c in values]
    return frame.with_columns(blanks).with_columns(id=pl.Series([f"{n:05}" for n in range(rows)]))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("nik", [("nik", "full")]),
        ("nama.token & lahir.year", [("nama", "token"), ("lahir", "year")]),
        ("  desa.parent&jk ", [("desa", "parent"), ("jk", "full")]),
    ],
)
def test_a_rule_is_keys_of_columns_joined_by_and(rule: str, expected: list[tuple[str, str]]) -> None:
    assert expected == parse(rule, spec())


@pytest.mark.parametrize("rule", ["nim", "", "nama.token & ", "nama.token & tanggal.year", "&", "Nama"])
def test_an_unknown_column_in_a_rule_is_told_with_the_columns_that_exist(rule: str) -> None:
    with pytest.raises(UsageError, match="Columns: nik, nama, lahir, desa, alamat, jk"):
        parse(rule, spec())


@pytest.mark.parametrize("rule", ["nama.sound", "jk.token", "lahir.full & nama.full.token", "nama.Token"])
def test_an_unknown_key_in_a_rule_is_told_with_the_keys_that_exist(rule: str) -> None:
    with pytest.raises(UsageError, match=r"It has: .*full"):
        parse(rule, spec())


@pytest.mark.parametrize("kind", list(ColumnType))
def test_a_column_of_any_type_alone_brings_rules_that_parse(kind: ColumnType) -> None:
    one = spec({"x": kind.value})
    rules = default_rules(one)
    assert len(rules) > 0
    assert len(set(rules)) == len(rules)
    assert ["x"] == sorted({column for rule in rules for column, _ in parse(rule, one)})


def test_all_types_together_bring_rules_that_parse_and_leave_sex_alone() -> None:
    rules = default_rules(spec())
    assert sorted(set(COLUMNS) - {"jk"}) == sorted({column for rule in rules for column, _ in parse(rule, spec())})


@pytest.mark.parametrize("kind", list(ColumnType))
def test_every_key_that_the_grammar_names_is_made(kind: ColumnType) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "x": ["3404012001", None]})
    prepared = prepare(frame, frame, spec({"x": kind.value}))
    for key in KINDS[kind]:
        made = prepared.keys("x", key, "left", np.arange(2, dtype=np.int32))
        assert [2] == sorted({len(values) for values in made})
        assert [0] == sorted({int(values[1]) for values in made})


key_lists = st.lists(st.integers(1, 6), min_size=1, max_size=30)


@given(key_lists, key_lists, st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_a_cap_counts_what_a_join_would_give_and_stays_within_the_budget(
    left: list[int], right: list[int], budget: int
) -> None:
    bearers = [np.bincount(keys, minlength=7).astype(np.int64) for keys in (left, right)]
    cap, count = block_cap(*bearers, "rule", budget)
    met = [a for a, b in product(left, right) if a == b]
    kept = [key for key in met if right.count(key) <= cap]
    assert (len(kept), len(met) - len(kept)) == (count.pairs, count.cut_pairs)
    assert len(set(met) - set(kept)) == count.cut_keys
    assert len(kept) <= budget
    larger = sorted({right.count(key) for key in met if right.count(key) > cap})
    if larger:
        assert len([key for key in met if right.count(key) <= larger[0]]) > budget


def test_a_set_of_wanted_keys_denies_no_key_that_it_holds() -> None:
    keys = np.random.default_rng(1).integers(0, 2**64, 5000, dtype=np.uint64)
    assert Wanted(keys).may_hold(keys).all()
    others = np.random.default_rng(2).integers(0, 2**64, 5000, dtype=np.uint64)
    assert Wanted(keys).may_hold(others).mean() < 0.01


def blocked(prepared: Prepared, keys: Postings, batches: list[tuple[int, int]]) -> pl.DataFrame:
    """All pairs that the keys make, batch by batch."""
    with DuckDbEngine(2) as engine:
        engine.load("l_key", keys.left)
        engine.load("r_key", keys.right)
        steps = [candidate_pairs(first, last, distinct_ids=prepared.same_file) for first, last in batches]
        return pl.concat([engine.fetch(step) for step in steps])


def made(rules: tuple[str, ...], same_file: bool = False) -> tuple[Prepared, Postings]:
    """Two small files (or one) and their blocking keys."""
    left, right = people(60, 1), people(90, 2)
    columns = {name: kind for name, kind in COLUMNS.items() if name in left.columns}
    prepared = prepare(left, left if same_file else right, spec(columns, blocking=rules), same_file)
    return prepared, postings(prepared, np.arange(60, dtype=np.int32), NOBODY, NOBODY)


@pytest.mark.parametrize("most", [1, 37, 500, 10**9])
def test_every_pair_comes_once_whatever_the_rules_and_batches(most: int) -> None:
    prepared, keys = made(("nama.token", "nama.pair", "lahir.year & jk", "jk & nama.first"))
    pairs = blocked(prepared, keys, keys.batches(most))
    assert pairs.height == pairs.unique(["rl", "rr"]).height
    whole = blocked(prepared, keys, [(0, 60)])
    assert sorted(whole.rows()) == sorted(pairs.rows())


def test_pairs_are_those_that_agree_on_a_rule() -> None:
    prepared, keys = made(("jk & lahir.full",))
    found = blocked(prepared, keys, [(0, 60)])
    left, right = people(60, 1), people(90, 2)
    expected = [
        (i, j)
        for i, a in enumerate(left.iter_rows(named=True))
        for j, b in enumerate(right.iter_rows(named=True))
        if a["jk"] and a["jk"] == b["jk"] and a["lahir"] == b["lahir"] and a["lahir"] and len(a["lahir"]) == 10
    ]
    assert expected == sorted(found.rows())


def test_pairs_of_several_rules_are_the_pairs_of_each_and_no_others() -> None:
    rules = (
        "nama.token",
        "nama.first",
        "lahir.year & jk",
        "jk & nama.full",
        "lahir.full",
        "nama.pair",
        "lahir.birthday",
    )
    prepared, keys = made(rules)
    expected = {pair for rule in rules for pair in blocked(*made((rule,)), [(0, 60)]).iter_rows()}
    assert expected == set(blocked(prepared, keys, [(0, 60)]).iter_rows())


def test_a_batch_holds_no_more_pairs_than_it_may_unless_one_record_does() -> None:
    _, keys = made(("nama.token", "jk & lahir.year"))
    sizes = dict(keys.right.group_by("key").len().iter_rows())
    load = (
        keys.left.with_columns(pairs=pl.col("key").replace_strict(sizes, default=0))
        .group_by("rid")
        .agg(pl.col("pairs").sum())
    )
    for first, last in keys.batches(50):
        inside = load.filter(pl.col("rid").is_between(first, last, closed="left"))
        assert int(inside["pairs"].sum()) <= 50 + int(inside["pairs"].max())  # type: ignore[arg-type]


def test_a_record_of_one_file_does_not_meet_itself() -> None:
    prepared, keys = made(("nama.token", "jk"), same_file=True)
    found = blocked(prepared, keys, [(0, 60)])
    assert found.height > 0
    assert [] == [pair for pair in found.rows() if pair[0] == pair[1]]


def test_a_rule_gives_way_to_one_that_asks_for_all_it_asks_for_and_more() -> None:
    rules = ("nama.token & alamat.word", "nama.token & kode_desa.full & alamat.word", "nama.start & alamat.word")
    known = spec({"nama": "name", "alamat": "text", "kode_desa": "region"})
    assert [True, False, False] == [gives_way(rule, rules, known) for rule in rules]


def test_a_rule_that_would_lose_most_of_its_pairs_is_cut_whole_and_counted() -> None:
    left, right = np.array([10, 10, 10]), np.array([1, 2, 30])
    assert (2, 30, 300) == _cut(block_cap(left, right, "rule", 100))
    assert (0, 0, 330) == _cut(block_cap(left, right, "rule", 100, least=0.25))
    assert (30, 330, 0) == _cut(block_cap(left, right, "rule", 1000, least=0.25))


def _cut(found: tuple[int, RuleCount]) -> tuple[int, int, int]:
    """The cap, the pairs kept, the pairs cut."""
    cap, count = found
    return cap, count.pairs, count.cut_pairs

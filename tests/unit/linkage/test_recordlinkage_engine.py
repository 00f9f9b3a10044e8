"""The two engines agree: on every pair's pattern, on which pairs share a key, on the links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage.blocking import default_rules, parse, rule_keys
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.engines.plain_columns import PlainColumn, plain_columns
from targeting.linkage.engines.plain_values import Value
from targeting.linkage.engines.recordlinkage import RecordlinkageEngine
from targeting.linkage.link import link
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.steps import Step, agreement_patterns, candidate_pairs, table
from targeting.synth import generate

COLUMNS = {
    "nik": "nik",
    "no_kk": "nkk",
    "nama": "name",
    "tanggal_lahir": "date",
    "id_jenis_kelamin": "category",
    "kode_desa": "region",
    "alamat": "text",
}
ODD = {
    "nik": ["", "0000000000000000", "3404", "3404A10101010001", "3404010101019001", "3404010101019002", None],
    "no_kk": ["", "9999999999999999", "3404011503127001", "3404011503127002", None],
    "nama": [
        *("", "-", "H.", "Hj. R.", "A", "S", "ÉLISE Müller", "José Ñuño", "محمد", "D'Souza", "SITI SITI", "RATNA 2"),
        *("SITINURHAYATI", "Siti Nur Hayati", "MAWAR PUTRI AYU LESTARI INDAH", "LESTARI MAWAR", "Drs. NUR ALAM"),
    ],
    "tanggal_lahir": ["", "1961", "1961-03", "1961-00-00", "0000-03-24", "24/03/1961", "1961-24-03", "-", "1962-11"],
    "kode_desa": ["", "34.04", "3404", "34.04.01", "YOGYAKARTA", "55281", "5528"],
    "alamat": ["", "No.", "JL", "Jalan Melati 7", "JL. MELATI NO 07", "Jl Melati RT03/RW 2", "عنوان", "-"],
    "id_jenis_kelamin": ["", "0", None],
}
"""Values that are missing, half there, of other letters, or issued one after the other, sown among ordinary ones."""


@dataclass(frozen=True, repr=False)
class Files:
    """Two files with odd values, ready for both engines."""

    left: pl.DataFrame
    right: pl.DataFrame
    spec: LinkSpec
    prepared: Prepared
    pairs: pl.DataFrame


def spec(**more: Any) -> LinkSpec:
    """The spec of these files."""
    given = {"left": {"id": "person_id"}, "right": {"id": "dtsen_person_id"}, "columns": COLUMNS, **more}
    return LinkSpec.model_validate(given)


def sown(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A tenth of each column's values replaced by odd ones."""
    draws = np.random.default_rng(seed)
    for name, odd in ODD.items():
        drawn = pl.Series([odd[i] for i in draws.integers(0, len(odd), frame.height)], dtype=pl.String)
        here = pl.Series(draws.random(frame.height) < 0.1)
        frame = frame.with_columns(pl.when(here).then(drawn).otherwise(pl.col(name).cast(pl.String)).alias(name))
    return frame


def files(noise: Any, seed: int) -> Files:
    """Synthetic persons of both sources, and pairs of three kinds: those that share a village or a name, and any."""
    made = generate(150, noise, 0.9, seed, families=250)
    home = ["no_kk", "kode_desa", "alamat"]
    left = made.ppse_member.join(made.ppse_household.select("household_id", *home), on="household_id")
    right = made.dtsen_person.join(made.dtsen_family.select("dtsen_family_id", *home), on="dtsen_family_id")
    left = sown(left.select("person_id", *COLUMNS), seed)
    right = sown(right.select("dtsen_person_id", *COLUMNS), seed + 1)
    prepared = prepare(left, right, spec())
    draws = np.random.default_rng(seed)
    any_pairs = {"rl": draws.integers(0, left.height, 20_000), "rr": draws.integers(0, right.height, 20_000)}
    met = [pairs_of(prepared, rule) for rule in default_rules(spec())]
    pairs = pl.concat([pl.DataFrame(any_pairs).cast(pl.Int32), *met]).unique().sort("rl", "rr")
    return Files(left, right, spec(), prepared, pairs)


def pairs_of(prepared: Prepared, rule: str) -> pl.DataFrame:
    """rl, rr of the pairs that a rule makes."""
    everyone = [np.arange(ids.len(), dtype=np.int32) for ids in (prepared.left_ids, prepared.right_ids)]
    left, right = (rule_keys(prepared, rule, side, rids) for side, rids in zip(SIDES, everyone, strict=True))
    return left.join(right, on="key").select(rl="rid", rr="rid_right").unique().sort("rl", "rr")


SIDES: Any = ("left", "right")


@pytest.fixture(scope="module", params=["medium", "high"])
def noisy(request: pytest.FixtureRequest) -> Files:
    """Files of one noise level."""
    return files(request.param, 5)


def test_both_engines_give_the_same_patterns_on_ten_thousand_pairs_and_more(noisy: Files) -> None:
    step = agreement_patterns(noisy.prepared.space)
    with DuckDbEngine() as engine:
        for name, frame in (("l", noisy.prepared.left), ("r", noisy.prepared.right), ("pair", noisy.pairs)):
            engine.load(name, frame)
        expected = engine.fetch(step).sort("rl", "rr")
    with RecordlinkageEngine(noisy.left, noisy.right, noisy.spec) as oracle:
        oracle.load("pair", noisy.pairs)
        found = oracle.fetch(step).sort("rl", "rr")
    assert noisy.pairs.height >= 10_000
    values = [noisy.prepared.space.values(frame["pattern"].to_numpy()) for frame in (expected, found)]
    differing = (values[0] != values[1]).sum(axis=0)
    assert dict.fromkeys(COLUMNS, 0) == dict(zip(COLUMNS, differing.tolist(), strict=True))
    assert expected.equals(found)


def test_these_pairs_meet_every_level_of_every_comparison(noisy: Files) -> None:
    with RecordlinkageEngine(noisy.left, noisy.right, noisy.spec) as oracle:
        oracle.load("pair", noisy.pairs)
        patterns = oracle.fetch(agreement_patterns(noisy.prepared.space))["pattern"].to_numpy()
    levels = noisy.prepared.space.levels(patterns)
    seen = {name: sorted(set(levels[:, i].tolist())) for i, name in enumerate(COLUMNS)}
    assert {name: list(range(len(c.levels))) for name, c in noisy.prepared.comparisons.items()} == seen


def known(*parts: str) -> list[str]:
    """The parts as one key, none where a part is unknown, which is all zeros."""
    return [] if any(not part.strip("0") for part in parts) else ["-".join(parts)]


KEYS: dict[str, Callable[[Value], list[str]]] = {
    "date.full": lambda date: known(*date.parts),
    "date.year": lambda date: known(date.parts[0]),
    "date.month": lambda date: known(*date.parts[:2]),
    "date.birthday": lambda date: known(*date.parts[1:]),
    "name.token": lambda name: list(name.parts),
    "name.first": lambda name: list(name.parts[:1]),
    "name.start": lambda name: known(name.letters[:4]),
    "name.pair": lambda name: [" ".join(sorted(pair)) for pair in combinations(name.parts, 2)],
    "nik.head": lambda number: known(number.whole[:12]),
    "nik.tail": lambda number: known(number.whole[6:]),
    "nkk.head": lambda number: known(number.whole[:12]),
    "nkk.tail": lambda number: known(number.whole[6:]),
    "region.parent": lambda region: [region.parts[0]],
}
"""Blocking keys as text, by type and kind; all others are the whole value."""


def text_keys(column: PlainColumn, value: Value | None, kind: str) -> list[str]:
    """A value's keys of one kind."""
    if value is None:
        return []
    if column.kind is ColumnType.TEXT and kind == "word":
        return list(column.tells.rarest[value.whole][:2])
    return KEYS.get(f"{column.kind.value}.{kind}", lambda whole: [whole.whole])(value)


def text_rule_keys(columns: dict[str, PlainColumn], rule: list[tuple[str, str]], side: str) -> pl.DataFrame:
    """key, rid of one rule, the key being the values themselves."""
    sides = [(columns[name], getattr(columns[name], side), kind) for name, kind in rule]
    rows = [
        ("|".join(keys), rid)
        for rid in range(len(sides[0][1]))
        for keys in product(*(text_keys(column, values[rid], kind) for column, values, kind in sides))
    ]
    return pl.DataFrame(rows, schema={"key": pl.String, "rid": pl.Int32}, orient="row").unique()


def test_a_rule_makes_the_pairs_that_share_the_values_it_names(noisy: Files) -> None:
    columns = {column.name: column for column in plain_columns(noisy.left, noisy.right, noisy.spec)}
    kinds = [f"{name}.{kind}" for name, kind in (("nama", "first"), ("kode_desa", "parent"), ("no_kk", "head"))]
    differing = {}
    with RecordlinkageEngine(noisy.left, noisy.right, noisy.spec) as oracle:
        for rule in (*default_rules(noisy.spec), *kinds):
            for key_table, side in (("l_key", "left"), ("r_key", "right")):
                oracle.load(key_table, text_rule_keys(columns, parse(rule, noisy.spec), side))
            expected = oracle.fetch(candidate_pairs(0, noisy.left.height))
            differing[rule] = expected.equals(pairs_of(noisy.prepared, rule))
    assert [] == [rule for rule, same in differing.items() if not same]


@pytest.mark.usefixtures("few_random_pairs")
@pytest.mark.parametrize("assignment", ["one_to_one", "many_to_one"])
def test_both_engines_link_the_same_records(persons: Any, assignment: str) -> None:
    given = persons.spec.model_copy(update={"assignment": assignment})
    with DuckDbEngine() as engine:
        expected = link(persons.left, persons.right, given, engine)
    with RecordlinkageEngine(persons.left, persons.right, given) as oracle:
        found = link(persons.left, persons.right, given, oracle)
    assert expected.links.height > 300
    assert expected.links.equals(found.links)
    assert expected.model.to_json() == found.model.to_json()
    assert (expected.pairs_scored, expected.rules) == (found.pairs_scored, found.rules)


@pytest.mark.usefixtures("few_random_pairs")
def test_both_engines_find_the_same_duplicates_in_one_file(persons: Any) -> None:
    sides = {"left": {"id": "person_id"}, "right": {"id": "person_id"}}
    columns = {name: column.type for name, column in persons.spec.columns.items()}
    given = LinkSpec.model_validate({**sides, "columns": columns, "assignment": "many_to_many"})
    with DuckDbEngine() as engine:
        expected = link(persons.left, persons.left, given, engine, same_file=True)
    with RecordlinkageEngine(persons.left, persons.left, given) as oracle:
        found = link(persons.left, persons.left, given, oracle, same_file=True)
    assert expected.links.height > 0
    assert expected.links.equals(found.links)


def test_more_pairs_than_pandas_holds_are_refused_with_a_cure(noisy: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("targeting.linkage.engines.recordlinkage.MOST_PAIRS", 3)
    keys = pl.DataFrame({"key": ["a", "a"], "rid": [0, 1]}, schema_overrides={"rid": pl.Int32})
    with RecordlinkageEngine(noisy.left, noisy.right, noisy.spec) as oracle:
        oracle.load("l_key", keys)
        oracle.load("r_key", keys)
        with pytest.raises(UsageError, match=r"4 pairs at once are too many.*--engine duckdb"):
            oracle.fetch(candidate_pairs(0, 2))


def test_a_step_that_is_sql_only_is_not_guessed_at(noisy: Files) -> None:
    with RecordlinkageEngine(noisy.left, noisy.right, noisy.spec) as oracle:
        oracle.load("pair", noisy.pairs)
        assert noisy.pairs.equals(oracle.fetch(table("pair")))
        with pytest.raises(NotImplementedError, match="'odd' is SQL only"):
            oracle.fetch(Step("odd", "SELECT 1"))

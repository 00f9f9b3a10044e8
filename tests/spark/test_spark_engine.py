"""Spark on a cluster of two machines gives what DuckDB gives: the same pairs, patterns, weights and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.linkage import Side as SideSpec
from targeting.errors import UsageError
from targeting.linkage.engines import Engine
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import link
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.register import REGISTER_SPEC
from targeting.linkage.steps import (
    Step,
    agreement_patterns,
    candidate_pairs,
    completed_patterns,
    early_patterns,
    equal_identifier,
    pairs_by_record,
    pattern_counts,
    right_records,
    table,
    weighed,
)
from targeting.synth import generate

pytestmark = [pytest.mark.spark, pytest.mark.slow]

ODD: dict[str, list[str | None]] = {
    "nik": ["", "0000000000000000", "9999999999999999", None],
    "nama": ["", "-", "H.", "A", "ÉLISE Müller", "José Ñuño", "محمد", "D'Souza", "SITINURHAYATI", "SITI SITI", None],
    "tanggal_lahir": ["", "1961", "1961-03", "1961-00-00", "1961-24-03", "9061-03-24", None],
    "kode_desa": ["", "34.04", "YOGYAKARTA", None],
    "alamat": ["", "No.", "Jalan Melati 7", "JL. MELATI NO 07", "عنوان", None],
    "id_jenis_kelamin": ["", "0", None],
}
HOME = ["no_kk", "kode_desa", "alamat"]


def sown(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A tenth of each column's values replaced by odd ones."""
    draws = np.random.default_rng(seed)
    for name, odd in ODD.items():
        drawn = pl.Series([odd[i] for i in draws.integers(0, len(odd), frame.height)], dtype=pl.String)
        here = pl.Series(draws.random(frame.height) < 0.1)
        frame = frame.with_columns(pl.when(here).then(drawn).otherwise(pl.col(name).cast(pl.String)).alias(name))
    return frame


@pytest.fixture(scope="module")
def files() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Persons of both sources with odd values among them."""
    made = generate(150, "medium", 0.8, 7, families=300)
    left = made.ppse_member.join(made.ppse_household.select("household_id", *HOME), on="household_id")
    right = made.dtsen_person.join(made.dtsen_family.select("dtsen_family_id", *HOME), on="dtsen_family_id")
    columns = [column.left for column in REGISTER_SPEC.columns.values()]
    return (
        sown(left.select("person_id", "household_id", *columns), 1),
        sown(right.select("dtsen_person_id", "dtsen_family_id", *columns), 2),
    )


@pytest.fixture(scope="module")
def prepared(files: tuple[pl.DataFrame, pl.DataFrame]) -> Prepared:
    """Both sides encoded."""
    return prepare(*files, REGISTER_SPEC)


@pytest.fixture(scope="module")
def duckdb_engine() -> Iterator[DuckDbEngine]:
    """The engine that Spark is held to."""
    with DuckDbEngine(1) as engine:
        yield engine


def with_tables(engine: Engine, prepared: Prepared) -> None:
    """The sides, keys of which one is borne by half of each side, and all pairs of some records."""
    engine.load("l", prepared.left)
    engine.load("r", prepared.right)
    for name, height in (("l_key", prepared.left.height), ("r_key", prepared.right.height)):
        rids = np.arange(height, dtype=np.int32)
        keys = np.where(rids % 2 == 0, np.uint64(2**64 - 1), (rids % 40).astype(np.uint64))
        engine.load(name, pl.DataFrame({"key": keys, "rid": rids}))


def both(spark: Engine, duckdb: Engine, step: Step) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The step's rows by DuckDB and by Spark, in one order."""
    expected, found = (engine.fetch(step) for engine in (duckdb, spark))
    return expected.sort(expected.columns), found.sort(expected.columns)


def test_every_step_gives_the_rows_that_duckdb_gives(
    spark_engine: Engine, duckdb_engine: DuckDbEngine, prepared: Prepared
) -> None:
    space, late = prepared.space, (1, 5)
    engines = (spark_engine, duckdb_engine)
    for engine in engines:
        with_tables(engine, prepared)
        engine.keep(candidate_pairs(0, 150))
    pairs, found = both(*engines, table("pair"))
    assert pairs.height > 30_000
    assert pairs.equals(found)
    for step in (
        right_records(),
        pairs_by_record(),
        candidate_pairs(100, 130, distinct_ids=True),
        agreement_patterns(space, left="r"),
        pattern_counts(agreement_patterns(space)),
        pattern_counts(agreement_patterns(space, left="r")),
    ):
        expected, found = both(*engines, step)
        assert expected.equals(found), step.name
    expected, found = both(*engines, agreement_patterns(space))
    values = [space.values(frame["pattern"].to_numpy()) for frame in (expected, found)]
    differing = (values[0] != values[1]).sum(axis=0).tolist()
    assert dict.fromkeys(prepared.comparisons, 0) == dict(zip(prepared.comparisons, differing, strict=True))
    assert expected.equals(found)
    begun = duckdb_engine.fetch(pattern_counts(early_patterns(space, late)))
    for engine in engines:
        engine.keep(early_patterns(space, late))
        engine.load("promising", begun.sort("pattern").head(200).select("pattern"))
        engine.keep(completed_patterns(space, late))
    expected, found = both(*engines, table("patterned"))
    assert expected.height > 100
    assert expected.equals(found)
    patterns = expected["pattern"].unique().sort()
    weights = pl.DataFrame({"pattern": patterns, "weight": np.linspace(-9, 9, len(patterns)).round(1)})
    for engine in engines:
        engine.load("pattern_weight", weights)
        engine.load("r_identifier", prepared.right.select("rid", "nik_v"))
    for step in (weighed(-7.0, 3), equal_identifier("nik_v")):
        expected, found = both(*engines, step)
        assert expected.height > 10
        assert expected.equals(found), step.name


@pytest.mark.parametrize("assignment", ["one_to_one", "many_to_one"])
def test_spark_links_the_same_records(
    spark_engine: Engine, files: tuple[pl.DataFrame, pl.DataFrame], monkeypatch: pytest.MonkeyPatch, assignment: str
) -> None:
    monkeypatch.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
    given = REGISTER_SPEC.model_copy(update={"assignment": assignment})
    with DuckDbEngine(1) as engine:
        expected = link(*files, given, engine)
    found = link(*files, given, spark_engine)
    assert expected.links.height > 200
    kept = ["id_l", "id_r", "status", "method"]
    assert expected.links.select(kept).equals(found.links.select(kept))
    assert expected.links["match_weight"].to_list() == pytest.approx(found.links["match_weight"].to_list(), abs=1e-9)
    assert expected.model.to_json() == found.model.to_json()
    assert (expected.pairs_scored, expected.rules) == (found.pairs_scored, found.rules)


def test_spark_links_a_file_to_itself_as_duckdb_does(
    spark_engine: Engine, files: tuple[pl.DataFrame, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
    twice = pl.concat(
        [files[1], files[1].sample(200, seed=3).with_columns(pl.format("{}-again", pl.col("dtsen_person_id")))]
    ).select(pl.col("dtsen_person_id").alias("id"), pl.exclude("dtsen_person_id", "dtsen_family_id"))
    given = REGISTER_SPEC.model_copy(
        update={"left": SideSpec(id="id"), "right": SideSpec(id="id"), "assignment": "many_to_many"}
    )
    with DuckDbEngine(1) as engine:
        expected = link(twice, twice, given, engine, same_file=True)
    found = link(twice, twice, given, spark_engine, same_file=True)
    assert expected.links.filter(status="link").height >= 200
    assert expected.links.equals(found.links)
    assert expected.model.to_json() == found.model.to_json()


def test_what_moves_between_machines_is_one_cell_of_a_part(spark_engine: Any, prepared: Prepared) -> None:
    with_tables(spark_engine, prepared)
    spark_engine.keep(candidate_pairs(0, 10))
    spark_engine.fetch(right_records())
    plan = spark_engine.plan(agreement_patterns(prepared.space))
    moved = re.findall(r"^\(\d+\) Exchange\nInput \[\d+\]: \[(.*)\]", plan, flags=re.MULTILINE)
    assert moved
    assert {("part", "rows")} == {tuple(re.findall(r"(\w+)#", columns)) for columns in moved}
    joined = plan[plan.index("Join") :].partition("InMemoryTableScan")[0]
    assert "Exchange" not in joined  # the parts of two tables lie side by side already


def test_a_table_that_is_too_large_for_a_task_is_a_file_on_every_machine(
    spark_engine: Engine, duckdb_engine: DuckDbEngine, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("targeting.linkage.engines.spark.IN_THE_TASK", 1_000)
    for engine in (spark_engine, duckdb_engine):
        with_tables(engine, prepared)
        engine.keep(candidate_pairs(0, 20))
    expected, found = both(spark_engine, duckdb_engine, agreement_patterns(prepared.space))
    assert expected.height > 4_000
    assert expected.equals(found)


def test_a_session_of_the_callers_keeps_its_tables(spark_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from targeting.linkage.engines.spark import SparkEngine  # noqa: PLC0415  (needs pyspark)

    caller = spark_engine.session.newSession()
    caller.range(3).createOrReplaceTempView("pair")
    with SparkEngine(session=caller) as engine:
        engine.load("pair", pl.DataFrame({"rl": [1], "rr": [1]}))
        assert 1 == engine.fetch(table("pair")).height
        monkeypatch.setattr("targeting.linkage.engines.spark.IN_THE_TASK", 0)
        left = pl.DataFrame({"rid": [5]})
        engine.load("l", left)
        assert engine.fetch(table("l")).equals(left)  # a file on the cluster's machines, not on this one
    assert 3 == caller.table("pair").count()


def test_a_step_that_fails_is_named_without_a_value(spark_engine: Engine) -> None:
    spark_engine.load("pair", pl.DataFrame({"rl": ["secret"], "rr": [1]}))
    with pytest.raises(UsageError, match=r"the step 'odd' \(\w+\)") as refused:
        spark_engine.fetch(Step("odd", "SELECT CAST(rl AS INTEGER) AS n FROM pair"))
    assert "secret" not in str(refused.value)

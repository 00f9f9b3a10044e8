"""What an earlier night scored and is used again gives the links of a whole night, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.linkage import remembered
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import LinkResult, link
from targeting.linkage.model import Model
from targeting.linkage.prepare import encoded_side, prepare
from targeting.linkage.remembered import BY_RECORD, Remembered, Scored
from targeting.linkage.scoring import SCORED
from targeting.linkage.sides import FrameSide, Side
from targeting.linkage.store_side import store_side
from targeting.linkage.stored_side import StoredSide


@dataclass
class Kept:
    """A memory that lasts as long as the test."""

    found: Remembered | None = None

    def recall(self) -> Remembered | None:
        return self.found

    def keep(self, found: Remembered) -> None:
        self.found = found


@dataclass(frozen=True)
class Nights:
    """Two nights' persons, linked whole by one model."""

    lefts: tuple[pl.DataFrame, pl.DataFrame]
    register: StoredSide
    model: Model
    whole: tuple[LinkResult, LinkResult]


def linked(
    persons: Any, left: pl.DataFrame, right: Side, model: Model | None, memory: Kept | None = None
) -> LinkResult:
    with DuckDbEngine(2, "2GB") as engine:
        return link(left, right, persons.spec, engine, model, memory=memory)


@pytest.fixture(scope="module")
def nights(persons: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A night; and one with three persons in a hundred withdrawn, as many with another name, and some new."""
    nth = pl.int_range(pl.len())
    name = pl.when(nth % 31 == 0).then(pl.col("nama").str.replace("A", "E")).otherwise("nama")
    new = persons.left.head(5).with_columns(person_id=pl.concat_str(pl.lit("new-"), "person_id"))
    lefts = (persons.left, pl.concat([persons.left.filter(nth % 37 != 0).with_columns(nama=name), new]))
    side = encoded_side(persons.right, persons.spec, "right")
    assert isinstance(side, FrameSide)
    folder = tmp_path_factory.mktemp("register")
    store_side(side, persons.spec, folder)
    register = StoredSide(folder, persons.spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
        first = linked(persons, lefts[0], register, None)
        yield Nights(lefts, register, first.model, (first, linked(persons, lefts[1], register, first.model)))


def assert_same(one: LinkResult, other: LinkResult) -> None:
    """Equal links and rates, without printing a row of them."""
    assert one.links.equals(other.links)
    assert (one.error_rates, one.pairs_scored) == (other.error_rates, other.pairs_scored)


def test_nights_that_remember_give_what_whole_ones_give_and_score_less(persons, nights, monkeypatch):
    scored: list[int] = []
    own = remembered.score

    def counting(*given: Any) -> Any:
        scored.append(len(given[5]))
        return own(*given)

    monkeypatch.setattr(remembered, "score", counting)
    memory = Kept()
    for night in (0, 1, 0):
        assert_same(nights.whole[night], linked(persons, nights.lefts[night], nights.register, nights.model, memory))
    assert 0 < max(scored[1:]) < scored[0]


def test_where_few_pairs_are_kept_a_record_that_lost_one_is_scored_again(persons, nights, monkeypatch):
    for module in ("scoring", "remembered"):
        monkeypatch.setattr(f"targeting.linkage.{module}.KEEP", 1)
    memory = Kept()
    linked(persons, nights.lefts[0], nights.register, nights.model, memory)
    again = linked(persons, nights.lefts[1], nights.register, nights.model, memory)
    assert_same(linked(persons, nights.lefts[1], nights.register, nights.model), again)


def test_in_doubt_is_who_lost_the_last_of_as_many_pairs_as_are_kept(monkeypatch):
    monkeypatch.setattr(remembered, "KEEP", 2)
    pair = {"rl": pl.Int32, "rr": pl.Int32, "weight": pl.Float64}
    before = [
        (1, 1, 5.0),
        (1, 2, 3.0),
        (2, 1, 5.0),
        (3, 7, 5.0),
        (3, 8, 2.0),
        (4, 1, 2.0),
        (4, 2, 2.0),
        (5, 1, 2.0),
        (5, 3, 2.0),
    ]
    tonight = [(1, 1, 5.0), (1, 2, 2.9), (2, 1, 4.0), (3, 7, 5.0), (4, 1, 2.0), (4, 3, 2.0), (5, 1, 2.0), (5, 2, 2.0)]
    then, now = (pl.DataFrame(rows, pair, orient="row") for rows in (before, tonight))
    assert [1, 3, 4] == remembered._in_doubt(then, now).sort().to_list()
    assert [] == remembered._in_doubt(then, then).to_list()


def test_every_right_record_of_which_comparing_is_told_otherwise_is_found(persons, nights):
    first, second = (prepare(left, nights.register, persons.spec) for left in nights.lefts)
    everyone = first.everyone("right")
    wide = [prepared.wide("right", everyone) for prepared in (first, second)]
    sql = " ".join(text for one in first.comparisons.values() for text in one.hoisted().values())
    read = [column for column in wide[0].columns if f"r.{column}" in sql]
    differs = np.any([(wide[0][column] != wide[1][column]).to_numpy() for column in read], axis=0)
    nothing = (pl.DataFrame(schema=schema) for schema in (SCORED, BY_RECORD))
    marks = pl.DataFrame(schema={"rl": pl.Int32, "mark": pl.UInt64})
    found = remembered.told_otherwise_of(remembered.remembered(first, marks, Scored(*nothing)), second)
    assert 0 < differs.sum() <= found.sum() < len(everyone)
    assert not (differs & ~found).any()

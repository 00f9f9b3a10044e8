"""The links depend on the content of the files and on nothing else, to the last bit."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.blocking import default_rules
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.evaluation import evaluate
from targeting.linkage.link import LinkResult, link

pytestmark = pytest.mark.usefixtures("few_random_pairs")


def linked(persons: Any, threads: int = 2, **changed: Any) -> LinkResult:
    """Links of the persons, with something changed that should not matter."""
    given = {"left": persons.left, "right": persons.right, "spec": persons.spec, **changed}
    with DuckDbEngine(threads, "2GB") as engine:
        return link(given["left"], given["right"], given["spec"], engine)


@pytest.fixture(scope="module")
def expected(persons: Any) -> LinkResult:
    """The links as they come with two threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
        return linked(persons)


def assert_same(expected: LinkResult, found: LinkResult) -> None:
    """Equal frames and equal models, without printing a row of them."""
    assert expected.links.schema == found.links.schema
    assert expected.links.equals(found.links)
    assert expected.model.to_json() == found.model.to_json()
    assert expected.error_rates == found.error_rates


def test_the_links_are_worth_comparing(persons: Any, expected: LinkResult) -> None:
    rates = evaluate(expected.links, persons.truth)
    assert rates.links > 500
    assert (rates.precision.value or 0) > 0.98
    assert (rates.recall.value or 0) > 0.97


def test_one_thread_finds_the_same_links_as_two(persons: Any, expected: LinkResult) -> None:
    assert_same(expected, linked(persons, threads=1))


@pytest.mark.parametrize("most", [400])
def test_small_batches_find_the_same_links(
    persons: Any,
    expected: LinkResult,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("targeting.linkage.engines.duckdb.DuckDbEngine.batch_pairs", most)
    found = linked(persons)
    assert_same(expected, found)
    assert expected.pairs_scored == found.pairs_scored


@pytest.mark.parametrize("seed", [1])
def test_shuffled_rows_give_the_same_links(persons: Any, expected: LinkResult, seed: int) -> None:
    left = persons.left.sample(fraction=1.0, shuffle=True, seed=seed)
    right = persons.right.sample(fraction=1.0, shuffle=True, seed=seed)
    assert_same(expected, linked(persons, left=left, right=right))


def test_the_order_of_blocking_rules_changes_nothing(persons: Any, expected: LinkResult) -> None:
    rules = default_rules(persons.spec)
    turned = LinkSpec.model_validate({**persons.spec.model_dump(), "blocking": rules[::-1]})
    assert_same(expected, linked(persons, spec=turned))


def test_the_order_of_columns_in_the_files_changes_nothing(persons: Any, expected: LinkResult) -> None:
    left, right = (frame[:, ::-1] for frame in (persons.left, persons.right))
    assert_same(expected, linked(persons, left=left, right=right))


def test_a_second_run_finds_the_same_links(persons: Any, expected: LinkResult) -> None:
    assert_same(expected, linked(persons))


def test_duplicates_of_one_file_are_the_same_for_any_order_and_threads(persons: Any) -> None:
    twice = pl.concat([persons.left, persons.left.head(150).with_columns(person_id=pl.col("person_id") + "-again")])
    columns = {name: kind for name, kind in persons.spec.model_dump()["columns"].items() if name != "no_kk"}
    spec = LinkSpec.model_validate({"left": {"id": "person_id"}, "right": {"id": "person_id"}, "columns": columns})
    found = []
    for threads, frame in ((1, twice), (2, twice.sample(fraction=1.0, shuffle=True, seed=5))):
        with DuckDbEngine(threads, "2GB") as engine:
            found.append(link(frame, frame, spec, engine, same_file=True))
    assert_same(found[0], found[1])
    assert found[0].links.height > 100

"""Rates and their intervals against published values."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import binomtest

from targeting.linkage.evaluation import Rate, evaluate, wilson


def pairs(*ids: str, status: str | None = None) -> pl.DataFrame:
    """Pairs written l-r."""
    frame = pl.DataFrame(
        [tuple(pair.split("-")) for pair in ids], schema={"id_l": pl.String, "id_r": pl.String}, orient="row"
    )
    return frame if status is None else frame.with_columns(status=pl.lit(status))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_those_newcombe_published(successes: int, trials: int, low: float, high: float) -> None:
    rate = wilson(successes, trials)
    assert (low, high) == pytest.approx((rate.low, rate.high), abs=5e-5)
    assert successes / trials == rate.value


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (5, 7), (999, 1000), (1000, 1000), (3, 100000)])
def test_wilson_intervals_are_those_of_scipy(successes: int, trials: int) -> None:
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    rate = wilson(successes, trials)
    assert (expected.low, expected.high) == pytest.approx((rate.low, rate.high), abs=1e-12)


def test_of_nothing_there_is_no_rate() -> None:
    assert Rate(None, None, None, 0) == wilson(0, 0)


def test_links_are_held_against_truth() -> None:
    links = pl.concat([pairs("a-1", "b-2", "c-9", status="link"), pairs("d-4", "e-9", status="review")])
    found = evaluate(links, pairs("a-1", "b-2", "c-3", "d-4"))
    assert (3, 2, 1, 2, 1) == (found.links, found.true_links, found.false_links, found.missed, found.in_review)
    assert (2 / 3, 2 / 4, 3 / 4) == (found.precision.value, found.recall.value, found.review_recall.value)
    assert found.f1 == pytest.approx(4 / 7)


def test_pairs_without_a_status_are_links() -> None:
    assert evaluate(pairs("a-1", "b-3"), pairs("a-1")).precision.value == 0.5


def test_a_pair_counts_once_however_often_it_is_listed() -> None:
    found = evaluate(pairs("a-1", "a-1", "b-2"), pairs("a-1", "a-1", "b-2"))
    assert (2, 2, 1.0) == (found.links, found.true_links, found.recall.value)


def test_a_pair_that_is_linked_and_in_review_is_counted_as_a_link() -> None:
    links = pl.concat([pairs("a-1", status="link"), pairs("a-1", status="review")])
    found = evaluate(links, pairs("a-1"))
    assert (1, 0, 1.0) == (found.true_links, found.in_review, found.review_recall.value)


def test_number_ids_meet_text_ids() -> None:
    truth = pl.DataFrame({"id_l": [7], "id_r": [8]})
    assert evaluate(pairs("7-8"), truth).true_links == 1


def test_without_links_precision_and_f1_are_unknown_and_recall_is_zero() -> None:
    found = evaluate(pairs(), pairs("a-1"))
    assert (None, 0.0, None) == (found.precision.value, found.recall.value, found.f1)

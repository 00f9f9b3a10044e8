"""A list of ten households whose measures can be worked out by hand, and truth files that cannot be understood."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from targeting.contracts.shares import wilson
from targeting.errors import InputFileError
from targeting.poverty.bootstrap import told, trials
from targeting.poverty.listed import by_group, errors, judged, listed_of
from targeting.poverty.truth import truth_of

LINE = 100.0
POOL = pl.DataFrame(
    {
        # Spending 10, 30, 50, ... 190 a head: five are poor. Seats go to the first, second, third, and the seventh.
        "district": ["34.04"] * 10,
        "selected": [True, True, True, False, False, False, True, False, False, False],
        "rank": [1, 2, 3, 5, 6, 7, 4, 8, None, None],
        "score": [0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.6, 0.2, 0.0, 0.0],
        "probability": [0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.6, 0.2, 0.1, None],
        "spent": [10.0 + 20 * place for place in range(10)],
        "line": [LINE] * 10,
        "poor": [place < 5 for place in range(10)],
        "desil": [1, 1, 2, 1, 3, 4, 1, 5, 6, None],
        "weight": [1.0] * 10,
    },
    strict=False,
)


def test_the_measures_of_a_list_are_those_worked_out_by_hand():
    listed = listed_of(POOL)
    found = errors(listed, listed.weight)
    expected = {
        "eer": 2 / 5,
        "eer_floor": 1 / 5,
        "eer_above_floor": 1 / 5,
        "ier": 1 / 4,
        "fpr": 1 / 5,
        "overall_error": 3 / 10,
        "targeting_differential": 3 / 5 - 1 / 5,
        "cgh": (3 / 4) / (5 / 10),
        "capture": 3 / 4,
        "seats_in_desil_1": 3 / 4,
        "seats_in_poorest_tenth": 1 / 4,
        # Places .05, .15, .25, .65 of the seats, mean .5: cov = (-.45 - .35 - .25 + .15) / 10 = -.09.
        "concentration": 2 * -0.09 / 0.4,
        # Gaps .9, .7, .5 of the largest four .9, .7, .5, .3.
        "gap_reached": 2.1 / 2.4,
    }
    assert expected == pytest.approx(found)


def test_when_as_many_have_a_seat_as_are_poor_the_two_errors_are_one():
    five = POOL.with_columns(selected=pl.col("rank") <= 5).with_columns(pl.col("selected").fill_null(value=False))
    listed = listed_of(five)
    found = errors(listed, listed.weight)
    assert found["eer"] == pytest.approx(found["ier"])
    assert judged(listed, 20, 1)[""]["ter"]["value"] == pytest.approx(found["eer"])


def test_a_household_stands_for_as_many_as_its_weight_says():
    doubled = pl.concat([POOL, POOL[:3], POOL[:3]])
    weighted = POOL.with_columns(weight=pl.Series([3.0] * 3 + [1.0] * 7))
    one, other = listed_of(doubled), listed_of(weighted)
    said, told = errors(one, one.weight), errors(other, other.weight)
    # A tenth of the households cuts a weight in parts, and copies of one household stand on both sides of the cut.
    apart = ("seats_in_poorest_tenth",)
    assert {name: value for name, value in said.items() if name not in apart} == pytest.approx(
        {name: value for name, value in told.items() if name not in apart}
    )


def test_the_same_seed_gives_the_same_intervals_and_they_hold_the_value():
    listed = listed_of(POOL)
    first, again = judged(listed, 50, 3), judged(listed, 50, 3)
    assert first == again
    told = first[""]["ier"]
    assert told["low"] <= told["value"] <= told["high"]


def test_a_small_group_is_counted_and_not_judged():
    groups = {"sex": ("man",) * 8 + ("woman",) * 2}
    rows = by_group(listed_of(POOL), groups, 20, 1, 5)
    assert [(row["value"], row["households"], row["small"], "eer" in row) for row in rows] == [
        ("man", 8, False, True),
        ("woman", 2, True, False),
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "neither 'consumption_idr_capita_month'"),
        ({"poor": ["1", "0", "perhaps"]}, "'poor' is neither 1 nor 0 (rows 4)"),
        ({"consumption_idr_capita_month": ["1", "x", "3"]}, "is no number (rows 3)"),
        ({"consumption_idr_capita_month": ["1", "-2", "3"]}, "no positive"),
        ({"poor": ["1", "0", "1"], "weight": ["1", "", "1"]}, "no positive 'weight' (rows 3)"),
    ],
)
def test_a_truth_that_cannot_be_understood_is_refused_by_row(columns, said):
    frame = pl.DataFrame({"household_id": ["a", "b", "c"], **columns})
    with pytest.raises(InputFileError) as caught:
        truth_of(frame, "truth.csv")
    assert said in str(caught.value)


def test_a_truth_names_each_household_once():
    frame = pl.DataFrame({"household_id": ["a", "b", "a"], "poor": ["1", "0", "1"]})
    with pytest.raises(InputFileError, match=r"another row names too \(rows 2, 4\)"):
        truth_of(frame, "truth.csv")


def test_a_list_that_misses_nobody_or_everybody_is_not_told_as_if_that_were_certain():
    poorest = POOL.with_columns(selected=pl.col("spent") < 70)
    found = judged(listed_of(poorest), 50, 3)[""]
    no_error, all_hits = found["ier"], found["capture"]
    # Wilson of 0 of 3, the seats: 3.8415 / (3 + 3.8415).
    assert (no_error["value"], no_error["low"], no_error["high"]) == (0.0, 0.0, pytest.approx(0.56150, abs=1e-5))
    assert (all_hits["value"], all_hits["high"]) == (1.0, 1.0)
    assert all_hits["low"] == pytest.approx(1 - 0.56150, abs=1e-5)
    # CGH is 1 - IER over the rate of one half.
    assert found["cgh"]["low"] == pytest.approx(2 * (1 - no_error["high"]))


def test_a_share_that_drawing_anew_cannot_move_has_the_interval_of_its_clusters():
    weight, cluster = np.array([1.0, 1.0, 2.0, 0.0]), np.array([0, 0, 1, 2])
    assert trials(weight) == pytest.approx(16 / 6)
    assert trials(weight, cluster) == pytest.approx(2.0)
    assert trials(np.zeros(3)) == 0.0
    low, high = wilson(0, 2.0)
    assert told(0.0, [0.0] * 10, 2.0) == {"value": 0.0, "low": low, "high": high}
    assert told(0.0, [0.0] * 10) == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert told(0.5, [0.4] * 5 + [0.6] * 5, 2.0)["high"] == pytest.approx(0.6)


def test_the_precision_of_all_is_that_of_the_districts_with_seats():
    elsewhere = POOL.with_columns(district=pl.lit("35.73"), selected=False, rank=None, poor=False, spent=500.0)
    alone, both = judged(listed_of(POOL), 5, 3)[""], judged(listed_of(pl.concat([POOL, elsewhere])), 5, 3)[""]
    for name in ("precision_25", "ndcg_25"):
        assert both[name]["value"] == alone[name]["value"]

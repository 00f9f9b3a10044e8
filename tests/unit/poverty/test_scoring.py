from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.pmt_file import load_model, spelled
from targeting.errors import ModelError
from targeting.poverty import scoring


def test_the_probability_rises_with_the_line(model: Any, other_villages: Any) -> None:
    located = scoring.locate(model, other_villages)
    told = [scoring.p_below(model, located, line) for line in (100_000, 250_000, 400_000, 900_000, 5_000_000)]
    assert all((high >= low).all() for low, high in itertools.pairwise(told))
    assert (told[0].max() < 0.5, told[-1].min() > 0.5) == (True, True)


def test_a_line_a_household_is_as_good_as_one_line(model: Any, other_villages: Any) -> None:
    located = scoring.locate(model, other_villages)
    one, each = (scoring.p_below(model, located, line) for line in (400_000.0, np.full(3_000, 400_000.0)))
    assert np.array_equal(one, each)


def test_intervals_hold_what_they_promise_in_other_villages(model: Any, other_villages: Any) -> None:
    located = scoring.locate(model, other_villages)
    spending, weight = other_villages["spending"].to_numpy(), other_villages["weight"].to_numpy()
    for promised in (0.8, 0.9, 0.95):
        low, high = scoring.interval(model, located, promised)
        assert abs(np.average((low <= spending) & (spending <= high), weights=weight) - promised) < 0.035


def test_a_household_is_scored_alike_whoever_stands_beside_it(model: Any, other_villages: Any) -> None:
    together = scoring.locate(model, other_villages).location
    backwards = scoring.locate(model, other_villages.reverse()).location[::-1]
    alone = [scoring.locate(model, other_villages[row]).location[0] for row in range(0, 3_000, 250)]
    assert np.array_equal(together, backwards)
    assert together[::250].tolist() == alone


def test_an_unknown_value_counts_as_missing_and_is_told(model: Any, other_villages: Any) -> None:
    some = other_villages.head(50)
    new = scoring.locate(model, some.with_columns(fuel=pl.lit("dung")))
    none = scoring.locate(model, some.with_columns(fuel=pl.lit(None, pl.String)))
    assert (new.unseen, none.unseen) == ({"fuel": 50}, {})
    assert np.array_equal(new.location, none.location)
    assert (new.missing >= 1).all()


def test_a_number_beyond_the_trained_range_is_held_to_its_edge(model: Any, other_villages: Any) -> None:
    some = other_villages.head(20).with_columns(area=pl.lit(1e6))
    located = scoring.locate(model, some)
    assert located.beyond["area"] == 20
    assert np.isfinite(located.location).all()


def test_a_missing_column_is_an_error_that_names_it(model: Any, other_villages: Any) -> None:
    with pytest.raises(ModelError, match="needs: 'roof', 'stratum'"):
        scoring.locate(model, other_villages.drop("stratum", "roof"))


def test_scores_stand_under_their_names(model: Any, other_villages: Any) -> None:
    located = scoring.locate(model, other_villages)
    scores = scoring.scores(model, located, {"p_poor": 400_000.0, "p_extreme": 250_000.0}, 0.9)
    assert scores.columns == ["pmt_estimate", "pmt_low", "pmt_high", "pmt_missing", "p_poor", "p_extreme"]
    assert scores.select((pl.col("p_extreme") <= pl.col("p_poor")).all()).item()
    assert scores.select((pl.col("pmt_low") < pl.col("pmt_estimate")).all()).item()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "pickle"}, "no proxy means test"),
        ({"version": 99}, "format version 99"),
        ({"members": []}, "members"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_a_file_that_is_no_model_is_an_error_with_its_cure(
    model: Any, tmp_path: Any, change: Any, message: str
) -> None:
    path = tmp_path / "pmt.json"
    path.write_text(json.dumps(json.loads(spelled(model)) | change), encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        load_model(path)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Any) -> None:
    path = tmp_path / "pmt.json"
    with pytest.raises(ModelError, match="No such file"):
        load_model(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelError, match="is no JSON"):
        load_model(path)

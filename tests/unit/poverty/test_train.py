from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.pmt_file import load_model, spelled
from targeting.errors import ModelError
from targeting.poverty import scoring
from targeting.poverty.survey import Design


def test_what_cannot_teach_is_left_out_with_its_reason(model: Any) -> None:
    left = model.columns_left_out
    assert (left["constant"], left["empty"]) == ("always the same", "empty")
    assert left["household"] == "a value of its own in most rows"


def test_every_candidate_is_judged_on_clusters_it_did_not_see(model: Any) -> None:
    judged = model.cross_validation
    names = {"ridge", "logit", "quantile", "boosting", "boosting_monotone", "boosting_line", "blend"}
    assert (names, 5) == (set(judged["candidates"]), judged["folds"])
    chosen = judged["candidates"][judged["chosen"]]
    assert chosen["auc"]["low"] < chosen["auc"]["value"] < chosen["auc"]["high"]
    assert abs(chosen["coverage"]["0.9"] - 0.9) < 0.04


def test_neither_the_order_of_rows_nor_of_columns_changes_a_byte(model: Any, survey: Any, trained: Any) -> None:
    turned = survey.sample(fraction=1.0, shuffle=True, seed=5).select(reversed(survey.columns))
    assert spelled(model) == spelled(trained(turned))


def test_text_cells_teach_what_typed_cells_teach(model: Any, survey: Any, trained: Any) -> None:
    text = survey.with_columns(pl.all().cast(pl.String))
    assert spelled(model) == spelled(trained(text))


def test_the_file_scores_as_the_model_does(model: Any, other_villages: Any, tmp_path: Any) -> None:
    path = tmp_path / "pmt.json"
    path.write_text(spelled(model), encoding="utf-8")
    assert load_model(path) == model
    ours, theirs = (scoring.locate(one, other_villages).location for one in (model, load_model(path)))
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("leak", "named"),
    [
        ({"twice": pl.col("spending") * 2}, "twice"),
        ({"logarithm": pl.col("spending").log()}, "logarithm"),
        ({"a_head": pl.col("spending") / pl.col("size")}, "a_head"),
        ({"fifth": pl.col("spending").rank() * 5 // 701}, "fifth"),
        ({"fifth": pl.format("Q{}", (pl.col("spending").rank() * 5 // 701).cast(pl.Int8))}, "fifth"),
        ({"is_poor": pl.col("spending") < 400_000}, "is_poor"),
        ({"is_poorer": pl.col("spending") < 300_000}, "is_poorer"),
        ({"inverse": 1 / pl.col("spending")}, "inverse"),
    ],
)
def test_a_column_that_holds_the_outcome_is_refused_by_name(survey: Any, trained: Any, leak: Any, named: str) -> None:
    with pytest.raises(ModelError, match=f"leaks into the proxies: '{named}'.*--drop {named}"):
        trained(survey.with_columns(**leak))


def test_the_parts_of_a_sum_are_refused_together(survey: Any, trained: Any) -> None:
    share = pl.Series(np.random.default_rng(3).uniform(0.2, 0.8, survey.height))
    parts = {"food": pl.col("spending") * share, "other": pl.col("spending") * (1 - share)}
    with pytest.raises(ModelError, match=r"'(food|other)' gives the outcome together with '(food|other)'"):
        trained(survey.with_columns(**parts))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spending": pl.when(pl.col("size") > 7).then(0.0).otherwise("spending")}, "zero or negative"),
        ({"spending": pl.lit("much")}, "no number"),
        ({"weight": pl.when(pl.col("size") > 7).then(float("nan")).otherwise("weight")}, "has no weight in"),
        ({"weight": -pl.col("weight")}, "is negative"),
        ({"village": pl.lit("one")}, "one value only"),
        ({"village": pl.when(pl.col("size") > 7).then(pl.lit("a")).otherwise(None)}, "is empty in"),
        ({"spending": pl.col("spending") * 100}, "0 of 700 households are below the line"),
        ({"spending": pl.col("spending") / 1000}, "700 of 700 households are below the line"),
    ],
)
def test_a_survey_that_cannot_teach_is_an_error_with_its_cure(
    survey: Any, trained: Any, change: Any, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        trained(survey.with_columns(**change))


def test_a_column_that_is_not_there_is_named(survey: Any, trained: Any, design: Design) -> None:
    with pytest.raises(ModelError, match=r"no column 'pengeluaran'. Found: household"):
        trained(survey, design=replace(design, outcome="pengeluaran"))
    with pytest.raises(ModelError, match="nothing to tell the poor by"):
        trained(survey.select("spending", "weight", "village"), design=replace(design, stratum=None))
    with pytest.raises(ModelError, match="no column of the survey can be a proxy: 'constant': always the same"):
        trained(survey.select("spending", "weight", "village", "constant"), design=replace(design, stratum=None))
    with pytest.raises(ModelError, match="--drop nothing: no such column"):
        trained(survey, drop=frozenset(["nothing"]))
    with pytest.raises(ModelError, match="'fuel' holds none"):
        trained(survey, signs={"fuel": 1})


def test_rows_that_cannot_be_used_are_counted(survey: Any, design: Design) -> None:
    from targeting.poverty.survey import survey_of  # noqa: PLC0415  (looked at alone)

    holes = survey.with_columns(
        spending=pl.when(pl.col("size") == 1).then(None).otherwise("spending"),
        weight=pl.when(pl.col("size") == 2).then(0.0).otherwise("weight"),
    )
    found = survey_of(holes, design, to_train=True)
    ones, twos = (survey.filter(size=number).height for number in (1, 2))
    assert found.left_out == {"no_outcome": ones, "weight_zero": twos}
    assert len(found.outcome) == survey.height - ones - twos

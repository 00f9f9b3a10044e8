"""The clerical sample: who is drawn, and what its labels say of all links."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from targeting.errors import InputFileError
from targeting.linkage.labelled import evaluate_labelled, is_labelled_sample
from targeting.linkage.review_sample import allocation, stratified


def population(seed: int = 1, size: int = 4000) -> pl.DataFrame:
    """Links and review pairs whose truth is drawn by a probability that is somewhat too sure."""
    random = np.random.default_rng(seed)
    probability = np.concatenate([random.beta(60, 1, size), random.beta(1, 3, size // 20)])
    true = random.random(len(probability)) < probability**1.5
    return pl.DataFrame(
        {
            "id_l": [f"l{i}" for i in range(len(probability))],
            "id_r": [f"r{i}" for i in range(len(probability))],
            "match_probability": probability,
            "status": np.where(probability >= 0.5, "link", "review"),
            "true": true,
        }
    )


def labelled(links: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    sample = stratified(links.drop("true"), size, seed)
    truth = links.select("id_l", "id_r", label=pl.when("true").then(pl.lit("match")).otherwise(pl.lit("non-match")))
    return sample.join(truth, on=["id_l", "id_r"])


def test_all_strata_are_looked_at_and_the_size_is_kept() -> None:
    drawn = allocation(np.array([1000, 3, 50]), np.array([0.1, 0.5, 0.5]), 100)
    assert 100 == drawn.sum()
    assert 3 == drawn[1]
    assert drawn.min() >= 3
    assert (drawn <= [1000, 3, 50]).all()


def test_more_is_drawn_where_the_truth_varies_more() -> None:
    drawn = allocation(np.array([500, 500]), np.array([0.1, 0.4]), 100)
    assert [20, 80] == pytest.approx(drawn.tolist(), abs=5)


def test_a_sample_larger_than_the_links_is_all_of_them() -> None:
    links = population(size=100).drop("true")
    assert links.height == stratified(links, 10_000, 1).height


def test_weights_add_up_to_the_population_and_the_seed_decides() -> None:
    links = population().drop("true")
    sample = stratified(links, 300, 7)
    assert 300 == sample.height
    assert links.height == pytest.approx(sample["sampling_weight"].sum())
    assert sample.equals(stratified(links.sample(fraction=1.0, shuffle=True, seed=3), 300, 7))
    assert not sample.equals(stratified(links, 300, 8))


def test_weighted_rates_are_those_of_the_population_on_average_and_within_their_intervals() -> None:
    links = population()
    linked = links.filter(status="link")
    precision, recall = linked["true"].mean(), linked["true"].sum() / links["true"].sum()
    results = [evaluate_labelled(links, labelled(links, 250, seed)) for seed in range(60)]
    assert precision == pytest.approx(np.mean([r.precision.value for r in results]), abs=0.003)
    assert recall == pytest.approx(np.mean([r.recall.value for r in results]), abs=0.002)
    assert 54 <= sum(r.precision.low <= precision <= r.precision.high for r in results)
    assert 54 <= sum(r.recall.low <= recall <= r.recall.high for r in results)


def test_labels_that_all_say_match_do_not_prove_a_faultless_link() -> None:
    links = population().with_columns(true=pl.lit(value=True))
    rate = evaluate_labelled(links, labelled(links, 100, 1)).precision
    assert 1.0 == rate.value
    assert rate.low < 0.999


def test_unsure_and_empty_labels_count_as_missing_in_their_stratum() -> None:
    links = population()
    sample = labelled(links, 200, 2).with_row_index("row")
    word = pl.when(pl.col("row") < 10).then(pl.lit("Unsure ")).when(pl.col("row") < 15).then(pl.lit(""))
    result = evaluate_labelled(links, sample.with_columns(label=word.otherwise("label")))
    assert (185, 10, 5) == (result.labelled, result.unsure, result.unlabelled)
    assert links["true"].sum() == pytest.approx(result.true_pairs, rel=0.05)


def test_another_threshold_is_judged_by_the_same_labels() -> None:
    links = population()
    sample = labelled(links, 400, 3)
    stricter = links.with_columns(
        status=pl.when(pl.col("match_probability") > 0.99).then(pl.lit("link")).otherwise(pl.lit("review"))
    )
    usual, strict = (evaluate_labelled(one, sample) for one in (links, stricter))
    assert strict.precision.value > usual.precision.value
    assert strict.recall.value < usual.recall.value


def test_a_strange_label_is_refused_with_its_row_and_not_quoted() -> None:
    sample = labelled(population(), 50, 1)
    sample = sample.with_columns(label=pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("Siti")).otherwise("label"))
    with pytest.raises(InputFileError, match="rows 5 of the sample") as refused:
        evaluate_labelled(population(), sample)
    assert "Siti" not in str(refused.value)


def test_a_sample_nobody_has_labelled_says_what_to_do() -> None:
    sample = labelled(population(), 50, 1).with_columns(label=pl.lit(None, pl.String))
    with pytest.raises(InputFileError, match="no label yet"):
        evaluate_labelled(population(), sample)


def test_weights_that_are_no_numbers_are_refused() -> None:
    sample = labelled(population(), 50, 1).with_columns(sampling_weight=pl.lit("many"))
    with pytest.raises(InputFileError, match="sampling_weight"):
        evaluate_labelled(population(), sample)


def test_a_labelled_sample_is_known_by_its_columns() -> None:
    assert is_labelled_sample(["id_l", "id_r", "label", "sampling_weight"])
    assert not is_labelled_sample(["id_l", "id_r", "label"])


def test_without_a_label_on_any_link_no_recall_is_told() -> None:
    links = population(size=200)
    sample = labelled(links.filter(status="review"), 5, 1)
    result = evaluate_labelled(links, sample)
    assert (result.labelled, result.recall.value, result.recall.of, result.f1) == (5, None, 0, None)

"""What one can see of a linkage: a pair's waterfall adds up, counts are those of the link, every level has words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import UsageError
from targeting.linkage import chart_frames, comparisons
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.explain import explain
from targeting.linkage.level_words import LEVELS, level_words
from targeting.linkage.link import LinkResult, link
from targeting.linkage.profile import profile
from targeting.synth import generate

SPEC = LinkSpec.model_validate(
    {
        "left": {"id": "person_id"},
        "right": {"id": "dtsen_person_id"},
        "columns": {
            "nik": "nik",
            "nama": "name",
            "tanggal_lahir": "date",
            "id_jenis_kelamin": "category",
            "kode_desa": "region",
            "alamat": "text",
        },
        "assignment": "one_to_one",
    }
)


@dataclass(frozen=True)
class Linked:
    """Two small files and their link."""

    left: pl.DataFrame
    right: pl.DataFrame
    homes: tuple[pl.DataFrame, pl.DataFrame]
    result: LinkResult


@pytest.fixture(scope="module")
def linked() -> Linked:
    made = generate(households=150, noise="high", overlap=0.9, seed=3)
    left = made.ppse_member.join(made.ppse_household.select("household_id", "kode_desa", "alamat"), on="household_id")
    right = made.dtsen_person.join(
        made.dtsen_family.select("dtsen_family_id", "kode_desa", "alamat"), on="dtsen_family_id"
    )
    left, right = left.select("person_id", *SPEC.columns), right.select("dtsen_person_id", *SPEC.columns)
    with DuckDbEngine(1) as engine:
        return Linked(
            left, right, (made.ppse_member, made.dtsen_person), link(left, right, SPEC, engine, keep_working=True)
        )


def test_every_level_of_every_type_is_in_words_in_both_languages():
    for kind in ColumnType:
        levels = comparisons.of("column", kind).levels
        assert set(levels) == set(LEVELS[kind])
        assert [level for level in levels if not all(LEVELS[kind][level])] == []
        for tongue in ("id", "en"):
            assert len({level_words(kind, level, tongue) for level in levels}) == len(levels)


def test_the_bits_of_every_pair_add_to_its_match_weight(linked):
    pairs = linked.result.links.sample(15, seed=1)
    assert {"exact", "probabilistic"} == set(pairs["method"])
    with DuckDbEngine(1) as engine:
        for pair in pairs.iter_rows(named=True):
            told = explain(linked.result, engine, pair["id_l"], pair["id_r"])
            fall = told.waterfall
            parts = [
                fall.prior_bits,
                fall.living_together_bits,
                told.later_bits,
                *(part.bits for part in fall.evidence),
            ]
            assert pair["match_weight"] == pytest.approx(sum(parts), abs=1e-9)
            assert (pair["match_probability"], pair["margin"], pair["status"]) == (
                told.probability_among_rivals,
                told.margin_bits,
                told.verdict,
            )
            for part in fall.evidence:
                assert part.bits == pytest.approx(part.average_bits + part.rarity_bits, abs=1e-9)
                assert part.rarity_bits == pytest.approx(sum(c.rarity_bits for c in part.columns), abs=1e-9)


def test_every_column_is_told_once(linked):
    pair = linked.result.links.row(0, named=True)
    with DuckDbEngine(1) as engine:
        told = explain(linked.result, engine, pair["id_l"], pair["id_r"], "id")
    columns = [column for part in told.waterfall.evidence for column in part.columns]
    assert sorted(SPEC.columns) == sorted(column.column for column in columns)
    assert [c for c in columns if c.words != level_words(SPEC.columns[c.column].type, c.level, "id")] == []


def test_the_runner_up_is_as_far_behind_as_the_margin_says(linked):
    pairs = linked.result.links.drop_nulls("margin").head(10)
    assert pairs.height > 0
    with DuckDbEngine(1) as engine:
        for pair in pairs.iter_rows(named=True):
            told = explain(linked.result, engine, pair["id_l"], pair["id_r"])
            assert told.runner_up is not None
            assert told.margin_bits == pytest.approx(told.match_weight - told.runner_up.match_weight, abs=1e-9)
            assert told.rivals >= 1
            assert (told.runner_up.id_l == pair["id_l"]) != (told.runner_up.id_r == pair["id_r"])


def test_a_pair_that_never_met_is_explained_too(linked):
    with DuckDbEngine(1) as engine:
        told = [
            explain(linked.result, engine, linked.left["person_id"][0], other)
            for other in linked.right["dtsen_person_id"][::120]
        ]
    apart = [one for one in told if not one.rules]
    assert len(apart) > len(told) / 2
    assert {"not_compared"} == {one.verdict for one in apart}
    assert max(one.match_weight for one in apart) < 0


def test_an_unknown_id_is_told_by_side(linked):
    known = linked.left["person_id"][0]
    with DuckDbEngine(1) as engine:
        with pytest.raises(UsageError, match="the right file has no record 'nobody'"):
            explain(linked.result, engine, known, "nobody")
        with pytest.raises(UsageError, match="the left file has no record 'nobody'"):
            explain(linked.result, engine, "nobody", "nobody")


def test_a_given_model_explains_as_the_trained_one_did(linked):
    pair = linked.result.links.filter(pl.col("method") == "probabilistic").row(0, named=True)
    with DuckDbEngine(1) as engine:
        again = link(linked.left, linked.right, SPEC, engine, linked.result.model, keep_working=True)
        told = explain(again, engine, pair["id_l"], pair["id_r"])
        first = explain(linked.result, engine, pair["id_l"], pair["id_r"])
    assert first.waterfall == told.waterfall


def test_pairs_by_pattern_are_all_pairs_that_were_weighed(linked):
    exact = linked.result.links.filter(pl.col("method") == "exact").height
    assert linked.result.pairs_scored + exact == linked.result.pattern_pairs["pairs"].sum()
    assert linked.result.pattern_pairs["pattern"].is_unique().all()


def test_the_levels_drawn_are_probabilities_and_their_weights(linked):
    space = linked.result.working.prepared.space
    levels = chart_frames.level_frame(linked.result.model, space, SPEC, linked.result.pattern_pairs, "en")
    assert levels.group_by("column").agg(pl.col("m", "u", "r").sum())["m"].to_list() == pytest.approx([1.0] * 6)
    assert levels["weight"].to_list() == pytest.approx((levels["m"] / levels["u"]).log(2).to_list())
    ranged = levels.drop_nulls("low")
    assert ranged.height > 5
    assert (ranged["low"] <= ranged["high"]).all()
    assert list(SPEC.columns) == levels["column"].unique(maintain_order=True).to_list()


def test_pairs_by_weight_and_expected_accuracy_follow_from_the_counts(linked):
    space = linked.result.working.prepared.space
    weights = chart_frames.weight_frame(linked.result.model, space, linked.result.pattern_pairs)
    assert linked.result.pattern_pairs["pairs"].sum() == weights["pairs"].sum()
    assert (weights["expected_matches"] <= weights["pairs"]).all()
    accuracy = chart_frames.accuracy_frame(weights)
    assert accuracy["recall"].is_sorted(descending=True)
    assert accuracy["recall"][0] == pytest.approx(1.0)
    assert accuracy["precision"][-1] > 0.99


def test_the_profile_counts_what_the_link_then_does(linked):
    with DuckDbEngine(1) as engine:
        counted = profile(linked.left, linked.right, SPEC, engine)
    rules = [(rule.rule, rule.pairs, rule.cut_pairs, rule.cut_keys) for rule in linked.result.rules]
    assert rules == [(rule.rule, rule.pairs, rule.cut_pairs, rule.cut_keys) for rule in counted.rules]
    assert linked.result.pairs_scored == counted.forecast.pairs_once
    assert linked.left.height == counted.left.all_records
    assert linked.result.links.filter(pl.col("method") == "exact").height == counted.left.exact_pass
    assert counted.forecast.seconds > 0


def test_records_that_no_rule_can_reach_are_counted(linked):
    empty = [pl.lit(None, pl.String).alias(name) for name in SPEC.columns]
    left = pl.concat([linked.left.head(50).cast(pl.String), linked.left[50:53].select("person_id", *empty)])
    strange = (
        linked.left[53:54]
        .cast(pl.String)
        .with_columns(
            nama=pl.lit("XQXQ ZZYZX"),
            nik=None,
            tanggal_lahir=None,
            alamat=pl.lit("QQQQ"),
            kode_desa=pl.lit("99.99.99.9999"),
        )
    )
    left = pl.concat([left, strange.select(left.columns)])
    spec = SPEC.model_copy(update={"blocking": ("nik", "nama.token & kode_desa", "tanggal_lahir & nama.first")})
    with DuckDbEngine(1) as engine:
        counted = profile(left, linked.right.cast(pl.String), spec, engine)
    assert (3, 0) == (counted.left.unlinkable, counted.right.unlinkable)
    assert counted.left.without_partner >= 1


def test_a_profile_shows_sizes_of_blocks_and_those_that_are_cut(linked):
    spec = SPEC.model_copy(
        update={"blocking": ("id_jenis_kelamin", "nama.token & tanggal_lahir.year"), "pairs_per_record": 1}
    )
    many = pl.concat([linked.left.with_columns(pl.col("person_id") + f"-{copy}") for copy in range(3)])
    with DuckDbEngine(1) as engine:
        counted = profile(many, linked.right, spec, engine, linked.result.model)
    by_sex, by_name = counted.rules
    assert by_sex.cut_pairs > 0
    assert by_sex.largest_blocks[0][0] * by_sex.largest_blocks[0][1] > 10_000
    assert len(by_name.largest_blocks) == 3
    assert counted.left.only_cut > 0
    assert counted.forecast.training_pairs == 0


def test_a_model_that_knows_no_housemates_draws_none(linked):
    model = replace(linked.result.model, household_rate=0.0)
    space = linked.result.working.prepared.space
    levels = chart_frames.level_frame(model, space, SPEC, linked.result.pattern_pairs, "en")
    assert levels["r"].null_count() == levels.height
    assert np.isfinite(levels["weight"].to_numpy()).all()


def test_what_a_home_added_is_told_apart(linked):
    # Blocked by the number and the date alone, some are found by their home only.
    homes = {"household": {"left": "household_id", "right": "dtsen_family_id"}}
    blocked = {"blocking": ("nik.full", "nama.token & tanggal_lahir.full")}
    spec = LinkSpec.model_validate(SPEC.model_dump() | homes | blocked)
    left, right = (
        frame.join(made.select(key, home), on=key)
        for frame, made, key, home in (
            (linked.left, linked.homes[0], "person_id", "household_id"),
            (linked.right, linked.homes[1], "dtsen_person_id", "dtsen_family_id"),
        )
    )
    with DuckDbEngine(1) as engine:
        result = link(left, right, spec, engine, keep_working=True)
        raised = result.links.filter(pl.col("method") == "household").head(5)
        assert raised.height > 0
        for pair in raised.iter_rows(named=True):
            told = explain(result, engine, pair["id_l"], pair["id_r"])
            assert abs(told.later_bits) > 0.01
            assert pair["match_weight"] == pytest.approx(told.waterfall.match_weight + told.later_bits, abs=1e-9)
            assert "household" == told.method


def test_the_threshold_that_max_fdr_chose_is_the_one_that_is_told(linked):
    asked = SPEC.model_dump() | {"thresholds": {"max_fdr": 0.01}}
    with DuckDbEngine(1) as engine:
        result = link(linked.left, linked.right, LinkSpec.model_validate(asked), engine, keep_working=True)
        pair = result.links.row(0, named=True)
        told = explain(result, engine, pair["id_l"], pair["id_r"])
    assert result.error_rates is not None
    assert result.error_rates.link_threshold == told.link_threshold
    drawn = chart_frames.threshold_frame(SPEC.thresholds, told.link_threshold).row(0, named=True)
    assert told.link_threshold == pytest.approx(1 / (1 + 2 ** -drawn["weight"]))

"""The report's numbers, counted from small frames by hand."""

from __future__ import annotations

import polars as pl
import pytest

from targeting.report import html_numbers as count
from targeting.report.html_intervals import expected, share

ASSESSED = pl.DataFrame(
    {
        "household_id": ["h1", "h2", "h3", "h4"],
        "district": ["34.04", "34.04", "34.04", "35.07"],
        "kecamatan": ["34.04.01", "34.04.01", None, "35.07.02"],
        "desil": [1, 2, None, 1],
        "p_poor": [0.5, 0.25, None, 0.5],
        "p_extreme": [0.1, 0.0, None, 0.2],
        "p_source": ["expenditure", "indicative", None, "indicative"],
        "deprivation": [0.5, 0.1, 0.4, None],
        "deprivation_poor": [True, False, True, None],
        "has_nominee": [True, True, False, True],
        "nominee_female": [True, False, None, True],
        "nominee_disability": [False, False, None, True],
        "gate_outcome": ["PASS", "VERIFY", "FAIL", "PASS"],
        "status": ["selected", "waitlist", "not_selected", "not_selected"],
        "p_top_k": [0.9, 0.4, None, 1.0],
        "borderline": [False, True, False, False],
    }
)
PERSONS = pl.DataFrame(
    {
        "household_id": ["h1", "h1", "h2", "h4"],
        "sex": [2, 1, 1, None],
        "age": [61, 17, 40, None],
        "nik_missing": [False, True, False, False],
        "mononym": [True, False, False, False],
        "is_head": [True, False, True, True],
        "linked": [True, False, True, False],
        "review": [False, True, False, False],
        "finding": [False, True, False, False],
    }
)
HOUSEHOLDS = pl.DataFrame(
    {
        "household_id": ["h1", "h2", "h3", "h4"],
        "district": ["34.04", "34.04", "34.04", "35.07"],
        "kecamatan": ["34.04.01", "34.04.01", None, "35.07.02"],
        "nama_kecamatan": ["Gamping", "Gamping", None, "Pagak"],
        "finding": [True, False, False, False],
    }
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_a_share_has_wilsons_interval(hits, of, low, high):
    found = share(hits, of)
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found["low"] <= found["value"] <= found["high"]


def test_a_share_of_nothing_is_not_known():
    assert share(0, 0) == {"hits": 0, "of": 0, "value": None, "low": None, "high": None}


def test_an_expected_number_is_the_sum_of_the_known_probabilities():
    found = expected(pl.Series([0.5, None, 0.5]))
    assert (found["of"], found["value"]) == (2, 1.0)
    assert (found["low"], found["high"]) == (0.0, 2)
    assert expected(pl.Series([None], dtype=pl.Float64))["value"] is None


def test_the_order_of_households_does_not_show_in_an_expected_number():
    values = pl.Series([0.1, 0.2, 0.3, 1e-9, 0.7, 0.123456789] * 50)
    assert expected(values) == expected(values.reverse())


def test_links_are_counted_in_every_group_once():
    found = count.link_rates(PERSONS, HOUSEHOLDS)
    told = {(one["group"], one["value"]): (one["rate"]["hits"], one["persons"], one["review"]) for one in found}
    assert told["all", "all"] == (2, 4, 1)
    assert told["sex", "unknown"] == (0, 1, 0)
    assert told["age", "60+"] == (1, 1, 0)
    assert told["age", "0-17"] == (0, 1, 1)
    assert told["district", "34.04"] == (2, 3, 1)
    assert told["nik", "without_nik"] == (0, 1, 1)
    assert told["name", "mononym"] == (1, 1, 0)
    assert all(one["small"] for one in found)


def test_the_three_notions_are_counted_apart_and_where_known():
    whole, sleman, malang = count.poverty(ASSESSED)
    assert [one["district"] for one in (whole, sleman, malang)] == ["all", "34.04", "35.07"]
    assert (whole["desil_1"]["hits"], whole["desil_1"]["of"], whole["deprived"]["of"]) == (2, 3, 3)
    assert whole["p_poor"]["value"] == 1.25
    assert (sleman["from_expenditure"], sleman["indicative"]) == (1, 1)
    assert sleman["agreement"] == {"desil_1_and_deprived": 1, "desil_1_only": 0, "deprived_only": 0, "neither": 1}
    assert malang["deprived"]["value"] is None


def test_seats_to_decile_1_are_counted_of_all_seats():
    two = ASSESSED.with_columns(status=pl.lit("selected"))
    assert [count.seats_in_desil_1(one)["value"] for one in (ASSESSED, two)] == [1.0, 0.5]


def test_subdistricts_are_those_of_districts_with_a_list():
    found = count.subdistricts(ASSESSED, HOUSEHOLDS)
    assert [(one["kecamatan"], one["name"], one["selected"], one["waitlist"]) for one in found] == [
        ("34.04.01", "Gamping", 1, 1),
        (None, None, 0, 0),
    ]


def test_a_groups_seats_stand_beside_its_share_of_the_households():
    found = {(one["group"], one["value"]): one for one in count.fairness(ASSESSED, PERSONS)}
    women = found["nominee_sex", "woman"]
    assert (women["households"], women["contending"], women["seats"]) == (2, 2, 1)
    assert (women["of_households"], women["of_seats"]["value"], women["ratio"]) == (0.5, 1.0, 2.0)
    men = found["nominee_sex", "man"]
    assert (men["ratio"], men["low"], men["clear"], men["small"]) == (0.0, True, False, True)
    assert found["head_age", "60+"]["seats"] == 1
    # h3 has no head on record
    assert found["head_sex", "unknown"]["households"] == 2


def test_a_group_without_any_seat_of_many_is_behind_and_not_by_chance():
    many = pl.concat([ASSESSED.head(1).with_columns(household_id=pl.lit(f"s{place}")) for place in range(60)])
    out = pl.concat([ASSESSED[1:2].with_columns(household_id=pl.lit(f"n{place}")) for place in range(60)])
    found = {(one["group"], one["value"]): one for one in count.fairness(pl.concat([many, out]), PERSONS)}
    assert (found["nominee_sex", "man"]["clear"], found["nominee_sex", "man"]["small"]) == (True, False)


def test_households_in_which_nobody_passes_the_gates_are_no_group_that_is_left_out():
    many = pl.concat([ASSESSED.head(1).with_columns(household_id=pl.lit(f"s{place}")) for place in range(60)])
    out = pl.concat([ASSESSED[2:3].with_columns(household_id=pl.lit(f"n{place}")) for place in range(60)])
    found = {(one["group"], one["value"]): one for one in count.fairness(pl.concat([many, out]), PERSONS)}
    nobody = found["nominee_sex", "no_nominee"]
    assert (nobody["households"], nobody["ratio"], nobody["low"], nobody["clear"]) == (60, None, False, False)
    assert ("nominee_disability", "unknown") not in found


def test_no_seats_at_all_give_no_ratio():
    none = ASSESSED.with_columns(status=pl.lit("not_selected"))
    assert {one["ratio"] for one in count.fairness(none, PERSONS)} == {None}


def test_the_firmness_of_seats_is_counted_by_district_and_tenth():
    found = count.sensitivity(ASSESSED)
    sleman, malang = found["districts"]
    assert (sleman["selected"], sleman["firm"], sleman["others_within_reach"]) == (1, 1, 1)
    assert (malang["selected"], malang["mean_p_top_k"], malang["others_within_reach"]) == (0, None, 1)
    assert [one["selected"] for one in found["tenths"]] == [0] * 9 + [1]
    assert found["tenths"][9]["not_selected"] == 1


def test_findings_are_summed_by_rule_and_kept_by_district():
    findings = pl.DataFrame(
        {
            "source": ["a.csv"] * 3,
            "rule": ["one", "one", "two"],
            "severity": ["warning"] * 3,
            "message_id": ["satu", "satu", "dua"],
            "message_en": ["first", "first", "second"],
            "district": ["34.04", None, "35.07"],
            "findings": [2, 3, 1],
        }
    )
    found = count.quality(findings, HOUSEHOLDS, PERSONS)
    assert [(one["rule"], one["findings"], one["districts"], one["no_district"]) for one in found["rules"]] == [
        ("one", 5, {"34.04": 2, "35.07": 0}, 3),
        ("two", 1, {"34.04": 0, "35.07": 1}, 0),
    ]
    assert [(one["district"], one["households"]["hits"], one["members"]["of"]) for one in found["districts"]] == [
        ("34.04", 1, 3),
        ("35.07", 0, 1),
    ]

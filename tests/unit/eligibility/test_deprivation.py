from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.eligibility import assess


def parts(inputs: Any, policy: Any, as_of: date) -> dict[str, float | None]:
    """Each indicator's contribution."""
    row = assess(inputs, policy, as_of).household.row(0, named=True)
    document: dict[str, float | None] = json.loads(row["deprivation_parts"])
    return document


def test_the_cooking_fuel_trap_is_read_by_version(pool: Any, policy: Any, as_of: date) -> None:
    # "Does not cook" is 12 in PPSE and 0 in DTSEN; neither is deprived of clean fuel.
    of_dtsen = parts(pool([{"id_bb_utama": None, "family": {"id_bb_utama": 0}}]), policy, as_of)
    of_ppse = parts(pool([{"id_bb_utama": 12}]), policy, as_of)
    assert (of_dtsen["fuel"], of_ppse["fuel"]) == (0, 0)


def test_ppse_stands_in_where_dtsen_is_silent(pool: Any, policy: Any, as_of: date) -> None:
    silent = parts(pool([{"id_bb_utama": 10}]), policy, as_of)
    says_gas = parts(pool([{"id_bb_utama": 10, "family": {"id_bb_utama": 4}}]), policy, as_of)
    assert ((silent["fuel"] or 0) > 0, says_gas["fuel"]) == (True, 0)


def test_the_weights_of_what_is_not_known_go_to_the_rest(pool: Any, policy: Any, as_of: date) -> None:
    # Known: fuel (deprived) and attendance (no child of school age).
    weights = policy.poverty.deprivation.weights.values
    row = assess(pool([{}]), policy, as_of).household.row(0, named=True)
    expected = weights["fuel"] / (weights["fuel"] + weights["attendance"])
    assert row["deprivation"] == pytest.approx(expected)
    assert row["deprivation_missing"] == "nutrition, schooling, sanitation, water, electricity, housing, assets"


def test_a_child_out_of_school_deprives_the_family(pool: Any, policy: Any, as_of: date) -> None:
    child = {"tanggal_lahir": date(2015, 1, 1), "id_partisipasi_sekolah": 3}
    assert (parts(pool([{"members": [{}, child]}]), policy, as_of)["attendance"] or 0) > 0
    at_school = child | {"id_partisipasi_sekolah": 2}
    assert parts(pool([{"members": [{}, at_school]}]), policy, as_of)["attendance"] == 0


def test_one_member_with_primary_school_is_enough(pool: Any, policy: Any, as_of: date) -> None:
    members = [{"id_ijazah": 23}, {"id_ijazah": 3}]
    assert parts(pool([{"members": members}]), policy, as_of)["schooling"] == 0
    assert (parts(pool([{"members": members[:1]}]), policy, as_of)["schooling"] or 0) > 0


def test_few_assets_deprive_unless_there_is_a_car(pool: Any, policy: Any, as_of: date) -> None:
    bicycle = {"aset_bergerak_sepeda": 1, "aset_bergerak_sepeda_motor": 2}
    assert (parts(pool([bicycle]), policy, as_of)["assets"] or 0) > 0
    assert parts(pool([bicycle | {"aset_bergerak_mobil": 1}]), policy, as_of)["assets"] == 0


def test_the_indicative_probability_averages_to_the_official_rate(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{"family": {"desil_nasional": decile}} for decile in range(1, 11)])
    household = assess(inputs, policy, as_of).household
    rate = policy.poverty.extreme.rate.values["national"]
    assert household["p_extreme"].mean() == pytest.approx(rate)
    assert household["p_poor"].mean() == pytest.approx(policy.poverty.poor.rate.values["34.04"])
    assert household["p_source"].unique().to_list() == ["indicative"]


def test_expenditure_speaks_before_the_calibration(pool: Any, policy: Any, as_of: date) -> None:
    line = policy.poverty.lines.extreme.values["national"]
    inputs = pool([{"expenditure_idr_month": 3 * line, "jumlah_anggota_keluarga": 3}])
    row = assess(inputs, policy, as_of).household.row(0, named=True)
    assert ("expenditure", pytest.approx(0.5)) == (row["p_source"], row["p_extreme"])


def test_a_model_speaks_after_expenditure_and_before_the_calibration(pool: Any, policy: Any, as_of: date) -> None:
    line = policy.poverty.lines.extreme.values["national"]
    inputs = pool([{}, {"family": None}, {"expenditure_idr_month": 3 * line, "jumlah_anggota_keluarga": 3}, {}])
    told = pl.DataFrame({"household_id": ["h001", "h002", "h003"], "p_poor": [0.4] * 3, "p_extreme": [0.2] * 3})
    given = replace(inputs, by_model=told, model_period="2024-03")
    household = assess(given, policy, as_of).household
    assert household["p_source"].to_list() == ["model", "model", "expenditure", "indicative"]
    assert [0.2, 0.2] == household["p_extreme"].to_list()[:2]
    sources = [json.loads(one) for one in household["poverty_sources"]]
    assert sources[0]["p_poor"] == {"source": "model", "date": "survey 2024-03, line 2025-03"}
    assert sources[1]["desil"] is None
    assert sources[3]["p_extreme"] == {"source": "indicative", "date": policy.poverty.extreme.rate.period}

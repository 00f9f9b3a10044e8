from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.contracts.welfare import DEPRIVATION_INDICATORS
from targeting.eligibility import assess
from targeting.eligibility.deprivation import decomposition

ALL = dict.fromkeys(DEPRIVATION_INDICATORS, False)


def household(persons: int, *lacks: str, unknown: tuple[str, ...] = ()) -> dict[str, Any]:
    """A household of which everything is known but `unknown`."""
    said: dict[str, bool | None] = ALL | dict.fromkeys(lacks, True) | dict.fromkeys(unknown, None)  # type: ignore[operator]
    return {"kode_kabupaten_kota": "34.04", "jumlah_anggota_keluarga": persons, **said}


def decomposed(policy: Any, *households: dict[str, Any]) -> dict[str, Any]:
    """The pool's measures."""
    rules = policy.poverty.deprivation
    weights = rules.weights.values
    rows = []
    for one in households:
        known = sum(weights[name] for name in DEPRIVATION_INDICATORS if one[name] is not None)
        lacking = sum(weights[name] for name in DEPRIVATION_INDICATORS if one[name])
        rows.append(one | {"deprivation": lacking / known if known else None})
    schema = dict.fromkeys(DEPRIVATION_INDICATORS, pl.Boolean) | {"deprivation": pl.Float64}
    return decomposition(pl.DataFrame(rows, schema_overrides=schema), rules)["all"]


def test_the_contributions_of_the_indicators_add_to_one(policy: Any) -> None:
    pool = [
        household(4, "schooling", "fuel", "sanitation", "housing"),
        household(2, "nutrition", "attendance", unknown=("assets", "water")),
        household(5, "fuel"),
        household(3),
    ]
    indicators = decomposed(policy, *pool)["indicators"]
    assert sum(one["contribution"] for one in indicators.values()) == pytest.approx(1)
    assert indicators["schooling"]["contribution"] > indicators["fuel"]["contribution"]


def test_adjusted_headcount_is_headcount_times_intensity_and_the_weighted_censored_headcounts(policy: Any) -> None:
    found = decomposed(policy, household(4, "schooling", "fuel", "nutrition"), household(6, "fuel"))
    weights = policy.poverty.deprivation.weights.values
    assert found["headcount"] == pytest.approx(0.4)
    assert found["adjusted"] == pytest.approx(found["headcount"] * found["intensity"])
    total = sum(weights.values())
    by_indicator = sum(weights[name] / total * one["censored"] for name, one in found["indicators"].items())
    assert found["adjusted"] == pytest.approx(by_indicator)


def test_what_the_not_poor_lack_is_censored(policy: Any) -> None:
    fuel = decomposed(policy, household(4, "schooling", "fuel", "nutrition"), household(6, "fuel"))["indicators"][
        "fuel"
    ]
    assert (fuel["raw"], fuel["censored"]) == (pytest.approx(1.0), pytest.approx(0.4))


def test_severe_poverty_starts_at_the_policys_second_cutoff(policy: Any) -> None:
    found = decomposed(
        policy, household(1, "schooling", "nutrition", "attendance"), household(3, "schooling", "nutrition")
    )
    assert (found["headcount"], found["severe"]) == (pytest.approx(1), pytest.approx(0.25))


def test_a_pool_without_poor_has_no_contributions(policy: Any) -> None:
    found = decomposed(policy, household(4), household(2, "fuel"))
    assert (found["headcount"], found["intensity"], found["indicators"]["fuel"]["contribution"]) == (0, None, None)


def test_a_run_has_the_measures_of_every_district(pool: Any, policy: Any, as_of: date) -> None:
    inputs = pool([{}, {"kode_kabupaten_kota": "35.07"}, {"id_bb_utama": None}])
    found = assess(inputs, policy, as_of).deprivation
    assert {place: one["households"] for place, one in found.items()} == {"all": 3, "34.04": 2, "35.07": 1}

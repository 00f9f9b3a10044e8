from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.pmt import ProxyModel
from targeting.errors import ModelError, PolicyError
from targeting.poverty import Pool, probabilities
from targeting.poverty.survey import Design


@pytest.fixture(scope="module")
def of_contract(trained: Any) -> ProxyModel:
    """A model whose columns are the contract's: size and, in words, roof."""
    rng = np.random.default_rng(2)
    size, roof = rng.integers(1, 9, 400), rng.choice(["genteng", "jerami"], 400)
    spending = np.exp(13.4 - 0.15 * size + 0.4 * (roof == "genteng") + 0.3 * rng.standard_normal(400))
    frame = pl.DataFrame({"jumlah_anggota_keluarga": size, "id_atap_terluas": roof, "spending": spending})
    frame = frame.with_columns(weight=pl.lit(1.0), village=pl.Series(rng.integers(0, 40, 400)))
    design = Design("spending", "weight", "village", None, 400_000.0)
    return trained(frame, design=design, code_lists={"id_atap_terluas": "atap"})  # type: ignore[no-any-return]


def families(count: int, district: str, seed: int) -> pl.DataFrame:
    """Families of a district, roofs by the codes of DTSEN."""
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "kode_kabupaten_kota": [district] * count,
            "jumlah_anggota_keluarga": rng.integers(1, 9, count),
            "id_atap_terluas": rng.choice([2, 7], count),
        }
    )


def test_the_registers_persons_have_the_official_rate(of_contract: Any, policy: Any) -> None:
    register = pl.concat([families(400, "34.04", 1), families(300, "35.07", 2)])
    own = register.with_columns(household_id=pl.int_range(pl.len()).cast(pl.String))
    told = probabilities(of_contract, Pool(own, "dtsen-2025"), Pool(register, "dtsen-2025"), policy.poverty)
    for district in ("34.04", "35.07"):
        here = own.join(told.household, on="household_id").filter(kode_kabupaten_kota=district)
        mean = np.average(here["p_poor"], weights=here["jumlah_anggota_keluarga"])
        assert mean == pytest.approx(policy.poverty.poor.rate.values[district], abs=1e-6)
    assert told.household.select((pl.col("p_extreme") <= pl.col("p_poor")).all()).item()


def test_the_shift_keeps_the_order_of_a_district(of_contract: Any, policy: Any) -> None:
    register, own = families(400, "34.04", 1), families(50, "34.04", 3).with_columns(household_id=pl.lit("h"))
    free = policy.poverty.model_copy(update={"calibrated_over": "none"})
    held, raw = (
        probabilities(of_contract, Pool(own, "dtsen-2025"), Pool(register, "dtsen-2025"), rules).household["p_poor"]
        for rules in (policy.poverty, free)
    )
    assert held.rank().equals(raw.rank())
    assert held.sum() < raw.sum()


def test_a_district_of_few_families_is_left_as_the_model_says_and_told(of_contract: Any, policy: Any) -> None:
    register, own = families(40, "34.04", 1), families(5, "34.04", 3).with_columns(household_id=pl.lit("h"))
    told = probabilities(of_contract, Pool(own, "dtsen-2025"), Pool(register, "dtsen-2025"), policy.poverty)
    assert [one["shift"] for one in told.about["calibration"]] == [None, None]
    assert [one["families"] for one in told.about["calibration"]] == [40, 40]


def test_one_roof_has_one_probability_whatever_its_code(of_contract: Any, policy: Any) -> None:
    rules = policy.poverty.model_copy(update={"calibrated_over": "none"})
    bamboo_in_dtsen = families(1, "34.04", 1).with_columns(id_atap_terluas=pl.lit(5), household_id=pl.lit("h"))
    bamboo_in_ppse = bamboo_in_dtsen.with_columns(id_atap_terluas=pl.lit(6))
    pools = (Pool(bamboo_in_dtsen, "dtsen-2025"), Pool(bamboo_in_ppse, "regsosek-2022k"))
    first, second = (probabilities(of_contract, pool, pool, rules).about["unseen"] for pool in pools)
    assert first == second == {"id_atap_terluas": 1}


def test_a_policy_without_lines_and_a_model_of_unknown_codes_are_errors(
    of_contract: Any, model: Any, trained: Any, policy: Any
) -> None:
    pool = Pool(families(5, "34.04", 3).with_columns(household_id=pl.lit("h")), "dtsen-2025")
    with pytest.raises(PolicyError, match=r"needs poverty\.lines"):
        probabilities(of_contract, pool, pool, policy.poverty.model_copy(update={"lines": None}))
    with pytest.raises(ModelError, match="lacks columns that the model needs: 'area'"):
        probabilities(model, pool, pool, policy.poverty)

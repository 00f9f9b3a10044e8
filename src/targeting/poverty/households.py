"""The probabilities of a run's households: by a trained model from the contract's columns, held to the official rates.

The official rate is of all persons of a district, and PPSE is a poor pool of them: so the shift that makes the rate
true is found over the register's families of the district, weighted with their size, and then applied to the pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from targeting.contracts.pmt import CategoryColumn, ProxyModel
from targeting.contracts.sourced import Numbers
from targeting.contracts.welfare import Poverty
from targeting.errors import PolicyError
from targeting.poverty import scoring
from targeting.poverty.arrays import Floats
from targeting.poverty.mapping import coded_by, in_words
from targeting.poverty.rates import shift_to, shifted

DISTRICT = "kode_kabupaten_kota"
SIZE = "jumlah_anggota_keluarga"
OF_FAMILY = (DISTRICT, SIZE)
"""What is needed of a family beside the model's columns."""
FEWEST_FAMILIES = 100
"""Over fewer families of a district a rate of one in a hundred cannot be made true."""
NATIONAL = "national"


@dataclass(frozen=True)
class Told:
    """`household`: household_id, p_poor, p_extreme. `about`: the model's method, source, period and line, the values it
    did not know, and `calibration`, an entry a quantity and district; for the run's counts."""

    household: pl.DataFrame
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Pool:
    """Households or families as a contract has them, with the version of their code lists."""

    frame: pl.DataFrame
    code_lists: str


def probabilities(model: ProxyModel, households: Pool, families: Pool, rules: Poverty) -> Told:
    """p_poor and p_extreme of every household.

    Raises PolicyError if the policy lacks lines or the model does not say what its codes mean; ModelError if the model
    needs a column that the contracts have not.
    """
    if rules.lines is None:
        raise PolicyError("poverty.model needs poverty.lines: probabilities are of being below a line. Add 'lines'.")
    own, register = _located(model, households), None
    if rules.calibrated_over == "register":
        register = _located(model, families)
    calibration: list[Mapping[str, object]] = []
    columns: dict[str, Floats] = {}
    notions = {"p_poor": (rules.lines.poor, rules.poor), "p_extreme": (rules.lines.extreme, rules.extreme)}
    for name, (line, official) in notions.items():
        raw = scoring.p_below(model, own, of_district(line, households.frame))
        if official is None or rules.calibrated_over == "none":
            columns[name] = raw
            continue
        if register is None:
            over, basis = households.frame, raw
        else:
            over, basis = families.frame, scoring.p_below(model, register, of_district(line, families.frame))
        shifts = _shifts(name, official.rate, over, basis, calibration)
        columns[name] = shifted(raw, _by_district(shifts, households.frame))
    columns["p_extreme"] = np.minimum(columns["p_extreme"], columns["p_poor"])
    rounded = {name: np.round(values, scoring.DIGITS) for name, values in columns.items()}
    about = {
        "method": model.method,
        "source": model.provenance.source,
        "period": model.provenance.period,
        "households_trained_on": model.provenance.households,
        "unseen": own.unseen,
        "beyond": own.beyond,
        "calibrated_over": rules.calibrated_over,
        "calibration": calibration,
    }
    return Told(households.frame.select("household_id").with_columns(**_series(rounded)), about)


def _series(columns: dict[str, Floats]) -> dict[str, pl.Series]:
    return {name: pl.Series(name, values) for name, values in columns.items()}


def _located(model: ProxyModel, pool: Pool) -> scoring.Located:
    """The pool as the model sees it, coded columns in words."""
    check_codes(model)
    coded = tuple(column.name for column in model.columns if column.name in pool.frame.columns)
    return scoring.locate(model, in_words(pool.frame, coded, pool.code_lists))


def check_codes(model: ProxyModel) -> None:
    """Raise PolicyError if the model learnt codes of which it does not say what they mean."""
    for column in model.columns:
        listed = column.code_list if isinstance(column, CategoryColumn) else None
        if coded_by(column.name) is not None and listed is None:
            raise PolicyError(
                f"the poverty model learnt codes of '{column.name}' without knowing what they mean, and PPSE and DTSEN "
                "may number them differently. Train it with --columns MAP.yaml that has 'code_lists' or 'codes'."
            )


def of_district(numbers: Numbers, frame: pl.DataFrame) -> Floats:
    """The table's number for each row's district, else the national one. Raises PolicyError if there is neither."""
    districts = frame[DISTRICT].unique().sort().to_list()
    unknown = [name for name in districts if name not in numbers.values]
    if unknown and NATIONAL not in numbers.values:
        raise PolicyError(f"the policy's lines lack the district {unknown[0]} and 'national'. Add one of them.")
    values = {name: numbers.values.get(name, numbers.values.get(NATIONAL, float("nan"))) for name in districts}
    return frame[DISTRICT].replace_strict(values, return_dtype=pl.Float64).to_numpy()


def _shifts(
    name: str, rate: Numbers, over: pl.DataFrame, basis: Floats, calibration: list[Mapping[str, object]]
) -> dict[str, float]:
    """The shift of the log odds of each district of enough families; what was done is added to `calibration`."""
    districts = over[DISTRICT].to_numpy()
    size = over[SIZE].cast(pl.Float64)
    weight = size.fill_null(size.mean() if size.count() else 1.0).fill_null(1.0).to_numpy()
    rates = of_district(rate, over)
    shifts = {}
    for district in sorted(set(districts.tolist())):
        own = districts == district
        entry = {"quantity": name, "district": district, "families": int(own.sum()), "rate": float(rates[own][0])}
        entry["before"] = round(float(np.average(basis[own], weights=weight[own])), 6)
        if own.sum() >= FEWEST_FAMILIES:
            shifts[district] = shift_to(float(rates[own][0]), basis[own], weight[own])
        calibration.append(entry | {"shift": round(shifts[district], 6) if district in shifts else None})
    return shifts


def _by_district(shifts: dict[str, float], frame: pl.DataFrame) -> Floats:
    """Each household's shift, 0 where its district has none."""
    return frame[DISTRICT].replace_strict(shifts, default=0.0, return_dtype=pl.Float64).to_numpy()

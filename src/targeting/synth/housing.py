"""Dwelling, assets and livestock as families of that welfare have them. Codes here are those of regsosek-2022k."""

from __future__ import annotations

import numpy as np

from targeting.synth.streams import Floats, Ints, ordered, stream
from targeting.synth.welfare import Welfare

Column = Ints | Floats

CODED: dict[str, tuple[float, dict[int, float]]] = {
    # Correlation with the family's wealth, then shares from the poorest answer to the richest. Shares: rounded from
    # what Susenas shows for rural and small-town Java, set so that about one in eight of the extreme poor lives on an
    # earth floor (BPS 2023: 12.68 %).
    "id_status_penguasaan_bangunan": (0.10, {3: 0.085, 2: 0.05, 5: 0.005, 4: 0.005, 1: 0.855}),
    "id_lantai_terluas": (0.52, {8: 0.018, 7: 0.003, 9: 0.004, 5: 0.013, 6: 0.27, 4: 0.11, 2: 0.53, 3: 0.01, 1: 0.03}),
    "id_dinding_terluas": (0.50, {6: 0.006, 4: 0.022, 7: 0.004, 5: 0.006, 3: 0.038, 2: 0.024, 1: 0.90}),
    "id_atap_terluas": (0.20, {7: 0.003, 6: 0.003, 8: 0.004, 5: 0.010, 4: 0.06, 3: 0.05, 2: 0.84, 1: 0.03}),
    "id_sumber_airminum": (
        0.35,
        {10: 0.004, 9: 0.006, 8: 0.02, 6: 0.05, 11: 0.01, 7: 0.10, 5: 0.32, 4: 0.15, 3: 0.16, 2: 0.16, 1: 0.02},
    ),
    "id_sumberpenerangan": (0.35, {4: 0.002, 3: 0.002, 2: 0.06, 1: 0.936}),
    "id_dayapenerangan": (0.60, {1: 0.37, 2: 0.42, 3: 0.15, 4: 0.04, 5: 0.02}),
    "id_bb_utama": (
        0.45,
        {
            10: 0.16,
            9: 0.004,
            8: 0.001,
            7: 0.003,
            11: 0.002,
            12: 0.015,
            6: 0.002,
            4: 0.76,
            5: 0.003,
            2: 0.012,
            3: 0.028,
            1: 0.01,
        },
    ),
    "id_fasilitas_bab": (0.42, {6: 0.025, 4: 0.008, 3: 0.012, 5: 0.003, 2: 0.082, 1: 0.87}),
    "id_jenis_kloset": (0.35, {4: 0.04, 3: 0.015, 2: 0.035, 1: 0.91}),
    "id_pembuangan_tinja": (0.42, {5: 0.008, 3: 0.06, 4: 0.08, 6: 0.002, 2: 0.01, 1: 0.84}),
}

OWNED: dict[str, tuple[float, float]] = {
    # Correlation with wealth, share of all families that own it.
    "aset_bergerak_tabung_gas": (0.30, 0.18),
    "aset_bergerak_lemari_es": (0.60, 0.64),
    "aset_bergerak_ac": (0.65, 0.09),
    "aset_bergerak_pemanas_air": (0.60, 0.03),
    "aset_bergerak_telepon_rumah": (0.45, 0.02),
    "aset_bergerak_tv_datar": (0.50, 0.42),
    "aset_bergerak_emas_perhiasan": (0.50, 0.22),
    "aset_bergerak_komputer_laptop_tablet": (0.62, 0.20),
    "aset_bergerak_sepeda_motor": (0.45, 0.86),
    "aset_bergerak_sepeda": (0.15, 0.38),
    "aset_bergerak_mobil": (0.68, 0.13),
    "aset_bergerak_perahu": (-0.10, 0.003),
    "aset_bergerak_kapal_perahu_motor": (0.10, 0.001),
    "aset_bergerak_smartphone": (0.50, 0.83),
    "lahan_tempat_lain": (0.30, 0.12),
    "rumah_tempat_lain": (0.45, 0.05),
}

LIVESTOCK = {
    "jml_sapi": (0.10, 1.6),
    "jml_kerbau": (0.002, 1.2),
    "jml_kuda": (0.001, 1.0),
    "jml_babi": (0.001, 2.0),
    "jml_kambing_domba": (0.13, 2.8),
}
"""Share of rural families that keep them, mean number."""

COLUMNS = (
    "id_status_penguasaan_bangunan",
    "luas_lantai_bangunan",
    "id_lantai_terluas",
    "id_dinding_terluas",
    "id_atap_terluas",
    "id_sumber_airminum",
    "id_sumberpenerangan",
    "id_dayapenerangan",
    "id_bb_utama",
    "id_fasilitas_bab",
    "id_jenis_kloset",
    "id_pembuangan_tinja",
    *OWNED,
    *LIVESTOCK,
)
"""Order of the contract."""

WEALTH = 0.80
"""Correlation of a family's wealth with its consumption: what makes a proxy means test miss."""


def housing(seed: int, known: Welfare) -> dict[str, Column]:
    """One value a family for each housing column."""
    rng = stream(seed, "housing")
    n = len(known.z)
    wealth = WEALTH * known.z + np.sqrt(1 - WEALTH**2) * rng.standard_normal(n)
    answers: dict[str, Column] = {
        name: ordered(rng, wealth, loading, shares) for name, (loading, shares) in CODED.items()
    }
    for name, (loading, share) in OWNED.items():
        answers[name] = ordered(rng, wealth, loading, {2: 1 - share, 1: share})
    area = np.exp(np.log(58) + 0.26 * wealth + 0.05 * known.size + 0.28 * rng.standard_normal(n))
    answers["luas_lantai_bangunan"] = np.round(area.clip(9, 600))
    rural = np.where(known.urban, 0.25, 1.0)
    for name, (share, mean) in LIVESTOCK.items():
        answers[name] = np.where(rng.random(n) < share * rural, 1 + rng.poisson(mean - 1, n), 0)
    _make_consistent(answers)
    return {name: answers[name] for name in COLUMNS}


def _make_consistent(answers: dict[str, Column]) -> None:
    """Big gas bottles where one cooks with them; no power, no meter and no fridge; no toilet, no bowl."""
    dark = answers["id_sumberpenerangan"] == 4
    for name in ("lemari_es", "ac", "pemanas_air", "tv_datar"):
        answers[f"aset_bergerak_{name}"][dark] = 2
    answers["aset_bergerak_tabung_gas"][np.isin(answers["id_bb_utama"], [2, 3])] = 1
    answers["id_dayapenerangan"][answers["id_sumberpenerangan"] != 1] = -1
    answers["id_jenis_kloset"][np.isin(answers["id_fasilitas_bab"], [5, 6])] = -1
    no_pit = answers["id_fasilitas_bab"] == 6
    answers["id_pembuangan_tinja"][no_pit & np.isin(answers["id_pembuangan_tinja"], [1, 2])] = 5


POINTS: dict[str, dict[int, float]] = {
    # What a proxy means test gives for an answer; everything else is the base of 0. Hand-set, so that no library's
    # summation order can change a decile.
    "id_lantai_terluas": {8: -1.2, 6: -0.5, 4: -0.2, 1: 0.8, 3: 0.6},
    "id_dinding_terluas": {4: -0.9, 6: -0.9, 2: -0.5, 3: -0.5, 5: -0.6},
    "id_dayapenerangan": {1: -0.6, 3: 0.6, 4: 1.1, 5: 1.6, -1: -0.4},
    "id_bb_utama": {10: -0.6, 3: 0.9, 2: 0.8, 1: 0.7, 12: 0.2},
    "id_fasilitas_bab": {6: -0.8, 4: -0.7, 3: -0.6, 2: -0.4},
    "id_pembuangan_tinja": {3: -0.4, 4: -0.3, 5: -0.5},
    "id_sumber_airminum": {6: -0.3, 8: -0.3, 9: -0.4, 3: 0.2, 2: 0.4, 1: 0.8},
    "aset_bergerak_lemari_es": {1: 0.6},
    "aset_bergerak_ac": {1: 1.0},
    "aset_bergerak_mobil": {1: 1.3},
    "aset_bergerak_komputer_laptop_tablet": {1: 0.8},
    "aset_bergerak_tv_datar": {1: 0.4},
    "aset_bergerak_emas_perhiasan": {1: 0.4},
    "aset_bergerak_sepeda_motor": {1: 0.5},
    "aset_bergerak_smartphone": {1: 0.5},
}


def proxy_score(answers: dict[str, Column], known: Welfare, schooling_of_head: Floats) -> Floats:
    """What a proxy means test on these answers says of each family: higher is richer."""
    score = 0.55 * schooling_of_head - 0.9 * known.dependants - 0.28 * known.size + 0.30 * known.urban
    for name, points in POINTS.items():
        for code, value in points.items():
            score += value * (answers[name] == code)
    area: Floats = np.asarray(answers["luas_lantai_bangunan"], dtype=np.float64)
    total: Floats = score + 0.35 * np.log(area)
    return total

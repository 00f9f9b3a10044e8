"""What a questionnaire asks a person: school, work, business, functioning, health.

Codes are those of regsosek-2022k; -1 is no answer.
"""

from __future__ import annotations

import numpy as np

from targeting.contracts.welfare import FUNCTIONS
from targeting.synth.families import Persons
from targeting.synth.streams import Bools, Floats, Ints, hits, ordered, pick, stream

DIPLOMAS: tuple[dict[int, float], ...] = (
    # Highest diploma of those born before 1966, until 1989, since: Susenas for Java, rounded (our judgement).
    {23: 0.38, 3: 0.38, 8: 0.10, 13: 0.09, 18: 0.02, 19: 0.03},
    {23: 0.07, 3: 0.33, 8: 0.24, 13: 0.27, 18: 0.03, 19: 0.06},
    {23: 0.015, 3: 0.12, 8: 0.27, 13: 0.46, 18: 0.035, 19: 0.10},
)
AGE_AT_DIPLOMA = {3: 12.5, 8: 15.5, 13: 18.5, 18: 21.5, 19: 22.5, 21: 25}
SIMILAR = {3: {4: 0.14, 1: 0.01}, 8: {9: 0.20, 6: 0.02}, 13: {15: 0.34, 14: 0.09, 11: 0.03}, 19: {20: 0.04, 21: 0.06}}
"""Diplomas of the same height, and how often it is this one."""

FUNCTION_COLUMNS = [*FUNCTIONS, "id_kesedihan_depresi"]
BUSINESS_COLUMNS = [
    "jumlah_jenis_usaha",
    "id_lapangan_usaha_dari_usaha_utama",
    "id_kepemilikan_izin_usaha",
    "id_omset_usaha_utama",
    "jumlah_pekerja_dibayar",
    "jumlah_pekerja_tidak_dibayar",
]

POOR_SECTORS = {
    1: 0.33, 2: 0.07, 3: 0.04, 5: 0.07, 6: 0.01, 7: 0.01, 8: 0.12, 11: 0.10, 12: 0.11, 13: 0.02, 14: 0.05, 24: 0.05,
    25: 0.02,
}  # fmt: skip
"""Where people of poor families work (417): half on farms, as BPS 2023 found among heads in extreme poverty."""
OTHER_SECTORS = {
    1: 0.12, 2: 0.04, 3: 0.02, 4: 0.01, 5: 0.03, 8: 0.17, 11: 0.08, 12: 0.20, 13: 0.05, 14: 0.08, 15: 0.01, 16: 0.02,
    17: 0.003, 18: 0.01, 19: 0.01, 20: 0.03, 21: 0.05, 22: 0.02, 23: 0.005, 24: 0.06, 10: 0.002,
}  # fmt: skip


def schooling(seed: int, persons: Persons, families: int) -> Floats:
    """Standard-normal education of each person; members of one family are alike."""
    rng = stream(seed, "schooling")
    shared = rng.standard_normal(families)
    return 0.6 * shared[persons.family] + 0.8 * rng.standard_normal(len(persons))


def person_items(seed: int, persons: Persons, education: Floats, z: Floats) -> dict[str, Ints]:
    """One value a person for each item. `z` is the welfare of the person's family."""
    rng = stream(seed, "person items")
    items = _school(rng, persons, education)
    items |= _work(rng, persons, z, items)
    items |= _business(rng, persons, z, items)
    items |= _functioning(rng, persons)
    items |= _rest(rng, persons, z, items)
    return items


def _school(rng: np.random.Generator, persons: Persons, education: Floats) -> dict[str, Ints]:
    """Attendance (412), level attended or last attended (413), diploma (415)."""
    generation = np.digitize(persons.birth_year, [1966, 1990])
    diploma = np.choose(generation, [ordered(rng, education, 0.9, shares) for shares in DIPLOMAS])
    age = persons.age
    reached = diploma.copy()
    for lower, code in ((23, 3), (3, 8), (8, 13), (13, 18), (13, 19)):
        diploma = np.where((diploma == code) & (age < AGE_AT_DIPLOMA[code]), lower, diploma)
    attending = (age >= 6.5) & (
        age < np.select([reached == 23, reached == 3, reached == 8, reached == 13], [8, 12.5, 15.5, 18.5], 22.5)
    )
    never = (age < 6.5) | ((reached == 23) & (rng.random(len(age)) < 0.30) & (age > 30))
    level = np.select(
        [attending & (age < 12.5), attending & (age < 15.5), attending & (age < 18.5), attending],
        [3, 8, 13, 19],
        np.where(diploma == 23, 3, diploma),
    )
    for code, others in SIMILAR.items():
        for other, share in others.items():
            chosen = rng.random(len(age)) < share
            diploma = np.where((diploma == code) & chosen, other, diploma)
            level = np.where((level == code) & chosen, other, level)
    return {
        "id_partisipasi_sekolah": np.where(never, 1, np.where(attending, 2, 3)),
        "id_jenjang_pendidikan": np.where(never, -1, level),
        "id_ijazah": np.where(age < 5, -1, diploma),
    }


def _work(rng: np.random.Generator, persons: Persons, z: Floats, items: dict[str, Ints]) -> dict[str, Ints]:
    """Whether and where people of 10 and over work, and as what (417, 418)."""
    n, age, man = len(persons), persons.age, persons.sex == 1
    rate = np.interp(age, [10, 15, 19, 25, 55, 65, 78], [0, 0.05, 0.45, 0.80, 0.86, 0.55, 0.15]) * np.where(
        man, 1.08, 0.66
    )
    works = (rng.random(n) < rate) & ((items["id_partisipasi_sekolah"] != 2) | (rng.random(n) < 0.04))
    sector = np.where(
        rng.random(n) < 1 / (1 + np.exp(1.2 * z + 0.4)), pick(rng, POOR_SECTORS, n), pick(rng, OTHER_SECTORS, n)
    )
    farm, official = sector <= 6, np.isin(sector, [20, 21, 22])
    status = pick(rng, {1: 0.22, 2: 0.13, 3: 0.03, 4: 0.48, 7: 0.10, 8: 0.04}, n)
    status = np.where(farm, pick(rng, {1: 0.22, 2: 0.38, 3: 0.01, 4: 0.04, 6: 0.25, 8: 0.10}, n), status)
    schooled = np.isin(items["id_ijazah"], [13, 14, 15, 18, 19, 20, 21])
    status = np.where(official, np.where(schooled & (rng.random(n) < 0.45), 5, 4), status)
    return {
        "id_lapangan_usaha": np.where(works, sector, -1),
        "id_status_kedudukan_pekerjaan_utama": np.where(works, status, -1),
    }


def _business(rng: np.random.Generator, persons: Persons, z: Floats, items: dict[str, Ints]) -> dict[str, Ints]:
    """Own business of those who work on their own account off the farm, and of some who do not (block VI)."""
    n = len(persons)
    own = np.isin(items["id_status_kedudukan_pekerjaan_utama"], [1, 2, 3]) & (items["id_lapangan_usaha"] > 6)
    side = (persons.age > 17) & (persons.age < 70) & (rng.random(n) < 0.035)
    has = (own & (rng.random(n) < 0.85)) | side
    sector = np.where(own, items["id_lapangan_usaha"], pick(rng, {8: 0.33, 14: 0.25, 12: 0.32, 24: 0.10}, n))
    turnover = ordered(rng, z, 0.5, {1: 0.64, 2: 0.22, 3: 0.08, 4: 0.05, 5: 0.008, 6: 0.002})
    permit = ordered(rng, z, 0.35, {11: 0.86, 10: 0.03, 4: 0.08, 5: 0.01, 2: 0.02})
    big = items["id_status_kedudukan_pekerjaan_utama"] == 3
    return {
        "jumlah_jenis_usaha": np.where(has, 1 + (rng.random(n) < 0.08), np.where(persons.age >= 10, 0, -1)),
        "id_lapangan_usaha_dari_usaha_utama": np.where(has, sector, -1),
        "id_kepemilikan_izin_usaha": np.where(has, permit, -1),
        "id_omset_usaha_utama": np.where(has, turnover, -1),
        "jumlah_pekerja_dibayar": np.where(has, np.where(big, 1 + rng.poisson(1.5, n), 0), -1),
        "jumlah_pekerja_tidak_dibayar": np.where(has, rng.poisson(0.5, n), -1),
    }


def _functioning(rng: np.random.Generator, persons: Persons) -> dict[str, Ints]:
    """The ten items of 428: rare before 50, then growing; some people have several."""
    frail = np.interp(persons.age, [0, 40, 60, 75, 90], [-0.2, 0.0, 0.45, 1.0, 1.8])
    common = 0.6 * rng.standard_normal(len(persons)) - frail
    shares = {1: 0.002, 2: 0.008, 3: 0.04, 4: 0.95}
    asked = persons.age >= 2
    return {name: np.where(asked, ordered(rng, common, 0.75, shares), -1) for name in FUNCTION_COLUMNS}


def _rest(rng: np.random.Generator, persons: Persons, z: Floats, items: dict[str, Ints]) -> dict[str, Ints]:
    """Nutrition, illness, documents, internet, insurance, programmes, and the wish to start a business."""
    n, age = len(persons), persons.age
    adult = age >= 17
    ill = hits(rng, np.interp(age, [0, 30, 50, 70], [0.01, 0.03, 0.14, 0.34]), n)
    illness = np.ones(n, dtype=np.int64)
    illness[ill] = pick(
        rng,
        {2: 0.34, 3: 0.18, 4: 0.08, 5: 0.06, 6: 0.14, 7: 0.02, 8: 0.05, 9: 0.02, 10: 0.01, 13: 0.05, 18: 0.05},
        len(ill),
    )
    insured = ordered(rng, z, 0.6, {1: 0.44, 0: 0.22, 2: 0.16, 4: 0.18})
    owner = items["jumlah_jenis_usaha"] > 0
    return {
        "id_penyakit_menahun": illness,
        "id_kondisi_gizi": np.where(age < 5, ordered(rng, z, 0.3, {1: 0.06, 2: 0.14, 8: 0.02, 3: 0.78}), -1),
        "dokumen_identitas": (rng.random(n) < np.interp(age, [0, 20, 60], [0.97, 0.9, 0.3])) * 1
        + ((age < 17) & (rng.random(n) < 0.4)) * 2
        + (adult & (rng.random(n) < 0.97)) * 4,
        "penggunaan_internet": _internet(rng, age, z),
        "jaminan_kesehatan": np.where(rng.random(n) < 0.004, 99, insured),
        "jaminan_ketenagakerjaan": np.where((insured == 4) & adult & (items["id_lapangan_usaha"] > 0), 1 + 2 + 4, 0),
        "prakerja": _yes(rng, adult & (age < 60), 0.04),
        "kur": _yes(rng, adult & owner, 0.09),
        "umi": _yes(rng, adult & owner, 0.03),
        "pip": _yes(rng, (items["id_partisipasi_sekolah"] == 2) & (z < 0), 0.4),
        "pelatihan_usaha": _yes(rng, adult & (age < 60), 0.035),
        "minat_wub": _yes(rng, (age >= 18) & (age < 60), np.where(owner, 0.62, 0.24)),
    }


def _internet(rng: np.random.Generator, age: Floats, z: Floats) -> Ints:
    """Sum of the uses of the internet (426)."""
    n = len(age)
    online = (age > 9) & (
        rng.random(n) < np.interp(age, [9, 15, 30, 50, 75], [0.4, 0.85, 0.9, 0.5, 0.05]) * (0.85 + 0.1 * np.tanh(z))
    )
    uses = (
        1
        + 2 * (rng.random(n) < 0.06)
        + 4 * (rng.random(n) < 0.08)
        + 8 * (rng.random(n) < 0.08)
        + 16 * (rng.random(n) < 0.55)
    )
    return np.where(online, uses, 0)


def _yes(rng: np.random.Generator, among: Bools, share: float | Floats) -> Ints:
    """1 for this share of those it can apply to, 2 for all others."""
    return np.where(among & (rng.random(len(among)) < share), 1, 2)

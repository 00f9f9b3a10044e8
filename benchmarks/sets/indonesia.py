"""PPSE-like persons against a DTSEN-like register of two regencies, from a light, fast generator.

The left file is a survey: names as spoken, NIK often missing, wrong or a relative's, birth dates guessed. The right one
is the register: better kept, but not free of faults.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sets import indonesian_names as names
from sets.base import LinkageSet, shuffled
from sets.indonesian_people import people_in_families
from sets.noise import (
    applied,
    blanked,
    digit_error,
    token_abbreviated,
    token_dropped,
    tokens_joined,
    tokens_swapped,
    typo,
)

LEVELS = {"low": 0.4, "medium": 1.0, "high": 2.2}
COLUMNS = {
    "nik": "nik",
    "nama": "name",
    "tanggal_lahir": "date",
    "id_jenis_kelamin": "category",
    "kode_desa": "region",
    "alamat": "text",
}
FEW = {"nama": "name", "tahun_lahir": "date", "id_jenis_kelamin": "category", "kode_desa": "region"}


@dataclass(frozen=True)
class Variant:
    """What a set of Indonesian persons is made of."""

    noise: str = "medium"
    columns: tuple[str, ...] = tuple(COLUMNS)
    blank_dates: bool = False
    duplicates: float = 0.0
    assignment: str = "one_to_one"


def variants() -> dict[str, Variant]:
    """The named variants."""
    everything = tuple(COLUMNS)
    no_nik = tuple(c for c in everything if c != "nik")
    found = {f"indonesia-{level}": Variant(level) for level in LEVELS}
    for level in ("medium", "high"):
        found |= {
            f"indonesia-{level}-no-nik": Variant(level, no_nik),
            f"indonesia-{level}-no-address": Variant(level, ("nik", "nama", "tanggal_lahir", "id_jenis_kelamin")),
            f"indonesia-{level}-blank-dates": Variant(level, blank_dates=True),
            f"indonesia-{level}-few": Variant(level, tuple(FEW)),
        }
    found["indonesia-medium-duplicates"] = Variant("medium", duplicates=0.03, assignment="many_to_one")
    return found


def indonesia(name: str, left: int, right: int, seed: int) -> LinkageSet:
    """About `left` persons in whole households and `right` of the register; 85 % of the smaller side in both."""
    variant = variants()[name]
    rng = np.random.default_rng(seed)
    inside = 0.85 * min(left, right)
    beyond = round((left - inside) / 0.75)
    people = people_in_families(right + beyond, right, rng)
    homes = people["family"].max() + 1
    in_register = rng.random(homes) < right / (right + beyond)
    surveyed = rng.random(homes) < np.where(in_register, inside / right, 0.75)
    rows = people["family"].to_numpy()
    survey = people.filter(pl.Series(surveyed[rows]))
    again = survey.sample(n=round(survey.height * variant.duplicates), seed=seed)
    survey = pl.concat([survey, again]).with_row_index("row")
    register = people.filter(pl.Series(in_register[rows])).with_row_index("row")
    a = _recorded(survey, seed + 1, LEVELS[variant.noise], variant, survey=True)
    b = _recorded(register, seed + 2, 0.2 * LEVELS[variant.noise], variant, survey=False)
    truth = a.join(b, on="person").select(id_l="person_id", id_r="dtsen_person_id")
    kinds = {c: (COLUMNS | FEW)[c] for c in variant.columns}
    left_side = shuffled(a.select("person_id", "household_id", *kinds), seed)
    right_side = shuffled(b.select("dtsen_person_id", pl.col("household_id").alias("dtsen_family_id"), *kinds), seed)
    return LinkageSet(
        name,
        "indonesia",
        left_side,
        right_side,
        truth,
        kinds,
        assignment=variant.assignment,
        ids=("person_id", "dtsen_person_id"),
        household=("household_id", "dtsen_family_id"),
    )


def _recorded(people: pl.DataFrame, seed: int, hard: float, variant: Variant, *, survey: bool) -> pl.DataFrame:
    """The people as one file has them: `hard` scales every fault."""
    rng = np.random.default_rng(seed)
    made = {
        "nik": lambda: _niks(people, hard, rng, survey=survey),
        "nama": lambda: _names(people["nama"], hard, rng),
        "tanggal_lahir": lambda: _dates(people["lahir"], hard, rng, blank=variant.blank_dates),
        "tahun_lahir": lambda: _years(people["lahir"], hard, rng),
        "id_jenis_kelamin": lambda: applied(people["kelamin"], 0.004 * hard, rng, lambda s, _: 3 - s),
        "kode_desa": lambda: _villages(people, 0.05 * hard, rng),
        "alamat": lambda: _addresses(people["alamat"], hard, rng),
    }
    columns = {name: made[name]().alias(name) for name in variant.columns}
    return people.select(
        "person",
        pl.format("P{}" if survey else "D{}", pl.col("row")).alias("person_id" if survey else "dtsen_person_id"),
        household_id=pl.format("H{}" if survey else "F{}", "family"),
        **columns,
    )


def _names(text: pl.Series, hard: float, rng: np.random.Generator) -> pl.Series:
    faults = (
        (0.10, names.shortened),
        (0.04, names.old_spelling),
        (0.04, tokens_joined),
        (0.05, token_dropped),
        (0.04, token_abbreviated),
        (0.02, tokens_swapped),
        (0.05, typo),
        (0.01, typo),
        (0.05, names.titled),
    )
    for rate, fault in faults:
        text = applied(text, min(0.9, rate * hard), rng, fault)
    return text.str.to_uppercase()


def _niks(people: pl.DataFrame, hard: float, rng: np.random.Generator, *, survey: bool) -> pl.Series:
    """NIK: blank, with a wrong digit, a relative's, or a dummy."""
    nik = people["nik"]
    if survey:
        relative = pl.Series(rng.random(len(nik)) < 0.01 * hard)
        previous = pl.col("nik").shift(1).over("family").fill_null(pl.col("nik"))
        nik = people.select(pl.when(relative).then(previous).otherwise("nik").alias("nik")).to_series()
        nik = blanked(nik, 0.10 * hard, rng)
        nik = applied(nik, 0.004 * hard, rng, lambda s, _: pl.Series(["9999999999999999"] * len(s)))
    return applied(nik, (0.05 if survey else 0.01) * hard, rng, digit_error)


def _dates(born: pl.Series, hard: float, rng: np.random.Generator, *, blank: bool) -> pl.Series:
    """Birth dates: guessed as 1 January, day and month exchanged, a wrong year, day or month, or blank; with `blank`
    text whose unknown parts are 00."""
    size = len(born)
    kind, shift = rng.random(size) / hard, rng.integers(1, 3, size) * rng.choice([-1, 1], size)
    swapped = pl.date(born.dt.year(), born.dt.day().clip(1, 12), born.dt.month())
    told = (
        pl.when(pl.Series(kind < 0.03))
        .then(born.dt.truncate("1y"))
        .when(pl.Series(kind < 0.045) & (born.dt.day() <= 12))
        .then(swapped)
        .when(pl.Series(kind < 0.065))
        .then(born.dt.offset_by(pl.select(pl.format("{}y", pl.Series(shift))).to_series()))
        .when(pl.Series(kind < 0.08))
        .then(born.dt.offset_by(pl.select(pl.format("{}d", pl.Series(shift * 5))).to_series()))
        .when(pl.Series(kind < 0.095))
        .then(None)
        .otherwise(born)
    )
    date = pl.select(told.alias("lahir")).to_series()
    if not blank:
        return date
    text, part = date.dt.to_string("%Y-%m-%d"), rng.random(size)
    gaps = (
        pl.when(pl.Series(part < 0.12))
        .then(text.str.slice(0, 4) + "-00-00")
        .when(pl.Series(part < 0.22))
        .then(text.str.slice(0, 7) + "-00")
        .when(pl.Series(part < 0.30))
        .then(None)
        .otherwise(text)
    )
    return pl.select(gaps).to_series()


def _years(born: pl.Series, hard: float, rng: np.random.Generator) -> pl.Series:
    wrong = rng.random(len(born)) < 0.08 * hard
    return born.dt.year().cast(pl.Int64) + pl.Series(np.where(wrong, rng.choice([-2, -1, -1, 1, 1, 2], len(born)), 0))


def _villages(people: pl.DataFrame, rate: float, rng: np.random.Generator) -> pl.Series:
    """Home village; a share of households are recorded in another one of the file."""
    homes = people["family"].max() + 1
    moved = (rng.random(homes) < rate)[people["family"].to_numpy()]
    villages = people["desa"].unique().sort()
    other = villages.gather(rng.integers(0, len(villages), homes)).gather(people["family"])
    return pl.select(pl.when(pl.Series(moved)).then(other).otherwise(people["desa"])).to_series()


def _addresses(text: pl.Series, hard: float, rng: np.random.Generator) -> pl.Series:
    for rate, fault in ((0.10, token_dropped), (0.08, typo), (0.10, token_abbreviated)):
        text = applied(text, min(0.9, rate * hard), rng, fault)
    return blanked(text, 0.05 * hard, rng).str.to_uppercase()

"""NIK and family card numbers: the official structure, unmistakably synthetic serials from 9001 on, each used once."""

from __future__ import annotations

import numpy as np

from targeting.errors import UsageError
from targeting.synth.families import Persons
from targeting.synth.places import places
from targeting.synth.streams import Ints, hits, stream

REGISTERED_ELSEWHERE = 0.28
"""Share of adults first registered in another kecamatan."""

WRONG_FOR_EVER = 0.012
"""Share of NIK whose date part disagrees with the birth date, in every source."""


def kecamatan_numbers(districts: tuple[str, ...]) -> Ints:
    """The six-digit number of each village's kecamatan, by village position."""
    codes = places(districts).village["kode_desa"]
    return codes.str.slice(0, 8).str.replace_all(".", "", literal=True).cast(int).to_numpy()


def nik_numbers(seed: int, persons: Persons, village: Ints, districts: tuple[str, ...]) -> Ints:
    """A NIK for each person, as a number of sixteen digits. `village` is each person's village position."""
    rng = stream(seed, "nik")
    numbers = kecamatan_numbers(districts)
    where = places(districts)
    origin = village.copy()
    share = np.where(persons.age >= 17, REGISTERED_ELSEWHERE, 0.04)
    moved = hits(rng, share, len(persons))
    near = rng.random(len(moved)) < 0.55
    origin[moved] = np.where(near, rng.choice(where.home, len(moved)), rng.choice(where.elsewhere, len(moved)))
    twins = np.flatnonzero(persons.twin)
    origin[twins] = origin[twins - 1]
    return serialised(numbers[origin], _date_part(rng, persons))


def family_card_numbers(
    seed: int, purpose: str, village: Ints, districts: tuple[str, ...], years: tuple[int, int]
) -> Ints:
    """A family card number for each village position: kecamatan, day of issue between two years, serial."""
    rng = stream(seed, purpose)
    first, last = (np.datetime64(f"{year}-01-01").astype(int) for year in years)
    issued = rng.integers(first, last, len(village)).astype("datetime64[D]")
    day, month, year = _parts(issued)
    return serialised(kecamatan_numbers(districts)[village], day * 10_000 + month * 100 + year % 100)


def serialised(region: Ints, day: Ints) -> Ints:
    """Region and date with a serial that makes each number unique. Raises UsageError beyond 999 of one day."""
    key = region * 1_000_000 + day
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    if len(key) and rank.max() > 998:
        raise UsageError("Too many families for unique synthetic numbers. Ask for fewer, or for more districts.")
    numbers: Ints = np.empty_like(key)
    numbers[order] = ordered * 10_000 + 9001 + rank
    return numbers


def _date_part(rng: np.random.Generator, persons: Persons) -> Ints:
    """DDMMYY of the birth date, women's day plus 40; 1.2 % disagree with the birth date or the sex."""
    birth = persons.birth.copy()
    wrong = hits(rng, WRONG_FOR_EVER, len(persons))
    # An honest mistake at first registration: another day of the month, another month, another year, the wrong sex.
    shift = np.array([1, -3, 9, 31, -62, 365, -366, 0])[rng.integers(0, 8, len(wrong))]
    birth[wrong] += shift
    woman = persons.sex == 2
    woman[wrong[shift == 0]] ^= True
    day, month, year = _parts(birth.astype("datetime64[D]"))
    digits: Ints = (day + 40 * woman) * 10_000 + month * 100 + year % 100
    return digits


def _parts(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> tuple[Ints, Ints, Ints]:
    """Day, month and year of dates."""
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    return day, month, years.astype(np.int64) + 1970

"""Families of two Javanese regencies: members, villages, addresses and synthetic NIK (their serial is 9xxx)."""

from __future__ import annotations

import numpy as np
import polars as pl

from sets.indonesian_names import full_names
from sets.noise import listed

KECAMATAN = [*(("34.04", k) for k in range(1, 18)), *(("35.07", k) for k in range(1, 34))]
_HAMLETS = listed("""
    krajan sumber karang tegal dukuh kauman kidul lor wetan kulon tengah jati kebon mojo ngemplak pandan randu
    sawahan tambak wonosari banaran bandung baran dawuhan gading gondang jambu jetis kali kemiri klampok kedung
""")
HEAD, SPOUSE, CHILD, ELDER = range(4)
_EPOCH_2026 = 20454  # days from 1970 to 2026-01-01


def people_in_families(people: int, register: int, rng: np.random.Generator) -> pl.DataFrame:
    """About `people` persons: person, family, nama, lahir (date), kelamin (1, 2), desa, alamat, nik.

    There are about 8,000 persons of the register in a village, whatever the size, up to 476 villages.
    """
    villages = _villages(int(np.clip(register / 8000, 4, 476)))
    homes = round(people / 3.33)
    head_age = np.clip(rng.gamma(9, 5.2, homes), 18, 90)
    couple = rng.random(homes) < 0.78
    children = rng.poisson(1.5, homes) * (head_age < 72)
    elders = (rng.random(homes) < 0.12).astype(np.int64)
    size = 1 + couple + children + elders
    family = np.repeat(np.arange(homes), size)
    place = np.arange(len(family)) - np.repeat(np.cumsum(size) - size, size)
    elder = place >= 1 + couple[family] + children[family]
    role = np.select([place == 0, (place == 1) & couple[family], elder], [HEAD, SPOUSE, ELDER], CHILD)
    frame = _members(family, role, head_age[family], couple[family], rng)
    village = villages.gather(rng.integers(0, len(villages), homes))
    return frame.with_columns(desa=village.gather(family), alamat=_addresses(homes, rng).gather(family)).with_columns(
        _niks(frame, village.gather(family), rng)
    )


def _members(
    family: np.ndarray, role: np.ndarray, head_age: np.ndarray, couple: np.ndarray, rng: np.random.Generator
) -> pl.DataFrame:
    """Names, sexes and birth dates: 1 child in 60 is a twin, 4 % of sons bear the father's name."""
    count = len(family)
    kid = role == CHILD
    child_age = rng.random(count) * np.clip(head_age - 18, 1, 26)
    spouse_age = np.clip(head_age - 3 + rng.normal(0, 3, count), 16, None)
    elder_age = np.clip(head_age + 24 + rng.normal(0, 4, count), 40, 95)
    age = np.select([role == HEAD, role == SPOUSE, kid], [head_age, spouse_age, child_age], elder_age)
    man = np.select(
        [role == HEAD, role == SPOUSE], [couple | (rng.random(count) < 0.4), False], rng.random(count) < 0.5
    )
    born = (_EPOCH_2026 - age * 365.25).astype(np.int64)
    twin = kid & np.roll(kid, 1) & (family == np.roll(family, 1)) & (rng.random(count) < 1 / 60)
    born = np.where(twin, np.roll(born, 1), born)
    dates = pl.Series(born).cast(pl.Int32).cast(pl.Date)
    heaped = (age > 50) & (rng.random(count) < 0.25)
    day = pl.when(pl.Series(rng.random(count) < 0.5)).then(pl.lit("-12-31")).otherwise(pl.lit("-07-01"))
    heap = (pl.col("lahir").dt.year().cast(pl.String) + day).str.to_date("%Y-%m-%d")
    names = pl.Series(full_names(man, dates.dt.year().to_numpy(), rng))
    namesake = kid & man & (rng.random(count) < 0.04)
    return (
        pl.DataFrame({"family": family, "lahir": dates, "nama": names, "kelamin": np.where(man, 1, 2)})
        .with_row_index("person")
        .with_columns(lahir=pl.when(pl.Series(heaped)).then(heap).otherwise("lahir"))
        .with_columns(nama=pl.when(pl.Series(namesake)).then(pl.col("nama").first().over("family")).otherwise("nama"))
    )


def _villages(count: int) -> pl.Series:
    """`count` village codes spread over the kecamatan of the two regencies."""
    codes = [f"{area}.{k:02d}.20{d:02d}" for d in range(1, 11) for area, k in KECAMATAN]
    return pl.Series(codes[:count])


def _addresses(homes: int, rng: np.random.Generator) -> pl.Series:
    hamlet = pl.Series(_HAMLETS).gather(rng.integers(0, len(_HAMLETS), homes))
    rt, rw = (pl.Series(rng.integers(1, top, homes)).cast(pl.String).str.zfill(3) for top in (12, 9))
    return "dusun " + hamlet + " rt " + rt + " rw " + rw


def _niks(people: pl.DataFrame, home: pl.Series, rng: np.random.Generator) -> pl.Series:
    """16 digits: kecamatan of first registration (28 % elsewhere), birth date (day + 40 for women; 1.2 % wrong for
    ever), serial from 9000 among equals."""
    count = people.height
    kecamatan = home.str.slice(0, 8).str.replace_all(".", "", literal=True)
    other = pl.Series([f"{area.replace('.', '')}{k:02d}" for area, k in KECAMATAN]).gather(
        rng.integers(0, len(KECAMATAN), count)
    )
    elsewhere = pl.Series(rng.random(count) < 0.28)
    wrong = pl.Series(rng.random(count) < 0.012)
    days = pl.Series(np.where(wrong, rng.integers(-400, 400, count), 0))
    date = (people["lahir"].cast(pl.Int32) + days.cast(pl.Int32)).cast(pl.Date)
    day = (date.dt.day().cast(pl.Int64) + 40 * (people["kelamin"] - 1)).cast(pl.String).str.zfill(2)
    prefix = (
        pl.select(pl.when(elsewhere).then(other).otherwise(kecamatan)).to_series() + day + date.dt.to_string("%m%y")
    )
    serial = pl.int_range(pl.len()).over("prefix") % 1000 + 9000
    return prefix.to_frame("prefix").select((pl.col("prefix") + serial.cast(pl.String)).alias("nik")).to_series()

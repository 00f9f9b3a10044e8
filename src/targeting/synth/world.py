"""The truth that both sources describe: families, their people, where they live, what they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.synth import housing, person_items
from targeting.synth.families import Persons, people
from targeting.synth.identity import family_card_numbers, nik_numbers
from targeting.synth.names import named
from targeting.synth.places import Places, places, settle
from targeting.synth.streams import Floats, Ints, hits, stream
from targeting.synth.welfare import Welfare, welfare

SHARED_DWELLING = 0.05
"""Share of families that live in the dwelling of the family before them, with a card of their own."""

DWELLING_COLUMNS = housing.COLUMNS[:12]


@dataclass
class World:
    """Families by position and persons by position; every array is aligned with one of the two."""

    persons: Persons
    places: Places
    village: Ints
    host: Ints
    hamlet: Ints
    rt: Ints
    rw: Ints
    card_old: Ints
    card_new: Ints
    welfare: Welfare
    housing: dict[str, housing.Column]
    proxy: Floats
    items: dict[str, Ints]
    nama: pl.Series
    title_front: pl.Series
    title_back: pl.Series
    birthplace: pl.Series
    nik: Ints

    @property
    def families(self) -> int:
        """How many."""
        return len(self.village)


def build(seed: int, families: int, districts: tuple[str, ...]) -> World:
    """A world of that many families in the districts, the same for the same seed."""
    persons = people(seed, families)
    village = settle(seed, families, districts)
    host = _hosts(seed, families)
    village = village[host]
    education = person_items.schooling(seed, persons, families)
    known = welfare(seed, persons, education, village, districts)
    dwelling = housing.housing(seed, known)
    for name in DWELLING_COLUMNS:
        dwelling[name] = dwelling[name][host]
    items = person_items.person_items(seed, persons, education, known.z[persons.family])
    head = np.flatnonzero(persons.slot == 0)
    nama, front, back = named(seed, persons, items["id_ijazah"], village[persons.family], districts)
    rng = stream(seed, "addresses")
    return World(
        persons=persons,
        places=places(districts),
        village=village,
        host=host,
        hamlet=(village * 7 + rng.integers(0, 9, families))[host] % len(places(districts).hamlet),
        rt=rng.integers(1, 10, families)[host],
        rw=rng.integers(1, 16, families)[host],
        card_old=family_card_numbers(seed, "cards", village, districts, (2007, 2022)),
        card_new=family_card_numbers(seed, "new cards", np.r_[village, village], districts, (2022, 2025)),
        welfare=known,
        housing=dwelling,
        proxy=housing.proxy_score(dwelling, known, education[head]),
        items=items,
        nama=nama,
        title_front=front,
        title_back=back,
        birthplace=_birthplaces(seed, village[persons.family], districts),
        nik=nik_numbers(seed, persons, village[persons.family], districts),
    )


def _hosts(seed: int, families: int) -> Ints:
    """For each family the one whose dwelling it lives in: mostly itself."""
    rng = stream(seed, "dwellings")
    host = np.arange(families)
    guest = hits(rng, SHARED_DWELLING, families)
    guest = guest[guest > 0]
    first = ~np.isin(guest - 1, guest)
    host[guest[first]] -= 1
    return host


def _birthplaces(seed: int, village: Ints, districts: tuple[str, ...]) -> pl.Series:
    """The regency somebody was born in: the own one, or one around."""
    rng = stream(seed, "birthplaces")
    where = places(districts)
    born = village.copy()
    away = hits(rng, 0.2, len(born))
    born[away] = rng.choice(where.elsewhere, len(away))
    return where.village["kabupaten"].str.to_uppercase().gather(pl.Series(born)).alias("tempat_lahir")

"""Who took part in WUB or PENA before: a list as programmes keep it, some of the pool on it and as many others."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import polars as pl

from targeting.synth import observe, programme
from targeting.synth.levels import Level
from targeting.synth.programme import Members
from targeting.synth.streams import Ints, stream
from targeting.synth.world import World

SERVED = 0.05
"""Participants of the pool, and again as many of other families, as a share of its households."""
TWICE = 0.1
"""Share of participants who are listed again, in another programme or year."""
AGES = (20, 55)
FIRST_YEAR, LAST_YEAR = 2018, 2025
PROGRAMMES = ("WUB", "PENA")
NIK_MISSING, NIK_TYPO = 0.12, 0.12
"""Attendance lists are typed from paper: a NIK is wrong or missing more often than in a survey."""


def participations(
    seed: int, world: World, met: Members, level: Level, households: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The list (columns of the contract prior-recipient), and its truth: person_id, prior_id of each member of the pool
    who is on it, under each id that PPSE has of them."""
    rng = stream(seed, "earlier participants")
    who = _who(rng, world, met, households)
    noise = replace(level.ppse, nik_missing=NIK_MISSING, nik_typo=NIK_TYPO)
    village = world.places.village["kode_desa"].gather(pl.Series(world.village[world.persons.family[who]]))
    listed = pl.DataFrame(
        {
            "prior_id": "PRIOR-" + pl.Series(np.arange(1, len(who) + 1)).cast(pl.String).str.zfill(6),
            **observe.identity(rng, world, who, np.arange(len(who)), noise).drop("tempat_lahir").to_dict(),
            "kode_desa": village,
            "program": pl.Series(np.array(PROGRAMMES)[rng.integers(0, len(PROGRAMMES), len(who))]),
            "tahun": rng.integers(FIRST_YEAR, LAST_YEAR + 1, len(who)),
        }
    )
    members = pl.DataFrame({"person_id": programme.member_ids(met), "who": met.who})
    truth = members.join(listed.select("prior_id", who=pl.Series(who)), on="who", maintain_order="left_right")
    return listed, truth.select("person_id", "prior_id")


def _who(rng: np.random.Generator, world: World, met: Members, households: int) -> Ints:
    """Persons by position, in random order, a few of them twice."""
    age = world.persons.age
    able = (age >= AGES[0]) & (age <= AGES[1])
    pool = np.unique(met.who[(met.presence == 1) & able[met.who]])
    elsewhere = able.copy()
    elsewhere[np.isin(world.persons.family, np.unique(world.persons.family[met.who]))] = False
    wanted = ceil(SERVED * households)
    once = np.r_[
        rng.choice(pool, min(wanted, len(pool)), replace=False),
        rng.choice(np.flatnonzero(elsewhere), min(wanted, int(elsewhere.sum())), replace=False),
    ]
    again = rng.choice(once, ceil(TWICE * len(once)), replace=False)
    return rng.permutation(np.r_[once, again])

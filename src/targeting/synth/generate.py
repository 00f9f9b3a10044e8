"""Synthetic PPSE and DTSEN with known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.errors import UsageError
from targeting.synth import earlier, programme, register
from targeting.synth.levels import LEVELS, NoiseLevel
from targeting.synth.programme import Members, Units
from targeting.synth.world import World, build

DISTRICTS = ("34.04", "35.07")
FAMILIES_PER_HOUSEHOLD = 7
"""DTSEN families for each PPSE household, unless asked otherwise: the sample's 600 to 4,000."""
SPARE = 2.5
"""Families outside the register to draw each unregistered household from, so that these too are mostly poor."""


@dataclass(frozen=True)
class SynthData:
    """Both sources and the truth.

    The four source frames have the columns of their contracts, codes in the version of their source (PPSE
    regsosek-2022k, DTSEN dtsen-2025). `truth_person` (person_id, dtsen_person_id) and `truth_household` (household_id,
    dtsen_family_id) hold each true pair once; PPSE rows without a pair are not in DTSEN. `hidden_consumption` has one
    row a household and one a family: household_id or dtsen_family_id, and consumption_idr_capita_month in rupiah.
    `prior_recipient` is a list of earlier participants, `truth_prior` (person_id, prior_id) who of PPSE is on it.
    """

    ppse_household: pl.DataFrame
    ppse_member: pl.DataFrame
    dtsen_family: pl.DataFrame
    dtsen_person: pl.DataFrame
    truth_person: pl.DataFrame
    truth_household: pl.DataFrame
    hidden_consumption: pl.DataFrame
    prior_recipient: pl.DataFrame
    truth_prior: pl.DataFrame


def generate(
    households: int,
    noise: NoiseLevel,
    overlap: float,
    seed: int,
    *,
    families: int | None = None,
    districts: tuple[str, ...] = DISTRICTS,
) -> SynthData:
    """Exactly `households` PPSE rows against exactly `families` DTSEN rows, the same for the same arguments.

    `overlap` is the share of PPSE households that DTSEN holds. Raises UsageError when the numbers cannot be met.
    """
    registered = families if families is not None else FAMILIES_PER_HOUSEHOLD * households
    _check(households, noise, overlap, registered)
    level = LEVELS[noise]
    outside = int(SPARE * round(households * (1 - overlap))) + 2
    world = build(seed, registered + outside, districts)
    listed = register.registered(seed, world, registered, level)
    dtsen = register.dtsen(seed, world, listed, registered, level)
    pool = programme.units(seed, world, level, households=households, families=registered, overlap=overlap)
    met = programme.members(seed, world, pool, level)
    prior, truth_prior = earlier.participations(seed, world, met, level, households)
    return SynthData(
        ppse_household=programme.household_frame(seed, world, pool, met, level),
        ppse_member=programme.member_frame(seed, world, met, households, level),
        dtsen_family=dtsen.family,
        dtsen_person=dtsen.person,
        truth_person=_true_persons(met, dtsen.person_id),
        truth_household=_true_households(pool, dtsen.family_id, registered),
        hidden_consumption=_consumption(world, pool, dtsen.family_id, registered),
        prior_recipient=prior,
        truth_prior=truth_prior,
    )


def _check(households: int, noise: str, overlap: float, families: int) -> None:
    if noise not in LEVELS:
        raise UsageError(f"No noise level '{noise}'. Levels: {', '.join(LEVELS)}.")
    if households < 1 or families < 1:
        raise UsageError("Ask for at least one household and one family.")
    if not 0 <= overlap <= 1:
        raise UsageError(f"overlap is {overlap}; it is a share between 0 and 1.")


def _true_persons(met: Members, person_id: pl.Series) -> pl.DataFrame:
    """Members that DTSEN holds, with their DTSEN id."""
    ids = person_id.gather(pl.Series(met.who))
    return pl.DataFrame({"person_id": programme.member_ids(met), "dtsen_person_id": ids}).drop_nulls()


def _true_households(pool: Units, family_id: pl.Series, families: int) -> pl.DataFrame:
    """Households whose family DTSEN holds, with its id; both parts of a split family point at the one family."""
    known = pl.Series(pool.family < families)
    at = pl.Series(np.where(pool.family < families, pool.family, 0))
    pairs = {"household_id": programme.household_ids(len(pool)), "dtsen_family_id": family_id.gather(at)}
    return pl.DataFrame(pairs).filter(known)


def _consumption(world: World, pool: Units, family_id: pl.Series, families: int) -> pl.DataFrame:
    """What each household and each family really spends a head and month."""
    spent = pl.Series("consumption_idr_capita_month", world.welfare.consumption_idr_capita_month)
    of_households = pl.DataFrame(
        {
            "household_id": programme.household_ids(len(pool)),
            "consumption_idr_capita_month": spent.gather(pl.Series(pool.family)),
        }
    )
    of_families = pl.DataFrame({"dtsen_family_id": family_id, "consumption_idr_capita_month": spent[:families]})
    return pl.concat([of_households, of_families.sort("dtsen_family_id")], how="diagonal").select(
        "household_id", "dtsen_family_id", "consumption_idr_capita_month"
    )

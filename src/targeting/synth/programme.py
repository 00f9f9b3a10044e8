"""PPSE as the programme met its households: mostly the poor, as they live now, some of them twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from targeting.errors import UsageError
from targeting.synth import observe
from targeting.synth.families import IN_LAW
from targeting.synth.levels import Level
from targeting.synth.register import as_columns
from targeting.synth.streams import Bools, Floats, Ints, stream
from targeting.synth.world import World

POOR_FIRST = 2.2
"""How strongly the pool leans to the poor: log odds per standard deviation of welfare."""
WHOLE, WITHOUT_BRANCH, BRANCH = 0, 1, 2
ENUMERATION = (date(2025, 10, 1), date(2025, 12, 20))
EXPENDITURE_ASKED = 0.05
"""Share of households whose expenditure is known, with a recall error of a quarter."""

AID: dict[str, tuple[float, float]] = {
    # Share at average welfare among the pool, change in log odds per standard deviation of welfare.
    "bansos_bpnt": (0.42, -0.7),
    "bansos_pkh": (0.36, -0.6),
    "bansos_blt_dana_desa": (0.06, -0.5),
    "bansos_subsidi_listrik": (0.55, -0.3),
    "bansos_pemda": (0.05, -0.2),
    "bansos_subsidi_pupuk": (0.12, 0.0),
    "bansos_subsidi_lpg": (0.80, -0.1),
}


@dataclass
class Units:
    """PPSE households in the order of their ids: the world's family, which part of it, whether its card is new."""

    family: Ints
    part: Ints
    card: Ints

    def __len__(self) -> int:
        return len(self.family)


def units(seed: int, world: World, level: Level, *, households: int, families: int, overlap: float) -> Units:
    """Households of the pool, `overlap` of them known to the register, a few of them entered twice, in random order."""
    rng = stream(seed, "pool")
    twice = round(households * level.duplicate)
    distinct = households - twice
    inside = round(distinct * overlap)
    eager = -POOR_FIRST * world.welfare.z + rng.gumbel(size=world.families)
    guest = np.flatnonzero((world.host != np.arange(world.families)) & (rng.random(world.families) < 0.7))
    eager[guest] = eager[world.host[guest]]  # whoever visits the dwelling meets both of its families
    order = np.argsort(-eager, kind="stable")
    known = _split(rng, world, order[order < families], level)
    unknown = _split(rng, world, order[order >= families], level)
    for pool, wanted in ((known, inside), (unknown, distinct - inside)):
        if len(pool[0]) < wanted:
            raise UsageError("Fewer DTSEN families than PPSE households to draw from them. Ask for more families.")
    family = np.r_[known[0][:inside], unknown[0][: distinct - inside]]
    part = np.r_[known[1][:inside], unknown[1][: distinct - inside]]
    reissued = (part == BRANCH) | (rng.random(distinct) < level.kk_reissued)
    card = np.where(reissued, world.card_new[family + world.families * (part == BRANCH)], world.card_old[family])
    again = rng.choice(distinct, twice, replace=False) if twice else np.zeros(0, dtype=np.int64)
    shuffled = np.r_[np.arange(distinct), again][rng.permutation(households)]
    return Units(family[shuffled], part[shuffled], card[shuffled])


def _split(rng: np.random.Generator, world: World, order: Ints, level: Level) -> tuple[Ints, Ints]:
    """Families as households: where a married child lives along, perhaps as two, perhaps only the young one."""
    couple = np.zeros(world.families, dtype=np.bool_)
    couple[world.persons.family[world.persons.branch & (world.persons.slot == IN_LAW)]] = True
    apart = couple[order] & (rng.random(len(order)) < level.split)
    both = apart & (rng.random(len(order)) < 0.6)
    repeats = np.where(both, 2, 1)
    family = np.repeat(order, repeats)
    part = np.repeat(np.where(apart, np.where(both, WITHOUT_BRANCH, BRANCH), WHOLE), repeats)
    second = np.r_[False, (family[1:] == family[:-1])] if len(family) else np.zeros(0, dtype=np.bool_)
    part[second] = BRANCH
    return family, part


@dataclass
class Members:
    """Rows of the member table: household and person by position, relationship, marital status, presence (404)."""

    unit: Ints
    who: Ints
    role: Ints
    marital: Ints
    presence: Ints


def members(seed: int, world: World, pool: Units, level: Level) -> Members:
    """Who is met in each household, in the order household, relationship, age."""
    rng = stream(seed, "members")
    persons = world.persons
    first = np.searchsorted(persons.family, pool.family)
    size = np.searchsorted(persons.family, pool.family, side="right") - first
    unit = np.repeat(np.arange(len(pool)), size)
    who = np.repeat(first, size) + np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    part = pool.part[unit]
    keep = (part == WHOLE) | (persons.branch[who] == (part == BRANCH))
    unit, who, part = unit[keep], who[keep], part[keep]
    role = np.where(part == BRANCH, _branch_roles(world, who), persons.role[who])
    listed = Members(unit, who, role, persons.marital[who].copy(), np.ones(len(who), dtype=np.int64))
    keep = _note_the_gone(rng, world, listed, level)
    order = np.flatnonzero(keep)[np.lexsort((persons.birth[who][keep], listed.role[keep], unit[keep]))]
    return Members(*(column[order] for column in vars(listed).values()))


def _branch_roles(world: World, who: Ints) -> Ints:
    """Relationships in the young family: the husband is its head."""
    adult = world.persons.slot[who] <= IN_LAW
    return np.where(adult, np.where(world.persons.sex[who] == 1, 1, 2), 3)


def _note_the_gone(rng: np.random.Generator, world: World, listed: Members, level: Level) -> Bools:
    """Rows that stay in the list; presence is noted in them, and the spouse takes the place of a head who died."""
    unit, role = listed.unit, listed.role
    age = world.persons.age[listed.who]
    alone = np.bincount(unit)[unit] == 1
    spouse_at = np.full(int(unit.max(initial=-1)) + 1, -1, dtype=np.int64)
    spouse_at[unit[role == 2]] = np.flatnonzero(role == 2)
    chance = np.where((age > 18) & (age < 36), 2.0, 1.0) * level.member_gone
    chance = np.where(role == 1, np.where((age > 50) & (spouse_at[unit] >= 0), level.member_gone, 0.0), chance)
    gone = (rng.random(len(unit)) < chance) & ~alone
    widows = spouse_at[unit[gone & (role == 1)]]
    gone[widows] = False
    role[widows], listed.marital[widows] = 1, 4
    still_listed = gone & (role != 1) & (rng.random(len(unit)) < 0.35)
    why = np.where(age > 60, 2, np.where(rng.random(len(unit)) < 0.7, 3, np.where(rng.random(len(unit)) < 0.6, 4, 6)))
    listed.presence[:] = np.where(still_listed, why, np.where((age < 1) & (rng.random(len(unit)) < 0.6), 5, 1))
    stays: Bools = ~gone | still_listed
    return stays


def household_frame(seed: int, world: World, pool: Units, met: Members, level: Level) -> pl.DataFrame:
    """The household table, in the order of its ids."""
    rng = stream(seed, "ppse households")
    family, n = pool.family, len(pool)
    code = world.places.village["kode_desa"].gather(pl.Series(world.village[family]))
    present = np.bincount(met.unit[np.isin(met.presence, [1, 5])], minlength=n)
    first, last = (np.datetime64(day).astype(int) for day in ENUMERATION)
    own = {name: np.asarray(column, dtype=np.int64)[family] for name, column in world.housing.items()}
    spending = world.welfare.consumption_idr_capita_month[family] * present * np.exp(0.25 * rng.standard_normal(n))
    asked = rng.random(n) < EXPENDITURE_ASKED
    return pl.DataFrame(
        {
            "household_id": household_ids(n),
            "no_kk": observe.family_card_text(rng, pool.card, level.ppse),
            "kode_kabupaten_kota": code.str.slice(0, 5),
            "kode_kecamatan": code.str.slice(0, 8),
            "kode_desa": code,
            "alamat": _address(rng, world, family),
            "rt": pl.Series(world.rt[family]).cast(pl.String).str.zfill(2),
            "rw": pl.Series(world.rw[family]).cast(pl.String).str.zfill(2),
            "tanggal_pendataan": rng.integers(first, last, n).astype("datetime64[D]"),
            "jumlah_anggota_keluarga": np.maximum(present, 1),
            "id_status_keberadaan_keluarga": np.where(rng.random(n) < 0.985, 1, 2),
            **as_columns(observe.answers(rng, own, level.ppse.code_wrong)),
            **_aid(rng, world.welfare.z[family]),
            "expenditure_idr_month": pl.Series(np.round(spending, -3)).set(pl.Series(~asked), None),
        }
    )


def household_ids(size: int) -> pl.Series:
    """PPSE-0000001 and on."""
    return "PPSE-" + pl.Series(np.arange(1, size + 1)).cast(pl.String).str.zfill(7)


def _aid(rng: np.random.Generator, z: Floats) -> dict[str, Ints]:
    """Aid as the household says it receives it."""
    given = {}
    for name, (share, slope) in AID.items():
        logit = np.log(share / (1 - share)) + slope * (z + 1)
        given[name] = np.where(rng.random(len(z)) < 1 / (1 + np.exp(-logit)), 1, 2)
    return given


def _address(rng: np.random.Generator, world: World, family: Ints) -> pl.Series:
    """Dsn. Karangrejo RT 3/RW 5, or parts of it, as village clerks write it."""
    style = rng.integers(0, 4, len(family))
    at = pl.DataFrame(
        {
            "hamlet": pl.Series(world.places.hamlet).gather(pl.Series(world.hamlet[family])),
            "rt": pl.Series(world.rt[family]).cast(pl.String),
            "rw": pl.Series(world.rw[family]).cast(pl.String),
            "style": style,
        }
    )
    return at.select(
        alamat=pl.when(pl.col("style") == 0)
        .then(pl.format("Dsn. {} RT {}/RW {}", "hamlet", "rt", "rw"))
        .when(pl.col("style") == 1)
        .then(pl.format("{} RT.{} RW.{}", pl.col("hamlet").str.to_uppercase(), "rt", "rw"))
        .when(pl.col("style") == 2)
        .then(pl.format("DUSUN {}", pl.col("hamlet").str.to_uppercase()))
        .otherwise(pl.format("Ds {} {}/{}", "hamlet", "rt", "rw"))
    )["alamat"]


def member_frame(seed: int, world: World, met: Members, households: int, level: Level) -> pl.DataFrame:
    """The member table, in the order of its ids."""
    rng = stream(seed, "ppse members")
    identity = observe.identity(rng, world, met.who, met.unit, level.ppse)
    items = {name: values[met.who] for name, values in world.items.items()}
    bits = ("dokumen_identitas", "penggunaan_internet", "jaminan_kesehatan", "jaminan_ketenagakerjaan")
    given = observe.answers(rng, items, level.ppse.code_wrong)
    return pl.DataFrame(
        {
            "person_id": member_ids(met),
            "household_id": household_ids(households).gather(pl.Series(met.unit)),
            **identity.to_dict(),
            "id_hub_kepala_keluarga": met.role,
            "id_status_perkawinan": met.marital,
            "id_keberadaan_anggota": met.presence,
            **as_columns({name: values for name, values in given.items() if name not in bits}),
            **as_columns({name: given[name] for name in bits}),
        }
    )


def member_ids(met: Members) -> pl.Series:
    """PPSE-0000001-01 and on."""
    starts = np.searchsorted(met.unit, met.unit)
    unit = pl.Series(met.unit + 1).cast(pl.String).str.zfill(7)
    return "PPSE-" + unit + "-" + pl.Series(np.arange(len(met.unit)) - starts + 1).cast(pl.String).str.zfill(2)

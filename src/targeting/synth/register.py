"""DTSEN as the world is registered: people where they were registered, not where they live now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from targeting.synth import observe
from targeting.synth.families import HEAD, IN_LAW, OTHER, SPOUSE
from targeting.synth.levels import Level
from targeting.synth.person_items import BUSINESS_COLUMNS, FUNCTION_COLUMNS
from targeting.synth.streams import Bools, Ints, hits, pick, stream
from targeting.synth.world import World

CUT_OFF = date(2025, 9, 30)
DESIL_UNKNOWN = 0.02
"""Share of families whose desil is "belum ditentukan"."""
ROOF_TO_DTSEN = {5: 6, 6: 5}
"""Wood and bamboo roofs have each other's code in dtsen-2025."""
FUEL_TO_DTSEN = {12: 0}
"""Does not cook: 12 in regsosek-2022k, 0 in dtsen-2025."""


@dataclass
class Register:
    """Where each person stands in DTSEN: a family's position (-1: nowhere) and the relationship there."""

    family: Ints
    role: Ints


def registered(seed: int, world: World, families: int, level: Level) -> Register:
    """Who is in DTSEN, and in which of its `families`; families of the world beyond that number are not in it."""
    rng = stream(seed, "register")
    persons = world.persons
    n = len(persons)
    family = np.where(persons.family < families, persons.family, -1)
    role = persons.role.copy()
    chance = np.select(
        [persons.family >= families, persons.slot == IN_LAW, persons.slot == SPOUSE, persons.slot == OTHER],
        [
            level.absent_elsewhere,
            level.married_out,
            np.where(persons.age < 40, level.newly_wed, 0.0),
            2 * level.newly_wed,
        ],
        0.0,
    )
    moved = hits(rng, chance, n)
    moved, target = _parental_family(rng, world, families, moved)
    family[moved] = target
    role[moved] = np.where(persons.age[moved] < 18, 8, 3)
    age = persons.age
    unknown = np.select(
        [age < 1, age < 3, persons.slot == HEAD], [0.45, 0.06 + level.member_new, 0.0], level.member_new
    )
    family[hits(rng, unknown, n)] = -1
    return Register(family, role)


def _parental_family(rng: np.random.Generator, world: World, families: int, moved: Ints) -> tuple[Ints, Ints]:
    """Families whose head could be a parent of the moved persons; those for whom eight tries find none stay."""
    heads = np.flatnonzero(world.persons.slot == HEAD)
    age = world.persons.age
    target = np.full(len(moved), -1, dtype=np.int64)
    for _ in range(8):
        tried = rng.integers(0, families, len(moved))
        gap = age[heads[tried]] - age[moved]
        target = np.where((target < 0) & (gap > 19) & (gap < 42), tried, target)
    return moved[target >= 0], target[target >= 0]


@dataclass
class RegisterFrames:
    """DTSEN's two tables, and the world's positions of their rows."""

    family: pl.DataFrame
    person: pl.DataFrame
    family_id: pl.Series
    person_id: pl.Series


def dtsen(seed: int, world: World, register: Register, families: int, level: Level) -> RegisterFrames:
    """DTSEN's tables in the order of their ids. `family_id` and `person_id` give the id by the world's position."""
    rng = stream(seed, "dtsen")
    place_of = rng.permutation(families)
    who = np.flatnonzero(register.family >= 0)
    family = register.family[who]
    who = who[np.lexsort((world.persons.birth[who], register.role[who], place_of[family]))]
    family = register.family[who]
    number = _rank_within(family)
    ids = pl.Series(place_of + 1).cast(pl.String).str.zfill(8)
    family_id = ("DTSEN-" + ids).alias("dtsen_family_id")
    seen_id = family_id.gather(pl.Series(family))
    person_id = (seen_id + "-" + pl.Series(number + 1).cast(pl.String).str.zfill(2)).alias("dtsen_person_id")
    identity = observe.identity(rng, world, who, family, level.dtsen)
    heads = identity["nama"].filter(pl.Series(number == 0))
    order = np.argsort(place_of)
    by_world = np.full(len(world.persons), -1, dtype=np.int64)
    by_world[who] = np.arange(len(who))
    return RegisterFrames(
        family=_family_frame(
            rng,
            world,
            order=order,
            family_id=family_id,
            heads=heads,
            size=np.bincount(family, minlength=families),
            level=level,
        ),
        person=_person_frame(
            rng,
            world,
            register,
            who=who,
            person_id=person_id,
            family_id=seen_id,
            identity=identity,
            level=level,
        ),
        family_id=family_id,
        person_id=person_id.gather(pl.Series(by_world).replace(-1, None).cast(pl.UInt32)),
    )


def _rank_within(group: Ints) -> Ints:
    """0, 1, 2 ... within each run of equal values."""
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.zeros(0, dtype=np.int64)
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))


def _family_frame(
    rng: np.random.Generator,
    world: World,
    *,
    order: Ints,
    family_id: pl.Series,
    heads: pl.Series,
    size: Ints,
    level: Level,
) -> pl.DataFrame:
    """The family table, `order` being the world's positions in the order of the ids."""
    village = moved_village(rng, world, level)[order]
    code = world.places.village["kode_desa"].gather(pl.Series(village))
    desil = _desil(rng, world, order)
    extreme = (desil == 1) & (rng.random(len(order)) < 0.5)
    aided = rng.random(len(order)) < np.interp(desil, [0, 1, 4, 6, 10], [0.3, 0.72, 0.42, 0.1, 0.01])
    found = pick(rng, {1: 0.955, 2: 0.02, 3: 0.01, 4: 0.015}, len(order))
    status = pick(rng, {0: 0.962, 1: 0.013, 2: 0.025}, len(order))
    statuses = pl.Series(["DTSEN AKTIF", "DTSEN AKTIF - ASESMEN MENINGGAL", "DTSEN NONAKTIF"])
    own = {name: np.asarray(column, dtype=np.int64)[order] for name, column in world.housing.items()}
    given = observe.answers(rng, own, level.dtsen.code_wrong)
    return pl.DataFrame(
        {
            "dtsen_family_id": family_id.gather(pl.Series(order)),
            "no_kk": observe.family_card_text(rng, world.card_old[order], level.dtsen),
            "nama_kepala_keluarga": heads,
            "alamat": _address(world, order),
            "kode_provinsi": code.str.slice(0, 2),
            "kode_kabupaten_kota": code.str.slice(0, 5),
            "kode_kecamatan": code.str.slice(0, 8),
            "kode_desa": code,
            "jumlah_anggota_keluarga": size[order],
            "id_status_keberadaan_keluarga": found,
            "status_dtsen": statuses.gather(pl.Series(status)),
            "cut_off": pl.Series([CUT_OFF]).new_from_index(0, len(order)),
            "desil_nasional": pl.Series(desil).replace(0, None),
            "kemiskinan_ekstrem": np.where(extreme, 1, 2),
            **as_columns(_in_dtsen_codes(given)),
            "bansos": np.where(aided, 1, 2),
        }
    )


def moved_village(rng: np.random.Generator, world: World, level: Level) -> Ints:
    """Each family's village in the register: some moved since within the districts, some came from elsewhere."""
    village = world.village.copy()
    near = hits(rng, level.moved_village, len(village))
    district = world.places.village["kode_kabupaten_kota"].rank("dense").to_numpy()
    for value in np.unique(district[world.places.home]):
        rows = near[district[village[near]] == value]
        village[rows] = rng.choice(np.flatnonzero(district == value), len(rows))
    far = hits(rng, level.moved_regency, len(village))
    village[far] = rng.choice(world.places.elsewhere, len(far))
    return village


def _desil(rng: np.random.Generator, world: World, order: Ints) -> Ints:
    """Decile of a noisy proxy means test; 0 where it is not determined."""
    score = world.proxy + 0.45 * world.proxy.std() * rng.standard_normal(world.families)
    rank = np.empty(world.families)
    rank[np.argsort(score, kind="stable")] = np.arange(world.families)
    desil = 1 + (rank * 10 // world.families).astype(np.int64)
    desil[rng.random(world.families) < DESIL_UNKNOWN] = 0
    return desil[order]


def _address(world: World, order: Ints) -> pl.Series:
    """DUSUN KARANGREJO RT 003 RW 005."""
    hamlet = pl.Series(world.places.hamlet).str.to_uppercase().gather(pl.Series(world.hamlet[order]))
    return pl.DataFrame(
        {
            "hamlet": "DUSUN " + hamlet,
            "rt": "RT " + pl.Series(world.rt[order]).cast(pl.String).str.zfill(3),
            "rw": "RW " + pl.Series(world.rw[order]).cast(pl.String).str.zfill(3),
        }
    ).select(alamat=pl.concat_str(pl.all(), separator=" "))["alamat"]


def _in_dtsen_codes(given: dict[str, Ints]) -> dict[str, Ints]:
    """Answers in codes of dtsen-2025."""
    converted = dict(given)
    converted["id_atap_terluas"] = _recoded(given["id_atap_terluas"], ROOF_TO_DTSEN)
    converted["id_bb_utama"] = _recoded(given["id_bb_utama"], FUEL_TO_DTSEN)
    return converted


def _recoded(codes: Ints, table: dict[int, int]) -> Ints:
    changed = codes.copy()
    for old, new in table.items():
        changed[codes == old] = new
    return changed


def as_columns(given: dict[str, Ints]) -> dict[str, pl.Series]:
    """Columns of answers, -1 as null."""
    return {name: pl.Series(values, dtype=pl.Int64).replace(-1, None) for name, values in given.items()}


PERSON_ITEMS = {
    "id_partisipasi_sekolah": "id_partisipasi_sekolah",
    "id_jenjang_pendidikan_dukcapil": "id_ijazah",
    "id_pekerjaan_utama": "id_lapangan_usaha",
    "id_status_kedudukan_pekerjaan_utama": "id_status_kedudukan_pekerjaan_utama",
    "id_kondisi_gizi": "id_kondisi_gizi",
    "id_penyakit_menahun": "id_penyakit_menahun",
}
"""DTSEN's column: the item it comes from."""


def _person_frame(
    rng: np.random.Generator,
    world: World,
    register: Register,
    *,
    who: Ints,
    person_id: pl.Series,
    family_id: pl.Series,
    identity: pl.DataFrame,
    level: Level,
) -> pl.DataFrame:
    """The person table."""
    items = {name: world.items[source][who] for name, source in PERSON_ITEMS.items()}
    items |= {name: world.items[name][who] for name in (*FUNCTION_COLUMNS, *BUSINESS_COLUMNS)}
    items = observe.answers(rng, items, level.dtsen.code_wrong)
    permit = items["id_kepemilikan_izin_usaha"]
    items["id_kepemilikan_izin_usaha"] = np.where(permit == -1, -1, np.where(permit == 11, 2, 1))
    works = items["id_pekerjaan_utama"] > 0
    worst = np.minimum.reduce([np.where(items[name] == -1, 4, items[name]) for name in FUNCTION_COLUMNS[:-1]])
    disabled: Bools = worst <= 2
    degree = pl.Series(["BERAT", "SEDANG", "RINGAN"]).gather(pl.Series(np.clip(worst, 1, 3) - 1))
    z = world.welfare.z[world.persons.family[who]]
    income = np.clip(np.digitize(z + 0.8 * rng.standard_normal(len(who)), [-0.6, 0.4, 1.2, 2.0]) + 1, 1, 5)
    return pl.DataFrame(
        {
            "dtsen_person_id": person_id,
            "dtsen_family_id": family_id,
            **identity.to_dict(),
            "id_hub_kepala_keluarga": register.role[who],
            "id_status_perkawinan": world.persons.marital[who],
            **as_columns(items),
            "membantu_bekerja": np.where(works, 1, 2),
            "id_pendapatan": pl.Series(np.where(works, income, -1)).replace(-1, None),
            "id_disabilitas": np.where(disabled, 1, 0),
            "tingkat_disabilitas": degree.set(pl.Series(~disabled), None),
            "pbi": np.where(rng.random(len(who)) < np.clip(0.42 - 0.2 * z, 0.02, 0.9), 1, 2),
        }
    )

"""PPSE members against DTSEN persons of the program's own synthetic sources, at each noise level."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import polars as pl

from sets.base import LinkageSet
from sets.indonesia import COLUMNS, FEW
from targeting.synth import generate
from targeting.synth.generate import SynthData

PERSONS_A_HOUSEHOLD = 3.5
Level = Literal["low", "medium", "high"]
WITHOUT: dict[str, tuple[str, ...]] = {
    "": (),
    "-no-nik": ("nik",),
    "-no-address": ("alamat", "kode_desa"),
    "-few": ("nik", "tanggal_lahir", "alamat"),
}


def synthetic(level: Level, variant: str, left: int, right: int, seed: int) -> LinkageSet:
    """About `left` PPSE members and `right` DTSEN persons, without the columns that `variant` of WITHOUT leaves out.

    The few columns of "-few" are name, year of birth, sex and village. PPSE holds people twice: many to one. A DTSEN
    smaller than PPSE is a draw of families from one that is as large.
    """
    households, families = round(left / PERSONS_A_HOUSEHOLD), round(right / PERSONS_A_HOUSEHOLD)
    made = generate(households, level, 0.85, seed, families=max(families, households))
    if families < households:
        made = _with_families(made, right, seed)
    where = ["kode_desa", "alamat"]
    members = made.ppse_member.join(made.ppse_household.select("household_id", *where), on="household_id", how="left")
    persons = made.dtsen_person.join(
        made.dtsen_family.select("dtsen_family_id", *where), on="dtsen_family_id", how="left"
    )
    kinds = {column: kind for column, kind in COLUMNS.items() if column not in WITHOUT[variant]}
    if variant == "-few":
        kinds |= {"tahun_lahir": FEW["tahun_lahir"]}
        members, persons = (_with_year(frame) for frame in (members, persons))
    truth = made.truth_person.select(
        id_l=pl.col("person_id").cast(pl.String), id_r=pl.col("dtsen_person_id").cast(pl.String)
    )
    return LinkageSet(
        f"synth-{level}{variant}",
        "indonesia",
        members.select("person_id", "household_id", *kinds),
        persons.select("dtsen_person_id", "dtsen_family_id", *kinds),
        truth,
        kinds,
        assignment="many_to_one",
        ids=("person_id", "dtsen_person_id"),
        household=("household_id", "dtsen_family_id"),
    )


def _with_families(made: SynthData, persons: int, seed: int) -> SynthData:
    """The same PPSE with about `persons` DTSEN persons: families drawn whole, the truth of those alone."""
    sizes = (
        made.dtsen_person.group_by("dtsen_family_id")
        .len()
        .sort("dtsen_family_id")
        .sample(fraction=1, shuffle=True, seed=seed)
    )
    drawn = sizes.filter(pl.col("len").cum_sum() <= persons)
    kept = made.dtsen_person.join(drawn, on="dtsen_family_id", how="semi", maintain_order="left")
    return replace(
        made,
        dtsen_family=made.dtsen_family.join(drawn, on="dtsen_family_id", how="semi", maintain_order="left"),
        dtsen_person=kept,
        truth_person=made.truth_person.join(kept, on="dtsen_person_id", how="semi", maintain_order="left"),
        truth_household=made.truth_household.join(drawn, on="dtsen_family_id", how="semi", maintain_order="left"),
    )


def _with_year(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        tahun_lahir=pl.col("tanggal_lahir").cast(pl.String).str.extract(r"(\d{4})").cast(pl.Int64)
    )

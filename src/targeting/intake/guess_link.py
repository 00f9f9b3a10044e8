"""Guesses by which columns two files of any kind can be linked, from their headers and first rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from targeting.contracts.guess import ColumnGuess, Ground, LinkGuess, SideGuess
from targeting.contracts.linkage import ColumnType
from targeting.errors import UsageError
from targeting.intake.guess import fits, guess, looked
from targeting.intake.sample import Sample

TYPES: Mapping[str, ColumnType] = {
    "nik": ColumnType.NIK,
    "nama": ColumnType.NAME,
    "tanggal_lahir": ColumnType.DATE,
    "id_jenis_kelamin": ColumnType.CATEGORY,
    "kode_desa": ColumnType.REGION,
    "alamat": ColumnType.TEXT,
    "no_kk": ColumnType.NKK,
    "tempat_lahir": ColumnType.TEXT,
}
"""Fields that say who somebody is, and how each is compared."""
OWN_IDS, HOMES = ("person_id", "dtsen_person_id", "prior_id"), ("household_id", "dtsen_family_id")
MOSTLY = 0.98
"""Share of different values from which a column is taken for an id: a row may stand in a file twice."""
ID_NAME = r"(^|_)(id|no|nomor|number|nr|kode)(_|$)|id$"


def guess_link(left: Sample, right: Sample) -> LinkGuess:
    """The columns that both files have, and each side's id column.

    Raises UsageError if the two have no column in common that says who somebody is.
    """
    sides = _side(left), _side(right)
    shared = [name for name in TYPES if all(name in side.columns for side in sides)]
    if not shared:
        raise UsageError(
            f"{left.path.name} and {right.path.name} have no column in common that says who somebody is: none of "
            f"{', '.join(TYPES)} was found in both. Rename the columns, or write the spec by hand."
        )
    return LinkGuess(*sides, tuple((name, TYPES[name].value) for name in shared))


def _side(sample: Sample) -> SideGuess:
    """What one file offers: a person's own fields first, then those of the home."""
    look = looked(sample)
    person, home = (guess(sample, contract, look) for contract in ("ppse-member", "ppse-household"))
    doubted = (*person.doubted, *home.doubted)
    believed: dict[str, ColumnGuess] = {}
    for one in (*person.columns, *home.columns, *doubted):
        if _usable(one, doubted) and one.column not in {taken.column for taken in believed.values()}:
            believed.setdefault(one.field, one)
    own, repeated = _id(look.named, look.headers, [believed[name].column for name in TYPES if name in believed])
    family = next((cell for name, cell in look.headers.items() if cell != own and _named(name, HOMES)), None)
    return SideGuess(sample.path, own, repeated, family, believed, look.named.height)


def _usable(one: ColumnGuess, doubted: tuple[ColumnGuess, ...]) -> bool:
    """Whether a column can be compared: codes need not be those of a contract, as long as both files have the same."""
    return one.field in TYPES and (one not in doubted or TYPES[one.field] is ColumnType.CATEGORY)


def _named(name: str, fields: tuple[str, ...]) -> bool:
    """Whether a column has the name of one of these fields."""
    return any(fits(name, field, ground) for field in fields for ground in (Ground.SAME, Ground.KNOWN))


def _id(frame: pl.DataFrame, cells: Mapping[str, str], compared: list[str]) -> tuple[str | None, int]:
    """A column whose values differ, and in how many rows they do not: one named as an id first, a compared one last."""
    different = {name: frame[name].drop_nulls().n_unique() for name in cells}
    ranked = sorted(
        (name for name, count in different.items() if count >= MOSTLY * frame.height),
        key=lambda name: (cells[name] in compared, not _named(name, OWN_IDS), not re.search(ID_NAME, name)),
    )
    return (cells[ranked[0]], frame.height - different[ranked[0]]) if ranked else (None, 0)

"""What assessing needs: accepted PPSE rows, the DTSEN rows they may be, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from targeting.contracts.assessment import Usual
from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K
from targeting.contracts.schemas import schema_of

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
POLARS_TYPES = {"str": pl.String(), "int": pl.Int64(), "float": pl.Float64(), "date": pl.Date()}


@dataclass(frozen=True)
class AssessmentInputs:
    """Typed frames as intake and linkage hand them on; columns that a file lacked may be missing.

    `families`, `persons`: DTSEN rows that a link names (more do no harm). `household_link`: household_id,
    dtsen_family_id, match_probability, status; several rows a household possible. `person_link`: person_id,
    dtsen_person_id, match_probability, status. `prior_recipients`: person_id and, if matched, match_probability;
    without it the gate of prior recipients is not evaluated; with `years_ago` only the policy's years count,
    with `names_alike` a match of other names is believed as far as the policy says.
    `by_model`: household_id, p_poor, p_extreme of the policy's proxy means test, whose survey is of `model_period`.
    `unsure_births`: person_id of members whose birth date validation found to differ from their NIK.
    `usual`: stands in for what nobody said; without it that of the households themselves. A part of a pool that is
    judged by itself needs the pool's.
    """

    households: pl.DataFrame
    members: pl.DataFrame
    families: pl.DataFrame
    persons: pl.DataFrame
    household_link: pl.DataFrame
    person_link: pl.DataFrame
    ppse_code_lists: str = REGSOSEK_2022K
    dtsen_code_lists: str = DTSEN_2025
    prior_recipients: pl.DataFrame | None = None
    unsure_births: pl.Series | None = None
    by_model: pl.DataFrame | None = None
    model_period: str | None = None
    usual: Usual | None = None


TEXT = (
    "household_id",
    "person_id",
    "dtsen_family_id",
    "dtsen_person_id",
    "no_kk",
    "kode_kabupaten_kota",
    "kode_kecamatan",
    "status_dtsen",
)
"""The texts that assessing reads: names, addresses and NIK do not come this far."""


def complete(frame: Frame, schema: str) -> Frame:
    """The contract's ids, codes (Int8), numbers and dates; columns that were missing are full of nulls.

    Whole numbers stay as narrow as they came: widening those of a million households takes half a gigabyte. A large
    file is best scanned and completed before it is collected, so that it is never in memory with all its columns.
    """
    there = frame.collect_schema()
    wanted = {
        field.name: pl.Int8() if field.code_list else POLARS_TYPES[field.type.__name__]
        for field in schema_of(schema).fields.values()
        if field.type is not str or field.name in TEXT
    }
    return frame.select(_column(name, there.get(name), kind) for name, kind in wanted.items())


def _column(name: str, there: pl.DataType | None, wanted: pl.DataType) -> pl.Expr:
    """The column in the wanted type; null if it is not there; a whole number of any type where one is wanted."""
    if there is None:
        return pl.lit(None, wanted).alias(name)
    return pl.col(name) if wanted == pl.Int64 and there.is_integer() else pl.col(name).cast(wanted)


def age_on(day: pl.Expr, year: int, month: int, day_of_month: int) -> pl.Expr:
    """Completed years from a birth date to a reference date; null if born later."""
    passed = day.dt.month().cast(pl.Int32) * 100 + day.dt.day() <= month * 100 + day_of_month
    age = year - day.dt.year() - (~passed).cast(pl.Int32)
    return pl.when(age >= 0).then(age)

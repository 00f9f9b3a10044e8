"""Rules on dates and ages. What no calendar has, or lies before 1900, never gets this far."""

from __future__ import annotations

import polars as pl

from targeting.intake.context import RuleContext
from targeting.intake.rules.rule import finds
from targeting.vocabulary import Severity

BORN = pl.col("tanggal_lahir")


def age(context: RuleContext) -> pl.Expr:
    """Completed years at the reference date."""
    day = context.as_of
    had_birthday = (BORN.dt.month() < day.month) | ((BORN.dt.month() == day.month) & (BORN.dt.day() <= day.day))
    return day.year - BORN.dt.year().cast(pl.Int64) - (~had_birthday).cast(pl.Int64)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    blanks=True,
    indonesian="Tanggal lahir sesudah tanggal acuan; dianggap kosong.",
    english="The birth date is after the reference date; it is taken as missing.",
)
def birth_date_is_in_the_future(context: RuleContext) -> pl.Expr:
    """Nobody on the list is unborn."""
    return context.as_of < BORN


@finds(
    Severity.WARNING,
    "tanggal_pendataan",
    blanks=True,
    indonesian="Tanggal pendataan sesudah tanggal acuan; dianggap kosong.",
    english="The day of the visit is after the reference date; it is taken as missing.",
)
def visit_is_in_the_future(context: RuleContext) -> pl.Expr:
    """The household was not yet visited."""
    return pl.col("tanggal_pendataan") > context.as_of


@finds(
    Severity.WARNING,
    "cut_off",
    indonesian="Tanggal cut-off DTSEN sesudah tanggal acuan.",
    english="The DTSEN cut-off is after the reference date.",
)
def cut_off_is_in_the_future(context: RuleContext) -> pl.Expr:
    """The register is younger than the day the run speaks of."""
    return pl.col("cut_off") > context.as_of


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    indonesian="Usia lebih dari 110 tahun.",
    english="The age is above 110 years.",
)
def person_is_older_than_110(context: RuleContext) -> pl.Expr:
    """Possible, but a century mistyped is likelier."""
    return age(context) > 110

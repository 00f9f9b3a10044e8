"""Rules on a dwelling whose items exclude each other."""

from __future__ import annotations

import polars as pl

from targeting.intake.context import RuleContext
from targeting.intake.rules.rule import finds
from targeting.vocabulary import Severity


@finds(
    Severity.WARNING,
    "id_jenis_kloset",
    also=("id_fasilitas_bab",),
    indonesian="Jenis kloset terisi padahal tidak ada fasilitas buang air besar.",
    english="A kind of closet is given although there is no toilet.",
)
def closet_without_a_toilet(_: RuleContext) -> pl.Expr:
    """Toilet 6 (none) with a closet."""
    return (pl.col("id_fasilitas_bab") == 6) & pl.col("id_jenis_kloset").is_not_null()


@finds(
    Severity.WARNING,
    "id_dayapenerangan",
    also=("id_sumberpenerangan",),
    indonesian="Daya listrik PLN terisi padahal penerangan bukan dari PLN.",
    english="PLN power is given although the light does not come from PLN.",
)
def power_without_the_grid(_: RuleContext) -> pl.Expr:
    """Lighting 3 or 4 with a metered power."""
    return (pl.col("id_sumberpenerangan") >= 3) & pl.col("id_dayapenerangan").is_not_null()


@finds(
    Severity.WARNING,
    "luas_lantai_bangunan",
    indonesian="Luas lantai kurang dari 4 m2.",
    english="The floor area is below 4 square metres.",
)
def floor_area_is_too_small(_: RuleContext) -> pl.Expr:
    """Not even a room."""
    return pl.col("luas_lantai_bangunan") < 4

"""Rules on who can live in a family as what. Codes of relationship (409) are the same in every version."""

from __future__ import annotations

import polars as pl

from targeting.intake.context import RuleContext
from targeting.intake.rules.rule import FAMILY, finds
from targeting.intake.rules.time import BORN, age
from targeting.vocabulary import Severity

RELATION = pl.col("id_hub_kepala_keluarga")
SEX = pl.col("id_jenis_kelamin")
HEAD, SPOUSE, CHILD, GRANDCHILD, PARENT = 1, 2, 3, 5, 6


def of_head(value: pl.Expr) -> pl.Expr:
    """The value of the family's head (the least, should there be several), on every row of the family."""
    return value.filter(RELATION == HEAD).min().over(FAMILY)


def is_first_of_family() -> pl.Expr:
    """True on one row a family, for findings that belong to no member in particular."""
    return pl.col("row_number") == pl.col("row_number").min().over(FAMILY)


def heads_in_family() -> pl.Expr:
    """How many heads the family has."""
    return (RELATION == HEAD).fill_null(False).sum().over(FAMILY)


@finds(
    Severity.WARNING,
    "id_hub_kepala_keluarga",
    also=(FAMILY,),
    indonesian="Keluarga tidak mempunyai kepala keluarga.",
    english="The family has no head.",
)
def family_has_no_head(_: RuleContext) -> pl.Expr:
    """Told once, on the family's first row."""
    return (heads_in_family() == 0) & is_first_of_family()


@finds(
    Severity.WARNING,
    "id_hub_kepala_keluarga",
    also=(FAMILY,),
    indonesian="Keluarga mempunyai lebih dari satu kepala keluarga.",
    english="The family has more than one head.",
)
def family_has_several_heads(_: RuleContext) -> pl.Expr:
    """Told on each of the heads."""
    return (heads_in_family() > 1) & (RELATION == HEAD)


@finds(
    Severity.WARNING,
    "id_hub_kepala_keluarga",
    also=(FAMILY,),
    indonesian="Keluarga mempunyai lebih dari empat istri/suami.",
    english="The family has more than four spouses.",
)
def family_has_more_than_four_spouses(_: RuleContext) -> pl.Expr:
    """Told on each of the spouses."""
    return ((RELATION == SPOUSE).fill_null(False).sum().over(FAMILY) > 4) & (RELATION == SPOUSE)


@finds(
    Severity.WARNING,
    "id_jenis_kelamin",
    also=("id_hub_kepala_keluarga", FAMILY),
    indonesian="Istri/suami berjenis kelamin sama dengan kepala keluarga.",
    english="The spouse has the same sex as the head.",
)
def spouse_has_the_sex_of_the_head(_: RuleContext) -> pl.Expr:
    """One of the two sexes, or the relationship, is mistyped."""
    return (RELATION == SPOUSE) & (of_head(SEX) == SEX)


@finds(
    Severity.WARNING,
    "id_status_perkawinan",
    also=("id_hub_kepala_keluarga",),
    indonesian="Istri/suami tercatat belum kawin.",
    english="The spouse is on record as never married.",
)
def spouse_is_not_married(_: RuleContext) -> pl.Expr:
    """Relationship 2 with marital status 1."""
    return (RELATION == SPOUSE) & (pl.col("id_status_perkawinan") == 1)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    also=("id_hub_kepala_keluarga",),
    indonesian="Kepala keluarga berusia di bawah 10 tahun.",
    english="The head is younger than 10 years.",
)
def head_is_younger_than_10(context: RuleContext) -> pl.Expr:
    """A mistyped date, or a mistyped relationship."""
    return (RELATION == HEAD) & (age(context) < 10)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    also=("id_hub_kepala_keluarga",),
    indonesian="Istri/suami berusia di bawah 12 tahun.",
    english="The spouse is younger than 12 years.",
)
def spouse_is_younger_than_12(context: RuleContext) -> pl.Expr:
    """A mistyped date, or a mistyped relationship."""
    return (RELATION == SPOUSE) & (age(context) < 12)


@finds(
    Severity.WARNING,
    "id_status_perkawinan",
    also=("tanggal_lahir",),
    indonesian="Berstatus pernah kawin tetapi berusia di bawah 12 tahun.",
    english="On record as once married, but younger than 12 years.",
)
def child_is_married(context: RuleContext) -> pl.Expr:
    """Marital status 2, 3 or 4."""
    return (pl.col("id_status_perkawinan") > 1) & (age(context) < 12)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    also=("id_hub_kepala_keluarga", FAMILY),
    indonesian="Anak atau cucu lebih tua daripada kepala keluarga.",
    english="A child or grandchild is older than the head.",
)
def child_is_older_than_head(_: RuleContext) -> pl.Expr:
    """Relationship 3 or 5, born before the head."""
    return RELATION.is_in([CHILD, GRANDCHILD]) & (of_head(BORN) > BORN)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    also=("id_hub_kepala_keluarga", FAMILY),
    indonesian="Orang tua atau mertua lebih muda daripada kepala keluarga.",
    english="A parent or parent-in-law is younger than the head.",
)
def parent_is_younger_than_head(_: RuleContext) -> pl.Expr:
    """Relationship 6, born after the head."""
    return (RELATION == PARENT) & (of_head(BORN) < BORN)


@finds(
    Severity.WARNING,
    "tanggal_lahir",
    also=("id_hub_kepala_keluarga", FAMILY),
    indonesian="Semua anggota keluarga berusia di bawah 15 tahun.",
    english="All members of the family are younger than 15 years.",
)
def family_is_only_of_children(context: RuleContext) -> pl.Expr:
    """Told once, on the family's first row; families with an unknown age are not judged."""
    return (age(context) < 15).fill_null(False).all().over(FAMILY) & is_first_of_family()

"""Multidimensional deprivation after Alkire and Foster: nine indicators, each with what it contributes.

Source: Global MPI as mapped to DTSEN fields; child mortality is in neither source. Indicators look at the meanings of
codes, since roof and cooking fuel are numbered differently in PPSE and DTSEN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

import polars as pl

from targeting.contracts.codes.lists import code_list
from targeting.contracts.schemas import list_of_column
from targeting.contracts.welfare import DEPRIVATION_INDICATORS, Deprivation
from targeting.eligibility.inputs import age_on
from targeting.eligibility.sums import added
from targeting.eligibility.texts import names_where, once_each

NOT_SAID = "tidak_diketahui"
OF_MEMBERS = ("nutrition", "schooling", "attendance")
CAR = "aset_bergerak_mobil"


def codes_of(column: str, version: str, meanings: Sequence[str]) -> list[int]:
    """The codes that have one of these meanings in that version."""
    known = code_list(list_of_column(column), version).meanings
    return sorted(code for code, meaning in known.items() if meaning in meanings)


def means(column: str, version: str, meanings: Sequence[str]) -> pl.Expr:
    """Whether the coded column has one of these meanings; null where the column is null or says "not known"."""
    unknown = codes_of(column, version, [NOT_SAID])
    said = pl.when(~pl.col(column).is_in(unknown)).then(pl.col(column)) if unknown else pl.col(column)
    return said.is_in(codes_of(column, version, meanings))


@dataclass(frozen=True)
class Register:
    """Families and their members as one source has them.

    `key` identifies the family in both frames; `diploma` is the members' column of the highest diploma.
    """

    families: pl.DataFrame
    members: pl.DataFrame
    key: str
    code_lists: str
    diploma: str


def indicators(register: Register, rules: Deprivation, as_of: date) -> pl.DataFrame:
    """The key and a nullable Boolean column for each indicator: deprived, not deprived, not known."""
    key = register.key
    dwelling = register.families.select(key, *_of_dwelling(register.code_lists, rules), assets=_assets(rules))
    return dwelling.join(_of_members(register, rules, as_of), on=key, how="left").select(key, *DEPRIVATION_INDICATORS)


def _of_dwelling(version: str, rules: Deprivation) -> list[pl.Expr]:
    """Deprived if any column says so; not deprived if at least one speaks and none says so."""
    return [
        pl.any_horizontal(means(column, version, meanings).fill_null(False) for column, meanings in columns.items())
        .or_(_nothing_said(list(columns)))
        .alias(name)
        for name, columns in rules.deprived.items()
        if name not in OF_MEMBERS
    ]


def _nothing_said(columns: list[str]) -> pl.Expr:
    """Null if all columns are null, else False: `x | this` is x where something is said."""
    return pl.when(pl.any_horizontal(pl.col(column).is_not_null() for column in columns)).then(False)


def _assets(rules: Deprivation) -> pl.Expr:
    """Fewer of the listed assets than the policy's number, and no car; null if nothing is said of any of them."""
    owned = pl.sum_horizontal((pl.col(asset) == 1).fill_null(False).cast(pl.Int32) for asset in rules.assets)
    no_car = (pl.col(CAR) == 1).fill_null(False).not_()
    known = pl.any_horizontal(pl.col(asset).is_not_null() for asset in rules.assets)
    return pl.when(known).then((owned < rules.assets_below.value) & no_car)


def _of_members(register: Register, rules: Deprivation, as_of: date) -> pl.DataFrame:
    """The key with nutrition, schooling and attendance of the family's living members."""
    version, key = register.code_lists, register.key
    age = age_on(pl.col("tanggal_lahir"), as_of.year, as_of.month, as_of.day)
    ages = rules.school_age.values
    at_school_age = age.is_between(ages["from"], ages["to"])
    grown = age >= rules.schooled_from_age.value
    absent = means("id_partisipasi_sekolah", version, ["masih_sekolah"]).not_()
    unschooled = means(register.diploma, version, rules.no_primary_school)
    ill_fed = [means(column, version, words) for column, words in rules.deprived["nutrition"].items()]
    return (
        register.members.select(
            key,
            living=_living(register.members, version),
            ill_fed=pl.any_horizontal(ill_fed),
            unschooled=pl.when(grown).then(unschooled),
            absent=pl.when(at_school_age).then(absent),
            child=at_school_age.fill_null(False),
        )
        .filter("living")
        .group_by(key)
        .agg(
            # The largest is true if any is, the smallest if all are; both pass over what is not known.
            pl.col("child").max(),
            nutrition=pl.col("ill_fed").max(),
            schooling=pl.col("unschooled").min(),
            attendance=pl.col("absent").max(),
        )
        .with_columns(attendance=pl.when("child").then("attendance").otherwise(False))
    )


def _living(members: pl.DataFrame, version: str) -> pl.Expr:
    """Whether a member is not known to be dead or gone. Only PPSE says it."""
    if "id_keberadaan_anggota" not in members.columns:
        return pl.lit(True)
    return means("id_keberadaan_anggota", version, ["meninggal", "pindah_wilayah"]).fill_null(False).not_()


def with_score(options: pl.DataFrame, rules: Deprivation) -> pl.DataFrame:
    """Rows with the indicators, and `deprivation`, `deprivation_parts` and `deprivation_missing` that follow."""
    return once_each(
        options,
        DEPRIVATION_INDICATORS,
        deprivation=deprivation_score(rules),
        deprivation_parts=contributions(rules),
        deprivation_missing=not_known(),
    )


def deprivation_score(rules: Deprivation) -> pl.Expr:
    """c in [0, 1]: the weights of the deprivations over the weights of what is known; null if nothing is known."""
    weights = rules.weights.values
    known = _weight_known(rules)
    deprived = added(pl.when(pl.col(name)).then(weights[name]).otherwise(0.0) for name in DEPRIVATION_INDICATORS)
    return pl.when(known > 0).then(deprived / known)


def contributions(rules: Deprivation) -> pl.Expr:
    """JSON text {indicator: its part of the score}, null for an indicator that is not known."""
    weights = rules.weights.values
    known = _weight_known(rules)
    parts = [
        (pl.col(name).cast(pl.Float64) * weights[name] / known).round(4).alias(name) for name in DEPRIVATION_INDICATORS
    ]
    return pl.struct(parts).struct.json_encode()


def not_known() -> pl.Expr:
    """The indicators that are not known, comma-separated: the others carry their weight."""
    return names_where({name: pl.col(name).is_null() for name in DEPRIVATION_INDICATORS})


def decomposition(households: pl.DataFrame, rules: Deprivation) -> dict[str, dict[str, Any]]:
    """Alkire and Foster of a pool, by district and over `all`; every household counts with its members.

    `households`: kode_kabupaten_kota, jumlah_anggota_keluarga, deprivation and the indicators. Each entry: households,
    not_known (households without any indicator), headcount H, intensity A, adjusted M0 = H x A, severe, and by
    indicator its raw and its censored headcount (only of the poor) and its contribution to M0; contributions add to 1.
    None where nobody is known, or nobody poor. A household's weights are those of what is known of it, adding to 1.
    """
    known = households.filter(pl.col("deprivation").is_not_null())
    size = pl.col("jumlah_anggota_keluarga").cast(pl.Float64)
    known = known.with_columns(persons=size.fill_null(size.mean()).fill_null(1.0)).with_columns(
        poor=pl.col("deprivation") >= rules.cutoff.value, weight_known=_weight_known(rules)
    )
    places = {"all": pl.lit(True)} | {
        district: pl.col("kode_kabupaten_kota") == district
        for district in households["kode_kabupaten_kota"].drop_nulls().unique().sort()
    }
    return {
        place: {
            "households": households.filter(where).height,
            "not_known": households.filter(where & pl.col("deprivation").is_null()).height,
            **_decomposed(known.filter(where), rules),
        }
        for place, where in places.items()
    }


def _weight_known(rules: Deprivation) -> pl.Expr:
    """The sum of the weights of the indicators that are known."""
    weights = rules.weights.values
    return added(
        pl.when(pl.col(name).is_not_null()).then(weights[name]).otherwise(0.0) for name in DEPRIVATION_INDICATORS
    )


def _decomposed(known: pl.DataFrame, rules: Deprivation) -> dict[str, Any]:
    """One place's measures; `known` has persons, poor and weight_known."""
    persons, poor = pl.col("persons"), pl.col("poor")
    lacking = (persons * pl.col("deprivation")).filter(poor).sum()
    measures = {"headcount": persons.filter(poor).sum() / persons.sum(), "adjusted": lacking / persons.sum()}
    measures["intensity"] = lacking / persons.filter(poor).sum()
    if rules.severe is not None:
        measures["severe"] = persons.filter(pl.col("deprivation") >= rules.severe.value).sum() / persons.sum()
    indicators = {
        name: known.select(**_of_indicator(name, rules)).row(0, named=True) for name in DEPRIVATION_INDICATORS
    }
    told = known.select(**measures).row(0, named=True)
    rounded = {name: _rounded(values) for name, values in indicators.items()}
    return {**_rounded({name: told[name] for name in measures}), "indicators": rounded}


def _of_indicator(name: str, rules: Deprivation) -> dict[str, pl.Expr]:
    """An indicator's headcounts and its contribution."""
    persons, poor, lacks = pl.col("persons"), pl.col("poor"), pl.col(name).fill_null(False)
    said = persons.filter(pl.col(name).is_not_null()).sum()
    part = rules.weights.values[name] / pl.col("weight_known")
    return {
        "raw": persons.filter(lacks).sum() / said,
        "censored": persons.filter(lacks & poor).sum() / said,
        "contribution": (persons * part).filter(lacks & poor).sum()
        / (persons * pl.col("deprivation")).filter(poor).sum(),
    }


def _rounded(values: dict[str, float | None]) -> dict[str, float | None]:
    """Nine decimals; None where nobody is counted."""
    return {name: None if value is None or not isfinite(value) else round(value, 9) for name, value in values.items()}

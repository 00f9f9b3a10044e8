"""The Splink 5 model of each kind of test set: comparisons, blocking and training rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import splink.comparison_library as cl
from splink import block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_creator import ComparisonCreator

import splink_levels as levels

Rule = BlockingRuleCreator


@dataclass(frozen=True)
class Model:
    """What Splink needs to know of one kind of set.

    `training` rules are one expectation maximisation each. The matches of the `deterministic` rules, over their assumed
    `recall`, give the prior.
    """

    comparisons: list[ComparisonCreator]
    blocking: list[Rule]
    training: list[Rule]
    deterministic: list[Rule]
    recall: float = field(default=0.7)


def model(kind: str, columns: list[str]) -> Model:
    """The model of a kind of set (`about.json` names it) for the columns the set has."""
    if kind == "febrl":
        return _febrl()
    if kind == "register":
        return _register()
    if kind == "indonesia":
        return _indonesia(columns)
    return _census(columns)


def _febrl() -> Model:
    return Model(
        [
            levels.surname_agrees("given_name"),
            levels.surname_agrees("surname"),
            levels.full_dates_agree("date_of_birth"),
            levels.number_agrees("soc_sec_id"),
            levels.code_agrees("street_number"),
            levels.text_agrees("address_1"),
            levels.text_agrees("suburb"),
            cl.LevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        [
            block_on("given_name", "surname"),
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode", "substr(surname, 1, 2)"),
            block_on("suburb", "substr(given_name, 1, 2)"),
        ],
        [block_on("date_of_birth"), block_on("postcode")],
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        0.9,
    )


def _register() -> Model:
    return Model(
        [
            levels.number_agrees("number"),
            levels.words_agree("first_name"),
            levels.surname_agrees("surname"),
            cl.ExactMatch("sex"),
            levels.full_dates_agree("birth_date"),
        ],
        [
            block_on("number"),
            block_on("surname", "first_name_first"),
            block_on("birth_date"),
            block_on("surname", "substr(birth_date, 1, 4)"),
            block_on("first_name_first", "substr(birth_date, 1, 7)"),
            block_on("first_name_first", "substr(birth_date, 6, 5)"),
        ],
        [block_on("number"), block_on("birth_date", "sex")],
        [block_on("number", "birth_date"), block_on("first_name", "surname", "birth_date")],
        0.8,
    )


def _census(columns: list[str]) -> Model:
    born = "birth_date" if "birth_date" in columns else "birth_year"
    year = "substr(birth_date, 1, 4)" if born == "birth_date" else "birth_year"
    comparisons = [
        levels.words_agree("first_name"),
        levels.surname_agrees("surname"),
        cl.ExactMatch("sex"),
        levels.full_dates_agree(born) if born == "birth_date" else levels.years_agree(born),
        levels.code_agrees("birthplace"),
    ]
    blocking = [
        block_on("surname", "first_name_first"),
        block_on(born) if born == "birth_date" else block_on(born, "birthplace", "sex"),
        block_on("surname", year),
        block_on("first_name_first", year),
        block_on("first_name_first", "birthplace", "sex"),
        block_on("surname", "birthplace", "sex"),
    ]
    if "address" in columns:
        comparisons.append(levels.place_agrees("address", "parish"))
        blocking += [block_on("address", "parish"), block_on("address", "first_name_first")]
    training = [
        block_on("first_name", "surname"),
        block_on("birth_date") if born == "birth_date" else block_on("birth_year", "birthplace", "sex"),
    ]
    deterministic = block_on("first_name", "surname", born, "birthplace")
    recall = 0.6 if born == "birth_date" else 0.3
    return Model(comparisons, blocking, training, [deterministic], recall)


def _indonesia(columns: list[str]) -> Model:
    born = "tahun_lahir" if "tahun_lahir" in columns else "tanggal_lahir"
    year, month = (
        (born, born) if born == "tahun_lahir" else ("substr(tanggal_lahir, 1, 4)", "substr(tanggal_lahir, 1, 7)")
    )
    comparisons = [levels.words_agree("nama"), cl.ExactMatch("id_jenis_kelamin")]
    comparisons.append(levels.years_agree(born) if born == "tahun_lahir" else levels.dates_agree(born))
    blocking = [block_on("nama_in_order", year), block_on("nama_first", month), block_on("nama_last", month)]
    training = [block_on("nama")]
    if born == "tanggal_lahir":
        blocking.append(block_on("tanggal_lahir", "substr(nama, 1, 1)"))
        training.append(block_on("tanggal_lahir"))
    if "kode_desa" in columns:
        comparisons.append(levels.village_agrees("kode_desa"))
        blocking += [block_on("kode_desa", "nama_first"), block_on("kode_desa", year, "id_jenis_kelamin")]
        if born == "tahun_lahir":
            training.append(block_on("kode_desa", "tahun_lahir"))
    if "alamat" in columns:
        comparisons.append(levels.text_agrees("alamat"))
    deterministic = [block_on("nama", born, *(["kode_desa"] if "kode_desa" in columns else []))]
    if "nik" in columns:
        comparisons.insert(0, levels.number_agrees("nik"))
        blocking = [block_on("nik"), *blocking, block_on("substr(nik, 1, 12)", "nama_first")]
        training.append(block_on("nik"))
        deterministic.append(block_on("nik", "nama_first"))
    if not {"nik", "kode_desa"} <= set(columns):
        blocking.append(block_on("nama_in_order", "id_jenis_kelamin"))
    if "nik" not in columns:
        blocking += [block_on("kode_desa", "nama_last")] if "kode_desa" in columns else []
    return Model(comparisons, blocking, training, deterministic, 0.8 if "nik" in columns else 0.5)

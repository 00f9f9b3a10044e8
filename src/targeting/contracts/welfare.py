"""The policy's measures of welfare: how desil, probability and deprivation make poverty, and what makes potential."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from targeting.contracts.codes.lists import code_list, versions_of
from targeting.contracts.schemas import list_of_column
from targeting.contracts.sourced import Number, Numbers, Plain

DECILES = tuple(str(decile) for decile in range(1, 11))


def known_meanings(column: str) -> set[str]:
    """Every meaning that a coded column has in any version of the code lists."""
    name = list_of_column(column)
    return {word for version in versions_of(name) for word in code_list(name, version).meanings.values()}


def require_meanings(column: str, meanings: tuple[str, ...]) -> None:
    """Raise ValueError for a word that is no meaning of the column: it would never match, silently."""
    if unknown := sorted(set(meanings) - known_meanings(column)):
        known = ", ".join(sorted(known_meanings(column)))
        raise ValueError(f"'{unknown[0]}' is no meaning of {column}. Meanings: {known}")


def require_keys(name: str, numbers: Numbers, keys: tuple[str, ...]) -> None:
    """Raise ValueError unless the table, on every date, has exactly these keys and no negative number."""
    for values in numbers.tables:
        if set(values) != set(keys):
            raise ValueError(f"'{name}' needs exactly the keys {', '.join(keys)}")
        if min(values.values()) < 0:
            raise ValueError(f"'{name}' has a negative number")


def require_shares(name: str, numbers: Numbers, keys: tuple[str, ...]) -> None:
    """Raise ValueError unless the table has exactly these keys and sums to 1."""
    require_keys(name, numbers, keys)
    for values in numbers.tables:
        if abs(sum(values.values()) - 1) > 1e-6:
            raise ValueError(f"'{name}' sums to {sum(values.values()):.6g}, not to 1")


class Calibration(Plain):
    """Probability by desil whose population mean is an official rate: rate x shape[desil] / mean(shape).

    It is indicative: it says what the rate and the shape say, nothing about the single family.
    """

    rate: Numbers = Field(description="official rate by district code, and 'national' for the others")
    by_desil: Numbers = Field(description="relative risk of desil 1 to 10; only its shape counts")

    @model_validator(mode="after")
    def covers_every_decile(self) -> Self:
        """Refuse a shape that lacks a decile, a rate table without 'national'."""
        require_keys("by_desil", self.by_desil, DECILES)
        if "national" not in self.rate.values:
            raise ValueError("'rate' needs the key 'national'")
        return self


class Lines(Plain):
    """Poverty lines in rupiah per head and month, by district code and 'national'."""

    extreme: Numbers
    poor: Numbers


DEPRIVATION_INDICATORS = (
    "nutrition",
    "schooling",
    "attendance",
    "fuel",
    "sanitation",
    "water",
    "electricity",
    "housing",
    "assets",
)


BY_MEANING = ("nutrition", "fuel", "sanitation", "water", "electricity", "housing")
"""Indicators that say: deprived if any of these columns has one of these meanings."""


class Deprivation(Plain):
    """Alkire-Foster: indicator weights and what counts as deprived, by code meaning."""

    weights: Numbers
    cutoff: Number = Field(description="deprived in this share of the weights: poor")
    severe: Number | None = Field(default=None, description="deprived in this share of the weights: severely poor")
    school_age: Numbers = Field(description="'from' and 'to', in years, inclusive")
    schooled_from_age: Number = Field(description="members of this age on count for the household's schooling")
    assets_below: Number = Field(description="deprived with fewer of the listed assets, and no car")
    assets: tuple[str, ...] = Field(min_length=1)
    deprived: dict[str, dict[str, tuple[str, ...]]] = Field(description="indicator: column: meanings")
    no_primary_school: tuple[str, ...] = Field(description="diplomas that show less than six years of schooling")

    @model_validator(mode="after")
    def names_what_exists(self) -> Self:
        """Refuse an indicator, column or meaning that is not there."""
        require_keys("weights", self.weights, DEPRIVATION_INDICATORS)
        require_keys("school_age", self.school_age, ("from", "to"))
        require_meanings("id_ijazah", self.no_primary_school)
        if set(self.deprived) != set(BY_MEANING):
            raise ValueError(f"'deprived' needs exactly the indicators {', '.join(BY_MEANING)}")
        for columns in self.deprived.values():
            for column, meanings in columns.items():
                require_meanings(column, meanings)
        return self


POVERTY_PARTS = ("desil", "p_extreme", "deprivation")


class Poverty(Plain):
    """How desil, probability and deprivation become one poverty score in [0, 1]."""

    weights: Numbers
    desil_prior: Numbers = Field(description="'1' to '10', and 'missing'")
    extreme: Calibration | None = None
    poor: Calibration | None = None
    lines: Lines | None = Field(default=None, description="for households whose expenditure is known")
    expenditure_log_sd: Number = Field(description="measurement error of log expenditure per head")
    error_log_sd: Number = Field(description="error of the poverty score on the log scale, for the draws")
    weights_concentration: Number = Field(description="Dirichlet concentration of the weights, for the draws")
    deprivation: Deprivation
    model: str | None = Field(
        default=None, description="proxy means test of `targeting pmt train`, relative to the policy file"
    )
    calibrated_over: Literal["register", "pool", "none"] = Field(
        default="register", description="whose persons the official rates are of, where a model tells the probabilities"
    )

    @model_validator(mode="after")
    def has_lines_for_its_model(self) -> Self:
        """Refuse a model without lines: its probabilities are of being below one."""
        if self.model is not None and self.lines is None:
            raise ValueError("'model' needs 'lines'")
        return self

    @model_validator(mode="after")
    def weights_what_there_is(self) -> Self:
        """Refuse weights that do not sum to 1, a prior that lacks a decile."""
        require_shares("weights", self.weights, POVERTY_PARTS)
        require_keys("desil_prior", self.desil_prior, (*DECILES, "missing"))
        return self


FUNCTIONS = (
    "id_penglihatan",
    "id_pendengaran",
    "id_berjalan_atau_naik_tangga",
    "id_menggunakan_tangan_jari",
    "id_belajar_kemampuan_intelektual",
    "id_pengendalian_perilaku",
    "id_berbicara_komunikasi",
    "id_mengurus_diri",
    "id_mengingat_berkonsentrasi",
)
"""Functional items with the levels of difficulty; the mood item has answers of its own and is left out."""
POTENTIAL_PARTS = (
    "business",
    "sector",
    "own_account",
    "turnover",
    "no_permit",
    "training",
    "interest",
    "feasibility",
)


class Potential(Plain):
    """Entrepreneurship potential: weights of its parts and the meanings they look for."""

    weights: Numbers
    neutral: Number = Field(description="stands for a part that is known of nobody")
    sectors: tuple[str, ...]
    own_account: tuple[str, ...]
    turnover: tuple[str, ...]
    no_permit: tuple[str, ...]
    hindering_illness: tuple[str, ...]
    disability: tuple[str, ...] = Field(description="answers to a functional item that count as a disability")

    @model_validator(mode="after")
    def names_what_exists(self) -> Self:
        """Refuse weights that do not sum to 1 and meanings that are not there."""
        require_shares("weights", self.weights, POTENTIAL_PARTS)
        require_meanings("id_lapangan_usaha", self.sectors)
        require_meanings("id_status_kedudukan_pekerjaan_utama", self.own_account)
        require_meanings("id_omset_usaha_utama", self.turnover)
        require_meanings("id_kepemilikan_izin_usaha", self.no_permit)
        require_meanings("id_penyakit_menahun", self.hindering_illness)
        require_meanings("id_penglihatan", self.disability)
        return self

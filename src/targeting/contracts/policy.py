"""The policy: every number and rule that somebody decided, with its unit, its source and how sure the source is.

`Policy` is the file; `Policy.on(date)` is the policy as it stands on a reference date. Rooms read decided numbers from
here and hold none of their own. Quantities are fractions between 0 and 1 unless their unit says otherwise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from targeting.contracts.config import District
from targeting.contracts.dtsen import STATUS_DTSEN
from targeting.contracts.sourced import Basis, Number, Numbers, Plain, at_date, walk_numbers
from targeting.contracts.welfare import Potential, Poverty, require_meanings
from targeting.errors import PolicyError


class Effective(Plain):
    """First and last day on which the policy is in force."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        """Refuse a period that ends before it starts."""
        if self.to < self.from_:
            raise ValueError(f"the period ends ({self.to}) before it starts ({self.from_})")
        return self


class Identity(Plain):
    """Which policy this is."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    effective: Effective
    purpose: str = Field(min_length=10)
    basis: tuple[Basis, ...] = Field(min_length=1)


GateId = Literal["D01", "W01", "S01", "S02", "S03", "S04", "U01", "P01", "P02", "T01", "B01", "L01"]
HouseholdField = Literal["desil", "district", "status_dtsen", "family_presence", "p_link"]
MemberField = Literal["member_presence", "age", "work_status", "schooling", "turnover_class", "p_prior"]
CODED_FIELDS = {
    "family_presence": "id_status_keberadaan_keluarga",
    "member_presence": "id_keberadaan_anggota",
    "work_status": "id_status_kedudukan_pekerjaan_utama",
    "schooling": "id_partisipasi_sekolah",
    "turnover_class": "id_omset_usaha_utama",
}
"""Gate fields that hold the meaning of a coded column."""
HOUSEHOLD_FIELDS = ("desil", "district", "status_dtsen", "family_presence", "p_link")


class Gate(Plain):
    """A tri-state rule over one field.

    `at_most`, `at_least`, `between`: `args` (and `verify`) name parameters. `one_of`, `none_of`: they are texts,
    code meanings where the field is coded. PASS if `args` hold; else VERIFY if `verify` holds (for one_of and none_of:
    if the value is one of `verify`); else `otherwise`. A missing value gives `on_missing`.
    """

    id: GateId
    field: HouseholdField | MemberField
    op: Literal["at_most", "at_least", "between", "one_of", "none_of"]
    args: tuple[str, ...] = Field(min_length=1)
    verify: tuple[str, ...] = ()
    otherwise: Literal["FAIL", "VERIFY"] = "FAIL"
    on_missing: Literal["PASS", "FAIL", "VERIFY"] = "VERIFY"
    source: Basis

    @property
    def numeric(self) -> bool:
        """Whether `args` name parameters."""
        return self.op in ("at_most", "at_least", "between")

    @property
    def of_household(self) -> bool:
        """Whether the gate judges the household; else it judges each member."""
        return self.field in HOUSEHOLD_FIELDS

    @model_validator(mode="after")
    def has_as_many_limits_as_its_op_needs(self) -> Self:
        """Refuse `between` with one limit, `at_most` with two."""
        needed = 2 if self.op == "between" else 1
        if self.numeric and (len(self.args) != needed or len(self.verify) not in (0, needed)):
            raise ValueError(f"gate {self.id}: '{self.op}' takes {needed} parameter name(s) under 'args' and 'verify'")
        return self

    @model_validator(mode="after")
    def compares_words_that_exist(self) -> Self:
        """Refuse a word that the field can never hold."""
        words = self.args + self.verify
        if self.numeric == (self.field in CODED_FIELDS or self.field in ("district", "status_dtsen")):
            raise ValueError(f"gate {self.id}: '{self.op}' does not suit the field '{self.field}'")
        if self.field in CODED_FIELDS:
            require_meanings(CODED_FIELDS[self.field], words)
        if self.field == "status_dtsen" and (unknown := set(words) - set(STATUS_DTSEN)):
            raise ValueError(f"gate {self.id}: no DTSEN status {sorted(unknown)}. Statuses: {', '.join(STATUS_DTSEN)}")
        return self


class Reserve(Plain):
    """A minimum for a group of nominees, filled after open merit."""

    group: Literal["female", "disability"]
    min_share: Number | None = None
    min_seats: Number | None = None

    @model_validator(mode="after")
    def states_one_minimum(self) -> Self:
        """Refuse a reserve with no minimum or with two."""
        if (self.min_share is None) == (self.min_seats is None):
            raise ValueError(f"reserve '{self.group}' needs either 'min_share' or 'min_seats'")
        return self


class Quotas(Plain):
    """Seats per district, minimums within them, and how long the waitlist is."""

    level: Literal["kab"] = "kab"
    seats: Numbers
    reserves: tuple[Reserve, ...] = ()
    waitlist_ratio: Number

    @model_validator(mode="after")
    def seats_are_whole_and_of_districts(self) -> Self:
        """Refuse half a seat, and a key that is no district code."""
        for district, seats in self.seats.values.items():
            if not re.fullmatch(r"\d{2}\.\d{2}", district):
                raise ValueError(f"seats: '{district}' is no district code like 34.04")
            if seats < 0 or seats != int(seats):
                raise ValueError(f"seats: {district} has {seats:g} seats; give a whole number")
        return self


TieKey = Literal["desil", "age", "women", "disability"]


class Ranking(Plain):
    """How the score is made and ties are broken.

    Ties go by `ties` in order (lowest desil, oldest, women, people with a disability first), then by lottery.
    """

    composite: Literal["geometric", "lexicographic"]
    alpha: Number = Field(description="exponent of poverty in the geometric composite")
    floor: Number = Field(description="what potential 0 still counts in the geometric composite")
    bands: Number = Field(description="poverty bands of the lexicographic composite")
    unlinked_score: Number = Field(description="score where the household is not found in DTSEN")
    draws: Number
    ties: tuple[TieKey, ...]
    seed_commit: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def draws_and_bands_are_counts(self) -> Self:
        """Refuse fewer than one draw or band."""
        if self.draws.value < 1 or self.bands.value < 1:
            raise ValueError("'draws' and 'bands' are at least 1")
        return self

    def check_seed(self, seed: int) -> None:
        """Raise PolicyError if the policy committed itself to another seed."""
        revealed = "sha256:" + hashlib.sha256(str(seed).encode()).hexdigest()
        if self.seed_commit is not None and self.seed_commit != revealed:
            raise PolicyError("The seed is not the one the policy committed to (ranking.seed_commit). Use that seed.")


class Policy(Plain):
    """A policy file (layout: pipelines/policy/*.yaml)."""

    policy: Identity
    parameters: dict[str, Number] = Field(description="limits that gates name")
    gates: tuple[Gate, ...] = Field(min_length=1)
    poverty: Poverty
    potential: Potential
    quotas: Quotas
    ranking: Ranking
    _sha256: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """Of the file's bytes; empty for a policy that was not read from a file."""
        return self._sha256

    @property
    def name(self) -> str:
        """Id and version, as runs and reports print it."""
        return f"{self.policy.id} {self.policy.version}"

    def on(self, as_of: date) -> Policy:
        """The policy as it stands on a date: every value is the one in force. PolicyError outside its period."""
        period = self.policy.effective
        if not period.from_ <= as_of <= period.to:
            raise PolicyError(
                f"Policy {self.name} is in force from {period.from_} to {period.to}, not on {as_of}. "
                "Choose a reference date inside (--as-of) or a policy that covers it."
            )
        return at_date(self, as_of)

    def numbers(self) -> Iterator[tuple[str, Number | Numbers]]:
        """Each decided number or table with its dotted path, in file order."""
        return walk_numbers(self, "")

    @property
    def assumptions(self) -> int:
        """How many numbers and gates rest on an assumption; it stands on every list."""
        statuses = [number.source.status for _, number in self.numbers()] + [gate.source.status for gate in self.gates]
        return statuses.count("assumption")

    def seats(self) -> dict[District, int]:
        """Seats per district."""
        return {district: int(seats) for district, seats in self.quotas.seats.values.items()}

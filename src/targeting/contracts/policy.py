"""The policy: every number and rule that somebody decided, with its unit, its source and how sure the source is.

`Policy` is the file; `Policy.on(date)` is the policy as it stands on a reference date. Rooms read decided numbers from
here and hold none of their own. Quantities are fractions between 0 and 1 unless their unit says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import Field, PrivateAttr, model_validator

from targeting.contracts.policy_gates import Gate
from targeting.contracts.policy_quotas import Quotas, Ranking
from targeting.contracts.sourced import Basis, Number, Numbers, Plain, at_date, walk
from targeting.contracts.welfare import Potential, Poverty
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
    _content: str = PrivateAttr(default="")
    _as_of: date | None = PrivateAttr(default=None)

    @property
    def sha256(self) -> str:
        """Of the file's bytes; empty for a policy that was not read from a file."""
        return self._sha256

    @property
    def content(self) -> str:
        """The file's text, to the last byte; empty for a policy that was not read from a file."""
        return self._content

    @property
    def name(self) -> str:
        """Id and version, as runs and reports print it."""
        return f"{self.policy.id} {self.policy.version}"

    @property
    def as_of(self) -> date | None:
        """The date of `on`; None for the policy as it stands in its file."""
        return self._as_of

    def on(self, as_of: date) -> Policy:
        """The policy as it stands on a date: every value is the one in force. PolicyError outside its period."""
        period = self.policy.effective
        if not period.from_ <= as_of <= period.to:
            raise PolicyError(
                f"Policy {self.name} is in force from {period.from_} to {period.to}, not on {as_of}. "
                "Choose a reference date inside (--as-of) or a policy that covers it."
            )
        dated = at_date(self, as_of)
        dated._as_of = as_of
        return dated

    def numbers(self) -> Iterator[tuple[str, Number | Numbers]]:
        """Each decided number or table with its dotted path, in file order."""
        return ((path, part) for path, part in walk(self) if isinstance(part, Number | Numbers))

    def sources(self) -> Iterator[tuple[str, Basis]]:
        """The source of each number, gate and rule with the dotted path of what it is the source of."""
        return ((path, part.source) for path, part in walk(self))

    @property
    def assumptions(self) -> int:
        """How many numbers, gates and rules rest on an assumption; it stands on every list."""
        return [source.status for _, source in self.sources()].count("assumption")

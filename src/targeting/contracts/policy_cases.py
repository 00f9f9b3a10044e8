"""The test file beside a policy: households that stand on its boundaries, each with what the policy must say of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from targeting.contracts.config import Strict
from targeting.contracts.yaml_file import read_declared

SUFFIX = ".tests.yaml"
Outcome = Literal["PASS", "VERIFY", "FAIL"]
Values = dict[str, Any]
"""Contract columns by name; a code may be written as its meaning."""


class Expected(Strict):
    """What must come out; what is not named may be anything."""

    outcome: Outcome | None = Field(default=None, description="the worst of all gates")
    gates: dict[str, Outcome] = Field(default_factory=dict, description="gate: outcome; member gates of the nominee")
    reasons: tuple[str, ...] | None = Field(default=None, description="all reason codes, in any order")
    nominee: int | None = Field(default=None, description="which member is nominated, from 1; 0 for nobody")


class Member(Strict):
    """A member: PPSE's columns, those of the linked DTSEN person, and how probably they took part before."""

    ppse: Values = Field(default_factory=dict)
    dtsen: Values | None = None
    prior: float | None = Field(default=None, ge=0, le=1)
    prior_years_ago: int | None = None
    birth_unsure: bool = Field(default=False, description="validation found the NIK to say another birth date")


class Case(Strict):
    """One household on a boundary. `family: null` is a household that is not found in DTSEN."""

    name: str = Field(min_length=3)
    as_of: date | None = None
    household: Values = Field(default_factory=dict)
    family: Values | None = Field(default_factory=dict)
    p_link: float = Field(default=0.99, ge=0, le=1)
    members: tuple[Member, ...] = (Member(),)
    expect: Expected


class Defaults(Strict):
    """What every household, family and member has unless a case says otherwise."""

    household: Values = Field(default_factory=dict)
    family: Values = Field(default_factory=dict)
    member: Values = Field(default_factory=dict)


class PolicyCases(Strict):
    """A test file."""

    as_of: date
    defaults: Defaults = Defaults()
    tests: tuple[Case, ...] = Field(min_length=1)


def cases_beside(policy: Path) -> Path:
    """Where the tests of a policy file are: wub.yaml has wub.tests.yaml."""
    return policy.with_name(policy.stem + SUFFIX)


def load_cases(path: Path) -> PolicyCases:
    """The test file. Raises UsageError with file, line and cure of everything that is wrong with it."""
    return read_declared(path, PolicyCases, "policy test file")

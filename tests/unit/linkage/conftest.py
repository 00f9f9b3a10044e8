"""A small PPSE and DTSEN, persons with their homes' columns, for tests that link."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pytest

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.register import REGISTER_SPEC
from targeting.synth import generate

HOME = ["no_kk", "kode_desa", "alamat"]


@dataclass(frozen=True)
class Persons:
    """Both sides' persons as the register's spec names their columns, and who is who (id_l, id_r)."""

    left: pl.DataFrame
    right: pl.DataFrame
    truth: pl.DataFrame
    spec: LinkSpec


@pytest.fixture(scope="session")
def persons() -> Persons:
    """About 900 PPSE persons and 2,000 DTSEN persons, medium noise."""
    made = generate(250, "medium", 0.8, 11, families=650)
    left = made.ppse_member.join(made.ppse_household.select("household_id", *HOME), on="household_id")
    right = made.dtsen_person.join(made.dtsen_family.select("dtsen_family_id", *HOME), on="dtsen_family_id")
    columns = [column.left for column in REGISTER_SPEC.columns.values()]
    return Persons(
        left.select("person_id", "household_id", *columns),
        right.select("dtsen_person_id", "dtsen_family_id", *columns),
        made.truth_person.rename(dict(zip(made.truth_person.columns, ["id_l", "id_r"], strict=True))),
        REGISTER_SPEC,
    )


@pytest.fixture
def few_random_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training on a tenth of the random pairs: enough for small files, and quick."""
    monkeypatch.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)

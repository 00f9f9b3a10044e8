"""What assessing hands to ranking, publishing and reporting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from targeting.contracts.policy_quotas import Ranking

OUTCOME = pl.Enum(["PASS", "VERIFY", "FAIL"])
"""Gate outcomes from best to worst; the largest is the worst."""


@dataclass(frozen=True)
class Usual:
    """What stands in for what a household or member did not say: a pool's mean deprivation, and of each part of the
    potential the share of its members who have it."""

    deprivation: float
    parts: Mapping[str, float]


@dataclass(frozen=True)
class Assessment:
    """The judged pool. Every frame is sorted by its ids, whatever the order of the inputs.

    `household`: one row a PPSE household (columns: `eligibility.assess`).
    `nominee`: one row a member: household_id, person_id, choice (1 the nominee, then the alternatives in order; null if
    a gate fails), outcome, age, female, disability, a Boolean column for each part of the potential (null: not known),
    potential, potential_assumed (the parts not known, text).
    `option`: one row a household and DTSEN family it may be: household_id, dtsen_family_id, p_link, passes,
    desil_prior, p_extreme, deprivation, poverty, potential, score.
    `household_gate`, `member_gate`: one row a household or member, two columns a gate, `X` its outcome and `X_reason`
    its reason code (null if PASS); `gate` has them in long form.
    `deprivation`: the pool after Alkire and Foster, by district and over all (eligibility.deprivation.decomposition).
    `not_evaluated`: gates of the policy that lacked their file. `usual`: what stood in for what nobody said.
    """

    household: pl.DataFrame
    nominee: pl.DataFrame
    option: pl.DataFrame
    household_gate: pl.DataFrame
    member_gate: pl.DataFrame
    not_evaluated: tuple[str, ...] = ()
    deprivation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    usual: Usual | None = None

    @property
    def gate(self) -> pl.DataFrame:
        """One row an outcome: household_id, person_id (null for the household's own), gate, outcome, reason_code."""
        households = self.household_gate.with_columns(person_id=pl.lit(None, pl.String))
        return pl.concat([long_gates(households), long_gates(self.member_gate)]).sort(
            "household_id", "person_id", "gate", nulls_last=False
        )

    @property
    def members_refused(self) -> dict[str, int]:
        """By gate of members, how many members it refuses; another member may stand for their household."""
        return {gate: int((self.member_gate[gate] == "FAIL").sum()) for gate in gates_of(self.member_gate)}


def gates_of(wide: pl.DataFrame) -> list[str]:
    """Gates that a wide gate frame holds."""
    return [column.removesuffix("_reason") for column in wide.columns if column.endswith("_reason")]


def long_gates(wide: pl.DataFrame) -> pl.DataFrame:
    """One row a household or member and gate."""
    ids = ("household_id", "person_id")
    names = pl.Enum(sorted(gates_of(wide)))
    parts = [
        wide.select(
            *ids, pl.lit(gate).alias("gate"), outcome=pl.col(gate), reason_code=pl.col(f"{gate}_reason").cast(pl.String)
        )
        for gate in names.categories
    ]
    schema = {"household_id": pl.String, "person_id": pl.String, "gate": pl.String}
    empty = pl.DataFrame(schema={**schema, "outcome": OUTCOME, "reason_code": pl.String})
    return pl.concat([empty, *parts])


def composite(poverty: Any, potential: Any, ranking: Ranking) -> Any:
    """The score in [0, 1] of poverty and potential, both in [0, 1]: polars expressions or numpy arrays.

    geometric: poverty^alpha x (floor + (1 - floor) x potential)^(1 - alpha), so that poverty dominates and nothing
    makes up for its absence. lexicographic: the poverty band, then potential within the band.
    """
    if ranking.composite == "geometric":
        alpha, floor = ranking.alpha.value, ranking.floor.value
        return poverty**alpha * (floor + (1 - floor) * potential) ** (1 - alpha)
    bands = ranking.bands.value
    return ((poverty * bands) // 1 + potential / 2) / (bands + 1)

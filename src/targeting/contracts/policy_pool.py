"""What a judged pool tells about a policy: gates that never fire or remove too many, seats that nobody can take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_lint import Doubt
from targeting.errors import InputFileError

NEEDED = ("household_id", "kode_kabupaten_kota", "gates", "gate_outcome")
"""Columns of the table `assessment` that are looked at."""
MOST_REMOVED = 0.9
"""Share of the pool that a single gate may remove without a remark."""


def pool_doubts(
    policy: Policy,
    assessment: pl.DataFrame,
    most_removed: float = MOST_REMOVED,
    members_refused: Mapping[str, int] | None = None,
) -> list[Doubt]:
    """Findings of a policy on a pool judged by it or by one like it: the table `assessment` of a run.

    `members_refused`: by gate, how many members it refused, of whom the table tells nothing. A gate that the pool was
    not judged by is passed over. Raises InputFileError if the table lacks a column.
    """
    if missing := [name for name in NEEDED if name not in assessment.columns]:
        raise InputFileError(
            f"the data has no column {', '.join(missing)}. Give the table 'assessment' of a run: "
            "'targeting export --table assessment --all --format parquet'."
        )
    if assessment.is_empty():
        return []
    return [*_of_gates(policy, assessment, most_removed, members_refused or {}), *_of_seats(policy, assessment)]


def _of_gates(
    policy: Policy, assessment: pl.DataFrame, most_removed: float, members_refused: Mapping[str, int]
) -> Iterator[Doubt]:
    """A gate that passes everybody, and one that removes more than the share that is stated."""
    for place, gate in enumerate(policy.gates):
        outcome = pl.col("gates").str.extract(rf'"{gate.id}":\s*"([A-Z]+)"')
        known = assessment.select(outcome=outcome).drop_nulls()["outcome"]
        if known.is_empty():
            continue
        failed = (known == "FAIL").sum() / known.len()
        if (known == "PASS").all() and not members_refused.get(gate.id):
            # The table holds a member gate's outcome for the nominee alone, whom the other members may stand in for.
            whom = "households" if gate.of_household else "nominees"
            message = f"gate {gate.id} never fired on {known.len():,} {whom}"
            yield Doubt(("gates", place), "warning", message, "Check its limit and its data, or leave it out")
        if failed > most_removed:
            message = f"gate {gate.id} removes {failed:.1%} of the households, more than {most_removed:.0%}"
            yield Doubt(("gates", place), "warning", message, "Check its limit, the code lists and the data")


def _of_seats(policy: Policy, assessment: pl.DataFrame) -> Iterator[Doubt]:
    """More seats than households that fail no gate."""
    area = "kode_kecamatan" if policy.quotas.level == "kec" and not policy.quotas.shared_out else "kode_kabupaten_kota"
    if area not in assessment.columns:
        return
    eligible = assessment.filter(pl.col("gate_outcome") != "FAIL").group_by(area).len()
    of_area = dict(eligible.iter_rows())
    for name, seats in policy.quotas.seats.values.items():
        there = of_area.get(name, 0) if name[:1].isdigit() else sum(of_area.values())
        if seats > there:
            message = f"{name}: {seats:g} seats, and {there:,} households that fail no gate"
            yield Doubt(("quotas", "seats", "values", name), "warning", message, "Lower the seats, or widen the gates")

"""What the ranking did, in numbers: seats by area, reserves and whom they displaced, the lottery, overrides, visits."""

from __future__ import annotations

from typing import Any

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_quotas import commitment, guessable
from targeting.ranking.filling import CASCADE, INCLUDED, MERIT
from targeting.ranking.quotas import batches, minimum
from targeting.ranking.seats import allot
from targeting.vocabulary import CandidateStatus, OverrideKind


def summary(
    household: pl.DataFrame, candidate: pl.DataFrame, policy: Policy, seed: int, *, committed: bool = False
) -> dict[str, Any]:
    """Counts of a ranking, as a run keeps and shows them; `candidate` as `rank` made it of `household`.

    `committed`: the run was held to a commitment to its seed, as it is by a policy with one.
    """
    seats = allot(household, policy)
    return {
        "seats": {area: _of_area(candidate, area, number) for area, number in sorted(seats.items())},
        "cascade": policy.quotas.cascade,
        "reserves": _reserves(household, candidate, seats, policy),
        "lottery": {
            "commitment": commitment(seed),
            "committed_before": committed or policy.ranking.seed_commit is not None,
            "guessable": guessable(seed),
            "seed": seed,
            "tied": candidate.get_column("lottery").count(),
        },
        "overrides": {str(kind): candidate.filter(pl.col("override") == str(kind)).height for kind in OverrideKind},
        "borderline": int(candidate.get_column("borderline").sum()),
    }


def _of_area(candidate: pl.DataFrame, area: str, allotted: int) -> dict[str, int]:
    """Seats allotted to an area, how its households came to seats, and seats that it could not fill itself.

    `received`: seats of other areas; `passed_on`: own seats that nobody of the area competed for.
    """
    there = candidate.filter(pl.col("area") == area)
    basis = pl.col("seat_basis")
    # A reserve swaps within its area, so what is not passed on to it was its own.
    received = there.filter(basis == CASCADE).height
    selected = there.filter(basis.is_not_null()).height
    displaced = there.filter(pl.col("displaced_by").is_not_null() & basis.is_null()).height
    return {
        "allotted": allotted,
        "selected": selected,
        "by_merit": there.filter(basis == MERIT).height,
        "by_reserve": there.filter(basis.str.starts_with("reserve:")).height,
        "by_override": there.filter(basis == INCLUDED).height,
        "received": received,
        "displaced": displaced,
        "passed_on": max(0, allotted - selected),
    }


def _reserves(
    household: pl.DataFrame, candidate: pl.DataFrame, seats: dict[str, int], policy: Policy
) -> dict[str, dict[str, Any]]:
    """By district and group: seats the group must have, has, those the reserve gave, and the score gap they cost."""
    groups = household.select("household_id", "nominee_female", "nominee_disability")
    selected = candidate.filter(status=CandidateStatus.SELECTED.value).join(groups, on="household_id")
    found: dict[str, dict[str, Any]] = {}
    for district in sorted({area[:5] for area in seats if area[:1].isdigit()}):
        there = selected.filter(district=district)
        number = max(there.height, sum(count for area, count in seats.items() if area[:5] == district))
        for reserve in policy.quotas.reserves:
            given = there.filter(pl.col("seat_basis") == f"reserve:{reserve.group}")
            found.setdefault(district, {})[reserve.group] = {
                "needed": minimum(reserve, number, batches(policy.quotas, number)),
                "seated": int(there.get_column(f"nominee_{reserve.group}").fill_null(value=False).sum()),
                "by_reserve": given.height,
                "largest_score_gap": given.get_column("score_gap").max(),
            }
    return found

"""Rank the assessed households of each district and give out its seats and its waitlist."""

from __future__ import annotations

import math

import polars as pl

from targeting.contracts.assessment import Assessment
from targeting.contracts.policy import Policy
from targeting.errors import CountingError
from targeting.ranking.order import first_of_family, in_order
from targeting.ranking.quotas import Swap, fill
from targeting.ranking.stability import p_top_k
from targeting.vocabulary import CandidateStatus, GateOutcome

SEAT_BY_RANK, SEAT_BY_RESERVE, DISPLACED, ON_WAITLIST = "R00", "R01", "R02", "R03"
FAMILY_REPRESENTED, BELOW_WAITLIST, NO_SEATS = "K01", "Q01", "Q02"
CANDIDATE = (
    "household_id",
    "district",
    "rank",
    "status",
    "nominee_person_id",
    "score",
    "p_top_k",
    "reasons",
    "verify",
    "seat_basis",
    "displaced_by",
)


def rank(assessment: Assessment, policy: Policy, seed: int) -> pl.DataFrame:
    """One row an assessed household, by district and rank; columns `CANDIDATE`.

    `rank` counts from 1 within a district over those who compete: no gate fails, and best of their family; null for the
    others. `status` is selected, waitlist or not_selected. `seat_basis` is `merit` or the reserve that gave the seat;
    `displaced_by` the household whose reserve took it away. `reasons` has the gates' codes and one that says why here.
    The policy is that of the reference date (`Policy.on`). Raises PolicyError for a seed it did not commit to.
    """
    policy.ranking.check_seed(seed)
    ranked = _ranked(assessment.household, policy, seed)
    contenders = ranked.filter(pl.col("rank").is_not_null())
    seated, swaps = _seats(contenders, policy)
    candidate = (
        ranked.join(p_top_k(contenders, assessment.option, policy, seed), on="household_id", how="left")
        .join(_of_swaps(swaps), on="household_id", how="left")
        .with_columns(seats=_seats_of_district(policy), seated=pl.col("household_id").is_in(seated.implode()))
        .with_columns(waits=_waits(policy))
        .with_columns(status=_status(), why=_why())
        .with_columns(reasons=pl.concat_str("reasons", "why", separator=", ", ignore_nulls=True))
        .with_columns(seat_basis=pl.when("seated").then(pl.coalesce("reserve", pl.lit("merit"))))
        .with_columns(reasons=pl.col("reasons").str.strip_prefix(", "))
        .select(CANDIDATE)
        .sort("district", "rank", "household_id", nulls_last=True)
    )
    _every_household_once(assessment.household, candidate)
    return candidate


def _ranked(household: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    """The households in order of merit with district, rank and verify."""
    eligible = household.filter(pl.col("gate_outcome") != GateOutcome.FAIL.value)
    compete = in_order(eligible, policy, seed).with_columns(competes=first_of_family())
    others = household.filter(pl.col("gate_outcome") == GateOutcome.FAIL.value)
    return (
        pl.concat([compete, others.sort("household_id")], how="diagonal")
        .rename({"kode_kabupaten_kota": "district"})
        .with_columns(
            rank=pl.when("competes").then(pl.col("competes").cast(pl.Int64).cum_sum().over("district")),
            verify=pl.col("gate_outcome") == GateOutcome.VERIFY.value,
        )
    )


def _seats(contenders: pl.DataFrame, policy: Policy) -> tuple[pl.Series, list[Swap]]:
    """Everyone seated, over all districts, and all swaps."""
    seated: list[str] = []
    swaps: list[Swap] = []
    for district, seats in sorted(policy.seats().items()):
        ranked = contenders.filter(pl.col("district") == district).sort("rank")
        of_district, of_reserves = fill(ranked, seats, policy.quotas.reserves)
        seated += of_district
        swaps += of_reserves
    return pl.Series(seated, dtype=pl.String), swaps


def _of_swaps(swaps: list[Swap]) -> pl.DataFrame:
    """household_id, reserve (that seated it), displaced_by."""
    text = {"household_id": pl.String, "reserve": pl.String, "displaced_by": pl.String}
    # In the order they happened: a later reserve may take a reserved seat again, and the last word counts.
    moves = [
        move
        for swap in swaps
        for move in (
            (swap.entering, f"reserve:{swap.group}", None),
            (swap.leaving, None, swap.entering),
        )
    ]
    return pl.DataFrame(moves, schema=text, orient="row").unique("household_id", keep="last")


def _seats_of_district(policy: Policy) -> pl.Expr:
    return pl.col("district").replace_strict(policy.seats(), default=0, return_dtype=pl.Int64)


def _waits(policy: Policy) -> pl.Expr:
    """Whether a household is on the waitlist: next in rank to those seated, as many as the ratio says."""
    unseated = pl.col("rank").is_not_null() & ~pl.col("seated")
    place = pl.when(unseated).then(pl.col("rank").rank("ordinal").over("district", unseated))
    ratio = policy.quotas.waitlist_ratio.value
    length = pl.col("seats").replace_strict(
        {seats: math.ceil(round(ratio * seats, 9)) for seats in {0, *policy.seats().values()}}, return_dtype=pl.Int64
    )
    return unseated & (place <= length)


def _status() -> pl.Expr:
    return (
        pl.when("seated")
        .then(pl.lit(CandidateStatus.SELECTED.value))
        .when("waits")
        .then(pl.lit(CandidateStatus.WAITLIST.value))
        .otherwise(pl.lit(CandidateStatus.NOT_SELECTED.value))
    )


def _why() -> pl.Expr:
    """The code that says how the household came to its status; null where a gate said it."""
    displaced = pl.col("displaced_by").is_not_null()
    seat = pl.when(pl.col("reserve").is_not_null()).then(pl.lit(SEAT_BY_RESERVE)).otherwise(pl.lit(SEAT_BY_RANK))
    rest = (
        pl.when(displaced & pl.col("waits"))
        .then(pl.lit(f"{DISPLACED}, {ON_WAITLIST}"))
        .when(displaced)
        .then(pl.lit(DISPLACED))
        .when("waits")
        .then(pl.lit(ON_WAITLIST))
        .when(pl.col("competes") & (pl.col("seats") == 0))
        .then(pl.lit(NO_SEATS))
        .when("competes")
        .then(pl.lit(BELOW_WAITLIST))
        .when(~pl.col("competes"))
        .then(pl.lit(FAMILY_REPRESENTED))
    )
    return pl.when("seated").then(seat).otherwise(rest)


def _every_household_once(household: pl.DataFrame, candidate: pl.DataFrame) -> None:
    """Raise CountingError unless assessed = selected + waitlist + not_selected, each household once."""
    by_status = candidate.group_by("status").len()["len"].sum()
    if by_status != household.height or candidate["household_id"].n_unique() != household.height:
        raise CountingError(
            f"{household.height} households were assessed and {by_status} have a status. "
            "Please report this; nothing was published."
        )

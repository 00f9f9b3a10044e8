"""Rank the assessed households and give out the seats, the waitlist and the order of field visits."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from targeting.contracts.assessment import Assessment
from targeting.contracts.policy import Policy
from targeting.errors import CountingError
from targeting.ranking.filling import INCLUDED, seated
from targeting.ranking.order import in_order, with_representatives
from targeting.ranking.overrides import STOPPED, with_overrides
from targeting.ranking.quotas import Swap, swaps, with_batches
from targeting.ranking.seats import AREA_COLUMN, allot
from targeting.ranking.stability import sureness
from targeting.ranking.status import waits, with_status
from targeting.vocabulary import GateOutcome, OverrideKind

CANDIDATE = (
    "household_id",
    "district",
    "area",
    "rank",
    "status",
    "nominee_person_id",
    "score",
    "p_top_k",
    "borderline",
    "visit_order",
    "visit_change",
    "visit_gain",
    "reasons",
    "verify",
    "seat_basis",
    "batch",
    "displaced_by",
    "score_gap",
    "waitlist_place",
    "waitlist_until",
    "tie",
    "lottery",
    "override",
    "override_id",
    "override_by",
    "override_reason",
)

NEEDED = (
    "household_id",
    "kode_kabupaten_kota",
    "kode_kecamatan",
    "dtsen_family_id",
    "desil",
    "gate_outcome",
    "reasons",
    "score",
    "link_certain",
    "kk_group",
    "nominee_group",
    "nominee_person_id",
    "nominee_age",
    "nominee_female",
    "nominee_disability",
)
"""What ranking reads of `Assessment.household`; the rest would be sorted along for nothing."""
STANDING = (
    "household_id",
    "district",
    "area",
    "rank",
    "status",
    "score",
    "reasons",
    "seat_basis",
    "displaced_by",
    "score_gap",
    "waitlist_place",
)


def rank(assessment: Assessment, policy: Policy, seed: int, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row an assessed household, by district and rank; columns `CANDIDATE`.

    `rank` counts from 1 within a district over those who compete: no gate fails (or a person included them), and they
    stand for their family and person; null for the others. `status` is selected, waitlist or not_selected. `area` is
    the district or subdistrict whose seats they compete for. `seat_basis` says how a seat was won, `displaced_by` by
    whose reserve it was lost, `score_gap` how much higher the displaced one scored. `borderline` marks whom to visit
    first, `visit_order` in which order (1 first, by district). `reasons` has the gates' codes and what says why here.
    `overrides`: household_id, kind, override_id, operator, reason of what is in force (ranking.overrides).
    The policy is that of the reference date (`Policy.on`). Raises PolicyError for a seed it did not commit to.
    """
    policy.ranking.check_seed(seed)
    placed, filled = _placed(assessment.household, policy, seed, overrides)
    candidate = (
        placed.join(_sureness(filled, assessment, policy, seed), on="household_id", how="left")
        .pipe(with_batches, policy.quotas)
        .with_columns(waitlist_until=_valid_until(policy))
        .pipe(with_status)
        .pipe(_with_visits, policy)
        .select(CANDIDATE)
        .sort("district", "rank", "household_id", nulls_last=True)
    )
    _every_household_once(assessment.household, candidate)
    return candidate


def standing(household: pl.DataFrame, policy: Policy, seed: int, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """The list that `rank` makes of `Assessment.household`, without its draws: the columns `STANDING`, by household_id.

    Nothing is asked of the seed: lists that are only compared may use the one of the run they are compared with.
    """
    placed, _ = _placed(household, policy, seed, overrides)
    return placed.pipe(with_status).select(STANDING).sort("household_id")


def _placed(
    household: pl.DataFrame, policy: Policy, seed: int, overrides: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All households with rank, seat and waitlist place; and the contenders as open merit seated them."""
    seats = allot(household, policy)
    ranked = _ranked(with_overrides(household.select(NEEDED), overrides), policy, seed)
    contenders = ranked.filter(pl.col("competes") & ~pl.col("stopped"))
    filled = seated(contenders, seats, policy)
    moved = _swaps(filled, seats, policy)
    placed = (
        ranked.join(filled.select("household_id", "seat_basis"), on="household_id", how="left")
        .join(_of_swaps(moved), on="household_id", how="left")
        .with_columns(seat_basis=_basis_after_swaps())
        .with_columns(seats=pl.col("area").replace_strict(seats, default=0, return_dtype=pl.Int64))
        .with_columns(waitlist_place=waits(policy))
    )
    return placed, filled


def _ranked(household: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    """The households in order of merit with district, area, rank, verify, competes, stopped."""
    included = pl.col("override").eq_missing(str(OverrideKind.INCLUDE))
    eligible = (pl.col("gate_outcome") != GateOutcome.FAIL.value) | included
    ordered = with_representatives(in_order(household.filter(eligible), policy, seed))
    others = household.filter(~eligible).sort("household_id")
    return (
        pl.concat([ordered, others], how="diagonal")
        .with_columns(
            district=pl.col("kode_kabupaten_kota"),
            area=pl.col(AREA_COLUMN[policy.quotas.level]),
            competes=(pl.col("first_of_family") & pl.col("first_of_person")).fill_null(False),
            stopped=pl.col("override").is_in(STOPPED).fill_null(False),
            verify=pl.col("gate_outcome") == GateOutcome.VERIFY.value,
        )
        .with_columns(
            rank=pl.when("competes").then(pl.col("competes").cast(pl.Int64).cum_sum().over("district")),
        )
    )


def _swaps(filled: pl.DataFrame, seats: dict[str, int], policy: Policy) -> list[Swap]:
    """What the reserves change, district by district."""
    moved: list[Swap] = []
    for district in filled.get_column("district").unique().drop_nulls().sort():
        of_district = filled.filter(pl.col("district") == district)
        taken = of_district.get_column("seat_basis").count()
        there = sum(number for area, number in seats.items() if area[:5] == district)
        moved += swaps(of_district, max(taken, there), policy.quotas)
    return moved


def _of_swaps(moved: list[Swap]) -> pl.DataFrame:
    """household_id, reserve (that seated it), displaced_by, score_gap."""
    schema = {"household_id": pl.String, "reserve": pl.String, "displaced_by": pl.String, "score_gap": pl.Float64}
    # In the order they happened: a later reserve may take a reserved seat again, and the last word counts.
    moves = [
        move
        for swap in moved
        for move in (
            (swap.entering, f"reserve:{swap.group}", None, swap.score_gap),
            (swap.leaving, None, swap.entering, swap.score_gap),
        )
    ]
    return pl.DataFrame(moves, schema=schema, orient="row").unique("household_id", keep="last")


def _basis_after_swaps() -> pl.Expr:
    """Who came by a reserve has its name, who had to leave has none."""
    left = pl.col("displaced_by").is_not_null()
    return pl.when(pl.col("reserve").is_not_null()).then("reserve").when(~left).then("seat_basis")


def _sureness(filled: pl.DataFrame, assessment: Assessment, policy: Policy, seed: int) -> pl.DataFrame:
    """How sure the seats of open merit are; what a person decided is not drawn."""
    drawn = filled.filter(pl.col("seat_basis").ne_missing(INCLUDED))
    merit = drawn.filter(pl.col("seat_basis").is_not_null() & pl.col("area").is_not_null())
    of_area = dict(merit.group_by("area").len().iter_rows())
    without = [area for area in drawn["area"].unique().drop_nulls() if area not in of_area]
    return sureness(drawn, of_area | dict.fromkeys(without, 0), assessment.option, policy, seed)


def _valid_until(policy: Policy) -> pl.Expr:
    """Last day on which a place of the waitlist counts; null where the policy sets no end."""
    days, as_of = policy.quotas.waitlist_days, policy.as_of
    if days is None or as_of is None:
        return pl.lit(None, pl.Date)
    return pl.when(pl.col("waitlist_place").is_not_null()).then(pl.lit(as_of + timedelta(days=int(days.value))))


def _with_visits(candidate: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The candidates with `borderline` and, of those, `visit_order`: the most likely to change the list comes first."""
    limits = policy.ranking.borderline
    if limits is None:
        return candidate.with_columns(borderline=pl.lit(None, pl.Boolean), visit_order=pl.lit(None, pl.Int64))
    borderline = pl.col("p_top_k").is_between(limits.values["from"], limits.values["to"]).fill_null(False)
    return (
        candidate.with_columns(borderline=borderline)
        .sort("visit_change", "visit_gain", "place", descending=[True, True, False], nulls_last=True)
        .with_columns(
            visit_order=pl.when("borderline").then(pl.col("borderline").cast(pl.Int64).cum_sum().over("district"))
        )
    )


def _every_household_once(household: pl.DataFrame, candidate: pl.DataFrame) -> None:
    """Raise CountingError unless assessed = selected + waitlist + not_selected, each household once."""
    by_status = candidate.group_by("status").len()["len"].sum()
    if by_status != household.height or candidate["household_id"].n_unique() != household.height:
        raise CountingError(
            f"{household.height} households were assessed and {by_status} have a status. "
            "Please report this; nothing was published."
        )

"""Reserves: minimums for groups after open merit, each swap on record, and the batches that the seated form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

from targeting.contracts.policy_quotas import Quotas, Reserve
from targeting.ranking.filling import INCLUDED

Group = Literal["female", "disability"]
GROUPS: tuple[Group, ...] = ("female", "disability")
NO_SCORE = 0.0


class Contender(NamedTuple):
    """A household in the order of merit: its place, its area, its score, its nominee's groups, whether its seat may go.

    A seat that a person gave does not make way for a reserve.
    """

    household_id: str
    place: int
    area: str | None
    score: float
    groups: frozenset[str]
    stays: bool


@dataclass(frozen=True)
class Swap:
    """A seat that went to a reserve: who came, who had to leave, and by how much the leaving one scored higher."""

    group: Group
    entering: str
    leaving: str
    score_gap: float


def batches(quotas: Quotas, seats: int) -> int:
    """Training batches that so many seats make; one without a batch size."""
    size = quotas.batch_size
    return 1 if size is None else max(1, math.ceil(seats / size.value))


def minimum(reserve: Reserve, seats: int, of_batches: int = 1) -> int:
    """Seats the reserve's group gets at least: a share of all, rounded up, or so many in each batch."""
    if reserve.min_seats is not None:
        return min(seats, math.ceil(reserve.min_seats.value) * of_batches)
    share = reserve.min_share.value if reserve.min_share is not None else 0.0
    return min(seats, math.ceil(round(share * seats, 9)))


def swaps(filled: pl.DataFrame, seats: int, quotas: Quotas) -> list[Swap]:
    """What the reserves change of one district's seats, in the order in which it happens.

    `filled`: the district's contenders as `filling.seated` gives them. The best of a group that is short takes the seat
    of the last one seated outside the group in its own area, so that no area loses a seat, and so long as no earlier
    reserve falls short by it.
    """
    there = _contenders(filled.filter(pl.col("seat_basis").is_not_null()))
    made: list[Swap] = []
    needs = {reserve.group: minimum(reserve, seats, batches(quotas, seats)) for reserve in quotas.reserves}
    for number, reserve in enumerate(quotas.reserves):
        waiting = _waiting(filled, reserve.group, seats)
        earlier = {one.group: needs[one.group] for one in quotas.reserves[:number]}
        while _count(there, reserve.group) < needs[reserve.group]:
            pair = next(_pairs(there, waiting, reserve.group, earlier), None)
            if pair is None:
                break
            entering, leaving = pair
            there = sorted([*(one for one in there if one != leaving), entering], key=lambda one: one.place)
            gap = round(leaving.score - entering.score, 9)
            made.append(Swap(reserve.group, entering.household_id, leaving.household_id, gap))
    return made


def _pairs(
    there: Sequence[Contender], waiting: Sequence[Contender], group: Group, earlier: dict[Group, int]
) -> Iterator[tuple[Contender, Contender]]:
    """Who may come and who then leaves, the best to come first."""
    for entering in waiting:
        if entering in there:
            continue
        for leaving in reversed(there):
            same_area = leaving.area == entering.area and not leaving.stays
            if same_area and group not in leaving.groups and _spares(there, entering, leaving, earlier):
                yield entering, leaving


def _spares(there: Sequence[Contender], entering: Contender, leaving: Contender, earlier: dict[Group, int]) -> bool:
    """Whether no earlier reserve that is met, or less short, falls below what it has or needs."""
    after = [*(one for one in there if one != leaving), entering]
    return all(_count(after, group) >= min(need, _count(there, group)) for group, need in earlier.items())


def _waiting(filled: pl.DataFrame, group: Group, seats: int) -> list[Contender]:
    """The best of the group without a seat, enough of every area."""
    of_group = filled.filter(pl.col("seat_basis").is_null() & pl.col(f"nominee_{group}").fill_null(False))
    return _contenders(of_group.sort("place").group_by("area", maintain_order=True).head(seats).sort("place"))


def _count(there: Sequence[Contender], group: Group) -> int:
    return sum(group in one.groups for one in there)


def _contenders(rows: pl.DataFrame) -> list[Contender]:
    groups = [pl.when(pl.col(f"nominee_{group}")).then(pl.lit(group)) for group in GROUPS]
    return [
        Contender(household_id, place, area, NO_SCORE if score is None else score, frozenset(of), basis == INCLUDED)
        for household_id, place, area, score, of, basis in rows.select(
            "household_id", "place", "area", "score", pl.concat_list(groups).list.drop_nulls(), "seat_basis"
        ).iter_rows()
    ]


def with_batches(candidate: pl.DataFrame, quotas: Quotas) -> pl.DataFrame:
    """The candidates with `batch`, from 1 in each district, of those who have a seat; null without a batch size.

    Seats are dealt out in turn, people with a disability first, then women, then by rank: the batches of a district
    differ by one seat at most, and each gets its share of every group.
    """
    if quotas.batch_size is None:
        return candidate.with_columns(batch=pl.lit(None, pl.Int64))
    has_seat = pl.col("seat_basis").is_not_null()
    there = pl.len().over("district", has_seat)
    number = (there / quotas.batch_size.value).ceil().cast(pl.Int64)
    return (
        candidate.sort(
            pl.col("nominee_disability").fill_null(False).not_(),
            pl.col("nominee_female").fill_null(False).not_(),
            "place",
            nulls_last=True,
        )
        .with_columns(turn=pl.int_range(pl.len(), dtype=pl.Int64).over("district", has_seat))
        .with_columns(batch=pl.when(has_seat).then(pl.col("turn") % number + 1))
        .drop("turn")
    )

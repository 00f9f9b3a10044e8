"""Who gets the seats of a district: open merit first, then the reserves, each swap on record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

from targeting.contracts.policy import Reserve

Group = Literal["female", "disability"]


class Contender(NamedTuple):
    """A household in its district's order of merit, and the groups its nominee belongs to."""

    household_id: str
    rank: int
    groups: frozenset[str]


@dataclass(frozen=True)
class Swap:
    """A seat that went to a reserve: who came, who had to leave."""

    group: Group
    entering: str
    leaving: str


def minimum(reserve: Reserve, seats: int) -> int:
    """Seats the reserve's group gets at least. A share of 25 seats is rounded up."""
    if reserve.min_seats is not None:
        return min(seats, math.ceil(reserve.min_seats.value))
    share = reserve.min_share.value if reserve.min_share is not None else 0.0
    return min(seats, math.ceil(round(share * seats, 9)))


def fill(ranked: pl.DataFrame, seats: int, reserves: Sequence[Reserve]) -> tuple[list[str], list[Swap]]:
    """Households seated, in order of merit, and the swaps that the reserves made.

    `ranked` holds one district in order of merit: household_id, rank, nominee_female, nominee_disability. The best of
    a group that is short takes the seat of the last one seated outside it, so long as no earlier reserve falls short.
    """
    seated = _contenders(ranked.head(seats))
    swaps: list[Swap] = []
    for number, reserve in enumerate(reserves):
        waiting = _contenders(_of_group(ranked.slice(seats), reserve.group).head(seats))
        while _count(seated, reserve.group) < minimum(reserve, seats):
            entering = next((one for one in waiting if one not in seated), None)
            leaving = entering and _leaving(seated, entering, reserve.group, reserves[:number], seats)
            if not entering or not leaving:
                break
            seated = sorted([*(one for one in seated if one != leaving), entering], key=lambda one: one.rank)
            swaps.append(Swap(reserve.group, entering.household_id, leaving.household_id))
    return [one.household_id for one in seated], swaps


def _leaving(
    seated: list[Contender], entering: Contender, group: Group, earlier: Sequence[Reserve], seats: int
) -> Contender | None:
    """The last one seated whose seat may go: outside the group, and no earlier reserve falls short by it."""
    for one in reversed(seated):
        after = [*(other for other in seated if other != one), entering]
        safe = all(
            _count(after, reserve.group) >= min(minimum(reserve, seats), _count(seated, reserve.group))
            for reserve in earlier
        )
        if group not in one.groups and safe:
            return one
    return None


def _count(seated: Sequence[Contender], group: Group) -> int:
    return sum(group in one.groups for one in seated)


def _of_group(ranked: pl.DataFrame, group: Group) -> pl.DataFrame:
    return ranked.filter(pl.col(f"nominee_{group}").fill_null(False))


def _contenders(ranked: pl.DataFrame) -> list[Contender]:
    groups = [pl.when(pl.col(f"nominee_{group}")).then(pl.lit(group)) for group in ("female", "disability")]
    rows = ranked.select("household_id", "rank", pl.concat_list(groups).list.drop_nulls()).iter_rows()
    return [Contender(household_id, rank, frozenset(groups)) for household_id, rank, groups in rows]

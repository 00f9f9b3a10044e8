"""What holds for every sharing out and filling of seats."""

from __future__ import annotations

import hashlib
import hmac
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.policy import Policy
from targeting.ranking.filling import seated
from targeting.ranking.lottery import tickets, wrong_tickets
from targeting.ranking.seats import largest_remainder

AREAS = ("34.04.01", "34.04.02", "34.04.03", "35.07.01", "35.07.02")
weights = st.dictionaries(st.sampled_from(AREAS), st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 9)))
quick = settings(max_examples=100, deadline=None)


@quick
@given(seats=st.integers(0, 500), of=weights)
def test_largest_remainder_is_exact_and_within_one_of_the_share(seats: int, of: dict[str, float]) -> None:
    shared = largest_remainder(seats, of)
    assert sum(shared.values()) == (seats if of else 0)
    total = sum(map(Fraction, of.values()))
    if total:
        assert all(abs(shared[area] - seats * Fraction(weight) / total) < 1 for area, weight in of.items())


@quick
@given(seats=st.integers(0, 500), of=weights, turn=st.randoms(use_true_random=False))
def test_the_order_of_the_areas_does_not_matter(seats: int, of: dict[str, float], turn: Any) -> None:
    areas = list(of)
    turn.shuffle(areas)
    assert largest_remainder(seats, of) == largest_remainder(seats, {area: of[area] for area in areas})


contender = st.tuples(st.sampled_from((*AREAS, None)), st.sampled_from(("34.04", "35.07")), st.booleans())


def contenders(drawn: list[tuple[str | None, str, bool]]) -> pl.DataFrame:
    """Households in order of merit; a third value says whether a person included them."""
    rows = [
        (f"h{place:03}", place, area[:5] if area else district, area, "include" if included else None)
        for place, (area, district, included) in enumerate(drawn)
    ]
    names = {
        "household_id": pl.String,
        "place": pl.Int64,
        "district": pl.String,
        "area": pl.String,
        "override": pl.String,
    }
    return pl.DataFrame(rows, schema=names, orient="row")


def with_cascade(policy: Policy, cascade: str) -> Policy:
    allocation = policy.quotas.allocation
    assert allocation is not None
    changed = policy.quotas.model_copy(update={"allocation": allocation.model_copy(update={"cascade": cascade})})
    return policy.model_copy(update={"quotas": changed})


@quick
@given(drawn=st.lists(contender, max_size=30), seats=st.dictionaries(st.sampled_from(AREAS), st.integers(0, 6)))
def test_no_seat_is_given_twice_and_a_cascade_loses_none(
    drawn: list[tuple[str | None, str, bool]], seats: dict[str, int], policy: Any
) -> None:
    pool = contenders(drawn)
    for cascade in ("none", "district", "programme"):
        filled = seated(pool, seats, with_cascade(policy, cascade))
        taken = filled.filter(pl.col("seat_basis").is_not_null())
        assert filled["household_id"].to_list() == pool["household_id"].to_list()
        match cascade:
            case "none":
                expected = sum(min(number, pool.filter(area=area).height) for area, number in seats.items())
                for area, number in seats.items():
                    assert taken.filter(area=area).height <= number
            case "district":
                expected = sum(
                    min(
                        sum(number for area, number in seats.items() if area[:5] == district),
                        pool.filter(district=district).height,
                    )
                    for district in ("34.04", "35.07")
                )
            case _:
                expected = min(sum(seats.values()), pool.height)
        assert taken.height == expected


@quick
@given(drawn=st.lists(contender, max_size=20), seats=st.dictionaries(st.sampled_from(AREAS), st.integers(0, 4)),
       turn=st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_the_rows_seats_nobody_else(
    drawn: list[tuple[str | None, str, bool]], seats: dict[str, int], turn: Any, policy: Any
) -> None:
    pool = contenders(drawn)
    rows = list(range(pool.height))
    turn.shuffle(rows)
    assert seated(pool, seats, policy).equals(seated(pool[rows] if rows else pool, seats, policy))


@quick
@given(seed=st.integers(0, 2**62), ids=st.sets(st.text("0123456789abc-", min_size=1, max_size=12), max_size=20))
def test_the_lottery_is_drawn_again_from_its_seed_alone(seed: int, ids: set[str]) -> None:
    drawn = tickets(seed, ids).sort("lottery").with_row_index("rank", offset=1)
    listing = drawn.with_columns(pl.col("rank").cast(pl.Int64), district=pl.lit("34.04"), tie=pl.lit(1, pl.Int64))
    by_hand = {one: hmac.new(str(seed).encode(), one.encode(), hashlib.sha256).hexdigest() for one in ids}
    assert dict(drawn.select("household_id", "lottery").iter_rows()) == by_hand
    assert wrong_tickets(listing, seed).is_empty()
    if len(ids) > 1:
        turned = listing.with_columns(rank=pl.col("rank").reverse())
        assert not wrong_tickets(turned, seed).is_empty()

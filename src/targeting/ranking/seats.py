"""How many seats each area has: fixed by the policy, or shared out by largest remainder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_quotas import TOTAL

DIGITS = 9
"""Expected numbers that agree to this digit weigh the same."""
AREA_COLUMN = {"kab": "kode_kabupaten_kota", "kec": "kode_kecamatan"}


def allot(household: pl.DataFrame, policy: Policy) -> dict[str, int]:
    """Seats by area, districts or subdistricts as `quotas.level` says; their sum is the sum of `quotas.seats`.

    `household`: the assessed pool (kode_kabupaten_kota, kode_kecamatan, p_extreme, p_poor), sorted by household_id.
    Shared-out seats go to the areas of the pool that are of the districts with seats.
    """
    quotas = policy.quotas
    stated = {area: int(seats) for area, seats in quotas.seats.values.items()}
    if not quotas.shared_out or quotas.allocation is None:
        return stated
    weights = _weights(household, quotas.level, quotas.allocation.expected)
    if quotas.allocation.method == "square_root":
        weights = {area: round(math.sqrt(weight), DIGITS) for area, weight in weights.items()}
    if quotas.level == "kab":
        return largest_remainder(stated[TOTAL], weights)
    shares = [
        largest_remainder(seats, {area: weight for area, weight in weights.items() if area.startswith(f"{district}.")})
        for district, seats in sorted(stated.items())
    ]
    return {area: seats for share in shares for area, seats in share.items()}


def _weights(household: pl.DataFrame, level: str, quantity: str) -> dict[str, float]:
    """Expected number of poor households by area; one without a probability counts what the others have on average."""
    column = AREA_COLUMN[level]
    usual = household.get_column(quantity).mean()
    expected = (
        household.with_columns(pl.col(quantity).fill_null(usual if isinstance(usual, float) else 1.0))
        .filter(pl.col(column).is_not_null())
        .sort(column, "household_id")
        .group_by(column, maintain_order=True)
        .agg(pl.col(quantity).sum().round(DIGITS))
    )
    return dict(expected.iter_rows())


def largest_remainder(seats: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`seats` shared out in proportion to the weights: whole parts first, the rest by largest remainder.

    Exact: counted in fractions, ties by area code. Areas without weight share equally if none has any; without areas
    nothing is shared out.
    """
    exact = {area: Fraction(weight) for area, weight in sorted(weights.items())}
    if not any(exact.values()):
        exact = dict.fromkeys(exact, Fraction(1))
    total = sum(exact.values())
    quota = {area: seats * weight / total for area, weight in exact.items()}
    whole = {area: math.floor(share) for area, share in quota.items()}
    left = seats - sum(whole.values())
    by_remainder = sorted(quota, key=lambda area: (whole[area] - quota[area], area))
    extra = set(by_remainder[:left])
    return {area: count + (area in extra) for area, count in whole.items()}

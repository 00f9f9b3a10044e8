"""How sure a seat is: the share of draws in which a household is among the first k of its area, and what a visit tells.

A draw picks who the household is by its link probabilities, errs on its poverty, and shifts the poverty weights a
little. Reserves are not drawn: it is open merit that is shaken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from targeting.contracts.assessment import composite
from targeting.contracts.policy import Policy
from targeting.contracts.welfare import POVERTY_PARTS

Floats = np.ndarray[Any, np.dtype[np.float32]]
Floats64 = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Pool:
    """One area as arrays. Per option: its household's place, its probability's interval, poverty and potential."""

    households: int
    place: Places
    start: Floats
    end: Floats
    passes: Floats
    poverty: Floats
    parts: Floats
    potential: Floats


class Sureness(NamedTuple):
    """Of one household: share of draws within the seats; chance and mean score gained that a visit to it changes."""

    p_top_k: Floats64
    visit_change: Floats64
    visit_gain: Floats64


SHOWN = {
    "household_id": pl.String(),
    "p_top_k": pl.Float64(),
    "visit_change": pl.Float64(),
    "visit_gain": pl.Float64(),
}


def sureness(
    contenders: pl.DataFrame, seats: Mapping[str, int], option: pl.DataFrame, policy: Policy, seed: int
) -> pl.DataFrame:
    """household_id, p_top_k, visit_change, visit_gain of the contenders of areas with seats.

    `contenders`: household_id, area, place, score. `seats`: those of open merit by area. `option`: as in `Assessment`.
    `p_top_k`: share of draws in which the household is within its area's seats. `visit_change`: if a visit told the
    truth about this household alone and all others stayed as expected, the probability that its seat changes hands;
    `visit_gain`: the score that the list gains by it on average. The same seed gives the same draws for any order of
    rows; one area's draws do not depend on another's.
    """
    shares = [
        _of_area(contenders.filter(pl.col("area") == area), number, option, policy, _seed(seed, area))
        for area, number in sorted(seats.items())
    ]
    return pl.concat([pl.DataFrame(schema=SHOWN), *shares])


def _of_area(ranked: pl.DataFrame, seats: int, option: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    ranked = ranked.sort("place")
    nobody_is_left_out = seats >= ranked.height
    if nobody_is_left_out or not seats:
        certain, nothing = np.full(ranked.height, float(nobody_is_left_out)), np.zeros(ranked.height)
        found = Sureness(certain, nothing, nothing)
    else:
        found = _drawn(ranked, seats, option, policy, seed)
    return ranked.select(
        "household_id", **{name: pl.Series(values, dtype=pl.Float64) for name, values in found._asdict().items()}
    )


def _drawn(ranked: pl.DataFrame, seats: int, option: pl.DataFrame, policy: Policy, seed: int) -> Sureness:
    """The three by seeded draws."""
    draws = int(policy.ranking.draws.value)
    expected = ranked["score"].fill_null(0.0).to_numpy()
    last_in, first_out = expected[seats - 1], expected[seats]
    is_in = np.arange(ranked.height) < seats
    hits, changes, gains = (np.zeros(ranked.height) for _ in range(3))
    for scores in _draws(_pool(ranked, option), policy, np.random.default_rng(seed), draws):
        hits[_first(scores, seats)] += 1
        gain = np.where(is_in, first_out - scores, scores - last_in)
        changes += gain > 0
        gains += np.maximum(gain, 0)
    return Sureness(hits / draws, changes / draws, np.round(gains / draws, 9))


def _seed(seed: int, area: str) -> int:
    """An area's own seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{area}".encode()).digest()[:8], "big")


def _pool(ranked: pl.DataFrame, option: pl.DataFrame) -> Pool:
    """The area's options, by rank and family id. A part that is not known equals the poverty it is part of."""
    parts = [f"{part}_prior" if part == "desil" else part for part in POVERTY_PARTS]
    rows = (
        ranked.select("household_id", place=pl.int_range(pl.len(), dtype=pl.Int64))
        .join(option, on="household_id")
        .sort("place", "dtsen_family_id")
        .with_columns(end=pl.col("p_link").cum_sum().over("place"))
        .select("place", pl.col("passes").cast(pl.Float32), "poverty", "potential", "end", "p_link", *parts)
        .with_columns(pl.col(part).fill_null(pl.col("poverty")) for part in parts)
    )
    columns = {name: rows[name].cast(pl.Float32).to_numpy() for name in rows.columns if name != "place"}
    return Pool(
        households=ranked.height,
        place=rows["place"].to_numpy(),
        start=columns["end"] - columns["p_link"],
        end=columns["end"],
        passes=columns["passes"],
        poverty=columns["poverty"],
        parts=np.stack([columns[part] for part in parts]),
        potential=columns["potential"],
    )


def _draws(pool: Pool, policy: Policy, rng: np.random.Generator, draws: int) -> Iterator[Floats]:
    """The households' scores, draw by draw."""
    weights = np.array([policy.poverty.weights.values[part] for part in POVERTY_PARTS])
    doubt = np.maximum(weights * policy.poverty.weights_concentration.value, 1e-6)
    error = np.float32(policy.poverty.error_log_sd.value)
    for _ in range(draws):
        shift = (rng.dirichlet(doubt) - weights).astype(np.float32)
        noise = rng.standard_normal(pool.households, dtype=np.float32)
        luck = rng.random(pool.households, dtype=np.float32)[pool.place]
        shifted = pool.poverty + sum(shift[part] * pool.parts[part] for part in range(len(shift)))
        poverty = np.maximum(shifted, 0) * np.exp(error * noise)[pool.place]
        is_it = (pool.start <= luck) & (luck < pool.end)
        scores = np.full(pool.households, policy.ranking.unlinked_score.value, dtype=np.float32)
        scores[pool.place[is_it]] = (pool.passes * composite(poverty, pool.potential, policy.ranking))[is_it]
        yield scores


def _first(scores: Floats, seats: int) -> Places:
    """Places of the highest scores; among equals the better rank, which is the lower place."""
    last = np.partition(scores, -seats)[-seats]
    above = np.flatnonzero(scores > last)
    return np.concatenate([above, np.flatnonzero(scores == last)[: seats - above.size]])

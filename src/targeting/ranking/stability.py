"""How sure a seat is: the share of draws in which a household is among the first k of its district.

A draw picks who the household is by its link probabilities, errs on its poverty, and shifts the poverty weights a
little. Reserves are not drawn: it is open merit that is shaken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from targeting.contracts.assessment import composite
from targeting.contracts.policy import Policy
from targeting.contracts.welfare import POVERTY_PARTS

Floats = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Pool:
    """One district as arrays. Per option: its household's place, its probability's interval, poverty and potential."""

    households: int
    place: Places
    start: Floats
    end: Floats
    passes: Floats
    poverty: Floats
    parts: Floats
    potential: Floats


def p_top_k(contenders: pl.DataFrame, option: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    """household_id and p_top_k (0 to 1) of the contenders of districts with seats.

    `contenders`: household_id, district, rank (1.. within a district). `option`: as in `Assessment`. The same seed
    gives the same draws for any order of rows; one district's draws do not depend on another's.
    """
    shares = [
        _of_district(contenders.filter(pl.col("district") == district), option, policy, _seed(seed, district))
        for district in sorted(policy.seats())
    ]
    return pl.concat([pl.DataFrame(schema={"household_id": pl.String, "p_top_k": pl.Float64}), *shares])


def _of_district(ranked: pl.DataFrame, option: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    ranked = ranked.sort("rank")
    seats = policy.seats().get(ranked["district"][0], 0) if ranked.height else 0
    draws = int(policy.ranking.draws.value)
    if seats >= ranked.height:
        hits = np.full(ranked.height, draws if seats else 0)
    else:
        hits = np.zeros(ranked.height, dtype=np.int64)
        for scores in _draws(_pool(ranked, option), policy, np.random.default_rng(seed), draws):
            hits[_first(scores, seats)] += 1
    return ranked.select("household_id", p_top_k=pl.Series(hits / draws))


def _seed(seed: int, district: str) -> int:
    """A district's own seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{district}".encode()).digest()[:8], "big")


def _pool(ranked: pl.DataFrame, option: pl.DataFrame) -> Pool:
    """The district's options, by rank and family id. A part that is not known equals the poverty it is part of."""
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

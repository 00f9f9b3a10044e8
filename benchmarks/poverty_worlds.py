"""Generated worlds of households with known truth: what they spend, by which proxies, in which clusters.

Every world has heavy-tailed spending, clusters of its villages, strata, unequal weights, missing cells, codes, text
categories and columns that mean nothing. They differ in what makes a household poor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

STRATA = 4
PER_CLUSTER = 15
FUELS = ("electricity", "gas", "charcoal", "wood")
FUEL_EFFECTS = (0.4, 0.25, -0.05, -0.1)
ROOF_EFFECTS = (0.0, 0.3, 0.1, -0.2, 0.05, -0.1, 0.15)
"""Of codes 1 to 7, in no order."""


@dataclass(frozen=True)
class World:
    """What kind of world, how many households are surveyed in it, what share is poor."""

    name: str
    households: int
    rate: float
    trades: int = 40
    trade_spread: float = 0.1
    bent: bool = False
    uneven: bool = False


WORLDS = (
    World("linear", 6_000, 0.12),
    World("non-linear", 6_000, 0.12, bent=True),
    World("few rows", 500, 0.12),
    World("many categories", 6_000, 0.12, trades=300, trade_spread=0.35),
    World("rare poor", 8_000, 0.03),
    World("uneven spread", 6_000, 0.12, uneven=True),
)


def truth(world: World, seed: int) -> dict[str, Any]:
    """What holds in the whole world: the effect of each trade."""
    return {"trade": np.random.default_rng([seed, 1]).normal(0, world.trade_spread, world.trades)}


def households(world: World, seed: int, draw: int, count: int) -> pl.DataFrame:
    """A sample of the world; the same seed is the same world, another draw other villages and people of it."""
    rng, known = np.random.default_rng([seed, 2, draw]), truth(world, seed)
    villages = max(count // PER_CLUSTER, 8)
    village = rng.integers(0, villages, count)
    stratum = village % STRATA
    size = 1 + rng.poisson(3, count)
    age, school = rng.integers(20, 85, count), rng.integers(0, 6, count)
    area = np.exp(rng.normal(4, 0.5, count))
    roof = rng.integers(1, 8, count)
    fuel = rng.choice(4, count, p=[0.15, 0.5, 0.05, 0.3])
    trade = rng.integers(0, world.trades, count)
    assets = {f"asset_{place}": (rng.random(count) < 0.2 + 0.1 * place).astype(np.int64) for place in range(6)}
    mean = 13.2 - 0.12 * size + 0.35 * np.log(area / 55) + 0.12 * school + 0.12 * sum(assets.values()) + 0.1 * stratum
    mean += np.array(FUEL_EFFECTS)[fuel] + np.array(ROOF_EFFECTS)[roof - 1] + known["trade"][trade]
    mean += 0.2 * rng.standard_normal(villages)[village]
    if world.bent:
        mean += 0.5 * np.sin(age / 8) + 0.4 * assets["asset_1"] * assets["asset_4"]
        mean += -0.5 * ((size > 5) & (school < 2)) + 0.3 * ((area > 80) & (school > 3))
    spread = 0.35 * (1 + 0.9 * (fuel == 3)) if world.uneven else np.full(count, 0.42)
    spending = np.exp(mean + spread * rng.standard_t(5, count) / np.sqrt(5 / 3))
    frame = pl.DataFrame(
        {
            "household": [f"H{draw}-{row}" for row in range(count)],
            "village": [f"v{draw}-{one}" for one in village],
            "stratum": [f"s{one}" for one in stratum],
            "weight": np.exp(rng.normal(0, 0.5, count)) * (1 + stratum),
            "spending": spending,
            "size": size,
            "age": age,
            "area": area,
            "school": school,
            "roof": roof,
            "fuel": [FUELS[one] for one in fuel],
            "trade": [f"t{one}" for one in trade],
            **assets,
            **{f"noise_{place}": rng.standard_normal(count) for place in range(4)},
        }
    )
    lost = pl.Series(rng.random(count) < 0.05)
    return frame.with_columns(area=pl.when(~lost).then("area"))


def line_of(world: World, seed: int) -> float:
    """The line below which the world's rate of households spends, by weight."""
    many = households(world, seed, 0, 60_000).sort("spending")
    share = many["weight"].cum_sum() / many["weight"].sum()
    return float(many.filter(share >= world.rate)["spending"][0])

"""A small survey of a known world, and the model it teaches, trained once a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.contracts.pmt import ProxyModel
from targeting.poverty.survey import Design
from targeting.poverty.train import Request, train

LINE = 400_000.0
DESIGN = Design("spending", "weight", "village", "stratum", LINE)
PROVENANCE: dict[str, Any] = {"source": None, "period": None, "file": "", "sha256": "", "program_version": ""}


def make_households(count: int = 700, draw: int = 1) -> pl.DataFrame:
    """Households of villages of ten, of which the larger ones and those of wood fires spend less."""
    rng = np.random.default_rng([7, draw])
    village = rng.integers(0, count // 10, count)
    size, area = 1 + rng.poisson(3, count), np.exp(rng.normal(4, 0.5, count))
    fuel, roof = rng.choice(3, count, p=[0.5, 0.4, 0.1]), rng.integers(1, 6, count)
    mean = 13.3 - 0.12 * size + 0.3 * np.log(area / 55) + np.array([0.2, -0.2, 0.4])[fuel]
    mean += np.array([0.0, 0.3, -0.2, 0.1, -0.1])[roof - 1] + 0.15 * rng.standard_normal(count // 10)[village]
    frame = pl.DataFrame(
        {
            "household": [f"H{draw}-{row}" for row in range(count)],
            "village": [f"v{draw}-{one}" for one in village],
            "stratum": [f"s{one % 2}" for one in village],
            "weight": np.exp(rng.normal(0, 0.4, count)),
            "spending": np.exp(mean + 0.4 * rng.standard_t(5, count)),
            "size": size,
            "area": area,
            "roof": roof,
            "fuel": [("gas", "wood", "electricity")[one] for one in fuel],
            "visited": [f"2025-03-{1 + row % 28:02d}" for row in range(count)],
            "chance": rng.standard_normal(count),
        }
    )
    lost = pl.Series(rng.random(count) < 0.05)
    return frame.with_columns(area=pl.when(~lost).then("area"), constant=pl.lit("x"), empty=pl.lit(None, pl.String))


def fit(frame: pl.DataFrame, **request: Any) -> ProxyModel:
    """The model that a survey teaches."""
    return train(frame, Request(**{"design": DESIGN} | request), PROVENANCE, lambda _share: None)


@pytest.fixture(scope="session")
def households() -> Callable[..., pl.DataFrame]:
    """Makes households; another draw, other villages."""
    return make_households


@pytest.fixture(scope="session")
def trained() -> Callable[..., ProxyModel]:
    """Trains on a frame; keywords are those of a request."""
    return fit


@pytest.fixture(scope="session")
def design() -> Design:
    """Which columns of the survey are what."""
    return DESIGN


@pytest.fixture(scope="session")
def survey() -> pl.DataFrame:
    """What the model learns from."""
    return make_households()


@pytest.fixture(scope="session")
def other_villages() -> pl.DataFrame:
    """What it is judged on."""
    return make_households(3_000, draw=2)


@pytest.fixture(scope="session")
def model(survey: pl.DataFrame) -> ProxyModel:
    """The model of the survey."""
    return fit(survey)

"""Random numbers by purpose: each step draws from its own stream, so that changing one leaves the others alone."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]


def stream(seed: int, purpose: str) -> np.random.Generator:
    """A generator that depends on the seed and the purpose's name only."""
    return np.random.default_rng([seed, crc32(purpose.encode())])


def weighted(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """`size` indexes into `weights`, drawn in proportion to them."""
    cumulative = np.cumsum(weights)
    found: Ints = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return found.clip(0, len(weights) - 1)


def pick(rng: np.random.Generator, shares: dict[int, float], size: int) -> Ints:
    """`size` codes drawn in proportion to their shares."""
    codes = np.array(list(shares), dtype=np.int64)
    return codes[weighted(rng, np.array(list(shares.values())), size)]


def ordered(rng: np.random.Generator, latent: Floats, loading: float, shares: dict[int, float]) -> Ints:
    """One code for each latent standard-normal value: `shares` run from the poorest answer to the richest.

    Over a standard-normal population each code has its share; `loading` is the correlation with the latent value.
    """
    mixed = loading * latent + np.sqrt(1 - loading**2) * rng.standard_normal(len(latent))
    cuts = np.cumsum(np.array(list(shares.values())))
    codes = np.array(list(shares), dtype=np.int64)
    answers: Ints = codes[np.searchsorted(ndtri(cuts[:-1] / cuts[-1]), mixed)]
    return answers


def hits(rng: np.random.Generator, chance: float | Floats, size: int) -> Ints:
    """Positions that an event of this chance falls on, ascending."""
    return np.flatnonzero(rng.random(size) < chance)

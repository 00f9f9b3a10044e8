"""Which pairs clerks should look at: a stratified sample that measures precision and recall with the fewest labels."""

from __future__ import annotations

import numpy as np
import polars as pl

from targeting.linkage.decoys import log_odds
from targeting.linkage.pattern import FloatArray, IntArray
from targeting.vocabulary import LinkStatus

BAND_BITS = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 7.0, 10.0, 14.0)
"""Bounds of the bands, in bits of log odds: narrow where pairs are in doubt."""
LEAST = 5
"""Pairs of a stratum that are looked at in any case, so that none is taken on trust."""
LEAST_DEVIATION = 0.1
"""Standard deviation of a pair's truth that is assumed at least: a probability near 1 may itself be wrong."""


def stratified(links: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    """id_l, id_r, status, match_probability, stratum, stratum_pairs, sampling_weight of the pairs drawn, in an order
    that tells nothing.

    `links` has id_l, id_r, match_probability and perhaps status. Strata are status and band of probability. Neyman's
    allocation: a stratum gets a share in proportion to its pairs times the standard deviation of their truth.
    sampling_weight is how many pairs of the stratum each pair drawn stands for.
    """
    random = np.random.default_rng(seed)
    pairs = with_strata(links).sort("stratum", "id_l", "id_r")
    strata = pairs.group_by("stratum", maintain_order=True).agg(
        stratum_pairs=pl.len(), probability=pl.col("match_probability").mean()
    )
    probability = strata["probability"].to_numpy()
    deviation = np.maximum(np.sqrt(probability * (1.0 - probability)), LEAST_DEVIATION)
    drawn = allocation(strata["stratum_pairs"].to_numpy().astype(np.int64), deviation, size)
    strata = strata.with_columns(drawn=pl.Series(drawn)).filter(pl.col("drawn") > 0)
    return (
        pairs.with_columns(lot=pl.Series(random.random(pairs.height)))
        .join(strata.drop("probability"), on="stratum")
        .filter(pl.col("lot").rank("ordinal").over("stratum") <= pl.col("drawn"))
        .with_columns(sampling_weight=pl.col("stratum_pairs") / pl.col("drawn"))
        .sort("lot", "id_l", "id_r")
        .select("id_l", "id_r", "status", "match_probability", "stratum", "stratum_pairs", "sampling_weight")
    )


def with_strata(links: pl.DataFrame) -> pl.DataFrame:
    """Adds stratum, such as `link 05`."""
    status = pl.col("status") if "status" in links.columns else pl.lit(LinkStatus.LINK.value)
    probability = links["match_probability"].cast(pl.Float64)
    band = np.searchsorted(np.array(BAND_BITS), log_odds(probability.to_numpy()), side="right")
    return links.with_columns(
        pl.col("id_l", "id_r").cast(pl.String), status=status, match_probability=probability, band=pl.Series(band)
    ).with_columns(stratum=pl.format("{} {}", "status", pl.col("band").cast(pl.String).str.zfill(2)))


def allocation(pairs: IntArray, deviation: FloatArray, size: int) -> IntArray:
    """How many pairs of each stratum to draw: `size` in all, or all there are; LEAST of each if `size` allows it."""
    wanted = min(size, int(pairs.sum()))
    drawn = np.minimum(pairs, min(LEAST, wanted // max(len(pairs), 1)))
    while (left := wanted - int(drawn.sum())) > 0:
        room = pairs - drawn
        ideal = np.where(room > 0, pairs * deviation, 0.0)
        target = np.minimum(left * ideal / ideal.sum(), room)
        more = np.floor(target).astype(np.int64)
        if more.sum() == 0:
            first = np.argsort(-target, kind="stable")[:left]
            more[first] = np.minimum(1, room[first])
        drawn = drawn + more
    return drawn.astype(np.int64)

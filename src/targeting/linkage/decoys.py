"""False links without labels: what records would be linked to if their partner were not in the other file.

Take a linked record's partner away and whatever it is linked to instead is false, whatever the model believes. Records
without a partner meet the same strangers, so they are linked falsely as often; no probability of the model is
trusted. (Blakely and Salmond 2002 count second links the same way; proteomics calls such entries decoys.)

Records without a partner often lack their housemates in the other file too. Therefore each rate is taken twice, with
the partner's home left in (near) and taken away (far), and mixed by how many unlinked records have a linked housemate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.posting import Rids
from targeting.linkage.rivals import Partners, odds_of, yielded

RECORDS = 8_000
"""Left records whose partner is taken away, at most."""


@dataclass(frozen=True)
class Decoys:
    """Of each linked record drawn, the probability of its best other pair: false links that a threshold would admit.

    records: the left records; near, far: with the partner's home left in, and taken away; against: odds of all that
    competes with the record's true link, no partner at all included; cluster: the record's own home, since housemates
    err together; housemates: share of unlinked records with a linked housemate.
    """

    records: Rids
    near: FloatArray
    far: FloatArray
    against: FloatArray
    cluster: IntArray
    housemates: float

    def counts(self, threshold: float) -> tuple[int, int]:
        """Records that would be linked falsely, near and far."""
        return int((self.near >= threshold).sum()), int((self.far >= threshold).sum())

    def rate(self, threshold: float) -> float:
        """Share of records without a partner that would be linked falsely."""
        near, far = self.counts(threshold)
        mixed = self.housemates * near + (1.0 - self.housemates) * far
        return float(mixed / max(len(self.records), 1))

    def true_shares(self, probability: FloatArray, unlinked: int) -> FloatArray:
        """For each link the share of links of about its probability that are true, falling with the probability.

        `probability` is of all links, `unlinked` the left records without a link.
        """
        threshold = float(probability.min(initial=1.0))
        rate = self.rate(threshold)
        false_a_decoy = unlinked / max(1.0 - rate, 0.05) / max(len(self.records), 1)
        near, far, own = log_odds(self.near), log_odds(self.far), log_odds(probability)
        edges = _edges(near[self.near >= threshold], float(own.min(initial=0.0)))
        falls = [np.histogram(side, edges)[0] for side in (near, far)]
        false = false_a_decoy * (self.housemates * falls[0] + (1.0 - self.housemates) * falls[1])
        place = np.clip(np.searchsorted(edges, own, side="right") - 1, 0, len(false) - 1)
        links = np.bincount(place, minlength=len(false)).astype(np.float64)
        seen = links > 0
        share = np.ones(len(false))
        share[seen] -= falling(np.minimum(false[seen] / links[seen], 1.0), links[seen])
        return share[place]

    def design_effect(self, threshold: float) -> float:
        """Variance of the count over that of independent records, at least 1: households err together."""
        _, home = np.unique(self.cluster, return_inverse=True)
        hits = np.bincount(home, weights=(self.near >= threshold).astype(np.float64))
        sizes = np.bincount(home)
        total = hits.sum()
        if total < 2:
            return 1.0
        rate = total / sizes.sum()
        return float(np.clip(((hits - rate * sizes) ** 2).sum() / (total * (1 - rate) + 1e-9), 1.0, 10.0))


def falling(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The closest values, by weighted squares, none of which is greater than the one before: neighbours that rise are
    pooled. (scipy has it, at a third of a second to load for twenty values.)
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        own = (value * weight, weight, 1)
        while pools and pools[-1][0] * own[1] <= own[0] * pools[-1][1]:
            before = pools.pop()
            own = (before[0] + own[0], before[1] + own[1], before[2] + own[2])
        pools.append(own)
    return np.repeat([total / weight for total, weight, _ in pools], [size for *_, size in pools])


def log_odds(probability: FloatArray) -> FloatArray:
    """Log odds in bits."""
    inside = np.clip(probability, 1e-15, 1.0 - 1e-15)
    return np.asarray(np.log2(inside / (1.0 - inside)))


def _edges(falls: FloatArray, lowest: float) -> FloatArray:
    """Bounds of up to twenty classes of log odds, from `lowest` up: some fifteen decoys each, none in the last."""
    if len(falls) == 0:
        return np.array([lowest, 100.0])
    inner = np.quantile(falls, np.linspace(0, 1, min(20, len(falls) // 15 + 2)))[1:-1]
    return np.unique(np.array([lowest, *inner, falls.max() + 1e-9, 100.0]))


def decoys(
    records: Rids,
    candidates: pl.DataFrame,
    links: pl.DataFrame,
    rated: pl.DataFrame,
    allowed: Partners,
    homes: tuple[pl.DataFrame, pl.DataFrame],
    left_records: int,
) -> Decoys:
    """What would be linked instead.

    `candidates` (rl, rr, weight) are all pairs of the records drawn; `links` (rl, rr, against) what is linked; `rated`
    (rl, rr, claim) all pairs that compete on the right; `homes` key, rid of either side.
    """
    own = links.select("rl", "rr")
    others = (
        candidates.select("rl", "rr", "weight")
        .unique(["rl", "rr"], keep="first")
        .join(own, on=["rl", "rr"], how="anti")
        .sort("rl", "rr")
    )
    others = others.with_columns(odds=pl.Series(odds_of(others["weight"].to_numpy(), allowed), dtype=pl.Float64))
    if allowed.right:
        others = _unclaimed(others, rated)
    else:
        others = _free_of_housemates(others, rated, allowed).with_columns(won="odds")
    others = others.join(_beside(own, homes[1]), on=["rl", "rr"], how="left")
    against = pl.DataFrame({"rl": records}).join(links.unique("rl"), on="rl", how="left", maintain_order="left")
    return Decoys(
        records,
        near=_best(others, records),
        far=_best(others.filter(pl.col("home").is_null()), records),
        against=against["against"].fill_null(allowed.alone).to_numpy(),
        cluster=clusters(records, homes[0]),
        housemates=_share_with_housemates(own, homes[0], left_records),
    )


def _beside(links: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """rl, rr, home=True: right records that live with a left record's partner."""
    of_partner = links.select("rl", rid="rr").join(homes, on="rid").select("rl", "key")
    return of_partner.join(homes, on="key").select("rl", rr="rid", home=pl.lit(True)).unique(["rl", "rr"])


def _unclaimed(others: pl.DataFrame, rated: pl.DataFrame) -> pl.DataFrame:
    """odds, each as far as its right record is free of others, and won: the odds of pairs that win their right record
    against every other left record, else 0.
    """
    held = (
        others.select("rl", "rr")
        .join(rated.select("rr", "claim", rival="rl"), on="rr")
        .filter(pl.col("rl") != pl.col("rival"))
        .sort("rl", "rr", "rival")
        .group_by("rl", "rr")
        .agg(claimed=pl.col("claim").sum(), best=pl.col("claim").max())
    )
    joined = others.join(held, on=["rl", "rr"], how="left", maintain_order="left")
    free = pl.col("odds") / (1.0 + pl.col("claimed").fill_null(0.0))
    wins = pl.col("odds") > pl.col("best").fill_null(0.0)
    return joined.with_columns(odds=free, won=pl.when(wins).then(free).otherwise(0.0))


def _free_of_housemates(others: pl.DataFrame, rated: pl.DataFrame, allowed: Partners) -> pl.DataFrame:
    """odds, each less what housemates of the left record, who keep their partners, take of it."""
    if allowed.left_homes is None:
        return others
    seats = [
        pl.Series("seat", allowed.seats(*(pairs[side].to_numpy().astype(np.int64) for side in ("rl", "rr"))))
        for pairs in (others, rated)
    ]
    held = (
        others.select("rl", "rr", seats[0])
        .join(rated.select("claim", seats[1], rival="rl"), on="seat")
        .filter(pl.col("rl") != pl.col("rival"))
        .sort("rl", "rr", "rival")
        .group_by("rl", "rr")
        .agg(claimed=pl.col("claim").sum())
    )
    joined = others.join(held, on=["rl", "rr"], how="left", maintain_order="left")
    left = yielded(joined["claimed"].fill_null(0.0).to_numpy())
    return others.with_columns(odds=pl.col("odds") * pl.Series(left, dtype=pl.Float64))


def _best(others: pl.DataFrame, records: Rids) -> FloatArray:
    """Probability of the best other pair of each record, 0 without one."""
    chance = pl.col("won") / (1.0 + pl.col("odds").sum().over("rl"))
    best = others.sort("rl", "rr").with_columns(chance=chance).group_by("rl").agg(pl.col("chance").max())
    joined = pl.DataFrame({"rl": records}).join(best, on="rl", how="left", maintain_order="left")
    return joined["chance"].fill_null(0.0).to_numpy()


def clusters(records: Rids, homes: pl.DataFrame) -> IntArray:
    """A home of each record; records without one are alone."""
    first = homes.group_by("rid").agg(home=pl.col("key").min())
    joined = pl.DataFrame({"rid": records}).join(first, on="rid", how="left", maintain_order="left")
    _, code = np.unique(joined["home"].fill_null(0).to_numpy(), return_inverse=True)
    alone = joined["home"].is_null().to_numpy()
    return np.where(alone, code.max(initial=0) + 1 + np.arange(len(records)), code).astype(np.int64)


def _share_with_housemates(links: pl.DataFrame, homes: pl.DataFrame, left_records: int) -> float:
    """Share of unlinked left records that live with a linked one."""
    linked = links.select(rid="rl").unique()
    lived_in = homes.join(linked, on="rid", how="semi").select("key").unique()
    unlinked = homes.join(linked, on="rid", how="anti")
    with_mates = unlinked.join(lived_in, on="key", how="semi")["rid"].n_unique()
    return with_mates / max(left_records - linked.height, 1)

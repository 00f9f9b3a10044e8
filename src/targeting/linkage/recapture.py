"""Missed links without labels: true pairs that differ in so much that no rule compares them or no weight links them.

A pair of one person is caught when the columns that agree share a blocking key and weigh enough. What errors occur in
a column is seen among the pairs that were caught, too seldom where such an error makes a pair escape: this is capture
and recapture with columns as the occasions. Columns (groups of them that depend on one another count as one) are
recombined between links, which makes pairs with every mix of errors that links have one at a time; the share of these
that would escape, with the links weighed up for their kin among the escaped, is the share of true pairs that do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage.blocking import default_rules, parse, rule_keys
from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.prepare import Prepared, Word
from targeting.linkage.together import home_weights

RECOMBINED = 20_000
"""Pairs made of the columns of different links."""
ROUNDS = 5
"""Rounds of weighing up; the escaped share settles in three or four."""

MOST_KIN = 5.0
"""What a link may count for at most: itself and its kin among the escaped. More is one odd link made into a crowd."""

NEVER = -1000.0
"""Weight of a pair that is not looked at."""

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Recombined:
    """Pairs made of links' columns, and whether they would be caught.

    states[g][link]: the state of a group of columns; drawn[g][pair]: the link it came from; log_odds: of the
    pair among its rivals, in bits; compared: whether a blocking rule compares the pair, or its home does.
    """

    states: tuple[IntArray, ...]
    drawn: tuple[IntArray, ...]
    log_odds: FloatArray
    compared: BoolArray

    def escaped(self, links: FloatArray, cut: float) -> tuple[float, float]:
        """Escaped true pairs for each caught one, and those of them that no rule compares.

        `links` is how much each link counts (its probability to be true, times how often it was drawn anew); `cut` the
        log odds in bits from which a pair is a link.
        """
        caught = self.compared & (self.log_odds >= cut)
        rows = [s[d] for s, d in zip(self.states, self.drawn, strict=True)]
        base = [np.bincount(s, weights=links) for s in self.states]
        kin = [np.ones(len(b)) for b in base]
        share, blocked = 1.0, 0.0
        for _ in range(ROUNDS):
            weight = np.ones(len(self.log_odds))
            for s, r, b, k in zip(self.states, rows, base, kin, strict=True):
                weight *= (b * k / _chance(s))[r]
            weight /= weight.sum()
            share, blocked = weight[caught].sum(), weight[~self.compared].sum()
            missed = np.where(caught, 0.0, weight) / max(share, 1e-9) * links.sum()
            for g, (r, b) in enumerate(zip(rows, base, strict=True)):
                more = np.bincount(r, weights=missed, minlength=len(b))
                kin[g] = np.minimum(1.0 + more / np.maximum(b, 1e-9), MOST_KIN)
        return (1.0 - share) / max(share, 1e-9), blocked / max(share, 1e-9)


def recombined(
    prepared: Prepared, model: Model, links: pl.DataFrame, kept_keys: pl.Series, home_prior: float
) -> Recombined:
    """Pairs with the columns of links (rl, rr, pattern, against, vouched) drawn independently of one another.

    `kept_keys` are the blocking keys of the right side that were not cut; `home_prior` the share of leftover pairs of
    homes that are one person. `against` is the odds of what competes with the link, `vouched` whether a housemate's
    link vouches for its home: both are drawn like columns.
    """
    random = np.random.default_rng(prepared.spec.seed)
    space, names = prepared.space, list(prepared.comparisons)
    values = space.values(links["pattern"].to_numpy())
    agrees, kept = _agreement(prepared, links, kept_keys)
    states, drawn = [], []
    pattern = np.zeros(RECOMBINED, dtype=np.int64)
    for group in model.groups:
        own = [agrees[part].astype(np.int64) for part in agrees if names.index(part[0]) in group.members]
        rows = np.stack([*(values[:, member] for member in group.members), *own], axis=1)
        states.append(np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1))
        drawn.append(_links_of_rare_states(states[-1], random))
        for member in group.members:
            pattern += values[drawn[-1], member] * space.radices[member]
    against = np.log2(links["against"].to_numpy())
    states.append(np.unique(np.round(against), return_inverse=True)[1].reshape(-1))
    drawn.append(_links_of_rare_states(states[-1], random))
    group_of = {names[member]: g for g, group in enumerate(model.groups) for member in group.members}
    compared = np.zeros(RECOMBINED, dtype=bool)
    for rule, share in kept.items():
        meets = random.random(RECOMBINED) < share
        for part in parse(rule, prepared.spec):
            meets &= agrees[part][drawn[group_of[part[0]]]]
        compared |= meets
    at_home = links["vouched"].to_numpy()
    states.append(at_home.astype(np.int64))
    drawn.append(_links_of_rare_states(states[-1], random))
    weight = np.where(compared, model.weights(space, pattern), NEVER)
    at_home = at_home[drawn[-1]]
    together = home_weights(model, space, pattern, home_prior)
    weight = np.where(at_home, np.maximum(weight, together), weight)
    return Recombined(tuple(states), tuple(drawn), weight - against[drawn[-2]], compared | at_home)


def _chance(states: IntArray) -> FloatArray:
    """How often a link of each state is drawn: by the root of how many there are, so that rare errors are met too."""
    chance = np.sqrt(np.bincount(states))
    return np.asarray(chance / chance.sum())


def _links_of_rare_states(states: IntArray, random: np.random.Generator) -> IntArray:
    """Links drawn by `_chance` of their states."""
    each = _chance(states)[states] / np.bincount(states)[states]
    return random.choice(len(states), RECOMBINED, p=each / each.sum())


def _agreement(
    prepared: Prepared, links: pl.DataFrame, kept_keys: pl.Series
) -> tuple[dict[tuple[str, str], BoolArray], dict[str, float]]:
    """Which links agree on each part of the rules; of those agreeing, the share each rule compares."""
    rules = prepared.spec.blocking or default_rules(prepared.spec)
    pairs = links.select("rl", "rr").with_row_index("pair")

    def keys(rule: str, place: int, side: Word, rid: str) -> pl.DataFrame:
        rids = links[rid].unique().sort().to_numpy()
        own = rule_keys(prepared, rule, place, side, rids)
        return own.join(pairs.select("pair", rid=rid), on="rid").select("key", "pair")

    def met(rule: str, place: int) -> pl.DataFrame:
        return keys(rule, place, "left", "rl").join(keys(rule, place, "right", "rr"), on=["key", "pair"], how="semi")

    agrees: dict[tuple[str, str], BoolArray] = {}
    for part in sorted({part for rule in rules for part in parse(rule, prepared.spec)}):
        agrees[part] = np.zeros(links.height, dtype=bool)
        agrees[part][met(".".join(part), 0)["pair"].to_numpy()] = True
    kept = dict.fromkeys(rules, 1.0)
    for place, rule in enumerate(rules):
        both = met(rule, place)
        total = both["pair"].n_unique()
        uncut = both.join(kept_keys.unique().to_frame("key"), on="key", how="semi")
        kept[rule] = uncut["pair"].n_unique() / total if total else 0.0
    return agrees, kept

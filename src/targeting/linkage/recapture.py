"""Missed links without labels: true pairs that differ in so much that no rule compares them or no weight links them.

A pair of one person is caught when the columns that agree share a blocking key and weigh enough. What errors occur in
a column is seen among the pairs that were caught, too seldom where such an error makes a pair escape: this is capture
and recapture with columns as the occasions. Columns (groups of them that depend on one another count as one) are
recombined between links, which makes pairs with every mix of errors that links have one at a time; the share of these
that would escape, with the links weighed up for their kin among the escaped, is the share of true pairs that do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl

from targeting.linkage.blocking import Parts, default_rules, mixed_keys, parse
from targeting.linkage.comparisons.codes import KeyArray
from targeting.linkage.model import Model
from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.together import home_weights

RECOMBINED = 20_000
"""Pairs made of the columns of different links."""
KIN = (5.0, 20.0, 100.0)
"""What a link may count for at most, itself and its kin among the escaped: a little, the middle, much.

An error that nearly always makes a pair escape is seen once among the links for many times among the escaped, and no
data say whether the one seen is a stray or the tip. Where the estimates of the three agree, the columns repeat each
other enough; where they do not, the interval must say so.
"""

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

    def escaped(self, links: FloatArray, cut: float, kin: float = KIN[1]) -> tuple[float, float]:
        """Escaped true pairs for each caught one, and those of them that no rule compares.

        `links` is how much each link counts (its probability to be true, times how often it was drawn anew); `cut` the
        log odds in bits from which a pair is a link; `kin` one of KIN.
        """
        caught = self.compared & (self.log_odds >= cut)
        rows, chance = self._rows, self._chances
        base = [np.bincount(s, weights=links) for s in self.states]
        counts = [np.ones(len(b)) for b in base]
        share, blocked = 1.0, 0.0
        for _ in range(round(3 + kin / 5)):
            weight = np.ones(len(self.log_odds))
            for r, b, c, k in zip(rows, base, chance, counts, strict=True):
                weight *= (b * k / c)[r]
            weight /= max(weight.sum(), 1e-300)
            share, blocked = weight[caught].sum(), weight[~self.compared].sum()
            missed = np.where(caught, 0.0, weight) / max(share, 1e-9) * links.sum()
            for g, (r, b) in enumerate(zip(rows, base, strict=True)):
                more = np.bincount(r, weights=missed, minlength=len(b))
                counts[g] = np.minimum(1.0 + more / np.maximum(b, 1e-9), kin)
        return (1.0 - share) / max(share, 1e-9), blocked / max(share, 1e-9)

    @cached_property
    def _rows(self) -> list[IntArray]:
        """The state of each pair, by group."""
        return [s[d] for s, d in zip(self.states, self.drawn, strict=True)]

    @cached_property
    def _chances(self) -> list[FloatArray]:
        """How often a link of each state is drawn, by group."""
        return [_chance(s) for s in self.states]


def recombined(
    prepared: Prepared, model: Model, links: pl.DataFrame, kept_keys: pl.Series, home_prior: float
) -> Recombined:
    """Pairs with the columns of links (rl, rr, pattern, against, vouched) drawn independently of one another.

    `kept_keys` are the blocking keys of the right side that were not cut; `home_prior` the share of leftover pairs of
    homes that are one person. `against` is the odds of what competes with the link, `vouched` whether a housemate's
    link vouches for its home: both are drawn with the columns that tell most of them.
    """
    random = np.random.default_rng(prepared.spec.seed)
    space, names = prepared.space, list(prepared.comparisons)
    values = space.values(links["pattern"].to_numpy())
    agrees, kept = _agreement(prepared, links, kept_keys)
    states = []
    for group in model.groups:
        own = [agrees[part].astype(np.int64) for part in agrees if names.index(part[0]) in group.members]
        states.append(_numbered(*(values[:, member] for member in group.members), *own))
    against, at_home = np.log2(links["against"].to_numpy()), links["vouched"].to_numpy().astype(np.float64)
    carriers = [
        _join_closest(states, extra) for extra in (np.round(against).astype(np.int64), at_home.astype(np.int64))
    ]
    drawn = [_links_of_rare_states(state, random) for state in states]
    pattern = np.zeros(RECOMBINED, dtype=np.int64)
    for group, donor in zip(model.groups, drawn, strict=True):
        for member in group.members:
            pattern += values[donor, member] * space.radices[member]
    group_of = {names[member]: g for g, group in enumerate(model.groups) for member in group.members}
    donors = {name: drawn[g] for name, g in group_of.items()}
    compared = _compared(prepared, agrees, kept, donors, random)
    vouched = at_home[drawn[carriers[1]]] > 0
    weight = np.where(compared, model.weights(space, pattern), NEVER)
    weight = np.where(vouched, np.maximum(weight, home_weights(model, prepared, pattern, home_prior)), weight)
    return Recombined(tuple(states), tuple(drawn), weight - against[drawn[carriers[0]]], compared | vouched)


def _compared(
    prepared: Prepared,
    agrees: dict[tuple[str, str], BoolArray],
    kept: dict[str, float],
    donors: dict[str, IntArray],
    random: np.random.Generator,
) -> BoolArray:
    """Whether a rule compares each recombined pair: it agrees on all parts of one whose block was not cut."""
    compared = np.zeros(RECOMBINED, dtype=bool)
    for rule, share in kept.items():
        meets = random.random(RECOMBINED) < share
        for part in parse(rule, prepared.spec):
            meets &= agrees[part][donors[part[0]]]
        compared |= meets
    return compared


def _numbered(*columns: IntArray) -> IntArray:
    """One number for each combination of values."""
    return np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _join_closest(states: list[IntArray], extra: IntArray) -> int:
    """The place of the group that tells most of `extra`, which is added to its state: they are drawn together.

    A common name has many rivals, and who married away is vouched for by nobody and has another surname.
    """
    extra = _numbered(extra)
    told = [_information(state, extra) for state in states]
    closest = int(np.argmax(told))
    states[closest] = _numbered(states[closest], extra)
    return closest


def _information(a: IntArray, b: IntArray) -> float:
    """Mutual information in nats, less what chance would show between as many values."""
    joint = np.bincount(_numbered(a, b)).astype(np.float64)
    entropies = [_entropy(np.bincount(one).astype(np.float64)) for one in (a, b)]
    by_chance = (len(np.unique(a)) - 1) * (len(np.unique(b)) - 1) / (2 * len(a))
    return float(sum(entropies) - _entropy(joint) - by_chance)


def _entropy(counts: FloatArray) -> float:
    """Entropy of counts, in nats."""
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


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
    parts = {rule: parse(rule, prepared.spec) for rule in rules}
    ends = [_each(links[rid].to_numpy()) for rid in ("rl", "rr")]
    shared = {
        part: _shared_keys(prepared, part, ends) for part in sorted({one for own in parts.values() for one in own})
    }
    uncut = _ascending(kept_keys.to_numpy())
    agrees = {part: np.logical_or.reduce([one != 0 for one in keys]) for part, keys in shared.items()}
    return agrees, {rule: _share_compared([shared[part] for part in own], own, uncut) for rule, own in parts.items()}


def _ascending(keys: KeyArray) -> KeyArray:
    """The keys of all rules in order. They come as an ascending run a rule, each key once a record: runs are merged,
    which takes a twentieth of the time that sorting takes.
    """
    each = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    return np.sort(each, kind="stable")


def _each(rids: IntArray) -> tuple[Rids, IntArray]:
    """Some records, each once, and the place of each among them."""
    each, place = np.unique(rids, return_inverse=True)
    return each.astype(np.int32), place


def _shared_keys(prepared: Prepared, part: tuple[str, str], ends: list[tuple[Rids, IntArray]]) -> list[KeyArray]:
    """The alternative keys of a part that both records of each link have, 0 where the right one lacks it."""
    (rl, left), (rr, right) = ends
    own = [keys[left] for keys in prepared.keys(*part, "left", rl)]
    other = [keys[right] for keys in prepared.keys(*part, "right", rr)]
    return [np.where(np.logical_or.reduce([one == key for key in other]), one, np.uint64(0)) for one in own]


def _share_compared(shared: list[list[KeyArray]], parts: Parts, uncut: KeyArray) -> float:
    """Of the links that agree on all parts of a rule, the share that it compares: by a key that was not cut."""
    agrees, compared = (np.zeros(len(shared[0][0]), dtype=bool) for _ in range(2))
    for combination in product(*shared):
        some, keys = mixed_keys(combination, parts)
        place = np.minimum(np.searchsorted(uncut, keys), max(len(uncut) - 1, 0))
        agrees[some] = True
        compared[some[uncut[place] == keys] if len(uncut) else some[:0]] = True
    total = int(agrees.sum())
    return int(compared.sum()) / total if total else 0.0

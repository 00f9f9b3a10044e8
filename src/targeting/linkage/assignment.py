"""Who is linked to whom: probabilities among rivals, then an assignment that the spec allows.

A pair's own odds say nothing of its rivals. Among all candidates of a record at most one is the same person (on the
side where the assignment says so), and perhaps none is; the probability of a pair is its share of these
possibilities, rivals counted for as much as they are free themselves (rivals.py). Weights, which do not saturate,
decide; ties go to the lower row number, which follows the id.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.cycles import with_cycles_counted
from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.places import best_rivals, places
from targeting.linkage.rivals import Candidates, Group, Partners, odds_of, yielded
from targeting.vocabulary import LinkMethod, LinkStatus

CERTAIN = 1e-12
"""Probability, or what it lacks to 1, below which no odds are read from it."""
LARGEST_COMPONENT = 400
"""Records of one side up to which a component is assigned optimally; beyond, greedily."""


def assign(rated: pl.DataFrame, spec: LinkSpec, by: pl.DataFrame) -> pl.DataFrame:
    """rl, rr, weight, probability, status, method, margin, against of the pairs that are links or go to review.

    `rated` is as `with_probability` gives it; `by` has rl, rr, method of the pairs that are not of the model alone.
    """
    chosen = rated.filter(pl.col("probability") >= spec.thresholds.review / 4).sort("rl", "rr")
    chosen = chosen.with_columns(taken=pl.Series(_taken(chosen, spec), dtype=pl.Boolean))
    linked = pl.col("taken") & (pl.col("probability") >= spec.thresholds.link)
    return (
        chosen.with_columns(
            status=pl.when(linked).then(pl.lit(LinkStatus.LINK.value)).otherwise(pl.lit(LinkStatus.REVIEW.value))
        )
        .filter(linked | (pl.col("probability") >= spec.thresholds.review))
        .join(by, on=["rl", "rr"], how="left")
        .with_columns(pl.col("method").fill_null(LinkMethod.PROBABILISTIC.value))
        .select("rl", "rr", "weight", "probability", "status", "method", "margin", "against")
        .sort("rl", "rr")
    )


def with_probability(scored: pl.DataFrame, spec: LinkSpec, allowed: Partners) -> pl.DataFrame:
    """Adds probability (this pair among its rivals and none of them), margin (bits to the best rival, or null), against
    (odds of all that competes with the pair, having no partner included) and claim (what the pair holds against others
    of its right record: its odds against being alone, the left record's other candidates heard) and standing (weight
    less what housemates of the left record take of it: what decides between a record's pairs).

    `scored` has rl, rr, weight; the rows come sorted by rl, rr, each pair once.
    """
    rated = scored.unique(["rl", "rr"], keep="first", maintain_order=True).sort("rl", "rr")
    odds = odds_of(rated["weight"].to_numpy(), allowed)
    left, right = (rated[side].to_numpy().astype(np.int64) for side in ("rl", "rr"))
    free = _free_of_housemates(left, right, odds, allowed)
    probability, against, claim = _among_rivals(left, right, odds * free, allowed)
    sides = {"one_to_one": ["rl", "rr"], "many_to_one": ["rl"], "one_to_many": ["rr"], "many_to_many": []}
    weights = rated["weight"].to_numpy()
    best = {
        f"best_{side}": pl.Series(best_rivals(rated[side].to_numpy(), weights)).fill_nan(None)
        for side in sides[spec.assignment] or ["rl"]
    }
    return (
        rated.with_columns(
            probability=pl.Series(probability, dtype=pl.Float64),
            against=pl.Series(allowed.alone * against / free, dtype=pl.Float64),
            claim=pl.Series(claim, dtype=pl.Float64),
            standing=pl.col("weight") + pl.Series(np.log2(free), dtype=pl.Float64),
            **best,
        )
        .with_columns(margin=pl.col("weight") - pl.max_horizontal(*best))
        .drop(*best)
    )


def _free_of_housemates(left: IntArray, right: IntArray, odds: FloatArray, allowed: Partners) -> FloatArray:
    """For each pair what its left record's housemates, each as far as it has no better partner, leave of its odds."""
    if allowed.left_homes is None:
        return np.ones(len(odds))
    claims = odds * np.exp(Candidates(left, right, allowed).free(odds)[0])
    return yielded(Group.of(allowed.seats(left, right)).others(claims))


def _among_rivals(
    left: IntArray, right: IntArray, odds: FloatArray, allowed: Partners
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of each pair; the odds of what competes with it; what it claims of its right record."""
    pairs = Candidates(left, right, allowed)
    chances = pairs.free(odds)
    both = pairs.both_free(odds, chances)
    free = odds * np.exp(both)
    probability, against = free / (1.0 + free), np.exp(-both)
    if allowed.left and allowed.right:
        probability = with_cycles_counted(left, right, odds, probability)
        told = (probability > CERTAIN) & (probability < 1.0 - CERTAIN)
        against[told] = odds[told] * (1.0 - probability[told]) / probability[told]
    return probability, against, odds * np.exp(chances[0])


def _taken(pairs: pl.DataFrame, spec: LinkSpec) -> npt.NDArray[np.bool_]:
    """Which pairs the assignment keeps; `pairs` is sorted by rl, rr."""
    match spec.assignment:
        case "many_to_many":
            return np.ones(pairs.height, dtype=bool)
        case "many_to_one":
            return _best_of_each(pairs, "rl", "rr")
        case "one_to_many":
            return _best_of_each(pairs, "rr", "rl")
        case "one_to_one":
            return _one_to_one(pairs)


def _best_of_each(pairs: pl.DataFrame, side: str, other: str) -> npt.NDArray[np.bool_]:
    """The pair that stands best of each record of one side, ties by the other side's row number."""
    place = places(*(pairs[name].to_numpy() for name in (side, "standing", other)))
    return np.equal(place, 1)


def _one_to_one(pairs: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """The assignment of greatest total weight, component by component; greedy in components beyond the limit."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (half a second, which no other command should wait for)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    rl, rr, weight = (pairs[c].to_numpy() for c in ("rl", "rr", "weight"))
    taken = np.zeros(len(rl), dtype=bool)
    if len(rl) == 0:
        return taken
    _, left = np.unique(rl, return_inverse=True)
    _, right = np.unique(rr, return_inverse=True)
    n_left = int(left.max()) + 1
    nodes = n_left + int(right.max()) + 1
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right + n_left)), shape=(nodes, nodes))
    _, component = connected_components(graph, directed=False)
    label = component[left]
    sizes = np.bincount(label)
    taken |= sizes[label] == 1
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(len(sizes) + 1))
    for which in np.flatnonzero(sizes > 1):
        members = order[bounds[which] : bounds[which + 1]]
        taken[members[_solve(left[members], right[members], weight[members])]] = True
    return taken


def _solve(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Positions of the pairs of the best assignment of one component."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  (as above)

    _, i = np.unique(left, return_inverse=True)
    _, j = np.unique(right, return_inverse=True)
    rows, columns = int(i.max()) + 1, int(j.max()) + 1
    if min(rows, columns) > LARGEST_COMPONENT:
        return _greedy(i, j, weight)
    gain = np.zeros((rows, columns))
    lift = weight - weight.min() + 1.0
    gain[i, j] = lift
    position = np.full((rows, columns), -1, dtype=np.int64)
    position[i, j] = np.arange(len(i))
    chosen: npt.NDArray[np.int64] = position[linear_sum_assignment(gain, maximize=True)]
    return chosen[chosen >= 0]


def _greedy(
    i: npt.NDArray[np.int64], j: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Best pair first, each record once."""
    used_left, used_right, chosen = set(), set(), []
    for position in np.lexsort((j, i, -weight)):
        if i[position] not in used_left and j[position] not in used_right:
            chosen.append(position)
            used_left.add(i[position])
            used_right.add(j[position])
    return np.array(chosen, dtype=np.int64)

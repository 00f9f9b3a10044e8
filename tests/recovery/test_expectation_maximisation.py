"""Training gives back the m, u, r and prior that made the pattern counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from targeting.errors import ModelError
from targeting.linkage.comparisons.base import Tells
from targeting.linkage.comparisons.identifiers import IdentifierComparison
from targeting.linkage.counts import Counts, Equality, Labels, TrainingCounts
from targeting.linkage.model import Model
from targeting.linkage.pattern import Digit, PatternSpace
from targeting.linkage.training import train

FloatArray = npt.NDArray[np.float64]

TELLS = (Tells.NAME, Tells.BIRTH, Tells.OTHER, Tells.HOME, Tells.HOME)


class Plain(IdentifierComparison):
    """A comparison of four levels and no frequencies."""

    levels = ("missing", "different", "near", "equal")
    slopes = (0.0, 0.0, 0.0, 0.0)
    exact_level = 3
    prior_m = (0.05, 0.05, 0.9)


SPACE = PatternSpace(tuple(Digit(Plain(f"c{i}", 0.0, told)) for i, told in enumerate(TELLS)))
PATTERNS = np.array(
    [sum(v * r for v, r in zip(levels, SPACE.radices, strict=True)) for levels in product(range(4), repeat=len(TELLS))]
)
LEVELS = SPACE.levels(PATTERNS)

M = np.array([[0.04, 0.06, 0.9], [0.03, 0.07, 0.9], [0.1, 0.1, 0.8], [0.2, 0.1, 0.7], [0.25, 0.15, 0.6]])
U = np.array([[0.989, 0.01, 0.001], [0.97, 0.02, 0.01], [0.5, 0.2, 0.3], [0.97, 0.025, 0.005], [0.98, 0.018, 0.002]])
R = np.array([[0.95, 0.04, 0.01], [0.98, 0.015, 0.005], [0.6, 0.15, 0.25], [0.02, 0.03, 0.95], [0.05, 0.05, 0.9]])
"""Probabilities of different, near and equal, a row a comparison, for one person, strangers and housemates."""

LEFT, RIGHT = 3_000, 5_000
MISSING = 0.08
"""Share of values that are missing on either side, in every class."""


def likelihood(levels: FloatArray) -> FloatArray:
    """Probability of each pattern when comparisons are independent."""
    full = np.hstack([np.full((len(TELLS), 1), MISSING), (1 - MISSING) * levels])
    return np.asarray(np.prod([full[i, LEVELS[:, i]] for i in range(len(TELLS))], axis=0))


@dataclass(frozen=True)
class World:
    """What makes the counts: matches and pairs of housemates among all pairs, and what they agree on."""

    matches: int
    housemates: int = 0
    m: FloatArray = field(default_factory=lambda: M)
    u: FloatArray = field(default_factory=lambda: U)
    r: FloatArray = field(default_factory=lambda: R)

    @property
    def prior(self) -> float:
        """Share of matches among all pairs."""
        return self.matches / (LEFT * RIGHT)

    def counts(self, seed: int) -> TrainingCounts:
        """Drawn counts of all pairs across the files, random pairs, and pairs within the right file."""
        draws = np.random.default_rng(seed)
        every = LEFT * RIGHT
        strangers = every - self.matches - self.housemates

        def drawn(**pairs: int) -> FloatArray:
            table = {"m": self.m, "u": self.u, "r": self.r}
            return sum(draws.multinomial(n, likelihood(table[k])).astype(np.float64) for k, n in pairs.items())  # type: ignore[return-value]

        across = drawn(m=self.matches, u=strangers, r=self.housemates)
        random = drawn(u=1_000_000)
        within = drawn(u=every - self.housemates, r=self.housemates) if self.housemates else None
        share = np.array([self.matches, strangers, self.housemates]) / every
        equal = share @ np.array([self.m[:, 2], self.u[:, 2], self.r[:, 2]])
        return TrainingCounts(
            Counts(PATTERNS, across, float(every)),
            Counts(PATTERNS, random, 1e6),
            None if within is None else Counts(PATTERNS, within, float(every)),
            tuple(Equality(float(e), float(u)) for e, u in zip(equal, self.u[:, 2], strict=True)),
        )


def trained(world: World, seed: int = 1) -> Model:
    """A model of the world's counts."""
    return train(SPACE, world.counts(seed), RIGHT, ())


def of_class(model: Model, which: str) -> FloatArray:
    """m, u or r of every comparison's known levels, in the order of the comparisons."""
    rows: dict[int, FloatArray] = {g.members[0]: getattr(g, which)[1:] for g in model.groups}
    assert sorted(rows) == list(range(len(TELLS))), "groups were merged"
    return np.array([rows[i] for i in range(len(TELLS))])


WORLDS = {
    "most have a match": World(2_700),
    "half have a match": World(1_500),
    "one in twenty has a match": World(150),
    "most have a match, and housemates": World(2_700, 6_000),
    "few have a match, and more housemates": World(300, 9_000),
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_the_prior_comes_back(world: World) -> None:
    model = trained(world)
    assert world.prior == pytest.approx(model.prior, rel=0.05)
    assert world.matches / LEFT == pytest.approx(model.match_share, rel=0.05)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_m_comes_back(world: World) -> None:
    tolerance = 0.015 + 3 * np.sqrt(0.25 / world.matches)
    assert np.abs(world.m - of_class(trained(world), "m")).max() < tolerance


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_u_comes_back(world: World) -> None:
    found = of_class(trained(world), "u")
    # Random pairs hold a few housemates, whom u of a home's columns cannot leave out.
    share = world.housemates / (LEFT * RIGHT)
    expected = (1 - share) * world.u + share * world.r
    assert np.abs(expected - found).max() < 0.005
    assert np.abs(np.log2(found[:, 2] / expected[:, 2])).max() < 0.1


@pytest.mark.parametrize("world", [w for w in WORLDS.values() if w.housemates])
def test_r_and_its_rate_come_back(world: World) -> None:
    model = trained(world)
    assert np.abs(world.r - of_class(model, "r")).max() < 0.08
    assert world.housemates / (LEFT * RIGHT) == pytest.approx(model.household_rate, rel=0.2)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_matches_and_strangers_do_not_change_places(world: World) -> None:
    model = trained(world)
    m, u = of_class(model, "m"), of_class(model, "u")
    assert (m[:, 2] > u[:, 2]).all()
    assert (m[:, 0] < u[:, 0]).all()
    assert () == model.notes


def errors(weights: FloatArray, world: World) -> float:
    """Expected wrong decisions among all pairs, if those of positive weight are taken for matches."""
    strangers = LEFT * RIGHT - world.matches - world.housemates
    others = strangers * likelihood(world.u) + world.housemates * likelihood(world.r)
    return float(np.where(weights > 0, others, world.matches * likelihood(world.m)).sum())


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_decisions_are_as_good_as_those_of_the_true_model(world: World) -> None:
    strangers = LEFT * RIGHT - world.matches - world.housemates
    others = strangers * likelihood(world.u) + world.housemates * likelihood(world.r)
    truth = np.log2(world.matches * likelihood(world.m) / others)
    found = trained(world).weights(SPACE, PATTERNS)
    assert errors(found, world) < errors(truth, world) + 0.01 * world.matches
    near = np.abs(truth) < 3
    assert np.median(np.abs(truth - found)[near]) < 0.5


def test_housemates_are_not_taken_for_matches() -> None:
    model = trained(World(1_500, 9_000))
    home_only, all_but_home = (
        np.array([sum(v * r for v, r in zip(levels, SPACE.radices, strict=True))])
        for levels in ((1, 1, 1, 3, 3), (3, 3, 3, 1, 1))
    )
    assert model.weights(SPACE, home_only)[0] < -8
    assert model.weights(SPACE, all_but_home)[0] > -1


def test_the_same_counts_give_the_same_model_to_the_last_bit() -> None:
    assert trained(World(1_500, 3_000)).to_json() == trained(World(1_500, 3_000)).to_json()


def test_a_missing_value_weighs_nothing() -> None:
    model = trained(World(1_500))
    nothing = np.zeros(1, dtype=np.int64)
    assert np.log2(model.prior / (1 - model.prior)) == pytest.approx(model.weights(SPACE, nothing)[0], abs=1e-9)
    for index, radix in enumerate(SPACE.radices):
        m, u = of_class(model, "m")[index], of_class(model, "u")[index]
        expected = np.log2(model.prior / (1 - model.prior)) + np.log2(m[2] / u[2])
        assert expected == pytest.approx(model.weights(SPACE, np.array([3 * radix]))[0], abs=1e-6)


def plain_em(counts: Counts, u: FloatArray, start: FloatArray, prior: float) -> tuple[FloatArray, float]:
    """Two classes, independent comparisons, u fixed: expectation maximisation as the textbook has it."""
    m = start.copy()
    for _ in range(2_000):
        logs = np.zeros((2, len(PATTERNS)))
        for i in range(len(TELLS)):
            known = LEVELS[:, i] > 0
            logs[0, known] += np.log(m[i, LEVELS[known, i] - 1])
            logs[1, known] += np.log(u[i, LEVELS[known, i] - 1])
        odds = prior / (1 - prior) * np.exp(logs[0] - logs[1])
        weight = counts.pairs * odds / (1 + odds)
        before, prior = prior, weight.sum() / counts.universe
        m = np.array([[weight[LEVELS[:, i] == level].sum() for level in (1, 2, 3)] for i in range(len(TELLS))])
        m /= m.sum(axis=1, keepdims=True)
        if abs(prior - before) < 1e-12 * prior:
            break
    return m, float(prior)


@pytest.mark.parametrize("matches", [150, 1_500, 2_700])
def test_an_independent_expectation_maximisation_agrees(matches: int) -> None:
    world = World(matches)
    model = trained(world)
    start = np.array([[0.05, 0.05, 0.9]] * len(TELLS))
    m, prior = plain_em(world.counts(1).across, of_class(model, "u"), start, 0.5 / RIGHT)
    assert prior == pytest.approx(model.prior, rel=0.002 + 3 / matches)
    # The program shrinks m by two pairs' worth towards its start, which is all the difference there may be.
    assert np.abs(m - of_class(model, "m")).max() < 0.002 + 2 / matches


def test_comparisons_that_depend_on_each_other_are_weighed_jointly() -> None:
    world, counts = World(1_500), World(1_500).counts(1)
    copied = (LEVELS[:, 3] == LEVELS[:, 4]) | (LEVELS[:, [3, 4]] == 0).any(axis=1)
    across = counts.across.pairs * np.where(copied, 1.0, 0.02)
    random = counts.random.pairs * np.where(copied, 1.0, 0.02)
    model = train(
        SPACE,
        TrainingCounts(
            Counts(PATTERNS, across, across.sum()), Counts(PATTERNS, random, random.sum()), None, counts.equal
        ),
        RIGHT,
        (),
    )
    assert [True] == [4 in group.members for group in model.groups if 3 in group.members]
    assert world.prior * 0.5 < model.prior


def test_no_pair_at_all_is_refused_with_a_cure() -> None:
    counts = World(100).counts(1)
    nothing = Counts(PATTERNS, np.zeros(len(PATTERNS)), 1e6)
    with pytest.raises(ModelError, match="Check the columns' types"):
        train(SPACE, TrainingCounts(nothing, counts.random, None, counts.equal), RIGHT, ())


def test_a_column_that_speaks_against_matches_is_told() -> None:
    odd = M.copy()
    odd[2] = [0.9, 0.09, 0.01]
    model = trained(World(1_500, m=odd))
    assert ["c2"] == [note.split(":")[0] for note in model.notes]


def taught(world: World, matches: FloatArray, others: FloatArray, labels: Labels) -> tuple[Model, Model]:
    """Models of known matches and other pairs by pattern, without labels and with them."""
    counts = world.counts(1)
    across = Counts(PATTERNS, matches + others, float(LEFT * RIGHT))
    told = replace(across, labels=labels)
    plain, with_labels = (train(SPACE, replace(counts, across=one), RIGHT, ()) for one in (across, told))
    return plain, with_labels


@pytest.mark.parametrize("world", [WORLDS["most have a match"], WORLDS["half have a match"]], ids=["most", "half"])
def test_decisions_about_doubtful_pairs_alone_do_not_pull_m_and_the_prior_from_the_truth(world: World) -> None:
    draws = np.random.default_rng(2)
    matches = draws.multinomial(world.matches, likelihood(world.m)).astype(np.float64)
    others = draws.multinomial(LEFT * RIGHT - world.matches, likelihood(world.u)).astype(np.float64)
    doubtful = np.abs(trained(world).weights(SPACE, PATTERNS)) < 5
    labels = Labels(np.where(doubtful, matches, 0.0), np.where(doubtful, others, 0.0))
    plain, told = taught(world, matches, others, labels)
    known = [[matches[LEVELS[:, i] == level].sum() for level in (1, 2, 3)] for i in range(len(TELLS))]
    truth = np.array(known) / np.sum(known, axis=1, keepdims=True)
    far = [float(np.abs(of_class(model, "m") - truth).mean()) for model in (plain, told)]
    # Were each doubtful pair counted ten times, as if those asked about stood for all, m would be off by 0.08.
    assert labels.matches.sum() > 0.1 * world.matches
    assert far[1] < min(far[0] + 0.001, 0.004)
    assert world.prior == pytest.approx(told.prior, rel=0.01)


def test_a_pattern_weighs_more_or_less_as_persons_decide_about_its_pairs() -> None:
    world, radices = World(1_500), SPACE.radices
    matches, others = 1_500 * likelihood(M), (LEFT * RIGHT - 1_500) * likelihood(U)
    asked = PATTERNS == sum(v * r for v, r in zip((1, 3, 3, 1, 3), radices, strict=True))
    half = np.where(asked, (matches + others) / 2, 0.0)
    nothing = np.zeros(len(PATTERNS))
    (plain, yes), (_, no) = (
        taught(world, matches, others, Labels(*labels)) for labels in ((half, nothing), (nothing, half))
    )
    weights = [float(one.weights(SPACE, PATTERNS[asked])[0]) for one in (no, plain, yes)]
    assert weights == sorted(weights)
    assert weights[0] < weights[1] < weights[2]
    agreed = PATTERNS[[-1]]
    assert plain.weights(SPACE, agreed)[0] == pytest.approx(no.weights(SPACE, agreed)[0], abs=0.2)

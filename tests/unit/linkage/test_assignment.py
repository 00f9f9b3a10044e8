"""Who is linked to whom, given weights: probabilities among rivals and the assignments that a spec may ask for."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.linkage import Assignment, LinkSpec
from targeting.linkage import assignment
from targeting.linkage.assignment import assign, with_probability
from targeting.linkage.rivals import Partners, partners

EXACT = pl.DataFrame(schema={"rl": pl.Int32, "rr": pl.Int32, "method": pl.String})
Edges = dict[tuple[int, int], float]

weights = st.integers(-20, 160).map(lambda eighths: eighths / 8)
graphs = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), weights, min_size=1, max_size=14)


def spec(how: Assignment, **thresholds: float) -> LinkSpec:
    """A spec that assigns in some way."""
    return LinkSpec.model_validate(
        {
            "left": {"id": "id"},
            "right": {"id": "id"},
            "columns": {"nama": "name"},
            "assignment": how,
            "thresholds": thresholds,
        }
    )


def frame(edges: Edges) -> pl.DataFrame:
    """Scored pairs."""
    rows = [(left, right, weight) for (left, right), weight in edges.items()]
    return pl.DataFrame(rows, schema={"rl": pl.Int32, "rr": pl.Int32, "weight": pl.Float64}, orient="row")


def allowed(how: Assignment, match_share: float = 0.5) -> Partners:
    """What an assignment of few left records to many right ones allows, if such a share of the left has a partner."""
    return partners(how, match_share / 1_000_000, 1, 1_000_000)


def assigned(scored: pl.DataFrame, asked: LinkSpec, by: pl.DataFrame = EXACT) -> pl.DataFrame:
    """Scored pairs rated and assigned."""
    return assign(with_probability(scored, asked, allowed(asked.assignment)), asked, by)


def linked(edges: Edges, how: Assignment, exact: pl.DataFrame = EXACT) -> set[tuple[int, int]]:
    """The pairs that become links, whatever their probability."""
    found = assigned(frame(edges), spec(how, link=1e-9, review=1e-10), exact)
    return set(found.filter(pl.col("status") == "link").select("rl", "rr").iter_rows())


def rated(edges: Edges, how: Assignment, match_share: float = 0.5) -> dict[tuple[int, int], tuple[float, float | None]]:
    """Probability and margin of each pair."""
    found = with_probability(frame(edges), spec(how), allowed(how, match_share))
    return {(rl, rr): (p, m) for rl, rr, p, m in found.select("rl", "rr", "probability", "margin").iter_rows()}


def best_total(edges: Edges) -> float:
    """The greatest weight of any one-to-one choice in a complete graph, by trying them all."""
    sides = [sorted({pair[side] for pair in edges}) for side in (0, 1)]
    short, long = sorted(sides, key=len)
    swap = len(sides[0]) > len(sides[1])
    return max(
        sum(edges[(b, a) if swap else (a, b)] for a, b in zip(short, order, strict=True))
        for order in permutations(long, len(short))
    )


@given(st.integers(1, 4), st.integers(1, 4), st.data())
@settings(max_examples=150, deadline=None)
def test_one_to_one_has_the_greatest_total_weight(rows: int, columns: int, data: st.DataObject) -> None:
    edges = {(i, j): data.draw(weights) for i in range(rows) for j in range(columns)}
    taken = linked(edges, "one_to_one")
    assert sum(edges[pair] for pair in taken) == pytest.approx(best_total(edges))


@given(graphs)
@settings(max_examples=150, deadline=None)
def test_one_to_one_gives_each_record_one_link_at_most(edges: Edges) -> None:
    taken = linked(edges, "one_to_one")
    assert len(taken) == len({left for left, _ in taken}) == len({right for _, right in taken})


@given(graphs)
@settings(max_examples=150, deadline=None)
def test_many_to_one_takes_the_best_of_each_left_record_and_ties_go_to_the_lower_row(edges: Edges) -> None:
    expected = {
        min((-weight, right, left) for (left, right), weight in edges.items() if left == record)
        for record in {left for left, _ in edges}
    }
    assert {(left, right) for _, right, left in expected} == linked(edges, "many_to_one")


@given(graphs)
@settings(max_examples=100, deadline=None)
def test_one_to_many_is_many_to_one_seen_from_the_other_side(edges: Edges) -> None:
    turned = {(right, left): weight for (left, right), weight in edges.items()}
    assert {(left, right) for right, left in linked(turned, "many_to_one")} == linked(edges, "one_to_many")


@given(graphs)
@settings(max_examples=50, deadline=None)
def test_many_to_many_takes_all(edges: Edges) -> None:
    assert set(edges) == linked(edges, "many_to_many")


@pytest.mark.parametrize("how", ["one_to_one", "many_to_one", "one_to_many"])
def test_the_larger_sum_wins_over_the_single_best_pair_only_one_to_one(how: Assignment) -> None:
    edges = {(0, 0): 20.0, (0, 1): 19.0, (1, 0): 18.0, (1, 1): 1.0}
    expected = {
        "one_to_one": {(0, 1), (1, 0)},
        "many_to_one": {(0, 0), (1, 0)},
        "one_to_many": {(0, 0), (0, 1)},
    }
    assert expected[how] == linked(edges, how)


def test_a_tie_goes_to_the_lower_row_numbers_however_the_pairs_come() -> None:
    edges = {(0, 0): 9.0, (0, 1): 9.0, (1, 0): 9.0, (1, 1): 9.0}
    for how in ("one_to_one", "many_to_one"):
        forwards = linked(edges, how)  # type: ignore[arg-type]
        backwards = linked(dict(reversed(edges.items())), how)  # type: ignore[arg-type]
        assert forwards == backwards
    assert {(0, 0), (1, 0)} == linked(edges, "many_to_one")
    for star in ({(0, right): 9.0 for right in range(4)}, {(left, 0): 9.0 for left in range(4)}):
        assert {(0, 0)} == linked(star, "one_to_one")


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(-90, 900), min_size=1, max_size=14))
@settings(max_examples=150, deadline=None)
def test_probabilities_of_rivals_add_to_no_more_than_one(edges: Edges) -> None:
    sides: dict[Assignment, tuple[int, ...]] = {"one_to_one": (0, 1), "many_to_one": (0,), "one_to_many": (1,)}
    for how, where in sides.items():
        found = rated(edges, how)
        for side in where:
            for record in {pair[side] for pair in edges}:
                assert sum(p for pair, (p, _) in found.items() if pair[side] == record) <= 1.0 + 1e-9


def test_a_pair_without_rivals_has_its_odds_against_none_of_these() -> None:
    assert rated({(0, 0): 3.0}, "one_to_one", 0.75)[0, 0][0] == pytest.approx(8 / (8 + 0.25))
    assert rated({(0, 0): 3.0}, "many_to_many", 0.75)[0, 0][0] == pytest.approx(8 / 9)


def test_two_equal_rivals_share_the_probability() -> None:
    found = rated({(0, 0): 30.0, (0, 1): 30.0}, "many_to_one")
    assert [0.5, 0.5] == pytest.approx([p for p, _ in found.values()])


def test_rivals_of_the_other_side_do_not_count_many_to_one() -> None:
    found = rated({(0, 0): 30.0, (1, 0): 30.0}, "many_to_one")
    assert all(p > 0.999 for p, _ in found.values())


def test_the_margin_is_the_lead_over_the_best_rival_and_null_without_one() -> None:
    found = rated({(0, 0): 10.0, (0, 1): 7.0, (0, 2): 1.0, (1, 3): 4.0}, "many_to_one")
    assert [3.0, -3.0, -9.0, None] == [margin for _, margin in found.values()]


def test_the_margin_of_equal_rivals_is_zero() -> None:
    found = rated({(0, 0): 10.0, (0, 1): 10.0}, "many_to_one")
    assert [0.0, 0.0] == [margin for _, margin in found.values()]


def test_one_to_one_takes_rivals_of_both_sides_for_the_margin() -> None:
    found = rated({(0, 0): 10.0, (0, 1): 2.0, (1, 0): 8.0}, "one_to_one")
    assert found[0, 0][1] == 2.0


def test_weights_that_no_probability_tells_apart_still_decide() -> None:
    edges = {(0, 0): 900.0, (0, 1): 901.0}
    assert {(0, 1)} == linked(edges, "many_to_one")
    assert {(0, 1)} == linked(edges, "one_to_one")


def test_pairs_between_the_thresholds_go_to_review_and_pairs_below_go_nowhere() -> None:
    edges = {(0, 0): 9.0, (1, 1): -1.0, (2, 2): -9.0}
    found = assigned(frame(edges), spec("many_to_one", link=0.9, review=0.1))
    assert [(0, "link"), (1, "review")] == found.select("rl", "status").rows()


def test_the_loser_of_an_assignment_goes_to_review() -> None:
    found = assigned(frame({(0, 0): 9.0, (0, 1): 8.0}), spec("many_to_one", link=0.5, review=0.05))
    assert [(0, 0, "link"), (0, 1, "review")] == found.select("rl", "rr", "status").rows()


def test_links_of_the_exact_pass_say_so() -> None:
    exact = pl.DataFrame({"rl": [0], "rr": [0], "method": ["exact"]}, schema=EXACT.schema)
    found = assigned(frame({(0, 0): 40.0, (1, 1): 30.0}), spec("one_to_one"), exact)
    assert ["exact", "probabilistic"] == found["method"].to_list()


def test_nothing_scored_gives_nothing() -> None:
    empty = frame({})
    for how in ("one_to_one", "many_to_one", "one_to_many", "many_to_many"):
        assert assigned(empty, spec(how)).height == 0  # type: ignore[arg-type]


def test_beyond_the_limit_the_best_pair_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "LARGEST_COMPONENT", 1)
    edges = {(0, 0): 20.0, (0, 1): 19.0, (1, 0): 18.0, (1, 1): 1.0}
    assert {(0, 0), (1, 1)} == linked(edges, "one_to_one")


def test_the_order_in_which_pairs_come_changes_nothing() -> None:
    draws = np.random.default_rng(3)
    edges = {(int(i), int(j)): float(w) for i, j, w in zip(*draws.integers(0, 12, (3, 60)), strict=True)}
    scored = frame(edges)
    for how in ("one_to_one", "many_to_one", "one_to_many", "many_to_many"):
        expected = assigned(scored, spec(how))  # type: ignore[arg-type]
        for seed in range(5):
            again = scored.sample(fraction=1.0, shuffle=True, seed=seed)
            assert expected.equals(assigned(again, spec(how)))  # type: ignore[arg-type]

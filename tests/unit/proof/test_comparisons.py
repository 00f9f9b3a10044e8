"""A small pool judged under other numbers, policies and ingredients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from targeting.eligibility import assess
from targeting.proof.difference import difference
from targeting.proof.replay import Pool, assessed
from targeting.proof.sensitivity import rescored, sensitivity, steps
from targeting.proof.simulate import simulate
from targeting.ranking import rank

SEED = 7
SCORE = ["household_id", "score"]
NOBODY = {
    "household_id": pl.String,
    "override_id": pl.String,
    "kind": pl.String,
    "operator": pl.String,
    "reason": pl.String,
}


def made(inputs: Any, policy: Any, as_of: Any, name: str = "first", overrides: pl.DataFrame | None = None) -> Pool:
    """A run of these inputs, as the store would give it back."""
    decided = pl.DataFrame(schema=NOBODY) if overrides is None else overrides
    assessment = assess(inputs, policy, as_of)
    return Pool(
        run={"run_id": name, "as_of": as_of, "seed": SEED},
        policy=policy,
        inputs=inputs,
        overrides=decided,
        assessment=assessment.household,
        candidate=rank(assessment, policy, SEED, decided),
    )


@pytest.fixture
def two_seats(policy):
    """The pilot's policy with two seats and no reserves."""
    seats = policy.quotas.seats.model_copy(update={"values": {"34.04": 2.0, "35.07": 0.0}})
    return policy.model_copy(update={"quotas": policy.quotas.model_copy(update={"seats": seats, "reserves": ()})})


@pytest.fixture
def inputs(pool):
    """Five households, poorer by their number; the poorest is of decile 3, which the gate refuses."""
    deciles = (2, 2, 1, 1, 3)
    fuels = (1, 10, 1, 10, 10)
    return pool(
        [
            {"family": {"desil_nasional": desil, "id_bb_utama": fuel}, "id_bb_utama": fuel}
            for desil, fuel in zip(deciles, fuels, strict=True)
        ]
    )


def selected(candidate: pl.DataFrame) -> list[str]:
    return candidate.filter(status="selected")["household_id"].sort().to_list()


def with_desil(policy: Any, value: float) -> Any:
    number = policy.parameters["desil_max"].model_copy(update={"value": value})
    return policy.model_copy(update={"parameters": policy.parameters | {"desil_max": number}})


def test_scores_worked_out_again_are_those_of_judging_anew(inputs, two_seats, as_of):
    run = made(inputs, two_seats, as_of)
    base = assessed(run, two_seats)
    quick = [step for step in steps(two_seats) if not step.judged_anew]
    assert {step.parameter for step in quick} >= {"poverty.weights.desil", "ranking.alpha", "ranking.floor"}
    for step in quick:
        assert_frame_equal(assessed(run, step.policy).household[SCORE], rescored(base, step.policy)[SCORE])


def test_a_decile_gate_that_lets_one_more_in_moves_no_seat_unless_it_scores_higher(inputs, two_seats, as_of):
    run = made(inputs, two_seats, as_of)
    assert selected(run.candidate) == ["h003", "h004"]
    moved = {(row["parameter"], row["after"]): row["changed"] for row in sensitivity(run)["steps"]}
    assert moved["parameters.desil_max", 1.0] == 0
    assert moved["parameters.desil_max", 3.0] == 0
    only_two = replace(run, policy=with_desil(two_seats, 1.0))
    again = {(row["parameter"], row["after"]): row["changed"] for row in sensitivity(only_two)["steps"]}
    assert again["parameters.desil_max", 2.0] == 0


def test_a_policy_that_refuses_the_seated_moves_them_out_with_its_reason(inputs, two_seats, as_of):
    run = made(inputs, two_seats, as_of)
    older = two_seats.parameters["age_min"].model_copy(update={"value": 40.0})
    strict = two_seats.model_copy(update={"parameters": two_seats.parameters | {"age_min": older}})
    found = simulate(run, two_seats, strict)
    assert found["overlap"]["all"] == {
        "seats_1": 2, "seats_2": 0, "both": 0, "moved_in": 0, "moved_out": 2, "share": 0.0,
    }  # fmt: skip
    assert found["changes"] == ["parameters.age_min"]
    assert all("U01" in row["only_2"] for row in found["moves"])


def test_equal_runs_differ_in_nothing(inputs, two_seats, as_of):
    found = difference(made(inputs, two_seats, as_of), made(inputs, two_seats, as_of, "second"))
    assert (found["differs"], found["moves"], found["reproduced"]) == ([], [], [True, True])


def one_override(household_id: str) -> pl.DataFrame:
    row = {"household_id": household_id, "override_id": "O-1", "kind": "exclude", "operator": "x", "reason": "y"}
    return pl.DataFrame([row], schema=NOBODY)


def families_of(inputs: Any, desil: dict[str, int]) -> Any:
    changed = pl.col("dtsen_family_id").replace_strict(desil, default=pl.col("desil_nasional"), return_dtype=pl.Int64)
    return replace(inputs, families=inputs.families.with_columns(desil_nasional=changed))


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda i, p: (i, p, one_override("h004")), "override"),
        (lambda i, p: (i, p.model_copy(update={"quotas": p.quotas.model_copy(update={"seats": p.quotas.seats.model_copy(
            update={"values": {"34.04": 3.0, "35.07": 0.0}})})}), None), "quota"),
        (lambda i, p: (families_of(i, {"f004": 5}), p, None), "register"),
        (lambda i, p: (replace(i, household_link=i.household_link.filter(pl.col("household_id") != "h004")),
                       p, None), "link"),
        (lambda i, p: (replace(i, households=i.households.filter(pl.col("household_id") != "h004"),
                               members=i.members.filter(pl.col("household_id") != "h004")), p, None), "data"),
    ],
)  # fmt: skip
def test_a_single_ingredient_that_was_changed_is_named_as_the_cause(inputs, two_seats, as_of, change, cause):
    first = made(inputs, two_seats, as_of)
    other, policy, overrides = change(inputs, two_seats)
    found = difference(first, made(other, policy, as_of, "second", overrides))
    assert found["moves"]
    assert cause in found["differs"]
    assert {name for name, number in found["causes"].items() if number} == {cause}


def test_what_was_not_made_by_its_own_ingredients_has_no_cause(inputs, two_seats, as_of):
    first = made(inputs, two_seats, as_of)
    second = replace(first, candidate=made(inputs, two_seats, as_of, "x", one_override("h003")).candidate)
    found = difference(first, second)
    assert found["reproduced"] == [True, False]
    assert {cause for move in found["moves"] for cause in move["causes"]} == {"untold"}

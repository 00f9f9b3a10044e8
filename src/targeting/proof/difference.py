"""Two runs: who came, who went, and which ingredient did it, by making the lists again with one ingredient exchanged.

An ingredient is a cause of a move if it is enough (the first run with the second's ingredient moves the household) or
needed (the second run with the first's ingredient does not). Where several are told, each of them is. Where none is,
only several together do it. Where a run's own ingredients do not give the list that it published, or the exchanged ones
cannot be judged, that is said instead of a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from targeting.errors import PolicyError
from targeting.proof.compare import SEAT, movers, overlap, side_by_side
from targeting.proof.replay import Pool, listed

INGREDIENTS = ("data", "register", "link", "prior", "model", "policy", "quota", "override", "date", "seed")
TOGETHER, UNTOLD = "together", "untold"
Seats = frozenset[str]


def difference(first: Pool, second: Pool) -> dict[str, Any]:
    """runs, differs (ingredients that are not the same), untold (those that could not be exchanged), reproduced,
    overlap, causes (moves by cause), moves with `causes`: plain data, household ids as they are."""
    pair = side_by_side(first.candidate, second.candidate)
    moves = movers(pair)
    differs = [name for name in INGREDIENTS if _differs(name, first, second)]
    reproduced = [_seats(pool) == _published(pool) for pool in (first, second)]
    there = [set(pool.inputs.households["household_id"]) for pool in (first, second)]
    swapped, untold = _swapped(first, second, differs) if moves and all(reproduced) else ({}, [])
    told = []
    for move in moves:
        known = [move["household_id"] in one for one in there]
        causes = ["data"] if not all(known) else _causes(move, swapped) if all(reproduced) else [UNTOLD]
        told.append(move | {"causes": causes or [UNTOLD if untold else TOGETHER]})
    names = (*INGREDIENTS, TOGETHER, UNTOLD)
    return {
        "runs": [first.run["run_id"], second.run["run_id"]],
        "differs": differs,
        "untold": untold,
        "reproduced": reproduced,
        "overlap": overlap(pair),
        "causes": {name: sum(name in one["causes"] for one in told) for name in names},
        "moves": told,
    }


def _causes(move: Mapping[str, Any], swapped: Mapping[str, tuple[Seats, Seats]]) -> list[str]:
    """Ingredients that move the household by themselves, or without which it does not move."""
    household, came = move["household_id"], move["move"] == "in"
    return [
        name
        for name, (enough, without) in swapped.items()
        if (household in enough) == came or (household in without) != came
    ]


def _swapped(first: Pool, second: Pool, differs: list[str]) -> tuple[dict[str, tuple[Seats, Seats]], list[str]]:
    """By ingredient the seats of the first run with the second's, and of the second with the first's; and ingredients
    with which no list can be made, as a policy on a day on which it is not in force."""
    found: dict[str, tuple[Seats, Seats]] = {}
    untold = []
    for name in differs:
        try:
            found[name] = (_seats(exchanged(first, second, name)), _seats(exchanged(second, first, name)))
        except PolicyError:
            untold.append(name)
    return found, untold


def exchanged(own: Pool, other: Pool, ingredient: str) -> Pool:
    """The pool with one ingredient of another run."""
    inputs, theirs = own.inputs, other.inputs
    match ingredient:
        case "data":
            inputs = replace(
                inputs,
                households=theirs.households,
                members=theirs.members,
                unsure_births=theirs.unsure_births,
                ppse_code_lists=theirs.ppse_code_lists,
            )
        case "register":
            inputs = replace(
                inputs,
                families=_first_of(theirs.families, inputs.families, "dtsen_family_id"),
                persons=_first_of(theirs.persons, inputs.persons, "dtsen_person_id"),
                dtsen_code_lists=theirs.dtsen_code_lists,
            )
        case "link":
            inputs = replace(
                inputs,
                household_link=theirs.household_link,
                person_link=theirs.person_link,
                families=_first_of(inputs.families, theirs.families, "dtsen_family_id"),
                persons=_first_of(inputs.persons, theirs.persons, "dtsen_person_id"),
            )
        case "prior":
            inputs = replace(inputs, prior_recipients=theirs.prior_recipients)
        case "model":
            inputs = replace(inputs, by_model=theirs.by_model, model_period=theirs.model_period)
    return replace(own, inputs=inputs, **_beside_inputs(own, other, ingredient))


def _beside_inputs(own: Pool, other: Pool, ingredient: str) -> dict[str, Any]:
    """What changes of a pool beside its inputs."""
    match ingredient:
        case "policy":
            return {"policy": other.policy.model_copy(update={"quotas": own.policy.quotas})}
        case "quota":
            return {"policy": own.policy.model_copy(update={"quotas": other.policy.quotas})}
        case "override":
            return {"overrides": other.overrides}
        case "date":
            return {"run": {**own.run, "as_of": other.run["as_of"]}}
        case "seed":
            return {"run": {**own.run, "seed": other.run["seed"]}}
    return {}


def _first_of(own: pl.DataFrame, other: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows, and of the other frame those that it has beside them."""
    rest = other.join(own.select(key), on=key, how="anti")
    return pl.concat([own, rest], how="diagonal_relaxed").sort(key)


def _differs(ingredient: str, first: Pool, second: Pool) -> bool:
    """Whether two runs had not the same of it."""
    one, other = first.inputs, second.inputs
    tests: dict[str, Callable[[], bool]] = {
        "data": lambda: (
            _same([(one.households, other.households), (one.members, other.members)])
            and _texts(one.unsure_births) == _texts(other.unsure_births)
        ),
        "register": lambda: (
            _same([_common(one.families, other.families), _common(one.persons, other.persons)])
            and one.dtsen_code_lists == other.dtsen_code_lists
        ),
        "link": lambda: _same([(one.household_link, other.household_link), (one.person_link, other.person_link)]),
        "prior": lambda: _same_or_none(one.prior_recipients, other.prior_recipients),
        "model": lambda: _same_or_none(one.by_model, other.by_model),
        "policy": lambda: first.policy.model_copy(update={"quotas": second.policy.quotas}) == second.policy,
        "quota": lambda: first.policy.quotas == second.policy.quotas,
        "override": lambda: _same([(first.overrides, second.overrides)]),
        "date": lambda: first.run["as_of"] == second.run["as_of"],
        "seed": lambda: first.seed == second.seed,
    }
    return not tests[ingredient]()


def _common(own: pl.DataFrame, other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of two frames of the register the rows of those that both have, in one order."""
    key = "dtsen_person_id" if "dtsen_person_id" in own.columns else "dtsen_family_id"
    return (
        own.join(other.select(key), on=key, how="semi").sort(key),
        other.join(own.select(key), on=key, how="semi").sort(key),
    )


def _texts(values: pl.Series | None) -> list[str]:
    return [] if values is None else values.to_list()


def _same(pairs: list[tuple[pl.DataFrame, pl.DataFrame]]) -> bool:
    """Whether the frames of each pair hold the same rows in the same columns, in any order of the columns."""
    return all(set(one.columns) == set(other.columns) and one.equals(other.select(one.columns)) for one, other in pairs)


def _same_or_none(one: pl.DataFrame | None, other: pl.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    return _same([(one, other)])


def _seats(pool: Pool) -> Seats:
    """Households with a seat when the list is made by the pool's ingredients."""
    return _of(listed(pool, pool.policy))


def _published(pool: Pool) -> Seats:
    return _of(pool.candidate)


def _of(candidate: pl.DataFrame) -> Seats:
    return frozenset(candidate.filter(pl.col("status") == SEAT)["household_id"])

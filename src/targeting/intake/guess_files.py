"""Guesses which of several files is of which contract, and whether they belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from targeting.contracts.guess import FileGuess, Ground
from targeting.contracts.schemas import SCHEMAS, schema_of
from targeting.errors import UsageError
from targeting.intake import clean
from targeting.intake.guess import guess, looked
from targeting.intake.headers import normalise
from targeting.intake.sample import Sample

HOMES = {"ppse-member": "ppse-household", "dtsen-person": "dtsen-family"}
"""Which file has the homes of whose persons."""


def assigned(
    tables: Sequence[Sample], told: dict[tuple[Path, str | None], str]
) -> tuple[list[FileGuess], list[Sample]]:
    """Each contract with the table that fits it best, no table twice, and the tables that fit none.

    `told` says of some tables (path, sheet) what they are. Raises UsageError if two are told to be the same.
    """
    twice = [name for name in told.values() if list(told.values()).count(name) > 1]
    if twice:
        raise UsageError(f"two files are said to be {twice[0]}. Name one of them.")
    looks = [looked(one) for one in tables]
    guesses = {(at, name): guess(one, name, looks[at]) for at, one in enumerate(tables) for name in SCHEMAS}
    scores = {pair: score(one) for pair, one in guesses.items()}
    for at, one in enumerate(tables):
        name = told.get((one.path, one.sheet)) or told.get((one.path, None))
        if name is not None:
            scores |= {(at, other): float("inf") if other == name else float("-inf") for other in SCHEMAS}
    taken, over = _best(tables, guesses, scores)
    rows = {(one.path, one.sheet): look.named for one, look in zip(tables, looks, strict=True)}
    by_contract = {one.contract: one for one in taken}
    return [_met(one, by_contract, rows) for one in taken], over


def _met(
    one: FileGuess, taken: Mapping[str, FileGuess], rows: Mapping[tuple[Path, str | None], pl.DataFrame]
) -> FileGuess:
    """The guess with the share of its persons' homes that are in the file of homes; as it was if one is cut off."""
    homes = taken.get(HOMES.get(one.contract, ""))
    if homes is None or not (homes.whole and one.whole):
        return one
    columns = [{c.field: normalise(c.column) for c in each.columns} for each in (one, homes)]
    shared = next((f for f in (schema_of(one.contract).family_id, "no_kk") if all(f in c for c in columns)), None)
    if shared is None:
        return one
    own, theirs = (
        rows[each.path, each.sheet].select(home=clean.clean_record_id(pl.col(named[shared])))["home"].drop_nulls()
        for each, named in zip((one, homes), columns, strict=True)
    )
    met = int(own.is_in(theirs.implode()).sum())
    return replace(one, homes=met / own.len()) if own.len() else one


def _best(
    tables: Sequence[Sample], guesses: dict[tuple[int, str], FileGuess], scores: dict[tuple[int, str], float]
) -> tuple[list[FileGuess], list[Sample]]:
    """The surest pair of table and contract first, then the next of those left; below zero nothing is taken."""
    free, open_ones = dict(enumerate(tables)), dict.fromkeys(SCHEMAS)
    taken: dict[str, FileGuess] = {}
    for (at, name), points in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
        if points > 0 and at in free and name in open_ones:
            taken[name] = guesses[at, name]
            del free[at], open_ones[name]
    return [taken[name] for name in SCHEMAS if name in taken], list(free.values())


def score(one: FileGuess) -> float:
    """How well a table fits a contract: its columns, the needed ones thrice, less what it lacks and what stays over."""
    schema = schema_of(one.contract)
    weights = [3.0 if schema.fields[c.field].required else 1.0 for c in one.columns if c.field in schema.fields]
    unsure = sum(0.5 for c in one.columns if c.ground in (Ground.SIMILAR, Ground.VALUES, Ground.KK))
    hints = [part for part in one.contract.split("-") if part in one.path.stem.lower()]
    return sum(weights) - unsure + 2 * len(hints) - 8 * len(one.missing) - 0.5 * len(one.unused)

"""Tri-state gates. A gate sees PPSE's value and DTSEN's; it says PASS, FAIL or VERIFY, and why.

Missing is not FAIL, a contradiction between the sources is VERIFY, and no gate reads the digits of a NIK.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from targeting.contracts.assessment import OUTCOME
from targeting.contracts.codes.lists import code_list
from targeting.contracts.policy_gates import Gate
from targeting.contracts.schemas import list_of_column
from targeting.contracts.sourced import Number
from targeting.contracts.welfare import known_meanings
from targeting.eligibility.reasons import REASON

# How a gate came to its outcome. The first three are what one source says.
HOLDS, ASKS, BREAKS, CONTRADICTED, MISSING, DOUBTFUL, UNSURE = range(7)
SUFFIX = {ASKS: "-V", BREAKS: "", CONTRADICTED: "-C", MISSING: "-M", DOUBTFUL: "-L"}
UNSURE_SUFFIX = {"age": "-N"}
"""What validation found to be unsure of a field, and how that is said."""


def in_words(column: str, version: str, *others: str) -> pl.Expr:
    """A coded column as its meanings, one byte a row: a pool has millions of members. `others`: words it may get."""
    words = pl.Enum(sorted({*known_meanings(column), *others}))
    meanings = code_list(list_of_column(column), version).meanings
    return pl.col(column).replace_strict(meanings, default=None, return_dtype=words)


def with_gates(facts: pl.DataFrame, gates: Sequence[Gate], parameters: Mapping[str, Number]) -> pl.DataFrame:
    """The facts with `X_state` for each gate X: how it came to its outcome, and `X_ppse`, PPSE's own word (nullable).

    A gate over `field` reads the columns `field_ppse` and `field_dtsen`, whichever there are. Where `field_unsure`
    holds, validation contradicted the value: an officer has to look, whatever it says.
    """
    own = [_one_source(gate, f"{gate.field}_ppse", facts, parameters).alias(f"{gate.id}_ppse") for gate in gates]
    other = [_one_source(gate, f"{gate.field}_dtsen", facts, parameters).alias(f"{gate.id}_dtsen") for gate in gates]
    return (
        facts.with_columns(*own, *other)
        .with_columns(_both(gate, facts).alias(f"{gate.id}_state") for gate in gates)
        .drop(f"{gate.id}_dtsen" for gate in gates)
    )


def _one_source(gate: Gate, column: str, facts: pl.DataFrame, parameters: Mapping[str, Number]) -> pl.Expr:
    """HOLDS, ASKS or BREAKS by one column; null where it is null or not there."""
    if column not in facts.columns:
        return pl.lit(None, pl.Int8)
    value = pl.col(column)
    verdict = pl.when(value.is_null()).then(None).when(_holds(gate, value, gate.args, parameters)).then(HOLDS)
    if gate.verify:
        asks = _holds(gate, value, gate.verify, parameters) if gate.numeric else value.is_in(gate.verify)
        verdict = verdict.when(asks).then(ASKS)
    return verdict.otherwise(BREAKS).cast(pl.Int8)


def _holds(gate: Gate, value: pl.Expr, args: Sequence[str], parameters: Mapping[str, Number]) -> pl.Expr:
    """Whether the value satisfies the gate's condition."""
    match gate.op:
        case "one_of":
            return value.is_in(list(args))
        case "none_of":
            return ~value.is_in([*args, *gate.verify])
        case "at_most":
            return value <= parameters[args[0]].value
        case "at_least":
            return value >= parameters[args[0]].value
        case "between":
            return value.is_between(parameters[args[0]].value, parameters[args[1]].value)


def _both(gate: Gate, facts: pl.DataFrame) -> pl.Expr:
    """What two sources say together: agreement, the only one that speaks, CONTRADICTED, UNSURE, or MISSING."""
    first, second = pl.col(f"{gate.id}_ppse"), pl.col(f"{gate.id}_dtsen")
    unsure = f"{gate.field}_unsure"
    doubts = pl.col(unsure).fill_null(False) & first.is_not_null() if unsure in facts.columns else pl.lit(False)
    said = pl.coalesce(first, second, MISSING)
    return pl.when(first != second).then(CONTRADICTED).when(doubts).then(UNSURE).otherwise(said).cast(pl.Int8)


def doubted(gate: Gate, link_is_certain: pl.Expr) -> pl.Expr:
    """The gate's state, DOUBTFUL where it fails only by what a family says that may be another one."""
    state = pl.col(f"{gate.id}_state")
    only_dtsen = pl.col(f"{gate.id}_ppse").ne_missing(BREAKS)
    fails = gate.otherwise == "FAIL"
    return pl.when((state == BREAKS) & only_dtsen & ~link_is_certain & fails).then(DOUBTFUL).otherwise(state)


def outcome(gate: Gate, state: pl.Expr) -> pl.Expr:
    """PASS, VERIFY or FAIL of a state."""
    outcomes = {HOLDS: "PASS", BREAKS: gate.otherwise, MISSING: gate.on_missing}
    return state.replace_strict(outcomes, default="VERIFY", return_dtype=OUTCOME)


def reason(gate: Gate, state: pl.Expr) -> pl.Expr:
    """Reason code of a state; null where it passes. A gate that only asks for an officer has no verdict to give."""
    codes = {state: f"{gate.id}{suffix}" for state, suffix in SUFFIX.items()}
    if gate.field in UNSURE_SUFFIX:
        codes[UNSURE] = f"{gate.id}{UNSURE_SUFFIX[gate.field]}"
    if gate.otherwise == "VERIFY":
        codes[BREAKS] = codes[ASKS]
    match gate.on_missing:
        case "PASS":
            del codes[MISSING]
        case "FAIL":
            codes[MISSING] = f"{gate.id}-F"
    return state.replace_strict(codes, default=None, return_dtype=REASON)


def worst(columns: Sequence[str]) -> pl.Expr:
    """The worst of several outcomes, PASS of none."""
    codes = [pl.col(column).to_physical().cast(pl.Int8) for column in columns]
    outcomes = dict(enumerate(OUTCOME.categories))
    return pl.max_horizontal(pl.lit(0, pl.Int8), *codes).replace_strict(outcomes, return_dtype=OUTCOME)

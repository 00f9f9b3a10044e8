"""What is wrong or doubtful in a policy that can be read: each finding at its key, with its cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import Gate
from targeting.contracts.policy_quotas import GUESSES, commitment
from targeting.contracts.sourced import Dated, DatedTable, Number, Numbers
from targeting.contracts.yaml_file import Key

FEWEST_DRAWS = 500
"""The standard error of p_top_k is at most 0.023 from here on."""
LEAST_WEIGHT_OF_MODEL = 0.5
"""What repeats a model should not outweigh it."""
DOLLAR_LINES = (1.25, 1.90, 2.15, 3.00, 3.10, 3.20, 3.65, 4.20, 5.50, 6.85, 8.30)
"""International poverty lines in dollars of purchasing power a head and day."""
MARKET_RATES = (11_500, 20_000)
"""Rupiah a dollar at the exchange, 2013 to 2026; a dollar of purchasing power is 4,700 to 6,300, far below."""
DAYS = {"day": (1.0,), "month": (30.0, 30.4, 365 / 12, 30.5), "year": (365.0,)}
SPEAKS_OF_DOLLARS = re.compile(r"US\$|USD|dollar|dolar|kurs|exchange", re.IGNORECASE)


class Doubt(NamedTuple):
    """A finding before its line is known: where, how grave, what, what to do."""

    where: Key
    severity: str
    message: str
    cure: str


def doubts(policy: Policy) -> list[Doubt]:
    """Everything that a look at the policy alone tells."""
    checks: tuple[Callable[[Policy], Iterator[Doubt]], ...] = (
        gates_stand_once_and_name_parameters,
        parameters_are_used,
        limits_are_in_order,
        sources_are_whole,
        rupiah_lines_have_a_period,
        rupiah_lines_are_no_exchange_conversions,
        extreme_lines_are_below_poor_lines,
        a_model_is_not_diluted,
        shares_are_shares,
        dated_values_lie_in_the_period,
        seats_are_for_districts_that_pass,
        batches_are_full,
        draws_and_seed_are_enough,
    )
    return [doubt for check in checks for doubt in check(policy)]


def gates_stand_once_and_name_parameters(policy: Policy) -> Iterator[Doubt]:
    """A gate that stands twice, and a limit that `parameters` lacks."""
    ids = [gate.id for gate in policy.gates]
    for place, gate in enumerate(policy.gates):
        where: Key = ("gates", place)
        if gate.id in ids[:place]:
            yield Doubt(where, "error", f"gate {gate.id} stands twice", "Keep one")
        for name in sorted(set(gate.parameters) - set(policy.parameters)):
            message = f"gate {gate.id} names '{name}', which is not under 'parameters'"
            yield Doubt(where, "error", message, "Add it there, or correct it")


def parameters_are_used(policy: Policy) -> Iterator[Doubt]:
    """A parameter that no gate names decides nothing."""
    used = {name for gate in policy.gates for name in gate.parameters}
    for name in policy.parameters:
        if name not in used:
            where: Key = ("parameters", name)
            yield Doubt(where, "warning", "no gate uses this parameter", "Remove it, or name it in a gate")


def limits_are_in_order(policy: Policy) -> Iterator[Doubt]:
    """A range that is empty refuses everybody; a `verify` inside `args` never asks."""
    for place, gate in enumerate(policy.gates):
        if not gate.numeric or set(gate.parameters) - set(policy.parameters):
            continue
        args, asks = _limits(policy, gate.args), _limits(policy, gate.verify)
        if gate.op == "between" and args[0] > args[1]:
            message = f"gate {gate.id}: nothing lies between {args[0]:g} and {args[1]:g}"
            yield Doubt(("gates", place), "error", message, "Exchange the two limits")
        elif asks and _asks_nobody(gate, args, asks):
            message = f"gate {gate.id}: 'verify' asks for nothing that 'args' does not pass"
            yield Doubt(("gates", place), "warning", message, "Widen 'verify', or leave it out")


def sources_are_whole(policy: Policy) -> Iterator[Doubt]:
    """What is cited can be looked up: an instrument and its article."""
    for path, source in policy.sources():
        if source.status == "cited" and not (source.instrument and (source.article or source.url)):
            message = "a source that is 'cited' names no instrument with its article"
            yield Doubt(key_of(path), "warning", message, "Add 'instrument' and 'article', or call it 'press'")


def rupiah_lines_have_a_period(policy: Policy) -> Iterator[Doubt]:
    """A line without the month it was measured in cannot be compared with anything."""
    for path, number in policy.numbers():
        for day, dated in _versions(number):
            if number.unit.startswith("IDR") and (dated.period or number.period) is None:
                message = "a rupiah line without the period it was measured in"
                yield Doubt(_at(path, day), "warning", message, "Add 'period', e.g. 2025-03")


def rupiah_lines_are_no_exchange_conversions(policy: Policy) -> Iterator[Doubt]:
    """An international line counts purchasing power; at the exchange rate it comes out almost three times as high."""
    for path, number in policy.numbers():
        if not number.unit.startswith("IDR"):
            continue
        says = " ".join(filter(None, (number.unit, number.note, number.source.title, number.source.instrument)))
        if "extreme" not in path and not SPEAKS_OF_DOLLARS.search(says):
            continue
        for day, dated in _versions(number):
            for name, value in _values(dated):
                if dollars := converted_from(value, number.unit):
                    message = (
                        f"{f'{name}: ' if name else ''}Rp{value:,.0f} is US${dollars:.2f} at the exchange rate, "
                        "but the line is one of purchasing power"
                    )
                    yield Doubt(_at(path, day), "error", message, "Take the rupiah line that BPS published")


def converted_from(value_idr: float, unit: str) -> float | None:
    """The dollar line of which the rupiah amount is a market-rate conversion; None if it is of none."""
    span = next((name for name in DAYS if name in unit), "month")
    low, high = MARKET_RATES
    return next(
        (line for line in DOLLAR_LINES for days in DAYS[span] if low <= value_idr / (line * days) <= high), None
    )


def extreme_lines_are_below_poor_lines(policy: Policy) -> Iterator[Doubt]:
    """Who is extremely poor is poor: two notions that were exchanged show here."""
    lines = policy.poverty.lines
    if lines is None:
        return
    for area, poor in lines.poor.values.items():
        extreme = lines.extreme.values.get(area, lines.extreme.values.get("national"))
        if extreme is not None and extreme >= poor:
            message = f"{area}: the extreme line Rp{extreme:,.0f} is not below the poverty line Rp{poor:,.0f}"
            yield Doubt(("poverty", "lines", "extreme"), "error", message, "Exchange or correct them")


def a_model_is_not_diluted(policy: Policy) -> Iterator[Doubt]:
    """Beside a proxy means test desil is an older one over the same columns (benchmarks/README.md: what it costs)."""
    weight = policy.poverty.weights.values["p_extreme"]
    if policy.poverty.model is not None and weight < LEAST_WEIGHT_OF_MODEL:
        message = f"a model is named, and its p_extreme weighs only {weight:g} of the poverty score"
        cure = "Put the weight on p_extreme: desil is a proxy means test over the same columns"
        yield Doubt(("poverty", "weights"), "warning", message, cure)


def shares_are_shares(policy: Policy) -> Iterator[Doubt]:
    """A probability or share above 1 is a percentage that lost its sign."""
    for path, number in policy.numbers():
        if not number.unit.startswith(("probability", "share")) or path.endswith("waitlist_ratio"):
            continue
        for day, dated in _versions(number):
            for name, value in _values(dated):
                if not 0 <= value <= 1:
                    message = f"{f'{name}: ' if name else ''}{value:g} is no {number.unit.split()[0]}"
                    yield Doubt(_at(path, day), "error", message, "Write a fraction between 0 and 1")


def dated_values_lie_in_the_period(policy: Policy) -> Iterator[Doubt]:
    """A value that starts before the policy or after its end is never used as meant."""
    period = policy.policy.effective
    for path, number in policy.numbers():
        for day in number.values_by_date:
            if not period.from_ <= day <= period.to:
                message = f"the value of {day} starts outside the policy's period"
                yield Doubt(_at(path, day), "warning", message, "Correct the date")


def seats_are_for_districts_that_pass(policy: Policy) -> Iterator[Doubt]:
    """Seats of a district that the gate of the pilot area refuses stay empty."""
    passing = {word for gate in policy.gates if gate.field == "district" for word in gate.args + gate.verify}
    for area in policy.quotas.seats.values:
        if passing and re.match(r"\d", area) and area[:5] not in passing:
            message = f"{area} has seats, and the gate of the pilot area refuses it"
            where: Key = ("quotas", "seats", "values", area)
            yield Doubt(where, "error", message, "Add the district to the gate, or take its seats away")


def batches_are_full(policy: Policy) -> Iterator[Doubt]:
    """Seats that are no whole number of batches leave a batch short."""
    size = policy.quotas.batch_size
    for area, seats in policy.quotas.seats.values.items():
        if size is not None and policy.quotas.level == "kab" and seats % size.value:
            message = f"{area}: {seats:g} seats are no whole number of batches of {size.value:g}"
            yield Doubt(("quotas", "batch_size"), "warning", message, "Change the seats or the batch size")


def draws_and_seed_are_enough(policy: Policy) -> Iterator[Doubt]:
    """Few draws make p_top_k a rumour; a short seed can be guessed from its commitment."""
    draws, commit = policy.ranking.draws.value, policy.ranking.seed_commit
    if draws < FEWEST_DRAWS:
        message = f"{draws:g} draws leave p_top_k uncertain by up to {0.5 / draws**0.5:.2f}"
        yield Doubt(("ranking", "draws"), "warning", message, f"Take at least {FEWEST_DRAWS}")
    if commit is not None and any(commitment(seed) == commit for seed in range(GUESSES)):
        message = "the committed seed is short enough to be guessed, so the lottery can be known before it is drawn"
        yield Doubt(("ranking", "seed_commit"), "warning", message, "Make a long seed with 'targeting lottery commit'")


def key_of(path: str) -> Key:
    """A dotted path as a key; a key of the file may hold a dot, no path to a number does."""
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))


def _at(path: str, day: object) -> Key:
    """The number, or its value of a day."""
    return key_of(path) if day is None else (*key_of(path), "values_by_date", str(day))


def _versions(number: Number | Numbers) -> Iterator[tuple[object, Number | Numbers | Dated | DatedTable]]:
    """The number without a date, then as it is from each of its dates on."""
    yield None, number
    yield from number.values_by_date.items()


def _values(number: Number | Numbers | Dated | DatedTable) -> list[tuple[str, float]]:
    """Name and value of each number; a single one has no name."""
    return [("", number.value)] if isinstance(number, Number | Dated) else list(number.values.items())


def _limits(policy: Policy, names: tuple[str, ...]) -> list[float]:
    return [policy.parameters[name].value for name in names]


def _asks_nobody(gate: Gate, args: list[float], asks: list[float]) -> bool:
    """Whether `verify` holds only where `args` hold anyway."""
    match gate.op:
        case "at_most":
            return asks[0] <= args[0]
        case "at_least":
            return asks[0] >= args[0]
        case _:
            return asks[0] >= args[0] and asks[1] <= args[1]

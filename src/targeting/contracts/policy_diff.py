"""What one policy changes against another: each value, rule and source, with the day from which it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import Gate
from targeting.contracts.policy_quotas import Reserve
from targeting.contracts.sourced import Basis, Number, Numbers, in_force

Kind = Literal["added", "removed", "changed"]
ABSENT = object()
"""Stands for a key that a policy does not have; null is a value."""


@dataclass(frozen=True)
class Change:
    """One change: where, what was, what is, from which day on, and of a number by which source. No unit is empty."""

    path: str
    kind: Kind
    before: Any
    after: Any
    since: date
    unit: str = ""
    source: str | None = None


def changes(old: Policy, new: Policy) -> list[Change]:
    """Everything that differs, in the order of the new file, then what is gone. Equal policies give none.

    Dated values are compared day by day over the new policy's period; outside the old one's period its nearest day
    counts. All else counts from the new policy's first day.
    """
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    paths = [*after, *(path for path in before if path not in after)]
    found = []
    for path in paths:
        was, is_now = before.get(path, ABSENT), after.get(path, ABSENT)
        if isinstance(was, Number | Numbers) and isinstance(is_now, Number | Numbers):
            found += _of_numbers(path, (was, old), (is_now, new))
        elif was != is_now:
            found += _plain(path, was, is_now, new.policy.effective.from_)
    return found


def _leaves(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Path and value of everything in a policy; gates and reserves go by their names, not by their place."""
    match part:
        case Number() | Numbers():
            yield path, part
            yield f"{path}.source", _said(part.source)
            for name in ("unit", "note"):
                yield f"{path}.{name}", getattr(part, name)
        case Basis():
            yield path, _said(part)
        case BaseModel():
            for name in type(part).model_fields:
                yield from _leaves(getattr(part, name), f"{path}.{name}" if path else name)
        case dict():
            for key, value in part.items():
                yield from _leaves(value, f"{path}.{key}")
        case tuple() if part and isinstance(part[0], Gate | Reserve | Basis):
            for place, one in enumerate(part):
                yield from _leaves(one, f"{path}.{_name(one, place)}")
        case tuple():
            yield path, ", ".join(map(str, part))
        case _:
            yield path, part


def _name(part: Gate | Reserve | Basis, place: int) -> str:
    match part:
        case Gate():
            return part.id
        case Reserve():
            return part.group
        case _:
            return str(place + 1)


def _said(source: Basis) -> str:
    """A source in one line: its status, then what it names."""
    named = [source.instrument, source.article, source.title, source.url]
    return f"{source.status}: {', '.join(text for text in named if text)}"


def _plain(path: str, was: Any, is_now: Any, since: date) -> Iterator[Change]:
    """A value that came, went or changed; of a number that came or went, each of its values."""
    for key, unit, before, after in _expanded(was, is_now):
        kind: Kind = "added" if before is ABSENT else "removed" if after is ABSENT else "changed"
        shown = (None if before is ABSENT else before, None if after is ABSENT else after)
        yield Change(f"{path}{key}", kind, *shown, since, unit)


def _expanded(was: Any, is_now: Any) -> list[tuple[str, str, Any, Any]]:
    """Key, unit, before, after: one row, or one a value of a number that only one side has."""
    number = was if isinstance(was, Number | Numbers) else is_now
    if not isinstance(number, Number | Numbers):
        return [("", "", was, is_now)]
    values = _values(number, None)
    came = number is is_now
    return [(key, number.unit, ABSENT if came else value, value if came else ABSENT) for key, value in values.items()]


def _of_numbers(path: str, old: tuple[Number | Numbers, Policy], new: tuple[Number | Numbers, Policy]) -> list[Change]:
    """Changes of a number's values, each told on the first day on which the pair of values is another one."""
    period = new[1].policy.effective
    days = {period.from_, *_turns(old[0]), *_turns(new[0])}
    told: dict[str, tuple[Any, Any]] = {}
    found: list[Change] = []
    for day in sorted(day for day in days if period.from_ <= day <= period.to):
        was, is_now = _values(old[0], min(day, old[1].policy.effective.to)), _values(new[0], day)
        for key in [*is_now, *(key for key in was if key not in is_now)]:
            pair = (was.get(key, ABSENT), is_now.get(key, ABSENT))
            if pair[0] != pair[1] and told.get(key) != pair:
                dated = in_force(new[0], day)
                source = _said((dated and dated.source) or new[0].source)
                found += [
                    replace(change, unit=new[0].unit, source=source) for change in _plain(f"{path}{key}", *pair, day)
                ]
            told[key] = pair
    return found


def _turns(number: Number | Numbers) -> set[date]:
    """Days on which a number may change."""
    ends = {dated.to + timedelta(days=1) for dated in number.values_by_date.values() if dated.to is not None}
    return {*number.values_by_date, *ends}


def _values(number: Number | Numbers, day: date | None) -> Mapping[str, float]:
    """The number's values on a day by what is put behind its path; on no day, those without a date."""
    dated = None if day is None else in_force(number, day)
    if isinstance(number, Number):
        return {"": getattr(dated, "value", number.value)}
    values: Mapping[str, float] = getattr(dated, "values", number.values)
    return {f".{key}": value for key, value in values.items()}

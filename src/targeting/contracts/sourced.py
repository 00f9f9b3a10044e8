"""Numbers that somebody decided: each with its unit, its source, how sure the source is, and its dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Part = TypeVar("Part")


class Plain(BaseModel):
    """A part of the policy: unknown keys and wrong types are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Basis(Plain):
    """Where a rule or a number comes from."""

    instrument: str | None = Field(default=None, description="law, agreement or publication")
    article: str | None = None
    title: str | None = None
    title_id: str | None = Field(default=None, description="the title in Indonesian, for what is shown in it")
    url: str | None = None
    status: Literal["cited", "press", "assumption"] = Field(
        description="cited: read in the instrument; press: second hand; assumption: ours until somebody decides"
    )

    @model_validator(mode="after")
    def names_its_source(self) -> Self:
        """Refuse a status without anything it is the status of."""
        if not (self.instrument or self.title):
            raise ValueError("a source needs an 'instrument' or a 'title'")
        return self


class Dated(Plain):
    """What a number is from a date on; up to `to` if that is given, then the undated value returns."""

    value: float
    to: date | None = None
    period: str | None = None
    source: Basis | None = Field(default=None, description="that of the number without it")


class DatedTable(Plain):
    """What a table of numbers is from a date on."""

    values: dict[str, float]
    to: date | None = None
    period: str | None = None
    source: Basis | None = Field(default=None, description="that of the table without it")


def _each_written_out(entries: Any, key: str) -> Any:
    """Short entries (`2026-07-01: 3`) in the long form (`2026-07-01: {value: 3}`)."""
    if not isinstance(entries, dict):
        return entries
    long = [isinstance(entry, Plain) or (isinstance(entry, dict) and key in entry) for entry in entries.values()]
    return {
        day: entry if is_long else {key: entry} for (day, entry), is_long in zip(entries.items(), long, strict=True)
    }


def _require_no_overlap(dated: Mapping[date, Dated | DatedTable]) -> None:
    """Raise ValueError if a dated value ends before it starts, or not before the next one starts."""
    days = sorted(dated)
    for day, following in zip_longest(days, days[1:]):
        end = dated[day].to
        if end is not None and end < day:
            raise ValueError(f"the value of {day} ends ({end}) before it starts")
        if end is not None and following is not None and end >= following:
            raise ValueError(f"overlapping dates: the value of {day} runs to {end}, the next one starts on {following}")


class Number(Plain):
    """One decided number. `values_by_date` replaces `value` from each of its dates on."""

    value: float
    unit: str
    source: Basis
    period: str | None = Field(default=None, description="what the number measures: year or year-month")
    note: str | None = None
    values_by_date: dict[date, Dated] = Field(default_factory=dict)

    @field_validator("values_by_date", mode="before")
    @classmethod
    def write_out(cls, entries: Any) -> Any:
        """Accept a bare number for a date."""
        return _each_written_out(entries, "value")

    @model_validator(mode="after")
    def dates_do_not_overlap(self) -> Self:
        """Refuse two values for one day."""
        _require_no_overlap(self.values_by_date)
        return self


class Numbers(Plain):
    """A table of decided numbers that share a unit and a source."""

    values: dict[str, float]
    unit: str
    source: Basis
    period: str | None = Field(default=None, description="what the numbers measure: year or year-month")
    note: str | None = None
    values_by_date: dict[date, DatedTable] = Field(default_factory=dict)

    @field_validator("values_by_date", mode="before")
    @classmethod
    def write_out(cls, entries: Any) -> Any:
        """Accept a bare table for a date."""
        return _each_written_out(entries, "values")

    @model_validator(mode="after")
    def dates_do_not_overlap(self) -> Self:
        """Refuse two tables for one day."""
        _require_no_overlap(self.values_by_date)
        return self

    @property
    def tables(self) -> tuple[dict[str, float], ...]:
        """The table as it is without a date and on each of its dates."""
        return (self.values, *(dated.values for dated in self.values_by_date.values()))


def in_force(number: Number | Numbers, as_of: date) -> Dated | DatedTable | None:
    """The dated value of a day; None if the undated one holds."""
    started = [day for day in number.values_by_date if day <= as_of]
    if not started:
        return None
    latest: Dated | DatedTable = number.values_by_date[max(started)]
    return latest if latest.to is None or as_of <= latest.to else None


def at_date(part: Part, as_of: date) -> Part:
    """The same part, each number with the value, period and source that are in force on the date."""
    changes: dict[str, Any] = {}
    match part:
        case Number() | Numbers():
            if dated := in_force(part, as_of):
                changes = {name: getattr(dated, name) for name in ("value", "values") if hasattr(dated, name)}
                changes |= {"period": dated.period or part.period, "source": dated.source or part.source}
        case BaseModel():
            changes = {name: at_date(getattr(part, name), as_of) for name in type(part).model_fields}
        case dict():
            return type(part)({key: at_date(value, as_of) for key, value in part.items()})
        case tuple():
            return type(part)(at_date(value, as_of) for value in part)
    return part.model_copy(update=changes) if isinstance(part, BaseModel) else part


def walk(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every part of the policy that has a source, depth first, with its dotted path; nothing inside a number."""
    children: Iterator[tuple[str, Any]] | tuple[()] = ()
    match part:
        case Number() | Numbers():
            yield path, part
        case BaseModel():
            if isinstance(getattr(part, "source", None), Basis):
                yield path, part
            children = ((name, getattr(part, name)) for name in type(part).model_fields)
        case dict():
            children = ((str(key), value) for key, value in part.items())
        case tuple():
            children = ((str(index), value) for index, value in enumerate(part))
    for name, child in children:
        yield from walk(child, f"{path}.{name}" if path else name)

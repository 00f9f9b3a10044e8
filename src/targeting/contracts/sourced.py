"""Numbers that somebody decided: each with its unit, its source, how sure the source is, and its dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = TypeVar("Part")


class Plain(BaseModel):
    """A part of the policy: unknown keys and wrong types are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Basis(Plain):
    """Where a rule or a number comes from."""

    instrument: str | None = Field(default=None, description="law, agreement or publication")
    article: str | None = None
    title: str | None = None
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


class Number(Plain):
    """One decided number. `values_by_date` replaces `value` from each of its dates on."""

    value: float
    unit: str
    source: Basis
    period: str | None = Field(default=None, description="what the number measures: year or year-month")
    note: str | None = None
    values_by_date: dict[date, float] = Field(default_factory=dict)


class Numbers(Plain):
    """A table of decided numbers that share a unit and a source."""

    values: dict[str, float]
    unit: str
    source: Basis
    period: str | None = Field(default=None, description="what the numbers measure: year or year-month")
    note: str | None = None
    values_by_date: dict[date, dict[str, float]] = Field(default_factory=dict)


def at_date(part: Part, as_of: date) -> Part:
    """The same part with each dated value replaced by the latest one that started on or before the date."""
    changes: dict[str, Any] = {}
    match part:
        case Number() | Numbers():
            started = [day for day in part.values_by_date if day <= as_of]
            field = "value" if isinstance(part, Number) else "values"
            if started:
                changes[field] = part.values_by_date[max(started)]
        case BaseModel():
            changes = {name: at_date(getattr(part, name), as_of) for name in type(part).model_fields}
        case dict():
            return type(part)({key: at_date(value, as_of) for key, value in part.items()})
        case tuple():
            return type(part)(at_date(value, as_of) for value in part)
    return part.model_copy(update=changes) if isinstance(part, BaseModel) else part


def walk_numbers(part: Any, path: str) -> Iterator[tuple[str, Number | Numbers]]:
    """Every number under a part of the policy, depth first, with its dotted path."""
    children: Iterator[tuple[str, Any]] | tuple[()] = ()
    match part:
        case Number() | Numbers():
            yield path, part
        case BaseModel():
            children = ((name, getattr(part, name)) for name in type(part).model_fields)
        case dict():
            children = ((str(key), value) for key, value in part.items())
        case tuple():
            children = ((str(index), value) for index, value in enumerate(part))
    for name, child in children:
        yield from walk_numbers(child, f"{path}.{name}" if path else name)

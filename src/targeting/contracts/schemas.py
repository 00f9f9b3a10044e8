"""The record contracts by name, each field taken apart for the bulk check, and their JSON Schemas."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic.fields import FieldInfo

from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K, code_list
from targeting.contracts.dtsen import DtsenFamily, DtsenPerson
from targeting.contracts.fields import Coded
from targeting.contracts.items import Record
from targeting.contracts.ppse import PpseHousehold, PpseMember, PpsePersonItems
from targeting.contracts.prior import PriorRecipient
from targeting.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """One field: the Python type of its values, whether it must be there, and the markers that limit it."""

    name: str
    type: type[str] | type[int] | type[float] | type[date]
    required: bool
    limits: tuple[object, ...]

    def marker(self, kind: builtins.type[T]) -> T | None:
        """The field's marker of that kind, null if it has none."""
        return next((limit for limit in self.limits if isinstance(limit, kind)), None)

    @property
    def code_list(self) -> str | None:
        """Name of the code list its values come from, null if none."""
        coded = self.marker(Coded)
        return coded.list if coded else None


@dataclass(frozen=True)
class Schema:
    """A contract: its model, the column that identifies a row, the column that names its family, its code lists."""

    name: str
    model: type[Record]
    record_id: str
    family_id: str
    code_lists: str
    person_fields: tuple[str, ...] = ()
    """The head's items, which only a flat household file has; absent columns of these are not made up."""

    @property
    def fields(self) -> Mapping[str, Field]:
        """Fields by name, the identifying ones first."""
        return _fields(self.model)


SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        schema.name: schema
        for schema in (
            Schema(
                "ppse-household",
                PpseHousehold,
                "household_id",
                "household_id",
                REGSOSEK_2022K,
                tuple(PpsePersonItems.model_fields),
            ),
            Schema("ppse-member", PpseMember, "person_id", "household_id", REGSOSEK_2022K),
            Schema("dtsen-family", DtsenFamily, "dtsen_family_id", "dtsen_family_id", DTSEN_2025),
            Schema("dtsen-person", DtsenPerson, "dtsen_person_id", "dtsen_family_id", DTSEN_2025),
            Schema("prior-recipient", PriorRecipient, "prior_id", "prior_id", REGSOSEK_2022K),
        )
    }
)


def schema_of(name: str) -> Schema:
    """The contract of that name. Raises UsageError, naming those there are, when there is none."""
    if name not in SCHEMAS:
        raise UsageError(f"No schema '{name}'. Schemas: {', '.join(SCHEMAS)}.")
    return SCHEMAS[name]


def list_of_column(column: str) -> str:
    """Name of the code list that a column's codes come from. Raises UsageError for a column without one."""
    for schema in SCHEMAS.values():
        field = schema.fields.get(column)
        if field and field.code_list:
            return field.code_list
    raise UsageError(f"Column '{column}' is in no contract, or holds no codes.")


def json_schema(name: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a contract, the codes of its default version spelled out with their meanings."""
    schema = schema_of(name)
    document = schema.model.model_json_schema()
    document["title"] = name
    document["x-code-lists"] = schema.code_lists
    for node in _nodes(document):
        if "x-code-list" in node:
            meanings = code_list(node["x-code-list"], schema.code_lists).meanings
            node["oneOf"] = [{"const": code, "title": meaning} for code, meaning in sorted(meanings.items())]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON document, itself included."""
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in list(children):
        yield from _nodes(child)


@cache
def _fields(model: type[Record]) -> Mapping[str, Field]:
    fields = [_field(name, info) for name, info in model.model_fields.items()]
    return MappingProxyType({field.name: field for field in sorted(fields, key=lambda field: not field.required)})


def _field(name: str, info: FieldInfo) -> Field:
    """Take `Annotated[int, Ge(1)] | None` apart; pydantic keeps the markers of a required field on the field itself."""
    inner, *others = [arm for arm in get_args(info.annotation) if arm is not type(None)] or [info.annotation]
    assert not others, f"{name} has several types"  # noqa: S101  (a mistake in a model, not in data)
    limits: tuple[object, ...] = tuple(info.metadata)
    if get_origin(inner) is Annotated:
        inner, *markers = get_args(inner)
        limits = (*markers, *limits)
    return Field(name, inner, info.is_required(), limits)

"""Types of single fields. What a value must be is said here or in the model, and nowhere else.

The bulk check reads the same markers from the models (contracts/schemas.py), so a limit is written once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from targeting.contracts.codes.lists import bit_list, code_list, versions_of

CODE_LISTS = "code_lists"
"""Key of pydantic's validation context that holds the version of the code lists."""


@dataclass(frozen=True)
class Form:
    """Marks text that must match a pattern as a whole; `says` puts the pattern in words."""

    pattern: str
    says: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse text of another form, in words rather than with the pattern."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Give the pattern."""
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def _check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value, re.ASCII):
            raise PydanticCustomError("form", "Input should be {says}", {"says": self.says})
        return value


@dataclass(frozen=True)
class Coded:
    """Marks a code of a code list, in the version that the validation context names; without one, in any version."""

    list: str

    def codes(self, version: str) -> tuple[int, ...]:
        """The codes that the version allows."""
        return code_list(self.list, version).codes

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse codes that the list does not have."""
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the list, so that a reader of the JSON Schema finds it."""
        return {**handler(schema), "x-code-list": self.list}

    def _check(self, value: int, info: ValidationInfo) -> int:
        version = (info.context or {}).get(CODE_LISTS)
        versions = (version,) if version else versions_of(self.list)
        if not any(value in self.codes(known) for known in versions):
            about = {"list": self.list, "version": ", ".join(versions)}
            raise PydanticCustomError("code_list", "Input should be a code of list '{list}' ({version})", about)
        return value


@dataclass(frozen=True)
class Bitmask:
    """Marks a sum of bits (5 = 1 + 4: the first and the third apply), 0 for none of them."""

    list: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse what is no sum of the bits."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the bits."""
        return {**handler(schema), "x-bits": {str(bit): name for bit, name in bit_list(self.list).bits.items()}}

    def _check(self, value: int) -> int:
        bits = bit_list(self.list)
        if not (0 <= value <= bits.largest_sum or value == bits.not_known):
            raise PydanticCustomError("bitmask", "Input should be a sum of the bits of '{list}'", {"list": self.list})
        return value


@dataclass(frozen=True)
class OneOf:
    """Marks text that must be one of a few official values."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse any other text."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """List the values."""
        return {**handler(schema), "enum": list(self.values)}

    def _check(self, value: str) -> str:
        if value not in self.values:
            allowed = ", ".join(self.values)
            raise PydanticCustomError("one_of", "Input should be one of: {allowed}", {"allowed": allowed})
        return value


@dataclass(frozen=True)
class Identifier:
    """Marks text that a spreadsheet must not have turned into a number: a NIK as 3.4E+15 has lost its serial."""


@dataclass(frozen=True)
class Key:
    """Marks text that names a record inside its source; compared as it stands, never read as a number."""


@dataclass(frozen=True)
class Region:
    """Marks a Kemendagri code of so many digits: 2 province, 4 district, 6 subdistrict, 10 village."""

    digits: int


@dataclass(frozen=True)
class ZeroIsMissing:
    """Marks a field in which the forms write 0 for "not known"."""


RecordId = Annotated[str, Key(), MaxLen(64)]
Nik = Annotated[str, Identifier(), Form(r"\d{16}", "16 digits")]
Nkk = Annotated[str, Identifier(), Form(r"\d{16}", "16 digits")]

ProvinceCode = Annotated[str, Region(2), Form(r"\d{2}", "a Kemendagri code like 34")]
DistrictCode = Annotated[str, Region(4), Form(r"\d{2}\.\d{2}", "a Kemendagri code like 34.04")]
SubdistrictCode = Annotated[str, Region(6), Form(r"\d{2}\.\d{2}\.\d{2}", "a Kemendagri code like 34.04.01")]
VillageCode = Annotated[str, Region(10), Form(r"\d{2}\.\d{2}\.\d{2}\.\d{4}", "a Kemendagri code like 34.04.01.2001")]

Name = Annotated[str, ZeroIsMissing(), MaxLen(100)]
"""Permendagri 73/2022 allows 60 letters; titles and older documents are longer."""
Place = Annotated[str, MaxLen(100)]
Address = Annotated[str, MaxLen(300)]
Neighbourhood = Annotated[str, MaxLen(10)]
"""RT or RW."""

Day = Annotated[date, Ge(date(1900, 1, 1)), Le(date(2100, 12, 31))]
"""A day nobody has to doubt by itself; whether it lies after the reference date is a rule's business."""

YesNo = Annotated[int, Coded("ya_tidak")]
Count = Annotated[int, Ge(0), Le(1000)]
FamilySize = Annotated[int, Ge(1), Le(50)]
Animals = Annotated[int, Ge(0), Le(100_000)]
FloorAreaM2 = Annotated[float, Ge(0), Le(10_000)]
MoneyIdr = Annotated[float, Ge(0), Le(1e12)]
Decile = Annotated[int, ZeroIsMissing(), Ge(1), Le(10)]

"""Check typed columns in bulk against the limits that the pydantic model declares.

The verdict is the model's own, only faster: each marker becomes one expression. For the words of a broken limit one of
the rows that break it goes through pydantic; tests/property compares the two verdicts value by value.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from annotated_types import Ge, Le, MaxLen
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from targeting.contracts.codelists import bit_list
from targeting.contracts.fields import CODE_LISTS, Bitmask, Coded, Form, OneOf
from targeting.contracts.items import Record
from targeting.contracts.schemas import Field
from targeting.intake.reading import consequence
from targeting.intake.structure import no_findings

INDONESIAN = {
    "greater_than_equal": "Nilai harus {ge} atau lebih",
    "less_than_equal": "Nilai harus {le} atau kurang",
    "string_too_long": "Teks paling panjang {max_length} karakter",
    "form": "Bentuk nilai tidak sesuai ({says})",
    "code_list": "Nilai harus kode dari daftar '{list}' ({version})",
    "bitmask": "Nilai harus jumlah dari kode-kode '{list}'",
    "one_of": "Nilai harus salah satu dari: {allowed}",
}
"""Indonesian words for pydantic's error types."""


def broken(field: Field, limit: object, version: str) -> tuple[str, pl.Expr] | None:
    """The finding's name and what is true where the limit is broken; null for a marker that limits nothing."""
    value = pl.col(field.name)
    found: tuple[str, pl.Expr] | None = None
    match limit:
        case Ge():
            found = "value_is_out_of_range", value < pl.lit(limit.ge)
        case Le():
            found = "value_is_out_of_range", value > pl.lit(limit.le)
        case MaxLen():
            found = "text_is_too_long", value.str.len_chars() > limit.max_length
        case Form():
            found = "value_has_another_form", ~value.str.contains(f"^(?:{limit.pattern})$")
        case Coded():
            found = "code_is_not_in_its_list", ~value.is_in(limit.codes(version))
        case Bitmask():
            bits = bit_list(limit.list)
            found = "sum_has_unknown_bits", ~value.is_between(0, bits.largest_sum) & value.ne_missing(bits.not_known)
        case OneOf():
            found = "value_is_not_official", ~value.is_in(limit.values)
    return found


def check_limits(
    typed: pl.DataFrame, fields: list[Field], model: type[Record], version: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with every value beyond a limit emptied, and a finding for each of them."""
    checks = [(field, *check) for field in fields for limit in field.limits if (check := broken(field, limit, version))]
    verdicts = typed.select(expression.fill_null(False).alias(str(at)) for at, (_, _, expression) in enumerate(checks))
    found = [no_findings()]
    emptied: dict[str, list[pl.Series]] = {}
    for at, (field, rule, _) in enumerate(checks):
        rows = typed.filter(verdicts[str(at)])
        if rows.is_empty():
            continue
        message_id, message_en = words(model, field, rows[field.name][0], version)
        found.append(consequence(field.required, rule, message_id, message_en).on(rows, field.name))
        emptied.setdefault(field.name, []).append(verdicts[str(at)])
    return typed.with_columns(*(_without(typed[name], verdict) for name, verdict in emptied.items())), pl.concat(found)


def _without(values: pl.Series, verdicts: list[pl.Series]) -> pl.Series:
    """The values, null where any verdict is true."""
    beyond = verdicts[0]
    for verdict in verdicts[1:]:
        beyond |= verdict
    return values.set(beyond, None)


def words(model: type[Record], field: Field, value: Any, version: str) -> tuple[str, str]:
    """What pydantic says of a value that breaks a limit of the field, in Indonesian and English, without the value."""
    error = _error_of(model, field, value, version)
    if error is None:
        return "Nilai tidak sesuai dengan kontrak.", "The value does not fit the contract."
    indonesian = INDONESIAN.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
    return f"{indonesian}.", f"{error['msg']}."


def _error_of(model: type[Record], field: Field, value: Any, version: str) -> ErrorDetails | None:
    try:
        model.model_validate({field.name: value}, context={CODE_LISTS: version})
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return next((one for one in details if one["loc"][0] == field.name), None)
    return None

"""The bulk check and pydantic give one verdict, value by value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from targeting.contracts.fields import CODE_LISTS
from targeting.contracts.schemas import SCHEMAS, Field, Schema
from targeting.intake.limits import check_limits
from targeting.intake.reading import TYPES

VALUES: dict[type, st.SearchStrategy[Any]] = {
    int: st.integers(-3, 130) | st.integers(-(10**6), 10**6),
    float: st.floats(-10, 2e12, allow_nan=False),
    date: st.integers(-40_000, 60_000).map(lambda days: date(1970, 1, 1) + timedelta(days=days)),
    str: st.sampled_from(["DTSEN AKTIF", "34", "34.04", "34.04.01", "34.04.01.2001", "3404011201809001", "", "x" * 99])
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=350),
}


def refused(schema: Schema, field: Field, value: object) -> bool:
    """Whether pydantic finds fault with the field."""
    try:
        schema.model.model_validate({field.name: value}, context={CODE_LISTS: schema.code_lists})
    except ValidationError as error:
        return any(one["loc"][0] == field.name for one in error.errors())
    return False


@pytest.mark.parametrize("name", list(SCHEMAS))
@given(data=st.data())
def test_what_the_bulk_check_empties_is_what_pydantic_refuses(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    field = data.draw(st.sampled_from(list(schema.fields.values())))
    values = data.draw(st.lists(VALUES[field.type], min_size=1, max_size=20))
    typed = pl.DataFrame({"row_number": range(len(values)), field.name: pl.Series(values, dtype=TYPES[field.type])})
    checked, findings = check_limits(typed, [field], schema.model, schema.code_lists)
    expected = [row for row, value in enumerate(values) if refused(schema, field, value)]
    assert expected == checked.filter(pl.col(field.name).is_null())["row_number"].to_list()
    assert expected == findings["row_number"].unique().sort().to_list()

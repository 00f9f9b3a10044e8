"""From text to typed columns: which cleaner reads a field, and what is said where it could not."""

from __future__ import annotations

from datetime import date

import polars as pl
from annotated_types import Le

from targeting.contracts.codes.lists import bit_list, code_list, versions_of
from targeting.contracts.config import Source
from targeting.contracts.fields import Bitmask, Coded, Identifier, Key, Region, ZeroIsMissing
from targeting.contracts.schemas import Field, Schema
from targeting.errors import InputFileError
from targeting.intake import clean
from targeting.intake.structure import Finding, no_findings
from targeting.vocabulary import Severity

NUMBER_FOR_IDENTIFIER = "identifier_is_a_number"
BROKEN_TEXT = "text_has_broken_characters"
TYPES: dict[type, pl.DataType] = {str: pl.String(), int: pl.Int64(), float: pl.Float64(), date: pl.Date()}
INTEGERS = {127: pl.Int8(), 32_767: pl.Int16(), 2_147_483_647: pl.Int32()}
"""The largest number of each integer type, the narrowest first."""


def types_of(schema: Schema) -> dict[str, pl.DataType]:
    """The column type of each field of a contract, once its limits hold."""
    return {field.name: type_of(field) for field in schema.fields.values()}


def type_of(field: Field) -> pl.DataType:
    """The narrowest type that holds every value the field's limits allow: a million rows have fifty such columns."""
    if field.type is not int:
        return TYPES[field.type]
    largest = [most for limit in field.limits if (most := _largest(limit)) is not None]
    return next((kind for most, kind in INTEGERS.items() if largest and min(largest) <= most), TYPES[int])


def _largest(limit: object) -> int | None:
    """The largest number that a marker allows, null if it sets none."""
    match limit:
        case Coded():
            return max(max(code_list(limit.list, version).codes) for version in versions_of(limit.list))
        case Bitmask():
            bits = bit_list(limit.list)
            return max(bits.largest_sum, bits.not_known or 0)
        case Le(le=int() as most):
            return most
        case _:
            return None


def reading_of(field: Field, source: Source) -> pl.Expr:
    """How a field's text is read in a file with that number and date notation: a Struct of `value`, `problem` (the code
    of why there is no value) and `repair` (the code of what was mended).
    """
    column = pl.col(field.name)
    zero = field.marker(ZeroIsMissing) is not None
    region = field.marker(Region)
    if field.marker(Identifier):
        return clean.read_identifier(column)
    if field.marker(Key):
        return clean.read_record_id(column)
    if region:
        return clean.read_region_code(column, region.digits)
    if field.marker(Coded) == Coded("ya_tidak"):
        return clean.read_yes_no(column)
    return _reading_of_type(field.type, column, source, zero)


def _reading_of_type(values: type, column: pl.Expr, source: Source, zero: bool) -> pl.Expr:
    if values is date:
        return clean.read_date(column, source.dates)
    if values is int:
        return clean.read_integer(column, zero=zero)
    if values is float:
        return clean.read_number(column, source.decimal)
    return clean.read_text(column, zero=zero)


def read_columns(
    text: pl.DataFrame, fields: list[Field], source: Source, name: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The fields' typed columns with `row_number`, and what is to be said of cells that were emptied or mended.

    Raises InputFileError when most values of an identifier column are numbers: the digits are lost in every row.
    """
    typed, found = [text["row_number"]], [no_findings()]
    for field in fields:
        cells = text.select("row_number", read=reading_of(field, source)).unnest("read")
        typed.append(cells["value"].alias(field.name))
        problems, repairs = _coded(cells, "problem"), _coded(cells, "repair")
        _refuse_numbers(problems, cells, field, name)
        found += [_problem(field, code).on(rows, field.name) for code, rows in problems.items()]
        found += [_repair(field, code).on(rows, field.name) for code, rows in repairs.items()]
    return pl.DataFrame(typed), pl.concat(found)


def _coded(cells: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    """The cells with a code in that column, by code."""
    if cells[column].null_count() == cells.height:
        return {}
    rows = cells.select("row_number", code=column).drop_nulls("code")
    return {code: rows.filter(code=code) for code in rows["code"].unique().sort()}


def _refuse_numbers(problems: dict[str, pl.DataFrame], cells: pl.DataFrame, field: Field, name: str) -> None:
    if NUMBER_FOR_IDENTIFIER not in problems:
        return
    numbers = problems[NUMBER_FOR_IDENTIFIER].height
    filled = cells["value"].count() + sum(rows.height for rows in problems.values())
    if numbers * 2 > filled:
        raise InputFileError(
            f"{name}: column '{field.name}' holds numbers ({numbers} of {filled} values), so the last digits are lost. "
            "Go back to the original file, format the column as text, and export it again."
        )


def _problem(field: Field, code: str) -> Finding:
    """The words for a cell that could not be read, and what became of it."""
    message_id, message_en = (f"{field.name} {words}." for words in clean.PROBLEMS[code])
    if code == BROKEN_TEXT:
        return Finding(code, Severity.WARNING, message_id, message_en)
    return consequence(field.required or code == NUMBER_FOR_IDENTIFIER, code, message_id, message_en)


def _repair(field: Field, code: str) -> Finding:
    message_id, message_en = (f"{field.name} {words}." for words in clean.REPAIRS[code])
    return Finding(code, Severity.INFO, message_id, message_en)


def consequence(refused: bool, rule: str, message_id: str, message_en: str) -> Finding:
    """An error that refuses the row, or a warning that the field was left empty, said at the message's end."""
    if refused:
        return Finding(rule, Severity.ERROR, f"{message_id} Baris ditolak.", f"{message_en} The row is refused.")
    return Finding(
        rule, Severity.WARNING, f"{message_id} Isian dikosongkan.", f"{message_en} The field was left empty."
    )

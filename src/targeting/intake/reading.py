"""From text to typed columns: which cleaner reads a field, and what is said where it could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.contracts.config import Source
from targeting.contracts.fields import Coded, Identifier, Key, Region, ZeroIsMissing
from targeting.contracts.schemas import Field, Schema
from targeting.errors import InputFileError
from targeting.intake import clean
from targeting.intake.structure import Finding, no_findings
from targeting.vocabulary import Severity

NUMBER_FOR_IDENTIFIER = "identifier_is_a_number"
BROKEN_TEXT = "text_has_broken_characters"
TYPES: dict[type, pl.DataType] = {str: pl.String(), int: pl.Int64(), float: pl.Float64(), date: pl.Date()}


def types_of(schema: Schema) -> dict[str, pl.DataType]:
    """The column type of each field of a contract."""
    return {field.name: TYPES[field.type] for field in schema.fields.values()}


@dataclass(frozen=True)
class Reading:
    """How a field's text is read: its value, the code of the problem where there is none, the code of a repair."""

    value: pl.Expr
    problem: pl.Expr
    repair: pl.Expr | None = None


def reading_of(field: Field, source: Source) -> Reading:
    """The reading of a field's column in a file with that number and date notation."""
    column = pl.col(field.name)
    zero = field.marker(ZeroIsMissing) is not None
    region = field.marker(Region)
    if field.marker(Identifier):
        return Reading(
            clean.clean_identifier(column), clean.identifier_problem(column), clean.identifier_repair(column)
        )
    if field.marker(Key):
        return Reading(clean.clean_record_id(column), clean.record_id_problem(column))
    if region:
        return Reading(
            clean.clean_region_code(column, region.digits),
            clean.region_code_problem(column, region.digits),
            clean.region_code_repair(column, region.digits),
        )
    if field.marker(Coded) == Coded("ya_tidak"):
        return Reading(clean.clean_yes_no(column), clean.yes_no_problem(column))
    return _reading_of_type(field.type, column, source, zero)


def _reading_of_type(values: type, column: pl.Expr, source: Source, zero: bool) -> Reading:
    if values is date:
        order = source.dates
        return Reading(
            clean.clean_date(column, order), clean.date_problem(column, order), clean.date_repair(column, order)
        )
    if values is int:
        return Reading(clean.clean_integer(column, zero=zero), clean.integer_problem(column, zero=zero))
    if values is float:
        return Reading(
            clean.clean_number(column, source.decimal),
            clean.number_problem(column, source.decimal),
        )
    return Reading(clean.clean_text(column, zero=zero), clean.text_problem(column))


def read_columns(
    text: pl.DataFrame, fields: list[Field], source: Source, name: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The fields' typed columns with `row_number`, and what is to be said of cells that were emptied or mended.

    Raises InputFileError when most values of an identifier column are numbers: the digits are lost in every row.
    """
    typed, found = [text["row_number"]], [no_findings()]
    for field in fields:
        reading = reading_of(field, source)
        cells = text.select("row_number", field.name, value=reading.value)
        typed.append(cells["value"].alias(field.name))
        problems = _coded(cells, _suspects(cells, field), field, reading.problem)
        _refuse_numbers(problems, cells, field, name)
        found += [_problem(field, code).on(rows, field.name) for code, rows in _by_code(problems)]
        if reading.repair is not None:
            repairs = _coded(cells, _respelled(field), field, reading.repair)
            found += [_repair(field, code).on(rows, field.name) for code, rows in _by_code(repairs)]
    return pl.DataFrame(typed), pl.concat(found)


def _suspects(cells: pl.DataFrame, field: Field) -> pl.Expr:
    """True for cells that hold something and gave nothing; of text, also for those with a broken character."""
    nothing = pl.col(field.name).is_not_null() & pl.col("value").is_null()
    broken = pl.col(field.name).str.contains("\ufffd", literal=True)
    return nothing | broken if cells.schema["value"] == pl.String else nothing


def _respelled(field: Field) -> pl.Expr:
    """True for cells whose value is not spelled as the text was; a canonical spelling needs no second look."""
    return pl.col(field.name) != pl.col("value").cast(pl.String)


def _coded(cells: pl.DataFrame, chosen: pl.Expr, field: Field, code: pl.Expr) -> pl.DataFrame:
    """The chosen cells for which the expression has a code: row_number, code. Each distinct text is looked at once."""
    rows = cells.filter(chosen).select("row_number", field.name)
    codes = rows.select(pl.col(field.name).unique()).with_columns(code=code).drop_nulls("code")
    return rows.join(codes, on=field.name, maintain_order="left").select("row_number", "code")


def _by_code(cells: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The cells of each code, by code."""
    return [(code, cells.filter(code=code)) for code in cells["code"].unique().sort()]


def _refuse_numbers(problems: pl.DataFrame, cells: pl.DataFrame, field: Field, name: str) -> None:
    numbers = problems.filter(code=NUMBER_FOR_IDENTIFIER).height
    filled = cells["value"].drop_nulls().len() + problems.height
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

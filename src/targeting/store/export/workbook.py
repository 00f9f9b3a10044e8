"""An Excel workbook: the list, and a summary sheet that says what it is and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from targeting.errors import UsageError
from targeting.store.export.files import replacing
from targeting.store.export.package import type_name
from targeting.store.export.plain import flat
from targeting.store.export.words import Words

EXCEL_ROWS = 1_048_576
WIDEST = 60
SAMPLED_ROWS = 200
LONGEST_SHEET_NAME = 31
DICTIONARY = {"column": 26, "heading": 26, "type": 26, "meaning": 90}
"""Columns of the data dictionary, with their widths in characters."""
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6F0", "border": 1}

SummaryLine = tuple[str, object]


def write_workbook(
    frame: pl.DataFrame, path: Path, *, title: str, summary: Sequence[SummaryLine], words: Words, made: datetime
) -> None:
    """Identifiers and codes are text cells, never formulas; numbers are numbers; header frozen, filters on.

    `made` is written as the workbook's date, so that the same run gives the same bytes. UsageError if the rows do not
    fit a sheet.
    """
    if frame.height >= EXCEL_ROWS:
        raise UsageError(
            f"{frame.height:,} rows do not fit an Excel sheet (at most {EXCEL_ROWS - 1:,}). "
            "Use --format parquet or csv, or one --district at a time."
        )
    shown = flat(frame)
    with replacing(path) as unfinished:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(unfinished), options)
        book.set_properties({"title": title, "comments": words.disclaimer, "created": made.replace(tzinfo=None)})
        _write_summary(book, title, summary, words)
        _write_list(book, shown, sheet_name(title), words)
        _write_dictionary(book, frame, words)
        book.close()


def _write_summary(book: Any, title: str, summary: Sequence[SummaryLine], words: Words) -> None:
    """The first sheet: the sentence in red, then label and value a line."""
    sheet = book.add_worksheet(words.label("summary"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 70)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, words.disclaimer, book.add_format({"bold": True, "font_color": "#B00020"}))
    left = {"align": "left"}
    styles = book.add_format(left), book.add_format(left | {"num_format": "yyyy-mm-dd"})
    for row, (label, value) in enumerate(summary, start=3):
        sheet.write_string(row, 0, label)
        _write_cell(sheet, row, 1, value, styles[isinstance(value, date)])


def _write_list(book: Any, frame: pl.DataFrame, name: str, words: Words) -> None:
    """The second sheet: one row a row of the frame."""
    sheet = book.add_worksheet(name)
    bold = book.add_format(HEAD)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    fraction = book.add_format({"num_format": "0.0000"})
    for column, field in enumerate(frame.columns):
        values = frame.get_column(field).to_list()
        width = _width(words.heading(field), values)
        sheet.set_column(column, column, width, wrapped if width == WIDEST else None)
        sheet.write_string(0, column, words.heading(field), bold)
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, row, column, value, day if isinstance(value, date) else fraction)
    sheet.freeze_panes(1, 0)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{words.disclaimer}&R&P / &N")


def _write_dictionary(book: Any, frame: pl.DataFrame, words: Words) -> None:
    """The last sheet: what each column is called elsewhere, what it holds and what it means."""
    sheet = book.add_worksheet(sheet_name(words.label("dictionary")))
    bold, wrapped = book.add_format(HEAD), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(DICTIONARY.items()):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, words.label(name), bold)
    for row, (name, dtype) in enumerate(frame.schema.items(), start=1):
        told = (name, words.heading(name), words.label(f"type_{type_name(dtype)}"), words.meanings.get(name, ""))
        for column, text in enumerate(told):
            sheet.write_string(row, column, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, frame.width, len(DICTIONARY) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def sheet_name(title: str) -> str:
    """A title as a sheet may be named."""
    return title[:LONGEST_SHEET_NAME]


def _write_cell(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    """One cell by the kind of its value; an absent value leaves it empty."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int():
            sheet.write_number(row, column, value)
        case float():
            sheet.write_number(row, column, value, style)
        case datetime() | date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value))


def _width(heading: str, values: Sequence[object]) -> int:
    """Wide enough for the heading's longest word and most of the column, judged by its first rows."""
    texts = (len(f"{value:.4f}") if isinstance(value, float) else len(str(value)) for value in values[:SAMPLED_ROWS])
    word = max((len(part) for part in heading.split()), default=0) + 3
    return min(WIDEST, max(word, *texts, 6) + 1)

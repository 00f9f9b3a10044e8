"""A committee's sheet as an Excel workbook that prints on A4, to be filled in by hand or on screen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from targeting.report.committee import Sheet, Table
from targeting.report.committee_words import say
from targeting.report.html_text import readable
from targeting.report.labels import Language

WIDTHS = (5, 9, 16, 22, 22, 24, 7, 14, 18, 26, 16, 18)
"""Characters of the columns, the widest table's."""
Span = tuple[int, int]
SPANS: dict[int, tuple[Span, ...]] = {
    4: ((0, 2), (3, 4), (5, 8), (9, 11)),
    5: ((0, 2), (3, 3), (4, 4), (5, 5), (6, 8)),
}
"""Columns that the cells of narrow tables stand over."""
LINE_POINTS = 14
A4 = 9
HEAD_ROWS = 4


def write_workbook(path: Path, sheet: Sheet, run_id: str, made: datetime, language: Language) -> None:
    """The workbook at `path`. Every cell is text or number, never a formula. The same arguments give the same bytes."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    disclaimer = say("disclaimer", language)
    book.set_properties({"title": sheet.title, "comments": disclaimer, "created": made.replace(tzinfo=None)})
    page = book.add_worksheet(f"{say('sheet', language)} {sheet.district}"[:31])
    styles = _styles(book)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    row = _write_head(page, sheet, disclaimer, language, styles)
    for table in sheet.tables:
        row = _write_table(page, row + 1, table, styles)
    _set_page(page, f"{run_id} · {sheet.district} · {sheet.fingerprint[:16]}", disclaimer)
    book.close()


def _styles(book: Any) -> dict[str, Any]:
    """Cell formats by name."""
    cell = {"text_wrap": True, "valign": "top", "border": 1}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "loud": book.add_format({"bold": True, "font_color": "#B00020"}),
        "section": book.add_format({"bold": True, "font_size": 12}),
        "name": book.add_format({"font_color": "#3D4852"}),
        "plain": book.add_format({"align": "left"}),
        "head": book.add_format(cell | {"bold": True, "bg_color": "#DDE6F0"}),
        "cell": book.add_format(cell),
        "right": book.add_format(cell | {"align": "right"}),
        "hand": book.add_format(cell | {"bg_color": "#FFF4B8"}),
    }


def _write_head(page: Any, sheet: Sheet, disclaimer: str, language: Language, styles: dict[str, Any]) -> int:
    """Title, the sentence, what the sheet shows, and the facts; the number of the next free row."""
    secrecy = say("revealed_note" if sheet.revealed else "masked_note", language)
    page.write_string(0, 0, sheet.title, styles["title"])
    page.write_string(1, 0, disclaimer, styles["loud"])
    page.write_string(2, 0, secrecy, styles["loud" if sheet.revealed else "plain"])
    for row, (name, value) in enumerate(sheet.facts, start=HEAD_ROWS):
        page.write_string(row, 0, name, styles["name"])
        page.write_string(row, 3, value, styles["plain"])
    return HEAD_ROWS + len(sheet.facts)


def _write_table(page: Any, row: int, table: Table, styles: dict[str, Any]) -> int:
    """Title, note, heads and rows from that row on; the number of the next free row."""
    page.write_string(row, 0, table.title, styles["section"])
    row += 1
    if table.note:
        page.write_string(row, 0, table.note, styles["plain"])
        row += 1
    if not table.rows:
        return row
    spans = _places(table)
    for span, name in zip(spans, table.columns, strict=True):
        _write(page, row, span, name, styles["head"])
    for line, cells in enumerate(table.rows, start=row + 1):
        page.set_row(line, LINE_POINTS * _lines(cells, spans, signed=not any(cells[1:])))
        for number, (span, cell) in enumerate(zip(spans, cells, strict=True)):
            style = "hand" if number in table.by_hand else "right" if number in table.right else "cell"
            _write(page, line, span, cell, styles[style])
    return row + 1 + len(table.rows)


def _places(table: Table) -> tuple[Span, ...]:
    """First and last column of the sheet for each cell of a row."""
    count = len(table.columns)
    return SPANS.get(count) or tuple((column, column) for column in range(count))


def _write(page: Any, row: int, span: Span, text: str, style: Any) -> None:
    """One cell, over several columns of the sheet if its span says so."""
    first, last = span
    if first == last:
        page.write_string(row, first, readable(text), style)
    else:
        page.merge_range(row, first, row, last, "", style)
        page.write_string(row, first, readable(text), style)


def _lines(cells: tuple[str, ...], spans: tuple[Span, ...], *, signed: bool) -> int:
    """Lines that the fullest cell takes; room for a signature where a row is to be filled in."""
    rooms = (sum(WIDTHS[first : last + 1]) - 1 for first, last in spans)
    most = max(-(-len(cell) // room) for room, cell in zip(rooms, cells, strict=True))
    return max(most, 3 if signed else 1)


def _set_page(page: Any, foot: str, disclaimer: str) -> None:
    """A4 across, one page wide, which list this is at the foot of each."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8{foot}&C&8{disclaimer}&R&8&P / &N")

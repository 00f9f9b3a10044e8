"""The workbook that reviewers fill in: protected cells, drop-downs, both records side by side, instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from targeting.review.pairs import Field, LevelWords, Part, fields, waterfall
from targeting.review.words import DECISIONS, GROUNDS, INSTRUCTIONS, Word, both
from targeting.vocabulary import ReviewGround

PAIRS_SHEET, RUN_SHEET, HELP_SHEET = "pasangan", "proses", "petunjuk"
NUMBER, GROUND, EVIDENCE = "no", "alasan / ground", "bukti / evidence"
DECISION, NOTE = "keputusan / decision", "catatan / note"
KEYS = ("person_id", "dtsen_person_id", "fingerprint")
REVIEWER = "nama peninjau / reviewer"
FILLED_IN = (DECISION, NOTE)
VERSION = "1"
CHOICES = {both(words): decision for decision, words in DECISIONS.items()}


def rows_of(queue: pl.DataFrame, level_words: LevelWords) -> pl.DataFrame:
    """The workbook's pairs as text, one row each, decision and note empty: what is written, and compared on return.

    `queue` as `store.review_queue` gives it; ids and numbers are text so that no spreadsheet rounds them.
    """
    written = []
    for number, row in enumerate(queue.iter_rows(named=True), start=1):
        cells = {NUMBER: str(number), GROUND: both(GROUNDS[ReviewGround(row["ground"])])}
        for one in fields(row["records"]):
            cells |= {f"{one.name} PPSE": one.left, f"{one.name} DTSEN": one.right}
        bars = waterfall(row["evidence"], level_words, "id")
        told = "\n".join(f"{bar.bits:+.1f} {bar.words}" for bar in bars)
        written.append(cells | {EVIDENCE: told, DECISION: "", NOTE: ""} | {name: row[name] for name in KEYS})
    return pl.DataFrame(written, infer_schema_length=None).cast(pl.String)


def write_workbook(
    path: Path, queue: pl.DataFrame, rows: pl.DataFrame, about: Mapping[str, str], made: datetime
) -> None:
    """The workbook at `path`. `about` says of which run it is (run_id, purpose). Same arguments, same bytes."""
    book = new_workbook(path, "targeting review", about["run_id"], made)
    write_help(book, about, INSTRUCTIONS)
    _write_pairs(book, queue, rows)
    write_about(book, about)
    book.get_worksheet_by_name(PAIRS_SHEET).activate()
    book.close()


def new_workbook(path: Path, title: str, run_id: str, made: datetime) -> Any:
    """An empty workbook in which text stays text, whatever it looks like; of the run and of its time, not of now."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": title, "comments": run_id, "created": made.replace(tzinfo=None)})
    return book


def write_about(book: Any, about: Mapping[str, str]) -> None:
    """A hidden sheet that says of which run the workbook is."""
    sheet = book.add_worksheet(RUN_SHEET)
    for column, (name, value) in enumerate({"version": VERSION, **about}.items()):
        sheet.write_string(0, column, name)
        sheet.write_string(1, column, value)
    sheet.protect("")
    sheet.hide()


def write_help(book: Any, about: Mapping[str, str], instructions: Word) -> None:
    """Instructions in both languages, and the cell for the reviewer's name."""
    sheet = book.add_worksheet(HELP_SHEET)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    bold = book.add_format({"bold": True})
    open_cell = book.add_format({"locked": False, "bg_color": "#FFF4B8", "border": 1})
    sheet.write_string(0, 0, REVIEWER, bold)
    sheet.write_blank(0, 1, None, open_cell)
    sheet.write_string(1, 0, "proses / run", bold)
    sheet.write_string(1, 1, about["run_id"])
    row = 3
    for heading, text in (("Petunjuk", instructions.id), ("Instructions", instructions.en)):
        sheet.write_string(row, 0, heading, bold)
        for line in text.splitlines():
            sheet.write_string(row, 1, line, book.add_format({"text_wrap": True, "valign": "top"}))
            row += 1
        row += 1
    sheet.protect("", {"select_locked_cells": True})


def _write_pairs(book: Any, queue: pl.DataFrame, rows: pl.DataFrame) -> None:
    """One pair a row; what differs is coloured, letters that differ are red."""
    sheet = book.add_worksheet(PAIRS_SHEET)
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6F0", "border": 1}),
        "plain": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        "differs": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FDE7D3"}),
        "missing": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#EEEEEE"}),
        "open": book.add_format(
            {"locked": False, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF4B8"}
        ),
        "red": book.add_format({"font_color": "#B00020", "bold": True}),
        "black": book.add_format({"font_color": "#000000"}),
    }
    for column, name in enumerate(rows.columns):
        sheet.write_string(0, column, name, styles["head"])
        sheet.set_column(column, column, _width(name), None, {"hidden": name in KEYS})
    for line, (row, pair) in enumerate(zip(rows.iter_rows(named=True), queue["records"], strict=True), start=1):
        marked = {one.name: one for one in fields(pair)}
        for column, (name, value) in enumerate(row.items()):
            _write(sheet, line, column, name, value, marked, styles)
    place = rows.columns.index(DECISION)
    rule = {
        "validate": "list",
        "source": list(CHOICES),
        "error_title": "keputusan / decision",
        "error_message": "Pilih dari daftar. / Choose from the list.",
    }
    sheet.data_validation(1, place, max(1, rows.height), place, rule)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True})


def _write(
    sheet: Any, line: int, column: int, name: str, value: str, marked: Mapping[str, Field], styles: Mapping[str, Any]
) -> None:
    """One cell."""
    if name in FILLED_IN:
        sheet.write_blank(line, column, None, styles["open"])
        return
    stem, _, side = name.rpartition(" ")
    one = marked.get(stem) if side in ("PPSE", "DTSEN") else None
    style = styles["plain"] if one is None or one.verdict == "agrees" else styles[one.verdict]
    parts: Sequence[Part] = () if one is None else (one.left_parts if side == "PPSE" else one.right_parts)
    if one is not None and one.verdict == "differs" and len(parts) > 1:
        pieces: list[Any] = []
        for text, differs in parts:
            pieces += [styles["red" if differs else "black"], text]
        sheet.write_rich_string(line, column, *pieces, style)
    elif value:
        sheet.write_string(line, column, value, style)
    else:
        sheet.write_blank(line, column, None, style)


def _width(name: str) -> int:
    """Characters."""
    return {NUMBER: 5, EVIDENCE: 46, DECISION: 18, NOTE: 30, GROUND: 14}.get(name, 20)

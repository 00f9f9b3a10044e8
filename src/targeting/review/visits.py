"""The workbook of visits: borderline candidates in the order in which a visit is worth most, decided by persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from targeting.review.returned import Layout
from targeting.review.words import Word, both
from targeting.review.workbook import new_workbook, write_about, write_help
from targeting.vocabulary import OverrideKind

VISITS_SHEET = "kunjungan"
NUMBER, DECISION, REASON = "no", "keputusan / decision", "alasan / reason"
KEY = "household_id"
SHOWN = (
    "district visit_order rank status household_id nama_calon nama_kepala_keluarga nik no_kk alamat rt rw nama_desa "
    "nama_kecamatan desil score p_top_k reasons to_verify"
).split()
"""Columns of the list that a visitor needs, in order."""
WIDE = {"alamat": 28, "reasons": 34, "to_verify": 34, DECISION: 20, REASON: 40, NUMBER: 5}
USUAL_WIDTH = 14
KINDS: Mapping[OverrideKind, Word] = {
    OverrideKind.HOLD: Word("tahan", "hold"),
    OverrideKind.INCLUDE: Word("sertakan", "include"),
    OverrideKind.EXCLUDE: Word("keluarkan", "exclude"),
}
INSTRUCTIONS = Word(
    """Setiap baris adalah satu keluarga di garis batas: kursinya belum pasti. Kunjungi menurut urutan.
Pilih keputusan dari daftar: tahan (belum mendapat kursi), sertakan (mendapat kursi), keluarkan (tidak mendapat kursi).
Kosongkan bila daftar sudah benar. Setiap keputusan perlu alasan; alasan tampil di daftar, jangan menulis NIK atau nama.
Isi nama petugas di sel kuning di bawah. Sel lain terkunci: jangan diubah, jangan menghapus baris.
Keputusan berlaku mulai proses berikutnya sampai dicabut. Ini daftar untuk verifikasi, bukan keputusan akhir.
Berkas ini memuat data pribadi (UU 27/2022): simpan di tempat aman dan hapus setelah diimpor.""",
    """Each row is one borderline household: its seat is in doubt. Visit them in order.
Choose a decision from the list: hold (no seat for now), include (a seat), exclude (no seat).
Leave it empty where the list is right. Each decision needs a reason; it stands on the list: write no NIK and no name.
Write the officer's name into the yellow cell below. Other cells are locked: do not change them, do not delete rows.
Decisions count from the next run on until they are withdrawn. This is a list for verification, not a final decision.
This file holds personal data (Law 27/2022): keep it safe and delete it once it is imported.""",
)
LAYOUT = Layout(
    "visit",
    NUMBER,
    DECISION,
    REASON,
    tuple(both(words) for words in KINDS.values()),
    {text.casefold(): str(kind) for kind, words in KINDS.items() for text in (*words, both(words))},
    shortest_note=10,
)
"""A reason is as long as the ledger asks for."""


def rows_of(listing: pl.DataFrame) -> pl.DataFrame:
    """The workbook's rows as text, decision and reason empty: what is written, and compared on return.

    `listing` as the list is exported; whoever has a place in the order of visits, district by district.
    """
    visited = listing.filter(pl.col("visit_order").is_not_null()).sort("district", "visit_order", KEY)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).alias(NUMBER)
    floats = (pl.col("score").round(4), pl.col("p_top_k").round(3))
    told = visited.with_columns(floats).select(number, pl.col(SHOWN).cast(pl.String).fill_null("").str.strip_chars())
    return told.with_columns(pl.lit("").alias(DECISION), pl.lit("").alias(REASON))


def write_workbook(
    path: Path, rows: pl.DataFrame, headings: Mapping[str, str], about: Mapping[str, str], made: datetime
) -> None:
    """The workbook at `path`. `about` says of which run it is (run_id, purpose, pairs). Same arguments, same bytes."""
    book = new_workbook(path, "targeting visits", about["run_id"], made)
    write_help(book, about, INSTRUCTIONS)
    _write_visits(book, rows, headings)
    write_about(book, about)
    book.get_worksheet_by_name(VISITS_SHEET).activate()
    book.close()


def named(rows: pl.DataFrame, headings: Mapping[str, str]) -> pl.DataFrame:
    """The rows under the headings of the sheet."""
    return rows.rename({name: headings[name] for name in SHOWN})


def _write_visits(book: Any, rows: pl.DataFrame, headings: Mapping[str, str]) -> None:
    """One household a row; two cells of it open."""
    sheet = book.add_worksheet(VISITS_SHEET)
    cell = {"text_wrap": True, "valign": "top", "border": 1}
    head = book.add_format(cell | {"bold": True, "bg_color": "#DDE6F0"})
    plain, open_cell = book.add_format(cell), book.add_format(cell | {"locked": False, "bg_color": "#FFF4B8"})
    for column, name in enumerate(rows.columns):
        sheet.write_string(0, column, headings.get(name, name), head)
        sheet.set_column(column, column, WIDE.get(name, USUAL_WIDTH))
        for line, value in enumerate(rows[name], start=1):
            if name in (DECISION, REASON):
                sheet.write_blank(line, column, None, open_cell)
            else:
                sheet.write_string(line, column, value, plain)
    place = rows.columns.index(DECISION)
    rule = {
        "validate": "list",
        "source": list(LAYOUT.choices),
        "error_title": DECISION,
        "error_message": "Pilih dari daftar. / Choose from the list.",
    }
    sheet.data_validation(1, place, max(1, rows.height), place, rule)
    sheet.freeze_panes(1, 1 + SHOWN.index(KEY) + 1)
    sheet.autofilter(0, 0, rows.height, rows.width - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    unlocked = {"select_locked_cells": True, "format_columns": True, "format_rows": True, "autofilter": True}
    sheet.protect("", unlocked)

"""Columns that a file may leave out because they can be made: record ids and the coarser region codes."""

from __future__ import annotations

import polars as pl

from targeting.contracts.schemas import SCHEMAS, Schema
from targeting.errors import InputFileError
from targeting.intake import clean
from targeting.intake.frames import TextFrame
from targeting.intake.headers import listed
from targeting.intake.structure import (
    COLUMNS_ARE_NOT_IN_THE_CONTRACT,
    RECORD_ID_WAS_MADE,
    REGION_TAKEN_FROM_FINER_CODE,
    no_findings,
)

ROW_NUMBER = "row_number"
COARSER = (
    ("kode_kecamatan", "kode_desa", 8),
    ("kode_kabupaten_kota", "kode_kecamatan", 5),
)
"""A region code, the finer code it is the beginning of, and how long that beginning is."""


def make_record_ids(frame: pl.DataFrame, schema: Schema) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with the id columns it lacks, made from the KK number (families) or the row number, and findings."""
    found = [no_findings()]
    for column in dict.fromkeys((schema.family_id, schema.record_id)):
        if column in frame.columns:
            continue
        if column == "dtsen_family_id" and "no_kk" in frame.columns:
            frame = frame.with_columns(clean.clean_identifier(pl.col("no_kk")).alias(column))
            found.append(RECORD_ID_WAS_MADE.on_file(column, about="no_kk."))
            frame = frame if "no_kk" in schema.fields else frame.drop("no_kk")
        elif column == schema.record_id and (column != "household_id" or is_flat(frame)):
            frame = frame.with_columns(pl.col(ROW_NUMBER).cast(pl.String).alias(column))
            found.append(RECORD_ID_WAS_MADE.on_file(column, about="row_number."))
    return frame, pl.concat(found)


def is_flat(frame: pl.DataFrame) -> bool:
    """Whether household rows carry their head."""
    return "nama" in frame.columns


def check_columns(frame: pl.DataFrame, schema: Schema, text: TextFrame) -> pl.DataFrame:
    """A finding that lists the columns nobody knows. `frame` is the text's with the ids that were made.

    Raises InputFileError when a required column is missing; it says so if the file is one of another contract.
    """
    there = [column for column in frame.columns if column != ROW_NUMBER]
    missing = sorted(_required(schema, there) - set(there))
    if missing:
        in_file = [column for column in text.frame.columns if column != ROW_NUMBER]
        other = next((name for name, other in SCHEMAS.items() if _required(other, in_file) <= set(in_file)), None)
        cure = f"It is a file of {other}: were two files swapped?" if other else "Rename it, or map it under 'columns'."
        raise InputFileError(
            f"{text.source} has no column {', '.join(repr(name) for name in missing)} ({schema.name}). "
            f"Found: {listed(in_file)}. {cure}"
        )
    unknown = [column for column in there if column not in schema.fields]
    return COLUMNS_ARE_NOT_IN_THE_CONTRACT.on_file(about=listed(unknown) + ".") if unknown else no_findings()


def _required(schema: Schema, there: list[str]) -> set[str]:
    """Columns that a file must have; the district's code may come from a finer one."""
    required = {field.name for field in schema.fields.values() if field.required}
    return required - ({"kode_kabupaten_kota"} if {"kode_kecamatan", "kode_desa"} & set(there) else set())


def fill_regions(typed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with missing district and subdistrict codes taken from the finer code, and what was taken.

    A village code of BPS (its last four digits begin with 0) numbers subdistricts in another way and is left alone.
    """
    found = [no_findings()]
    for coarse, fine, length in COARSER:
        if fine not in typed.columns:
            continue
        was_there = coarse in typed.columns
        before = (
            typed[coarse] if was_there else pl.Series(coarse, [None], dtype=pl.String).new_from_index(0, typed.height)
        )
        source = pl.when(pl.col(fine).str.slice(9, 1) != "0").then(pl.col(fine).str.slice(0, length))
        typed = typed.with_columns(before).with_columns(pl.col(coarse).fill_null(source))
        taken = typed.filter(before.is_null() & pl.col(coarse).is_not_null())
        found.append(REGION_TAKEN_FROM_FINER_CODE.on(taken, coarse) if was_there else _told_once(taken, coarse))
    return typed, pl.concat(found)


def _told_once(taken: pl.DataFrame, coarse: str) -> pl.DataFrame:
    """One finding for a column that the file does not have at all."""
    return no_findings() if taken.is_empty() else REGION_TAKEN_FROM_FINER_CODE.on_file(coarse)

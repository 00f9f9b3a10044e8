"""Reads a workbook that persons have filled in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from targeting import store
from targeting.contracts.config import Source
from targeting.errors import InputFileError


def read_workbook(file: Path, sheet: str, made_by: str) -> tuple[dict[str, str], str, pl.DataFrame]:
    """What the workbook says of itself, the reviewer's name (may be empty), the sheet's rows as text with row_number.

    Raises InputFileError if there is no such file or `made_by` did not make it.
    """
    from targeting.intake.excel import read_excel, sheet_names  # noqa: PLC0415  (for these commands only)
    from targeting.review.workbook import HELP_SHEET, RUN_SHEET  # noqa: PLC0415

    if not file.is_file():
        raise InputFileError(f"{file}: no such file. Check the path.")
    data = file.read_bytes()
    if not {RUN_SHEET, HELP_SHEET, sheet} <= set(sheet_names(data, file.name)):
        raise InputFileError(
            f"{file.name} is no workbook of '{made_by}', or its sheets were changed. They are {HELP_SHEET}, {sheet} "
            f"and the hidden {RUN_SHEET}: give them their names back, or export the workbook anew."
        )
    tables = {
        name: read_excel(data, Source(path=file, sheet=name), file.name) for name in (RUN_SHEET, HELP_SHEET, sheet)
    }
    told = tables[RUN_SHEET]
    values = ["" if cell is None else str(cell) for cell in (told.frame.row(0)[1:] if told.frame.height else ())]
    about = dict(zip(told.header, values, strict=False))
    if (
        not about.get("run_id")
        or not about.get("pairs", "").isdigit()
        or len(about.get("purpose", "").strip()) < store.SHORTEST_REASON
    ):
        raise InputFileError(
            f"{file.name} does not say of which run it is: its hidden sheet {RUN_SHEET} was changed. "
            f"Export the workbook anew: '{made_by}'."
        )
    table = tables[sheet]
    names = {str(position): name for position, name in enumerate(table.header)}
    doubled = [name for name, times in Counter(table.header).items() if times > 1]
    if doubled:
        raise InputFileError(f"{file.name} has the column '{doubled[0]}' twice. Export the workbook anew.")
    named = tables[HELP_SHEET].header
    return about, named[1] if len(named) > 1 else "", table.frame.rename(names)

"""A workbook that comes back: which decisions it holds, or a list of all that is wrong with it."""

from __future__ import annotations

import polars as pl

from targeting.errors import InputFileError
from targeting.review.words import DECISIONS
from targeting.review.workbook import CHOICES, DECISION, FILLED_IN, KEYS, NOTE, NUMBER

SHOWN = 20
"""Faults that are listed; the rest is counted."""

MEANINGS = {text.casefold(): decision for text, decision in CHOICES.items()} | {
    word.casefold(): decision for decision, words in DECISIONS.items() for word in words
}


def decisions_of(rows: pl.DataFrame, expected: pl.DataFrame, pairs: int, file: str) -> pl.DataFrame:
    """person_id, dtsen_person_id, fingerprint, decision, note of the rows that were decided, in the workbook's order.

    `rows` is the sheet as text with `row_number` (of data, from 1), `expected` what was written of these pairs
    (`rows_of`), `pairs` how many were written. Raises
    InputFileError with a list of every cell that was changed, every row lost or doubled, every decision that is half
    filled in; no value is named in it.
    """
    missing = [name for name in expected.columns if name not in rows.columns]
    if missing:
        raise InputFileError(
            f"{file} lacks the columns {', '.join(missing)}. Export the workbook anew; its columns must stay."
        )
    there = rows.select("row_number", pl.col(expected.columns).fill_null("").str.strip_chars())
    faults = [*_lost(there, pairs), *_changed(there, expected), *_half_filled(there)]
    if faults:
        more = f"\n  and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
        listed = "\n  ".join(faults[:SHOWN])
        raise InputFileError(
            f"{file} is not as it was exported; nothing was taken from it. Mend this, or export it anew:\n"
            f"  {listed}{more}"
        )
    decided = there.filter(pl.col(DECISION) != "")
    words = [str(MEANINGS[text.casefold()]) for text in decided[DECISION]]
    return decided.select(*KEYS, decision=pl.Series(words, dtype=pl.String), note=pl.col(NOTE))


def _lost(there: pl.DataFrame, pairs: int) -> list[str]:
    """Pairs that are not there, are there twice, or were never exported."""
    own, wanted = there[NUMBER].to_list(), {str(number) for number in range(1, pairs + 1)}
    counts = {number: own.count(number) for number in set(own)} if len(own) != len(set(own)) else {}
    lost = sorted(wanted - set(own), key=int)
    return [
        *(f"pair {number}: its row was deleted or its number changed" for number in lost),
        *(f"pair {number}: stands there {times} times" for number, times in sorted(counts.items()) if times > 1),
        *(
            f"row {row + 1}: its number was not in the export"
            for row, number in zip(there["row_number"], own, strict=True)
            if number not in wanted
        ),
    ]


def _changed(there: pl.DataFrame, expected: pl.DataFrame) -> list[str]:
    """Locked cells that hold something else than what was written."""
    names = [name for name in expected.columns if name not in (*FILLED_IN, NUMBER)]
    both = there.unique(NUMBER, keep="first", maintain_order=True).join(
        expected, on=NUMBER, suffix=" as written", maintain_order="left"
    )
    return [
        f"row {row['row_number'] + 1}, column '{name}': the cell was changed"
        for row in both.iter_rows(named=True)
        for name in names
        if _plain(row[name]) != _plain(row[f"{name} as written"])
    ]


def _plain(text: str) -> str:
    """Without what a spreadsheet changes on its own: line ends and outer blanks."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").replace("_x000D_", "").split("\n")).strip()


def _half_filled(there: pl.DataFrame) -> list[str]:
    """Notes without a decision, and decisions that are none."""
    faults = []
    for row in there.iter_rows(named=True):
        where = f"row {row['row_number'] + 1}"
        if row[DECISION] and row[DECISION].casefold() not in MEANINGS:
            faults.append(f"{where}, column '{DECISION}': no decision; choose {', '.join(CHOICES)}")
        elif row[NOTE] and not row[DECISION]:
            faults.append(f"{where}: a note without a decision; decide, or empty the note")
    return faults

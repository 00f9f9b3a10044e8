"""A workbook that comes back: which decisions it holds, or a list of all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from targeting.errors import InputFileError
from targeting.review.words import DECISIONS
from targeting.review.workbook import CHOICES, DECISION, KEYS, NOTE, NUMBER

SHOWN = 20
"""Faults that are listed; the rest is counted."""


@dataclass(frozen=True)
class Layout:
    """What a sheet's columns are: what a row is, its number, the two that are filled in, and the words of a decision.

    `choices` are those of the drop-down; `meanings` has each word that is understood, casefolded. A decision needs a
    note of `shortest_note` letters.
    """

    row: str
    number: str
    decision: str
    note: str
    choices: tuple[str, ...]
    meanings: Mapping[str, str]
    shortest_note: int = 0


PAIRS = Layout(
    "pair",
    NUMBER,
    DECISION,
    NOTE,
    tuple(CHOICES),
    {text.casefold(): str(decision) for text, decision in CHOICES.items()}
    | {word.casefold(): str(decision) for decision, words in DECISIONS.items() for word in words},
)


def decisions_of(rows: pl.DataFrame, expected: pl.DataFrame, pairs: int, file: str) -> pl.DataFrame:
    """person_id, dtsen_person_id, fingerprint, decision, note of the rows that were decided, in the workbook's order.

    As `decided`, which also says when it raises.
    """
    found = decided(rows, expected, pairs, file, PAIRS)
    return found.select(*KEYS, pl.col(DECISION).alias("decision"), pl.col(NOTE).alias("note"))


def decided(rows: pl.DataFrame, expected: pl.DataFrame, count: int, file: str, layout: Layout) -> pl.DataFrame:
    """The rows that were decided, the decision as the word of the program, in the workbook's order.

    `rows` is the sheet as text with `row_number` (of data, from 1), `expected` what was written of these rows, `count`
    how many were written. Raises InputFileError with a list of every cell that was changed, every row lost or doubled,
    every decision that is half filled in; no value is named in it.
    """
    missing = [name for name in expected.columns if name not in rows.columns]
    if missing:
        raise InputFileError(
            f"{file} lacks the columns {', '.join(missing)}. Export the workbook anew; its columns must stay."
        )
    there = rows.select("row_number", pl.col(expected.columns).fill_null("").str.strip_chars())
    refuse([*_lost(there, count, layout), *_changed(there, expected, layout), *_half_filled(there, layout)], file)
    chosen = there.filter(pl.col(layout.decision) != "")
    words = [layout.meanings[text.casefold()] for text in chosen[layout.decision]]
    return chosen.with_columns(pl.Series(layout.decision, words, dtype=pl.String))


def refuse(faults: list[str], file: str) -> None:
    """Raise InputFileError with the faults, if there are any."""
    if faults:
        more = f"\n  and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
        listed = "\n  ".join(faults[:SHOWN])
        raise InputFileError(
            f"{file} is not as it was exported; nothing was taken from it. Mend this, or export it anew:\n"
            f"  {listed}{more}"
        )


def _lost(there: pl.DataFrame, count: int, layout: Layout) -> list[str]:
    """Rows that are not there, are there twice, or were never exported."""
    own, wanted = there[layout.number].to_list(), {str(number) for number in range(1, count + 1)}
    counts = {number: own.count(number) for number in set(own)} if len(own) != len(set(own)) else {}
    lost = sorted(wanted - set(own), key=int)
    return [
        *(f"{layout.row} {number}: its row was deleted or its number changed" for number in lost),
        *(
            f"{layout.row} {number}: stands there {times} times"
            for number, times in sorted(counts.items())
            if times > 1
        ),
        *(
            f"row {row + 1}: its number was not in the export"
            for row, number in zip(there["row_number"], own, strict=True)
            if number not in wanted
        ),
    ]


def _changed(there: pl.DataFrame, expected: pl.DataFrame, layout: Layout) -> list[str]:
    """Locked cells that hold something else than what was written."""
    own = (layout.number, layout.decision, layout.note)
    names = [name for name in expected.columns if name not in own]
    both = there.unique(layout.number, keep="first", maintain_order=True).join(
        expected, on=layout.number, suffix=" as written", maintain_order="left"
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


def _half_filled(there: pl.DataFrame, layout: Layout) -> list[str]:
    """Notes without a decision, decisions that are none, and decisions that say too little."""
    faults = []
    for row in there.iter_rows(named=True):
        where, said, note = f"row {row['row_number'] + 1}", row[layout.decision], row[layout.note]
        if said and said.casefold() not in layout.meanings:
            choices = ", ".join(layout.choices)
            faults.append(f"{where}, column '{layout.decision}': no decision; choose {choices}")
        elif note and not said:
            faults.append(f"{where}: a note without a decision; decide, or empty the note")
        elif said and len(note) < layout.shortest_note:
            faults.append(f"{where}, column '{layout.note}': at least {layout.shortest_note} letters are needed")
    return faults

"""Header cells to column names: tidied, mapped as the pipeline file says, each name once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from targeting.errors import InputFileError
from targeting.intake.frames import ROW_NUMBER

INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
"""Characters that take no room on paper but make two equal words differ (members of a regex class)."""

MOST_COLUMNS = 1_000
"""Columns of a file at most; contracts have some hundred."""

_VALUE_DIGITS = 6
"""A header cell of this many digits and no letter is a code, a date or a NIK, not a name."""

_LONGEST_NAME = 60
"""A longer header cell is not repeated in a message: it is a question's text or a value."""


@dataclass(frozen=True)
class RawTable:
    """A file's cells before its columns have names.

    `header` has one cell a column. `frame` has `row_number` (Int64) and one String column a header cell, named by
    its position ("0", "1", ...). `malformed` has `row_number`, `raw`, `reason`.
    """

    header: list[str]
    frame: pl.DataFrame
    malformed: pl.DataFrame


def normalise(cell: str) -> str:
    """A header cell as contracts spell names: lower case, blanks as underscores, nothing invisible."""
    visible = re.sub(f"[{INVISIBLE}]", "", unicodedata.normalize("NFKC", cell))
    return re.sub(r"\s+", "_", visible.strip()).lower()


def listed(names: Iterable[str]) -> str:
    """Column names for a message. A name that looks like a value is replaced by its position.

    A file without a header has a person's data where its names should be; messages must not repeat them.
    """
    return ", ".join(tellable(names))


def tellable(names: Iterable[str]) -> list[str]:
    """Each name as a message may show it."""
    return [
        f"column {position}" if len(name) > _LONGEST_NAME or sum(map(str.isdigit, name)) >= _VALUE_DIGITS else name
        for position, name in enumerate(names, start=1)
    ]


def check_width(columns: int, file: str) -> None:
    """Raise InputFileError for a file of more columns than any contract could have a use for."""
    if columns > MOST_COLUMNS:
        raise InputFileError(
            f"{file} has more than {MOST_COLUMNS:,} columns. Check its delimiter, and leave out the columns that its "
            "contract does not name."
        )


def name_columns(table: RawTable, mapping: Mapping[str, str], file: str) -> pl.DataFrame:
    """`table.frame` with `row_number` and named columns: mapped names first come, all others normalised.

    `mapping` is contract name -> name in the file; one file column may serve several contract names. A file column
    displaced by a mapping of the same name stays as `<name>__unmapped`; columns without name or value are dropped.
    Raises InputFileError for a missing header, a name twice, or a mapped column that the file does not have.
    """
    check_width(len(table.header), file)
    names = [normalise(cell) for cell in table.header]
    _refuse_values_as_header(table.header, file)
    _refuse_duplicates(names, file)
    position = {name: index for index, name in enumerate(names) if name}
    mapped = {target: _find(wanted, target, position, file) for target, wanted in mapping.items()}
    taken = set(mapped.values())
    columns = [pl.col(str(index)).alias(target) for target, index in mapped.items()]
    for index, name in enumerate(names):
        if index in taken or (not name and _is_empty(table.frame, index)):
            continue
        free = name or f"column_{index + 1}"
        columns.append(pl.col(str(index)).alias(f"{free}__unmapped" if free in mapped else free))
    return table.frame.select(ROW_NUMBER, *columns)


def _find(wanted: str, target: str, position: Mapping[str, int], file: str) -> int:
    """Position of the file column that the mapping names."""
    index = position.get(normalise(wanted))
    if index is None:
        raise InputFileError(
            f"{file} has no column '{wanted}', which 'columns' maps to '{target}'. "
            f"Found: {listed(position)}. Correct the name under 'columns' in the pipeline file."
        )
    return index


def _refuse_values_as_header(header: list[str], file: str) -> None:
    """Raise when the first row holds values: a file saved without its header would lose its first person."""
    filled = [cell for cell in header if cell.strip()]
    without_letters = [cell for cell in filled if not re.search(r"[^\W\d_]", cell)]
    looks_like_values = any(sum(map(str.isdigit, cell)) >= _VALUE_DIGITS for cell in without_letters)
    if not filled or looks_like_values or len(without_letters) * 2 > len(filled):
        raise InputFileError(
            f"{file} has no header: its first row holds values, not column names. "
            "Put one row with the column names on top and save it again."
        )


def _refuse_duplicates(names: list[str], file: str) -> None:
    """Raise when two columns bear one name; which of them is meant cannot be known."""
    twice = sorted(name for name, times in Counter(names).items() if name and times > 1)
    if twice:
        raise InputFileError(
            f"{file} has more than one column named {listed(twice)} (capitals and blanks do not count). "
            "Rename or delete all but one of them."
        )


def _is_empty(frame: pl.DataFrame, index: int) -> bool:
    """Whether a column has no value at all: what a delimiter at the end of every line leaves behind."""
    column = frame.get_column(str(index))
    return column.null_count() == column.len() or not column.fill_null("").str.contains(r"\S").any()

"""What the commands print with: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

console = Console(highlight=False)
"""Results. Honours NO_COLOR and plain pipes."""

BORDER = 3
"""Characters between two columns: a blank, a line, a blank."""

log = Console(stderr=True, highlight=False)
"""Progress, notes and errors."""


def print_json(value: Any) -> None:
    """Write one JSON document to stdout, keys in the given order, dates as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(
    title: str,
    columns: list[str],
    rows: list[tuple[Any, ...]],
    right: tuple[int, ...] = (),
    whole: tuple[int, ...] = (),
) -> None:
    """Print a table that fits 80 columns; `right` lists the columns of numbers, `whole` those that do not fold.

    Nor do words, where there is room for them. ValueError for a row that has not a cell a column: it would stand under
    the wrong headings.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of '{title}' has {len(row)} cells for {len(columns)} columns")
    widths = _widths(columns, rows, whole)
    table = RichTable(title=title, title_justify="left", title_style="bold", header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(
            name,
            justify="right" if index in right else "left",
            overflow="fold",
            width=None if widths is None else widths[index],
        )
    for row in rows:
        # As text, not as markup: a cell may hold brackets, and what stands in a file must not colour or link.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


def _widths(columns: list[str], rows: list[tuple[Any, ...]], whole: tuple[int, ...]) -> list[int] | None:
    """Each column's width: the widest give way until the table fits, none so far that a word breaks, of headings and
    cells, or if that has no room of headings alone. None where there is not even room for those: it may fold then.

    Cells that are to stay whole are words.
    """
    words = [_longest((name,), keep=index in whole) for index, name in enumerate(columns)]
    texts = [["" if row[index] is None else str(row[index]) for row in rows] for index in range(len(columns))]
    cells = [max(word, _longest(texts[index], keep=index in whole)) for index, word in enumerate(words)]
    heads = [cell if index in whole else word for index, (word, cell) in enumerate(zip(words, cells, strict=True))]
    room = console.width - BORDER * len(columns) - 1
    least = next((tried for tried in (cells, heads) if sum(tried) <= room), None)
    if least is None:
        return None
    lines = [
        (line for text in (name, *own) for line in text.split("\n")) for name, own in zip(columns, texts, strict=True)
    ]
    widths = [max(map(cell_len, own), default=1) for own in lines]
    while sum(widths) > room:
        widest = max((at for at, width in enumerate(widths) if width > least[at]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _longest(texts: Iterable[str], *, keep: bool) -> int:
    """Letters of the longest word, or of the longest text where it is kept whole."""
    return max((cell_len(word) for text in texts for word in ((text,) if keep else text.split())), default=1)

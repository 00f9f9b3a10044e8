"""What the commands print with: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

console = Console(highlight=False)
"""Results. Honours NO_COLOR and plain pipes."""

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
    """Print a table that fits 80 columns; `right` lists the columns of numbers, `whole` those that never fold.

    ValueError for a row that has not a cell a column: it would stand under the wrong headings.
    """
    table = RichTable(title=title, title_justify="left", title_style="bold", header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, justify="right" if index in right else "left", overflow="fold", no_wrap=index in whole)
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of '{title}' has {len(row)} cells for {len(columns)} columns")
        # As text, not as markup: a cell may hold brackets, and what stands in a file must not colour or link.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)

"""Whatever the cells hold, a CSV file gives every row back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.delimited import read_delimited

unhurried = settings(deadline=None, max_examples=50)
"""Two busy cores are no reason to call a test flaky."""

SOURCE = Source(path=Path("cells.csv"), encoding="utf-8")
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t,;|"'), max_size=12)
ROW = st.tuples(st.integers(0, 9).map(str), CELL, CELL, CELL)


def written(rows: list[tuple[str, ...]], delimiter: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerows([("id", "satu", "dua", "tiga"), *rows])
    return buffer.getvalue().encode()


@unhurried
@given(rows=st.lists(ROW, min_size=1, max_size=8), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_every_row_comes_back_in_order(rows, delimiter):
    source = SOURCE.model_copy(update={"delimiter": delimiter})
    table = read_delimited(written(rows, delimiter), source, "cells.csv")
    expected = [(number, *(cell or None for cell in row)) for number, row in enumerate(rows, start=1)]
    assert expected == table.frame.select("row_number", "0", "1", "2", "3").rows()
    assert 0 == table.malformed.height


@unhurried
@given(lines=st.lists(st.text(st.sampled_from('ab,"\n 1'), min_size=1, max_size=12), min_size=1, max_size=12))
def test_every_line_is_a_row_or_malformed_or_part_of_a_quoted_value(lines):
    content = "id,satu,dua\n" + "\n".join(lines) + "\n"
    table = read_delimited(content.encode(), SOURCE.model_copy(update={"delimiter": ","}), "cells.csv")
    numbers = sorted([*table.frame["row_number"], *table.malformed["row_number"]])
    assert list(range(1, len(numbers) + 1)) == numbers
    breaks = sum(str(cell).count("\n") for row in table.frame.rows() for cell in row)
    assert sum(bool(line.strip(" ")) for line in content.split("\n")[1:]) <= len(numbers) + breaks


@unhurried
@given(content=st.binary(max_size=300))
def test_bytes_are_read_or_refused_with_one_error(content):
    try:
        read_delimited(content, Source(path=Path("cells.csv")), "cells.csv")
    except InputFileError:
        return

"""Delimited text: every row is found, and the rows that do not fit the header are kept apart.

Polars reads a million rows a second but pads short rows in silence and stops at long ones. So each line is first
held against a pattern of a whole row. Lines that fit (nearly all, in nearly every file) go through polars at once;
only the others, a field with a line break or a ragged row, are looked at one by one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from targeting.contracts.config import Source
from targeting.errors import CountingError, InputFileError
from targeting.intake.decoding import to_utf8
from targeting.intake.frames import ROW_NUMBER
from targeting.intake.headers import RawTable, check_width

TOO_FEW = "row_has_too_few_fields"
TOO_MANY = "row_has_too_many_fields"
UNCLOSED = "row_has_an_unclosed_quote"

csv.field_size_limit(2**31 - 1)  # the standard library refuses cells beyond 131,072 characters; here they are judged

_DELIMITERS = (",", ";", "\t", "|")
_OTHER_FORMATS = (
    (r"<(!doctype|html|table|meta|style|\?xml)", "a web page"),
    ("%PDF", "a PDF document"),
    (r"\[?\s*\{\s*\"", "a JSON file"),
)
_HEAD_CHARACTERS = 262_144
_SAMPLE_ROWS = 50
_USUAL_RECORD_LINES = 4
LONGEST_RECORD_LINES = 200
"""A quote that stays open for more lines than this was never meant to open."""


@dataclass
class _Irregular:
    """What became of the lines that are not a whole row: all by line number, counted from 0."""

    records: list[tuple[int, list[str | None]]] = field(default_factory=list)
    malformed: list[tuple[int, str, str]] = field(default_factory=list)
    consumed: set[int] = field(default_factory=set)


def read_delimited(data: bytes, source: Source, file: str) -> RawTable:
    """Header, rows and malformed rows of delimited text in any encoding; nothing is typed, nothing is lost.

    Blank lines are no rows. Raises InputFileError when the text is empty, has no end of its header, is of another
    format or cannot be decoded.
    """
    text = to_utf8(data, source.encoding, file)
    start, delimiter = _start(text, source.delimiter)
    head = text[start : start + _HEAD_CHARACTERS].decode(errors="ignore")
    if not head.strip():
        raise InputFileError(f"{file} is empty. Check that it was exported and copied whole.")
    _refuse_other_formats(head, file)
    delimiter = delimiter or sniff_delimiter(head)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    header = next(reader)
    check_width(len(header), file)
    body = _after_lines(text, start, reader.line_num)
    if reader.line_num > 1 and not body.strip():
        raise InputFileError(f"{file}: a quotation mark in the header is never closed. Close or remove it.")
    return _read_body(body, header, delimiter, file)


def _refuse_other_formats(head: str, file: str) -> None:
    """Raise for text that is no table, though its suffix may say so: applications export web pages as .xls."""
    found = next((name for form, name in _OTHER_FORMATS if re.match(form, head, re.IGNORECASE)), None)
    if found:
        raise InputFileError(f"{file} is {found}, not a table. Open it in a spreadsheet and save it as .xlsx or CSV.")


def sniff_delimiter(head: str) -> str:
    """The delimiter under which most of the first rows are as wide as the header; the widest header wins a tie."""

    def fitness(delimiter: str) -> tuple[float, int]:
        rows = islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _SAMPLE_ROWS)
        widths = [len(row) for row in rows if row]
        agreeing = sum(width == widths[0] for width in widths) / len(widths)
        return (agreeing, widths[0]) if widths[0] > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fitness)


def _start(text: bytes, declared: str | None) -> tuple[int, str | None]:
    """Where the header begins, and the delimiter if declared: by the pipeline file, or by Excel's line 'sep=;'."""
    blank = len(text) - len(text.lstrip(b" \n"))
    hint = re.compile(rb"sep=([,;\t|])[ ]*\n", re.IGNORECASE).match(text, blank)
    if hint:
        return hint.end(), declared or hint.group(1).decode()
    return blank, declared


def _after_lines(text: bytes, start: int, lines: int) -> bytes:
    """`text` from the line after the first `lines` lines behind `start`."""
    for _ in range(lines):
        start = text.find(b"\n", start) + 1
        if start == 0:
            return b""
    return text[start:]


def _read_body(body: bytes, header: list[str], delimiter: str, file: str) -> RawTable:
    """Rows of `body`, numbered from 1 in file order, malformed rows in their place."""
    width = len(header)
    lines = _lines(body)
    blank = lines.str.strip_chars(" ") == ""
    regular = lines.str.contains(_row_pattern(delimiter, width)) & ~blank
    odd = _look_closely(lines, (~regular & ~blank).arg_true().to_list(), delimiter, width)
    if odd.consumed:
        regular &= ~pl.int_range(lines.len(), eager=True).is_in(sorted(odd.consumed))
    whole = regular.arg_true().cast(pl.Int64)
    text = body if regular.all() else "\n".join(lines.filter(regular)).encode()
    del lines
    frame = _parse(text, width, delimiter, whole.len(), file)
    records = pl.DataFrame([fields for _, fields in odd.records], schema=_schema(width), orient="row")
    malformed = pl.DataFrame(
        [(raw, reason) for _, raw, reason in odd.malformed],
        schema={"raw": pl.String, "reason": pl.String},
        orient="row",
    )
    record_lines = pl.Series([number for number, _ in odd.records], dtype=pl.Int64)
    malformed_lines = pl.Series([number for number, *_ in odd.malformed], dtype=pl.Int64)
    order = pl.concat([whole, record_lines, malformed_lines]).sort()
    rows = _numbered(frame, whole, order)
    if records.height:  # a million rows are not sorted for nothing
        rows = pl.concat([rows, _numbered(records, record_lines, order)]).sort(ROW_NUMBER)
    return RawTable(header, rows, _numbered(malformed, malformed_lines, order))


def _numbered(frame: pl.DataFrame, lines: pl.Series, order: pl.Series) -> pl.DataFrame:
    """`frame` with row numbers from 1 in front: the place of each row's line among all lines that begin a row."""
    return frame.insert_column(0, (order.search_sorted(lines).cast(pl.Int64) + 1).alias(ROW_NUMBER))


def _schema(width: int) -> dict[str, type[pl.String]]:
    """Columns named by position, all text."""
    return {str(position): pl.String for position in range(width)}


def _lines(body: bytes) -> pl.Series:
    """Physical lines, in order, blank ones too. NUL cannot occur in `body`, so it separates nothing."""
    if not body:
        return pl.Series(dtype=pl.String)
    frame = pl.read_csv(
        body,
        has_header=False,
        separator="\0",
        quote_char=None,
        schema={"line": pl.String},
        empty_string_is_null=False,
    )
    return frame.get_column("line")


def _row_pattern(delimiter: str, width: int) -> str:
    """A line that is a whole row by itself: `width` fields, each free of quotes or properly quoted."""
    mark = re.escape(delimiter)
    cell = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
    return f"^{cell}(?:{mark}{cell}){{{width - 1}}}$"


def _parse(text: bytes, width: int, delimiter: str, rows: int, file: str) -> pl.DataFrame:
    """`text`, all of whose lines are whole rows, as columns "0", "1", ... of text; empty cells are null."""
    if rows == 0:
        return pl.DataFrame(schema=_schema(width))
    frame = pl.read_csv(text, has_header=False, separator=delimiter, schema=_schema(width), infer_schema=False)
    if b'""' in text:  # a quoted empty cell comes as empty text; all empty cells shall be null
        frame = frame.with_columns(pl.all().replace("", None))
    if frame.height != rows:
        raise CountingError(f"{file}: {rows} rows are in the file but {frame.height} were read. Please report this.")
    return frame


def _look_closely(lines: pl.Series, numbers: list[int], delimiter: str, width: int) -> _Irregular:
    """The lines named by `numbers`, one by one: rows after all, the beginnings of longer rows, or malformed."""
    found = _Irregular()
    for number, line in zip(numbers, lines.gather(numbers).to_list(), strict=True):
        if number in found.consumed:
            continue
        fields, used = _record([line], delimiter, strict=False)
        if fields is None:
            fields, used = _spanning_record(lines, number, delimiter, width)
        if fields is None:
            found.malformed.append((number, line, UNCLOSED))
        elif len(fields) == width:
            found.records.append((number, [cell or None for cell in fields]))
            found.consumed.update(range(number, number + used))
        else:
            found.malformed.append((number, line, TOO_FEW if len(fields) < width else TOO_MANY))
    return found


def _spanning_record(lines: pl.Series, number: int, delimiter: str, width: int) -> tuple[list[str] | None, int]:
    """Fields of a record of several lines and how many they are, if it closes exactly and is as wide as the header.

    A quote opened by mistake swallows the rows after it, and seldom closes well: then only its line is malformed.
    """
    for span in (_USUAL_RECORD_LINES, LONGEST_RECORD_LINES):
        fields, used = _record(lines.slice(number, span).to_list(), delimiter, strict=True)
        if fields is not None:
            return (fields, used) if len(fields) == width else (None, 0)
    return None, 0


def _record(lines: list[str], delimiter: str, *, strict: bool) -> tuple[list[str] | None, int]:
    """Fields of the record that begins at the first line and the lines it takes; no fields if it does not close."""
    ran_out = False

    def feed() -> Iterator[str]:
        nonlocal ran_out
        yield from (f"{line}\n" for line in lines)
        ran_out = True  # the reader asks for more only while a quote is open

    reader = csv.reader(feed(), delimiter=delimiter, strict=strict)
    try:
        fields = next(reader)
    except (csv.Error, StopIteration):
        return None, 0
    return (None if ran_out else fields), reader.line_num

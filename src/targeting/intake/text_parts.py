"""A large file as text, some rows at a time: what is in memory does not grow with the file.

Delimited text is cut at line ends outside quotes, a Parquet file by rows. Files of other kinds (Excel, gzipped, UTF-16)
come in one part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.delimited import LONGEST_RECORD_LINES, read_delimited, sniff_delimiter
from targeting.intake.files import read_text, without_empty_tail
from targeting.intake.frames import ROW_NUMBER, TextFrame
from targeting.intake.headers import RawTable, name_columns
from targeting.intake.parquet import as_text

PART_BYTES = 48_000_000
"""Text that is read at once."""
PART_ROWS = 250_000
"""Rows of a Parquet file that are read at once."""

_PARQUET = b"PAR1"
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HEAD = 65_536


def text_parts(path: Path, source: Source) -> Iterator[TextFrame]:
    """The rows of `read_text`, part after part; row numbers are of the whole file, the hash is of the part's file.

    Raises InputFileError as `read_text` does.
    """
    head = _head(path)
    if head.startswith(_PARQUET):
        tables = _of_parquet(path)
    elif _is_plain_text(head, source) and path.stat().st_size > PART_BYTES:
        tables = _of_text(path, source)
    else:
        yield read_text(path, source)
        return
    digest, before, found = sha256_of(path), 0, False
    for table in tables:
        named = name_columns(table, source.columns, path.name)
        there = named.height + table.malformed.height
        frame, malformed = (part.with_columns(pl.col(ROW_NUMBER) + before) for part in (named, table.malformed))
        before, found = before + there, True
        yield TextFrame(path.name, digest, frame, malformed)
    if not found:
        raise InputFileError(f"{path.name} has a header but holds no rows. Export it again with its data.")


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(path: Path) -> bytes:
    """The first bytes; nothing of a file that `read_text` will have something to say about."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _is_plain_text(head: bytes, source: Source) -> bool:
    """Whether bytes of line ends and quotes are line ends and quotes, so that the file can be cut at them."""
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head
    declared = (source.encoding or "utf-8").lower().replace("_", "-")
    cuttable = declared.startswith(("utf-8", "utf8", "ascii", "cp125", "windows-125", "latin", "iso-8859"))
    return cuttable and not utf16 and not head.startswith(_PACKED) and b"\n" in head


def _of_parquet(path: Path) -> Iterator[RawTable]:
    """Some rows after some rows."""
    try:
        lazy = pl.scan_parquet(path)
        rows = int(lazy.select(pl.len()).collect().item())
        for first in range(0, rows, PART_ROWS):
            yield as_text(lazy.slice(first, PART_ROWS).collect(), path.name)
    except (pl.exceptions.PolarsError, OSError):
        raise InputFileError(f"{path.name} is not a whole Parquet file. Copy or export it again.") from None


def _of_text(path: Path, source: Source) -> Iterator[RawTable]:
    """Piece after piece, each read as a file of its own with the header on top."""
    with path.open("rb") as file:
        piece = file.read(PART_BYTES)
        end = _header_end(piece)
        header, body = piece[:end], piece[end:]
        delimiter = source.delimiter or _declared(header) or sniff_delimiter(piece[:_HEAD].decode(errors="ignore"))
        told = source.model_copy(update={"delimiter": delimiter})
        while piece:
            piece = file.read(PART_BYTES)
            cut = _last_row_end(body)
            if piece and body[:cut].strip():
                yield read_delimited(header + body[:cut], told, path.name)
                body = body[cut:]
            body += piece
        if body.strip():
            yield without_empty_tail(read_delimited(header + body, told, path.name))


def _header_end(piece: bytes) -> int:
    """Where the first row begins: after the first line with a name in it that closes its quotes."""
    end = 0
    while True:
        found = piece.find(b"\n", end) + 1
        if found == 0:
            return len(piece)
        end = found
        line = piece[:end].strip()
        if line and not line.lower().startswith(b"sep=") and line.count(b'"') % 2 == 0:
            return end
        if line.lower().startswith(b"sep=") and line.count(b"\n") >= 1 and line.count(b'"') % 2 == 0:
            return end


def _declared(header: bytes) -> str | None:
    """The delimiter that Excel's line 'sep=;' declares."""
    line = header.lstrip()
    return line[4:5].decode() if line.lower().startswith(b"sep=") else None


def _last_row_end(body: bytes) -> int:
    """The end of the last line that closes its quotes; of the last line, where a stray quote leaves none of many."""
    last = end = body.rfind(b"\n")
    quotes = body.count(b'"', 0, end + 1)
    for _ in range(LONGEST_RECORD_LINES):
        if quotes % 2 == 0 or end < 0:
            return end + 1
        before = body.rfind(b"\n", 0, end)
        quotes -= body.count(b'"', before + 1, end)
        end = before
    return last + 1

"""Packed files unpacked within bounds: what a small file may grow to is not its sender's to say."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import Protocol

from targeting.errors import InputFileError

HARMLESS_BYTES = 200_000_000
"""What any file may grow to."""
MOST_GROWTH = 100
"""Beyond that, so many times its own size: text of a million households grows some ten times, a bomb a thousand."""
_CHUNK = 1 << 20


class Readable(Protocol):
    """What gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes more, none at the end."""


def gunzipped(data: bytes, file: str) -> bytes:
    """`data` unpacked. Raises InputFileError if it is damaged or grows beyond bounds."""
    whole = io.BytesIO()
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            grown(packed, data, file, whole)
    except (OSError, EOFError, zlib.error):
        raise InputFileError(f"{file} is a damaged gzip file. Copy or compress it again.") from None
    return whole.getvalue()


def check_zip(data: bytes, file: str) -> None:
    """Raise InputFileError if the archive's parts grow beyond bounds, whatever it says of their sizes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            before = 0
            for part in archive.infolist():
                with archive.open(part) as packed:
                    before = grown(packed, data, file, before=before)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return  # damaged or locked: who reads it as a workbook says so


def grown(packed: Readable, data: bytes, file: str, whole: io.BytesIO | None = None, before: int = 0) -> int:
    """Read to the end, into `whole` if given; the bytes read, with those `before`.

    Raises InputFileError beyond bounds.
    """
    most, size = max(HARMLESS_BYTES, MOST_GROWTH * len(data)), before
    while chunk := packed.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise InputFileError(
                f"{file} has {len(data):,} bytes and grows to more than {most:,} when it is unpacked: that is no table "
                "of people. Unpack it yourself and look at what is in it."
            )
        if whole is not None:
            whole.write(chunk)
    return size

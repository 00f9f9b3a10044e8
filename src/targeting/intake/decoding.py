"""Bytes of a text file, whatever their encoding, to UTF-8 bytes with one kind of line end."""

from __future__ import annotations

import codecs

from targeting.errors import InputFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
_FEW_CONTROL_CHARACTERS = 8
_MOST_CONTROL_CHARACTERS = 0.05
"""Text holds a few stray control characters; a picture or a program holds one in ten bytes."""

_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\x1a")


def to_utf8(data: bytes, declared: str | None, file: str) -> bytes:
    """`data` as UTF-8: byte order mark and NUL bytes gone, lines ended by a line feed.

    A byte order mark is believed first, then the declaration, then what fits: UTF-16 (every second byte NUL),
    UTF-8, Windows-1252. Raises InputFileError when nothing fits or the result is not text.
    """
    mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if data.startswith(m)), (b"", declared))
    text = _transcode(data[len(mark) :], encoding or _utf16_without_mark(data), file)
    _refuse_binary(text[:_SAMPLE], file)
    return _one_line_end(text.replace(b"\0", b"").removesuffix(b"\x1a"))


def _transcode(data: bytes, encoding: str | None, file: str) -> bytes:
    """UTF-8 bytes of `data`; without an encoding UTF-8 is tried first, as Windows-1252 would misread it silently."""
    if data.isascii() and encoding in (None, "utf-8"):
        return data
    try:
        if encoding is not None:
            return data.decode(encoding).encode()
        return data if _is_utf8(data) else data.decode("cp1252").encode()
    except LookupError:
        raise InputFileError(
            f"{file}: the encoding '{encoding}' is not known. Write utf-8, utf-16 or windows-1252, or leave it out."
        ) from None
    except UnicodeError as error:
        place = f" (byte {error.start + 1} does not fit)" if isinstance(error, UnicodeDecodeError) else ""
        expected = f"{encoding} text" if encoding else "text in UTF-8, UTF-16 or Windows-1252"
        raise InputFileError(
            f"{file} is not {expected}{place}. Save it again as 'CSV UTF-8', or state its 'encoding'."
        ) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    """The byte order, if every second byte is nearly always NUL, as in UTF-16 text in Latin letters."""
    sample = data[:_SAMPLE]
    half = max(len(sample) // 2, 1)
    zero_share_even, zero_share_odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if zero_share_odd > 0.7 and zero_share_even < 0.1:
        return "utf-16-le"
    if zero_share_even > 0.7 and zero_share_odd < 0.1:
        return "utf-16-be"
    return None


def _refuse_binary(sample: bytes, file: str) -> None:
    """Raise when the sample has more control characters than text ever has."""
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if control > max(_FEW_CONTROL_CHARACTERS, _MOST_CONTROL_CHARACTERS * len(sample)):
        raise InputFileError(
            f"{file} is not a text file, an Excel workbook or a Parquet file. "
            "Check that it is the right file and that it was copied whole."
        )


def _one_line_end(text: bytes) -> bytes:
    """CRLF and (where no line feed occurs) CR become LF; a CR left inside a line becomes a blank."""
    if b"\r" not in text:
        return text
    lines = text.replace(b"\r\n", b"\n")
    return lines.replace(b"\r", b" " if b"\n" in lines else b"\n")

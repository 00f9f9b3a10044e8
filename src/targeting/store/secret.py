"""Secrets of 256 bits, as they stand in an environment variable or in a file that only its owner can read."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from targeting.errors import InputFileError, UsageError

KEY_BYTES = 32


def parsed_secret(text: str, where: str, kind: str = "") -> bytes:
    """The secret written as 64 hexadecimal digits. UsageError for anything else; `where` says where it stood."""
    stripped = text.strip()
    if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", stripped):
        raise UsageError(
            f"{where} holds no {kind}key ({2 * KEY_BYTES} hexadecimal digits). 'targeting key create' makes one."
        )
    return bytes.fromhex(stripped)


def read_secret(path: Path, kind: str = "") -> bytes:
    """The secret in a file. InputFileError if it cannot be read, UsageError if others can read it or it is none."""
    try:
        if sys.platform != "win32" and path.stat().st_mode & 0o077:
            raise UsageError(f"others than its owner can read {path}. Run: chmod 600 {path}")
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}. Name the key's file, or make one.") from None
    except UnicodeDecodeError:
        text = ""
    return parsed_secret(text, str(path), kind)

"""Keyed pseudonyms: the same number always gets the same name under one key, and nobody without the key can tell whose.

A hash without a key would not do: NIK are dates, places and serials, and all of them can be tried in an hour.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from targeting.errors import UsageError
from targeting.store.connection import owner_only
from targeting.store.secret import KEY_BYTES, parsed_secret, read_secret

KIND = "pseudonym "
SHORT = 4
"""Letters of the key's own mark in each pseudonym: those of two keys are told apart, not compared."""
LONG = 16
"""Letters of a pseudonym: 80 bits. That any two of a billion numbers share one has a chance below one in a million."""


@dataclass(frozen=True)
class PseudonymKey:
    """The secret that pseudonyms are made with; it never stands in a representation, a log or the store."""

    secret: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        """Names the key without giving it away."""
        return self._letters("mark", "")[:SHORT]

    def of(self, number: str) -> str:
        """The pseudonym of a NIK, a KK number or another identity number: ps-MARK-LETTERS."""
        return f"ps-{self.mark}-{self._letters('number', number)[:LONG]}"

    def of_subject(self, nik: str) -> str:
        """What a ledger of erased persons calls a NIK: whole, and of no use to recognise the person on a list."""
        return self._letters("erased", nik)

    def _letters(self, use: str, text: str) -> str:
        """HMAC-SHA256 for one use, in base32: letters and the digits 2 to 7."""
        digest = hmac.new(self.secret, f"{use}\0{text}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower().rstrip("=")


def parse_key(text: str, where: str) -> PseudonymKey:
    """The key written as 64 hexadecimal digits. UsageError for anything else; `where` says where it stood."""
    return PseudonymKey(parsed_secret(text, where, KIND))


def read_key(path: Path) -> PseudonymKey:
    """The key in a file. InputFileError if it cannot be read, UsageError if others can read it or it is no key."""
    return PseudonymKey(read_secret(path, KIND))


def create_key(path: Path) -> PseudonymKey:
    """A new key stands in the file, for its owner's eyes only. UsageError if there is a file: no key is replaced."""
    key = PseudonymKey(secrets.token_bytes(KEY_BYTES))
    try:
        with owner_only():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="ascii") as file:
                file.write(key.secret.hex() + "\n")
    except FileExistsError:
        raise UsageError(
            f"{path} is there already. 'targeting key rotate' makes a new one and puts it aside."
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Name another file with --out.") from None
    return key


def rotate_key(path: Path) -> tuple[Path, PseudonymKey]:
    """The old key lies beside under its mark, a new one is in its place. Lists of the old key keep their pseudonyms."""
    aside = path.with_name(f"{path.name}.{read_key(path).mark}")
    if aside.exists():
        raise UsageError(f"{aside} is there already. Move it away first; it may be an older key.")
    path.rename(aside)
    return aside, create_key(path)

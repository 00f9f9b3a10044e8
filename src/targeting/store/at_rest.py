"""Encryption of the store at rest: whose key, which files, and what of DuckDB and PyArrow does it.

DuckDB encrypts the database file, its write-ahead log and its own temporary files (AES-256-GCM). Its package only reads
what is encrypted: random numbers fit for writing come with the extension `httpfs`, installed once; nothing is
downloaded here. PyArrow brings all that it needs; checkpoints are sealed by it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import duckdb

from targeting.errors import StoreKeyError
from targeting.store.secret import parsed_secret, read_secret

VALUE, FILE = "TARGETING_STORE_KEY", "TARGETING_STORE_KEY_FILE"
MODULE, BUILT_IN = "TARGETING_STORE_CRYPTO", "built-in"
"""The environment variable that accepts DuckDB's own module for writing, which its makers call not secure."""
NAME = "store"
"""The name under which an encrypted file is attached."""
HEADER_BYTES = 28
MAGIC, FLAGS, ENCRYPTED = slice(8, 12), slice(20, 28), 1
"""Of the file's first block, which is never encrypted: what says that it is DuckDB's, and how it was written."""
PIECE = 64 << 20


@dataclass(frozen=True)
class StoreKey:
    """The secret that the store is encrypted with; it never stands in a representation, a log or a statement."""

    secret: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """As DuckDB is given it: the 64 hexadecimal digits that stand in the key's file, in small letters."""
        return self.secret.hex()

    def part(self, use: str) -> bytes:
        """A key of its own for another use, which tells nothing of this one."""
        return hmac.new(self.secret, use.encode(), hashlib.sha256).digest()


KeyFor = Callable[[Path, bool], StoreKey | None]
"""The key to open a file with, given the file and whether it is to be written; None for one in the clear."""


class State(StrEnum):
    """What a path holds."""

    ABSENT = "absent"
    CLEAR = "clear"
    ENCRYPTED = "encrypted"
    OTHER = "other"


class Module(StrEnum):
    """What encrypts DuckDB files on this machine."""

    OPENSSL = "OpenSSL"
    BUILT_IN = "built-in"
    NONE = "none"


def store_key() -> StoreKey | None:
    """The key that the environment gives, or the file it names; None if there is none. UsageError if that is no key."""
    value = os.environ.get(VALUE, "").strip()
    if value:
        return StoreKey(parsed_secret(value, VALUE, "store "))
    path = os.environ.get(FILE, "").strip()
    return StoreKey(read_secret(Path(path), "store ")) if path else None


def state_of(db: Path) -> State:
    """Whether a DuckDB file is encrypted, told from its first bytes; no key is needed."""
    try:
        with db.open("rb") as file:
            head = file.read(HEADER_BYTES)
    except OSError:
        return State.OTHER if db.exists() else State.ABSENT
    if not head:
        return State.ABSENT
    if len(head) < HEADER_BYTES or head[MAGIC] != b"DUCK":
        return State.OTHER
    return State.ENCRYPTED if int.from_bytes(head[FLAGS], "little") & ENCRYPTED else State.CLEAR


def key_for(db: Path, write: bool) -> StoreKey | None:
    """The key to open the file with; None for one in the clear.

    Raises StoreKeyError if it is encrypted and no key is given, and if something is to be written in the clear though
    one is: whoever gives a key relies on it.
    """
    key, state = store_key(), state_of(db)
    if state is State.ENCRYPTED and key is None:
        raise StoreKeyError(f"{db} is encrypted. Name the file of its key in {FILE}, or give the key in {VALUE}.")
    if state is State.CLEAR and key is not None and write:
        raise StoreKeyError(
            f"{db} is not encrypted though a key is given. Run 'targeting encrypt --db {db}' once, or unset {VALUE} "
            f"and {FILE}."
        )
    return key if state is State.ENCRYPTED or (state is State.ABSENT and write) else None


def attach(con: duckdb.DuckDBPyConnection, db: Path, name: str, key: StoreKey | None, *, write: bool) -> None:
    """The file is attached under the name; made if there is none and `write`. Raises StoreKeyError or duckdb.Error."""
    if key is not None:
        enable(con, write=write)
    options = ["ENCRYPTION_KEY ?"] * (key is not None) + ["READ_ONLY"] * (not write)
    told = f" ({', '.join(options)})" if options else ""
    con.execute(f"ATTACH {quoted(db)} AS {name}{told}", [] if key is None else [key.text])


def quoted(path: Path | str) -> str:
    """The path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def enable(con: duckdb.DuckDBPyConnection, *, write: bool) -> None:
    """The connection reads encrypted files, and writes them if it is to. Raises StoreKeyError if it cannot.

    What does not fit its memory is encrypted on disk; where it could not be, nothing is put there.
    """
    match _module(con):
        case Module.NONE if write:
            raise StoreKeyError(
                "this DuckDB can read an encrypted file but not write one: its extension httpfs, which brings OpenSSL, "
                'is not installed. Install it once where there is a network (python -c "import duckdb; '
                "duckdb.sql('INSTALL httpfs')\") or copy ~/.duckdb/extensions from such a machine. "
                f"docs/security/at-rest.md says what {MODULE}={BUILT_IN} would do."
            )
        case Module.NONE:
            con.execute("SET temp_directory = ''")
        case Module.BUILT_IN:
            con.execute("SET force_mbedtls_unsafe = true")
            con.execute("SET temp_file_encryption = true")
        case Module.OPENSSL:
            con.execute("SET temp_file_encryption = true")


def module() -> Module:
    """What this machine would encrypt a DuckDB file with."""
    with duckdb.connect() as con:
        return _module(con)


def _module(con: duckdb.DuckDBPyConnection) -> Module:
    """OpenSSL if the extension is there; nothing is fetched from anywhere."""
    con.execute("SET autoinstall_known_extensions = false")
    try:
        con.execute("LOAD httpfs")
    except duckdb.Error:
        return Module.BUILT_IN if os.environ.get(MODULE, "").strip() == BUILT_IN else Module.NONE
    return Module.OPENSSL


def check_can_encrypt() -> None:
    """Raise StoreKeyError now if a key is given and nothing could be written with it."""
    if store_key() is not None:
        with duckdb.connect() as con:
            enable(con, write=True)


def sealed(content: bytes, key: StoreKey | None) -> bytes:
    """The bytes, encrypted and authenticated if there is a key: a Parquet file of one column that holds them."""
    if key is None:
        return content
    import pyarrow as pa  # noqa: PLC0415  (slow to import, and needed only here)
    import pyarrow.parquet as pq  # noqa: PLC0415
    from pyarrow.parquet.encryption import create_encryption_properties  # noqa: PLC0415

    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table({"content": pa.array(pieces, pa.large_binary())}),
        sink,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
        encryption_properties=create_encryption_properties(footer_key=key.part("checkpoint")),
    )
    return bytes(sink.getvalue())


def unsealed(content: bytes, key: StoreKey | None) -> bytes:
    """What was sealed. ValueError if it is damaged, was sealed with another key, or is not sealed as the key says."""
    if key is None:
        return content
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415
    from pyarrow.parquet.encryption import create_decryption_properties  # noqa: PLC0415

    try:
        table = pq.read_table(
            pa.BufferReader(content),
            decryption_properties=create_decryption_properties(footer_key=key.part("checkpoint")),
        )
    except (OSError, pa.ArrowException):
        raise ValueError("what was sealed cannot be opened") from None
    return b"".join(table.column("content").to_pylist())

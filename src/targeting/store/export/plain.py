"""CSV and Parquet files of a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from targeting.store.export.files import replacing

DANGEROUS_START = r"^(\s*[=+\-@＝＋－＠]|[\t\r\n])"
"""A cell that begins so is run as a formula by Excel, LibreOffice or Google Sheets when a CSV is opened (OWASP)."""


NUMBER = r"^[+-]?\d+([.,]\d+)?$"


def neutralise(frame: pl.DataFrame, *, keep_numbers: bool = False) -> pl.DataFrame:
    """Text that a spreadsheet would execute gets an apostrophe before it; numbers and dates stay what they are.

    `keep_numbers`: text that is a number and nothing else stays too; for tables that are calculated with.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(_harmless(name, keep_numbers=keep_numbers) for name in texts)


def restored(frame: pl.DataFrame) -> pl.DataFrame:
    """What `neutralise` was given: a table that was written so and is read again finds its own ids."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.starts_with("'") & pl.col(name).str.slice(1).str.contains(DANGEROUS_START))
        .then(pl.col(name).str.slice(1))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def _harmless(name: str, *, keep_numbers: bool) -> pl.Expr:
    """The text column, an apostrophe before what would be executed."""
    text = pl.col(name)
    runs = text.str.contains(DANGEROUS_START)
    if keep_numbers:
        runs &= ~text.str.contains(NUMBER)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


@dataclass(frozen=True)
class CsvForm:
    """How a CSV is written: what parts cells, the decimal sign, and whether a mark tells Excel that it is UTF-8."""

    separator: str = ","
    decimal: str = "."
    bom: bool = False


def write_csv(frame: pl.DataFrame, path: Path, form: CsvForm | None = None) -> None:
    """UTF-8, commas unless `form` says otherwise, a header, cells neutralised. A workbook keeps NIK whole in Excel."""
    told = form or CsvForm()
    with replacing(path) as unfinished:
        neutralise(flat(frame)).write_csv(
            unfinished,
            check_extension=False,
            separator=told.separator,
            decimal_comma=told.decimal == ",",
            include_bom=told.bom,
        )


def write_parquet(frame: pl.DataFrame, path: Path, metadata: Mapping[str, str], key: bytes | None = None) -> None:
    """The frame as it is, with `metadata` (the disclaimer, the run) in the file's own key-value store.

    With a key of 32 bytes all of it is encrypted (Parquet modular encryption, AES-GCM, one key for footer and columns):
    PyArrow and DuckDB read it with the key, polars does not. Its bytes differ each time.
    """
    with replacing(path) as unfinished:
        if key is None:
            frame.write_parquet(unfinished, metadata=dict(metadata))
        else:
            _write_encrypted(frame, unfinished, metadata, key)


def _write_encrypted(frame: pl.DataFrame, path: Path, metadata: Mapping[str, str], key: bytes) -> None:
    """polars writes no encrypted Parquet; PyArrow does, with OpenSSL's random numbers."""
    import pyarrow.parquet as pq  # noqa: PLC0415  (slow to import, and needed only here)
    from pyarrow.parquet.encryption import create_encryption_properties  # noqa: PLC0415

    table = frame.to_arrow()
    told = (table.schema.metadata or {}) | {name.encode(): text.encode() for name, text in metadata.items()}
    pq.write_table(
        table.replace_schema_metadata(told),
        path,
        compression="zstd",
        encryption_properties=create_encryption_properties(footer_key=key),
    )


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists as text, for formats that have none."""
    nested = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("; ") for name in nested)

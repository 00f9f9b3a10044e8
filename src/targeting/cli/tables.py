"""Plain tables in and out of the linkage commands: CSV or Parquet by the file's ending, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from targeting.errors import InputFileError, UsageError

PARQUET = (".parquet", ".pq")


def read_table(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """The file's rows; of CSV every column is text. Only `columns` are read, all without.

    Raises InputFileError for a file that is absent, empty, not a table, or lacks a column.
    """
    if not path.is_file():
        raise InputFileError(f"{path}: no such file. Check the path.")
    try:
        lazy = pl.scan_parquet(path) if path.suffix in PARQUET else pl.scan_csv(path, infer_schema=False)
        found = lazy.collect_schema().names()
        missing = [name for name in columns or [] if name not in found]
        if missing:
            raise InputFileError(
                f"{path.name} has no column {', '.join(repr(name) for name in missing)}. Found: {', '.join(found)}. "
                "Correct the spec or rename the column."
            )
        return (lazy.select(columns) if columns else lazy).collect()
    except (pl.exceptions.PolarsError, OSError):
        kind = "Parquet" if path.suffix in PARQUET else "comma-separated UTF-8 CSV with a header"
        raise InputFileError(f"{path.name} cannot be read as {kind}. Check the file, or save it again.") from None


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write beside and rename, so that a file of this name is always whole; readable by its owner only."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.touch(mode=0o600)
        if path.suffix in PARQUET:
            frame.write_parquet(beside)
        else:
            frame.write_csv(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {error.strerror}. Choose another --out.") from None

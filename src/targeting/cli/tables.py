"""Plain tables in and out of the linkage commands."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from targeting.cli.output import log
from targeting.contracts.config import Source
from targeting.disk import told_if_full
from targeting.errors import InputFileError, UsageError
from targeting.intake import read_text
from targeting.intake.headers import listed, normalise
from targeting.store import check_can_write
from targeting.store.export.plain import neutralise, restored

PARQUET = (".parquet", ".pq")
WRITABLE = (*PARQUET, ".csv")
_PARQUET_BEGINS = b"PAR1"


def read_table(path: Path, columns: list[str], optional: tuple[str, ...] = ()) -> pl.DataFrame:
    """The file's rows with `columns`, and of `optional` those that there are, under these names.

    Whatever intake reads is read, every cell as text; Parquet keeps its types. Capitals and blanks in a file's column
    names do not matter. Rows that do not fit the header are left out and told on stderr. Raises InputFileError for a
    file that is absent, empty, not a table, or lacks a column.
    """
    if not path.is_file():
        raise InputFileError(f"{path}: no such file. Check the path.")
    return _read_parquet(path, columns, optional) if _is_parquet(path) else _read_text(path, columns, optional)


def read_whole_table(path: Path) -> pl.DataFrame:
    """All columns; else as `read_table`. Raises InputFileError also for a file without rows."""
    if not path.is_file():
        raise InputFileError(f"{path}: no such file. Check the path.")
    if _is_parquet(path):
        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError):
            raise InputFileError(f"{path.name} is not a whole Parquet file. Copy or export it again.") from None
    else:
        frame = _text_of(path)
    if not frame.height:
        raise InputFileError(f"{path.name} has no rows. Check that it was exported whole.")
    return frame


def _is_parquet(path: Path) -> bool:
    """By the first bytes, as in intake."""
    try:
        with path.open("rb") as file:
            return file.read(len(_PARQUET_BEGINS)) == _PARQUET_BEGINS
    except OSError as error:
        raise InputFileError(f"{path} cannot be read ({error.strerror}). Check that you may open it.") from None


def _read_parquet(path: Path, columns: list[str], optional: tuple[str, ...]) -> pl.DataFrame:
    """Of a large file only these columns are read."""
    try:
        lazy = pl.scan_parquet(path)
        return lazy.select(_chosen(columns, optional, lazy.collect_schema().names(), path.name)).collect()
    except (pl.exceptions.PolarsError, OSError):
        raise InputFileError(f"{path.name} is not a whole Parquet file. Copy or export it again.") from None


def _read_text(path: Path, columns: list[str], optional: tuple[str, ...]) -> pl.DataFrame:
    """All cells as text."""
    frame = _text_of(path)
    return restored(frame.select(_chosen(columns, optional, frame.columns, path.name)))


def _text_of(path: Path) -> pl.DataFrame:
    """All cells as text; rows that do not fit the header are left out and told."""
    text = read_text(path, Source(path=path))
    if text.malformed.height:
        rows = ", ".join(str(row) for row in text.malformed["row_number"].head(5))
        more = ", ..." if text.malformed.height > 5 else ""
        log.print(
            f"warning: {path.name}: {text.malformed.height:,} rows do not fit the header and are left out "
            f"(rows {rows}{more}).",
            markup=False,
            soft_wrap=True,
        )
    return text.frame.drop("row_number")


def _chosen(columns: list[str], optional: tuple[str, ...], names: list[str], file: str) -> list[pl.Expr]:
    """The columns under the names that were asked for; InputFileError if the file lacks one."""
    normalised = {normalise(name): name for name in names}
    found = {name: name if name in names else normalised.get(normalise(name)) for name in (*columns, *optional)}
    missing = [name for name in columns if found[name] is None]
    if missing:
        raise InputFileError(
            f"{file} has no column {', '.join(repr(name) for name in missing)}. Found: {listed(names)}. "
            "Correct the spec or rename the column."
        )
    return [pl.col(there).alias(name) for name, there in found.items() if there is not None]


def check_writable(path: Path, option: str) -> None:
    """Raise UsageError now if the table could not be written under that name later."""
    if path.suffix.lower() not in WRITABLE:
        raise UsageError(f"{option} {path}: its ending must be {', '.join(WRITABLE)}.")
    check_file(path, option)


def check_file(path: Path, option: str) -> None:
    """Raise UsageError now if no file of that name could be written later."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Name a file in it with {option}.")
    check_can_write(path.parent, option)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write beside and rename, so that a file of this name is always whole; readable by its owner only.

    In a CSV an apostrophe stands before text that a spreadsheet would run; `read_table` takes it away again.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with told_if_full(path.parent):
            beside.touch(mode=0o600)
            if path.suffix.lower() in PARQUET:
                frame.write_parquet(beside)
            else:
                neutralise(frame, keep_numbers=True).write_csv(beside)
            beside.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}. Choose another --out.") from None
    finally:
        beside.unlink(missing_ok=True)

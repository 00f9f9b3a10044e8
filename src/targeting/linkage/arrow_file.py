"""Tables in Arrow files that are read where they lie: a file is mapped into memory, and only pages that are met come
from the disk.

A table that is read row by row lies row by row: its numbers are one column of records of fixed size, so that a row is
met in one page and not in one a column.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from polars import CompatLevel

ROW, FIELDS, ORDER = "row", b"fields", b"order"
"""Column of the rows' numbers; entries of the schema's metadata that name and type them, and order all columns."""


FEW = 8
"""A file is read in order when every eighth page or more is met."""


def write(frame: pl.DataFrame, path: Path, *, by_row: bool = False) -> None:
    """One table in one piece, uncompressed: any row is found by its place. The same rows make the same bytes."""
    table = _by_row(frame) if by_row else frame.rechunk().to_arrow(compat_level=CompatLevel.oldest())
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(table.num_rows, 1))


def _by_row(frame: pl.DataFrame) -> pa.Table:
    """The frame's numbers as one column of records, its texts beside it."""
    numbers = {name: frame[name].to_numpy() for name, kind in frame.schema.items() if kind.is_numeric()}
    rows = np.empty(frame.height, dtype=[(name, values.dtype.newbyteorder("<")) for name, values in numbers.items()])
    for name, values in numbers.items():
        rows[name] = values
    packed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(rows.dtype.itemsize), frame.height, [None, pa.py_buffer(rows.tobytes())]
    )
    texts = frame.select(pl.exclude(numbers)).rechunk().to_arrow(compat_level=CompatLevel.oldest())
    columns = {ROW: packed} | {name: texts.column(name) for name in texts.column_names}
    fields = json.dumps([[name, values.dtype.str] for name, values in numbers.items()])
    return pa.table(columns).replace_schema_metadata(
        {FIELDS: fields.encode(), ORDER: json.dumps(frame.columns).encode()}
    )


class ArrowFile:
    """A table on disk. Numbers, which are never null, are seen as arrays, any rows as a frame."""

    def __init__(self, path: Path) -> None:
        """Map the file. Raises OSError when it is not there or is no Arrow file."""
        self._expected = False
        try:
            self._map = _mapped(path)
            self._table: pa.Table = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self._map))).read_all()
            self._packed = self._rows_of(self._table)
        except (pa.ArrowInvalid, ValueError):
            raise OSError(f"{path.name} is not a whole Arrow file") from None

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self._table.num_rows)

    def expect(self, met: int) -> None:
        """Say how many places will be met. Where they are on many of the file's pages, it is read in order beforehand,
        which takes a disk less time than the pages one by one.
        """
        if not self._expected and met * FEW > len(self._map) // mmap.PAGESIZE and hasattr(mmap, "MADV_WILLNEED"):
            self._expected = True
            self._map.madvise(mmap.MADV_WILLNEED)

    @staticmethod
    def _rows_of(table: pa.Table) -> npt.NDArray[np.void] | None:
        """The numbers of a table that lies row by row."""
        fields = (table.schema.metadata or {}).get(FIELDS)
        if fields is None:
            return None
        kind = np.dtype([(name, kind) for name, kind in json.loads(fields)])
        if not table.num_rows or not kind.itemsize:
            return np.zeros(table.num_rows, dtype=kind)
        column = table.column(ROW).chunk(0)
        return np.frombuffer(column.buffers()[1], dtype=kind)[column.offset : column.offset + table.num_rows]

    def array(self, column: str) -> npt.NDArray[Any]:
        """A column of numbers, not copied."""
        if self._packed is not None:
            return self._packed[column]
        chunks = self._table.column(column).chunks
        if not chunks:
            return np.zeros(0, dtype=self._table.schema.field(column).type.to_pandas_dtype())
        return _numbers(chunks[0])

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> pl.DataFrame:
        """Some rows, all columns, in the order asked for."""
        self.expect(len(rows))
        wanted = _indices(rows)
        if self._packed is None:
            return _frame(self._table.take(wanted))
        found = self._packed[rows]
        numbers = [pl.Series(name, np.ascontiguousarray(found[name])) for name in found.dtype.names or ()]
        both = pl.DataFrame(numbers).hstack(_frame(self._table.drop_columns([ROW]).take(wanted)))
        return both.select(json.loads(self._table.schema.metadata[ORDER]))


def _numbers(column: pa.Array) -> npt.NDArray[Any]:
    """Numbers where they lie; `to_numpy` would load pandas, which takes a third of a second."""
    kind = np.dtype(column.type.to_pandas_dtype())
    values = np.frombuffer(column.buffers()[1], dtype=kind)
    return values[column.offset : column.offset + len(column)]


def _indices(rows: npt.NDArray[np.integer[Any]]) -> pa.Array:
    """Row numbers as Arrow has them; `pa.array` would load pandas to see whether they are of it."""
    numbers = np.ascontiguousarray(rows, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _frame(table: pa.Table) -> pl.DataFrame:
    """As polars has it."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table makes a frame
    return frame


def _mapped(path: Path) -> mmap.mmap:
    """The file's bytes. Raises ValueError for an empty file."""
    with path.open("rb") as file:
        found = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_RANDOM"):
        found.madvise(mmap.MADV_RANDOM)  # else the system reads 128 KB from the disk for each record that is met
    return found

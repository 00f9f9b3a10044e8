"""Tables in Arrow files that are read where they lie: a column is mapped into memory, and only pages that are met come
from the disk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from polars import CompatLevel


def write(frame: pl.DataFrame, path: Path) -> None:
    """One table in one piece, uncompressed: any row is found by its place. The same rows make the same bytes."""
    table = frame.rechunk().to_arrow(compat_level=CompatLevel.oldest())
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(table.num_rows, 1))


class ArrowFile:
    """A table on disk. Columns without nulls are seen as arrays, any rows as a frame."""

    def __init__(self, path: Path) -> None:
        """Map the file. Raises OSError when it is not there or is no Arrow file."""
        try:
            self._table: pa.Table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        except pa.ArrowInvalid:
            raise OSError(f"{path.name} is not a whole Arrow file") from None

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self._table.num_rows)

    def array(self, column: str) -> npt.NDArray[Any]:
        """A column of numbers, not copied."""
        chunks = self._table.column(column).chunks
        if not chunks:
            return np.zeros(0, dtype=self._table.schema.field(column).type.to_pandas_dtype())
        return np.asarray(chunks[0].to_numpy(zero_copy_only=True))

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> pl.DataFrame:
        """Some rows, all columns, in the order asked for."""
        frame = pl.from_arrow(self._table.take(pa.array(rows)))
        assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table makes a frame
        return frame

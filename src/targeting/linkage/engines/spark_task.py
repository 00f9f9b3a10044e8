"""What runs on Spark's machines: a step's own SQL, in DuckDB, on one part of the right side.

Functions of this file travel as code: machines need duckdb and pyarrow, not this program. Tables travel whole, as the
bytes of an Arrow file in one cell, so that rows are never taken apart between Spark and DuckDB.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Table = bytes | str
"""A table that every part needs: the bytes of its Arrow file, the path of one on this machine, or the name of one that
Spark sent to all machines."""


def on_parts(
    sql: str, names: list[str], shared: Mapping[str, Table], config: Mapping[str, Any]
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """A function on record batches whose rows are (part, one cell for each of the named tables), which gives rows
    (part, the Arrow file of the SQL's result on these tables and the shared ones).

    It raises RuntimeError with the name of DuckDB's error and nothing of the data.
    """

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        import duckdb  # noqa: PLC0415  (imported where it runs)
        import pyarrow as pa  # noqa: PLC0415

        with (
            tempfile.TemporaryDirectory(prefix="targeting-") as spill,
            duckdb.connect(config={**config, "threads": 1, "temp_directory": spill}) as connection,
        ):
            for name, table in shared.items():
                connection.register(name, opened(table))
            for part, *tables in (row for batch in batches for row in zip(*batch.columns, strict=True)):
                for name, cell in zip(names, tables, strict=True):
                    connection.register(name, pa.ipc.open_file(cell.as_buffer()).read_all())
                try:
                    found = connection.sql(sql).to_arrow_table()
                except duckdb.Error as error:  # whose text may quote a value
                    raise RuntimeError(f"DuckDB: {type(error).__name__}") from None
                cells = [pa.array([part.as_py()], pa.int32()), pa.array([arrow_file(found)], pa.binary())]
                yield pa.RecordBatch.from_arrays(cells, ["part", "rows"])

    return work


def opened(table: Table) -> Any:
    """A shared table, its file mapped rather than read."""
    import pyarrow as pa  # noqa: PLC0415

    if isinstance(table, bytes):
        return pa.ipc.open_file(pa.py_buffer(table)).read_all()
    from pyspark import SparkFiles  # noqa: PLC0415  (on Spark's machines)

    return pa.ipc.open_file(pa.memory_map(SparkFiles.get(table))).read_all()  # a path that is whole stays as it is


def arrow_file(table: Any) -> bytes:
    """An Arrow table as the bytes of an Arrow file."""
    import pyarrow as pa  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())

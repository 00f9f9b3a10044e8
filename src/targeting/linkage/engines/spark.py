"""The Spark engine: the same steps on many machines. The only file that knows pyspark; imported when it is asked for.

The right side is divided by its row numbers: a right record, its blocking keys, its pairs and their patterns are in one
part, and every machine has the left side. So a step is done part by part, by the same SQL in DuckDB (spark_task.py),
and pairs are never shuffled: a part's pairs are one cell of integers. A block of any size is split, because its right
records lie in all parts.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Self

import duckdb
import polars as pl
import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import cloudpickle
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from targeting.contracts.config import SparkSettings, in_bytes
from targeting.errors import UsageError
from targeting.linkage.engines import spark_task
from targeting.linkage.engines.duckdb import PLANNED
from targeting.linkage.engines.java import check_java
from targeting.linkage.steps import PatternCounts, Patterns, Step

cloudpickle.register_pickle_by_value(spark_task)

MEMORY = "4GB"
"""Of the driver and of each executor, unless the settings say otherwise."""
SLOTS = 4
"""Tasks that a machine does at once, where the settings do not say it."""
PARTS_A_SLOT = 4
"""Parts for each task at once on this machine: the last ones should not keep the others waiting."""
PARTS = 16
"""Parts on a cluster, where the settings do not say it."""
BATCH_PAIRS = 50_000_000
IN_THE_TASK = 1_000_000
"""Bytes of a shared table up to which it travels within the task; larger ones are files that all machines get once."""

DIVIDED = {
    "r": "rid", "r_key": "rid", "pair": "rr", "early": "rr", "patterned": "rr", "right_record": "rr",
}  # fmt: skip
"""Tables that are divided, and the column with the right record's row number. All others every part has whole."""

SESSION = {
    # A table is a cell a part: nothing is to be planned anew, broadcast, packed or put together.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",
    "spark.sql.ansi.enabled": "true",
}
"""What a step relies on, whatever the session that was handed in is set to."""

APPLICATION = {
    "spark.app.name": "targeting",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.rpc.message.maxSize": "512",
}
"""What a session that is made here starts with, unless the settings say otherwise."""


class SparkEngine:
    """Runs steps on Spark, in a session of its own: tables and settings of the caller's are not touched."""

    batch_pairs = BATCH_PAIRS

    def __init__(self, settings: SparkSettings | None = None, session: SparkSession | None = None) -> None:
        """Open a session by the settings, or beside one that the caller has, which stays open.

        Raises UsageError when Java is missing or too old, or Spark cannot be reached.
        """
        self._settings = settings or SparkSettings(master="local[2]")
        given = session or SparkSession.getActiveSession()
        self._started = None if given is not None else started(self._settings)
        self.session = (given or self._started).newSession()  # type: ignore[union-attr]
        self._remote = "connect" in type(self.session).__module__
        master = "" if self._remote else self.session.sparkContext.master
        self._here = master.startswith("local")
        slots = tasks_at_once(master, self._settings)
        parts = self._settings.partitions or (slots * PARTS_A_SLOT if self._here else PARTS)
        for name, value in (SESSION | {"spark.sql.shuffle.partitions": str(parts)}).items():
            self.session.conf.set(name, value)
        self._parts = self._numbers(parts)
        self._memory = in_bytes(self._settings.memory or MEMORY) // 2 // slots
        self._files = tempfile.TemporaryDirectory(prefix="targeting-")
        self._frames: dict[str, pl.DataFrame] = {}
        self._shared: dict[str, spark_task.Table] = {}
        self._divided: dict[str, DataFrame] = {}
        self._dropped: list[DataFrame] = []

    def _numbers(self, parts: int) -> list[int]:
        """A number for each part such that Spark's own hash puts each into a partition of its own."""
        found: dict[int, int] = {}
        sql = f"SELECT CAST(id AS INT) AS n, CAST(pmod(hash(CAST(id AS INT)), {parts}) AS INT) AS p FROM range(0, {{}})"
        reach = 100 * parts
        while len(found) < parts:
            rows = pl.DataFrame(pl.from_arrow(self.session.sql(sql.format(reach)).toArrow()))
            found = {partition: number for number, partition in reversed(rows.rows())}
            reach *= 10
        return [found[partition] for partition in range(parts)]

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close at the end of the context."""
        self.close()

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known as a table, in place of one of the same name; it is sent when a step first reads it."""
        self.drop(name)
        self._frames[name] = frame

    def keep(self, step: Step) -> None:
        """Run a step (now or when its result is first read), and hold it as a table."""
        if self._remote or not self._reads(step)[0]:
            # Through Spark Connect a table is its plan, worked out anew whenever it is read: its rows come here and go
            # back. A step that reads no divided table is done once, and its result is divided anew.
            self.load(step.name, self.fetch(step))
            return
        kept = self._run(step)
        self.drop(step.name)
        self._divided[step.name] = placed(kept, len(self._parts))

    def fetch(self, step: Step) -> pl.DataFrame:
        """Run a step and bring its result back."""
        with finished(step):
            cells = self._run(step).toArrow()["rows"]
        for table in self._dropped:
            table.unpersist()
        self._dropped.clear()
        found = pa.concat_tables([pa.ipc.open_file(cell.as_buffer()).read_all() for cell in cells])
        if step.together:
            with duckdb.connect(config={"threads": 1}) as connection:
                connection.register("part", found)
                found = connection.sql(step.together).to_arrow_table()
        frame = pl.from_arrow(found)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  (of a table, never of a column)
        return frame

    def plan(self, step: Step) -> str:
        """Spark's plan of a step."""
        with redirect_stdout(StringIO()) as told:
            self._run(step).explain("formatted")
        return told.getvalue()

    def _reads(self, step: Step) -> tuple[list[str], list[str]]:
        """Names of the divided tables and of the shared ones that a step reads."""
        words = set(re.findall(r"\b(?:FROM|JOIN) (\w+)", step.sql))
        known = sorted(words & (self._frames.keys() | self._divided.keys()))
        # Where right records are compared with one another, both are in one part only if every part has all of them.
        means = step.means.of.means if isinstance(step.means, PatternCounts) else step.means
        whole = {"r"} if isinstance(means, Patterns) and means.left == "r" else set()
        divided = [name for name in known if name in DIVIDED and name not in whole]
        return divided, [name for name in known if name not in divided]

    def _run(self, step: Step) -> DataFrame:
        """part, rows: the step's result in each part."""
        divided, shared = self._reads(step)
        if divided:
            cells = self._whole(divided[0])
            for name in divided[1:]:
                cells = cells.join(self._whole(name), "part")
        else:
            cells = self.session.createDataFrame([(self._parts[0],)], "part int")
        config = {**PLANNED, "memory_limit": f"{max(self._memory // 1_000_000, 100)}MB"}
        work = spark_task.on_parts(step.sql, divided, {name: self._everywhere(name) for name in shared}, config)
        return cells.mapInArrow(work, "part int, rows binary")

    def _whole(self, name: str) -> DataFrame:
        """part, and a cell named as the table: a divided table, sent if it was not yet."""
        if name not in self._divided:
            self._divided[name] = placed(self._sent(name), len(self._parts))
        return self._divided[name].withColumnRenamed("rows", name)

    def _sent(self, name: str) -> DataFrame:
        """part, rows of a frame that is divided by the row numbers of its right records."""
        frame, parts = self._frames[name], len(self._parts)
        of_parts = frame.with_columns((pl.col(DIVIDED[name]) % parts).alias(".part")).partition_by(
            ".part", as_dict=True, include_key=False
        )
        schema, sent = pa.schema([("part", pa.int32()), ("rows", pa.binary())]), None
        for number, part in enumerate(self._parts):
            cell = arrow_file(of_parts.get((number,), frame.clear()))
            rows = self.session.createDataFrame(pa.table([[part], [cell]], schema=schema))
            sent = rows if sent is None else sent.unionAll(rows)
        assert sent is not None  # noqa: S101  (there is at least one part)
        return sent

    def _everywhere(self, name: str) -> spark_task.Table:
        """A table as every part gets it, sent if it was not yet."""
        if name not in self._shared:
            cell = arrow_file(self._frames[name])
            if len(cell) > IN_THE_TASK:
                # Spark knows files by their names, whichever session sent them.
                folder = Path(self._files.name)
                file = folder / f"{folder.name}-{name}-{sum(1 for _ in folder.iterdir())}.arrow"
                file.write_bytes(cell)
                if not self._here:
                    self.session.addArtifacts(str(file), file=True)
                self._shared[name] = str(file) if self._here else file.name
            else:
                self._shared[name] = cell
        return self._shared[name]

    def drop(self, name: str) -> None:
        """Forget a table. What was made of it and not yet read may still need it: it goes with the next step."""
        self._frames.pop(name, None)
        self._shared.pop(name, None)
        held = self._divided.pop(name, None)
        if held is not None:
            self._dropped.append(held)

    def pairs_at_once(self, bytes_a_pair: int) -> int:
        """Pairs of which those of one part for each task at once fit half of a machine's memory."""
        return max(self._memory // bytes_a_pair * len(self._parts), 10_000)

    def close(self) -> None:
        """Forget all tables, and end the session if it was started here."""
        for held in (*self._dropped, *self._divided.values()):
            held.unpersist()
        self._dropped.clear()
        self._divided.clear()
        self._frames.clear()
        self._files.cleanup()
        if self._remote:  # else it is ended with this process, which waits for ever if the server is gone by then
            self.session.stop()
        if self._started is not None:
            self._started.stop()
            self._started = None


def placed(cells: DataFrame, parts: int) -> DataFrame:
    """A divided table held so that each part lies where the same part of every other table lies."""
    return cells.repartition(parts, "part").persist()


def arrow_file(frame: pl.DataFrame) -> bytes:
    """A frame as the bytes of an Arrow file, strings as all readers know them."""
    into = BytesIO()
    frame.write_ipc(into, compat_level=pl.CompatLevel.oldest())
    return into.getvalue()


def tasks_at_once(master: str, settings: SparkSettings) -> int:
    """Tasks that one machine does at once."""
    threads = re.fullmatch(r"local\[(\d+)\]", master)
    return int(threads[1]) if threads else int(settings.settings.get("spark.executor.cores", SLOTS))


def started(settings: SparkSettings) -> SparkSession:
    """A session by the settings. Raises UsageError when Java is missing or too old, or Spark does not answer."""
    master = settings.master  # None under spark-submit, which has said it
    builder = SparkSession.builder
    if master is not None and master.startswith("sc://"):
        builder = builder.remote(master)
        for name, value in settings.settings.items():
            builder = builder.config(name, value)
    else:
        check_java()
        for name, value in application(master, settings).items():
            builder = builder.config(name, value)
        if master is not None and master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise UsageError(
            f"Spark could not be started at '{master or 'the master of spark-submit'}' ({type(error).__name__}). "
            "See that it runs and can be reached, and that linkage.spark (or --master) names it; "
            "'targeting doctor' shows what is found here."
        ) from None


def application(master: str | None, settings: SparkSettings) -> dict[str, str]:
    """Spark's settings of an application that is started here: those given stand over the program's own."""
    memory = f"{in_bytes(settings.memory or MEMORY) // 1_000_000}m"
    own = dict(APPLICATION)
    if master is not None:
        own |= {"spark.master": master, "spark.driver.memory": memory, "spark.executor.memory": memory}
        if master.startswith("local"):
            # Nobody else needs to reach it, and a machine whose name does not resolve can run it.
            own |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return own | settings.settings


@contextmanager
def finished(step: Step) -> Iterator[None]:
    """Say which step failed, and nothing of the data that Spark's own message may quote."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        condition = error.getCondition() if isinstance(error, PySparkException) else None
        raise UsageError(
            f"Spark did not finish the step '{step.name}' ({condition or type(error).__name__}). If executors were "
            "lost, raise linkage.spark.memory or linkage.spark.partitions; every machine needs Python with the same "
            "duckdb and pyarrow (PYSPARK_PYTHON names it). Spark's log has the rest; --engine duckdb does the same on "
            "one machine."
        ) from None

"""The Spark engine: the same steps on many machines. The only file that knows pyspark; imported when it is asked for.

Pairs move between machines as integers only: the left side is sent to every machine once a step (the steps' hints say
so), and pairs meet the right side before they meet the left. A block of any size is split, because its right records
lie in all partitions and its left ones are everywhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import polars as pl
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import arrow_udf
from pyspark.sql.pandas.types import from_arrow_schema

from targeting.contracts.config import SparkSettings, in_bytes
from targeting.errors import UsageError
from targeting.linkage.engines.java import check_java
from targeting.linkage.engines.spark_sql import SIMILARITY, signed, spark_sql
from targeting.linkage.steps import Step

MEMORY = "4GB"
"""Of the driver and of each executor, unless the settings say otherwise."""
AT_ONCE = 32_000_000
"""Bytes of a frame that go over at once: Spark refuses tasks of more than 128 MB."""

SESSION = {
    # Similarities that several levels read are worked out once: a projection with a costly column stays one.
    "spark.sql.optimizer.collapseProjectAlwaysInline": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.skewJoin.enabled": "true",
    # One generated method for a whole step is longer than Java likes to compile: 20,000 x 50,000 persons on two cores
    # took 46 and 49 seconds in pieces, 54 and 55 as a whole.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
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
    """Runs steps as Spark SQL, in a session of its own: tables and settings of the caller's are not touched."""

    def __init__(self, settings: SparkSettings | None = None, session: SparkSession | None = None) -> None:
        """Open a session by the settings, or beside one that the caller has, which stays open.

        Raises UsageError when Java is missing or too old, or Spark cannot be reached.
        """
        self._settings = settings or SparkSettings(master="local[2]")
        given = session or SparkSession.getActiveSession()
        self._started = None if given is not None else started(self._settings)
        self.session = (given or self._started).newSession()  # type: ignore[union-attr]
        self._remote = "connect" in type(self.session).__module__
        for name, value in SESSION.items():
            self.session.conf.set(name, value)
        if self._settings.partitions is not None:
            self.session.conf.set("spark.sql.shuffle.partitions", str(self._settings.partitions))
        self.session.udf.register(SIMILARITY, similarity())
        self._kept: dict[str, DataFrame] = {}

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close at the end of the context."""
        self.close()

    def load(self, name: str, frame: pl.DataFrame) -> None:
        """Send a frame over, as Arrow, as a table in place of one of the same name."""
        self.drop(name)
        rows = max(1, AT_ONCE * max(frame.height, 1) // max(int(frame.estimated_size()), 1))
        parts = [self._sent(part) for part in signed(frame).iter_slices(rows)] or [self._sent(signed(frame))]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.unionAll(part)
        whole.createOrReplaceTempView(name)

    def _sent(self, frame: pl.DataFrame) -> DataFrame:
        """Some rows of a frame, or none."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if frame.height or not self._remote:
            return self.session.createDataFrame(table)
        return self.session.createDataFrame([], from_arrow_schema(table.schema))  # Spark Connect asks for it by name

    def keep(self, step: Step) -> None:
        """Run a step (now or when its result is first read), and hold it as a table."""
        if self._remote:
            # Through Spark Connect a table is its plan, looked up anew whenever it is read: by then the tables that the
            # step read may be others, or gone. Its rows, integers all, come here and go back.
            self.load(step.name, self.fetch(step))
            return
        self.drop(step.name)
        with finished(step):
            kept = self.session.sql(spark_sql(step.sql)).persist()
            kept.createOrReplaceTempView(step.name)
        self._kept[step.name] = kept

    def fetch(self, step: Step) -> pl.DataFrame:
        """Run a step and bring its result back, as Arrow."""
        with finished(step):
            found = pl.from_arrow(self.session.sql(spark_sql(step.sql)).toArrow())
        assert isinstance(found, pl.DataFrame)  # noqa: S101  (of a table, never of a column)
        return found

    def plan(self, step: Step) -> str:
        """Spark's plan of a step, as its EXPLAIN FORMATTED tells it."""
        return str(self.session.sql(f"EXPLAIN FORMATTED {spark_sql(step.sql)}").collect()[0][0])

    def drop(self, name: str) -> None:
        """Forget a table."""
        kept = self._kept.pop(name, None)
        if kept is not None:
            kept.unpersist()
        self.session.catalog.dropTempView(name)

    def pairs_at_once(self, bytes_a_pair: int) -> int:
        """Pairs that half of a machine's memory has room for."""
        return max(in_bytes(self._settings.memory or MEMORY) // 2 // bytes_a_pair, 10_000)

    def close(self) -> None:
        """Forget all tables, and end the session if it was started here."""
        for name in list(self._kept):
            self.drop(name)
        if self._remote:  # else it is ended with this process, which waits for ever if the server is gone by then
            self.session.stop()
        if self._started is not None:
            self._started.stop()
            self._started = None


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
            own["spark.sql.shuffle.partitions"] = "4"
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


def similarity() -> Any:
    """DuckDB's Jaro-Winkler as a function on Arrow batches: the same doubles, null where a side is null.

    It is defined inside a function, so that it travels as code: machines need duckdb and pyarrow, not this program.
    """

    def similar(batches):  # type: ignore[no-untyped-def]
        import duckdb  # noqa: PLC0415  (imported where it runs)
        import pyarrow as pa  # noqa: PLC0415

        with duckdb.connect(config={"threads": 1}) as connection:
            for ours, theirs in batches:
                pair = pa.table({"ours": ours, "theirs": theirs})
                connection.register("pair", pair)
                told = connection.sql("SELECT jaro_winkler_similarity(ours, theirs) AS told FROM pair")
                yield told.to_arrow_table()["told"].combine_chunks()
                connection.unregister("pair")

    from pyarrow import Array  # noqa: PLC0415

    similar.__annotations__ = {"batches": Iterator[tuple[Array, Array]], "return": Iterator[Array]}
    return arrow_udf(similar, "double")

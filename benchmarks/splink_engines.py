"""Where Splink works: DuckDB, or Spark on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import polars as pl
from splink.internals.splink_dataframe import SplinkDataFrame

EDGES = ("id_l", "id_r", "match_weight", "match_probability")
SELECTED = "unique_id_l AS id_l, unique_id_r AS id_r, match_weight, match_probability"


class Database(Protocol):
    """What a run of Splink needs of its engine."""

    def registered(self, path: Path, name: str) -> SplinkDataFrame:
        """A Parquet file as a Splink input of that name."""

    def rows(self, table: SplinkDataFrame) -> int:
        """How many rows a table has."""

    def edges(self, scored: SplinkDataFrame) -> pl.DataFrame:
        """The scored pairs as id_l, id_r, match_weight, match_probability."""


class DuckDb:
    """In memory."""

    def __init__(self, threads: int, memory: str) -> None:
        import duckdb  # noqa: PLC0415  (one engine of the two)
        from splink import DuckDBAPI  # noqa: PLC0415

        connection = duckdb.connect()
        connection.execute(f"SET threads = {threads}; SET memory_limit = '{memory}'")
        self._api = DuckDBAPI(connection)

    def registered(self, path: Path, name: str) -> SplinkDataFrame:
        self._api.duckdb_con.execute(f"CREATE TABLE {name}_cleaned AS FROM read_parquet('{path}')")
        return self._api.register(f"{name}_cleaned", dataset_display_name=name)

    def rows(self, table: SplinkDataFrame) -> int:
        return len(table.as_duckdbpyrelation())

    def edges(self, scored: SplinkDataFrame) -> pl.DataFrame:
        found: pl.DataFrame = scored.as_duckdbpyrelation().select(SELECTED).pl()
        return found


class Spark:
    """On threads of this machine, settings as Splink's documentation advises: its jar, and Parquet to break lineage."""

    def __init__(self, threads: int, memory: str) -> None:
        from pyspark.sql import SparkSession  # noqa: PLC0415  (one engine of the two)
        from splink.backends.spark import SparkAPI, similarity_jar_location  # noqa: PLC0415

        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        given = {
            "spark.master": f"local[{threads}]",
            "spark.driver.memory": memory.replace("GB", "g"),
            "spark.jars": similarity_jar_location(),
            "spark.sql.shuffle.partitions": str(4 * threads),
            "spark.default.parallelism": str(4 * threads),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
        }
        builder = SparkSession.builder
        for name, value in given.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._checkpoints = TemporaryDirectory()
        self._session.sparkContext.setCheckpointDir(self._checkpoints.name)
        self._api = SparkAPI(spark_session=self._session, num_partitions_on_repartition=4 * threads)

    def registered(self, path: Path, name: str) -> SplinkDataFrame:
        return self._api.register(self._session.read.parquet(str(path)), dataset_display_name=name)

    def rows(self, table: SplinkDataFrame) -> int:
        return int(table.as_spark_dataframe().count())

    def edges(self, scored: SplinkDataFrame) -> pl.DataFrame:
        return pl.DataFrame(scored.as_spark_dataframe().selectExpr(*SELECTED.split(", ")).toArrow())

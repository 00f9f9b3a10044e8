"""Which engine links: the one that the settings name."""

from __future__ import annotations

import os
from importlib.util import find_spec

from targeting.contracts.config import LinkageSettings
from targeting.errors import UsageError
from targeting.linkage.engines import Engine


def open_engine(settings: LinkageSettings) -> Engine:
    """The engine that the settings name, opened. Raises UsageError when it cannot be had on this machine."""
    match settings.engine:
        case "duckdb":
            from targeting.linkage.engines.duckdb import DuckDbEngine  # noqa: PLC0415  (one engine of the two)

            return DuckDbEngine(settings.threads, settings.memory, settings.spill)
        case "spark":
            check_pyspark()
            from targeting.linkage.engines.spark import SparkEngine  # noqa: PLC0415  (pyspark may be absent)

            here = {"master": None if submitted() else f"local[{settings.threads}]", "memory": settings.memory}
            unsaid = {name: value for name, value in here.items() if getattr(settings.spark, name) is None}
            return SparkEngine(settings.spark.model_copy(update=unsaid))


def submitted() -> bool:
    """Whether spark-submit started this program and says where the work is done."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def check_pyspark() -> None:
    """Raise UsageError unless pyspark is installed."""
    if find_spec("pyspark") is None:
        raise UsageError(
            "--engine spark needs pyspark, which is not installed. Install it with: pip install 'targeting[spark]' "
            "(from a copy of the sources: pip install -e '.[spark]'), or use --engine duckdb."
        )

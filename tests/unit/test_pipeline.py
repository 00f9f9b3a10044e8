"""The spine's own promises: no row lost in silence, no failure unrecorded, no personal value in its record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from targeting import pipeline, store
from targeting.contracts.config import DtsenSources, Limits, PipelineConfig, PpseSources, Source
from targeting.contracts.run import RunContext
from targeting.errors import (
    CountingError,
    PolicyError,
    RunInterruptedError,
    StoreLockedError,
    TooManyRejectedError,
)
from targeting.intake import Partition
from targeting.intake.frames import ISSUE_SCHEMA, REJECTED_SCHEMA


@pytest.fixture
def config() -> PipelineConfig:
    source = Source(path=Path("x.csv"))
    return PipelineConfig(
        id="wub-test",
        purpose="trying the spine",
        districts=("34.04",),
        ppse=PpseSources(households=source),
        dtsen=DtsenSources(families=source, persons=source),
        policy=Path("absent.yaml"),
    )


@pytest.fixture
def context(tmp_path) -> RunContext:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return RunContext("run-1", now, date(2026, 6, 1), seed=1, operator="tester", db=tmp_path / "t.duckdb")


def partition(rows: int, rejected: int) -> Partition:
    """A file of `rows` rows, `rejected` of them refused."""
    accepted = pl.DataFrame({"household_id": [f"H{n}" for n in range(rows - rejected)]})
    refused = pl.DataFrame({"source": ["f.csv"] * rejected}).with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in REJECTED_SCHEMA.items() if name != "source"
    )
    return Partition("f.csv", "00", rows, accepted, refused, pl.DataFrame(schema=ISSUE_SCHEMA))


def households(*ids: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"household_id": ids, "status": ["selected"] * len(ids)}, schema_overrides={"status": pl.String}
    )


@pytest.mark.parametrize("after", [("A",), ("A", "A"), ("A", "B", "C"), ("A", "B", "B")])
def test_a_household_lost_or_doubled_between_two_steps_stops_the_run(after):
    with pytest.raises(CountingError, match="nothing was published"):
        pipeline.check_all_assessed(households("A", "B"), households(*after))


def test_a_household_without_a_status_stops_the_run():
    unranked = households("A", "B").with_columns(status=pl.when(pl.col("household_id") == "A").then("status"))
    with pytest.raises(CountingError, match=r"2 households were assessed and 1 ranked"):
        pipeline.check_all_listed(households("A", "B"), unranked)
    pipeline.check_all_listed(households("A", "B"), households("B", "A"))


def test_a_file_that_loses_more_rows_than_allowed_stops_the_run():
    whole, broken = partition(10, 0), partition(10, 3)
    pipeline.check_rejected_share(pipeline.Intake(whole, broken, whole, whole), Limits(max_rejected_share=0.3))
    with pytest.raises(TooManyRejectedError, match=r"3 of 10 rows were rejected \(30\.0%\)"):
        pipeline.check_rejected_share(pipeline.Intake(whole, broken, whole, whole), Limits(max_rejected_share=0.29))


def test_region_names_are_added_where_the_code_is_known_and_rows_keep_their_order():
    frame = pl.DataFrame({"household_id": ["B", "A"], "kode_desa": ["34.04.01.2001", "99.99.99.9999"]})
    regions = pl.DataFrame({"kode": ["34.04.01.2001"], "nama": ["Balecatur"], "level": [4]})
    named = pipeline.with_region_names(frame, regions)
    assert named.select("household_id", "nama_desa").rows() == [("B", "Balecatur"), ("A", None)]


@pytest.mark.parametrize(
    ("raised", "seen", "recorded", "message"),
    [
        (PolicyError("no such policy"), PolicyError, "PolicyError", "no such policy"),
        (ValueError("a value of somebody"), ValueError, "ValueError", None),
        (KeyboardInterrupt(), RunInterruptedError, "RunInterruptedError", "stopped; nothing was published"),
        (RuntimeError("Query interrupted"), RunInterruptedError, "RunInterruptedError", "stopped"),
    ],
)
def test_a_run_that_fails_has_a_row_with_its_error_and_no_value_of_anybody(
    config, context, monkeypatch, raised, seen, recorded, message
):
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(pipeline, "_work", fail)
    with pytest.raises(seen):
        pipeline.run(config, context)
    [run] = store.runs(context.db)
    assert (run["status"], run["error_class"]) == ("failed", recorded)
    assert (run["error_message"] or "").startswith(message or "")
    assert "somebody" not in str(run)


def test_a_run_stopped_after_it_was_published_says_so(config, context, monkeypatch):
    def publish_and_stop(_config: object, _keys: object, logbook: pipeline.Logbook) -> None:
        store.publish(context.db, logbook.record(), {})
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "_work", publish_and_stop)
    with pytest.raises(RunInterruptedError, match="was published"):
        pipeline.run(config, context)
    assert [run["status"] for run in store.runs(context.db)] == ["published"]


def test_a_second_run_on_the_same_store_does_not_start(config, context):
    with store.run_lock(context.db), pytest.raises(StoreLockedError):
        pipeline.run(config, context)
    assert not context.db.exists()

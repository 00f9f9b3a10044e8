"""What a run is forecast to take: in proportion to the last run, else by what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from targeting.contracts.config import PipelineConfig
from targeting.contracts.run import MEASURED
from targeting.report.forecast import sections
from targeting.report.labels import Language, label
from targeting.running.rates import by_last_run, by_rates

ROOT = Path(__file__).parents[2]
CONTRACTS = ("ppse-household", "ppse-member", "dtsen-family", "dtsen-person")
LAST = {
    "run_id": "r-1",
    "inputs": [{"rows_in": 1_000}],
    "step_seconds": {"intake": 2.0},
    "counts": {"peak_memory_mb": 520, "linkage": {"pairs_scored": 300}},
}


def files(*rows: int) -> list[dict[str, object]]:
    return [
        {"contract": contract, "source": "f", "rows_in": count, "bytes": 1}
        for contract, count in zip(CONTRACTS, rows, strict=True)
    ]


def config(**changes: object) -> PipelineConfig:
    declared = {
        "id": "t",
        "purpose": "mencoba perkiraan",
        "districts": ["34.04"],
        "ppse": {"households": {"path": "h"}, "members": {"path": "m"}},
        "dtsen": {"families": {"path": "f"}, "persons": {"path": "p"}},
        "policy": "p",
    }
    return PipelineConfig.model_validate(declared | changes)


def test_the_last_run_is_scaled_by_rows_and_the_process_is_not_paid_twice():
    told = by_last_run(files(500, 500, 500, 500), LAST)
    assert (told.step_seconds, told.pairs, told.memory_mb, told.judged_by) == ({"intake": 4.0}, 600, 620, "r-1")
    assert by_last_run(files(250, 250, 250, 250), LAST).memory_mb == 520


@pytest.mark.parametrize(
    ("rows", "processor_seconds", "megabytes", "pairs"),
    [
        ((601, 2_119, 4_000, 12_440), 5.3, 431, 8_759),
        ((2_825, 10_117, 31_949, 99_327), 11.9, 614, 187_565),
        ((11_299, 40_690, 127_796, 397_051), 23.1, 1_147, 888_167),
    ],
)
def test_the_rates_are_those_of_measured_runs_within_a_factor_of_two(rows, processor_seconds, megabytes, pairs):
    told = by_rates(files(*rows), config())
    assert told.judged_by == MEASURED
    assert told.pairs is not None
    assert told.memory_mb is not None
    assert 0.5 < sum(told.step_seconds.values()) / processor_seconds < 2
    assert 0.8 < told.memory_mb / megabytes < 1.25
    assert 0.5 < told.pairs / pairs < 2


@pytest.mark.parametrize(
    ("rows", "processor_seconds", "megabytes", "pairs"),
    [
        ((601, 2_119, 4_000, 12_440), 5.2, 385, 8_759),
        ((2_825, 10_115, 31_949, 99_510), 9.4, 574, 138_454),
        ((11_299, 40_728, 127_796, 398_820), 16.5, 1_018, 891_316),
    ],
)
def test_a_run_against_a_snapshot_is_forecast_by_runs_against_snapshots(rows, processor_seconds, megabytes, pairs):
    told = by_rates(files(*rows), config(dtsen={"registry": "r"}))
    assert told.pairs is not None
    assert told.memory_mb is not None
    assert 0.5 < sum(told.step_seconds.values()) / processor_seconds < 2
    assert 0.8 < told.memory_mb / megabytes < 1.25
    assert 0.5 < told.pairs / pairs < 2


def test_with_spark_pairs_are_forecast_and_it_is_said_that_its_time_is_not():
    told = by_rates(files(601, 2_119, 4_000, 12_440), config(linkage={"engine": "spark"}))
    assert told.pairs == by_rates(files(601, 2_119, 4_000, 12_440), config()).pairs
    assert (told.step_seconds, told.memory_mb, told.untold) == ({}, None, "spark")
    _, pairs = sections(told, Language.EN)
    assert pairs.rows == (("pairs compared", f"{told.pairs:,}"),)
    assert "cluster" in label("untold_spark", Language.EN)

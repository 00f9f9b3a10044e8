"""What a run takes, judged by its rows: by the last run of the same job, else by what was measured.

benchmarks/README.md, "What a dry run forecasts", has the measurements that the rates are fitted to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from targeting.contracts.config import PipelineConfig
from targeting.contracts.run import MEASURED, Forecast

PROCESS_MB, MB_A_ROW = 420, 1.2e-3
PAIRS_A_PERSON = 0.043
"""Pairs of a PPSE person, in square roots of the registered persons: the more there are, the finer the blocks."""
STEPS: Mapping[str, tuple[float, float, tuple[str, ...]]] = {
    "policy": (0.04, 0.0, ()),
    "intake": (1.4, 10.7e-6, ("ppse-household", "ppse-member", "dtsen-family", "dtsen-person", "prior-recipient")),
    "linkage": (5.0, 21e-6, ("ppse-member", "dtsen-person")),
    "assessment": (0.06, 21e-6, ("ppse-household",)),
    "ranking": (0.07, 11e-6, ("ppse-household",)),
    "publishing": (0.2, 0.9e-6, ("ppse-household", "ppse-member", "dtsen-family", "dtsen-person")),
    "export": (0.3, 5e-6, ("ppse-household",)),
}
"""Seconds of the processor: of themselves, and a row of these files. With both cores free it takes no longer by the
clock."""

REGISTER = ("dtsen-family", "dtsen-person")
STORED_PROCESS_MB, STORED_MB_A_PERSON = 390, 15.5e-3
STORED_SECONDS_A_PERSON, STORED_SECONDS_A_PAIR = 150e-6, 3e-6
"""Against a snapshot nothing follows the register but the pairs: its rows are read where somebody meets them."""


def by_last_run(inputs: Sequence[Mapping[str, Any]], last: Mapping[str, Any]) -> Forecast:
    """The last run's seconds and pairs in proportion to the rows; its memory too, but for what the process takes."""
    scale = sum(one["rows_in"] for one in inputs) / max(1, sum(one["rows_in"] for one in last["inputs"]))
    peak = last["counts"]["peak_memory_mb"]
    own = None if peak is None else min(peak, PROCESS_MB)
    return Forecast(
        tuple(inputs),
        step_seconds={step: round(value * scale, 1) for step, value in last["step_seconds"].items()},
        pairs=round(last["counts"]["linkage"]["pairs_scored"] * scale),
        memory_mb=None if own is None else round(own + (peak - own) * scale),
        judged_by=last["run_id"],
    )


def by_rates(inputs: Sequence[Mapping[str, Any]], config: PipelineConfig) -> Forecast:
    """An order of magnitude, where there is no last run. With Spark pairs only: its time is that of the cluster."""
    rows = {one["contract"]: one["rows_in"] for one in inputs}
    # A flat file carries one person a household.
    rows.setdefault("ppse-member", rows["ppse-household"])
    pairs = round(PAIRS_A_PERSON * rows["ppse-member"] * sqrt(rows["dtsen-person"]))
    if config.linkage.engine != "duckdb":
        return Forecast(tuple(inputs), {}, pairs=pairs, judged_by=MEASURED, untold=config.linkage.engine)
    stored = config.dtsen.registry is not None
    seconds = {
        step: own + a_row * sum(rows.get(name, 0) for name in files if not (stored and name in REGISTER))
        for step, (own, a_row, files) in STEPS.items()
    }
    memory_mb = PROCESS_MB + MB_A_ROW * sum(one["rows_in"] for one in inputs)
    if stored:
        seconds["linkage"] += STORED_SECONDS_A_PERSON * rows["ppse-member"] + STORED_SECONDS_A_PAIR * pairs
        memory_mb = STORED_PROCESS_MB + STORED_MB_A_PERSON * rows["ppse-member"]
    return Forecast(
        tuple(inputs),
        step_seconds={step: round(value, 1) for step, value in seconds.items()},
        pairs=pairs,
        memory_mb=round(memory_mb),
        judged_by=MEASURED,
    )

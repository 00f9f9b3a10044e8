"""What a run would read and how long it would take, as tables."""

from __future__ import annotations

from typing import Any

from targeting.contracts.run import MEASURED, Forecast
from targeting.report.labels import Language, label
from targeting.report.sections import Section, number, whole


def sections(forecast: Forecast, language: Language) -> list[Section]:
    """The files with their rows; the steps with their seconds, and the pairs, if anybody can say."""
    columns = tuple(label(name, language) for name in ("source", "rows", "megabytes"))
    rows = tuple((one["source"], whole(one["rows_in"]), number(one["bytes"] / 1e6, 1)) for one in forecast.inputs)
    parts = [Section(label("inputs", language), columns, rows, (1, 2))]
    if forecast.judged_by is not None:
        lines = [(label(name, language), number(value, 1)) for name, value in forecast.step_seconds.items()]
        if forecast.step_seconds:
            lines.append((label("total", language), number(sum(forecast.step_seconds.values()), 1)))
        lines.append((label("pairs", language), whole(forecast.pairs)))
        if forecast.untold is None:
            lines.append((label("memory_mb", language), whole(forecast.memory_mb)))
        by_run = f"{label('forecast', language)} ({forecast.judged_by})"
        title = label("forecast_measured", language) if forecast.judged_by == MEASURED else by_run
        parts.append(Section(title, (label("step", language), label("seconds", language)), tuple(lines), (1,)))
    return parts


def as_record(forecast: Forecast) -> dict[str, Any]:
    """The forecast as one JSON document."""
    return {
        "inputs": list(forecast.inputs),
        "step_seconds": dict(forecast.step_seconds),
        "pairs": forecast.pairs,
        "memory_mb": forecast.memory_mb,
        "judged_by": forecast.judged_by,
        "untold": forecast.untold,
    }

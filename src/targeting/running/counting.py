"""A run's counts, and the promise that no household is lost or doubled between two steps."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import polars as pl

from targeting.errors import CountingError
from targeting.intake import Intake, Partition
from targeting.linkage.register import RegisterLinks
from targeting.report import funnel
from targeting.vocabulary import LinkStatus


def check_all_assessed(households: pl.DataFrame, assessment: pl.DataFrame) -> None:
    """Raise CountingError unless each accepted household is assessed once."""
    _check_same(households, assessment, "accepted", "assessed")


def check_all_listed(assessment: pl.DataFrame, candidate: pl.DataFrame) -> None:
    """Raise CountingError unless each assessed household has one candidate row with a status."""
    _check_same(assessment, candidate.filter(pl.col("status").is_not_null()), "assessed", "ranked")


def _check_same(before: pl.DataFrame, after: pl.DataFrame, did: str, does: str) -> None:
    """Each household_id of `before` stands in `after` exactly once."""
    lost = before.join(after, on="household_id", how="anti").height
    doubled = after.height - after.get_column("household_id").n_unique()
    if lost or doubled or before.height != after.height:
        raise CountingError(
            f"{before.height:,} households were {did} and {after.height:,} {does} "
            f"({lost:,} lost, {doubled:,} doubled). Please report this; nothing was published."
        )


def count(taken: Intake, links: RegisterLinks, assessment: pl.DataFrame, candidate: pl.DataFrame) -> dict[str, Any]:
    """The run's counts, from rows in to seats."""
    households, members = taken.households, taken.members
    linked = links.person_link.filter(pl.col("status") == LinkStatus.LINK)
    reviewed = links.person_link.join(linked, on="person_id", how="anti")
    return {
        "households": _rows(households),
        "members": _rows(members)
        | {"linked": linked["person_id"].n_unique(), "review": reviewed["person_id"].n_unique()},
        "links": funnel.count_links(households.accepted, links.household_link),
        "gates": funnel.count_gates(assessment),
        "candidates": funnel.count_statuses(candidate),
        "districts": funnel.count_districts(candidate),
        "linkage": asdict(links.summary),
        "peak_memory_mb": peak_memory_mb(),
    }


def _rows(part: Partition) -> dict[str, int]:
    """Where a file's rows went."""
    return {"rows_in": part.rows_in, "accepted": part.accepted.height, "rejected": part.rejected.height}


def peak_memory_mb() -> int | None:
    """The most memory this process has held, in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  (does not exist on Windows)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3))

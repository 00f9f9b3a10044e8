"""How many rows and households came through each stage: the run's counts and the table that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from targeting.report.labels import Language, label
from targeting.report.sections import Section, whole
from targeting.vocabulary import CandidateStatus, GateOutcome, LinkStatus

ANY_MEMBER = "N01"
"""The gate that fails when every member failed one of their own: counted after those."""


def count_links(households: pl.DataFrame, household_link: pl.DataFrame) -> dict[str, int]:
    """Accepted households that are linked, only under review, or not found in DTSEN; the three add up to all."""
    of_household = household_link.group_by("household_id").agg(linked=(pl.col("status") == LinkStatus.LINK).any())
    found = households.select("household_id").join(of_household, on="household_id", how="left")
    linked = pl.col("linked")
    return found.select(
        linked=linked.fill_null(value=False).sum(),
        review=(~linked).fill_null(value=False).sum(),
        not_found=linked.is_null().sum(),
    ).to_dicts()[0]


def count_gates(assessment: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Households by gate and outcome, and in `remaining` those that failed neither this gate nor one before it."""
    gates = _gates_of(assessment)
    if not gates:
        return {}
    outcomes = assessment.select(
        pl.col("gates").str.json_decode(pl.Struct(dict.fromkeys(gates, pl.String))).struct.unnest()
    )
    counts: dict[str, dict[str, int]] = {}
    alive = pl.lit(value=True)
    for gate in gates:
        alive = alive & (pl.col(gate) != GateOutcome.FAIL).fill_null(value=True)
        counts[gate] = outcomes.select(
            *((pl.col(gate) == outcome).sum().alias(outcome) for outcome in GateOutcome), remaining=alive.sum()
        ).to_dicts()[0]
    return counts


def count_statuses(candidate: pl.DataFrame) -> dict[str, int]:
    """Households by candidate status; each status is there."""
    return {str(status): candidate.filter(pl.col("status") == status).height for status in CandidateStatus}


def count_districts(candidate: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Households by district and candidate status."""
    districts = candidate.get_column("district").unique().drop_nulls().sort()
    return {district: count_statuses(candidate.filter(district=district)) for district in districts}


def section(counts: Mapping[str, Any], language: Language) -> Section:
    """The funnel from rows in to seats."""
    households, links = counts["households"], counts["links"]
    lines: list[tuple[str, int]] = [
        (label("households_rows_in", language), households["rows_in"]),
        (label("households_rejected", language), households["rejected"]),
        (label("households_accepted", language), households["accepted"]),
        (label("households_linked", language), links["linked"]),
        (label("households_review", language), links["review"]),
        (label("households_not_found", language), links["not_found"]),
        (label("members_accepted", language), counts["members"]["accepted"]),
        (label("persons_linked", language), counts["members"]["linked"]),
        (label("persons_review", language), counts["members"]["review"]),
    ]
    if counts["gates"]:
        last_gate = list(counts["gates"].values())[-1]
        lines.append((label("all_gates", language), last_gate["remaining"]))
    lines += [(label(status, language), number) for status, number in counts["candidates"].items()]
    columns = (label("stage", language), label("count", language))
    rows = [(name, whole(n)) for name, n in lines]
    return Section(label("funnel", language), columns, (*rows, *_error_rates(counts, language)), (1,))


def _error_rates(counts: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """What the linkage estimates of its own errors, in per cent with the 95 % interval; nothing where it did not."""
    rates = counts.get("linkage", {}).get("error_rates") or {}
    return [
        (label(name, language), f"{rate['value']:.2%} ({rate['low']:.2%} - {rate['high']:.2%})")
        for name in ("false_link", "missed_link")
        if (rate := rates.get(name)) and rate["value"] is not None
    ]


def gates_section(counts: Mapping[str, Any], gates: Mapping[str, str], language: Language) -> Section:
    """Households by gate and outcome, how many are still in after it, and members it refuses: a gate of members speaks
    of the nominee, who passes as long as anybody does. `gates` has each gate in words."""
    names = ("PASS", "VERIFY", "FAIL", "remaining")
    refused = counts.get("members_refused", {})
    rows = tuple(
        (
            f"{gate} {gates.get(gate, '')}",
            *(whole(outcomes[name]) for name in names),
            whole(refused[gate]) if gate in refused else "",
        )
        for gate, outcomes in counts["gates"].items()
    )
    columns = tuple(label(name, language) for name in ("gate", *names, "members_refused"))
    return Section(label("gates", language), columns, rows, (1, 2, 3, 4, 5))


def inputs_section(inputs: Sequence[Mapping[str, Any]], language: Language) -> Section:
    """Rows in, accepted and rejected of each input file."""
    names = ("rows_in", "accepted", "rejected", "warnings")
    rows = tuple((one["source"], *(whole(one[name]) for name in names)) for one in inputs)
    columns = tuple(label(name, language) for name in ("source", *names))
    return Section(label("inputs", language), columns, rows, (1, 2, 3, 4))


def _gates_of(assessment: pl.DataFrame) -> list[str]:
    """Names of all gates in the order in which they stand, the one that asks for any member at all last."""
    named = assessment.get_column("gates").str.extract_all(r'"([A-Z]\d\d)":').explode().drop_nulls()
    gates = [name.strip('":') for name in named.unique(maintain_order=True)]
    return sorted(gates, key=lambda gate: gate == ANY_MEMBER)

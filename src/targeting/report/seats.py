"""Seats by area, reserves and what they displaced, and what the list rests on: tables of a run's counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language, label
from targeting.report.sections import Section, number, whole

OF_AREA = ("allotted", "selected", "by_merit", "by_reserve", "by_override", "received", "passed_on")
SHOWN = 40
"""Areas on a screen; the run keeps all of them."""


def sections(counts: Mapping[str, Any], language: Language) -> list[Section]:
    """Seats, reserves, and the ground of the list."""
    parts = [_areas(counts, language)]
    if any(counts["reserves"].values()):
        parts.append(_reserves(counts, language))
    return [*parts, _ground(counts, language)]


def _areas(counts: Mapping[str, Any], language: Language) -> Section:
    """One row an area with seats."""
    with_seats = [(area, one) for area, one in counts["seats"].items() if one["allotted"] or one["selected"]]
    rows = [(area, *(whole(one[name]) for name in OF_AREA)) for area, one in with_seats[:SHOWN]]
    if len(with_seats) > SHOWN:
        rows.append((f"... {len(with_seats) - SHOWN}", *("" for _ in OF_AREA)))
    words = ("area", *("filled" if name == "selected" else name for name in OF_AREA))
    columns = tuple(label(name, language) for name in words)
    return Section(label("seats", language), columns, tuple(rows), tuple(range(1, len(columns))))


def _reserves(counts: Mapping[str, Any], language: Language) -> Section:
    """One row a district and group: what it must have, what it has, what that cost."""
    rows = tuple(
        (
            district,
            label(group, language),
            whole(one["needed"]),
            whole(one["seated"]),
            whole(one["by_reserve"]),
            number(one["largest_score_gap"]),
        )
        for district, groups in counts["reserves"].items()
        for group, one in groups.items()
    )
    names = ("area", "reserve", "needed", "seated", "by_reserve", "largest_score_gap")
    columns = tuple(label(name, language) for name in names)
    return Section(label("reserve", language), columns, rows, (2, 3, 4, 5))


def _ground(counts: Mapping[str, Any], language: Language) -> Section:
    """Assumptions, gates that had no data, decisions by persons, visits, earlier participants, the lottery."""
    lottery, prior = counts["lottery"], counts["prior"]
    decided = [f"{label(kind, language)} {one}" for kind, one in counts["overrides"].items() if one]
    lines = [
        ("assumptions", whole(counts["assumptions"])),
        ("not_evaluated", ", ".join(counts["not_evaluated"]) or label("none", language)),
        ("override", ", ".join(decided) or label("none", language)),
        ("borderline", whole(counts["borderline"])),
        ("tied", whole(lottery["tied"])),
        ("committed_before", label("yes" if lottery["committed_before"] else "no", language)),
        ("commitment", lottery["commitment"]),
        ("guessable", label("yes" if lottery.get("guessable") else "no", language)),
    ]
    if prior is not None:
        lines[2:2] = [("prior_linked", whole(prior["linked"])), ("prior_review", whole(prior["review"]))]
    columns = (label("what", language), label("value", language))
    return Section(label("ground", language), columns, tuple((label(name, language), said) for name, said in lines))

"""Why a household stands where it stands: its links, each gate, its score's parts, its distance to the last seat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language, label
from targeting.report.sections import Section, number, whole

PARTS = ("desil", "p_link", "p_poor", "p_extreme", "deprivation", "poverty", "potential", "score")


def standing(found: Mapping[str, Any]) -> dict[str, Any]:
    """Rank, status and how far the score is above (+) or below (-) the district's last seat."""
    candidate, last = found["candidate"], found["last_seat"]
    if candidate is None:
        return {"status": None, "rank": None, "last_seat": None, "distance_to_last_seat": None}
    known = last is not None and candidate["score"] is not None and last["score"] is not None
    return {
        "status": candidate["status"],
        "rank": candidate["rank"],
        "last_seat": last,
        "distance_to_last_seat": candidate["score"] - last["score"] if known else None,
    }


def sections(found: Mapping[str, Any], gates: Mapping[str, str], language: Language) -> list[Section]:
    """The explanation in tables; `gates` has each gate in words, `found` is masked already or was asked to be open."""
    parts = [_members(found, language), _family_links(found, language)]
    if found["assessment"] is not None:
        parts += [_gates(found["assessment"], gates, language), _score_parts(found["assessment"], language)]
    return [*parts, _standing(found, language)]


def _members(found: Mapping[str, Any], language: Language) -> Section:
    """Each member with each of its links."""
    links: dict[str, list[Mapping[str, Any]]] = {}
    for link in found["person_links"]:
        links.setdefault(link["person_id"], []).append(link)
    rows = [
        (
            member["person_id"],
            member["nama"],
            str(member["tanggal_lahir"] or "")[:4],
            link.get("dtsen_person_id"),
            *_evidence(link, language),
        )
        for member in found["members"]
        for link in links.get(member["person_id"], [{}])
    ]
    columns = ("person", "name", "birth", "dtsen_person", "status", "weight", "probability", "method", "margin")
    return _section("members", columns, rows, language, right=(5, 6, 8))


def _family_links(found: Mapping[str, Any], language: Language) -> Section:
    """The families in DTSEN this household may be."""
    rows = [
        (link["dtsen_family_id"], *_evidence(link, language), whole(link["members_linked"]))
        for link in found["household_links"]
    ]
    columns = ("dtsen_family", "status", "weight", "probability", "method", "margin", "members_linked")
    return _section("family_links", columns, rows, language, right=(2, 3, 5, 6))


def _evidence(link: Mapping[str, Any], language: Language) -> tuple[str, str, str, str, str]:
    """Status, weight, probability, method, margin."""
    return (
        label(link.get("status") or "none", language),
        number(link.get("match_weight"), 1),
        number(link.get("match_probability")),
        link.get("method") or "",
        number(link.get("margin"), 1),
    )


def _gates(assessment: Mapping[str, Any], gates: Mapping[str, str], language: Language) -> Section:
    """Every gate's outcome with its words."""
    outcomes: Mapping[str, str] = assessment["gates"] or {}
    rows = [
        (gate, label(outcome or "none", language), gates.get(gate, gate)) for gate, outcome in sorted(outcomes.items())
    ]
    return _section("gates", ("gate", "outcome", "words"), rows, language)


def _score_parts(assessment: Mapping[str, Any], language: Language) -> Section:
    """What the score is made of."""
    rows = [
        (label(part, language), whole(assessment[part]) if part == "desil" else number(assessment[part]))
        for part in PARTS
    ]
    return _section("score_parts", ("part", "value"), rows, language, right=(1,))


def _standing(found: Mapping[str, Any], language: Language) -> Section:
    """Status, rank, last seat, distance."""
    place = standing(found)
    last = place["last_seat"]
    seat = "" if last is None else f"{last['rank']} ({number(last['score'])})"
    distance = place["distance_to_last_seat"]
    rows = [
        (label("status", language), label(place["status"] or "none", language)),
        (label("rank", language), whole(place["rank"])),
        (label("last_seat", language), seat),
        (label("distance", language), "" if distance is None else f"{distance:+.3f}"),
    ]
    if found["candidate"] is not None:
        rows.append((label("p_top_k", language), number(found["candidate"]["p_top_k"])))
        rows.append((label("nominee", language), found["candidate"]["nominee_person_id"] or ""))
    return _section("standing", ("part", "value"), rows, language)


def _section(
    title: str,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    language: Language,
    *,
    right: tuple[int, ...] = (),
) -> Section:
    """A section whose title and columns are in words."""
    return Section(label(title, language), tuple(label(name, language) for name in columns), tuple(rows), right)

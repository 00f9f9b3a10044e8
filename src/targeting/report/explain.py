"""Why a household stands where it stands: its links, each gate, its score's parts, its distance to the last seat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language, label
from targeting.report.sections import Section, number, whole
from targeting.vocabulary import GateOutcome

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


def sections(found: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> list[Section]:
    """The explanation in tables; `reasons` has each code in words; `found` is masked or was asked to be open."""
    parts = [_members(found, language), _family_links(found, language)]
    if found["assessment"] is not None:
        parts += [_gates(found["assessment"], reasons, language), _score_parts(found["assessment"], language)]
    return [*parts, _standing(found, reasons, language)]


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
            label(link.get("status") or "none", language),
            _evidence(link, language),
        )
        for member in found["members"]
        for link in links.get(member["person_id"], [{}])
    ]
    return _section("members", ("person", "name", "birth", "dtsen_person", "status", "evidence"), rows, language)


def _family_links(found: Mapping[str, Any], language: Language) -> Section:
    """The families in DTSEN this household may be."""
    rows = [
        (
            link["dtsen_family_id"],
            label(link["status"], language),
            _evidence(link, language),
            whole(link["members_linked"]),
        )
        for link in found["household_links"]
    ]
    columns = ("dtsen_family", "status", "evidence", "members_linked")
    return _section("family_links", columns, rows, language, right=(3,))


def _evidence(link: Mapping[str, Any], language: Language) -> str:
    """How the link came about, its weight in bits, its probability, its lead over the runner-up."""
    parts = [label(f"method_{link['method']}", language) if link.get("method") else None]
    parts += [
        f"{label(name, language)} {number(link[column], digits)}"
        for name, column, digits in (
            ("weight", "match_weight", 1),
            ("probability", "match_probability", 3),
            ("margin", "margin", 1),
        )
        if link.get(column) is not None
    ]
    return ", ".join(part for part in parts if part)


def _gates(assessment: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> Section:
    """Every gate's outcome with its words: what was found, or for a gate that passed what was not."""
    outcomes: Mapping[str, str | None] = assessment["gates"] or {}
    given = {code.split("-")[0]: code for code in (assessment["reasons"] or "").split(", ")}
    rows = []
    for gate, outcome in sorted(outcomes.items()):
        words = reasons.get(given.get(gate, gate), gate)
        passed = outcome == GateOutcome.PASS
        said = f"{label('not', language)}: {words}" if passed else words
        rows.append((gate, label(outcome or "none", language), said))
    return _section("gates", ("gate", "outcome", "words"), rows, language)


def _score_parts(assessment: Mapping[str, Any], language: Language) -> Section:
    """What the score is made of."""
    sources = assessment.get("poverty_sources") or {}
    rows = [
        (
            label(part, language),
            whole(assessment[part]) if part == "desil" else number(assessment[part]),
            _source(sources.get(part), language),
        )
        for part in PARTS
    ]
    return _section("score_parts", ("part", "value", "told_by"), rows, language, right=(1,))


def _source(told: Mapping[str, str | None] | None, language: Language) -> str:
    """Where a quantity comes from and of which date; empty for one that is worked out here."""
    if not told:
        return ""
    return ", ".join(part for part in (label(f"by_{told['source']}", language), told["date"]) if part)


def _standing(found: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> Section:
    """Status, rank, last seat, distance, who is nominated, and what decided."""
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
        rows += _decisions(found["candidate"], language)
        rows.append((label("nominee", language), found["candidate"]["nominee_person_id"] or ""))
        codes = (found["candidate"]["reasons"] or "").split(", ")
        rows.append((label("reasons", language), "; ".join(reasons.get(code, code) for code in codes)))
    return _section("standing", ("part", "value"), rows, language)


def _decisions(candidate: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Batch, waitlist, visit and what a person decided, where there is any."""
    rows = [
        (label(name, language), str(candidate[name]))
        for name in ("seat_basis", "batch", "waitlist_place", "waitlist_until", "visit_order", "displaced_by")
        if candidate.get(name) is not None
    ]
    if candidate.get("override") is not None:
        said = f"{label(candidate['override'], language)} ({candidate['override_by']}): {candidate['override_reason']}"
        rows.append((label("override", language), said))
    return rows


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

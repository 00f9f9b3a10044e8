"""The chapters on how households are judged: three notions of poverty, and the gates."""

from __future__ import annotations

from collections.abc import Mapping

from targeting.report.html_charts import Bar, bars, in_pages
from targeting.report.html_data_chapters import SHOWN_PLACES, Numbers, cut_places, drawn, place
from targeting.report.html_numbers import SMALL
from targeting.report.html_parts import Chapter, Grid, Note, Part
from targeting.report.html_words import decimal, interval, percent, say, whole
from targeting.report.labels import Language
from targeting.vocabulary import GateOutcome

NOTIONS = ("desil_1", "desil_1_2", "p_extreme", "p_poor", "deprived")
RATES = {"p_extreme": "extreme", "p_poor": "poor"}
AGREEMENT = ("desil_1_and_deprived", "desil_1_only", "deprived_only", "neither")
SOURCES = ("from_expenditure", "from_model", "indicative")


def poverty(numbers: Numbers, language: Language) -> Chapter:
    """The three notions side by side in each district, and where two of them agree."""
    title = say("poverty", language)
    parts: list[Part] = []
    shown = [part for part in numbers["poverty"] if part["district"] == "all" or part["households"] >= SMALL]
    for part in shown[: SHOWN_PLACES + 1]:
        where = place(part["district"], numbers, language)
        charted = [
            Bar(say(name, language), {"n": 100 * value}, percent(value, language))
            for name in NOTIONS
            if (value := _share(part[name])) is not None
        ]
        if charted and part["district"] == "all":
            svg = bars("poverty", charted, language, most=100)
            parts.append(drawn(f"{title}: {where}", svg, language))
        parts.append(_notions(part, where, numbers, language))
    parts += cut_places(len(shown) - 1, numbers, language)
    if len(shown) < len(numbers["poverty"]):
        parts.append(Note(say("small_districts", language)))
    if numbers["rates"] is None:
        parts.append(Note(say("no_policy_file", language)))
    return Chapter("poverty", title, say("poverty_lead", language), (*parts, _agreement(numbers, language)))


def _share(found: Numbers) -> float | None:
    """A notion's share of the households it is known of: counted, or expected by probability."""
    if found["value"] is None:
        return None
    return float(found["value"]) if "hits" in found else float(found["value"]) / found["of"]


def _notions(part: Numbers, where: str, numbers: Numbers, language: Language) -> Grid:
    """One district: each notion's count, share and interval, and the official rate where there is one."""
    rows = []
    for name in NOTIONS:
        found = part[name]
        counted = "hits" in found
        number = whole(found["hits"], language) if counted else decimal(found["value"], 1, language)
        scale = 1 if counted or not found["of"] else found["of"]
        ends = {end: None if found[end] is None else found[end] / scale for end in ("value", "low", "high")}
        rate = _official(name, part["district"], numbers)
        rows.append(
            (
                say(name, language),
                whole(found["of"], language),
                number,
                percent(_share(found), language),
                interval(ends, language),
                percent(rate, language, 2),
            )
        )
    rows += [(say(name, language), "", whole(part[name], language), "", "", "") for name in SOURCES]
    names = ("measure", "known", "number", "share", "interval", "official_rate")
    caption = f"{where}, {whole(part['households'], language)} {say('households', language)}"
    return Grid(caption, tuple(say(name, language) for name in names), tuple(rows), (1, 2, 3, 4, 5))


def _official(notion: str, district: str, numbers: Numbers) -> float | None:
    """The district's official rate of the notion, else none: the national one is not the district's."""
    rates: Mapping[str, float] = (numbers["rates"] or {}).get(RATES.get(notion, ""), {})
    return rates.get("national" if district == "all" else district)


def _agreement(numbers: Numbers, language: Language) -> Grid:
    """Households by decile 1 and deprivation, where both are known."""
    rows = tuple(
        (
            place(part["district"], numbers, language),
            *(whole(part["agreement"][name], language) for name in AGREEMENT),
        )
        for part in numbers["poverty"][: SHOWN_PLACES + 1]
    )
    columns = tuple(say(name, language) for name in ("district", *AGREEMENT))
    return Grid(say("agreement", language), columns, rows, (1, 2, 3, 4))


def gates(numbers: Numbers, reasons: Numbers, language: Language) -> Chapter:
    """Households by gate and outcome, how many are still in, members refused; `reasons` has each gate in words."""
    counts = numbers["counts"]["gates"]
    title = say("gates", language)
    outcomes = (GateOutcome.PASS, GateOutcome.VERIFY, GateOutcome.FAIL)
    charted = [
        Bar(
            f"{gate} {reasons.get(gate, '')}",
            {say(outcome, language): found[outcome] for outcome in outcomes},
            f"{whole(found['FAIL'], language)} {say('FAIL', language)}",
        )
        for gate, found in counts.items()
    ]
    parts: list[Part] = [
        drawn(title, bars(f"gates{page}", some, language), language) for page, some in enumerate(in_pages(charted))
    ]
    names = ("PASS", "VERIFY", "FAIL", "remaining")
    refused = numbers["counts"].get("members_refused", {})
    rows = tuple(
        (
            f"{gate} {reasons.get(gate, '')}",
            *(whole(found[name], language) for name in names),
            whole(refused[gate], language) if gate in refused else "",
        )
        for gate, found in counts.items()
    )
    columns = tuple(say(name, language) for name in ("gate", *names, "members_refused"))
    parts.append(Grid(title, columns, rows, (1, 2, 3, 4, 5)))
    missing = numbers["counts"].get("not_evaluated", [])
    if missing:
        said = ", ".join(f"{gate} {reasons.get(gate, '')}".strip() for gate in missing)
        parts.append(Note(f"{say('not_evaluated', language)}: {said}", loud=True))
    return Chapter("gates", title, say("gates_lead", language), parts)

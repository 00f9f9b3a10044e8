"""The chapters on where the list comes from: summary, files, funnel, data quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.html_charts import Bar, bars
from targeting.report.html_parts import Chapter, Drawing, Facts, Grid, Note, Part
from targeting.report.html_words import percent, say, whole
from targeting.report.labels import Language

SHOWN_RULES = 25
"""Rules in the table of findings; a file that breaks more of them is looked at with `targeting validate`."""
CHARTED_RULES = 12
SHOWN_DISTRICTS = 5
"""Districts beside each other in a table on A4; the rest is summed."""

SHOWN_PLACES = 30
"""Districts with a table, a chart or a list of their own: a page of the whole country would be read by nobody."""

Numbers = Mapping[str, Any]


def place(district: str | None, numbers: Numbers, language: Language) -> str:
    """A district's code and name; `all` and null in words."""
    if district is None:
        return say("no_district", language)
    name = numbers["places"].get(district)
    return f"{district} {name}" if name else say(district, language)


def drawn(title: str, svg: str, language: Language) -> Drawing:
    """A chart with the sentence that stands for it where it cannot be seen."""
    return Drawing(title, say("chart_of", language).format(title=title), svg)


def cut_places(of: int, numbers: Numbers, language: Language) -> list[Part]:
    """How many districts are shown, if not all."""
    if of <= SHOWN_PLACES:
        return []
    said = say("cut_places", language).format(
        shown=whole(SHOWN_PLACES, language), of=whole(of, language), run=numbers["run"]["run_id"]
    )
    return [Note(said, loud=True)]


def summary(numbers: Numbers, language: Language) -> Chapter:
    """The numbers to know before all others."""
    counts = numbers["counts"]
    contending = sum(row["contending"] for row in numbers["fairness"] if row["group"] == "head_sex")
    to_verify = sum(part["to_verify"] for part in numbers["list"])
    shown = [
        ("households_rows_in", counts["households"]["rows_in"]),
        ("households_accepted", counts["households"]["accepted"]),
        ("households_linked", counts["links"]["linked"]),
        ("all_gates", contending),
        ("selected", counts["candidates"]["selected"]),
        ("seats_in_desil_1", numbers["seats_in_desil_1"]["hits"]),
        ("waitlist", counts["candidates"]["waitlist"]),
        ("to_verify", to_verify),
        ("assumptions", counts.get("assumptions")),
    ]
    run = numbers["run"]
    facts = Facts(tuple((say(name, language), whole(number, language)) for name, number in shown))
    rows = (
        (say("run", language), run["run_id"]),
        (say("purpose", language), run["purpose"]),
        (say("as_of", language), str(run["as_of"])),
        (say("operator", language), run["operator"]),
        (say("published_at", language), f"{run['finished_at']:%Y-%m-%d %H:%M}"),
    )
    about = Grid(say("run", language), (say("what", language), say("value", language)), rows)
    return Chapter("summary", say("summary", language), parts=(facts, about))


def inputs(numbers: Numbers, language: Language) -> Chapter:
    """Each file with its hash and where its rows went."""
    names = ("file", "rows_in", "accepted", "rejected", "warnings", "sha256")
    rows = tuple(
        (
            one["source"],
            *(whole(one[name], language) for name in ("rows_in", "accepted", "rejected", "warnings")),
            one["sha256"],
        )
        for one in numbers["inputs"]
    )
    columns = tuple(say(name, language) for name in names)
    grid = Grid(say("inputs", language), columns, rows, (1, 2, 3, 4), cards=True, code=(5,))
    return Chapter("inputs", say("inputs", language), say("inputs_lead", language), (_dates(numbers, language), grid))


def _dates(numbers: Numbers, language: Language) -> Grid:
    """The day that DTSEN describes and the day that ages and dated rules are of."""
    cut_offs = numbers["cut_offs"] or [say("not_stated", language)]
    rows = (
        *((say("cut_off_of_register", language), str(day)) for day in cut_offs),
        (say("reference_date", language), str(numbers["run"]["as_of"])),
    )
    return Grid(say("dates", language), (say("what", language), say("date", language)), rows)


def funnel(numbers: Numbers, language: Language) -> Chapter:
    """From rows in to seats, drawn and told."""
    counts = numbers["counts"]
    stages = [
        ("households_rows_in", counts["households"]["rows_in"]),
        ("households_rejected", counts["households"]["rejected"]),
        ("households_accepted", counts["households"]["accepted"]),
        ("households_linked", counts["links"]["linked"]),
        ("households_review", counts["links"]["review"]),
        ("households_not_found", counts["links"]["not_found"]),
    ]
    if counts["gates"]:
        stages.append(("all_gates", list(counts["gates"].values())[-1]["remaining"]))
    stages += [(name, counts["candidates"][name]) for name in ("selected", "waitlist", "not_selected")]
    rows = [(say(name, language), number) for name, number in stages]
    svg = bars("funnel", [Bar(name, {"n": n}, whole(n, language)) for name, n in rows], language)
    title = say("funnel", language)
    columns = (say("stage", language), say("count", language))
    table = tuple((name, whole(number, language)) for name, number in rows)
    parts = (drawn(title, svg, language), Grid(title, columns, table, (1,)))
    return Chapter("funnel", title, say("funnel_lead", language), parts)


def quality(numbers: Numbers, language: Language) -> Chapter:
    """Findings by rule and district; records with a warning by district."""
    rules = numbers["quality"]["rules"]
    title = say("quality", language)
    parts: list[Part] = []
    if rules:
        charted = [
            Bar(
                f"{one['source']}: {one[f'message_{language.value}']}",
                {"n": one["findings"]},
                whole(one["findings"], language),
            )
            for one in rules[:CHARTED_RULES]
        ]
        parts.append(
            drawn(say("findings_by_rule", language), bars("quality", charted, language, sentences=True), language)
        )
    parts.append(_rules(numbers, language))
    if len(rules) > SHOWN_RULES:
        parts.append(_cut(SHOWN_RULES, len(rules), "validation_issue", numbers, language))
    return Chapter("quality", title, say("quality_lead", language), (*parts, _records(numbers, language)))


def _cut(shown: int, of: int, table: str, numbers: Numbers, language: Language) -> Note:
    """How much of a long table is shown, and where all of it is."""
    said = say("cut_rows", language).format(
        shown=whole(shown, language), of=whole(of, language), run=numbers["run"]["run_id"], table=table
    )
    return Note(said)


def _rules(numbers: Numbers, language: Language) -> Grid:
    """A row a rule: what it finds, how often, where."""
    rules = numbers["quality"]["rules"]
    totals: dict[str, int] = {}
    for one in rules:
        for district, found in one["districts"].items():
            totals[district] = totals.get(district, 0) + found
    shown = sorted(sorted(totals), key=lambda code: -totals[code])[:SHOWN_DISTRICTS]
    more = len(totals) > len(shown)
    rows = []
    for one in rules[:SHOWN_RULES]:
        by_place = [one["districts"].get(code, 0) for code in shown]
        if more:
            by_place.append(sum(one["districts"].values()) - sum(by_place))
        cells = (*by_place, one["no_district"], one["findings"])
        message = one[f"message_{language.value}"]
        rows.append(
            (
                f"{one['rule']}: {message}",
                one["source"],
                say(one["severity"], language),
                *(whole(cell, language) for cell in cells),
            )
        )
    head = [say(name, language) for name in ("rule", "file", "severity")]
    places = [place(code, numbers, language) for code in shown] + ([say("other_districts", language)] if more else [])
    columns = (*head, *places, say("no_district", language), say("findings", language))
    title = say("findings_by_district", language)
    return Grid(title, columns, tuple(rows), tuple(range(3, len(columns))), cards=True)


def _records(numbers: Numbers, language: Language) -> Grid:
    """A row a district: households and members, and how many of them bear a warning."""
    rows = tuple(
        (
            place(one["district"], numbers, language),
            *(
                cell
                for kind in ("households", "members")
                for cell in (
                    whole(one[kind]["of"], language),
                    f"{whole(one[kind]['hits'], language)} ({percent(one[kind]['value'], language)})",
                )
            ),
        )
        for one in numbers["quality"]["districts"][:SHOWN_PLACES]
    )
    names = ("district", "households", "households_with_finding", "members", "members_with_finding")
    columns = tuple(say(name, language) for name in names)
    return Grid(say("warned_by_district", language), columns, rows, (1, 2, 3, 4))

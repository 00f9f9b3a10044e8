"""The chapters on where the list comes from: summary, files, funnel, data quality, linkage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.html_charts import Bar, Dot, bars, dots, in_pages
from targeting.report.html_parts import Chapter, Drawing, Facts, Grid, Note, Part
from targeting.report.html_words import NO_VALUE, decimal, interval, percent, say, whole
from targeting.report.labels import Language

SHOWN_RULES = 25
"""Rules in the table of findings; a file that breaks more of them is looked at with `targeting validate`."""
CHARTED_RULES = 12
ESTIMATED = ("false_link", "missed_link", "not_compared")
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
    return Chapter("inputs", say("inputs", language), say("inputs_lead", language), (grid,))


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
            Bar(f"{one['rule']} ({one['source']})", {"n": one["findings"]}, whole(one["findings"], language))
            for one in rules[:CHARTED_RULES]
        ]
        parts.append(drawn(say("findings_by_rule", language), bars("quality", charted, language), language))
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


def linkage(numbers: Numbers, language: Language) -> Chapter:
    """Links and their estimated errors; who is found less often than others."""
    title = say("rate", language)
    known = [row for row in numbers["link_rates"] if row["rate"]["value"] is not None]
    places = [row for row in known if row["group"] == "district"]
    rows = [row for row in known if row not in places[SHOWN_PLACES:]]
    points = [
        Dot(
            _group(row, numbers, language),
            row["rate"]["value"],
            row["rate"]["low"],
            row["rate"]["high"],
            percent(row["rate"]["value"], language),
        )
        for row in rows
        if not row["small"]
    ]
    charts = [
        drawn(title, dots(f"links{page}", some, language), language) for page, some in enumerate(in_pages(points))
    ]
    table = tuple(
        (
            _group(row, numbers, language),
            whole(row["persons"], language),
            whole(row["rate"]["hits"], language),
            whole(row["review"], language),
            percent(row["rate"]["value"], language),
            interval(row["rate"], language),
            say("small", language) if row["small"] else "",
        )
        for row in rows
    )
    names = ("group", "persons", "link", "review", "rate", "interval", "remark")
    faint = frozenset(number for number, row in enumerate(rows) if row["small"])
    grid = Grid(title, tuple(say(name, language) for name in names), table, (1, 2, 3, 4, 5), faint)
    parts = (*_error_rates(numbers, language), Note(say("rules_not_kept", language)), *charts, grid)
    parts = (*parts, *cut_places(len(places), numbers, language))
    return Chapter("linkage", say("linkage", language), say("linkage_lead", language), parts)


def _group(row: Numbers, numbers: Numbers, language: Language) -> str:
    """A group's kind and value in words."""
    if row["group"] == "all":
        return say("all", language)
    if row["group"] == "district" and row["value"] != "unknown":
        return place(row["value"], numbers, language)
    return f"{say(row['group'], language)}: {say(row['value'], language)}"


def _error_rates(numbers: Numbers, language: Language) -> list[Part]:
    """How many pairs and links there are; what share of them is estimated to be wrong or missing."""
    found = numbers["counts"].get("linkage", {})
    sizes = (
        ("persons_in_register", "registered_persons"),
        ("pairs_scored", "pairs_scored"),
        ("links", "links"),
        ("reviews", "reviews"),
        ("duplicate_persons", "duplicate_persons"),
    )
    rows = [(say(name, language), whole(found.get(key), language), NO_VALUE) for name, key in sizes]
    rows.append((say("expected_share", language), percent(found.get("expected_share_in_register"), language), NO_VALUE))
    rates = found.get("error_rates")
    rows += [
        (say(name, language), percent(rates[name]["value"], language, 2), interval(rates[name], language, 2))
        for name in (ESTIMATED if rates else ())
    ]
    if rates:
        rows.append((say("calibration_error", language), decimal(rates["calibration_error"], 4, language), NO_VALUE))
    columns = tuple(say(name, language) for name in ("what", "estimate", "interval"))
    note = Note(say("error_rates_lead" if rates else "not_estimated", language))
    return [note, Grid(say("linkage", language), columns, tuple(rows), (1, 2))]

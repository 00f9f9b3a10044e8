"""The chapter on links: their errors, who is found less often than others, what agreement weighs, which pairs met."""

from __future__ import annotations

import math
from collections.abc import Mapping

from targeting.contracts.run_report import WEIGHT_STEP
from targeting.report.html_charts import Bar, Dot, Line, bars, dots, in_pages, signed
from targeting.report.html_data_chapters import SHOWN_PLACES, Numbers, cut_places, drawn, place
from targeting.report.html_parts import Chapter, Grid, Note, Part
from targeting.report.html_words import NO_VALUE, decimal, general, interval, percent, say, whole
from targeting.report.labels import Language

ESTIMATED = ("false_link", "missed_link", "not_compared")


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
    how = (*_weights(numbers, language), *_levels(numbers, language), *_rules(numbers, language))
    parts = (*_error_rates(numbers, language), *charts, grid, *cut_places(len(places), numbers, language), *how)
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
        ("unlinkable", "unlinkable"),
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


def _weights(numbers: Numbers, language: Language) -> list[Part]:
    """Links and pairs under review by match weight, and the weights from which a pair is one or the other."""
    steps, limits = numbers["weights"], _thresholds(numbers)
    if not steps:
        return []
    names = [f"{whole(one['low'], language)} ... {whole(one['low'] + WEIGHT_STEP, language)}" for one in steps]
    link, review = say("link", language), say("review", language)
    rows = [
        Bar(name, {link: one["link"], review: one["review"]}, whole(one["link"] + one["review"], language))
        for name, one in zip(names, steps, strict=True)
    ]
    title = say("weights", language)
    most = max(one["link"] + one["review"] for one in steps)
    charts, above = [], 0
    for page, some in enumerate(in_pages(rows)):
        lines = _lines(limits, steps[above]["low"], len(some), language)
        svg = bars(f"weights{page}", some, language, most=most, lines=lines)
        charts.append(drawn(title, svg, language))
        above += len(some)
    cells = tuple(
        (name, whole(one["link"], language), whole(one["review"], language))
        for name, one in zip(names, steps, strict=True)
    )
    grid = Grid(title, (say("bits", language), link, review), cells, (1, 2))
    told = [Note(_told(name, chance, language)) for name, chance in limits.items()]
    return [Note(say("weights_lead", language)), *told, *charts, grid]


def _thresholds(numbers: Numbers) -> dict[str, float]:
    """The probabilities from which a pair is a link or is to be looked at, where the run kept them."""
    found = numbers["counts"].get("linkage", {})
    limits = {
        "threshold_link": (found.get("error_rates") or {}).get("link_threshold"),
        "threshold_review": found.get("review_threshold"),
    }
    return {name: chance for name, chance in limits.items() if chance is not None and 0 < chance < 1}


def _lines(limits: Mapping[str, float], low: float, rows: int, language: Language) -> list[Line]:
    """The thresholds among the rows of a chart whose first row begins at `low` bits."""
    places = {name: (_bits(chance) - low) / WEIGHT_STEP for name, chance in limits.items()}
    return [Line(say(name, language), at) for name, at in places.items() if 0 <= at <= rows]


def _told(name: str, chance: float, language: Language) -> str:
    """A threshold as a probability and in bits."""
    bits = decimal(_bits(chance), 1, language)
    return say(f"{name}_is", language).format(probability=general(chance, language), bits=bits)


def _bits(chance: float) -> float:
    """The log2 odds of a probability."""
    return math.log2(chance / (1 - chance))


def _levels(numbers: Numbers, language: Language) -> list[Part]:
    """m, u and weight of each comparison level, the weights drawn; nothing of a run that did not keep them."""
    found = numbers["counts"].get("linkage", {}).get("levels") or ()
    rows = tuple(
        (
            say(f"column_{one['column']}", language).removeprefix("column_"),
            one[f"level_{language.value}"],
            decimal(one["m"], 7, language),
            decimal(one["u"], 7, language),
            decimal(one["weight"], 1, language),
        )
        for one in found
    )
    if not rows:
        return []
    columns = tuple(say(name, language) for name in ("column", "level", "m", "u", "bits"))
    title = say("levels", language)
    weighed = [
        Bar(f"{row[0]}: {row[1]}", {"bits": one["weight"]}, row[-1]) for row, one in zip(rows, found, strict=True)
    ]
    most = max(abs(one["weight"]) for one in found) or 1
    charts = [
        drawn(title, signed(f"levels{page}", some, language, most=most), language)
        for page, some in enumerate(in_pages(weighed))
    ]
    return [Note(say("levels_lead", language)), *charts, Grid(title, columns, rows, (2, 3, 4), cards=True)]


def _rules(numbers: Numbers, language: Language) -> list[Part]:
    """Pairs by blocking rule, drawn and told; nothing but a word of a run that did not keep them."""
    found = numbers["counts"].get("linkage", {}).get("rules") or ()
    if not found:
        return [Note(say("rules_not_kept", language))]
    rows = tuple(
        (one["rule"], *(whole(one[name], language) for name in ("pairs", "cut_pairs", "largest_block")))
        for one in found
    )
    columns = tuple(say(name, language) for name in ("blocking_rule", "pairs", "cut_pairs", "largest_block"))
    title = say("pairs_by_rule", language)
    counted = [Bar(one["rule"], {"n": one["pairs"]}, whole(one["pairs"], language)) for one in found]
    most = max(one["pairs"] for one in found) or 1
    charts = [
        drawn(title, bars(f"rules{page}", some, language, most=most), language)
        for page, some in enumerate(in_pages(counted))
    ]
    grid = Grid(title, columns, rows, (1, 2, 3), cards=True, code=(0,))
    return [Note(say("pairs_by_rule_lead", language)), *charts, grid]

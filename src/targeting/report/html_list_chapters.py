"""The chapters on the list: candidates, fairness between groups, how firm the seats are and how they were filled."""

from __future__ import annotations

from typing import Any

from targeting.report import tornado
from targeting.report.html_charts import Bar, Dot, bars, dots, in_pages
from targeting.report.html_data_chapters import SHOWN_PLACES, Numbers, cut_places, drawn, place
from targeting.report.html_parts import Chapter, Grid, Note, Part
from targeting.report.html_words import NO_VALUE, decimal, general, interval, percent, say, whole
from targeting.report.labels import Language, to_check
from targeting.report.policy_words import named
from targeting.report.proof_words import word

SHOWN_AREAS = 60
LISTED_STATUSES = ("selected", "waitlist")


def candidates(numbers: Numbers, language: Language) -> Chapter:
    """Each district: its subdistricts, and the list in its order."""
    parts: list[Part] = []
    for part in numbers["list"][:SHOWN_PLACES]:
        where = place(part["district"], numbers, language)
        parts += _subdistricts(part["district"], where, numbers, language)
        rows = tuple(_household(row, language, revealed=numbers["revealed"]) for row in part["households"])
        names = ("rank", "status", "household", "nominee_place", "score_chance", "why", "to_verify")
        columns = tuple(say(name, language) for name in names)
        parts.append(Grid(f"{say('list', language)}: {where}", columns, rows, (0,), cards=True))
        if part["shown"] < part["listed"]:
            said = say("cut_list", language).format(
                shown=whole(part["shown"], language),
                of=whole(part["listed"], language),
                run=numbers["run"]["run_id"],
                district=part["district"],
            )
            parts.append(Note(said, loud=True))
    parts += cut_places(len(numbers["list"]), numbers, language)
    if not parts:
        parts.append(Note(say("no_list", language), loud=True))
    return Chapter("list", say("list", language), say("list_lead", language), parts)


def _subdistricts(district: str, where: str, numbers: Numbers, language: Language) -> list[Part]:
    """Selected and waitlisted households of a district by subdistrict, drawn and told."""
    rows = [one for one in numbers["subdistricts"] if one["district"] == district]
    named = [(one, f"{one['kecamatan'] or ''} {one['name'] or ''}".strip() or say("unknown", language)) for one in rows]
    charted = [
        Bar(
            name,
            {say(status, language): one[status] for status in LISTED_STATUSES},
            " + ".join(whole(one[status], language) for status in LISTED_STATUSES),
        )
        for one, name in named
    ]
    most = max((one["selected"] + one["waitlist"] for one in rows), default=1)
    title = f"{say('kecamatan', language)}: {where}"
    anchor = f"sub{district.replace('.', '')}"
    charts = [
        drawn(title, bars(f"{anchor}-{page}", some, language, most=most), language)
        for page, some in enumerate(in_pages(charted))
    ]
    names = ("households", "desil_1", *LISTED_STATUSES)
    table = tuple((name, *(whole(one[key], language) for key in names)) for one, name in named)
    columns = tuple(say(name, language) for name in ("kecamatan", *names))
    return [*charts, Grid(title, columns, table, (1, 2, 3, 4))]


def _household(row: Numbers, language: Language, *, revealed: bool) -> tuple[str, ...]:
    """One household of the list."""
    nominee = row["nama_calon"] or row["nama_kepala_keluarga"] or NO_VALUE
    who = [nominee, row["nama_desa"], row["nama_kecamatan"]]
    if revealed:
        who[1:1] = [f"NIK {row['nik'] or NO_VALUE}", f"KK {row['no_kk'] or NO_VALUE}"]
    status = say(row["status"], language)
    if row["waitlist_place"] is not None:
        status += f" {row['waitlist_place']}"
    decided = [f"{say('override', language)}: {row['override']}"] if row["override"] else []
    return (
        whole(row["rank"], language),
        status,
        row["household_id"],
        ", ".join(part for part in who if part),
        f"{decimal(row['score'], 3, language)}; {percent(row['p_top_k'], language, 0)}",
        "; ".join(part for part in (*decided, row["reasons"]) if part),
        to_check(row["to_verify"]) or NO_VALUE,
    )


def fairness(numbers: Numbers, language: Language) -> Chapter:
    """Each group's share of the seats, with its interval, beside its share of the households judged."""
    rows = numbers["fairness"]
    title = say("fairness", language)
    charted = [
        Dot(
            f"{say(row['group'], language)}: {say(row['value'], language)}",
            row["of_seats"]["value"],
            row["of_seats"]["low"],
            row["of_seats"]["high"],
            f"{percent(row['of_seats']['value'], language)} / {percent(row['of_households'], language)}",
            row["of_households"],
        )
        for row in rows
        if row["ratio"] is not None and not row["small"]
    ]
    what = say("fairness_chart", language)
    parts: list[Part] = [
        drawn(what, dots(f"fairness{page}", some, language), language) for page, some in enumerate(in_pages(charted))
    ]
    table = tuple(
        (
            f"{say(row['group'], language)}: {say(row['value'], language)}",
            whole(row["households"], language),
            whole(row["contending"], language),
            whole(row["seats"], language),
            percent(row["of_households"], language),
            percent(row["of_seats"]["value"], language),
            interval(row["of_seats"], language),
            decimal(row["ratio"], 2, language),
            _remark(row, language),
        )
        for row in rows
    )
    names = "group households contending seats share_of_households share_of_seats interval ratio remark".split()
    faint = frozenset(number for number, row in enumerate(rows) if row["small"])
    parts.append(Grid(title, tuple(say(name, language) for name in names), table, tuple(range(1, 8)), faint, True))
    return Chapter("fairness", title, say("fairness_lead", language), parts)


def _remark(row: Numbers, language: Language) -> str:
    """What is to be said of a group's ratio."""
    if row["small"]:
        return say("small", language)
    if row["clear"]:
        return say("clear", language)
    return say("low", language) if row["low"] else ""


def sensitivity(numbers: Numbers, language: Language) -> Chapter:
    """Households on the list by tenth of their chance; how firm each district's seats are."""
    found = numbers["sensitivity"]
    title = say("chance", language)
    tenths = [
        (f"{percent(one['low'], language, 0)} – {percent(one['high'], language, 0)}", one) for one in found["tenths"]
    ]
    charted = [
        Bar(
            name,
            {say(status, language): one[status] for status in LISTED_STATUSES},
            " + ".join(whole(one[status], language) for status in LISTED_STATUSES),
        )
        for name, one in tenths
    ]
    statuses = (*LISTED_STATUSES, "not_selected")
    by_tenth = tuple((name, *(whole(one[status], language) for status in statuses)) for name, one in tenths)
    columns = (title, *(say(status, language) for status in statuses))
    names = ("selected", "firm", "border", "remote", "others_within_reach")
    by_district = tuple(
        (
            place(one["district"], numbers, language),
            *(whole(one[name], language) for name in names),
            percent(one["mean_p_top_k"], language, 0),
        )
        for one in [one for one in found["districts"] if one["selected"]][:SHOWN_PLACES]
    )
    heads = tuple(say(name, language) for name in ("district", *names, "mean_p_top_k"))
    parts: tuple[Part, ...] = (
        drawn(title, bars("chance", charted, language), language),
        Grid(title, columns, by_tenth, (1, 2, 3)),
        Grid(say("sensitivity", language), heads, by_district, (1, 2, 3, 4, 5, 6)),
    )
    return Chapter(
        "sensitivity",
        say("sensitivity", language),
        say("sensitivity_lead", language),
        (*parts, *_tornado(found.get("tornado"), language)),
    )


def _tornado(steps: list[Numbers] | None, language: Language) -> list[Part]:
    """Seats that change hands by one number of the policy, drawn and told."""
    if steps is None:
        return [Note(word("no_tornado", language))]
    title = word("tornado", language)
    rows = tuple(
        (
            named(one["parameter"], language),
            f"{general(one['before'], language)} → {general(one['after'], language)}",
            whole(one["changed"], language),
            percent(one["share"], language, 0),
        )
        for one in steps
    )
    columns = tuple(word(name, language) for name in ("parameter", "change", "changed_seats", "of_seats"))
    drawings: list[Part] = [drawn(title, tornado.chart("tornado", steps, language), language)] if steps else []
    return [*drawings, Grid(title, columns, rows, (2, 3))]


def seats(numbers: Numbers, language: Language) -> Chapter:
    """Seats by area, reserves, decisions by persons, the lottery."""
    counts: dict[str, Any] = numbers["counts"]
    of_area = ("allotted", "selected", "by_merit", "by_reserve", "by_override", "received", "passed_on")
    filled = [(area, one) for area, one in counts.get("seats", {}).items() if one["allotted"] or one["selected"]]
    areas = tuple(
        (place(area, numbers, language), *(whole(one[name], language) for name in of_area))
        for area, one in filled[:SHOWN_AREAS]
    )
    columns = tuple(say("filled" if name == "selected" else name, language) for name in ("area", *of_area))
    parts: list[Part] = [Grid(say("seats_title", language), columns, areas, tuple(range(1, 8)))]
    if len(filled) > SHOWN_AREAS:
        said = say("cut_rows", language).format(
            shown=SHOWN_AREAS, of=len(filled), run=numbers["run"]["run_id"], table="candidate"
        )
        parts.append(Note(said))
    reserves = tuple(
        (
            place(district, numbers, language),
            say(group, language),
            *(whole(one[name], language) for name in ("needed", "seated", "by_reserve")),
            decimal(one["largest_score_gap"], 3, language),
        )
        for district, groups in counts.get("reserves", {}).items()
        for group, one in groups.items()
    )
    names = ("area", "reserve", "needed", "seated", "by_reserve", "largest_score_gap")
    if reserves:
        heads = tuple(say(name, language) for name in names)
        parts.append(Grid(say("reserve", language), heads, reserves, (2, 3, 4, 5)))
    return Chapter(
        "seats", say("seats_title", language), say("seats_lead", language), (*parts, _decided(counts, language))
    )


def _decided(counts: Numbers, language: Language) -> Grid:
    """What persons and the lottery decided."""
    lottery = counts.get("lottery", {})
    kinds = ((say(kind, language), number) for kind, number in counts.get("overrides", {}).items())
    rows = [(f"{say('override', language)}: {kind}", whole(number, language)) for kind, number in kinds]
    rows += [
        (say("borderline", language), whole(counts.get("borderline"), language)),
        (say("tied", language), whole(lottery.get("tied"), language)),
        (say("committed_before", language), say("yes" if lottery.get("committed_before") else "no", language)),
        (say("commitment", language), lottery.get("commitment", NO_VALUE)),
        (say("guessable", language), say("yes" if lottery.get("guessable") else "no", language)),
    ]
    prior = counts.get("prior")
    if prior is not None:
        rows += [(say(f"prior_{name}", language), whole(prior[name], language)) for name in ("linked", "review")]
    columns = (say("what", language), say("value", language))
    return Grid(say("overrides", language), columns, tuple(rows), (), code=(1,))

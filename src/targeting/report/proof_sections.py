"""What a list is worth, in tables for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language
from targeting.report.proof_words import fact_words, word, words
from targeting.report.sections import Section, number

MOST_DISTRICTS = 4
"""Districts that a screen has room for; JSON has all."""
GROUP_COLUMNS = ("group", "households", "of_poor", "seats", "short_selected", "short_ratio", "short_eer", "short_ier",
                 "short_told", "remark")  # fmt: skip


def metrics_sections(found: Mapping[str, Any], language: Language) -> list[Section]:
    """Measures pooled and by district, fairness, link recall."""
    parts = [_measures(found, language), _groups(found, language)]
    return [*parts, _recall(found, language)] if found["link_recall"] else parts


def _measures(found: Mapping[str, Any], language: Language) -> Section:
    """A row a measure: the whole with its interval, then the districts."""
    districts = found["districts"][:MOST_DISTRICTS]
    rows = tuple(
        (
            word(name, language),
            _number(told["value"]),
            _span(told),
            *(_number(one["measures"].get(name, {}).get("value")) for one in districts),
        )
        for name, told in found["overall"]["measures"].items()
    )
    heads = (word("measure", language), word("all_districts", language), word("interval", language))
    names = tuple(one["district"] or word("unknown", language) for one in districts)
    columns = tuple(range(1, 3 + len(names)))
    title = f"{word('measures_of', language)}: {word('notion_' + found['notion'], language)}"
    return Section(title, (*heads, *names), rows, columns)


def _groups(found: Mapping[str, Any], language: Language) -> Section:
    """A row a group; of a small one only how many there are."""
    rows = tuple(
        (
            f"{words(row['group'], language)}: {words(row['value'], language)}",
            f"{row['households']:,}",
            f"{row['poor']:,}",
            f"{row['seats']:,}",
            *(_number(row[name]["value"], 3) if name in row else "" for name in
              ("selected", "selection_ratio", "eer", "ier", "told_over_true")),
            word("too_small", language) if row["small"] else word("low_ratio", language) if row["low"] else "",
        )
        for row in found["groups"]
    )  # fmt: skip
    heads = tuple(word(name, language) for name in GROUP_COLUMNS)
    return Section(word("groups_title", language), heads, rows, tuple(range(1, 9)))


def _recall(found: Mapping[str, Any], language: Language) -> Section:
    """True pairs that are links, of all and by group."""
    rows = tuple(
        (
            _of_group(row, language),
            f"{row['pairs']:,}",
            f"{row['linked']:,}",
            "" if row["small"] else _number(row["recall"]["value"]),
            word("too_small", language) if row["small"] else _span(row["recall"]),
        )
        for row in found["link_recall"]
    )
    heads = tuple(word(name, language) for name in ("group", "true_pairs", "found", "recall", "interval"))
    return Section(word("recall_title", language), heads, rows, (1, 2, 3, 4))


def _of_group(row: Mapping[str, Any], language: Language) -> str:
    """Whose pairs they are, and of which group."""
    unit = word(f"unit_{row['unit']}", language)
    return f"{unit}, {words(row['group'], language)}: {words(row['value'], language)}"


MOST_CHANGES = 8


def change_sections(change: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> list[Section]:
    """What the score is made of, the smallest change that alters the outcome, and all that would; `reasons` has each
    gate in words."""
    parts = tuple(
        (word(one["part"], language), *(number(one[name]) for name in ("value", "weight", "contribution")))
        for one in change["parts"]
    )
    made = Section(
        word("contributions", language),
        tuple(word(name, language) for name in ("part", "value", "weight_of", "contribution")),
        parts,
        (1, 2, 3),
    )
    heads = tuple(word(name, language) for name in ("fact", "is_now", "would_be", "score_then", "then"))
    smallest = [] if change["smallest"] is None else [change["smallest"]]
    first = Section(word("smallest_change", language), heads,
                    tuple(_fact(one, reasons, language) for one in smallest), (3,))  # fmt: skip
    others = tuple(_fact(one, reasons, language) for one in change["changes"][1:MOST_CHANGES])
    more = [Section(word("what_if", language), heads, others, (3,))] if others else []
    return [made, first, *more, _needed(change["needed"], language)]


def _fact(one: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> tuple[str, ...]:
    """A change as a row."""
    return (
        fact_words(one["fact"], reasons, language),
        _value(one["from"], language),
        _value(one["to"], language),
        number(one["score"]),
        word(one["status"], language),
    )


def _value(value: Any, language: Language) -> str:
    """A fact's value."""
    match value:
        case None:
            return word("unknown", language)
        case bool():
            return word("yes" if value else "no", language)
        case float():
            return number(value)
        case _:
            return word(str(value), language)


def _needed(needed: Mapping[str, Any], language: Language) -> Section:
    """The values at which the outcome turns."""
    title = word("turns_at", language)
    if needed["given"]:
        title = word("turns_given", language).format(gates=", ".join(needed["given"]))
    rows = [(title, number(needed["score"]) or word("nothing_turns", language))]
    rows += [
        (word("alone", language).format(part=word(name, language)), number(needed[name], 6))
        for name in ("p_extreme", "potential")
        if needed[name] is not None
    ]
    return Section("", (word("what", language), word("value", language)), tuple(rows), (1,))


MOST_MOVES = 60


def simulation_sections(found: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> list[Section]:
    """The overlap by district, and who moves by which reasons."""
    rows = [(*_move(one, language), _why(one, reasons, language)) for one in found["moves"][:MOST_MOVES]]
    return [_overlap(found, " / ".join(found["policies"]), language), _moves(rows, language)]


def difference_sections(found: Mapping[str, Any], language: Language) -> list[Section]:
    """The overlap by district, the causes counted, and who moves by which cause."""
    rows = [
        (*_move(one, language), ", ".join(word(f"cause_{cause}", language) for cause in one["causes"]))
        for one in found["moves"][:MOST_MOVES]
    ]
    named = [*found["differs"], *(name for name, number in found["causes"].items() if number)]
    causes = tuple((word(f"cause_{name}", language), str(found["causes"][name])) for name in dict.fromkeys(named))
    heads = (word("cause", language), word("seats_moved", language))
    counted = Section(word("differs_title", language), heads, causes, (1,))
    return [_overlap(found, " / ".join(found["runs"]), language), counted, _moves(rows, language)]


def sensitivity_sections(found: Mapping[str, Any], language: Language) -> list[Section]:
    """A row a step, the numbers that move most first."""
    rows = tuple(
        (
            one["parameter"],
            f"{one['before']:g} -> {one['after']:g}",
            f"{one['changed']:,}",
            "" if one["share"] is None else f"{one['share']:.0%}",
        )
        for one in found["steps"]
    )
    heads = tuple(word(name, language) for name in ("parameter", "change", "changed_seats", "of_seats"))
    return [Section(word("tornado", language), heads, rows, (2, 3))]


def _overlap(found: Mapping[str, Any], title: str, language: Language) -> Section:
    """Seats of either list and of both."""
    parts = {word("all", language): found["overlap"]["all"], **found["overlap"]["districts"]}
    rows = tuple(
        (
            name or word("unknown", language),
            *(f"{one[column]:,}" for column in ("seats_1", "seats_2", "both", "moved_in", "moved_out")),
            "" if one["share"] is None else f"{one['share']:.0%}",
        )
        for name, one in parts.items()
    )
    names = ("area", "seats_1", "seats_2", "both", "moved_in", "moved_out", "overlap_share")
    heads = tuple(word(name, language) for name in names)
    return Section(f"{word('overlap', language)}: {title}", heads, rows, tuple(range(1, 7)))


def _moves(rows: list[tuple[str, ...]], language: Language) -> Section:
    """Who comes and who goes."""
    names = ("area", "move", "household", "first_list", "second_list", "why_moved")
    shown = tuple(rows) or (("", "", word("nobody_moves", language), "", "", ""),)
    return Section(word("moves", language), tuple(word(name, language) for name in names), shown)


def _move(one: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """District, direction, household, and its standing on both lists."""
    standings = []
    for number_ in (1, 2):
        status, rank = one[f"status_{number_}"], one[f"rank_{number_}"]
        said = word(status or "not_in_pool", language)
        standings.append(said if rank is None else f"{said} ({rank})")
    return (one["district"] or "", word(one["move"], language), one["household_id"], *standings)


def _why(one: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> str:
    """Reasons that one list gives and the other does not; else that the score or the rank is another one."""
    parts = [f"1: {reasons.get(code, code)}" for code in one["only_1"]]
    parts += [f"2: {reasons.get(code, code)}" for code in one["only_2"]]
    return "; ".join(parts) or word("other_rank", language)


def _number(value: float | None, digits: int = 4) -> str:
    """With so many decimals, a dash for nothing."""
    return "-" if value is None else f"{value:.{digits}f}"


def _span(told: Mapping[str, float | None]) -> str:
    """The interval, a dash for none."""
    return "-" if told["low"] is None else f"{told['low']:.3f} - {told['high']:.3f}"

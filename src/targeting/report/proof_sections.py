"""What a list is worth, in tables for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language
from targeting.report.proof_words import word, words
from targeting.report.sections import Section

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
            f"{word('unit_' + row['unit'], language)}, {word(row['group'], language)}: {word(row['value'], language)}",
            f"{row['pairs']:,}",
            f"{row['linked']:,}",
            "" if row["small"] else _number(row["recall"]["value"]),
            word("too_small", language) if row["small"] else _span(row["recall"]),
        )
        for row in found["link_recall"]
    )
    heads = tuple(word(name, language) for name in ("group", "true_pairs", "found", "recall", "interval"))
    return Section(word("recall_title", language), heads, rows, (1, 2, 3, 4))


def _number(value: float | None, digits: int = 4) -> str:
    """With so many decimals, a dash for nothing."""
    return "-" if value is None else f"{value:.{digits}f}"


def _span(told: Mapping[str, float | None]) -> str:
    """The interval, a dash for none."""
    return "-" if told["low"] is None else f"{told['low']:.3f} - {told['high']:.3f}"

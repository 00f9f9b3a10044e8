"""A pair's waterfall and a linkage's forecast as tables in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targeting.report.labels import Language
from targeting.report.linkage_words import word
from targeting.report.sections import Section, number, whole


def explanation_sections(found: Mapping[str, Any], language: Language) -> list[Section]:
    """The waterfall, line by line with its running sum, and what came of it.

    `found`: an explanation as plain data; columns may have `left` and `right`, which are shown if they are there.
    """
    return [_waterfall(found, language), _outcome(found, language)]


def _waterfall(found: Mapping[str, Any], language: Language) -> Section:
    """Prior, evidence, living together; ends at the match weight.

    Columns that are weighed together follow one another behind an "&", their bits beside the first.
    """
    fall = found["waterfall"]
    words = word("prior_words", language).format(one_in=_one_in(1 + 2 ** -fall["prior_bits"]))
    running = fall["prior_bits"]
    rows = [(word("prior", language), words, "", _bits(running), "", _bits(running))]
    for part in fall["evidence"]:
        running += part["bits"]
        bits = _bits(part["bits"]), _bits(part["rarity_bits"]) if abs(part["rarity_bits"]) >= 0.05 else ""
        for place, column in enumerate(part["columns"]):
            one_in = "" if column["one_in"] is None else _one_in(column["one_in"])
            beside = ("", "", "") if place else (*bits, _bits(running))
            rows.append((("& " if place else "") + column["column"], _said(column), one_in, *beside))
    for name, bits_more in (("living_together", fall["living_together_bits"]), ("later", found["later_bits"])):
        running += bits_more
        if name == "living_together" or abs(bits_more) > 1e-9:
            said = word(f"{name}_words", language)
            rows.append((word(name, language), said, "", _bits(bits_more), "", _bits(running)))
    rows.append((word("match_weight", language), "", "", "", "", _bits(found["match_weight"])))
    title = f"{word('pair', language)} {found['id_l']}, {found['id_r']}"
    columns = tuple(word(name, language) for name in ("evidence", "level", "one_in", "bits", "rarity", "running"))
    return Section(title, columns, tuple(rows), (2, 3, 4, 5))


def _bits(bits: float) -> str:
    """Bits with their sign; none for zero."""
    return f"{bits:+.1f}" if abs(bits) >= 0.05 else "0.0"


def _said(column: Mapping[str, Any]) -> str:
    """A column's level in words, and the values if they are shown."""
    said = str(column["words"])
    return f"{said}: {column['left'] or '-'} | {column['right'] or '-'}" if "left" in column else said


def _one_in(many: float) -> str:
    """A count to two digits that matter."""
    digits = max(len(str(int(many))) - 2, 0)
    return f"{round(many, -digits):,.0f}"


def _outcome(found: Mapping[str, Any], language: Language) -> Section:
    """Probability, rivals, thresholds, verdict."""
    best = found["runner_up"]
    runner = word("none", language)
    if best is not None:
        runner = f"{best['id_l']}, {best['id_r']} ({number(best['match_weight'], 1)} {word('bits', language)})"
    limits = word("threshold_words", language).format(
        link=number(found["link_threshold"], 2), review=number(found["review_threshold"], 2)
    )
    margin = found["margin_bits"]
    rows = [
        ("match_weight", f"{number(found['match_weight'], 1)} {word('bits', language)}"),
        ("probability_alone", number(found["probability_alone"], 6)),
        ("probability_among_rivals", number(found["probability_among_rivals"], 6)),
        ("runner_up", runner),
        ("margin", word("none", language) if margin is None else f"{margin:+.1f} {word('bits', language)}"),
        ("thresholds", limits),
        ("verdict", word(found["verdict"], language)),
        ("method", word(found["method"] or "none", language)),
        ("rules", "\n".join(found["rules"]) or word("none", language)),
    ]
    columns = (word("what", language), word("value", language))
    return Section(word("outcome", language), columns, tuple((word(name, language), value) for name, value in rows), ())


def profile_sections(found: Mapping[str, Any], language: Language) -> list[Section]:
    """Records and how many can meet anyone, pairs by rule, forecast."""
    what = (word("records", language), word("left", language), word("right", language))
    counts = tuple(
        (word(name, language), whole(found["left"].get(name)), whole(found["right"].get(name)))
        for name in ("all_records", "exact_pass", "unlinkable", "without_partner", "only_cut")
    )
    columns = ("rule", "pairs", "cut_pairs", "largest_block")
    rules = tuple(
        (
            one["rule"],
            whole(one["pairs"]),
            whole(one["cut_pairs"]),
            next((f"{left:,} x {right:,}" for left, right in one["largest_blocks"]), ""),
        )
        for one in found["rules"]
    )
    forecast = tuple(
        (word(name, language), number(value, 1) if isinstance(value, float) else whole(value))
        for name, value in found["forecast"].items()
    )
    return [
        Section(word("records", language), what, counts, (1, 2)),
        Section(word("blocking", language), tuple(word(name, language) for name in columns), rules, (1, 2, 3)),
        Section(word("forecast", language), (word("what", language), word("value", language)), forecast, (1,)),
    ]

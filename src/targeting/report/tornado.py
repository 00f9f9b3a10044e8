"""The tornado: seats that change hands when one number of the policy is lower or higher, the most sensitive on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from targeting.report.html_charts import AMBER, TEAL, Bar, row_axis, row_names, svg_of
from targeting.report.html_text import drawable
from targeting.report.html_words import general, whole
from targeting.report.labels import Language
from targeting.report.policy_words import called
from targeting.report.proof_words import word

SVG, NAMESPACE = "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '


@dataclass(frozen=True)
class Wing:
    """The steps of one number to one side of what it is: the one that moves most."""

    after: float
    changed: int


def chart(name: str, steps: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The SVG for a page: a row a number, to the left what a lower value moves, to the right what a higher one does."""
    rows = list(dict.fromkeys(step["parameter"] for step in steps))
    wings = [[_wing(parameter, steps, side) for side in (-1, 1)] for parameter in rows]
    named = [
        Bar(called(parameter, language), {}, _text(pair, language)) for parameter, pair in zip(rows, wings, strict=True)
    ]
    data = [
        {"row": place, "side": drawable(word(side, language)), "value": sign * wing.changed}
        for place, pair in enumerate(wings)
        for side, sign, wing in zip(("lower", "higher"), (-1, 1), pair, strict=True)
        if wing is not None
    ]
    longest = max((wing.changed for pair in wings for wing in pair if wing is not None), default=0) or 1
    sides = [drawable(word(side, language)) for side in ("lower", "higher")]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    drawn = base.mark_bar(height=12, yOffset=7).encode(
        x=alt.X("value:Q", stack=None, scale=alt.Scale(domain=[-longest, longest], nice=False), axis=None),
        color=alt.Color(
            "side:N",
            legend=alt.Legend(title=None, orient="top", symbolType="square"),
            sort=sides,
            scale=alt.Scale(domain=sides, range=[AMBER, TEAL]),
        ),
    )
    return svg_of(name, alt.layer(drawn, *row_names(named)), len(rows), language)


def drawing(steps: Sequence[Mapping[str, Any]], language: Language) -> str:
    """The chart as a file of its own."""
    return chart("tornado", steps, language).replace(SVG, NAMESPACE, 1)


def _wing(parameter: str, steps: Sequence[Mapping[str, Any]], side: int) -> Wing | None:
    """Of a number's steps to one side the one that moves most."""
    there = [
        Wing(one["after"], one["changed"])
        for one in steps
        if one["parameter"] == parameter and (one["after"] - one["before"]) * side > 0
    ]
    return max(there, key=lambda wing: wing.changed, default=None)


def _text(pair: Sequence[Wing | None], language: Language) -> str:
    """What the number is changed to on each side, and the seats it moves."""
    seats = word("seats_short", language)
    told = (
        f"{general(wing.after, language)}: {whole(wing.changed, language)} {seats}" for wing in pair if wing is not None
    )
    return "; ".join(told)

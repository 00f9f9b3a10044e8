"""Charts of the report as SVG to be set into a page: drawn offline, each row's name above its bar so that it can be
read on a telephone."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import altair as alt
import vl_convert

from targeting.report.html_text import drawable
from targeting.report.labels import Language
from targeting.report.linkage_charts import FONT, FORMATS, INK

TEAL, AMBER, SLATE, RULE = "#0f766e", "#b45309", "#64748b", "#e4e7eb"
"""Each at least 3 to 1 on white, and told apart in grey and by the colour-blind."""
WIDTH, STEP = 420, 34
TALL_STEP, LETTERS_A_LINE = 50, 54
"""Of rows whose names are sentences: two lines each."""
ROWS_A_CHART = 18
"""More would not fit a printed page with its heading."""


@dataclass(frozen=True)
class Bar:
    """One row: its name, what its bar is made of by class, and the words beside the name."""

    name: str
    parts: Mapping[str, float]
    text: str


@dataclass(frozen=True)
class Dot:
    """One row: a value between the ends of its interval; a second value to compare with, if any."""

    name: str
    value: float
    low: float
    high: float
    text: str
    beside: float | None = None


@dataclass(frozen=True)
class Line:
    """A line across a chart of bars: `at` counts rows from the top and may lie within one."""

    name: str
    at: float


Row = TypeVar("Row", Bar, Dot)


def in_pages(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows cut into charts that fit a page each and are of one height."""
    charts = math.ceil(len(rows) / ROWS_A_CHART)
    each = math.ceil(len(rows) / charts) if charts else 1
    return [rows[start : start + each] for start in range(0, len(rows), each)]


def bars(
    name: str,
    rows: Sequence[Bar],
    language: Language,
    *,
    most: float | None = None,
    lines: Sequence[Line] = (),
    sentences: bool = False,
) -> str:
    """Stacked bars from zero; one class a colour. `most` is where the scale ends if not at the longest bar, `lines`
    are drawn across; names that are `sentences` have two lines."""
    classes = list(dict.fromkeys(drawable(part) for row in rows for part in row.parts))
    data = [
        {"row": place, "class": drawable(part), "order": classes.index(drawable(part)), "value": value}
        for place, row in enumerate(rows)
        for part, value in row.parts.items()
    ]
    longest = most or max((sum(row.parts.values()) for row in rows), default=0) or 1
    legend = alt.Legend(title=None, orient="top", symbolType="square") if len(classes) > 1 else None
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    drawn = base.mark_bar(height=12, yOffset=15 if sentences else 7).encode(
        x=alt.X("value:Q", stack=True, scale=alt.Scale(domain=[0, longest], nice=False), axis=None),
        color=alt.Color(
            "class:N", legend=legend, sort=classes, scale=alt.Scale(domain=classes, range=[TEAL, AMBER, SLATE])
        ),
        order="order:Q",
    )
    layers = alt.layer(drawn, *row_names(rows, sentences=sentences), *across(lines))
    return svg_of(name, layers, len(rows), language, TALL_STEP if sentences else STEP)


def signed(name: str, rows: Sequence[Bar], language: Language, *, most: float) -> str:
    """Bars to the right of the middle for what is above zero, to the left for what is below; `most` is where the scale
    ends on either side. Each row has one part."""
    data = [
        {"row": place, "side": "for" if value >= 0 else "against", "value": value}
        for place, row in enumerate(rows)
        for value in row.parts.values()
    ]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    drawn = base.mark_bar(height=12, yOffset=7).encode(
        x=alt.X("value:Q", scale=alt.Scale(domain=[-most, most], nice=False), axis=None),
        color=alt.Color("side:N", legend=None, scale=alt.Scale(domain=["for", "against"], range=[TEAL, AMBER])),
    )
    return svg_of(name, alt.layer(drawn, *row_names(rows)), len(rows), language)


def across(lines: Sequence[Line]) -> list[Any]:
    """Each line between the rows' names and words, its own name on it on a white ground, to be read over a bar."""
    marks: list[Any] = []
    for line in lines:
        base = alt.Chart(alt.InlineData(values=[{"name": drawable(line.name)}])).encode(y=alt.value(STEP * line.at))
        named = base.encode(x=alt.value(WIDTH / 4), text="name:N")
        marks += [
            base.mark_rule(color=INK, strokeDash=[5, 3], strokeWidth=1.5).encode(
                x=alt.value(WIDTH / 5), x2=alt.value(WIDTH * 0.85)
            ),
            named.mark_text(align="left", fontSize=12, limit=240, stroke="white", strokeWidth=6),
            named.mark_text(align="left", fontSize=12, limit=240, color=INK, fontWeight="bold"),
        ]
    return marks


def dots(name: str, rows: Sequence[Dot], language: Language) -> str:
    """Shares with their intervals on one scale from the lowest end to the highest; a tick for the value beside."""
    data = [
        {"row": place, "value": row.value, "low": row.low, "high": row.high, "beside": row.beside}
        for place, row in enumerate(rows)
    ]
    ends = [end for row in rows for end in (row.low, row.high, row.beside) if end is not None]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = max(0.02, (high - low) * 0.05)
    scale = alt.Scale(domain=[max(0.0, low - room), min(1.0, high + room)], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5, title=None, domain=False, ticks=False, gridColor=RULE)
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    lines = base.mark_rule(color=TEAL, strokeWidth=2, yOffset=5).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1, color=TEAL, yOffset=5).encode(x="value:Q")
    ticks = (
        base.transform_filter("isValid(datum.beside)")
        .mark_tick(color=AMBER, thickness=3, height=14, yOffset=5)
        .encode(x="beside:Q")
    )
    return svg_of(name, alt.layer(lines, points, ticks, *row_names(rows)), len(rows), language)


def row_axis(rows: int) -> alt.Y:
    """A band a row, in the order given."""
    return alt.Y("row:O", axis=None, sort=None, scale=alt.Scale(domain=list(range(rows)), paddingInner=0))


def row_names(rows: Sequence[Bar | Dot], *, sentences: bool = False) -> list[Any]:
    """The name of each row to the left above its bar, in two lines where it is a sentence; its words to the right."""
    named = [two_lines(row.name) if sentences else drawable(row.name) for row in rows]
    data = [{"row": at, "name": named[at], "text": drawable(row.text)} for at, row in enumerate(rows)]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    styles: list[tuple[str, dict[str, Any], int]] = [
        ("name", {"align": "left", "color": INK}, 0),
        ("text", {"align": "right", "color": "#3d4852"}, WIDTH),
    ]
    return [
        base.mark_text(
            baseline="middle",
            dy=-18 if sentences else -8,
            fontSize=13,
            limit=360,
            lineBreak="\n",
            lineHeight=15,
            **style,
        ).encode(x=alt.value(at), text=f"{field}:N")
        for field, style, at in styles
    ]


def two_lines(name: str) -> str:
    """A sentence broken between two words; what is longer than two lines ends in dots."""
    return "\n".join(textwrap.wrap(drawable(name), LETTERS_A_LINE, max_lines=2, placeholder=" …"))


def svg_of(name: str, chart: Any, rows: int, language: Language, step: int = STEP) -> str:
    """The drawing, to stand in a page among others: its inner names are its own, and it names no address.

    Nothing may be fetched while it is drawn; a chart that asked for it would fail.
    """
    whole = (
        chart.properties(width=WIDTH, height=step * max(rows, 1))
        .configure(font=FONT, background="white", padding=4)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, labelColor="#3d4852")
        .configure_legend(labelFontSize=12, labelColor=INK, offset=4, labelLimit=300)
    )
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    drawn = vl_convert.vegalite_to_svg(
        whole.to_dict(), vl_version=version, allowed_base_urls=[], format_locale=FORMATS[language]
    )
    return for_page(name, str(drawn))


def for_page(name: str, svg: str) -> str:
    """The drawing with its clips and gradients numbered from 0 under its own name, without the namespaces that HTML
    does not need; the page says how wide it is."""
    seen: dict[str, str] = {}
    numbered = re.sub(
        r"\b(clip|gradient_)\d+\b", lambda found: seen.setdefault(found[0], f"{name}-{found[1]}{len(seen)}"), svg
    )
    opening, rest = numbered.split(">", 1)
    opening = re.sub(r' (xmlns(:\w+)?|width|height|class)="[^"]*"', "", opening)
    return f'{opening} focusable="false" aria-hidden="true">{rest}'

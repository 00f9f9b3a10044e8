"""Charts of a linkage as SVG files and one page that shows them: drawn here, with nothing fetched from anywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from targeting.report.html_text import drawable
from targeting.report.labels import Language
from targeting.report.linkage_words import word

CHARTS = ("levels", "weights", "histogram", "reliability", "blocking")
"""Names of the files, in the order of the page."""

SAME, STRANGER, HOME, AGAINST, INK, FAINT = "#0f766e", "#b8bcc4", "#d99a2b", "#b4532a", "#1f2933", "#d5d9e0"
"""Told apart by the colour-blind, and in grey."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH, STEP = 520, 11

FORMATS: Mapping[Language, dict[str, Any]] = {
    Language.EN: {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    Language.ID: {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]},
}


@dataclass(frozen=True)
class LinkageFrames:
    """What is drawn.

    levels: column, level, m, u, r, weight, low, high; weights: weight, pairs, expected_matches; accuracy: threshold,
    precision, recall; thresholds: name (link, review), weight; rules: rule, pairs, cut_pairs; prior_bits.
    """

    levels: pl.DataFrame
    weights: pl.DataFrame
    accuracy: pl.DataFrame
    thresholds: pl.DataFrame
    rules: pl.DataFrame
    prior_bits: float


def draw(frames: LinkageFrames, language: Language) -> dict[str, str]:
    """Each file's name and text: the charts as SVG, index.html. The same frames give the same bytes."""
    levels, rules = _drawable(frames.levels, "column", "level"), _drawable(frames.rules, "rule")
    charts = {
        "levels": _levels(levels, language),
        "weights": _weights(levels, frames.prior_bits, language),
        "histogram": _histogram(frames.weights, frames.thresholds, language),
        "reliability": _reliability(frames.accuracy, frames.thresholds, language),
        "blocking": _blocking(rules, language),
    }
    files = {f"{name}.svg": _svg(charts[name], language) for name in CHARTS}
    return files | {"index.html": _page(language)}


def _drawable(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The frame with the texts that come out of a spec made fit for a drawing."""
    fit = [pl.Series(name, [drawable(text) for text in frame[name]], dtype=pl.String) for name in names]
    return frame.with_columns(fit)


def _svg(chart: alt.TopLevelMixin, language: Language) -> str:
    """The drawing. No address may be fetched, so that a spec with one would fail rather than call out."""
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    drawn = vl_convert.vegalite_to_svg(
        chart.to_dict(), vl_version=version, allowed_base_urls=[], format_locale=FORMATS[language]
    )
    return renumbered(str(drawn)) + "\n"


def renumbered(svg: str) -> str:
    """The same drawing with its clips numbered from 0: the renderer counts on through all drawings of a process."""
    seen: dict[str, str] = {}
    return re.sub(r"\b(clip|gradient_)\d+\b", lambda found: seen.setdefault(found[0], f"{found[1]}{len(seen)}"), svg)


def _themed(chart: Any) -> Any:
    """One look for all."""
    quiet = {"domain": False, "ticks": False, "gridColor": "#eceef2", "labelColor": "#3d4852", "titleColor": "#3d4852"}
    return (
        chart.configure(font=FONT, background="white", padding=14)
        .configure_view(stroke=None)
        .configure_axis(**quiet, labelFontSize=11, titleFontSize=11, titleFontWeight="normal", titlePadding=8)
        .configure_title(fontSize=13, anchor="start", frame="group", color=INK, offset=6)
        .configure_legend(labelFontSize=11, title=None, orient="top", symbolType="square", labelColor=INK, offset=8)
        .configure_concat(spacing=14)
    )


def _rows(frame: pl.DataFrame) -> alt.InlineData:
    """A frame as data of a chart, numbers to seven digits."""
    rows = [
        {name: float(f"{value:.7g}") if isinstance(value, float) else value for name, value in row.items()}
        for row in frame.to_dicts()
    ]
    return alt.InlineData(values=rows)


def _number(value: float, digits: int, language: Language) -> str:
    """A number as the language writes it."""
    written = f"{value:,.{digits}f}"
    return written if language is Language.EN else written.translate(str.maketrans(",.", ".,"))


def _signed(bits: float, language: Language) -> str:
    """Bits with their sign."""
    sign = "" if abs(bits) < 0.05 else "+" if bits > 0 else "\N{MINUS SIGN}"
    return sign + _number(abs(bits), 1, language)


def _percent(share: float, language: Language) -> str:
    """A share with two digits that count, however small."""
    percent = 100 * share
    digits = 1 if percent >= 1 else min(6, 1 - math.floor(math.log10(max(percent, 1e-6))))
    return f"{_number(percent, digits, language)}%"


def _levels(levels: pl.DataFrame, language: Language) -> Any:
    """A panel a column: bars of m, u and r at each level."""
    classes = [name for name in ("m", "u", "r") if levels[name].count()]
    named = {name: word(name, language) for name in classes}
    long = levels.unpivot(classes, index=["column", "level"], variable_name="class", value_name="share")
    long = long.with_columns(
        pl.col("class").replace_strict(named, return_dtype=pl.String),
        text=pl.Series([_percent(share, language) for share in long["share"]], dtype=pl.String),
    )
    colours = alt.Scale(domain=list(named.values()), range=[SAME, STRANGER, HOME][: len(named)])
    panels = []
    columns = levels["column"].unique(maintain_order=True).to_list()
    for column in columns:
        own = levels.filter(pl.col("column") == column)["level"].to_list()
        last = column == columns[-1]
        base: Any = alt.Chart(_rows(long.filter(pl.col("column") == column))).encode(
            y=alt.Y("level:N", sort=own, title=None, axis=_level_axis()),
            yOffset=alt.YOffset("class:N", sort=list(named.values())),
        )
        share = alt.X(
            "share:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labels=last),
            title=word("share", language) if last else None,
        )
        bars = base.mark_bar(height=STEP - 2, cornerRadiusEnd=1.5).encode(
            x=share, color=alt.Color("class:N", scale=colours, sort=list(named.values()))
        )
        texts = base.mark_text(align="left", dx=4, fontSize=9, color="#52606d").encode(x=share, text="text:N")
        height = len(own) * (len(named) * STEP + 8)
        panels.append((bars + texts).properties(width=WIDTH, height=height, title=column))
    return _themed(alt.vconcat(*panels).resolve_scale(color="shared"))


def _level_axis() -> alt.Axis:
    """Levels to the left, never cut short."""
    return alt.Axis(labelLimit=330, grid=False, labelPadding=8)


def _weights(levels: pl.DataFrame, prior_bits: float, language: Language) -> Any:
    """A panel a column: the bits of each level, and how far rarity moves them."""
    reach = [prior_bits, *(value for name in ("weight", "low", "high") for value in levels[name].drop_nulls())]
    domain = [math.floor(min(reach) / 5 - 0.5) * 5, math.ceil(max(reach) / 5 + 0.5) * 5]
    prior = pl.DataFrame(
        {"column": word("prior", language), "level": "", "weight": prior_bits, "low": None, "high": None},
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    )
    rows = pl.concat([prior, levels.select(prior.columns)]).with_columns(
        end=pl.when(pl.col("weight") > 0)
        .then(pl.max_horizontal("weight", "high"))
        .otherwise(pl.min_horizontal("weight", "low")),
        sign=pl.when(pl.col("weight") > 0).then(pl.lit("for")).otherwise(pl.lit("against")),
    )
    texts = [_signed(weight, language) for weight in rows["weight"]]
    rows = rows.with_columns(text=pl.Series(texts, dtype=pl.String))
    columns = rows["column"].unique(maintain_order=True).to_list()
    panels = [
        _weight_panel(rows.filter(pl.col("column") == column), column, domain, column == columns[-1], language)
        for column in columns
    ]
    return _themed(alt.vconcat(*panels))


def _weight_panel(rows: pl.DataFrame, column: str, domain: list[int], last: bool, language: Language) -> Any:
    """One column's bars from zero, range lines and numbers."""
    own = rows["level"].to_list()
    base: Any = alt.Chart(_rows(rows)).encode(y=alt.Y("level:N", sort=own, title=None, axis=_level_axis()))
    title = word("weight", language) if last else None
    axis = alt.Axis(labels=last, values=list(range(domain[0], domain[1] + 1, 5)))
    bits = alt.X("weight:Q", scale=alt.Scale(domain=domain, nice=False), title=title, axis=axis)
    colour = alt.Color("sign:N", legend=None, scale=alt.Scale(domain=["for", "against"], range=[SAME, AGAINST]))
    bars = base.mark_bar(height=11, cornerRadiusEnd=1.5).encode(x=bits, color=colour)
    lines = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(color=INK, strokeWidth=1.2)
        .encode(x=alt.X("low:Q"), x2="high:Q")
    )
    ends = [
        base.transform_filter("isValid(datum.low)")
        .mark_tick(color=INK, height=7, width=1.2, orient="vertical")
        .encode(x=f"{end}:Q")
        for end in ("low", "high")
    ]
    texts = [
        base.transform_filter(f"datum.sign === '{sign}'")
        .mark_text(align=align, dx=shift, fontSize=9.5, color="#52606d")
        .encode(x="end:Q", text="text:N")
        for sign, align, shift in (("for", "left", 6), ("against", "right", -6))
    ]
    zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule(color="#9aa5b1").encode(x=alt.datum(0))
    layers = alt.layer(bars, lines, *ends, zero, *texts)
    return layers.properties(width=WIDTH, height=max(22, 19 * len(own)), title=column)


def _histogram(weights: pl.DataFrame, thresholds: pl.DataFrame, language: Language) -> Any:
    """All pairs and those expected to be one person, by weight, with the thresholds."""
    named = {name: word(name, language) for name in ("all_pairs", "expected_matches")}
    bins = weights.rename({"pairs": "all_pairs"}).with_columns(
        pl.col("all_pairs").cast(pl.Float64), to=pl.col("weight") + 1
    )
    long = bins.unpivot(list(named), index=["weight", "to"], variable_name="class", value_name="pairs").with_columns(
        pl.col("class").replace_strict(named, return_dtype=pl.String)
    )
    most = float(bins["all_pairs"].max() or 1.0)  # type: ignore[arg-type]
    ticks = [0.0, *(10.0**power for power in range(math.ceil(math.log10(max(most, 10))) + 1))]
    bars = (
        alt.Chart(_rows(long))
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("weight:Q", bin="binned", title=word("weight", language), axis=alt.Axis(grid=False, tickCount=12)),
            x2="to:Q",
            y=alt.Y(
                "pairs:Q",
                stack=None,
                scale=alt.Scale(type="symlog", constant=1, domain=[0, ticks[-1]]),
                axis=alt.Axis(values=ticks, format=",.0f"),
                title=word("pairs_axis", language),
            ),
            color=alt.Color(
                "class:N", sort=list(named.values()), scale=alt.Scale(domain=list(named.values()), range=[FAINT, SAME])
            ),
        )
    )
    return _themed((bars + _marks(thresholds, language, 2)).properties(width=700, height=300))


def _marks(thresholds: pl.DataFrame, language: Language, names_at: int) -> Any:
    """A line at each threshold, its name some pixels below the top and on the side away from the other."""
    rows = thresholds.sort("weight").with_columns(
        name=pl.Series([word(f"{name}_threshold", language) for name in thresholds.sort("weight")["name"]]),
    )
    marks: list[Any] = []
    for place, row in enumerate(rows.iter_slices(1)):
        base: Any = alt.Chart(_rows(row)).encode(x="weight:Q")
        side = {"align": "right", "dx": -4} if place == 0 else {"align": "left", "dx": 4}
        marks.append(base.mark_rule(color=AGAINST, strokeDash=[4, 3], strokeWidth=1.2))
        marks.append(
            base.mark_text(**side, baseline="top", fontSize=10.5, color=AGAINST).encode(
                y=alt.value(names_at), text="name:N"
            )
        )
    return alt.layer(*marks)


def _reliability(accuracy: pl.DataFrame, thresholds: pl.DataFrame, language: Language) -> Any:
    """Expected precision and recall by threshold."""
    named = {name: word(name, language) for name in ("precision", "recall")}
    long = accuracy.unpivot(list(named), index="threshold", variable_name="class", value_name="share").with_columns(
        pl.col("class").replace_strict(named, return_dtype=pl.String)
    )
    lines = (
        alt.Chart(_rows(long))
        .mark_line(strokeWidth=2.2, interpolate="step-after")
        .encode(
            x=alt.X("threshold:Q", title=word("threshold", language), axis=alt.Axis(grid=False, tickCount=12)),
            y=alt.Y(
                "share:Q",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", tickCount=6),
                title=word("expected_share", language),
            ),
            color=alt.Color(
                "class:N",
                scale=alt.Scale(domain=list(named.values()), range=[SAME, HOME]),
                legend=alt.Legend(symbolType="stroke"),
            ),
        )
    )
    return _themed((lines + _marks(thresholds, language, 280)).properties(width=700, height=300))


def _blocking(rules: pl.DataFrame, language: Language) -> Any:
    """Two dots a rule on a logarithmic line: pairs compared, pairs cut."""
    named = {"pairs": word("kept", language), "cut_pairs": word("cut", language)}
    long = rules.unpivot(list(named), index="rule", variable_name="class", value_name="number")
    long = long.rename({"number": "pairs"}).filter(pl.col("pairs") > 0)
    long = long.with_columns(
        pl.col("class").replace_strict(named, return_dtype=pl.String),
        text=pl.Series([_number(pairs, 0, language) for pairs in long["pairs"]], dtype=pl.String),
        before=pl.col("pairs") < pl.col("pairs").max().over("rule"),
    )
    order = rules["rule"].to_list()
    most = float(long["pairs"].max() or 1)  # type: ignore[arg-type]
    ticks = [10.0**power for power in range(math.ceil(math.log10(max(most, 10))) + 1)]
    base: Any = alt.Chart(_rows(long)).encode(
        y=alt.Y(
            "rule:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=alt.Axis(labelLimit=400, grid=True)
        ),
        x=alt.X(
            "pairs:Q",
            scale=alt.Scale(type="log", domain=[ticks[0], ticks[-1] * 3], nice=False),
            axis=alt.Axis(values=ticks, format=",.0f"),
            title=word("pairs_axis", language),
        ),
    )
    dots = base.mark_point(size=70, filled=True, opacity=1).encode(
        color=alt.Color("class:N", scale=alt.Scale(domain=list(named.values()), range=[SAME, AGAINST]))
    )
    texts = [
        base.transform_filter(f"datum.before === {before}")
        .mark_text(align=align, dx=shift, fontSize=9.5, color="#52606d")
        .encode(text="text:N")
        for before, align, shift in (("false", "left", 7), ("true", "right", -7))
    ]
    return _themed(alt.layer(dots, *texts).properties(width=560, height=20 * len(order)))


STYLE = """
body { font: 16px/1.5 system-ui, "Liberation Sans", Arial, sans-serif; color: #1f2933; background: #f6f7f9; margin: 0; }
main { max-width: 66rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 0 0 .3rem; }
section { background: #fff; border: 1px solid #e4e7eb; border-radius: 8px; padding: 1.2rem 1.4rem; margin: 0 0 1.4rem; }
p { margin: 0 0 .8rem; max-width: 46rem; color: #52606d; }
img { max-width: 100%; height: auto; }
"""


def _page(language: Language) -> str:
    """index.html: every chart with a title and what to look for."""
    parts = [
        f"<section>\n<h2>{escape(word(f'{name}_title', language))}</h2>\n"
        f"<p>{escape(word(f'{name}_caption', language))}</p>\n"
        f'<img src="{name}.svg" alt="{escape(word(f"{name}_title", language))}">\n</section>'
        for name in CHARTS
    ]
    title = escape(word("charts", language))
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )

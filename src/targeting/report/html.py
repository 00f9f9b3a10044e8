"""The report of a run as one HTML file that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from targeting.report import html_data_chapters as data
from targeting.report import html_end_chapters as end
from targeting.report import html_judged_chapters as judged
from targeting.report import html_link_chapter as found
from targeting.report import html_list_chapters as made
from targeting.report.html_parts import Chapter
from targeting.report.html_text import readable
from targeting.report.html_words import say
from targeting.report.labels import Language

TEMPLATE = "report.html"


def page(numbers: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> str:
    """The file's text: every chapter of the numbers, charts inside, styles inside, no script, no address.

    `numbers` as html_report.report_numbers gives them, `reasons` each gate and reason in words. What stands in a cell
    or a heading is text, whatever is in it; only the drawings made here and the style sheet are markup. The same
    numbers give the same bytes.
    """
    template = environment().get_template(TEMPLATE)
    return template.render(
        language=language.value,
        title=say("report", language),
        run=numbers["run"],
        disclaimer=say("disclaimer", language),
        secrecy=say("revealed_note" if numbers["revealed"] else "masked_note", language),
        revealed=numbers["revealed"],
        # On each printed page: a page that is handed on alone says what it is.
        secrecy_short=say("revealed_short" if numbers["revealed"] else "disclaimer_short", language),
        page_word=say("page", language),
        skip=say("skip", language),
        contents=say("contents", language),
        scroll=say("scroll", language),
        chapters=chapters(numbers, reasons, language),
    )


def chapters(numbers: Mapping[str, Any], reasons: Mapping[str, str], language: Language) -> list[Chapter]:
    """The sections in the order in which they are read."""
    return [
        data.summary(numbers, language),
        data.inputs(numbers, language),
        data.funnel(numbers, language),
        data.quality(numbers, language),
        found.linkage(numbers, language),
        judged.poverty(numbers, language),
        judged.gates(numbers, reasons, language),
        made.candidates(numbers, language),
        made.fairness(numbers, language),
        made.sensitivity(numbers, language),
        made.seats(numbers, language),
        end.assumptions(numbers, reasons, language),
        end.versions(numbers, language),
    ]


def environment() -> Environment:
    """Templates of this package, for every page that is made here.

    Whatever is not declared to be markup is escaped, whatever a template forgets.
    """
    return Environment(
        loader=PackageLoader("targeting.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    """A value as it is written: plain text without what cannot be shown; markup made here as it is."""
    return readable(value) if type(value) is str else value

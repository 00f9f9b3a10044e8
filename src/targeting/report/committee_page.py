"""A committee's sheet as one HTML page that prints on A4 and needs nothing but itself."""

from __future__ import annotations

from targeting.report.committee import Sheet
from targeting.report.committee_words import say
from targeting.report.html import environment
from targeting.report.labels import Language

TEMPLATE = "committee.html"
SHOWN_DIGITS = 16
"""Of the fingerprint, at the foot of every printed page."""


def page(sheet: Sheet, run_id: str, language: Language) -> str:
    """The page's text: no script, no address; whatever stands in a cell is text. Same sheet, same bytes."""
    disclaimer = say("disclaimer", language)
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            language=language.value,
            sheet=sheet,
            run_id=run_id,
            disclaimer=disclaimer,
            secrecy=say("revealed_note" if sheet.revealed else "masked_note", language),
            foot=f"{run_id} · {sheet.district} · {sheet.fingerprint[:SHOWN_DIGITS]} · {disclaimer}",
        )
    )

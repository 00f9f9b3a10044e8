"""Joins the rooms' texts for one language: the store and the screens are handed them."""

from __future__ import annotations

from typing import Literal

from targeting import store
from targeting.contracts.linkage import ColumnType
from targeting.eligibility import REASONS, reason_text
from targeting.report.dictionary import meanings
from targeting.report.headings import HEADINGS, TITLES
from targeting.report.labels import LABELS, Language, in_language, label
from targeting.vocabulary import CandidateStatus

SAID_BY_STATUS = ("R00", "R03")
"""A seat by rank, a place on the waitlist: the column `status` says so."""


def export_words(language: Language) -> store.Words:
    """Everything an export or an explanation puts into words."""
    titles = {f"title_{table}": text for table, text in in_language(TITLES, language).items()}
    return store.Words(
        language=language.value,
        disclaimer=label("disclaimer", language),
        reasons=reason_words(language) | dict.fromkeys(SAID_BY_STATUS, ""),
        statuses={str(status): label(status, language) for status in CandidateStatus},
        headings=in_language(HEADINGS, language),
        labels=in_language(LABELS, language) | titles,
        meanings=meanings(language),
    )


def reason_words(language: Language) -> dict[str, str]:
    """Every reason code's text; a code without suffix is also its gate's name."""
    return {code: reason_text(code, language.value) for code in REASONS}


def level_words(kind: str, level: str, tongue: Literal["id", "en"]) -> str:
    """A comparison level in words, by its column's type."""
    from targeting.linkage.level_words import level_words as words_of  # noqa: PLC0415  (linkage is slow to import)

    return words_of(ColumnType(kind), level, tongue)

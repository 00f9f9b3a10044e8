"""Joins the rooms' texts for one language: the store and the screens are handed them."""

from __future__ import annotations

from targeting import store
from targeting.eligibility import REASONS, reason_text
from targeting.report.labels import HEADINGS, LABELS, TITLES, Language, in_language, label
from targeting.vocabulary import CandidateStatus


def export_words(language: Language) -> store.Words:
    """Everything an export or an explanation puts into words."""
    titles = {f"title_{table}": text for table, text in in_language(TITLES, language).items()}
    return store.Words(
        language=language.value,
        disclaimer=label("disclaimer", language),
        reasons={code: reason_text(code, language.value) for code in REASONS},
        gates={code: reason_text(code, language.value) for code in REASONS if "-" not in code},
        statuses={str(status): label(status, language) for status in CandidateStatus},
        headings=in_language(HEADINGS, language),
        labels=in_language(LABELS, language) | titles,
    )

"""The data protection papers say what the run did, and leave to persons what only they can say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from targeting.report.dpia import chapters, markdown, page
from targeting.report.labels import Language

RATE = {"value": 0.001, "low": 0.0, "high": 0.004}
RUN = {
    "run_id": "r1",
    "purpose": "uji <b>| tebal",
    "operator": "Ani",
    "started_at": datetime(2026, 11, 24, tzinfo=UTC),
    "program_version": "1",
    "engine": "duckdb",
    "policy_id": "p",
    "policy_version": "1",
    "policy_sha256": "ab",
    "inputs": [{"source": "a.csv", "rows_in": 12345, "sha256": "cd"}],
    "counts": {
        "members": {"accepted": 2075, "rejected": 4, "linked": 1863, "review": 3},
        "households": {"accepted": 590, "rejected": 1},
        "candidates": {"selected": 50, "waitlist": 49},
        "linkage": {"error_rates": {"false_link": RATE, "missed_link": RATE}, "registered_persons": 12440},
        "retention": {"person": 730},
        "assumptions": 39,
    },
}
EVENT = {
    "happened_at": datetime(2026, 11, 24, tzinfo=UTC),
    "action": "reveal",
    "operator": "Budi",
    "purpose": "verifikasi",
}


@pytest.mark.parametrize(
    ("language", "words"), [(Language.ID, "diisi pengendali"), (Language.EN, "controller fills in")]
)
def test_both_papers_are_filled_in_from_the_run(language, words):
    text = markdown(chapters(RUN, [EVENT], language, encrypted=True), "t", "n")
    for told in (
        "2,075",
        "12,345",
        "1,863",
        "0.10% (0.00%-0.40%)",
        "730",
        "Budi",
        "39",
        words,
    ):
        assert told in text


@pytest.mark.parametrize(
    ("encrypted", "words"), [(True, "database: encrypted by a key"), (False, "database: not encrypted")]
)
def test_the_paper_says_whether_the_database_is_encrypted(encrypted, words):
    assert words in markdown(chapters(RUN, [], Language.EN, encrypted=encrypted), "t", "n")


def test_a_run_that_counted_nothing_and_hostile_texts_make_a_harmless_paper():
    parts = chapters(RUN | {"counts": None, "inputs": None}, [], Language.ID, encrypted=False)
    assert "<b>" not in page(parts, "t", "n", Language.ID) + markdown(parts, "t", "n")
    assert "\\| tebal" in markdown(parts, "t", "n")
    assert "?" in markdown(parts, "t", "n")

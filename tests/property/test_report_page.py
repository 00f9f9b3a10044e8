"""No text out of the data can become markup of the report: the page's tags are the same whatever the names are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targeting.contracts.run_report import PolicyNotes, ReportFrames
from targeting.report.html import page
from targeting.report.html_charts import Bar, bars, for_page
from targeting.report.html_data_chapters import SHOWN_PLACES, cut_places
from targeting.report.html_report import LISTED, SHOWN_A_DISTRICT, report_numbers
from targeting.report.html_text import readable
from targeting.report.html_words import WORDS, decimal, interval, percent, whole
from targeting.report.labels import Language

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></svg><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!-- -->",
    "&lt;b&gt; &amp;",
    'O\'Brien "Ani" \\ `x` ${y}',
    "javascript:alert(1)",
    "\u202eابج\u0000\u0008",
    "a name too long for its place, cut inside of" + "\U000ae7a8\U0001f600" * 30,
]
NUMBERS = {"rank": 1, "desil": 1, "score": 0.5, "p_top_k": 0.5, "p_link": 0.9, "waitlist_place": None, "visit_order": 1}
SEAT_COUNTS = "allotted selected by_merit by_reserve by_override received displaced passed_on".split()


def frames(text: str, listed: int = 1) -> ReportFrames:
    """A run of one district whose every text is `text`."""
    inputs = [{"source": text, "sha256": text, "rows_in": 2, "accepted": 1, "rejected": 1, "warnings": 1}]
    counts = {
        "households": {"rows_in": 2, "accepted": 1, "rejected": 1},
        "links": {"linked": 1, "review": 0, "not_found": 0},
        "gates": {text: {"PASS": 1, "VERIFY": 0, "FAIL": 0, "remaining": 1}},
        "candidates": {"selected": 1, "waitlist": 0, "not_selected": 0},
        "assumptions": 1,
        "not_evaluated": [text],
        "seats": {text: dict.fromkeys(SEAT_COUNTS, 1)},
        "reserves": {text: {text: {"needed": 1, "seated": 1, "by_reserve": 1, "largest_score_gap": None}}},
        "overrides": {text: 1},
        "linkage": {
            "rules": [{"rule": text, "pairs": 1, "cut_pairs": 0, "cut_keys": 0, "largest_block": 1}],
            "levels": [{"column": text, "level_id": text, "level_en": text, "m": 0.9, "u": 0.1, "weight": 3.2}],
        },
        "lottery": {"commitment": text, "tied": 0, "committed_before": False},
    }
    texts = "run_id pipeline_id purpose operator engine program_version policy_id policy_version".split()
    run: dict[str, Any] = dict.fromkeys([*texts, "policy_sha256", "model_sha256", "registry"], text) | {
        "sequence": 1,
        "started_at": datetime(2026, 1, 1),  # noqa: DTZ001  (the store's times have no zone)
        "finished_at": datetime(2026, 1, 1),  # noqa: DTZ001
        "as_of": date(2026, 1, 1),
        "seed": 1,
        "library_versions": {text: text},
        "inputs": inputs,
        "counts": counts,
    }
    household = {"household_id": "h", "district": text, "kecamatan": text}
    person = {"household_id": "h", "sex": 1, "age": 30, "nik_missing": False, "mononym": True, "is_head": True}
    finding = dict.fromkeys(("source", "rule", "severity", "message_id", "message_en", "district"), text)
    row = dict.fromkeys(LISTED, text) | NUMBERS | {"status": "selected"}
    kinds = {"waitlist_place": pl.Int64}
    return ReportFrames(
        run=run,
        places={text: text},
        findings=pl.DataFrame([finding | {"findings": 1}]),
        persons=pl.DataFrame([person | {"linked": True, "review": False, "finding": True}]),
        households=pl.DataFrame([household | {"nama_kecamatan": text, "finding": True}]),
        assessed=pl.DataFrame(
            [
                household
                | {"desil": 1, "p_poor": 0.5, "p_extreme": 0.1, "p_source": "indicative", "deprivation": 0.4}
                | {"deprivation_poor": True, "has_nominee": True, "nominee_female": True, "nominee_disability": False}
                | {"gate_outcome": "PASS", "status": "selected", "p_top_k": 0.7, "borderline": True}
            ]
        ),
        listing=pl.DataFrame([row] * listed, schema_overrides=kinds),
        weights=pl.DataFrame({"bits": [10], "status": ["link"], "pairs": [1]}),
    )


def rendered(text: str, language: Language = Language.ID, listed: int = 1) -> str:
    """The page of such a run, revealed, with a policy that says `text` too."""
    assumption = {"path": text, "value": {text: 1.0}, "unit": text, "source": text, "source_id": text}
    notes = PolicyNotes(assumptions=[assumption], rates={"poor": {text: 0.1}, "extreme": {}})
    return page(report_numbers(frames(text, listed), notes, revealed=True), {text: text}, language)


class Tags(HTMLParser):
    """A page's elements with the names of their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.seen.append((f"comment {data}", ()))


def outside_drawings(markup: str) -> str:
    """The page without what is inside its drawings, where an empty text may have no element."""
    return re.sub(r"(<svg[^>]*>).*?(</svg>)", r"\1\2", markup, flags=re.DOTALL)


@cache
def harmless(*, drawn: bool) -> list[tuple[str, tuple[str, ...]]]:
    """The tags of a page of harmless texts; made by who compares, not by everybody who collects the tests."""
    return Tags(outside_drawings(rendered("Gamping"))).seen


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text(text):
    markup = rendered(text)
    assert Tags(outside_drawings(markup)).seen == harmless(drawn=True)
    everything = Tags(markup)
    elements = {tag for tag, _ in everything.seen}
    assert elements & {"script", "img", "iframe", "a"} == {"a"}
    assert [name for _, names in everything.seen for name in names if name.startswith("on")] == []
    plain = "".join(everything.words)
    assert readable(text) in plain


@pytest.mark.parametrize(
    "character", [*map(chr, range(32)), "\x7f", "\x85", "\u202e", "\ufffe", "\uffff", "\U0001f600"]
)
def test_what_cannot_be_shown_is_marked_and_ends_no_drawing(character):
    drawn = bars("x", [Bar(f"a{character}b", {f"c{character}": 1}, character)], Language.ID)
    assert ("a\ufffdb" in drawn) == (character not in "\t\n\r")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_no_text_changes_the_pages_elements(text):
    with pytest.MonkeyPatch.context() as patch:
        # What is inside a drawing plays no part here: the next test looks at it.
        for module in ("html_charts", "tornado"):
            patch.setattr(f"targeting.report.{module}.svg_of", lambda *_: "<svg></svg>")
        assert Tags(rendered(text)).seen == harmless(drawn=False)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_text_adds_an_element_or_attribute_to_a_drawing(text):
    drawn = Tags(bars("x", [Bar(text, {"a": 1}, text)], Language.ID)).seen
    assert {tag for tag, _ in drawn} <= {"svg", "rect", "g", "path", "text", "tspan", "defs", "clippath"}
    assert [name for _, names in drawn for name in names if name.startswith("on") or name == "href"] == []


def test_a_drawing_keeps_its_inner_names_to_itself():
    assert for_page("a", '<svg class="marks" width="9" xmlns="x"><p id="clip7"/><q c="url(#clip7)"/></svg>') == (
        '<svg focusable="false" aria-hidden="true"><p id="a-clip0"/><q c="url(#a-clip0)"/></svg>'
    )


def test_a_long_list_is_cut_and_the_page_says_where_the_rest_is():
    markup = rendered("34.04", listed=SHOWN_A_DISTRICT + 7)
    assert f"Ditampilkan {SHOWN_A_DISTRICT} dari {SHOWN_A_DISTRICT + 7}" in markup
    assert "targeting export 34.04 --district 34.04" in markup


def test_a_page_of_more_districts_than_anybody_reads_is_cut_and_says_so():
    numbers = {"run": {"run_id": "r1"}}
    assert cut_places(SHOWN_PLACES, numbers, Language.ID) == []
    [note] = cut_places(SHOWN_PLACES + 9, numbers, Language.ID)
    assert (f"{SHOWN_PLACES} dari {SHOWN_PLACES + 9} kabupaten" in note.text, "export r1" in note.text) == (True, True)


def test_a_run_of_nobody_has_a_page():
    made = frames("34.04")
    bare = {name: getattr(made, name).clear() for name in ("findings", "persons", "households", "assessed", "listing")}
    counts = made.run["counts"] | {"gates": {}, "seats": {}, "reserves": {}, "not_evaluated": []}
    nobody = replace(made, **bare, places={}, run={**made.run, "inputs": [], "counts": counts})
    markup = page(report_numbers(nobody, None, revealed=False), {}, Language.ID)
    assert "Tidak ada keluarga pada daftar." in markup
    assert Tags(markup).seen.count(("h1", ())) == 1


def test_every_word_is_in_both_languages():
    assert [code for code, label in WORDS.items() if not all(label)] == []


def test_numbers_are_written_as_the_language_writes_them():
    found = {"value": 0.5, "low": 0.0123, "high": 0.98765}
    assert [whole(1234567, one) for one in Language] == ["1.234.567", "1,234,567"]
    assert [decimal(1234.5, 2, one) for one in Language] == ["1.234,50", "1,234.50"]
    assert [percent(0.0566, one) for one in Language] == ["5,7\u00a0%", "5.7\u00a0%"]
    assert [interval(found, one) for one in Language] == ["1,2 – 98,8\u00a0%", "1.2 – 98.8\u00a0%"]
    assert (whole(None, Language.ID), interval({"value": None}, Language.ID)) == ("–", "–")

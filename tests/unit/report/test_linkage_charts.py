"""Charts of a linkage are drawn offline, the same bytes every time, in both languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import polars as pl
import pytest

from targeting.report.labels import Language
from targeting.report.linkage_charts import CHARTS, LinkageFrames, draw, renumbered
from targeting.report.linkage_words import WORDS

FRAMES = LinkageFrames(
    levels=pl.DataFrame(
        {
            "column": ["nama", "nama", "sex", "sex"],
            "level": ["equal <b>", "differ", "equal", "differ"],
            "m": [0.9, 0.1, 0.99, 0.01],
            "u": [0.001, 0.999, 0.5, 0.5],
            "r": [0.002, 0.998, 0.4, 0.6],
            "weight": [9.8, -3.3, 0.98, -5.6],
            "low": [7.0, None, None, None],
            "high": [12.5, None, None, None],
        }
    ),
    weights=pl.DataFrame(
        {"weight": [-20.0, -3.0, 12.0], "pairs": [9000, 40, 1200], "expected_matches": [0.1, 4.0, 1199.9]}
    ),
    accuracy=pl.DataFrame({"threshold": [-20.0, -3.0, 12.0], "precision": [0.1, 0.97, 1.0], "recall": [1.0, 0.9, 0.8]}),
    thresholds=pl.DataFrame({"name": ["link", "review"], "weight": [0.0, -4.2]}),
    rules=pl.DataFrame({"rule": ["nik", "nama.token"], "pairs": [1200, 90000], "cut_pairs": [0, 400000]}),
    prior_bits=-12.0,
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return draw(FRAMES, Language.ID)


def test_every_word_is_in_both_languages():
    assert [code for code, label in WORDS.items() if not all(label)] == []


def test_the_files_have_fixed_names(files):
    assert [*(f"{name}.svg" for name in CHARTS), "index.html"] == list(files)


def test_the_same_frames_give_the_same_bytes(files):
    assert files == draw(FRAMES, Language.ID)


def test_every_chart_is_whole_and_in_the_language(files):
    words = {"levels": "orang asing", "weights": "bobot kecocokan", "histogram": "ditinjau", "reliability": "presisi"}
    for name, said in words.items():
        texts = "".join(ET.fromstring(files[f"{name}.svg"]).itertext())  # noqa: S314  (drawn here)
        assert said in texts
    assert "90.000" in files["blocking.svg"]


def test_nothing_is_fetched_when_a_chart_is_looked_at(files):
    for name, text in files.items():
        addresses = set(re.findall(r"https?://[^\"' )]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}, name
        assert "<script" not in text


def test_the_page_shows_every_chart_with_words(files):
    page = files["index.html"]
    assert '<html lang="id">' in page
    assert [f"{name}.svg" for name in CHARTS] == re.findall(r'<img src="([^"]+)" alt="[^"]+"', page)


def test_a_link_without_pairs_housemates_or_rarity_is_drawn_too():
    bare = LinkageFrames(
        levels=FRAMES.levels.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("r", "low", "high")),
        weights=FRAMES.weights.clear(),
        accuracy=FRAMES.accuracy.clear(),
        thresholds=FRAMES.thresholds,
        rules=FRAMES.rules.with_columns(pairs=0, cut_pairs=0),
        prior_bits=-12.0,
    )
    files = draw(bare, Language.EN)
    assert "living together" not in files["levels.svg"]
    assert [name for name, text in files.items() if len(text) < 500] == []


def test_clips_are_numbered_anew():
    assert '<a id="clip0"/><b x="url(#clip0)"/><c id="clip1"/>' == renumbered(
        '<a id="clip71"/><b x="url(#clip71)"/><c id="clip72"/>'
    )

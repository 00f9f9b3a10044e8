"""targeting report on a published run: what is on the page, that it stands alone, whom it shows, how it fails."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.store.connection import connect, rows
from targeting.vocabulary import DISCLAIMER_EN, DISCLAIMER_ID

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
POLICY = ROOT / "pipelines" / "policy"
CHAPTERS = (
    "summary inputs funnel quality linkage poverty gates list fairness sensitivity seats assumptions versions"
).split()
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Outline(HTMLParser):
    """Tags, attributes and headings of a page; elements that are closed in the wrong order are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="session")
def personal() -> set[str]:
    """Every NIK, KK number and name of two words or more of the survey."""
    members = pl.read_csv(SAMPLE / "ppse_member.csv", infer_schema=False, truncate_ragged_lines=True)
    homes = pl.read_csv(SAMPLE / "ppse_household.csv", infer_schema=False, truncate_ragged_lines=True)
    values = {v.strip() for column in (members["nik"], members["nama"], homes["no_kk"]) for v in column.drop_nulls()}
    numbers = {v for v in values if v.isdigit() and len(v) == 16 and len(set(v)) > 1}
    return numbers | {v for v in values if len(v.split()) > 1}


@pytest.fixture
def db(tmp_path, published) -> Path:
    """The published store, to write to."""
    path = tmp_path / "own.duckdb"
    path.write_bytes(published.db.read_bytes())
    return path


@pytest.fixture(scope="session")
def pages(made_once, published) -> dict[str, str]:
    """The report in both languages, with the policy file."""

    def write(folder: Path) -> None:
        store = folder / "own.duckdb"
        store.write_bytes(published.db.read_bytes())
        for language in ("id", "en"):
            place = folder / f"{language}.html"
            arguments = ["report", "--db", store, "--out", place, "--lang", language, "--policy", POLICY]
            done = CliRunner().invoke(app, [str(one) for one in arguments])
            assert done.exit_code == 0, done.output

    folder = made_once("pages", write)
    return {language: (folder / f"{language}.html").read_text(encoding="utf-8") for language in ("id", "en")}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_chapter_is_there_and_names_its_heading(pages, language):
    outline = Outline(pages[language])
    sections = outline.all("section")
    assert CHAPTERS == [one["id"] for one in sections]
    assert [f"{name}-title" for name in CHAPTERS] == [one["aria-labelledby"] for one in sections]
    assert [f"#{name}" for name in CHAPTERS] == [one["href"] for one in outline.all("a")[1:]]
    assert outline.all("html") == [{"lang": language}]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_names_no_address_outside_itself_and_runs_nothing(pages, language):
    page = pages[language]
    assert re.findall(r"(?:src|href|action|data)\s*=\s*[\"']?(?!#)[^\"'\s>]+", page) == []
    assert [url for url in re.findall(r"url\(([^)]*)\)", page) if not url.startswith("#")] == []
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    tags = {tag for tag, _ in Outline(page).tags}
    assert (
        tags & {"script", "iframe", "object", "embed", "link", "img", "form", "image", "use", "foreignobject"} == set()
    )
    assert [name for _, attributes in Outline(page).tags for name in attributes if name.startswith("on")] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_headings_tables_and_charts_can_be_read_without_seeing_them(pages, language):
    outline = Outline(pages[language])
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h\d", tag)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(outline.all("caption")) == len(outline.all("table")) > 15
    assert all(one.get("scope") for one in outline.all("th"))
    images = [one for one in outline.all("div") if one.get("role") == "img"]
    assert len(images) == len(outline.all("svg")) > 8
    assert all(one["aria-label"] for one in images)
    assert {one.get("aria-hidden") for one in outline.all("svg")} == {"true"}
    scrolled = [one for one in outline.all("div") if one.get("class") == "scroll"]
    assert {(one["tabindex"], bool(one["aria-label"])) for one in scrolled} == {("0", True)}
    ids = Counter(one["id"] for _, one in outline.tags if "id" in one)
    assert [name for name, times in ids.items() if times > 1] == []


def test_every_colour_of_text_is_four_and_a_half_times_as_bright_or_dark_as_what_it_stands_on(pages):
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)

    style = re.search(r"<style>(.*?)</style>", pages["id"], re.DOTALL)[1]
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    texts = {named[name] for name in ("ink", "soft", "link", "loud")} | set(re.findall(r"[; ]color: (#\w{6})", style))
    texts |= set(re.findall(r'<text [^>]*fill="(#\w{6})"', pages["id"]))
    assert len(texts) >= 5
    assert [
        colour for colour in texts if min(contrast(colour, ground) for ground in ("#ffffff", "#eef1f4")) < 4.5
    ] == []


@pytest.mark.parametrize(("language", "sentence"), [("id", DISCLAIMER_ID), ("en", DISCLAIMER_EN)])
def test_the_page_says_what_it_is_and_what_it_rests_on(pages, published, language, sentence):
    page = pages[language]
    counts = published.result["counts"]
    assert page.count(sentence) >= 2
    assert all(one["sha256"] in page for one in published.result["inputs"])
    chapter = re.search(r'<section id="assumptions".*?</section>', page, re.DOTALL)[0]
    told = {
        "id": [
            "saringan D01: Desil di atas ambang",
            "umur tertinggi calon (parameters.age_max)",
            "tahun",
            "Galat ukur",
        ],
        "en": [
            "gate D01: Welfare decile above",
            "greatest age of a nominee (parameters.age_max)",
            "years",
            "Measurement",
        ],
    }
    assert [one for one in told[language] if one not in chapter] == []
    assert "2025-09-30" in re.search(r'<section id="inputs".*?</section>', page, re.DOTALL)[0]
    assert published.result["run_id"] in page
    assert str(counts["assumptions"]) in page
    assert counts["lottery"]["commitment"] in page


def test_the_page_shows_what_agreement_weighs_and_which_pairs_met(pages, published):
    linkage = published.result["counts"]["linkage"]
    assert {"nik", "nama", "tanggal_lahir"} <= {one["column"] for one in linkage["levels"]}
    assert all(one["weight"] > 0 for one in linkage["levels"] if one["level_en"] in ("numbers equal", "names equal"))
    assert sum(one["pairs"] for one in linkage["rules"]) >= linkage["pairs_scored"]
    chapter = re.search(r'<section id="linkage".*?</section>', pages["en"], re.DOTALL)[0]
    for caption in ("Pairs by match weight", "What each level of agreement weighs", "Pairs by blocking rule"):
        assert f"<caption>{caption}</caption>" in chapter
        assert f'aria-label="Chart: {caption}. The table after it has the numbers."' in chapter
    assert all(one["level_en"] in chapter for one in linkage["levels"])
    for line in ("below the line: links", "below the line: to be looked at"):
        assert line in chapter
    assert "from a probability of 0.05 on, -4.2 bits" in chapter
    assert (linkage["unlinkable"] >= 0, "members with nothing to be linked by" in chapter) == (True, True)


def test_the_page_has_every_household_of_the_list_and_names_none(pages, published, personal):
    households = [one["household_id"] for one in published.result["candidates"]]
    assert len(households) == 100
    for page in pages.values():
        assert [one for one in households if f">{one}<" not in page] == []
        assert sum(value in page for value in personal) == 0


def test_findings_are_drawn_in_whole_sentences(pages):
    drawing = re.search(r'<section id="quality".*?</svg>', pages["en"], re.DOTALL)[0]
    told = " ".join(re.sub(r"<[^>]+>", " ", drawing).split())
    assert "The birth date inside the NIK differs from the birth date on record." in told


def test_what_is_to_verify_stands_below_its_heading_and_does_not_repeat_it(pages):
    chapter = re.search(r'<section id="list".*?</section>', pages["id"], re.DOTALL)[0]
    assert '<td role="cell" data-name="perlu diverifikasi">status pekerjaan (tidak diketahui)' in chapter
    assert "deprivasi 0,0" in chapter
    assert [one for one in ("Perlu diverifikasi:", "deprivasi 0.") if one in chapter] == []


def test_the_same_run_gives_the_same_bytes(targeting, db, pages, tmp_path):
    out = tmp_path / "again.html"
    assert targeting("report", "--db", db, "--out", out, "--policy", POLICY).returncode == 0
    assert out.read_text(encoding="utf-8") == pages["id"]
    assert out.stat().st_mode & 0o077 == 0


def test_a_reveal_needs_a_purpose_and_is_in_the_audit(targeting, db, tmp_path, personal):
    refused = targeting("report", "--db", db, "--reveal", "--out", "open.html")
    assert (refused.returncode, "--purpose" in refused.stderr) == (2, True)
    assert not (tmp_path / "open.html").exists()
    purpose = "verifikasi lapangan"
    done = targeting("report", "--db", db, "--reveal", "--purpose", purpose, "--operator", "Ani", "--no-sensitivity")
    path = tmp_path / done.stdout.strip()
    page = path.read_text(encoding="utf-8")
    assert path.name == "report-RAHASIA.html"
    assert sum(value in page for value in personal) > 100
    assert "RAHASIA. Memuat nama" in page
    with connect(db, write=False) as con:
        assert rows(con, "SELECT action, operator, purpose FROM audit_event ORDER BY sequence DESC LIMIT 1") == [
            ("reveal", "Ani", purpose)
        ]


def test_json_gives_the_numbers_of_the_page_and_no_file(targeting, db, published, tmp_path, personal):
    done = targeting("report", "--db", db, "--json", "--lang", "en", "--policy", POLICY, "--no-sensitivity")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert not (tmp_path / "out").exists()
    assert found["counts"] == published.result["counts"]
    assert len(found["assumptions"]) == published.result["counts"]["assumptions"]
    assert found["inputs"] == published.result["inputs"]
    linked = next(one for one in found["link_rates"] if one["group"] == "all")
    assert linked["rate"]["hits"] == published.result["counts"]["members"]["linked"]
    for group in {one["group"] for one in found["link_rates"]}:
        assert sum(one["persons"] for one in found["link_rates"] if one["group"] == group) == linked["persons"]
    for group in {one["group"] for one in found["fairness"]}:
        parts = [one for one in found["fairness"] if one["group"] == group]
        assert sum(one["seats"] for one in parts) == published.result["counts"]["candidates"]["selected"]
        assert sum(one["households"] for one in parts) == published.result["counts"]["households"]["accepted"]
    assert sum(value in done.stdout for value in personal) == 0


def test_what_cannot_be_reported_is_told_with_its_exit_code(targeting, db, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with connect(db, write=False) as con:
        before = rows(con, "SELECT count(*) FROM audit_event")
    cases = {
        ("nonesuch", "--db", str(db)): (2, "no published run is named nonesuch"),
        ("--db", "absent.duckdb"): (10, "does not exist"),
        ("--db", str(db), "--out", "file/report.html"): (2, "--out"),
        ("--db", str(db), "--out", "."): (2, "is a folder"),
        ("--db", str(db), "--policy", "absent.yaml"): (10, "no such file"),
        ("--db", str(db), "--policy", "file"): (2, "does not hold the policy"),
    }
    for arguments, (code, said) in cases.items():
        done = targeting("report", *arguments)
        assert (done.returncode, said in done.stderr, done.stdout) == (code, True, ""), (arguments, done.stderr)
    with connect(db, write=False) as con:
        assert rows(con, "SELECT count(*) FROM audit_event") == before


def test_a_run_that_failed_has_no_report(targeting, db):
    with connect(db, write=True) as con:
        con.execute("UPDATE run SET status = 'failed'")
    done = targeting("report", "--db", db, "--no-sensitivity")
    assert (done.returncode, "no published run" in done.stderr) == (2, True)


def test_without_the_policy_file_the_page_says_so(targeting, db, tmp_path):
    done = targeting("report", "--db", db, "--out", "bare.html", "--lang", "en", "--no-sensitivity")
    page = (tmp_path / "bare.html").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert "No policy file with the run&#39;s sha256 was found" in page

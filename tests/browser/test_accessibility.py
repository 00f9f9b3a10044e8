"""The report and the review desk as axe-core judges them: what somebody without eyes, mouse or sharp sight would miss.

Needs the extra `browser` and chromium (`apt install chromium`): pytest -m browser
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the extra browser is not installed")
DESK, TELEPHONE = (1100, 760), (390, 844)
SCREENS = {"desk": DESK, "telephone": TELEPHONE}


def found_on(page: Any, but: tuple[str, ...] = ()) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds wrong by all its rules but some: rule, what it asks for, where."""
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but}}
    told = axe.Axe().run(page, options=options).response["violations"]
    return [(one["id"], one["help"], [str(node["target"]) for node in one["nodes"][:5]]) for one in told]


@pytest.mark.parametrize(
    ("lang", "screen", "but"), [("id", "telephone", ()), ("en", "desk", ("color-contrast",))], ids=["id", "en"]
)
def test_nothing_is_wrong_with_the_report(
    reports: dict[str, Path], chromium: Any, lang: str, screen: str, but: tuple[str, ...]
) -> None:
    """Contrast takes seconds, and colours are the same in both languages and on both screens."""
    width, height = SCREENS[screen]
    with chromium.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(reports[lang].as_uri())
        assert found_on(page, but) == []


def test_what_is_wrong_with_a_page_is_found(chromium: Any) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content('<title>.</title><p style="color: #ccc; background: #fff">pale</p><img src="data:,">')
        assert {"color-contrast", "image-alt", "html-has-lang"} <= {rule for rule, _, _ in found_on(page)}


def test_the_report_stays_within_a_telephone_and_within_itself_and_prints(
    reports: dict[str, Path], chromium: Any
) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(reports["id"].as_uri())
        wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= screen
        assert page.pdf(format="A4")[:5] == b"%PDF-"
        assert [url for url in asked if not url.startswith("data:")] == [reports["id"].as_uri()]


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_nothing_is_wrong_with_the_desk(address: str, chromium: Any, screen: tuple[int, int]) -> None:
    with chromium.new_context(viewport={"width": screen[0], "height": screen[1]}) as context:
        page = context.new_page()
        page.goto(address)
        playwright.expect(page.locator("#pair")).to_be_visible()
        page.locator("#why").evaluate("node => { node.open = true; }")
        assert found_on(page) == []
        page.goto(f"{address}visits")
        playwright.expect(page.locator("#candidate")).to_be_visible()
        assert found_on(page) == []
        page.locator("#view").select_option("mine")
        playwright.expect(page.locator("#candidate")).to_be_hidden()
        assert found_on(page) == []

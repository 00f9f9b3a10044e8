"""The report and the review desk as axe-core judges them: what somebody without eyes, mouse or sharp sight would miss.

Needs the extra `browser` and chromium (`apt install chromium`): pytest -m browser
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
SCREENS = ((1100, 760), (390, 844))
"""A desk and a telephone."""


def found_on(page: Any) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds wrong: rule, what it asks for, where."""
    told = axe.Axe().run(page).response["violations"]
    return [(one["id"], one["help"], [str(node["target"]) for node in one["nodes"][:5]]) for one in told]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("screen", SCREENS, ids=["desk", "telephone"])
def test_nothing_is_wrong_with_the_report(db: Path, chromium: Any, lang: str, screen: tuple[int, int]) -> None:
    path = db.parent / f"report-{lang}.html"
    if not path.exists():
        command = [sys.executable, "-m", "targeting.cli.main", "report", "--db", db, "--out", path, "--lang", lang]
        subprocess.run([str(one) for one in command], check=True, capture_output=True)
    with chromium.new_context(viewport={"width": screen[0], "height": screen[1]}) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        assert found_on(page) == []


@pytest.mark.parametrize("screen", SCREENS, ids=["desk", "telephone"])
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

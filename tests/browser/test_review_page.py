"""The review desk in a real browser: twenty pairs decided by keyboard, the page loaded anew, nothing lost.

Needs the extra `browser` and chromium (`apt install chromium`): pytest -m browser
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from targeting import store

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
TWENTY = 20


def test_twenty_pairs_decided_by_keyboard_survive_a_reload(db: Path, address: str, chromium: Any) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        playwright.expect(page.locator("#counts")).to_contain_text("Anda 0,")
        for number in range(1, TWENTY + 1):
            page.keyboard.press("sbr"[number % 3])
            playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {number},")
        page.reload()
        playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {TWENTY},")
        page.keyboard.press("u")
        playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {TWENTY - 1},")
        page.keyboard.press("c")
        page.keyboard.type("sebuah catatan")
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {TWENTY},")
        page.keyboard.press("k")
        playwright.expect(page.locator("#counts")).to_contain_text("Anda 0,")
        for number, (key, reason) in enumerate(
            [("t", "kepala keluarga pindah"), ("s", "usaha sudah dilihat")], start=1
        ):
            page.keyboard.press(key)
            page.keyboard.type(reason)
            page.keyboard.press("Enter")
            playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {number},")
        page.keyboard.press("u")
        playwright.expect(page.locator("#in_force")).to_be_hidden()
        playwright.expect(page.locator("#counts")).to_contain_text("Anda 1,")
        page.screenshot(path=os.environ.get("VISITS_PICTURE", db.parent / "visits.png"))
        page.keyboard.press("p")
        playwright.expect(page.locator("#counts")).to_contain_text(f"Anda {TWENTY},")
    assert faults == []
    assert [(one["event"], one["kind"]) for one in store.override_history(db)] == [
        ("add", "hold"),
        ("add", "include"),
        ("withdraw", "include"),
    ]
    ledger = store.review_history(db)
    assert [one["event"] for one in ledger].count("decide") == TWENTY + 1
    assert ledger[-1]["note"] == "sebuah catatan"

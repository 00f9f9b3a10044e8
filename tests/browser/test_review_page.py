"""The review desk in a real browser: twenty pairs decided by keyboard, the page loaded anew, nothing lost.

Needs the extra `browser` and chromium (`apt install chromium`): pytest -m browser
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from targeting import store

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[2]
TWENTY = 20


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run of the sample."""
    folder = tmp_path_factory.mktemp("desk")
    command = [sys.executable, "-m", "targeting.cli.main", "run", str(ROOT / "pipelines" / "wub-2026.yaml")]
    done = subprocess.run(
        [*command, "--db", "t.duckdb", "--out", "o", "--quiet"], cwd=folder, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "t.duckdb"


@pytest.fixture(scope="module")
def address(db: Path) -> Iterator[str]:
    """The desk, open."""
    command = [sys.executable, "-m", "targeting.cli.main", "review", "serve", "--db", str(db), "--operator", "Ani"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    desk = subprocess.Popen(
        [*command, "--purpose", "mencoba meja tinjau"], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert desk.stdout is not None
    yield desk.stdout.readline().strip()
    desk.send_signal(signal.SIGINT)
    desk.stdout.close()
    assert desk.wait(timeout=20) == 0


def test_twenty_pairs_decided_by_keyboard_survive_a_reload(db: Path, address: str) -> None:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
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
        browser.close()
    assert faults == []
    assert [(one["event"], one["kind"]) for one in store.override_history(db)] == [
        ("add", "hold"),
        ("add", "include"),
        ("withdraw", "include"),
    ]
    ledger = store.review_history(db)
    assert [one["event"] for one in ledger].count("decide") == TWENTY + 1
    assert ledger[-1]["note"] == "sebuah catatan"

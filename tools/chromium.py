"""A chromium without a window: one that the machine has, else the one that playwright has installed.

    python tools/chromium.py

starts it and says which it is; ends with 1 and the cure where there is none that starts.
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = "no chromium that starts on this machine. apt install chromium, or: playwright install --with-deps chromium"


def started(tools: Playwright) -> Browser | None:
    """The first of the machine's that starts, else playwright's own; None if there is neither."""
    for path in (*filter(None, map(shutil.which, NAMES)), None):
        try:
            return tools.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error:
            continue
    return None


def main() -> int:
    """Start it and end it again."""
    with sync_playwright() as tools:
        browser = started(tools)
        if browser is None:
            sys.stderr.write(f"error: {CURE}\n")
            return 1
        sys.stdout.write(f"chromium {browser.version}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

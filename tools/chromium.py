"""A chromium without a window: one that the machine has, else the one that playwright has installed.

    python tools/chromium.py

starts it and says which it is; ends with 1 and the cure where there is none that starts.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = (
    "no chromium that starts on this machine. On Debian: apt install chromium libatomic1; "
    "elsewhere: playwright install --with-deps chromium"
)


class NoChromium(Exception):  # noqa: N818  (it is what is the matter)
    """There is none that starts; the message is the cure."""


@contextmanager
def started() -> Iterator[Browser]:
    """The browser, ended at the end. Raises NoChromium."""
    context = sync_playwright()
    try:
        tools = context.__enter__()
    except Exception as error:  # what drives it is a program of its own, whose end is told as a plain Exception
        raise NoChromium(CURE) from error
    try:
        browser = first_of(tools)
        yield browser
        browser.close()
    finally:
        context.__exit__(None, None, None)


def first_of(tools: Playwright) -> Browser:
    """The first of the machine's that starts, else playwright's own. Raises NoChromium if there is neither."""
    for path in (*filter(None, map(shutil.which, NAMES)), None):
        try:
            return tools.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error:
            continue
    raise NoChromium(CURE)


def main() -> int:
    """Start it and end it again."""
    try:
        with started() as browser:
            sys.stdout.write(f"chromium {browser.version}\n")
    except NoChromium as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The pictures of the README: the report and the review desk on data/sample, as a browser shows them.

`make pictures` needs the extra `browser` and chromium (`apt install chromium`). The run and the report that they show
stay in build/pictures. All people on them are made up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import chromium
from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
WORK = ROOT / "build" / "pictures"
WIDTH, HEIGHT = 1100, 760
LARGEST_BYTES = 200_000
PATIENCE_MS = 120_000


def command(*arguments: str) -> list[str]:
    """The command line of this very program."""
    return [sys.executable, "-m", "targeting.cli.main", *arguments]


def save(page: Page, name: str) -> None:
    """What stands in the window, as a file. Raises ValueError where it is larger than a README should carry."""
    path = FOLDER / name
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST_BYTES:,}. Show less of it.")
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes\n")


def look_at_the_desk(page: Page) -> None:
    """The review desk with its first pair, open as long as it takes to draw it."""
    serve = command("review", "serve", "--operator", "Ani", "--purpose", "pictures of the manual", "--lang", "en")
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(serve, cwd=WORK, stdout=subprocess.PIPE, text=True, env=environment) as desk:
        try:
            assert desk.stdout is not None  # noqa: S101  (a pipe was asked for)
            page.goto(desk.stdout.readline().strip())
            page.wait_for_selector("#fields tbody tr")
            save(page, "review.png")
        finally:
            desk.send_signal(signal.SIGINT)


def draw(page: Page) -> None:
    """Run the sample in a folder of its own, and draw both pictures."""
    shutil.rmtree(WORK, ignore_errors=True)
    for folder in (FOLDER, WORK):
        folder.mkdir(parents=True, exist_ok=True)
    policy = str(ROOT / "pipelines" / "policy")
    for one in (
        command("run", str(ROOT / "pipelines" / "wub-2026.yaml"), "--quiet", "--operator", "Ani"),
        command("report", "--out", "report.html", "--lang", "en", "--policy", policy),
    ):
        subprocess.run(one, cwd=WORK, check=True, stdout=subprocess.DEVNULL)
    page.set_default_timeout(PATIENCE_MS)
    page.goto((WORK / "report.html").as_uri())
    save(page, "report.png")
    look_at_the_desk(page)


def main() -> int:
    """Draw them; ends with 1 and the cure where no browser starts."""
    try:
        with chromium.started() as browser:
            draw(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}))
    except chromium.NoChromium as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

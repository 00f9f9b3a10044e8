"""The pictures of the README: the report and the review desk on data/sample, as a browser shows them.

`make pictures` needs the extra `browser` and chromium (`apt install chromium`). All people on them are made up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
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


def main() -> int:
    """Run the sample in a folder that is gone afterwards, and draw both pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("error: no chromium on this machine. On Debian and Ubuntu: apt install chromium\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        run = command("run", str(ROOT / "pipelines" / "wub-2026.yaml"), "--quiet", "--operator", "Ani")
        report = command(
            "report", "--out", "report.html", "--lang", "en", "--policy", str(ROOT / "pipelines" / "policy")
        )
        for one in (run, report):
            subprocess.run(one, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(PATIENCE_MS)
        page.goto((Path(folder) / "report.html").as_uri())
        save(page, "report.png")
        serve = command("review", "serve", "--operator", "Ani", "--purpose", "pictures of the manual", "--lang", "en")
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(serve, cwd=folder, stdout=subprocess.PIPE, text=True, env=environment) as desk:
            try:
                assert desk.stdout is not None  # noqa: S101  (a pipe was asked for)
                page.goto(desk.stdout.readline().strip())
                page.wait_for_selector("#fields tbody tr")
                save(page, "review.png")
            finally:
                browser.close()
                desk.send_signal(signal.SIGINT)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A store with one run of the sample, the review desk over it, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run of the sample."""
    folder = tmp_path_factory.mktemp("desk")
    command = [sys.executable, "-m", "targeting.cli.main", "run", str(ROOT / "pipelines" / "wub-2026.yaml")]
    done = subprocess.run(
        [*command, "--db", "t.duckdb", "--out", "o", "--quiet"], cwd=folder, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "t.duckdb"


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    command = shutil.which("chromium") or shutil.which("google-chrome")
    if command is None:
        pytest.skip("no chromium on this machine")
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=command, args=["--no-sandbox"])
        yield browser
        browser.close()

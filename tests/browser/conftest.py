"""A browser, the pictures it draws of the sample's run, and that run's review desk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import repository

sys.path.append(str(repository.ROOT / "tools"))
PATIENCE_SECONDS = 60
"""Of a machine that tests other things at the same time."""
Drawn = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser without a window; without one, the tests that need it are skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
    import chromium as ours  # noqa: PLC0415  (needs playwright)

    playwright.expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with ExitStack() as running:
        try:
            browser = running.enter_context(ours.started())
        except ours.NoChromium as error:
            pytest.skip(str(error))
        yield browser


@pytest.fixture(scope="session")
def drawn(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """A copy of the repository after `make pictures`, and what that said."""
    place = repository.copied(tmp_path_factory.mktemp("pictures"), ("browser",))
    for path in (place / "docs" / "pictures").iterdir():
        path.unlink()
    done = repository.typed(place, "pictures")
    assert done.returncode == 0, done.stderr
    return place, done


@pytest.fixture(scope="session")
def db(drawn: Drawn) -> Path:
    """The store of the run that is on the pictures; the report in English lies beside it."""
    return drawn[0] / "build" / "pictures" / "targeting.duckdb"


@pytest.fixture(scope="session")
def reports(db: Path) -> dict[str, Path]:
    """The run's report by language."""
    made = {lang: db.parent / f"report-{lang}.html" for lang in ("id", "en")}
    shutil.copy(db.parent / "report.html", made["en"])
    command = [sys.executable, "-m", "targeting.cli.main", "report", "--db", str(db), "--out", str(made["id"])]
    done = subprocess.run(command, cwd=repository.ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    return made


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
    assert desk.wait(timeout=PATIENCE_SECONDS) == 0

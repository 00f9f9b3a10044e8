"""Every command of the documentation can be typed as it stands: those in `sh` blocks are run, all others are parsed.

A page's `sh` blocks are run in their order, in a folder with the repository's data and a published run of it. A run is
made for real in the tutorial; other pages would make the same one again, and only look before they run.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from targeting.cli.main import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
REAL_RUN = DOCS / "tutorial.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^(?:\.venv/bin/)?targeting (?=[a-z])")
COMMAND: Any = get_command(app)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)]+)\)")


def lines_of(page: Path, languages: set[str]) -> Iterator[str]:
    """The command lines in a page's blocks of these languages; a line that ends with a backslash goes on."""
    for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language in languages:
            yield from filter(None, block.replace("\\\n", " ").splitlines())


def runnable(page: Path) -> list[str]:
    return list(lines_of(page, {"sh"}))


def place_for(page: Path, folder: Path, published: Any) -> Path:
    """The folder in which a page's reader is."""
    for name in ("data", "pipelines", "docs"):
        (folder / name).symlink_to(ROOT / name)
    if page != REAL_RUN:
        (folder / "targeting.duckdb").write_bytes(published.db.read_bytes())
    return folder


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_in_their_order(page: Path, targeting: Any, tmp_path: Path, published: Any) -> None:
    folder = place_for(page, tmp_path, published)
    for line in runnable(page):
        words = shlex.split(line, comments=True)
        if words[0] != "targeting":
            subprocess.run(["bash", "-c", line], cwd=folder, check=True)
            continue
        only_look = ["--dry-run"] if words[1] == "run" and page != REAL_RUN and "--dry-run" not in words else []
        done = targeting(*words[1:], *only_look)
        assert done.returncode == 0, (line, done.stderr)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.stem)
def test_the_commands_of_a_page_can_be_parsed(page: Path) -> None:
    for line in lines_of(page, {"", "sh", "console", "cron"}):
        if PROMPT.match(line.strip()):
            words = shlex.split(line.strip(), comments=True)[1:]
            command = COMMAND
            while hasattr(command, "commands"):
                command = command.commands[words.pop(0)]
            command.make_context("targeting", words).close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_leads_to_pages_that_are_there(page: Path) -> None:
    found = [one or two for one, two in LINK.findall(page.read_text(encoding="utf-8"))]
    paths = [path for path in found if "://" not in path]
    assert [path for path in paths if not (page.parent / path).exists()] == []


def test_every_page_is_in_the_contents_and_in_the_index() -> None:
    contents = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    own = {page.relative_to(DOCS).as_posix() for page in PAGES}
    assert own == set(re.findall(r'"([\w/-]+\.md)"', contents))
    index = set(re.findall(r"\]\(([\w/-]+\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8")))
    assert [page for page in own if page.startswith(("how-to/", "explanation/", "id/")) and page not in index] == []


def test_the_notebook_runs_from_the_first_cell_to_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((DOCS / "examples" / "rooms.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], len({cell["id"] for cell in notebook["cells"]})) == (4, len(notebook["cells"]))
    monkeypatch.chdir(tmp_path)
    for name in ("data", "pipelines"):
        (tmp_path / name).symlink_to(ROOT / name)
    names: dict[str, Any] = {}
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)  # noqa: S102  (our own cells)
    assert names["listed"].height == names["assessment"].household.height
    assert names["listed"].filter(status="selected").height > 20

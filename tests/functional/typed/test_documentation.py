"""Every command of the documentation is typed as it stands, in the order of its page; what others type is listed.

A page's reader stands in the repository's folder after a run and has the files that the page speaks of. `sh` blocks are
typed, and the command lines of crontabs and of systemd's units. Blocks of no language are no commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.main import get_command

from targeting.cli.main import app

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TYPED = [ROOT / "README.md", *(page for page in PAGES if page.parent.name != "reference")]
"""Of the reference, docs/reference/commands.md has commands: those of the help texts, which test_examples.py types."""
BEFORE_A_RUN = {ROOT / "README.md", DOCS / "tutorial.md", DOCS / "id" / "mulai-cepat.md"}
"""Pages that begin with an empty store."""
BESIDE = {
    "README.md": ("old.yaml", "new.yaml"),
    "own-files.md": ("keluarga.csv",),
    "scale.md": ("province-34.parquet",),
}
"""Files that a page's reader has beside the repository."""
SHELLS = ("sh", "cron", "ini")
ELSEWHERE = re.compile(r"/(srv|etc)/targeting")
"""Where the pages have the program and its keys; here the reader's folder."""
TYPED_ELSEWHERE = {
    "make setup": ".ci/run",
    "make test": ".ci/run",
    "targeting policy test pipelines/policy/wub-ppse-2026.yaml": "tests/functional/typed/test_examples.py",
    ".venv/bin/spark-submit": "tests/functional/typed/test_spark_pages.py",
    "$SPARK_HOME/sbin/start-connect-server.sh": "tests/functional/typed/test_spark_pages.py",
    "targeting link ppse.parquet dtsen.parquet --spec link.yaml --engine spark --master sc://host:15002": (
        "tests/functional/typed/test_spark_pages.py"
    ),
}
"""How a line begins that is typed by another file, and by which: these tests run inside `make test`, and what takes
seconds is typed once where it is a command's own example."""
EXTENSION = "python -c \"import duckdb; duckdb.sql('INSTALL httpfs')\""
"""Brings something by a network: here it asks a server of this machine, which does not have it."""
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(targeting [a-z][^`\n]*)`")
COMMAND: Any = get_command(app)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)]+)\)")


def lines_of(page: Path) -> Iterator[str]:
    """The command lines of a page; one that ends with a backslash goes on in the next."""
    for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = [line.strip() for line in block.replace("\\\n", " ").splitlines() if line.strip()]
        match language:
            case "sh":
                yield from lines
            case "cron":
                yield from (line.split(maxsplit=5)[5] for line in lines)
            case "ini":
                yield from (line.partition("=")[2] for line in lines if line.startswith("Exec"))


@pytest.mark.parametrize("page", [page for page in TYPED if any(lines_of(page))], ids=lambda page: page.stem)
def test_the_commands_of_a_page_run_in_their_order(page: Path, typist: Any, made_by_hand: Any) -> None:
    for name in BESIDE.get(page.name, ()):
        assert name in page.read_text(encoding="utf-8")
        made_by_hand[name](typist.folder)
    if page in BEFORE_A_RUN:
        (typist.folder / "targeting.duckdb").unlink()
    for line in lines_of(page):
        if line == EXTENSION:
            asks_for_an_extension(line, typist)
        elif not line.startswith(tuple(TYPED_ELSEWHERE)):
            done = typist.types(ELSEWHERE.sub(str(typist.folder), line))
            assert done.returncode == 0, (line, done.stderr)


def asks_for_an_extension(line: str, typist: Any) -> None:
    """The line asks for the extension of this DuckDB and this machine, and says so when it is not to be had."""
    with nothing_there() as (address, asked), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(typist.folder))
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            patch.setenv(name, address)
        done = typist.types(line)
    assert [path.rsplit("/", 1)[-1] for path in asked] == ["httpfs.duckdb_extension.gz"]
    assert (done.returncode, "HTTP 404" in done.stderr) == (1, True), done.stderr


@contextmanager
def nothing_there() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine that has nothing: its address, and what it is asked for."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        serving.join()


def test_what_another_file_types_is_there() -> None:
    lines = [line for page in TYPED for line in lines_of(page)]
    assert [begin for begin in TYPED_ELSEWHERE if not any(line.startswith(begin) for line in lines)] == []
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [begin for begin, by in TYPED_ELSEWHERE.items() if by == ".ci/run" and f"\n{begin}" not in gate] == []
    assert [by for by in TYPED_ELSEWHERE.values() if not (ROOT / by).is_file()] == []
    example = " ".join(COMMAND.commands["policy"].commands["test"].help.split())
    examples = [begin for begin, by in TYPED_ELSEWHERE.items() if by.endswith("test_examples.py")]
    assert [f"Example: {begin}" in example for begin in examples] == [True]
    assert sum(line.startswith(tuple(TYPED_ELSEWHERE)) for line in lines) <= 9
    assert EXTENSION in lines
    assert len(lines) > 70


def test_a_block_of_another_language_holds_no_command() -> None:
    hidden = [
        (page.name, language)
        for page in TYPED
        for language, block in BLOCK.findall(page.read_text(encoding="utf-8"))
        if language not in SHELLS and re.search(r"^(targeting|make|python|pip) ", block, flags=re.MULTILINE)
    ]
    assert hidden == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_command_within_a_sentence_is_one_with_options_that_it_has(page: Path) -> None:
    for said in INLINE.findall(page.read_text(encoding="utf-8")):
        words, command = said.split()[1:], COMMAND
        while hasattr(command, "commands") and words and re.fullmatch(r"[a-z-]+", words[0]):
            command = command.commands[words.pop(0)]
        known = {option for one in getattr(command, "params", ()) for option in one.opts}
        given = {option.strip("[],.") for option in re.findall(r"--[a-z-]+", " ".join(words))}
        assert given - known - {"--help"} == set(), said


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


def test_the_lottery_of_a_list_can_be_drawn_again_by_the_lines_of_the_readme(
    typist: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lines] = re.findall(r"^```python\n(.*?)^```$", TYPED[0].read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (typist.folder / "candidate.csv").write_bytes(next(published.out.glob("*/candidate.csv")).read_bytes())
    monkeypatch.chdir(typist.folder)
    names: dict[str, Any] = {}
    exec(compile(lines.replace("open(", "opened("), "README.md", "exec"), names | {"opened": opened})  # noqa: S102


def opened(path: str, **how: Any) -> Any:
    """The file's text, closed again: a reader's Python does that on its way out, a test does not wait for it."""
    return Path(path).read_text(**how).splitlines()


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

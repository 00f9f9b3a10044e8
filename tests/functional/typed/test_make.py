"""Every target of the Makefile is typed, in a copy of the repository: what it makes is what the repository has."""

from __future__ import annotations

import filecmp
import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import repository

ROOT = Path(__file__).parents[3]
MADE = {
    "schemas": "schemas/*.json",
    "licences": "docs/security/licences.md",
    "synth": "data/sample/*.csv",
    "reference": "docs/reference/[!i]*.md",
}
"""What is made from the program and kept, by its target; the index of the reference is written by hand."""
ELSEWHERE = {
    "setup": ".ci/run",
    "test": ".ci/run",
    "check": ".ci/run",
    "run": "README.md",
    "pictures": "tests/browser/test_pictures.py",
}
"""Targets that are not typed here: the file that has the line. Pages are typed by test_documentation.py."""
SAID = re.compile(r"`make ([a-z]+)[^`]*`")
SMALL = ("BENCH_ROWS=2000", "BENCH_PERSONS=300x1000", "BENCH_SIZE=300x300")


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, apart from where tests are watched for people: `make synth` makes up the sample's."""
    return repository.copied(tmp_path_factory.mktemp("repository"), ("docs", "bench"))


def targets() -> set[str]:
    """The names that `make` is called with."""
    [names] = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return set(names.split())


def test_make_prints_every_target_with_what_it_does(place: Path) -> None:
    told = repository.typed(place, "help")
    assert {line.split()[1] for line in told.stdout.splitlines()} == targets()
    assert (told.returncode, told.stdout) == (0, repository.typed(place).stdout)


def test_every_target_that_a_page_speaks_of_is_there_and_is_typed() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks" / "README.md"]
    said = {name for page in pages for name in SAID.findall(page.read_text(encoding="utf-8"))}
    assert said - targets() == set()
    here = set(re.findall(r"typed\(place, \"(\w+)\"", Path(__file__).read_text(encoding="utf-8")))
    assert {*here, *MADE, *ELSEWHERE} == targets()
    without = [name for name, path in ELSEWHERE.items() if not re.search(rf"make {name}\b", (ROOT / path).read_text())]
    assert without == []


@pytest.mark.parametrize("target", MADE)
def test_what_is_made_anew_is_what_the_repository_has(place: Path, target: str) -> None:
    kept = [path.relative_to(place) for path in place.glob(MADE[target])]
    for path in kept:
        (place / path).unlink()
    done = repository.typed(place, target)
    assert done.returncode == 0, done.stderr
    same, other, missing = filecmp.cmpfiles(place, ROOT, kept, shallow=False)
    assert (other, missing, sorted(same)) == ([], [], sorted(kept))


def test_versions_are_pinned_anew_below_what_the_file_says_of_itself(place: Path) -> None:
    """With a Python whose index holds two packages."""
    python = place / "python"
    python.write_text(
        f"""#!/bin/sh
case "$*" in
  "-m venv "*) mkdir "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip install "*) echo "$*" > asked ;;
  "-m pip freeze "*) printf 'numpy==2.0\\npolars==2.1\\n' ;;
  *) exec {sys.executable} "$@" ;;
esac
""",
        encoding="utf-8",
    )
    python.chmod(0o755)
    before = (place / "constraints.txt").read_text(encoding="utf-8").splitlines()
    done = repository.typed(place, "constraints", f"PYTHON={python}")
    assert done.returncode == 0, done.stderr
    head = [line for line in before if line.startswith("#")]
    assert (place / "constraints.txt").read_text(encoding="utf-8").splitlines() == [*head, "numpy==2.0", "polars==2.1"]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    [asked] = re.findall(r"\.\[([\w,]+)\]", (place / "asked").read_text(encoding="utf-8"))
    assert set(asked.split(",")) == set(extras) - {"review"}  # which dev brings


def test_clean_leaves_results_and_takes_all_else_that_was_made(place: Path) -> None:
    for name in ("build/site", ".ruff_cache", "tools/__pycache__", "out/run"):
        (place / name).mkdir(parents=True)
    (place / "targeting.duckdb").touch()
    done = repository.typed(place, "clean")
    assert done.returncode == 0, done.stderr
    gone = [".venv", "build", ".ruff_cache", "tools/__pycache__"]
    assert [name for name in gone if (place / name).exists()] == []
    assert [name for name in ("out/run", "targeting.duckdb", "src/targeting") if not (place / name).exists()] == []
    assert Path(sys.executable).exists()


@pytest.mark.extras
@pytest.mark.skipif(find_spec("zensical") is None, reason="the extra docs is not installed")
def test_the_pages_become_a_site_of_which_nothing_is_amiss(place: Path) -> None:
    done = repository.typed(place, "docs")
    assert done.returncode == 0, done.stdout + done.stderr
    made = {path.relative_to(place / "build" / "site") for path in (place / "build" / "site").rglob("*.html")}
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in ROOT.glob("docs/**/*.md")}
    assert pages - made == set()


@pytest.mark.extras
@pytest.mark.slow
@pytest.mark.skipif(find_spec("splink") is None, reason="the extra bench is not installed")
def test_what_is_measured_in_small_sizes_is_told(place: Path) -> None:
    done = repository.typed(place, "bench", *SMALL)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(read|judge) .* rows/s$", done.stdout, flags=re.MULTILINE) == ["read", "judge"]
    assert re.findall(r"^(person|household) .*[01]\.\d{4}", done.stdout, flags=re.MULTILINE) == ["person", "household"]
    assert re.findall(r"^  (\S+) / targeting: time", done.stdout, flags=re.MULTILINE) == [
        "splink-documented",
        "splink-expert",
    ]

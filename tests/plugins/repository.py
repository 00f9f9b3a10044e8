"""A copy of the repository in which whatever a target of the Makefile writes can be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITTEN_TO = ("data", "docs", "schemas", "tools")
READ = ("src", "benchmarks", "pipelines", ".ci")
FILES = (*(path.name for pattern in ("*.md", "*.toml") for path in ROOT.glob(pattern)), "Makefile", "constraints.txt")


def copied(folder: Path, extras: tuple[str, ...] = ()) -> Path:
    """The repository in the folder: files that targets write are its own, those that they read are links."""
    for name in WRITTEN_TO:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in READ:
        (folder / name).symlink_to(ROOT / name)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    set_up(folder, extras)
    return folder


def set_up(folder: Path, extras: tuple[str, ...] = ()) -> None:
    """The folder has this very environment as its own, with all in it that `make setup` and the extras bring."""
    own = folder / ".venv"
    own.mkdir()
    for path in Path(sys.prefix).iterdir():
        if not path.name.startswith(".installed"):
            (own / path.name).symlink_to(path)
    for stamp in (".installed", *(f".installed-{extra}" for extra in extras)):
        (own / stamp).touch()


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make` with the words, in the folder; the make that these tests may run in has no part in it."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(
        ["make", *words],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=environment | {"NO_COLOR": "1", "COLUMNS": "80"},
    )

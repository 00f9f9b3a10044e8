"""The README's pictures, drawn anew by `make pictures` in a copy of the repository."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, in dots."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:])
    return width, height


def test_both_pictures_of_the_readme_are_drawn_in_their_size(
    drawn: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    place, done = drawn
    shown = re.findall(r"\((docs/pictures/\w+\.png)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 2
    assert re.findall(r"^(\S+) [\d,]+ bytes$", done.stdout, flags=re.MULTILINE) == shown
    assert [size(place / name) for name in shown] == [size(ROOT / name) for name in shown]

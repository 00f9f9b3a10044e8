"""The reference pages are what the program says. `GOLDEN=write pytest tests/golden` or `make reference` renews them."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def test_the_reference_is_what_the_program_says() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    pages: dict[str, str] = tool["pages"]()
    if os.environ.get("GOLDEN") == "write":
        tool["main"]()
    stale = [name for name, text in pages.items() if (tool["FOLDER"] / name).read_text(encoding="utf-8") != text]
    assert stale == []
    assert "targeting override withdraw" in pages["commands.md"]


def test_the_example_of_the_python_page_links_frames_and_what_the_page_lists_says_what_it_does() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "reference_python.py"))
    found: dict[str, Any] = {}
    exec(compile(tool["EXAMPLE"], "python.md", "exec"), found)  # noqa: S102  (this project's own page)
    assert found["judged"].precision.value > 0.9
    assert found["found"].links.columns[:5] == ["id_l", "id_r", "match_weight", "match_probability", "status"]
    names = " ".join(tool["LISTED"].values()).split()
    assert [name for name in names if len(tool["entry"](name).split("```\n\n")[1]) < 20] == []

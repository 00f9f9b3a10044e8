"""The reference pages are what the program says. `GOLDEN=write pytest tests/golden` or `make reference` renews them."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_what_the_program_says() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    pages: dict[str, str] = tool["pages"]()
    if os.environ.get("GOLDEN") == "write":
        tool["main"]()
    stale = [name for name, text in pages.items() if (tool["FOLDER"] / name).read_text(encoding="utf-8") != text]
    assert stale == []
    assert "targeting override withdraw" in pages["commands.md"]

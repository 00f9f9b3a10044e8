"""Help texts of all commands, as seen on 80 columns. `GOLDEN=write pytest tests/golden` renews them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from targeting.cli.main import app

FOLDER = Path(__file__).parent / "help"
PLAIN = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "TERMINAL_WIDTH": "80"}


COMMANDS = (
    "",
    "init",
    "run",
    "backup",
    "restore",
    "encrypt",
    "validate",
    "registry build",
    "registry info",
    "link",
    "nationwide",
    "review export",
    "review import",
    "review serve",
    "review list",
    "review undo",
    "review evaluate",
    "sample-for-review",
    "evaluate",
    "export",
    "committee",
    "report",
    "runs",
    "explain",
    "metrics",
    "sensitivity",
    "simulate",
    "diff",
    "override add",
    "override list",
    "override export",
    "override import",
    "override withdraw",
    "replace",
    "lottery commit",
    "lottery check",
    "audit list",
    "audit head",
    "audit verify",
    "key create",
    "key rotate",
    "key info",
    "dpia",
    "purge",
    "subject",
    "erase",
    "pmt train",
    "pmt score",
    "pmt evaluate",
    "policy check",
    "policy diff",
    "policy test",
    "schema",
    "doctor",
    "synth",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_text_is_as_it_was(command):
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env=PLAIN).output
    path = FOLDER / f"{command.replace(' ', '-') or 'targeting'}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown
    assert max(len(line) for line in shown.splitlines()) <= 80

"""A start brings in the command it was asked for, and the names and help of all without a difference."""

from __future__ import annotations

import subprocess
import sys

from typer.testing import CliRunner

from targeting.cli.commands import PLACES, Commands
from targeting.cli.main import app


def test_a_start_imports_the_command_it_was_asked_for_and_no_other():
    code = """
import sys
from targeting.cli.main import app
app(["key", "info", "--help"], standalone_mode=False)
print([name for name in ("targeting.cli.key", "targeting.cli.run", "targeting.pipeline") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['targeting.cli.key']"


def test_a_name_that_is_none_is_answered_with_the_nearest():
    told = CliRunner().invoke(app, ["repot"])
    assert told.exit_code == 2
    assert "report" in told.output


def test_every_place_holds_a_command():
    assert all(command.name == name for name, command in Commands(PLACES).items())

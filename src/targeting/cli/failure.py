"""An error as a document, for machines that asked for one: what failed, why, and with which exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from targeting.cli.output import print_json
from targeting.vocabulary import RunStatus

AS_JSON, QUIET = "--json", "--quiet"
_TOLD = {"run": False}


def begin() -> None:
    """Nothing has been told of this command yet."""
    _TOLD["run"] = False


def told() -> None:
    """A run has told its monitor how it ended."""
    _TOLD["run"] = True


def say(error: str, message: str, exit_code: int, arguments: Sequence[str]) -> None:
    """Print {"error", "message", "exit_code"} to stdout if the command line has --json; nothing without it.

    With --quiet it is the one line of a run's monitor, unless the run came so far as to tell it.
    """
    if AS_JSON not in arguments or _TOLD["run"]:
        return
    document = {"error": error, "message": message, "exit_code": exit_code}
    if QUIET in arguments:
        sys.stdout.write(json.dumps({"status": str(RunStatus.FAILED)} | document, ensure_ascii=False) + "\n")
    else:
        print_json(document)

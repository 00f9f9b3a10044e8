"""An error as a document, for machines that asked for one: what failed, why, and with which exit code."""

from __future__ import annotations

from collections.abc import Sequence

from targeting.cli.output import print_json

AS_JSON, QUIET = "--json", "--quiet"


def say(error: str, message: str, exit_code: int, arguments: Sequence[str]) -> None:
    """Print {"error", "message", "exit_code"} to stdout if the command line has --json; nothing without it.

    With --quiet a run has told its monitor already, in one line of its own.
    """
    if AS_JSON in arguments and QUIET not in arguments:
        print_json({"error": error, "message": message, "exit_code": exit_code})

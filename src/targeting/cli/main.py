"""The command line: parse, call one function, print, exit code. The commands are in commands.py."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from targeting import __version__
from targeting.cli import defect, failure, streams
from targeting.cli.commands import OnDemand
from targeting.cli.output import log
from targeting.disk import is_full
from targeting.errors import DiskFullError, RunInterruptedError, TargetingError, UsageError

SOME_DISK = (
    "a disk is full; what was there before was not changed. Free space ('targeting doctor' shows where), try again."
)

app = typer.Typer(
    name="targeting",
    cls=OnDemand,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Validate PPSE households, link them to DTSEN and rank candidates for WUB.",
)

MISTYPED = "this command line cannot be read: stderr says where, and --help of the command has an example"
STOPPED = "stopped; nothing was published"
STOPPED_SAYS_TYPER = 130
"""What Typer makes of a Ctrl-C that no command has met, as one that comes while a command is imported."""


def show_version(value: bool) -> None:
    """Print the version and end, if asked to."""
    if value:
        typer.echo(f"targeting {__version__}")
        raise typer.Exit


def show_tracebacks(value: bool) -> None:
    """Ask for tracebacks of errors that nobody foresaw."""
    if value:
        os.environ[defect.DEBUG] = "1"


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=show_version, is_eager=True, help="Print the version and end."
    ),
    debug: bool = typer.Option(
        False,
        "--debug",
        callback=show_tracebacks,
        help=f"Show the traceback of a defect, as {defect.DEBUG}=1 does; it may hold personal data.",
    ),
) -> None:
    """Validate PPSE households, link them to DTSEN and rank candidates for WUB."""


def main() -> None:
    """Run the command line; a TargetingError becomes one message and its exit code, any other error one line and 1."""
    os.umask(0o077)  # whatever is made from here on may hold personal data: for its owner's eyes only
    stdout = streams.install()
    failure.begin()
    try:
        app()
    except TargetingError as error:
        log.print(f"error: {error}", markup=False, soft_wrap=True)
        failure.say(type(error).__name__, str(error), error.exit_code, sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        stopped()
    except SystemExit as end:
        if end.code == STOPPED_SAYS_TYPER:
            stopped()
        if not end.code and streams.was_full(stdout):
            log.print(f"error: {streams.UNSAID}", markup=False, soft_wrap=True)
            sys.exit(DiskFullError.exit_code)
        if end.code == UsageError.exit_code:
            failure.say(UsageError.__name__, MISTYPED, UsageError.exit_code, sys.argv)
        raise
    except BaseException as error:  # polars' panics are no Exception
        if is_full(error):
            log.print(f"error: {SOME_DISK}", markup=False, soft_wrap=True)
            failure.say(DiskFullError.__name__, SOME_DISK, DiskFullError.exit_code, sys.argv)
            sys.exit(DiskFullError.exit_code)
        defect.report(error)
        failure.say(defect.name(error), defect.CURE, 1, sys.argv)
        sys.exit(1)


def stopped() -> NoReturn:
    """Say that Ctrl-C ended it, and end."""
    log.print(STOPPED, markup=False)
    failure.say(RunInterruptedError.__name__, STOPPED, RunInterruptedError.exit_code, sys.argv)
    sys.exit(RunInterruptedError.exit_code)


if __name__ == "__main__":
    main()

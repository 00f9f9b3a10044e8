"""The command line: parse, call one function, print, exit code. One file a group of commands."""

from __future__ import annotations

import sys

import typer

from targeting import __version__
from targeting.cli import policy
from targeting.cli.explain import explain
from targeting.cli.export import export
from targeting.cli.link import evaluate, link
from targeting.cli.output import log
from targeting.cli.run import run
from targeting.cli.runs import runs
from targeting.cli.schema import schema
from targeting.cli.synth import synth
from targeting.cli.validate import validate
from targeting.errors import RunInterruptedError, TargetingError

app = typer.Typer(
    name="targeting",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Validate PPSE households, link them to DTSEN and rank candidates for WUB.",
)


def show_version(value: bool) -> None:
    """Print the version and end, if asked to."""
    if value:
        typer.echo(f"targeting {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=show_version, is_eager=True, help="Print the version and end."
    ),
) -> None:
    """Validate PPSE households, link them to DTSEN and rank candidates for WUB."""


app.command()(validate)
app.command()(schema)
app.command()(synth)
app.command()(link)
app.command()(evaluate)


app.command()(run)
app.command()(export)
app.command()(runs)
app.command()(explain)
app.add_typer(policy.app, name="policy")


def main() -> None:
    """Run the command line; a TargetingError becomes one message and its exit code."""
    try:
        app()
    except TargetingError as error:
        log.print(f"error: {error}", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        log.print("stopped; nothing was published", markup=False)
        sys.exit(RunInterruptedError.exit_code)


if __name__ == "__main__":
    main()

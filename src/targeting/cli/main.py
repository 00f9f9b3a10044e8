"""The command line: parse, call one function, print, exit code. One file a group of commands."""

from __future__ import annotations

import os
import sys

import typer

from targeting import __version__
from targeting.cli import audit, defect, key, lottery, override, pmt, policy, registry, review_desk
from targeting.cli.backup import backup, restore
from targeting.cli.committee import committee
from targeting.cli.compare import diff, sensitivity, simulate
from targeting.cli.doctor import doctor
from targeting.cli.dpia import dpia
from targeting.cli.encrypt import encrypt
from targeting.cli.evaluate import evaluate
from targeting.cli.explain import explain
from targeting.cli.export import export
from targeting.cli.init import init
from targeting.cli.link import link
from targeting.cli.metrics import metrics
from targeting.cli.nationwide import nationwide
from targeting.cli.output import log
from targeting.cli.purge import purge
from targeting.cli.replace import replace
from targeting.cli.report import report
from targeting.cli.review import sample_for_review
from targeting.cli.run import run
from targeting.cli.runs import runs
from targeting.cli.schema import schema
from targeting.cli.subject import erase, subject
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


# In the order of the help text: the main job first, then what is done with its result, then the single steps.
app.command()(init)
app.command()(run)
app.command()(runs)
app.command()(backup)
app.command()(restore)
app.command()(encrypt)
app.command()(export)
app.command()(committee)
app.command()(report)
app.command()(explain)
app.command()(metrics)
app.command()(sensitivity)
app.command()(simulate)
app.command()(diff)
app.add_typer(override.app, name="override")
app.command()(replace)
app.add_typer(lottery.app, name="lottery")
app.add_typer(audit.app, name="audit")
app.add_typer(key.app, name="key")
app.command()(dpia)
app.command()(purge)
app.command()(subject)
app.command()(erase)
app.command()(validate)
app.add_typer(registry.app, name="registry")
app.command()(link)
app.command()(nationwide)
app.add_typer(review_desk.app, name="review")
app.command("sample-for-review")(sample_for_review)
app.command()(evaluate)
app.add_typer(pmt.app, name="pmt")
app.add_typer(policy.app, name="policy")
app.command()(schema)
app.command()(doctor)
app.command()(synth)


def main() -> None:
    """Run the command line; a TargetingError becomes one message and its exit code, any other error one line and 1."""
    os.umask(0o077)  # whatever is made from here on may hold personal data: for its owner's eyes only
    try:
        app()
    except TargetingError as error:
        log.print(f"error: {error}", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        log.print("stopped; nothing was published", markup=False)
        sys.exit(RunInterruptedError.exit_code)
    except SystemExit:
        raise
    except BaseException as error:  # polars' panics are no Exception
        defect.report(error)
        sys.exit(1)


if __name__ == "__main__":
    main()

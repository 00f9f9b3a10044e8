"""`targeting lottery`: commit to a seed before a run, and see afterwards that the draw followed from it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from targeting import store
from targeting.cli.options import AsJson
from targeting.cli.output import console, log, print_json
from targeting.cli.tables import read_table
from targeting.contracts.lottery import SEED_BITS, read_seed, spelled
from targeting.contracts.policy_quotas import commitment, guessable
from targeting.errors import PolicyError, UsageError
from targeting.ranking import wrong_tickets
from targeting.store.export.masking import PSEUDONYM

FILE_SAYS = "Seed of a lottery, named by seed_file of a pipeline file: secret until the list is out, then published."

COLUMNS = ["household_id", "district", "rank", "tie", "lottery"]

app = typer.Typer(no_args_is_help=True, help="Commit to the lottery's seed, and check its draw.")


@app.callback()
def lottery() -> None:
    """Commit to the lottery's seed, and check its draw."""


@app.command()
def commit(
    seed: Annotated[int | None, typer.Argument(help="A seed of your own; without it a new long one.")] = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the seed there, for its owner only, and do not show it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a seed and print its commitment. Publish the commitment, keep the seed secret until the list is out.

    The commitment goes to seed_commit of the pipeline file, the file to its seed_file; a run with another seed is
    refused. A policy that serves a single list can hold it too (ranking.seed_commit). A file that is there is kept.

    Example: targeting lottery commit --out lottery-seed.txt
    """
    chosen = secrets.randbits(SEED_BITS) if seed is None else seed
    if out is not None:
        _write(out, chosen)
    if as_json:
        shown = {"seed": chosen} if out is None else {"seed_file": str(out)}
        print_json(shown | {"commitment": commitment(chosen)})
        return
    if out is None:
        console.print(f"seed: {chosen}", markup=False)
    if guessable(chosen):
        log.print("warning: this seed is short enough to be guessed from its commitment.", markup=False)
    console.print(f"seed_commit: {commitment(chosen)}", markup=False, soft_wrap=True)


def _write(out: Path, seed: int) -> None:
    """The seed in a file of its own. Raises UsageError for one that is there: its seed may be committed to already."""
    if out.exists():
        raise UsageError(f"{out} is there already, and its seed may be committed to. Name another file.")
    store.check_can_write(out.parent, "--out")
    store.write_text(out, spelled(seed, FILE_SAYS))


@app.command()
def check(
    listing: Annotated[Path, typer.Argument(metavar="LIST", help="An exported list, CSV or Parquet.")],
    *,
    seed: Annotated[int | None, typer.Option("--seed", help="The seed as it was revealed.")] = None,
    seed_file: Annotated[Path | None, typer.Option("--seed-file", help="The file of it, instead.")] = None,
    committed: Annotated[str | None, typer.Option("--commitment", help="What was published before the run.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the lottery of a list again: every ticket from the seed, every tie in the order of its tickets.

    Ends with 13 if a ticket or the commitment does not fit.

    Example: targeting lottery check candidate.csv --seed-file pipelines/lottery-seed.example.txt
    """
    revealed = _revealed(seed, seed_file)
    if committed is not None and committed != commitment(revealed):
        raise PolicyError("the seed is not the one that was committed to: its hash is another one.")
    table = read_table(listing, COLUMNS).with_columns(
        pl.col("rank", "tie").cast(pl.Int64), pl.col("lottery").replace("", None)
    )
    if table.get_column("household_id").str.contains(rf"\*{{8}}|{PSEUDONYM}").any():
        raise UsageError("the household ids of this list are masked. Check one with ids that are no identity numbers.")
    wrong = wrong_tickets(table, revealed)
    drawn = table.get_column("lottery").count()
    if as_json:
        print_json({"drawn": drawn, "wrong": wrong.height, "commitment": commitment(revealed)})
    else:
        console.print(f"{drawn:,} tickets drawn again, {wrong.height:,} differ", markup=False)
    if wrong.height:
        raise typer.Exit(PolicyError.exit_code)


def _revealed(seed: int | None, file: Path | None) -> int:
    """The seed that was given, itself or in a file. UsageError unless it is one of the two."""
    if (seed is None) == (file is None):
        raise UsageError("give the seed with --seed, or its file with --seed-file: one of the two.")
    return seed if file is None else read_seed(file)  # type: ignore[return-value]

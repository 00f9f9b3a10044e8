"""`targeting lottery`: commit to a seed before a run, and see afterwards that the draw followed from it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from targeting.cli.options import AsJson
from targeting.cli.output import console, print_json
from targeting.cli.tables import read_table
from targeting.contracts.policy_quotas import commitment
from targeting.errors import PolicyError, UsageError
from targeting.ranking import wrong_tickets
from targeting.store.export.masking import PSEUDONYM

SEED_BITS = 62
"""As long as a store's whole numbers allow: trying all of them would take a computer centuries."""
COLUMNS = ["household_id", "district", "rank", "tie", "lottery"]

app = typer.Typer(no_args_is_help=True, help="Commit to the lottery's seed, and check its draw.")


@app.callback()
def lottery() -> None:
    """Commit to the lottery's seed, and check its draw."""


@app.command()
def commit(
    seed: Annotated[int | None, typer.Argument(help="A seed of your own; without it a new long one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a seed and its commitment. Publish the commitment, keep the seed secret until the list is out.

    The commitment goes to ranking.seed_commit of the policy, the seed to the pipeline file.

    Example: targeting lottery commit
    """
    chosen = secrets.randbits(SEED_BITS) if seed is None else seed
    if as_json:
        print_json({"seed": chosen, "commitment": commitment(chosen)})
        return
    console.print(f"seed: {chosen}", markup=False)
    console.print(f"seed_commit: {commitment(chosen)}", markup=False, soft_wrap=True)


@app.command()
def check(
    listing: Annotated[Path, typer.Argument(metavar="LIST", help="An exported list, CSV or Parquet.")],
    *,
    seed: Annotated[int, typer.Option("--seed", help="The seed as it was revealed.")],
    committed: Annotated[str | None, typer.Option("--commitment", help="What was published before the run.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the lottery of a list again: every ticket from the seed, every tie in the order of its tickets.

    Ends with 13 if a ticket or the commitment does not fit.

    Example: targeting lottery check candidate.csv --seed 2026 --commitment sha256:e3b0...
    """
    if committed is not None and committed != commitment(seed):
        raise PolicyError("the seed is not the one that was committed to: its hash is another one.")
    table = read_table(listing, COLUMNS).with_columns(
        pl.col("rank", "tie").cast(pl.Int64), pl.col("lottery").replace("", None)
    )
    if table.get_column("household_id").str.contains(rf"\*{{8}}|{PSEUDONYM}").any():
        raise UsageError("the household ids of this list are masked. Check one with ids that are no identity numbers.")
    wrong = wrong_tickets(table, seed)
    drawn = table.get_column("lottery").count()
    if as_json:
        print_json({"drawn": drawn, "wrong": wrong.height, "commitment": commitment(seed)})
    else:
        console.print(f"{drawn:,} tickets drawn again, {wrong.height:,} differ", markup=False)
    if wrong.height:
        raise typer.Exit(PolicyError.exit_code)

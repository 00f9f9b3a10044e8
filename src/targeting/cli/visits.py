"""targeting override export / import: borderline candidates into a workbook for visits, and its decisions back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from targeting import store
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    District,
    FilledWorkbook,
    NewWorkbook,
    Operator,
    RunId,
    StoreFile,
    check_reveal,
    now,
)
from targeting.cli.output import print_json, print_table
from targeting.cli.review_returned import read_workbook
from targeting.cli.tables import check_file
from targeting.cli.words import export_words
from targeting.errors import InputFileError, UsageError
from targeting.report.headings import HEADINGS
from targeting.report.labels import Language
from targeting.vocabulary import OverrideKind

MADE_BY, ALL = "targeting override export", "-"


def export_visits(
    run: RunId = None,
    *,
    out: NewWorkbook,
    purpose: Annotated[str, typer.Option("--purpose", help="Why personal data is shown; kept in audit_event.")],
    district: District = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Write borderline candidates into a workbook, in the order of visits; 'targeting override import' takes it back.

    With drop-downs: hold, include, exclude, and a reason. Shows names, numbers and addresses; recorded with its
    purpose.

    Example: targeting override export --out visits.xlsx --purpose "verifikasi lapangan Juni"
    """
    from targeting.review.visits import rows_of, write_workbook  # noqa: PLC0415  (for this command only)
    from targeting.store.export.files import replacing  # noqa: PLC0415

    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"--out {out}: its ending must be .xlsx.")
    why, who = check_reveal(purpose, operator)
    check_file(out, "--out")
    of_run, listing = visit_listing(db, run, district or ALL)
    rows = rows_of(listing)
    if rows.is_empty():
        raise UsageError(f"run {of_run['run_id']} has no borderline candidate{' there' if district else ''}.")
    detail = {"command": "override export", "rows": rows.height, "district": district}
    store.record(db, store.AuditEvent(of_run["run_id"], now(), store.Action.REVEAL, who, why, detail))
    about = {"run_id": of_run["run_id"], "purpose": why, "pairs": str(rows.height), "district": district or ALL}
    with replacing(out) as unfinished:
        write_workbook(unfinished, rows, headings(), about, of_run["started_at"])
    if as_json:
        print_json({"run_id": of_run["run_id"], "households": rows.height, "file": str(out)})
    else:
        typer.echo(out)


def import_visits(
    file: FilledWorkbook,
    *,
    operator: Annotated[
        str | None, typer.Option("--operator", help="Who decided; without it the name in the workbook.")
    ] = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Take the decisions of a workbook as overrides; all of them, or none if a cell was changed.

    The next run obeys them. Decisions that are in force already are not taken twice.

    Example: targeting override import visits.xlsx --operator "Ani"
    """
    from targeting.review.returned import refuse  # noqa: PLC0415  (for this command only)
    from targeting.review.visits import VISITS_SHEET  # noqa: PLC0415

    about, named, rows = read_workbook(file, VISITS_SHEET, MADE_BY)
    who = (operator or named).strip()
    decided = _decided(db, about, rows, file)
    if decided.is_empty():
        raise UsageError(f"{file.name} holds no decision. Choose one in at least one row, save it and import it again.")
    if not who:
        raise UsageError(f"{file.name} does not say who decided. Fill in the yellow cell, or give --operator.")
    in_force = store.overrides_in_force(db, now().date())
    both = decided.join(in_force, on="household_id", how="left", suffix=" in force", maintain_order="left")
    same = pl.col("kind").eq_missing(pl.col("kind in force"))
    refuse(
        [
            f"row {row['row_number'] + 1}: override {row['override_id']} ({row['kind in force']}) is in force for this "
            f"household; 'targeting override withdraw {row['override_id']}' ends it first"
            for row in both.filter(pl.col("override_id").is_not_null() & ~same).iter_rows(named=True)
        ],
        file.name,
    )
    fresh = both.filter(pl.col("override_id").is_null())
    overrides = [
        store.Override(household, OverrideKind(kind), store.Deed(who, now(), reason))
        for household, kind, reason in fresh.select("household_id", "kind", "reason").iter_rows()
    ]
    ids = store.add_overrides(db, overrides) if overrides else []
    counts = {
        "operator": who,
        "taken": len(ids),
        "there_already": decided.height - len(ids),
        "left_open": rows.height - decided.height,
    }
    if as_json:
        print_json({"run_id": about["run_id"], "overrides": ids, **counts})
    else:
        print_table(f"decisions of {file.name}", ["what", "count"], list(counts.items()), (1,))


def visit_listing(
    db: Path, run: str | None, district: str = ALL, language: Language = Language.ID, wait_seconds: float = 0.0
) -> tuple[dict[str, Any], pl.DataFrame]:
    """A run and its list in words, nothing masked, of one district or of all; the workbook's is in Indonesian."""
    words = export_words(language)
    of_run, listing = store.listed(db, run, words, reveal=True, everyone=True, wait_seconds=wait_seconds)
    told = listing.with_columns(pl.col("status").replace(dict(words.statuses)))
    return of_run, told if district == ALL else told.filter(district=district)


def headings() -> dict[str, str]:
    """The list's headings in both languages."""
    return {name: both.id if both.id == both.en else f"{both.id} / {both.en}" for name, both in HEADINGS.items()}


def _decided(db: Path, about: dict[str, str], rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """household_id, kind, reason, row_number of the decided rows; raises for whatever is not as it was exported."""
    from targeting.review.returned import decided  # noqa: PLC0415  (for this command only)
    from targeting.review.visits import DECISION, KEY, LAYOUT, NUMBER, REASON, named, rows_of  # noqa: PLC0415

    try:
        _, listing = visit_listing(db, about["run_id"], about.get("district", ALL))
    except UsageError:
        raise InputFileError(
            f"{file.name} is of run {about['run_id']}, which {db} does not hold. "
            "Name the store it was exported from with --db."
        ) from None
    written = named(rows_of(listing), headings())
    if NUMBER not in rows.columns:
        raise InputFileError(
            f"{file.name} lacks the column '{NUMBER}'. Export the workbook anew; its columns must stay."
        )
    found = decided(rows, written, int(about["pairs"]), file.name, LAYOUT)
    return found.select(
        pl.col("row_number"),
        pl.col(headings()[KEY]).alias("household_id"),
        pl.col(DECISION).alias("kind"),
        pl.col(REASON).alias("reason"),
    )

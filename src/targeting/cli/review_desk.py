"""`targeting review`: doubtful links settled by persons, in a workbook or on a page of this machine."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from targeting import store
from targeting.cli.evaluate import percent
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    FilledWorkbook,
    Lang,
    NewWorkbook,
    Operator,
    RunId,
    StoreFile,
    check_reveal,
    now,
    operator_name,
)
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.review_returned import read_workbook
from targeting.cli.tables import check_file, write_table
from targeting.cli.words import level_words
from targeting.errors import InputFileError, UsageError
from targeting.report.labels import Language, label
from targeting.vocabulary import ReviewDecision

WORKBOOK, DESK = "workbook", "desk"
LOCK_WAIT_SECONDS = 10.0

Why = Annotated[str, typer.Option("--purpose", help="Why personal data is shown; kept in audit_event and the ledger.")]

app = typer.Typer(no_args_is_help=True, help="Settle doubtful links: both records side by side, decided by persons.")


@app.callback()
def review() -> None:
    """Settle doubtful links: both records side by side, decided by persons."""


@app.command("export")
def export_workbook(
    run: RunId = None,
    *,
    out: NewWorkbook,
    purpose: Why,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Pairs at most, the most valuable first.")] = 500,
    everything: Annotated[bool, typer.Option("--all", help="Also pairs that somebody has decided.")] = False,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Write a run's doubtful pairs into a workbook with drop-downs; 'targeting review import' takes it back.

    Shows names and numbers: the export is recorded with its purpose.

    Example: targeting review export --out review.xlsx --purpose "peninjauan padanan Juni"
    """
    from targeting.review.workbook import rows_of, write_workbook  # noqa: PLC0415  (for this command only)
    from targeting.store.export.files import replacing  # noqa: PLC0415

    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"--out {out}: its ending must be .xlsx.")
    why, who = check_reveal(purpose, operator)
    check_file(out, "--out")
    of_run, queue = store.review_queue(db, run)
    queue = (queue if everything else queue.filter(pl.col("decisions").is_null())).head(limit)
    if queue.is_empty():
        raise UsageError("every pair of this run is decided. --all exports them again.")
    _record(db, of_run["run_id"], why, who, {"command": "review export", "rows": queue.height})
    about = {"run_id": of_run["run_id"], "purpose": why, "pairs": str(queue.height)}
    with replacing(out) as unfinished:
        write_workbook(unfinished, queue, rows_of(queue, level_words), about, of_run["started_at"])
    if as_json:
        print_json({"run_id": of_run["run_id"], "pairs": queue.height, "file": str(out)})
    else:
        typer.echo(out)


@app.command("import")
def import_workbook(
    file: FilledWorkbook,
    *,
    reviewer: Annotated[
        str | None, typer.Option("--reviewer", help="Who decided; without it the name in the workbook.")
    ] = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Take the decisions of a workbook into the ledger; all of them, or none if a cell was changed.

    The next run obeys what reviewers agree on. Decisions that are in the ledger already are not taken twice.

    Example: targeting review import review.xlsx --reviewer "Ani"
    """
    from targeting.review.returned import decisions_of  # noqa: PLC0415  (for this command only)
    from targeting.review.workbook import PAIRS_SHEET  # noqa: PLC0415

    about, named, rows = read_workbook(file, PAIRS_SHEET, "targeting review export")
    who = (reviewer or named).strip()
    of_run, queue = _run_of(db, about["run_id"], file)
    decided = decisions_of(rows, _as_exported(queue, rows, file), int(about["pairs"]), file.name)
    if decided.is_empty():
        raise UsageError(f"{file.name} holds no decision. Choose one in at least one row, save it and import it again.")
    if not who:
        raise UsageError(f"{file.name} does not say who decided. Fill in the yellow cell, or give --reviewer.")
    fresh = _not_yet_there(decided, queue, who)
    decisions = [
        store.PairDecision(person, dtsen_person, seen, ReviewDecision(made), note)
        for person, dtsen_person, seen, made, note in fresh.iter_rows()
    ]
    ids = (
        store.record_decisions(
            db, of_run["run_id"], decisions, store.Deed(who, now(), about["purpose"]), WORKBOOK, LOCK_WAIT_SECONDS
        )
        if decisions
        else []
    )
    counts = {
        "reviewer": who,
        "taken": len(ids),
        "there_already": decided.height - len(ids),
        "left_open": rows.height - decided.height,
    }
    if as_json:
        print_json({"run_id": of_run["run_id"], **counts})
    else:
        print_table(
            f"decisions of {file.name}",
            ["what", "count"],
            [(name.replace("_", " "), number) for name, number in counts.items()],
            (1,),
        )


@app.command("list")
def list_pairs(
    run: RunId = None, *, db: StoreFile = DEFAULT_STORE, lang: Lang = Language.EN, as_json: AsJson = False
) -> None:
    """Show how far the review of a run is, and the pairs on which reviewers disagree; no personal data.

    Example: targeting review list --lang id
    """
    of_run, queue = store.review_queue(db, run)
    told = queue.select(
        "person_id",
        "dtsen_person_id",
        "ground",
        state=pl.Series([state_of(one) for one in queue["decisions"].to_list()], dtype=pl.String),
        decisions=pl.Series([_said(one) for one in queue["decisions"].to_list()], dtype=pl.String),
    )
    counts = told.group_by("ground", "state").agg(pairs=pl.len()).sort("ground", "state")
    split = store.mask(told.filter(pl.col("state") == "disagreed"))
    if as_json:
        print_json({"run_id": of_run["run_id"], "counts": counts.to_dicts(), "disagreed": split.to_dicts()})
        return
    rows = [(label(ground, lang), label(state, lang), f"{pairs:,}") for ground, state, pairs in counts.iter_rows()]
    print_table(
        label("review_progress", lang),
        [label(name, lang) for name in ("review_ground", "state", "pairs_to_review")],
        rows,
        (2,),
    )
    if split.height:
        columns = ["person_id", "dtsen_person_id", "decisions"]
        print_table(
            label("disagreed", lang),
            [label(name, lang) for name in ("person", "dtsen_person", "decisions")],
            list(split.select(columns).iter_rows()),
        )


@app.command("undo")
def undo(
    decision_id: Annotated[str, typer.Argument(metavar="DECISION", help="Its id in review_ledger: R-00001.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; stands in the ledger.")],
    reviewer: Annotated[str | None, typer.Option("--reviewer", help="Who decided; your user name without it.")] = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Take back one's own decision; both rows stay in the ledger.

    Example: targeting review undo R-00001 --reviewer "Ani" --reason "pasangan tertukar baris"
    """
    deed = store.Deed(operator_name(reviewer), now(), reason)
    store.undo_decision(db, decision_id, deed, DESK, LOCK_WAIT_SECONDS)
    if as_json:
        print_json({"decision_id": decision_id, "undone": True, "reviewer": deed.operator})
    else:
        console.print(f"{decision_id} is undone", markup=False)


@app.command("evaluate")
def evaluate(
    run: RunId = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the labelled sample, for 'targeting evaluate'.")
    ] = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Precision and recall of what the model linked in a run, by the pairs on which reviewers agree.

    Labels of the random check stand for all sure links; strata that nobody looked at are left out and told.

    Example: targeting review evaluate --json
    """
    from targeting.linkage.labelled import evaluate_labelled  # noqa: PLC0415  (for this command only)
    from targeting.linkage.review_pairs import labelled_sample  # noqa: PLC0415

    of_run, queue = store.review_queue(db, run)
    labels = [agreed(one) for one in queue["decisions"].to_list()]
    sample, covered = labelled_sample(queue, pl.Series(labels, dtype=pl.String))
    if sample.is_empty():
        raise UsageError("no pair of this run is decided yet. 'targeting review serve' or 'export' is the way.")
    links = queue.select(id_l="person_id", id_r="dtsen_person_id", status="status")
    result = evaluate_labelled(links, sample)
    if out is not None:
        write_table(sample, out)
    if as_json:
        print_json({"run_id": of_run["run_id"], "pairs_covered": covered, **asdict(result)})
        return
    rates = [("precision", result.precision), ("recall within the file", result.recall)]
    rows: list[tuple[Any, ...]] = [
        (name, percent(r.value), f"{percent(r.low)} to {percent(r.high)}", f"{r.of:,}") for name, r in rates
    ]
    print_table("the model's links by reviewed pairs", ["rate", "value", "95 % interval", "of"], rows, (1, 3))
    log.print(
        f"{result.labelled:,} labels, {result.unsure:,} unsure; they speak for {covered:.1%} of the pairs of the run.",
        markup=False,
    )


@app.command("serve")
def serve(
    run: RunId = None,
    *,
    purpose: Why,
    operator: Annotated[
        str | None, typer.Option("--operator", help="The first reviewer; your user name without it.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Candidates too with names, numbers and addresses; pairs always are.")
    ] = False,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.ID,
    as_json: AsJson = False,
) -> None:
    """Open the review desk: a page of this machine only, its address with a token; Ctrl-C closes it.

    Two queues: doubtful links, and borderline candidates in the order of visits, masked unless --reveal is given.
    Every decision is in the ledger at once: nothing is lost by closing the page. Needs the extra 'review'.

    Example: targeting review serve --purpose "peninjauan padanan Juni" --lang id
    """
    from targeting.cli.review_serve import serve_desk  # noqa: PLC0415  (a web framework, for this command only)

    why, who = check_reveal(purpose, operator)
    of_run, queue = store.review_queue(db, run)
    _record(
        db, of_run["run_id"], why, who, {"command": "review serve", "rows": queue.height, "candidates_revealed": reveal}
    )
    serve_desk(db, of_run["run_id"], why, who, port, lang, reveal=reveal, as_json=as_json)


def agreed(decisions: list[dict[str, Any]] | None) -> str | None:
    """What all who are sure say; `unsure` if nobody is; None if nobody decided or they disagree."""
    said = {one["decision"] for one in decisions or ()}
    sure = said - {ReviewDecision.UNSURE.value}
    if len(sure) > 1:
        return None
    return next(iter(sure or said), None)


def state_of(decisions: list[dict[str, Any]] | None) -> str:
    """open, disagreed, or what was agreed."""
    return "open" if not decisions else agreed(decisions) or "disagreed"


def _said(decisions: list[dict[str, Any]] | None) -> str:
    """Who says what."""
    return "; ".join(f"{one['operator']}: {one['decision']}" for one in decisions or ())


def _record(db: Path, run_id: str, purpose: str, operator: str, detail: dict[str, object]) -> None:
    """The look is in audit_event before anything is shown."""
    store.record(db, store.AuditEvent(run_id, now(), store.Action.REVEAL, operator, purpose, detail))


def _run_of(db: Path, run_id: str, file: Path) -> tuple[dict[str, Any], pl.DataFrame]:
    """The run that the workbook is of, and its queue."""
    try:
        return store.review_queue(db, run_id)
    except UsageError:
        raise InputFileError(
            f"{file.name} is of run {run_id}, which {db} does not hold. Name the store it was exported from with --db."
        ) from None


def _as_exported(queue: pl.DataFrame, rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """What was written for these pairs, numbered as in the workbook."""
    from targeting.review.workbook import KEYS, NUMBER, rows_of  # noqa: PLC0415  (for this command only)

    if any(name not in rows.columns for name in (*KEYS, NUMBER)):
        raise InputFileError(f"{file.name} lacks its hidden columns. Export the workbook anew; its columns must stay.")
    own = [*KEYS[:2]]
    numbered = rows.select(*own, number=pl.col(NUMBER)).unique(own, keep="first", maintain_order=True)
    found = numbered.join(queue, on=own, how="inner", maintain_order="left")
    if found.is_empty():
        raise InputFileError(f"{file.name} holds no pair of its run. Export the workbook anew.")
    return rows_of(found.drop("number"), level_words).with_columns(found["number"].alias(NUMBER))


def _not_yet_there(decided: pl.DataFrame, queue: pl.DataFrame, reviewer: str) -> pl.DataFrame:
    """Decisions that this reviewer has not made before, word for word."""
    said = {
        (row["person_id"], row["dtsen_person_id"], one["decision"], one["note"] or "")
        for row in queue.filter(pl.col("decisions").is_not_null()).iter_rows(named=True)
        for one in row["decisions"]
        if one["operator"] == reviewer
    }
    keep = [(row[0], row[1], row[3], row[4]) not in said for row in decided.iter_rows()]
    return decided.filter(pl.Series(keep, dtype=pl.Boolean))

"""targeting link: any two files by a short spec."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import polars as pl
import typer

from targeting.cli.evaluate import show_error_rates
from targeting.cli.interrupt import interruptible
from targeting.cli.linkage_register import columns_of, register_of
from targeting.cli.linkage_views import (
    explanation,
    profile_of,
    record_reveal,
    revealed,
    show_explanation,
    show_profile,
    write_charts,
)
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    Lang,
    Operator,
    Purpose,
    amount_of_memory,
    check_reveal,
    followed,
)
from targeting.cli.output import log, print_json, print_table
from targeting.cli.tables import check_file, check_writable, read_table, write_table
from targeting.contracts.config import LinkageSettings, SparkSettings
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.errors import UsageError
from targeting.report.labels import Language

if TYPE_CHECKING:
    from targeting.linkage.engines import Engine
    from targeting.linkage.link import LinkResult
    from targeting.linkage.sides import Side as EncodedSide

EngineName = Literal["duckdb", "spark", "recordlinkage"]


def link(
    left: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet file to find in the other.")],
    right: Annotated[
        Path, typer.Argument(help="File to find it in, or a snapshot's folder; the same file finds duplicates.")
    ],
    *,
    spec: Annotated[Path, typer.Option(help="YAML: id columns, columns with types, assignment.")],
    out: Annotated[Path | None, typer.Option(help="Links, .parquet or .csv.")] = None,
    model: Annotated[Path | None, typer.Option(help="Trained model to use instead of training.")] = None,
    save_model: Annotated[Path | None, typer.Option(help="Where to keep the model.")] = None,
    engine: Annotated[
        EngineName,
        typer.Option(
            help="What compares: spark on many machines; recordlinkage as a slow second opinion, small files."
        ),
    ] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where Spark runs, e.g. spark://host:7077 or sc://host:15002; else here."),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads; the links do not depend on it.")] = 2,
    memory: Annotated[
        str, typer.Option(callback=amount_of_memory, help="Memory limit of the engine, e.g. 4GB.")
    ] = "4GB",
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ID_L ID_R", help="One pair: what speaks for it and against it, in bits and in words."),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="With --explain, show both records' values; needs --purpose.")
    ] = False,
    purpose: Purpose = None,
    operator: Operator = None,
    db: Annotated[
        Path, typer.Option("--db", help="DuckDB file whose audit_event records a reveal.", callback=followed)
    ] = DEFAULT_STORE,
    profile: Annotated[bool, typer.Option("--profile", help="Only count pairs and forecast; link nothing.")] = False,
    charts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Charts of the linkage, as SVG and a page.")
    ] = None,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Link two files by probabilistic record linkage, trained on the files themselves.

    The example's files are made by 'targeting synth --households 200 --out synth'.

    Example: targeting link synth/ppse_member.csv synth/dtsen_person.csv --spec docs/examples/link.yaml
    --out links.parquet
    """
    from targeting.linkage.link import link as link_frames  # noqa: PLC0415  (heavy imports for this command only)
    from targeting.linkage.model import load_model  # noqa: PLC0415

    if master is not None and engine != "spark":
        raise UsageError(f"--master says where Spark runs, and --engine is {engine}. Add --engine spark.")
    accountable = check_reveal(purpose, operator) if reveal else None
    wanted = load_spec(spec)
    if out is not None:
        check_writable(out, "--out")
    elif not (explain or profile or charts):
        raise UsageError(
            "nothing to do. Give --out for the links, or --explain, --profile or --charts to look at them."
        )
    if save_model is not None:
        check_file(save_model, "--save-model")
    known = None if model is None else load_model(model)
    with interruptible("nothing was written"), log.status("linking"):
        left_frame = read_table(left, columns_of(wanted, "left"))
        register = register_of(right, wanted, encoded=engine != "recordlinkage")
        sides, same_file = (left_frame, register.side), left.resolve() == right.resolve()
        settings = LinkageSettings(threads=threads, memory=memory, spark=SparkSettings(master=master))
        with closing(_engine(engine, sides, wanted, settings)) as runs:
            if profile:
                counted = profile_of(sides, wanted, runs, known, same_file=same_file)
            else:
                looked_at = bool(explain or charts)
                result = link_frames(
                    *sides,
                    wanted,
                    runs,
                    known,
                    same_file=same_file,
                    keep_working=looked_at,
                    stamped=save_model is not None,
                )
                told = explanation(result, runs, explain, lang) if explain else None
                result.seconds["encode"] += register.seconds
                if out is not None:
                    write_table(result.links, out)
    if profile:
        show_profile(counted, lang, as_json=as_json)
        return
    if save_model is not None:
        save_model.parent.mkdir(parents=True, exist_ok=True)
        save_model.write_text(result.model.to_json(), encoding="utf-8")
    drawn = [] if charts is None else write_charts(result, wanted, charts, lang)
    if told and accountable is not None:
        record_reveal(db, accountable, told)
        told = revealed(told, left_frame, register.record(told["id_r"]), wanted)
    summary = {} if out is None else _summary(result, left_frame.height, register.records, engine)
    views = {"explanation": told, "charts": [str(path) for path in drawn]}
    if as_json:
        print_json(summary | {name: view for name, view in views.items() if view})
    else:
        _show_all(summary, out, told, drawn, lang)


def _engine(
    name: EngineName, sides: tuple[pl.DataFrame, pl.DataFrame | EncodedSide], spec: LinkSpec, settings: LinkageSettings
) -> Engine:
    """The engine of that name, opened."""
    if name == "recordlinkage":
        left, right = sides
        if not isinstance(right, pl.DataFrame):
            raise UsageError("a snapshot is linked with --engine duckdb; recordlinkage compares texts, not codes.")
        from targeting.linkage.engines.recordlinkage import RecordlinkageEngine  # noqa: PLC0415  (brings pandas)

        return RecordlinkageEngine(left, right, spec)
    from targeting.linkage.engines.choice import open_engine  # noqa: PLC0415  (heavy imports for this command only)

    return open_engine(settings.model_copy(update={"engine": name}))


def _show_all(
    summary: dict[str, object], out: Path | None, told: dict[str, Any] | None, drawn: list[Path], lang: Language
) -> None:
    """Everything that was asked for, as tables."""
    if out is not None:
        _show(summary, out)
    if told:
        show_explanation(told, lang)
    if drawn:
        log.print(f"charts: {drawn[-1]}", markup=False, soft_wrap=True)


def _summary(result: LinkResult, left_rows: int, right_rows: int, engine: str) -> dict[str, object]:
    """What the command prints."""
    statuses = dict(result.links["status"].value_counts().iter_rows())
    return {
        "left_rows": left_rows,
        "right_rows": right_rows,
        "engine": engine,
        "pairs_scored": result.pairs_scored,
        "links": statuses.get("link", 0),
        "reviews": statuses.get("review", 0),
        "expected_share_of_left_in_right": round(result.model.match_share, 4),
        "blocking": [asdict(rule) for rule in result.rules],
        "seconds": {phase: round(value, 3) for phase, value in result.seconds.items()},
        "notes": list(result.model.notes),
        "error_rates": None if result.error_rates is None else asdict(result.error_rates),
    }


def _show(summary: dict[str, object], out: Path) -> None:
    """The summary as tables."""
    counts = ("left_rows", "right_rows", "pairs_scored", "links", "reviews", "expected_share_of_left_in_right")
    rows = [(name.replace("_", " "), f"{summary[name]:,}") for name in counts]
    print_table(f"links in {out}", ["what", "count"], rows, (1,))
    rates: dict[str, object] | None = summary["error_rates"]  # type: ignore[assignment]
    if rates is not None:
        show_error_rates(rates)
    seconds: dict[str, float] = summary["seconds"]  # type: ignore[assignment]
    print_table("time", ["phase", "seconds"], [(phase, f"{value:.2f}") for phase, value in seconds.items()], (1,))
    blocking: list[dict[str, int]] = summary["blocking"]  # type: ignore[assignment]
    for rule in blocking:
        if rule["cut_pairs"]:
            log.print(
                f"note: rule '{rule['rule']}': {rule['cut_keys']:,} blocks of over {rule['largest_block']:,} records "
                f"({rule['cut_pairs']:,} pairs) were not compared by this rule.",
                markup=False,
                soft_wrap=True,
            )
    for note in summary["notes"]:  # type: ignore[attr-defined]
        log.print(f"warning: {note}", markup=False, soft_wrap=True)

"""targeting run: the whole job, from the input files to the list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from targeting import pipeline, store
from targeting.cli.interrupt import interruptible
from targeting.cli.key import pseudonym_key
from targeting.cli.ledger import TAKEN_IN, held_to_ledger
from targeting.cli.options import AsJson, Lang, Operator, followed, now, operator_name
from targeting.cli.output import log
from targeting.cli.progress import terminal_progress
from targeting.cli.run_log import reported
from targeting.cli.screen import say_unchanged, show_forecast, show_result
from targeting.cli.words import export_words
from targeting.contracts.config import PipelineConfig
from targeting.contracts.lottery import seeded
from targeting.contracts.pipeline_file import load_pipeline
from targeting.contracts.policy_quotas import commitment
from targeting.contracts.run import Answer, NoProgress, Progress, RunContext, RunResult, Start
from targeting.errors import RunInterruptedError, TargetingError, UsageError
from targeting.report.labels import Language
from targeting.running.opening import closed
from targeting.running.room import check_memory


class EngineName(StrEnum):
    """Engines that can link."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def run(
    pipeline_file: Annotated[Path, typer.Argument(metavar="PIPELINE.yaml", help="The run, declared.")],
    *,
    db: Annotated[Path | None, typer.Option("--db", help="DuckDB file instead of the pipeline's.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the lists instead of the pipeline's.")] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option("--engine", help="What links, instead of the pipeline's; the links are the same."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Reference date; else the pipeline's, else today."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count and forecast only; writes nothing.")] = False,
    resume: Annotated[
        bool | None,
        typer.Option("--resume/--fresh", help="Go on behind the steps an unfinished run has done / drop them all."),
    ] = None,
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="End at once if the list would be the last run's.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for another run or an open DuckDB file.")
    ] = 0.0,
    answer_shift: Annotated[
        str | None,
        typer.Option("--answer-shift", metavar="TEXT", help="Why a list beyond a shift limit is right; audited."),
    ] = None,
    save_model: Annotated[
        Path | None,
        typer.Option("--save-model", metavar="FILE", help="Keep the linkage model; 'linkage.model' then names it."),
    ] = None,
    seed_file: Annotated[
        Path | None, typer.Option("--seed-file", metavar="FILE", help="The lottery's seed instead of the pipeline's.")
    ] = None,
    log_file: Annotated[
        Path | None, typer.Option("--log", metavar="FILE", help="JSON lines of what happens; rotated at 10 MB.")
    ] = None,
    lang: Lang = Language.EN,
    operator: Operator = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No progress, no tables: the files' paths; with --json a line for monitors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the whole job: validate, link to DTSEN, assess, rank, publish to the DuckDB file, export the lists.

    Nothing is published unless everything is. Ends with the funnel, the top ten per district, the files and the times.
    Every step leaves a checkpoint beside the DuckDB file until the lists are exported: after a power cut, --resume.

    Example: targeting run pipelines/wub-2026.yaml --as-of 2026-06-01
    """
    summary = quiet and as_json
    with reported(log_file, on_stdout=summary) as told, interruptible("nothing was published"):
        config = seeded(with_engine(load_pipeline(pipeline_file), engine), seed_file)
        folder = out or config.output.dir
        context = replace(
            context_of(config, db, as_of.date() if as_of else None, operator),
            start=Start.ANEW if resume is None else Start.RESUME if resume else Start.FRESH,
            if_changed=if_changed,
            wait_seconds=wait,
            out=folder,
            answered=answer(answer_shift, operator),
        )
        if dry_run:
            show_forecast(pipeline.forecast(config, context), commitment(context.seed), lang, as_json=as_json)
            return
        check_memory(config)
        pseudonym_key()  # a key that cannot be read is told now, not when the lists are to be written
        store.check_can_write(folder, "--out")
        if save_model is not None:
            store.check_can_write(save_model.parent, "--save-model")
        with watched(config, context, lang, hidden=quiet or as_json) as seen:
            result, files = published(config, told.watching(seen), folder, lang)
        told.done(result, context.db, files)
        if save_model is not None and result.model is not None:
            store.write_text(save_model, result.model)
        if result.unchanged:
            say_unchanged(result, as_json=as_json, quiet=quiet)
        elif not summary:
            show_result(result, context.db, files, lang, quiet=quiet, as_json=as_json)


def published(
    config: PipelineConfig, context: RunContext, folder: Path, lang: Language
) -> tuple[RunResult, list[Path]]:
    """The run, published, and its exported lists; its checkpoints are gone then. Without a change nothing is made."""
    result = pipeline.run(config, context)
    if result.unchanged:
        return result, []
    begun = context.timer()
    with exporting(result.run_id), context.progress.step("export"):
        again = held_to_ledger(context.db, context.operator, TAKEN_IN, "the input files", beside=False)
        if again:
            log.print(
                f"warning: erased again, since the input files still hold them: {', '.join(again)}. Have them "
                "taken out there.",
                markup=False,
                soft_wrap=True,
            )
        own = replace(context, run_id=result.run_id, now=result.started_at or context.now)
        files = export_lists(config, own, folder, lang)
    closed(config, context, result.run_id)
    seconds = {**result.step_seconds, "export": round(context.timer() - begun, 3)}
    return replace(result, step_seconds=seconds), files


def answer(text: str | None, operator: str | None) -> Answer | None:
    """Who answers now, and why, if the reason says something. Raises UsageError if it does not."""
    if text is None:
        return None
    if len(text.strip()) < store.SHORTEST_REASON:
        raise UsageError(f"--answer-shift needs the reason in a few words (at least {store.SHORTEST_REASON} letters).")
    return Answer(text.strip(), operator_name(operator), now())


def with_engine(config: PipelineConfig, engine: EngineName | None) -> PipelineConfig:
    """The pipeline with the engine that was asked for, its own without one."""
    if engine is None:
        return config
    return config.model_copy(update={"linkage": config.linkage.model_copy(update={"engine": engine.value})})


def context_of(config: PipelineConfig, db: Path | None, as_of: date | None, operator: str | None) -> RunContext:
    """Options over the pipeline file over the machine: what the run is handed."""
    time = now()
    reference = as_of or config.as_of or time.date()
    seed = hashlib.sha256(f"{config.id} {reference} {config.seed} {time.isoformat()}".encode()).hexdigest()
    return RunContext(
        run_id=f"{time:%Y%m%dT%H%M%SZ}-{seed[:6]}",
        now=time,
        as_of=reference,
        seed=config.seed,
        operator=operator_name(operator),
        db=followed(db or config.output.db),
        engine=config.linkage.engine,
        today=as_of is None and config.as_of is None,
    )


@contextmanager
def watched(config: PipelineConfig, context: RunContext, lang: Language, *, hidden: bool) -> Iterator[RunContext]:
    """The context with progress on the terminal, if there is one and it is wanted."""
    if hidden or not log.is_terminal:
        yield replace(context, progress=NoProgress())
        return
    with terminal_progress(log, expected_seconds(config, context), lang) as progress:
        watching: Progress = progress
        yield replace(context, progress=watching)


def expected_seconds(config: PipelineConfig, context: RunContext) -> dict[str, float]:
    """How long each step took last time; nothing if nobody can say."""
    try:
        last = store.last_run(context.db, config.id)
    except TargetingError:
        return {}
    return last["step_seconds"] if last else {}


def export_lists(config: PipelineConfig, context: RunContext, folder: Path, lang: Language) -> list[Path]:
    """The masked candidate list in the formats of the pipeline file."""
    request = store.ExportRequest(
        operator=context.operator,
        at=context.now,
        out=folder,
        run_id=context.run_id,
        formats=config.output.formats,
        words=export_words(lang),
        key=pseudonym_key(),
    )
    return store.export(context.db, request, pipeline.LOCK_WAIT_SECONDS)


@contextmanager
def exporting(run_id: str) -> Iterator[None]:
    """Whatever ends the block early is told together with what stands: the run is published, its files are not."""
    left = f"Run {run_id} is published, but its files are missing: 'targeting export {run_id}' makes them."
    try:
        yield
    except KeyboardInterrupt:
        raise RunInterruptedError(f"stopped. {left}") from None
    except TargetingError as error:
        raise type(error)(f"{error} {left}") from error

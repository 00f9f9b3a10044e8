"""What the run command ends with: funnel, top ten per district, files, times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.output import console, print_json, print_table
from targeting.cli.words import export_words
from targeting.contracts.run import Forecast, RunResult
from targeting.report import forecast as forecast_report
from targeting.report import funnel, seats, top
from targeting.report.labels import Language, label
from targeting.report.sections import Section, number


def show_result(
    result: RunResult, db: Path, files: Sequence[Path], lang: Language, *, quiet: bool, as_json: bool
) -> None:
    """Print a published run: as one JSON document, as tables, or as the files' paths only."""
    if quiet and not as_json:
        for path in files:
            typer.echo(path)
        return
    words = export_words(lang)
    listing = store.candidate_list(db, result.run_id, words, pseudonym_key())
    if as_json:
        print_json(
            {
                "run_id": result.run_id,
                "note": words.disclaimer,
                "db": str(db),
                "files": [str(path) for path in files],
                "inputs": result.inputs,
                "counts": result.counts,
                "step_seconds": result.step_seconds,
                "candidates": listing.drop("keterangan").to_dicts(),
            }
        )
        return
    print_section(funnel.inputs_section(result.inputs, lang))
    print_section(funnel.section(result.counts, lang))
    print_section(funnel.gates_section(result.counts, words.reasons, lang))
    for section in (*seats.sections(result.counts, lang), *top.sections(listing, lang)):
        print_section(section)
    print_section(_steps(result, lang))
    console.print(label("files", lang), style="bold")
    for path in (db, *files):
        console.print(f"  {path}", markup=False, soft_wrap=True)
    console.print(f"{label('run', lang)} {result.run_id}", markup=False)
    console.print(words.disclaimer, style="bold", markup=False)


def say_unchanged(result: RunResult, *, as_json: bool, quiet: bool) -> None:
    """Print that the last run stands; nothing if only files' paths are wanted, or a monitor has been told."""
    if as_json and not quiet:
        print_json({"run_id": result.run_id, "unchanged": True})
    elif not quiet:
        console.print(f"nothing changed since run {result.run_id}: its list stands.", markup=False)


def show_forecast(forecast: Forecast, commitment: str, lang: Language, *, as_json: bool) -> None:
    """Print what a run would read and need, the commitment of its seed to be published before it, what was not done."""
    if as_json:
        print_json(
            forecast_report.as_record(forecast) | {"commitment": commitment, "note": label("dry_run_did_not", lang)}
        )
        return
    for section in forecast_report.sections(forecast, lang):
        print_section(section)
    if forecast.untold is not None:
        console.print(label(f"untold_{forecast.untold}", lang), markup=False)
    console.print(f"{label('commitment', lang)}: {commitment}", markup=False, soft_wrap=True)
    console.print(label("dry_run_did_not", lang), markup=False)


def print_section(section: Section) -> None:
    """One titled table."""
    print_table(section.title, list(section.columns), list(section.rows), section.right)


def _steps(result: RunResult, lang: Language) -> Section:
    """Seconds by step and their sum."""
    seconds = result.step_seconds
    rows = [(label(name, lang), number(value, 2)) for name, value in seconds.items()]
    rows.append((label("total", lang), number(sum(seconds.values()), 2)))
    return Section(label("steps", lang), (label("step", lang), label("seconds", lang)), tuple(rows), (1,))

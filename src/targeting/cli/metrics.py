"""targeting metrics: what a list is worth against the truth."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import store
from targeting.cli.options import DEFAULT_STORE, AsJson, Lang, RunId, StoreFile
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.tables import read_table
from targeting.errors import UsageError
from targeting.report.labels import Language, label


class NotionOf(StrEnum):
    """Which line makes a household poor."""

    EXTREME = "extreme"
    POOR = "poor"


def metrics(
    run: RunId = None,
    *,
    truth: Annotated[
        Path,
        typer.Option(
            "--truth",
            help="household_id, and consumption_idr_capita_month or poor (1 or 0); perhaps weight.",
        ),
    ],
    links: Annotated[
        list[Path] | None,
        typer.Option("--links", help="True pairs id_l, id_r of persons or households; may be given twice."),
    ] = None,
    notion: Annotated[NotionOf, typer.Option("--notion", help="Which of the policy's lines.")] = NotionOf.EXTREME,
    line: Annotated[float | None, typer.Option("--line", help="Another line, rupiah a head and month.")] = None,
    replicates: Annotated[int, typer.Option("--replicates", min=20, max=10_000, help="Redraws for intervals.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of the redraws.")] = 1,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Hold a run's list against the truth: both inclusion errors, exclusion beside its floor, ranking, calibration.

    By district and by group, each with a 95 % interval; with --links also which true links were found, by group. The
    list is the one that stands, replacements included.

    Example: targeting metrics --truth data/sample/truth_consumption.csv --links data/sample/truth_person.csv
    --notion poor
    """
    from targeting.poverty.truth import OPTIONAL, truth_of  # noqa: PLC0415  (numpy, for this command only)
    from targeting.proof.metrics import Question  # noqa: PLC0415
    from targeting.proof.metrics import metrics as held_against  # noqa: PLC0415

    if line is not None and not line > 0:
        raise UsageError(f"--line {line:g} is no amount of rupiah above 0.")
    known = truth_of(read_table(truth, ["household_id"], OPTIONAL), truth.name)
    pairs = [read_table(path, ["id_l", "id_r"]) for path in links or []]
    frames = store.list_frames(db, run)
    found = held_against(frames, known, pairs, Question(notion.value, line, replicates, seed))
    if as_json:
        print_json(found | {"replicates": replicates, "seed": seed, "note": label("disclaimer", lang)})
        return
    _show(found, replicates, lang)


def _show(found: dict[str, Any], replicates: int, lang: Language) -> None:
    """Tables, then what they are of."""
    from targeting.report.proof_sections import metrics_sections  # noqa: PLC0415
    from targeting.report.proof_words import word  # noqa: PLC0415

    for section in metrics_sections(found, lang):
        print_table(section.title, list(section.columns), list(section.rows), section.right)
    overall = found["overall"]
    said = word("judged_of", lang).format(
        judged=f"{found['judged']:,}",
        households=f"{found['households']:,}",
        poor=f"{overall['poor']:,}",
        notion=word(f"notion_{found['notion']}", lang),
        seats=f"{overall['seats']:,}",
        hits=f"{overall['seats_poor']:,}",
    )
    console.print(f"{label('run', lang)} {found['run']}. {said}", markup=False, soft_wrap=True)
    console.print(word("group_note", lang), markup=False, soft_wrap=True)
    console.print(word("seeds_of", lang).format(replicates=replicates), markup=False)
    console.print(label("disclaimer", lang), style="bold", markup=False)
    if found["not_in_truth"]:
        log.print(word("partial", lang).format(missing=f"{found['not_in_truth']:,}"), markup=False, soft_wrap=True)
    if found["not_in_run"]:
        log.print(word("foreign", lang).format(rows=f"{found['not_in_run']:,}"), markup=False, soft_wrap=True)

"""targeting dpia: the data protection papers of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from targeting import store
from targeting.cli.options import DEFAULT_STORE, AsJson, Lang, RunId, StoreFile
from targeting.cli.output import print_json
from targeting.cli.tables import check_file
from targeting.errors import UsageError
from targeting.report.dpia import chapters, markdown, page
from targeting.report.dpia_words import WORDS
from targeting.report.labels import Language, in_language
from targeting.store.at_rest import State, state_of
from targeting.store.export.files import write_text

ENDINGS = (".md", ".html")


def dpia(
    run: RunId = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help=".md or .html; without it out/RUN/dpia.md.")] = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.ID,
    as_json: AsJson = False,
) -> None:
    """Write the record of processing (Law 27/2022, Article 31) and the impact assessment (Article 34) of a run.

    Filled in from the run: data, sources, figures, access, retention, measures. What the controller has to say and
    decide is marked. Nobody is named but operators.

    Example: targeting dpia --out dpia.html
    """
    found = store.run_of(db, run)
    events = [event for event in store.events_of(db) if event["run_id"] == found["run_id"]]
    parts = chapters(found, events, lang, encrypted=state_of(db) is State.ENCRYPTED)
    if as_json:
        print_json([{"title": one.title, "lead": one.lead, "rows": one.rows} for one in parts])
        return
    path = out or Path("out") / found["run_id"] / "dpia.md"
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"--out {path}: its ending must be {' or '.join(ENDINGS)}.")
    check_file(path, "--out")
    words = in_language(WORDS, lang)
    if path.suffix.lower() == ".html":
        write_text(path, page(parts, words["title"], words["note"], lang))
    else:
        write_text(path, markdown(parts, words["title"], words["note"]))
    typer.echo(path)

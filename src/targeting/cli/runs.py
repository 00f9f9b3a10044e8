"""targeting runs: what the store remembers."""

from __future__ import annotations

from targeting import store
from targeting.cli.options import DEFAULT_STORE, AsJson, Lang, StoreFile
from targeting.cli.output import print_json, print_table
from targeting.report.labels import Language, label
from targeting.report.sections import number, whole


def runs(db: StoreFile = DEFAULT_STORE, lang: Lang = Language.EN, as_json: AsJson = False) -> None:
    """List past runs, the newest first: when, by whom, published or failed, how many were selected.

    Example: targeting runs --json
    """
    found = store.runs(db)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            run["run_id"],
            label(run["status"], lang)
            if run["error_class"] is None
            else f"{label('failed', lang)}: {run['error_class']}",
            number((run["finished_at"] - run["started_at"]).total_seconds(), 1),
            run["operator"],
            whole((run["counts"] or {}).get("candidates", {}).get("selected")),
        )
        for run in found
    ]
    columns = [label(name, lang) for name in ("run", "status", "seconds", "operator", "selected")]
    print_table(label("runs", lang), columns, rows, right=(2, 4), whole=(0,))

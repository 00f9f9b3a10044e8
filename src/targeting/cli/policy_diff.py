"""`targeting policy diff`: what a new policy changes, and from when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from targeting.cli.options import AsJson, Lang
from targeting.cli.output import console, print_json, print_table
from targeting.contracts.policy_diff import Change, changes
from targeting.contracts.policy_file import load_policy
from targeting.report.labels import Language, label


def diff(
    old: Annotated[Path, typer.Argument(help="The policy as it was.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The policy as it will be.", show_default=False)],
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Say what changes between two policies: each value, rule and source, and the day from which it counts.

    Example: targeting policy diff pipelines/policy/wub-ppse-2026.yaml draft.yaml
    """
    before, after = load_policy(old), load_policy(new)
    found = changes(before, after)
    if as_json:
        print_json(
            {
                "old": before.name,
                "new": after.name,
                "assumptions": {"old": before.assumptions, "new": after.assumptions},
                "changes": [_record(change) for change in found],
            }
        )
        return
    if not found:
        console.print(label("no_change", lang), markup=False)
        return
    columns = [label(name, lang) for name in ("since", "what", "change")]
    rows: list[tuple[Any, ...]] = [(str(change.since), change.path, in_words(change, lang)) for change in found]
    print_table(f"{before.name} -> {after.name}", columns, rows, whole=(0,))
    console.print(f"{label('assumptions', lang)}: {before.assumptions} -> {after.assumptions}", markup=False)


def in_words(change: Change, lang: Language) -> str:
    """The change as one phrase."""
    before, after = _shown(change.before, lang), _shown(change.after, lang)
    unit = f" {change.unit}" if change.unit else ""
    match change.kind:
        case "added":
            return f"{label('added', lang)}: {after}{unit}"
        case "removed":
            return f"{label('removed', lang)}: {before}{unit}"
        case "changed":
            return f"{before} -> {after}{unit}"


def _shown(value: Any, lang: Language) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return label("none", lang)
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _record(change: Change) -> dict[str, Any]:
    return {
        "path": change.path,
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "unit": change.unit or None,
        "since": change.since,
        "source": change.source,
        "in_words": {str(lang): in_words(change, lang) for lang in Language},
    }

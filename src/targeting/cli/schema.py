"""targeting schema: the record contracts as JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from targeting.cli.options import AsJson
from targeting.cli.output import print_json
from targeting.contracts.schemas import SCHEMAS, json_schema
from targeting.store import check_can_write


def _names(incomplete: str) -> list[str]:
    """Contracts whose name begins so: what a shell offers after a tab."""
    return [name for name in SCHEMAS if name.startswith(incomplete)]


Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help=f"{', '.join(SCHEMAS)}; all without it.", autocompletion=_names),
]


def schema(
    name: Name = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write NAME.json into this folder instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the contract of a file, or of all, as JSON Schema; or write each into a folder.

    A contract is one JSON document with and without --json.

    Example: targeting schema ppse-member
    """
    names = [name] if name else list(SCHEMAS)
    documents = {each: json_schema(each) for each in names}
    if out is None:
        print_json(documents[name] if name else documents)
        return
    check_can_write(out, "--out")
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{each}.json" for each in documents]
    for path, document in zip(paths, documents.values(), strict=True):
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    if as_json:
        print_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        typer.echo(path)

"""targeting schema: the record contracts as JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from targeting.cli.output import print_json
from targeting.contracts.schemas import SCHEMAS, json_schema
from targeting.store import check_can_write


def schema(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=f"{', '.join(SCHEMAS)}; all without it.")] = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write NAME.json into this folder instead.")] = None,
) -> None:
    """Print the contract of a file, or of all, as JSON Schema; or write each into a folder.

    Example: targeting schema ppse-member
    """
    names = [name] if name else list(SCHEMAS)
    documents = {each: json_schema(each) for each in names}
    if out is None:
        print_json(documents[name] if name else documents)
        return
    check_can_write(out, "--out")
    out.mkdir(parents=True, exist_ok=True)
    for each, document in documents.items():
        path = out / f"{each}.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
        typer.echo(path)

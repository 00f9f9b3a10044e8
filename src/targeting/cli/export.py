"""targeting export: a run's list as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    District,
    Lang,
    ListsFolder,
    Operator,
    Purpose,
    Reveal,
    RunId,
    StoreFile,
    check_reveal,
    now,
    operator_name,
)
from targeting.cli.output import print_json
from targeting.cli.words import export_words
from targeting.errors import UsageError
from targeting.report.labels import Language
from targeting.store.secret import read_secret
from targeting.vocabulary import Table


class Format(StrEnum):
    """File formats of an export."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Profile(StrEnum):
    """Whom an export is for."""

    PUBLIC = "public"
    VERIFICATION = "verification"
    FULL = "full"


class Separator(StrEnum):
    """What parts the cells of a CSV."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    PIPE = "pipe"


class Decimal(StrEnum):
    """Decimal signs of a CSV."""

    POINT = "point"
    COMMA = "comma"


SEPARATORS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t", Separator.PIPE: "|"}


def export(
    run: RunId = None,
    *,
    formats: Annotated[list[Format] | None, typer.Option("--format", help="May be given more than once.")] = None,
    out: ListsFolder = Path("out"),
    table: Annotated[Table, typer.Option("--table", help="Which table.")] = Table.CANDIDATE,
    district: District = None,
    everyone: Annotated[bool, typer.Option("--all", help="Also those neither selected nor waitlisted.")] = False,
    profile: Annotated[
        Profile | None,
        typer.Option("--profile", help="public: counts; verification: masked; full: with --reveal."),
    ] = None,
    smallest: Annotated[int, typer.Option("--smallest", min=2, help="Smallest count that public shows.")] = 5,
    separator: Annotated[
        Separator, typer.Option("--separator", help="What parts the cells of a CSV.")
    ] = Separator.COMMA,
    decimal: Annotated[
        Decimal, typer.Option("--decimal", help="Decimal sign of a CSV; comma goes with semicolon, tab or pipe.")
    ] = Decimal.POINT,
    bom: Annotated[bool, typer.Option("--bom", help="A mark by which Excel knows the CSV for UTF-8.")] = False,
    parquet_key: Annotated[
        Path | None,
        typer.Option("--parquet-key", help="File of a key; Parquet is encrypted with it. Only Parquet then."),
    ] = None,
    reveal: Reveal = False,
    purpose: Purpose = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Write a run's list as CSV, Parquet and Excel; names, NIK and KK numbers masked unless --reveal with --purpose.

    Prints the path of each file; a datapackage.json beside them describes their columns. Every export is recorded in
    audit_event.

    Example: targeting export --format xlsx --lang id
    """
    if decimal is Decimal.COMMA and separator is Separator.COMMA:
        raise UsageError("--decimal comma needs another --separator: semicolon, tab or pipe.")
    if reveal:
        check_reveal(purpose, operator)
    secret = None if parquet_key is None else read_secret(parquet_key)
    request = store.ExportRequest(
        operator=operator_name(operator),
        at=now(),
        out=out,
        run_id=run,
        table=table,
        formats=tuple(str(kind) for kind in formats or tuple(Format)),
        district=district,
        everyone=everyone,
        profile=None if profile is None else str(profile),
        smallest=smallest,
        reveal=reveal,
        purpose=purpose,
        words=export_words(lang),
        key=pseudonym_key(),
        parquet_key=secret,
        csv=store.CsvForm(SEPARATORS[separator], "," if decimal is Decimal.COMMA else ".", bom),
    )
    paths = store.export(db, request)
    if as_json:
        print_json({"files": [str(path) for path in paths], "masked": not reveal, "note": request.words.disclaimer})
        return
    for path in paths:
        typer.echo(path)

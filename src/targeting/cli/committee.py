"""targeting committee: a sheet a district for its committee to look through and sign."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

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
    listing_event,
)
from targeting.cli.output import print_json
from targeting.cli.words import export_words
from targeting.errors import UsageError
from targeting.report.committee import Sheet, districts_of, sheets_of
from targeting.report.labels import Language
from targeting.store.export.files import replacing
from targeting.store.export.package import package


class SheetFormat(StrEnum):
    """File formats of a sheet."""

    HTML = "html"
    XLSX = "xlsx"


def committee(
    run: RunId = None,
    *,
    out: ListsFolder = Path("out"),
    district: District = None,
    formats: Annotated[
        list[SheetFormat] | None, typer.Option("--format", help="May be given more than once; both without it.")
    ] = None,
    reveal: Reveal = False,
    purpose: Purpose = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.ID,
    as_json: AsJson = False,
) -> None:
    """Write a sheet a district to print and sign: seats, reserves, waitlist, room for changes, signatures.

    As an HTML page for A4 and as an Excel workbook, identities masked. Its fingerprint, at the foot of every page, is
    another one as soon as a seat or a place is. Prints the path of each file; recorded in audit_event.

    Example: targeting committee --out out --district 34.04
    """
    if reveal:
        check_reveal(purpose, operator)
    store.check_can_write(out, "--out")
    words = export_words(lang)
    of_run, listing = store.listed(db, run, words, pseudonym_key(), reveal=reveal)
    sheets = sheets_of(of_run, listing, lang, revealed=reveal, district=district)
    if not sheets:
        known = ", ".join(districts_of(of_run, listing)) or "none"
        raise UsageError(f"run {of_run['run_id']} has no district {district}. Its districts: {known}.")
    detail = {"command": "committee", "districts": [sheet.district for sheet in sheets], "rows": listing.height}
    store.record(db, listing_event(of_run, detail, reveal=reveal, purpose=purpose, operator=operator))
    stem = "committee" + (f"-{district}" if district else "") + ("-RAHASIA" if reveal else "")
    paths = _write(sheets, of_run, out / of_run["run_id"], stem, tuple(formats or SheetFormat), words, lang)
    if as_json:
        print_json(_document(sheets, of_run, paths, words.disclaimer))
        return
    for path in paths:
        typer.echo(path)


def _write(
    sheets: list[Sheet],
    run: dict[str, Any],
    folder: Path,
    stem: str,
    formats: tuple[SheetFormat, ...],
    words: store.Words,
    lang: Language,
) -> list[Path]:
    """The files of all sheets, the descriptor last."""
    paths = [path for sheet in sheets for path in _files(sheet, run, folder, formats, lang)]
    descriptor = folder / f"{stem}.datapackage.json"
    about = f"run {run['run_id']}, policy {run['policy_id']} {run['policy_version']}"
    store.write_text(descriptor, package(stem, paths, None, words, store.CsvForm(), about))
    return [*paths, descriptor]


def _files(
    sheet: Sheet, run: dict[str, Any], folder: Path, formats: tuple[SheetFormat, ...], lang: Language
) -> Iterator[Path]:
    """One sheet in each format."""
    from targeting.report.committee_page import page  # noqa: PLC0415  (jinja2, for this command only)
    from targeting.report.committee_workbook import write_workbook  # noqa: PLC0415  (for this command only)

    for kind in formats:
        path = folder / f"committee-{sheet.district}{'-RAHASIA' if sheet.revealed else ''}.{kind}"
        with replacing(path) as unfinished:
            match kind:
                case SheetFormat.HTML:
                    text = page(sheet, run["run_id"], lang)
                    unfinished.write_text(text, encoding="utf-8", newline="\n")
                case SheetFormat.XLSX:
                    write_workbook(unfinished, sheet, run["run_id"], run["started_at"], lang)
        yield path


def _document(sheets: list[Sheet], run: dict[str, Any], paths: list[Path], note: str) -> dict[str, Any]:
    """What was written, for machines."""
    told = [{"district": sheet.district, **sheet.counts, "fingerprint": sheet.fingerprint} for sheet in sheets]
    return {"run_id": run["run_id"], "districts": told, "files": [str(path) for path in paths], "note": note}

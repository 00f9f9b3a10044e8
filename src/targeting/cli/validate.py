"""targeting validate: one file against one contract."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import polars as pl
import typer

from targeting import store
from targeting.cli.options import AsJson, Lang, now
from targeting.cli.output import console, print_json, print_table
from targeting.contracts.config import Source
from targeting.contracts.schemas import SCHEMAS
from targeting.errors import UsageError
from targeting.intake import Partition, RuleContext, load_regions, read_source
from targeting.report.labels import Language
from targeting.store.export.plain import write_csv, write_parquet
from targeting.vocabulary import Severity

Delimiter = Literal[",", ";", "\t", "|"]
Decimal = Literal[",", "."]
Dates = Literal["dmy", "mdy", "ymd"]

WORDS = {
    Language.EN: {
        "title": "Findings",
        "columns": ("rule", "field", "severity", "rows"),
        "error": "error",
        "warning": "warning",
        "info": "info",
        "summary": "{rows} rows in: {accepted} accepted, {rejected} rejected",
        "nothing": "No findings.",
        "issues": "findings",
        "rejected": "rejected rows",
    },
    Language.ID: {
        "title": "Temuan",
        "columns": ("aturan", "kolom", "tingkat", "baris"),
        "error": "galat",
        "warning": "peringatan",
        "info": "info",
        "summary": "{rows} baris masuk: {accepted} diterima, {rejected} ditolak",
        "nothing": "Tidak ada temuan.",
        "issues": "temuan",
        "rejected": "baris ditolak",
    },
}
ORDER = [Severity.ERROR.value, Severity.WARNING.value, Severity.INFO.value]


def validate(
    file: Annotated[Path, typer.Argument(help="CSV, CSV.GZ, XLSX or Parquet.")],
    *,
    schema: Annotated[str, typer.Option("--schema", help=f"Contract: {', '.join(SCHEMAS)}.")],
    issues: Annotated[Path | None, typer.Option("--issues", help="Findings; .csv or .parquet.")] = None,
    rejected: Annotated[Path | None, typer.Option("--rejected", help="Rejected rows; .csv or .parquet.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Reference date; today without it.")
    ] = None,
    districts: Annotated[str, typer.Option("--districts", help="Codes the file should hold: 34.04,35.07.")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--columns", metavar="NAME=COLUMN", help="Contract column=column of the file.")
    ] = None,
    code_lists: Annotated[str | None, typer.Option("--code-lists", help="Version, such as regsosek-2022k.")] = None,
    regions: Annotated[Path | None, typer.Option("--regions", help="CSV of region codes of your own.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of an Excel file.")] = None,
    delimiter: Annotated[str | None, typer.Option("--delimiter", help="Of a CSV: , ; | or a tab.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of a CSV, such as cp1252.")] = None,
    decimal: Annotated[str | None, typer.Option("--decimal", help="Decimal sign: . or ,")] = None,
    dates: Annotated[str, typer.Option("--dates", help="Order in dates: dmy, mdy or ymd.")] = "dmy",
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Judge every row of a file: print the findings by rule, write findings and rejected rows to files.

    Without --issues and --rejected they go to out/NAME.issues.csv and out/NAME.rejected.csv. Only the owner can read
    them. Ends with 0 when the file could be judged, whatever was found, and with 10 when it could not.

    Example: targeting validate data/sample/ppse_household.csv --schema ppse-household --districts 34.04,35.07
    """
    source = Source(
        path=file,
        columns=_mapping(columns or []),
        code_lists=code_lists,
        sheet=sheet,
        delimiter=cast("Delimiter | None", _one_of("--delimiter", delimiter, (",", ";", "\t", "|"))),
        encoding=encoding,
        decimal=cast("Decimal | None", _one_of("--decimal", decimal, (",", "."))),
        dates=cast("Dates", _one_of("--dates", dates, ("dmy", "mdy", "ymd"))),
    )
    context = RuleContext(
        as_of=(as_of or now()).date(),
        districts=tuple(code.strip() for code in districts.split(",") if code.strip()),
        regions=load_regions(regions),
    )
    files = {
        "issues": issues or Path("out") / f"{file.stem}.issues.csv",
        "rejected": rejected or Path("out") / f"{file.stem}.rejected.csv",
    }
    for name, path in files.items():
        store.check_can_write(path.parent, f"--{name}")
    partition = read_source(source, schema, context)
    _write(partition.issues, files["issues"])
    _write(partition.rejected, files["rejected"])
    _show(partition, files, lang, as_json)


def _mapping(pairs: list[str]) -> dict[str, str]:
    """`nik=NOMOR NIK` as {"nik": "NOMOR NIK"}."""
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name and equals and column):
            raise UsageError(f"--columns '{pair}' is no NAME=COLUMN. Write, for example, --columns 'nik=NOMOR NIK'.")
        mapping[name.strip()] = column.strip()
    return mapping


def _one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    value = "\t" if value in ("\\t", "tab") else value
    if value is not None and value not in allowed:
        raise UsageError(f"{option} '{value}' is none of {', '.join(repr(one) for one in allowed)}.")
    return value


def _write(frame: pl.DataFrame, path: Path) -> None:
    """The frame as Parquet or CSV, by the file's extension."""
    if path.suffix == ".parquet":
        write_parquet(frame, path, {})
    else:
        write_csv(frame, path)


def counts(partition: Partition) -> pl.DataFrame:
    """One row a rule and field with its severity, how often it was found and a message; the gravest first."""
    severity = pl.col("severity").replace_strict(
        {name: place for place, name in enumerate(ORDER)}, return_dtype=pl.Int8
    )
    return (
        partition.issues.group_by("rule", "field", "severity")
        .agg(rows=pl.len().cast(pl.Int64), message_id=pl.col("message_id").min(), message_en=pl.col("message_en").min())
        .sort(severity, -pl.col("rows"), "rule", "field")
    )


def _show(partition: Partition, files: dict[str, Path], lang: Language, as_json: bool) -> None:
    """Print the findings by rule, the count of rows, and where the files are."""
    found = counts(partition)
    if as_json:
        print_json(_document(partition, found, files))
        return
    words: dict[str, Any] = WORDS[lang]
    rows = [
        (f"{one['rule']}\n  {one[f'message_{lang.value}']}", one["field"], words[one["severity"]], one["rows"])
        for one in found.iter_rows(named=True)
    ]
    if rows:
        print_table(words["title"], list(words["columns"]), rows, right=(3,))
    else:
        console.print(words["nothing"])
    sizes = {"rows": partition.rows_in, "accepted": partition.accepted.height, "rejected": partition.rejected.height}
    console.print(words["summary"].format(**sizes), markup=False)
    for name, path in files.items():
        console.print(f"{words[name]}: {path}", markup=False, soft_wrap=True)


def _document(partition: Partition, found: pl.DataFrame, files: dict[str, Path]) -> dict[str, Any]:
    return {
        "source": partition.source,
        "sha256": partition.sha256,
        "rows_in": partition.rows_in,
        "accepted": partition.accepted.height,
        "rejected": partition.rejected.height,
        "findings": found.to_dicts(),
        "files": {name: str(path) for name, path in files.items()},
    }

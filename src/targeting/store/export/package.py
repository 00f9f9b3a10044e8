"""`datapackage.json` beside every export: which file has which columns of which type (Frictionless Data Package)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from targeting.store.export.plain import CsvForm
from targeting.store.export.words import Words

MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def package(
    name: str,
    paths: Sequence[Path],
    rows: pl.DataFrame | None,
    words: Words,
    form: CsvForm,
    keywords: str,
    sheet: str = "",
) -> str:
    """The descriptor's text: one resource a file, with size, hash, dialect and the columns in words.

    `name` in lower case; `rows` None for files that are no tables; `keywords` says of which run, `sheet` where a
    workbook has the rows. The same files give the same bytes.
    """
    resources = [_resource(path, rows, words, form, sheet) for path in paths]
    told = {
        "profile": "data-package",
        "name": name.lower(),
        "title": words.disclaimer,
        "description": keywords,
        "resources": resources,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _resource(path: Path, rows: pl.DataFrame | None, words: Words, form: CsvForm, sheet: str) -> dict[str, Any]:
    """One file."""
    kind = path.suffix.removeprefix(".")
    data = path.read_bytes()
    told: dict[str, Any] = {
        "name": f"{path.stem}-{kind}".lower(),
        "path": path.name,
        "format": kind,
        "mediatype": MEDIA[kind],
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    # The usual program for descriptors, frictionless, takes any workbook for a table, and reads the missing integers
    # of Parquet as fractions: as a file it holds either to its size and hash.
    if rows is None or kind == "parquet":
        told["type"] = "file"
    if rows is None:
        return told
    if kind == "csv":
        told |= {
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "dialect": {"delimiter": form.separator, "header": True},
        }
    if kind == "xlsx" and sheet:
        # The standard says sheetName; frictionless, the usual program for it, looks for the sheet under excel.
        told["dialect"] = {"header": True, "sheetName": sheet, "excel": {"sheet": sheet}}
    fields = [_field(name, dtype, words, form, kind) for name, dtype in rows.schema.items()]
    return told | {"schema": {"fields": fields}}


def _field(name: str, dtype: pl.DataType, words: Words, form: CsvForm, kind: str) -> dict[str, Any]:
    """One column. A workbook's headings are in words."""
    told: dict[str, Any] = {"name": words.heading(name) if kind == "xlsx" else name, "title": words.heading(name)}
    if name in words.meanings:
        told["description"] = words.meanings[name]
    told["type"] = type_name(dtype)
    match told["type"]:
        case "datetime":
            return told | {"format": "any"}
        case "number" if kind == "csv":
            return told | {"decimalChar": form.decimal}
        case _:
            return told


def type_name(dtype: pl.DataType) -> str:
    """A column's type as Frictionless Table Schema calls it."""
    match dtype:
        case pl.Boolean():
            return "boolean"
        case pl.Date():
            return "date"
        case pl.Datetime():
            return "datetime"
        case _ if dtype.is_integer():
            return "integer"
        case _ if dtype.is_float():
            return "number"
        case _:
            return "string"

"""targeting sample-for-review: pairs for clerks to label, both records side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
import xlsxwriter

from targeting import store
from targeting.cli.options import DEFAULT_STORE, AsJson, Operator, check_reveal, followed, now
from targeting.cli.output import print_json, print_table
from targeting.cli.tables import check_file, read_table
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.errors import InputFileError, UsageError
from targeting.store.export.files import replacing, write_text
from targeting.store.export.plain import neutralise

LINK_COLUMNS = ["id_l", "id_r", "match_probability"]
HIDDEN = ("id_l", "id_r", "status", "match_probability", "stratum", "stratum_pairs", "sampling_weight")
"""What a clerk need not see, lest it sway the label; evaluate reads it."""
LABELS = ["match", "non-match", "unsure"]
ENDINGS = (".xlsx", ".csv")


def sample_for_review(
    links: Annotated[Path, typer.Argument(help="Links of targeting link, with match_probability and status.")],
    *,
    left: Annotated[Path, typer.Option(help="The left file that was linked.")],
    right: Annotated[Path, typer.Option(help="The right file that was linked.")],
    spec: Annotated[Path, typer.Option(help="The spec they were linked by.")],
    out: Annotated[Path, typer.Option(help="Sample, .xlsx or .csv; only its owner can read it.")],
    purpose: Annotated[str, typer.Option(help="Why personal data is shown; kept beside the sample.")],
    size: Annotated[int, typer.Option(min=1, help="Pairs to label.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pairs.")] = 1,
    operator: Operator = None,
    db: Annotated[
        Path, typer.Option("--db", help="DuckDB file whose audit_event records it.", callback=followed)
    ] = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Draw pairs for clerks: both records side by side and an empty column label (match, non-match, unsure).

    The sample is stratified by status and match probability, more where pairs are in doubt. When it is labelled,
    'targeting evaluate LINKS SAMPLE' gives precision and recall of all links.

    Example: targeting sample-for-review links.parquet --left synth/ppse_member.csv --right synth/dtsen_person.csv
    --spec docs/examples/link.yaml --out sample.xlsx --purpose "quality check of the June links"
    """
    from targeting.linkage.review_sample import stratified  # noqa: PLC0415  (for this command only)

    _check(out)
    why, who = check_reveal(purpose, operator)
    wanted = load_spec(spec)
    sample = stratified(_links(links), size, seed)
    shown = _side_by_side(sample, left, right, wanted)
    detail = {"command": "sample-for-review", "links": links.name, "pairs": shown.height}
    store.record(db, store.AuditEvent(store.OUTSIDE_RUNS, now(), store.Action.REVEAL, who, why, detail))
    if out.suffix.lower() == ".xlsx":
        _write_workbook(shown, out)
    else:
        with replacing(out) as unfinished:
            neutralise(shown).write_csv(unfinished, check_extension=False)
    about = {"purpose": why, "operator": who, "at": now().isoformat(), "seed": seed}
    strata = _strata(sample)
    record = about | {"links": links.name, "pairs": shown.height, "strata": strata.to_dicts()}
    write_text(out.with_name(f"{out.name}.about.json"), json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    if as_json:
        print_json({"file": str(out), "pairs": shown.height, "strata": strata.to_dicts()})
        return
    print_table(f"{shown.height:,} pairs in {out}", strata.columns, list(strata.iter_rows()), (1, 2))


def _check(out: Path) -> None:
    """Refuse what cannot be done, before anything is read."""
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(f"--out {out}: its ending must be {' or '.join(ENDINGS)}.")
    check_file(out, "--out")


def _links(path: Path) -> pl.DataFrame:
    """Links with a probability that is a number."""
    links = read_table(path, LINK_COLUMNS, optional=("status",))
    try:
        links = links.with_columns(pl.col("match_probability").cast(pl.Float64))
    except pl.exceptions.PolarsError:
        raise InputFileError(f"{path.name}: match_probability must hold numbers.") from None
    if links.is_empty():
        raise InputFileError(f"{path.name} holds no links to draw from.")
    return links


def _side_by_side(sample: pl.DataFrame, left: Path, right: Path, spec: LinkSpec) -> pl.DataFrame:
    """number, each compared column of the left and the right record, label, and what evaluate needs."""
    shown = sample.with_row_index("number", offset=1)
    names = []
    for path, side, word, key in ((left, spec.left, "left", "id_l"), (right, spec.right, "right", "id_r")):
        columns = {f"{word}_{name}": getattr(column, word) for name, column in spec.columns.items()}
        frame = read_table(path, list(dict.fromkeys([side.id, *columns.values()])))
        frame = frame.select(pl.col(side.id).cast(pl.String).alias(key), **{k: pl.col(v) for k, v in columns.items()})
        lost = shown.join(frame, on=key, how="anti").height
        if lost:
            raise InputFileError(
                f"{path.name} lacks {lost:,} records of the links. Give the files that were linked, and their spec."
            )
        shown = shown.join(frame.unique(key), on=key, how="left", maintain_order="left")
        names.append(list(columns))
    beside = [name for pair in zip(*names, strict=True) for name in pair]
    return shown.select("number", *beside, pl.lit("").alias("label"), *HIDDEN)


def _strata(sample: pl.DataFrame) -> pl.DataFrame:
    """Stratum, its pairs, and how many were drawn."""
    return sample.group_by("stratum").agg(pairs=pl.col("stratum_pairs").first(), drawn=pl.len()).sort("stratum")


def _write_workbook(shown: pl.DataFrame, out: Path) -> None:
    """All values as text, the label a choice of three, the hidden columns hidden."""
    with replacing(out) as unfinished:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(unfinished), options)
        sheet = book.add_worksheet("sample")
        bold, grey = book.add_format({"bold": True}), book.add_format({"bg_color": "#F2F2F2"})
        for column, name in enumerate(shown.columns):
            _write_column(sheet, column, name, shown[name].to_list(), bold)
            shade = grey if name.startswith("right_") else None
            sheet.set_column(column, column, 18, shade, {"hidden": name in HIDDEN})
        place = shown.columns.index("label")
        if shown.height:
            sheet.data_validation(1, place, shown.height, place, {"validate": "list", "source": LABELS})
        sheet.freeze_panes(1, 1)
        book.close()


def _write_column(sheet: Any, column: int, name: str, values: list[Any], heading: Any) -> None:
    """A heading and its values; dates and numbers of the files as text, so that nothing is shown otherwise."""
    sheet.write_string(0, column, name, heading)
    for row, value in enumerate(values, start=1):
        if value is not None and value != "":
            sheet.write_string(row, column, str(value))

"""Takes a run's table out of the store into files: masked unless revealed, and never unrecorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from targeting.contracts.policy_quotas import guessable
from targeting.errors import UsageError
from targeting.store.audit import Action, AuditEvent, record
from targeting.store.connection import connect
from targeting.store.export.files import write_text
from targeting.store.export.listing import counts_by_district, listing
from targeting.store.export.masking import mask
from targeting.store.export.package import package
from targeting.store.export.plain import CsvForm, write_csv, write_parquet
from targeting.store.export.public import SMALLEST, public_counts
from targeting.store.export.words import Words
from targeting.store.export.workbook import SummaryLine, sheet_name, write_workbook
from targeting.store.pseudonym import PseudonymKey
from targeting.store.queries import LISTED_FROM, check_kept, find_run, whole_table
from targeting.store.schema import check_is_store
from targeting.vocabulary import DISCLAIMER_EN, DISCLAIMER_ID, Table

FORMATS = ("csv", "parquet", "xlsx")
SHORTEST_PURPOSE = 10
PURPOSE_NEEDED = (
    "names, NIK and KK numbers are shown only with --purpose and the reason in a few words "
    f"(at least {SHORTEST_PURPOSE} letters); it is written to audit_event."
)
SIDE_FILE = "BACA-SAYA.txt"
DISTRICT_COLUMN: Mapping[Table, str] = {
    Table.CANDIDATE: "district",
    Table.ASSESSMENT: "kode_kabupaten_kota",
    Table.HOUSEHOLD: "kode_kabupaten_kota",
}
NO_COUNTS = pl.DataFrame(schema={"district": pl.String, "status": pl.String, "households": pl.Int64})
"""What a summary sheet says of districts in a public file: it would undo what is withheld."""
LISTS = (Table.CANDIDATE, Table.ASSESSMENT)
"""Tables whose rows could be taken for decisions; each row says in `keterangan` that they are none."""


@dataclass(frozen=True)
class ExportRequest:
    """What is wanted, by whom, what for. `at` is UTC; `out` is the folder in which the run gets its own folder."""

    operator: str
    at: datetime
    out: Path
    run_id: str | None = None
    table: Table = Table.CANDIDATE
    formats: tuple[str, ...] = FORMATS
    district: str | None = None
    everyone: bool = False
    reveal: bool = False
    purpose: str | None = None
    words: Words = field(default_factory=Words)
    profile: str | None = None
    """public: counts only; verification: the masked list; full: the list as it is. Without it, as `reveal` says."""
    smallest: int = SMALLEST
    """The smallest count that the public profile shows."""
    csv: CsvForm = field(default_factory=CsvForm)
    key: PseudonymKey | None = None
    """Identity numbers are shown as its pseudonyms; as stars without it."""
    parquet_key: bytes | None = field(default=None, repr=False)
    """32 bytes that Parquet files are encrypted with; in the clear without them."""


def export(db: Path, request: ExportRequest, wait_seconds: float = 0.0) -> list[Path]:
    """The files stand in `out/RUN_ID`, whole, owner-only, and the export was recorded in audit_event before them.

    Every file says that it is a list for verification: CSV and Parquet in the column `keterangan` of each row (a
    comment line would break the readers of a CSV), Parquet in its metadata too, Excel on its summary sheet and in its
    print footer, and a side file says it for all. The same run and request give the same bytes.
    Raises UsageError if a reveal has no purpose, or the table cannot be cut by that district.
    """
    _check(request)
    with connect(db, write=False, wait_seconds=wait_seconds) as con:
        run = find_run(con, request.run_id)
        check_kept(con, run["run_id"], LISTED_FROM if request.table == Table.CANDIDATE else (request.table,))
        by_district = counts_by_district(con, run["run_id"])
        _check_district(request.district, run["run_id"], by_district)
        if request.profile == "public":
            rows = public_counts(con, run["run_id"], request.district, request.smallest)
            rows = rows.with_columns(keterangan=pl.lit(request.words.disclaimer))
        elif request.table == Table.CANDIDATE:
            rows = listing(con, run["run_id"], request.words, request.district, everyone=request.everyone)
        else:
            rows = _cut(whole_table(con, request.table, run["run_id"]), request)
        counts = by_district if request.profile != "public" else NO_COUNTS
    rows = _with_ground(rows, run, request.words)
    shown = rows if request.reveal else mask(rows, request.key)
    record(db, _event(run, request, rows.height), wait_seconds)
    return _write(shown, run, counts, request)


def listed(
    db: Path,
    run_id: str | None,
    words: Words,
    key: PseudonymKey | None = None,
    *,
    reveal: bool = False,
    everyone: bool = False,
    wait_seconds: float = 0.0,
) -> tuple[dict[str, Any], pl.DataFrame]:
    """A published run (the latest without an id) and its candidate list as exported, masked unless `reveal`.

    `everyone` adds those who are neither selected nor on the waitlist.
    """
    with connect(db, write=False, wait_seconds=wait_seconds) as con:
        check_is_store(con, db)
        run = find_run(con, run_id)
        check_kept(con, run["run_id"], LISTED_FROM)
        found = listing(con, run["run_id"], words, everyone=everyone)
    return run, found if reveal else mask(found, key)


def candidate_list(db: Path, run_id: str, words: Words, key: PseudonymKey | None = None) -> pl.DataFrame:
    """The candidate list for the screen: as exported, masked."""
    return listed(db, run_id, words, key)[1]


def _check(request: ExportRequest) -> None:
    """Refuse what must not or cannot be done, before anything is read."""
    if request.profile == "full" and not request.reveal:
        raise UsageError("the profile full shows names, NIK and KK numbers. Add --reveal, --purpose and --operator.")
    if request.profile in ("public", "verification") and request.reveal:
        raise UsageError(f"the profile {request.profile} shows nobody. Leave --reveal out, or take --profile full.")
    if request.profile == "public" and request.table != Table.CANDIDATE:
        raise UsageError("the profile public counts candidates. Leave --table out.")
    if request.reveal and len((request.purpose or "").strip()) < SHORTEST_PURPOSE:
        raise UsageError(PURPOSE_NEEDED)
    if request.district is not None and request.table not in DISTRICT_COLUMN:
        cuttable = ", ".join(DISTRICT_COLUMN)
        raise UsageError(f"the table {request.table} has no district column. --district goes with: {cuttable}.")
    unknown = sorted(set(request.formats) - set(FORMATS))
    if unknown:
        raise UsageError(f"unknown format {', '.join(unknown)}. Formats: {', '.join(FORMATS)}.")
    if request.parquet_key is not None and set(request.formats) != {"parquet"}:
        raise UsageError("--parquet-key encrypts Parquet files alone. Give --format parquet, and no other format.")


def _check_district(district: str | None, run_id: str, counts: pl.DataFrame) -> None:
    """Refuse a district that the run has no household of: an empty list looks as if nobody were poor."""
    known = counts["district"].drop_nulls().unique().sort().to_list()
    if district is not None and district not in known:
        raise UsageError(f"run {run_id} has no district {district}. Its districts: {', '.join(known) or 'none'}.")


def _cut(rows: pl.DataFrame, request: ExportRequest) -> pl.DataFrame:
    """One district's rows if one was named; the sentence on each row of a list."""
    if request.district is not None:
        rows = rows.filter(pl.col(DISTRICT_COLUMN[request.table]) == request.district)
    if request.table in LISTS:
        rows = rows.with_columns(pl.lit(request.words.disclaimer).alias("keterangan"))
    return rows


def _with_ground(rows: pl.DataFrame, run: Mapping[str, Any], words: Words) -> pl.DataFrame:
    """The rows of a list with the number of assumptions beside the sentence that says what it is."""
    assumptions = (run["counts"] or {}).get("assumptions")
    if assumptions is None or "keterangan" not in rows.columns:
        return rows
    told = f"; {words.label('assumptions')}: {assumptions}"
    return rows.with_columns(keterangan=pl.col("keterangan") + told)


def _event(run: Mapping[str, Any], request: ExportRequest, height: int) -> AuditEvent:
    """What the audit will say; an export that reveals nothing is made for the purpose of its run."""
    return AuditEvent(
        run_id=run["run_id"],
        at=request.at,
        action=Action.REVEAL if request.reveal else Action.EXPORT,
        operator=request.operator,
        purpose=(request.purpose or "").strip() or run["purpose"],
        detail={
            "table": str(request.table),
            "formats": list(request.formats),
            "district": request.district,
            "everyone": request.everyone,
            "profile": request.profile,
            "rows": height,
        },
    )


def _write(rows: pl.DataFrame, run: Mapping[str, Any], counts: pl.DataFrame, request: ExportRequest) -> list[Path]:
    """The files, the side file last."""
    folder = request.out / run["run_id"]
    stem = str(request.table) + (f"-{request.district}" if request.district else "")
    stem += "-public" if request.profile == "public" else "-RAHASIA" if request.reveal else ""
    summary = _summary(run, counts, rows.height, request)
    paths = []
    for kind in request.formats:
        path = folder / f"{stem}.{kind}"
        match kind:
            case "csv":
                write_csv(rows, path, request.csv)
            case "parquet":
                write_parquet(rows, path, _metadata(rows, run, request), request.parquet_key)
            case "xlsx":
                title = request.words.label(f"title_{request.table}")
                write_workbook(
                    _in_words(rows, request.words),
                    path,
                    title=title,
                    summary=summary,
                    words=request.words,
                    made=run["started_at"],
                )
        paths.append(path)
    side_file = folder / SIDE_FILE
    write_text(side_file, _side_text(run))
    descriptor = folder / f"{stem}.datapackage.json"
    keywords = f"run {run['run_id']}, policy {run['policy_id']} {run['policy_version']}"
    sheet = sheet_name(request.words.label(f"title_{request.table}"))
    write_text(descriptor, package(stem, paths, rows, request.words, request.csv, keywords, sheet))
    return [*paths, descriptor, side_file]


def _in_words(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Statuses in words, for people; CSV and Parquet keep the codes."""
    if "status" not in rows.columns:
        return rows
    return rows.with_columns(pl.col("status").replace(dict(words.statuses)))


def _metadata(rows: pl.DataFrame, run: Mapping[str, Any], request: ExportRequest) -> dict[str, str]:
    """What a Parquet file says about itself; `columns` is its data dictionary, JSON."""
    words = request.words
    columns = {name: {"title": words.heading(name), "meaning": words.meanings.get(name)} for name in rows.columns}
    return {
        "keterangan": DISCLAIMER_ID,
        "note": DISCLAIMER_EN,
        "run_id": run["run_id"],
        "table": str(request.table),
        "as_of": str(run["as_of"]),
        "purpose": run["purpose"],
        "policy": f"{run['policy_id']} {run['policy_version']}",
        "policy_sha256": str(run["policy_sha256"]),
        "program_version": run["program_version"],
        "assumptions": json.dumps((run["counts"] or {}).get("assumptions")),
        "masked": json.dumps(not request.reveal),
        "language": words.language,
        "columns": json.dumps(columns, ensure_ascii=False),
    }


def _summary(run: Mapping[str, Any], counts: pl.DataFrame, height: int, request: ExportRequest) -> list[SummaryLine]:
    """Label and value a line for the summary sheet."""
    label = request.words.label
    lines: list[SummaryLine] = [
        (label("run"), run["run_id"]),
        (label("purpose"), run["purpose"]),
        (label("as_of"), run["as_of"]),
        (label("policy"), f"{run['policy_id']} {run['policy_version']}"),
        (label("policy_sha256"), run["policy_sha256"]),
        (label("seed"), run["seed"]),
        (label("program_version"), run["program_version"]),
        (label("masked"), label("no") if request.reveal else label("yes")),
        (label("rows"), height),
    ]
    statuses = request.words.statuses
    lines += _rests_on(run, label)
    lines += [(f"{row[0]} {statuses.get(row[1], row[1])}", row[2]) for row in counts.iter_rows()]
    return lines


def _rests_on(run: Mapping[str, Any], label: Callable[[str], str]) -> list[SummaryLine]:
    """What every list says of its ground: assumptions, gates without data, decisions by persons, the lottery."""
    counts: Mapping[str, Any] = run["counts"] or {}
    decided = ", ".join(f"{label(kind)} {number}" for kind, number in counts.get("overrides", {}).items() if number)
    lottery: Mapping[str, Any] = counts.get("lottery", {})
    return [
        (label("assumptions"), counts.get("assumptions")),
        (label("not_evaluated"), ", ".join(counts.get("not_evaluated", [])) or label("none")),
        (label("override"), decided or label("none")),
        (label("commitment"), lottery.get("commitment")),
        (label("committed_before"), label("yes") if lottery.get("committed_before") else label("no")),
        (label("guessable"), label("yes") if guessable(run["seed"]) else label("no")),
    ]


def _side_text(run: Mapping[str, Any]) -> str:
    """What the side file says, in both languages."""
    return (
        f"{DISCLAIMER_ID}\n{DISCLAIMER_EN}\n\n"
        f"run: {run['run_id']}\npolicy: {run['policy_id']} {run['policy_version']} ({run['policy_sha256']})\n"
        f"as of: {run['as_of']}\npurpose: {run['purpose']}\n"
        f"asumsi kebijakan / policy assumptions: {(run['counts'] or {}).get('assumptions', '?')}\n"
        f"seed: {run['seed']} ({(run['counts'] or {}).get('lottery', {}).get('commitment', '?')})\n\n"
        "Berkas bertanda RAHASIA memuat nama, NIK, dan nomor KK; jangan diteruskan tanpa dasar hukum (UU 27/2022).\n"
        "Files marked RAHASIA hold names, NIK and KK numbers; pass them on with a legal ground only (Law 27/2022).\n"
    )

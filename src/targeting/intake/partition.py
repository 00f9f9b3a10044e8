"""Part a file's rows into accepted and rejected by their findings, and move rows later without losing one."""

from __future__ import annotations

import polars as pl

from targeting.intake import clean
from targeting.intake.frames import ISSUE_SCHEMA, REJECTED_SCHEMA, Partition, TextFrame
from targeting.intake.structure import ROW_DOES_NOT_FIT_HEADER, Finding
from targeting.vocabulary import Severity

WARNINGS = "warnings"
"""Column of accepted rows: the names of the rules that warn of the row, comma-separated, null if none."""

_LOOKS_PERSONAL = r"^\d{16}$"


def part(text: TextFrame, usable: pl.DataFrame, ids: pl.DataFrame, findings: pl.DataFrame) -> Partition:
    """Rows with an error finding are rejected as they came; the usable others are accepted with their warnings.

    `ids` has the record_id of every row of the text frame.
    """
    errors = findings.filter(severity=Severity.ERROR.value)
    return Partition(
        source=text.source,
        sha256=text.sha256,
        rows_in=text.rows_in,
        accepted=with_warnings(usable.join(errors, on="row_number", how="anti", maintain_order="left"), findings),
        rejected=pl.concat([rejected_rows(text, ids, errors), malformed_rows(text)]).sort("row_number"),
        issues=issues_of(text.source, ids, pl.concat([findings, malformed_findings(text)])),
    )


def with_warnings(accepted: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The rows with the names of the rules that warn of them."""
    warned = rules_by_row(findings.filter(severity=Severity.WARNING.value)).rename({"rules": WARNINGS})
    return accepted.drop(WARNINGS, strict=False).join(warned, on="row_number", how="left", maintain_order="left")


def rules_by_row(findings: pl.DataFrame) -> pl.DataFrame:
    """The names of each row's rules in one text, in alphabetical order: row_number, rules."""
    once = findings.select("row_number", "rule").unique().sort("row_number", "rule")
    listed = once.group_by("row_number", maintain_order=True).agg(rules="rule")
    return listed.with_columns(pl.col("rules").list.join(","))


def rejected_rows(text: TextFrame, ids: pl.DataFrame, errors: pl.DataFrame) -> pl.DataFrame:
    """The rows with an error, as they stood in the file; REJECTED_SCHEMA."""
    rules = rules_by_row(errors)
    raw = text.frame.join(rules.select("row_number"), on="row_number", how="semi")
    as_it_came = pl.struct(pl.exclude("row_number")).struct.json_encode() if raw.width > 1 else pl.lit("{}")
    rows = raw.select("row_number", raw=as_it_came).join(rules, on="row_number").join(ids, on="row_number", how="left")
    return rows.with_columns(source=pl.lit(text.source)).select(*REJECTED_SCHEMA)


def malformed_rows(text: TextFrame) -> pl.DataFrame:
    """Rows whose cells do not fit the header; REJECTED_SCHEMA."""
    return text.malformed.select(
        source=pl.lit(text.source),
        row_number="row_number",
        record_id=pl.lit(None, pl.String),
        rules=pl.lit(ROW_DOES_NOT_FIT_HEADER),
        raw=pl.struct("raw").struct.json_encode(),
    )


def malformed_findings(text: TextFrame) -> pl.DataFrame:
    """One finding a malformed row, in the words of its reason."""
    reasons = text.malformed["reason"].unique().sort().drop_nulls()
    found = [
        Finding(
            ROW_DOES_NOT_FIT_HEADER, Severity.ERROR, *(f"{words.capitalize()}." for words in clean.PROBLEMS[reason])
        ).on(text.malformed.filter(reason=reason), None)
        for reason in reasons
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=ISSUE_SCHEMA).drop("source", "record_id")


def issues_of(source: str, ids: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with their file and record, in file order; ISSUE_SCHEMA.

    A record id of 16 digits may be a NIK or KK number, and is left out.
    """
    shown = pl.when(~pl.col("record_id").str.contains(_LOOKS_PERSONAL)).then("record_id").alias("record_id")
    return (
        findings.join(ids, on="row_number", how="left")
        .with_columns(shown, source=pl.lit(source))
        .select(*ISSUE_SCHEMA)
        .sort("row_number", "rule", "field", nulls_last=False)
    )


def warn(partition: Partition, findings: pl.DataFrame, record_id: str) -> Partition:
    """The same partition with further findings that refuse nothing."""
    ids = partition.accepted.select("row_number", record_id=pl.col(record_id))
    issues = pl.concat([partition.issues, issues_of(partition.source, ids, findings)])
    issues = issues.sort("row_number", "rule", "field", nulls_last=False)
    return _replaced(partition, with_warnings(partition.accepted, issues), partition.rejected, issues)


def reject(partition: Partition, text: TextFrame, findings: pl.DataFrame, record_id: str) -> Partition:
    """The same partition with the rows of the findings moved from accepted to rejected."""
    ids = partition.accepted.select("row_number", record_id=pl.col(record_id))
    moved = rejected_rows(text, ids, findings)
    issues = pl.concat([partition.issues, issues_of(partition.source, ids, findings)])
    return _replaced(
        partition,
        partition.accepted.join(findings, on="row_number", how="anti", maintain_order="left"),
        pl.concat([partition.rejected, moved]).sort("row_number"),
        issues.sort("row_number", "rule", "field", nulls_last=False),
    )


def _replaced(partition: Partition, accepted: pl.DataFrame, rejected: pl.DataFrame, issues: pl.DataFrame) -> Partition:
    return Partition(partition.source, partition.sha256, partition.rows_in, accepted, rejected, issues)

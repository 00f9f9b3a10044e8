"""Judge a file against a contract: read, check limits, apply rules, and part accepted rows from rejected ones.

What rejects a row: only that it cannot be used. A required value that is missing or unreadable, a number in the place
of an identifier, an id used before, a row that does not fit the header. A bad value in a field that may be empty is
emptied and warned of, so that nobody falls off the list for a mistyped detail (docs/adr/0002-what-rejects-a-row.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from targeting.contracts.codelists import known_version
from targeting.contracts.config import Source
from targeting.contracts.schemas import Schema, schema_of
from targeting.intake.context import RuleContext
from targeting.intake.frames import Partition, TextFrame
from targeting.intake.limits import check_limits
from targeting.intake.made import check_columns, fill_regions, make_record_ids
from targeting.intake.partition import part
from targeting.intake.reading import read_columns, type_of
from targeting.intake.rules import FAMILY, RULES, Rule
from targeting.intake.structure import RECORD_ID_USED_TWICE, REQUIRED_VALUE_IS_MISSING, Finding, no_findings
from targeting.vocabulary import Severity


def validate(
    text: TextFrame, schema: str, source: Source, context: RuleContext, rules: Sequence[Rule] = RULES
) -> Partition:
    """Every row of the file, accepted with typed columns of the contract or rejected as it came, and all findings.

    Accepted rows have `row_number`, the contract's columns (null where the file has none; the head's columns of a
    household file only if it is flat) and `warnings`. Raises InputFileError when the file as a whole cannot be judged.
    """
    contract = schema_of(schema)
    version = known_version(source.code_lists or contract.code_lists)
    frame, made = make_record_ids(text.frame, contract)
    unknown = check_columns(frame, contract, text)
    fields = [field for field in contract.fields.values() if field.name in frame.columns]

    typed, unread = read_columns(frame, fields, source, text.source)
    typed, beyond = check_limits(typed, fields, contract.model, version)
    typed, filled = fill_regions(typed.cast({field.name: type_of(field) for field in fields}))
    findings = pl.concat([made, unknown, unread, beyond, filled])
    findings = pl.concat([findings, refusals(typed, contract, findings)])

    usable = typed.join(errors(findings), on="row_number", how="anti", maintain_order="left")
    usable, ruled = apply_rules(usable, contract, context, rules)
    ids = typed.select("row_number", record_id=pl.col(contract.record_id))
    return part(text, in_contract(usable, contract), ids, pl.concat([findings, ruled]))


def errors(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings that refuse their row."""
    return findings.filter(severity=Severity.ERROR.value)


def refusals(typed: pl.DataFrame, contract: Schema, findings: pl.DataFrame) -> pl.DataFrame:
    """Findings of rows that lack a required value (unless why is known already) or repeat the id of a usable row."""
    required = [field.name for field in contract.fields.values() if field.required]
    known = errors(findings).select("row_number", "field")
    missing = pl.concat(
        REQUIRED_VALUE_IS_MISSING.on(typed.filter(pl.col(name).is_null()), name).join(
            known, on=["row_number", "field"], how="anti", maintain_order="left"
        )
        for name in required
    )
    refused = pl.concat([known.select("row_number"), missing.select("row_number")])
    usable = typed.join(refused, on="row_number", how="anti", maintain_order="left").sort("row_number")
    again = usable.filter(~pl.col(contract.record_id).is_first_distinct())
    return pl.concat([missing, RECORD_ID_USED_TWICE.on(again, contract.record_id)])


def apply_rules(
    usable: pl.DataFrame, contract: Schema, context: RuleContext, rules: Sequence[Rule] = RULES
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The usable rows with the fields emptied that rules empty, and what the rules found."""
    if contract.family_id != contract.record_id:
        # Windows over numbers take half the time of windows over text.
        usable = usable.with_columns(pl.col(contract.family_id).cast(pl.Categorical).to_physical().alias(FAMILY))
    rules = [rule for rule in rules if rule.applies_to(set(usable.columns))]
    found = [no_findings()]
    for blanking in (True, False):
        stage = [rule for rule in rules if rule.blanks is blanking]
        rows = pl.collect_all([rule.rows(usable.lazy(), context) for rule in stage])
        found += [_finding(rule).on(found_in, rule.field) for rule, found_in in zip(stage, rows, strict=True)]
        if blanking:
            usable = usable.with_columns(_blanked(usable, stage, rows))
    return usable, pl.concat(found)


def _finding(rule: Rule) -> Finding:
    return Finding(rule.name, rule.severity, rule.message_id, rule.message_en)


def _blanked(usable: pl.DataFrame, stage: list[Rule], rows: list[pl.DataFrame]) -> list[pl.Series]:
    """The fields that the rules of this stage empty, emptied."""
    fields: dict[str, pl.Series] = {}
    for rule, found_in in zip(stage, rows, strict=True):
        values = fields.get(rule.field, usable[rule.field])
        fields[rule.field] = values.set(usable["row_number"].is_in(found_in["row_number"].implode()), None)
    return list(fields.values())


def in_contract(rows: pl.DataFrame, contract: Schema) -> pl.DataFrame:
    """The rows with the contract's columns in the contract's order; those that the file lacks are null."""
    fields = [
        field
        for field in contract.fields.values()
        if field.name in rows.columns or field.name not in contract.person_fields
    ]
    absent = [pl.lit(None, type_of(field)).alias(field.name) for field in fields if field.name not in rows.columns]
    return rows.with_columns(absent).select("row_number", *(field.name for field in fields))

"""Intake: any file in, every row out as accepted or rejected, every finding named. The file itself is never changed."""

from __future__ import annotations

from targeting.contracts.config import DtsenSources, PpseSources, Source
from targeting.contracts.schemas import schema_of
from targeting.intake.check import validate
from targeting.intake.context import RuleContext
from targeting.intake.families import match_members, members_of_flat, without_columns
from targeting.intake.files import read_text
from targeting.intake.frames import Partition, TextFrame
from targeting.intake.regions import load_regions

__all__ = [
    "Partition",
    "RuleContext",
    "TextFrame",
    "intake_dtsen",
    "intake_ppse",
    "load_regions",
    "read_source",
    "read_text",
    "validate",
]


def read_source(source: Source, schema: str, context: RuleContext) -> Partition:
    """One file judged against one contract. Raises InputFileError when the file as a whole cannot be judged."""
    return validate(read_text(source.path, source), schema, source, context)


def intake_ppse(sources: PpseSources, context: RuleContext) -> tuple[Partition, Partition]:
    """PPSE households and members, from a pair of files or from one flat file."""
    households = read_source(sources.households, "ppse-household", context)
    if sources.members is None:
        return members_of_flat(households)
    households = without_columns(households, schema_of("ppse-household").person_fields)
    return _with_members(households, sources.members, "ppse-member", context)


def intake_dtsen(sources: DtsenSources, context: RuleContext) -> tuple[Partition, Partition]:
    """DTSEN families and persons."""
    families = read_source(sources.families, "dtsen-family", context)
    return _with_members(families, sources.persons, "dtsen-person", context)


def _with_members(
    households: Partition, source: Source, schema: str, context: RuleContext
) -> tuple[Partition, Partition]:
    text = read_text(source.path, source)
    members = validate(text, schema, source, context)
    return match_members(households, members, text, schema_of(schema))

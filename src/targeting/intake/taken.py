"""All input files of a run, judged: what each was and where its rows went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from targeting.contracts.config import DtsenSources, Limits, PipelineConfig, PpseSources, Source
from targeting.contracts.schemas import schema_of
from targeting.errors import TooManyRejectedError
from targeting.intake.check import validate
from targeting.intake.context import RuleContext
from targeting.intake.families import match_members, members_of_flat, without_columns
from targeting.intake.files import read_text
from targeting.intake.frames import Partition
from targeting.vocabulary import Severity

CONTRACTS = ("ppse-household", "ppse-member", "dtsen-family", "dtsen-person", "prior-recipient")


@dataclass(frozen=True)
class Intake:
    """The input files, judged."""

    households: Partition
    members: Partition
    families: Partition | None = None
    persons: Partition | None = None
    prior: Partition | None = None

    @property
    def by_contract(self) -> dict[str, Partition]:
        """PPSE first, then DTSEN unless a snapshot stands for it, then earlier participants if there is a list."""
        all_files = (self.households, self.members, self.families, self.persons, self.prior)
        return {name: part for name, part in zip(CONTRACTS, all_files, strict=True) if part is not None}

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """The files in the order of `by_contract`."""
        return tuple(self.by_contract.values())


def sources_of(config: PipelineConfig) -> tuple[Source | None, ...]:
    """The input files in the order of CONTRACTS; a flat PPSE file has no member file, a run may have no prior list."""
    return (config.ppse.households, config.ppse.members, config.dtsen.families, config.dtsen.persons, config.prior)


def take_in(config: PipelineConfig, rules: RuleContext) -> Intake:
    """All files read and judged."""
    families, persons = (None, None) if config.dtsen.registry else intake_dtsen(config.dtsen, rules)
    return replace(take_in_ppse(config, rules), families=families, persons=persons)


def take_in_ppse(config: PipelineConfig, rules: RuleContext) -> Intake:
    """All files but DTSEN's, read and judged."""
    households, members = intake_ppse(config.ppse, rules)
    prior = None if config.prior is None else read_source(config.prior, "prior-recipient", rules)
    return Intake(households, members, prior=prior)


def describe_inputs(taken: Intake) -> tuple[dict[str, Any], ...]:
    """One mapping a file: what it was, its hash, and where its rows went."""
    return tuple(
        {
            "contract": contract,
            "source": part.source,
            "sha256": part.sha256,
            "rows_in": part.rows_in,
            "accepted": part.accepted.height,
            "rejected": part.rejected.height,
            "warnings": part.issues.filter(pl.col("severity") == Severity.WARNING).height,
        }
        for contract, part in taken.by_contract.items()
    )


def check_rejected_share(taken: Intake, limits: Limits) -> None:
    """Raise TooManyRejectedError if a file lost more of its rows than the pipeline file allows."""
    for part in taken.partitions:
        share = part.rejected.height / part.rows_in if part.rows_in else 0.0
        if share > limits.max_rejected_share:
            raise TooManyRejectedError(
                f"{part.source}: {part.rejected.height:,} of {part.rows_in:,} rows were rejected ({share:.1%}), "
                f"more than limits.max_rejected_share allows ({limits.max_rejected_share:.1%}). Nothing was published. "
                "'targeting validate' shows which rules refused them."
            )


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
    family_file, person_file = sources.files
    families = read_source(family_file, "dtsen-family", context)
    return _with_members(families, person_file, "dtsen-person", context)


def _with_members(
    households: Partition, source: Source, schema: str, context: RuleContext
) -> tuple[Partition, Partition]:
    text = read_text(source.path, source)
    members = validate(text, schema, source, context)
    return match_members(households, members, text, schema_of(schema))

"""What a run and a link read of a snapshot: the encoded side, and of the rows those that links name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from targeting import registry
from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.errors import InputFileError
from targeting.linkage.register import RegisterLinks, link_stored_register, register_spec, registered
from targeting.linkage.remembered import Memory
from targeting.linkage.scoring import Progress
from targeting.linkage.stored_side import StoredSide
from targeting.registry import FAMILIES, IDS, PERSONS, RECORDS, Snapshot


def open_register(folder: Path) -> Snapshot:
    """The DTSEN snapshot in a folder. Raises InputFileError if it is none that a run can use."""
    snapshot = registry.open_snapshot(folder)
    if snapshot.manifest.kind != "dtsen":
        raise InputFileError(
            f"{folder} is a snapshot of {snapshot.manifest.sources[0].source}, not of DTSEN. Build one from the family "
            "and the person file: targeting registry build --families F --persons P."
        )
    return snapshot


def inputs_of(snapshot: Snapshot) -> tuple[dict[str, Any], ...]:
    """The files that the snapshot was made of, as a run describes its inputs, and which snapshot it was."""
    manifest = snapshot.manifest
    told = {"registry": manifest.content, "cut_off": None if manifest.cut_off is None else str(manifest.cut_off)}
    return tuple(source.model_dump() | told for source in manifest.sources)


@dataclass(frozen=True)
class Homes:
    """Rows of a register as intake accepted them: families, and all persons of each; sorted by the family's id."""

    families: pl.DataFrame
    persons: pl.DataFrame

    def of(self, families: pl.Series) -> Homes:
        """Some of the families."""
        mine = pl.col(IDS[FAMILIES]).is_in(families.unique().implode())
        return Homes(self.families.filter(mine), self.persons.filter(mine))


def link_to_register(
    households: pl.DataFrame,
    members: pl.DataFrame,
    snapshot: Snapshot,
    settings: LinkageSettings,
    progress: Progress,
    decided: pl.DataFrame | None = None,
    memory: Memory | None = None,
) -> tuple[RegisterLinks, Homes]:
    """Accepted PPSE members and households linked to the persons and families of a snapshot, as `link_register`; and
    the families that links or reviews name.

    All their persons come too, those without a link among them: what a family lacks depends on all who belong to it.
    """
    spec = register_spec(settings.spec)
    read: list[Homes] = []

    def persons_of(ids: pl.Series) -> pl.DataFrame:
        read.append(homes_of(snapshot, settings, ids))
        return registered(read[-1].persons, read[-1].families, spec)

    links = link_stored_register(households, members, snapshot.linkage, persons_of, settings, progress, decided, memory)
    # What was read last holds the families of all persons that links name: those of the links of households.
    return links, read[-1].of(links.household_link[IDS[FAMILIES]])


def homes_of(snapshot: Snapshot, settings: LinkageSettings, persons: pl.Series) -> Homes:
    """The families of some persons, by their ids, and all who belong to them."""
    where = districts_of(snapshot, settings, persons)
    own = registry.read_rows(snapshot.table(PERSONS), IDS[PERSONS], persons, where, list(IDS.values()))
    families = own[IDS[FAMILIES]].unique()
    return Homes(
        *(registry.read_rows(snapshot.table(table), IDS[FAMILIES], families, where) for table in (FAMILIES, PERSONS))
    )


def families_of(snapshot: Snapshot, districts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    """Those columns of all families of the districts: whose share of poor an official rate tells."""
    return registry.read_districts(snapshot.table(FAMILIES), districts, columns)


def districts_of(snapshot: Snapshot, settings: LinkageSettings, persons: pl.Series) -> tuple[str, ...] | None:
    """The districts in which some persons live; None where the snapshot does not know districts."""
    return StoredSide(snapshot.linkage, register_spec(settings.spec)).districts_of(persons)


def record_of(snapshot: Snapshot, spec: LinkSpec, record_id: str) -> pl.DataFrame:
    """The row of one id with the columns that the spec compares, as they were before they were encoded."""
    districts = StoredSide(snapshot.linkage, spec).districts_of(pl.Series([record_id]))

    def rows(table: str, column: str, values: pl.Series) -> pl.DataFrame:
        return registry.read_rows(snapshot.table(table), column, values, districts)

    if snapshot.manifest.kind == "table":
        return rows(RECORDS, spec.right.id, pl.Series([record_id]))
    persons = rows(PERSONS, IDS[PERSONS], pl.Series([record_id]))
    return registered(persons, rows(FAMILIES, IDS[FAMILIES], persons[IDS[FAMILIES]]), spec)

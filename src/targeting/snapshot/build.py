"""The register's own spine, walked once a cut-off: judge -> keep the rows by district -> encode -> seal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import polars as pl

from targeting import __version__, registry
from targeting.contracts.codes.lists import DTSEN_2025
from targeting.contracts.config import DtsenSources, Limits
from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.contracts.registry import SnapshotManifest
from targeting.errors import InputFileError, TooManyRejectedError
from targeting.intake import Partition, RuleContext
from targeting.intake.in_parts import SCHEMAS, dtsen_in_parts
from targeting.linkage.prepare import encoded_side
from targeting.linkage.register import registered
from targeting.linkage.sides import FrameSide
from targeting.linkage.store_side import store_side
from targeting.registry import DISTRICT, FAMILIES, IDS, PERSONS, RECORDS
from targeting.snapshot.judged import ROW_NUMBER, Judged, concluded

LIBRARIES = ("polars", "pyarrow", "numpy")
FINDINGS, REJECTED = "findings.parquet", "rejected.parquet"
WARNINGS = "warnings"


@dataclass(frozen=True)
class Place:
    """Where a snapshot goes, when it is made, and who is told how far it is (the step, its share)."""

    out: Path
    made_at: datetime
    replace: bool = False
    told: Callable[[str, float], None] = lambda _step, _share: None


def build_dtsen(
    sources: DtsenSources, spec: LinkSpec, context: RuleContext, limits: Limits, place: Place
) -> SnapshotManifest:
    """A snapshot of DTSEN as of `context.as_of`, its cut-off.

    Raises InputFileError, TooManyRejectedError, UsageError; whatever is raised, nothing is left at `place.out`.
    """
    with registry.building(place.out, replace=place.replace) as folder:
        judged = {name: Judged(schema) for name, schema in zip((FAMILIES, PERSONS), SCHEMAS, strict=True)}
        place.told("judging", 0.0)
        persons = _judge(sources, spec, context, folder, judged)
        without = concluded(judged, context)
        described = [one.described() for one in judged.values()]
        _check_rejected(described, limits)
        place.told("keeping", 0.0)
        counts = {
            name: registry.write_table(folder / name, IDS[name], without[name] if without[name].height else None)
            for name in judged
        }
        findings = _keep(folder, FINDINGS, [part for one in judged.values() for part in one.findings])
        _keep(folder, REJECTED, [part for one in judged.values() for part in one.rejected])
        judged.clear()
        _encode(_without(persons, without[PERSONS]), spec, folder, place)
        return registry.seal(
            folder,
            registry.Made(
                kind="dtsen",
                cut_off=context.as_of,
                code_lists=sources.files[0].code_lists or DTSEN_2025,
                sources=described,
                records=sum(counts[PERSONS].values()),
                districts=counts[PERSONS],
                findings=dict(findings.group_by("rule").len().sort("rule").iter_rows()),
                **_made(place),
            ),
        )


def build_table(
    frame: pl.DataFrame, spec: LinkSpec, source: Mapping[str, Any], cut_off: date | None, place: Place
) -> SnapshotManifest:
    """A snapshot of any table by the right side of a spec. `source` has the file's name and sha256."""
    with registry.building(place.out, replace=place.replace) as folder:
        districts = frame.with_columns(districts_of(spec, "right").alias(DISTRICT))[DISTRICT]
        registry.write_piece(frame.with_columns(pl.col(spec.right.id).cast(pl.String)), districts, folder / RECORDS, 0)
        counts = registry.write_table(folder / RECORDS, spec.right.id)
        _encode([frame.with_columns(districts.alias(DISTRICT))], spec, folder, place)
        rows = {"rows_in": frame.height, "accepted": frame.height, "rejected": 0, "warnings": 0}
        return registry.seal(
            folder,
            registry.Made(
                kind="table",
                cut_off=cut_off,
                code_lists=None,
                sources=[{"contract": "table", **source, **rows}],
                records=frame.height,
                districts=counts,
                findings={},
                **_made(place),
            ),
        )


def _judge(
    sources: DtsenSources, spec: LinkSpec, context: RuleContext, folder: Path, judged: Mapping[str, Judged]
) -> list[pl.DataFrame]:
    """Accepted rows put aside by district; of the persons what the spec compares, with row_number and district."""
    spool, persons = folder / "spool", []
    spool.mkdir()
    for piece, (families, people) in enumerate(dtsen_in_parts(sources, context, spool)):
        _check_cut_off(families, context.as_of)
        home = families.accepted.select(IDS[FAMILIES], DISTRICT)
        located = people.accepted.join(home, on=IDS[FAMILIES], how="left", maintain_order="left")
        registry.write_piece(families.accepted.drop(WARNINGS), home[DISTRICT], folder / FAMILIES, piece)
        registry.write_piece(people.accepted.drop(WARNINGS), located[DISTRICT], folder / PERSONS, piece)
        compared = registered(people.accepted, families.accepted, spec)
        persons.append(compared.with_columns(located[ROW_NUMBER], located[DISTRICT]))
        judged[FAMILIES].add(families)
        judged[PERSONS].add(people)
    shutil.rmtree(spool)
    if not sum(part.height for part in persons):
        raise InputFileError(f"{sources.files[1].path.name}: no person was accepted. 'targeting validate' says why.")
    return persons


def _check_cut_off(families: Partition, cut_off: date) -> None:
    """Raise InputFileError if the families are of another cut-off."""
    others = families.accepted["cut_off"].drop_nulls().unique().sort()
    others = others.filter(others != cut_off)
    if others.len():
        raise InputFileError(
            f"{families.source} holds families of the cut-off {others[0]}, not of {cut_off}. A snapshot is of one "
            "cut-off: correct --cut-off, or take the file apart."
        )


def _check_rejected(described: list[dict[str, Any]], limits: Limits) -> None:
    """Raise TooManyRejectedError if a file lost more of its rows than it may."""
    for one in described:
        share = one["rejected"] / one["rows_in"] if one["rows_in"] else 0.0
        if share > limits.max_rejected_share:
            raise TooManyRejectedError(
                f"{one['source']}: {one['rejected']:,} of {one['rows_in']:,} rows were rejected ({share:.1%}), more "
                f"than is borne ({limits.max_rejected_share:.1%}). No snapshot was made. 'targeting validate' shows "
                "which rules refused them."
            )


def _keep(folder: Path, name: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Findings or rejected rows as one file in a fixed order; what is said of a whole file once."""
    rows = pl.concat(parts).unique()
    rows = rows.sort(rows.columns)
    rows.write_parquet(folder / name)
    return rows


def _without(persons: list[pl.DataFrame], refused: pl.DataFrame) -> list[pl.DataFrame]:
    """The persons that were not refused in the end."""
    kept = [part.join(refused, on=ROW_NUMBER, how="anti").drop(ROW_NUMBER) for part in persons]
    persons.clear()
    return kept


def _encode(parts: list[pl.DataFrame], spec: LinkSpec, folder: Path, place: Place) -> None:
    """The encoded side; `parts` is emptied."""
    place.told("encoding", 0.0)
    located = pl.concat([part.select(pl.col(spec.right.id).cast(pl.String), DISTRICT) for part in parts])
    districts = located.sort(spec.right.id)[DISTRICT]
    side = encoded_side(_together(parts), spec, "right")
    assert isinstance(side, FrameSide)  # noqa: S101 - a frame makes one
    (folder / "linkage").mkdir()
    store_side(side, spec, folder / "linkage", districts, lambda share: place.told("keys", share))


def _together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All parts as one frame; `parts` is emptied, so that no one holds them longer than the frame."""
    rows = pl.concat(parts, rechunk=False)
    parts.clear()
    return rows


def districts_of(spec: LinkSpec, word: Literal["left", "right"]) -> pl.Expr:
    """Kabupaten or kota of a side's rows, by the first region column if its codes begin with one; null for none."""
    regions = [getattr(column, word) for column in spec.columns.values() if column.type is ColumnType.REGION]
    if not regions:
        return pl.lit(None, pl.String)
    digits = pl.col(regions[0]).cast(pl.String).str.replace_all(r"\D", "").str.head(4)
    dotted = digits.str.head(2) + "." + digits.str.tail(2)
    return pl.when(digits.str.len_bytes() == 4).then(dotted)


def _made(place: Place) -> dict[str, Any]:
    """When and by what."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"made_at": place.made_at, "program_version": __version__, "library_versions": libraries}

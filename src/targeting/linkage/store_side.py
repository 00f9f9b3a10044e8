"""Write an encoded register as a folder that batches are linked against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage import arrow_file
from targeting.linkage.blocking import default_rules, keys_of, parse, written
from targeting.linkage.candidates import HOME, HOUSEHOLD, home_rules, household_keys
from targeting.linkage.comparisons.base import WHOLE, Counted
from targeting.linkage.comparisons.codes import text_codes
from targeting.linkage.posting import EVERY, Posting, posting
from targeting.linkage.sides import FrameSide
from targeting.linkage.stored_side import (
    DISTRICT,
    ENCODING,
    HOME_CODE,
    ID,
    IDENTIFIER,
    NOWHERE,
    SIDE,
    ListedKeys,
    SideDescription,
    StoredColumn,
    StoredCounts,
    fences_of,
)

Told = Callable[[float], None]
LARGEST = 3
"""Blocks of a rule whose size is told."""


def store_side(
    side: FrameSide, spec: LinkSpec, folder: Path, districts: pl.Series | None = None, told: Told = lambda _share: None
) -> SideDescription:
    """The side's files in an empty folder, and what they hold. The same records make the same bytes.

    `districts` is the kabupaten of each record, null for none; `told` hears how far it is. Raises OSError when the disk
    is full.
    """
    names = [] if districts is None else districts.unique().drop_nulls().sort().to_list()
    arrow_file.write(side.ids.alias("id").to_frame(), folder / "ids.arrow")
    arrow_file.write(_records(side, districts, names), folder / "records.arrow", by_row=True)
    listed = [*_store_identifiers(side, folder), _store_ids(side, folder)]
    columns = {name: _store_column(side, spec, name, place, folder) for place, name in enumerate(side.encoded)}
    listed += _store_keys(side, spec, folder, len(listed), told)
    description = SideDescription(
        encoding=ENCODING,
        records=side.ids.len(),
        id=spec.right.id,
        household=spec.right.household if side.has_homes else None,
        columns=columns,
        districts=tuple(names),
        postings=tuple(listed),
    )
    (folder / SIDE).write_text(description.to_json(), encoding="utf-8")
    return description


def _records(side: FrameSide, districts: pl.Series | None, names: list[str]) -> pl.DataFrame:
    """Each record's row in the values of each column, or its identifier; its household's code, its district's place."""
    found = pl.DataFrame({name: one.rows for name, one in side.encoded.items()})
    if side.households is not None:
        found = found.with_columns(pl.Series(HOME_CODE, side.households))
    if districts is not None:
        places = districts.cast(pl.Enum(names)).to_physical().cast(pl.UInt16).fill_null(NOWHERE)
        found = found.with_columns(places.alias(DISTRICT))
    return found


def _store_ids(side: FrameSide, folder: Path) -> ListedKeys:
    """A posting list by which a record is found by its id."""
    keys = pl.DataFrame({"key": text_codes(side.ids), "rid": np.arange(side.ids.len(), dtype=np.int32)})
    place = len(_identifier_names(side))
    return _store_posting(posting(keys), ID, folder / f"keys-{place:02}.arrow")


def _store_column(side: FrameSide, spec: LinkSpec, name: str, place: int, folder: Path) -> StoredColumn:
    """Values and counts of one column."""
    one, column = side.encoded[name], spec.columns[name]
    if one.values is None:
        own = _identifier_counts(side, name)
        return StoredColumn(column.right, column.type.value, None, len(one.counts[WHOLE].distinct()[0]), {WHOLE: own})
    values_file = f"values-{place:02}.arrow"
    arrow_file.write(one.values, folder / values_file, by_row=True)
    counts = {of: _store_counts(count, folder / f"counts-{place:02}-{of}.arrow") for of, count in one.counts.items()}
    return StoredColumn(column.right, column.type.value, values_file, one.values.height - 1, counts)


def _store_counts(count: Counted, path: Path) -> StoredCounts:
    """Codes and their bearers."""
    codes, bearers = count.distinct()
    arrow_file.write(pl.DataFrame({"code": codes, "bearers": bearers}), path)
    return StoredCounts(path.name, count.records, count.pairs)


def _identifier_names(side: FrameSide) -> list[str]:
    """Columns whose records hold the value itself."""
    return [name for name, one in side.encoded.items() if one.values is None]


def _identifier_counts(side: FrameSide, name: str) -> StoredCounts:
    """Identifiers are counted in their posting list."""
    count = side.encoded[name].counts[WHOLE]
    return StoredCounts(f"keys-{_identifier_names(side).index(name):02}.arrow", count.records, count.pairs)


def _store_identifiers(side: FrameSide, folder: Path) -> list[ListedKeys]:
    """A posting list of each column of identifiers, the identifier itself being the key."""
    found = []
    for place, name in enumerate(_identifier_names(side)):
        rows = np.asarray(side.encoded[name].rows, dtype=np.uint64)
        borne = np.flatnonzero(rows != 0).astype(np.int32)
        keys = pl.DataFrame({"key": rows[borne], "rid": borne})
        found.append(_store_posting(posting(keys), IDENTIFIER + name, folder / f"keys-{place:02}.arrow"))
    return found


def _store_keys(side: FrameSide, spec: LinkSpec, folder: Path, place: int, told: Told) -> list[ListedKeys]:
    """Posting lists of all rules, of homes and of households."""
    everyone = np.arange(side.ids.len(), dtype=np.int32)
    rules = [(rule, "") for rule in spec.blocking or default_rules(spec)]
    rules += [(rule, HOME) for rule in home_rules(spec)]
    found = []
    for number, (rule, purpose) in enumerate(rules, place):
        parts = parse(rule, spec)
        keys = keys_of(side, parts, everyone, purpose=purpose)
        file = folder / f"keys-{number:02}.arrow"
        found.append(_store_posting(posting(keys), purpose + written(parts), file))
        told((number - place + 1) / len(rules))
    side.forget_keys()
    if side.has_homes:
        file = folder / f"keys-{place + len(rules):02}.arrow"
        found.append(_store_posting(posting(household_keys(side, everyone)), HOUSEHOLD, file))
    return found


def _store_posting(made: Posting, name: str, path: Path) -> ListedKeys:
    """One posting list."""
    arrow_file.write(pl.DataFrame({"key": made.keys, "rid": made.rids}), path)
    arrow_file.write(pl.DataFrame({"key": made.keys[::EVERY]}), fences_of(path))
    ends = np.flatnonzero(made.keys[1:] != made.keys[:-1]) + 1
    sizes = np.diff(ends, prepend=0, append=len(made.keys)) if len(made.keys) else np.zeros(0, dtype=np.int64)
    largest = tuple(int(size) for size in np.sort(sizes)[::-1][:LARGEST])
    return ListedKeys(name, path.name, len(sizes), len(made.keys), largest)

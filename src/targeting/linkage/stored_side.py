"""A register's side of a linkage, in a folder: written once, then read by each batch where the batch meets it.

- side.json: what was encoded how: columns and types, rules, districts, counts.
- ids.arrow: the id of each record, in the order of the ids as text; a record's place is its rid.
- records.arrow: each record's row among the values of each column (or its identifier), its household, its district.
- values-N.arrow: each distinct value of a column once, ascending by code, row 0 for missing.
- counts-N-KIND.arrow: how many records bear a value, a part of a name, a word.
- keys-N.arrow: the posting list of a blocking rule, of homes, of identifiers, of ids: key, rid, ascending.
- fences-N.arrow: every 512th of its keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.errors import InputFileError, UsageError
from targeting.linkage import comparisons
from targeting.linkage.arrow_file import ArrowFile
from targeting.linkage.blocking import default_rules, parse, written
from targeting.linkage.candidates import HOUSEHOLD, household_keys
from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import Counted, Keys
from targeting.linkage.comparisons.codes import KeyArray, text_codes
from targeting.linkage.posting import IntArray, Posting, Rids
from targeting.linkage.sides import Inform

ENCODING = 2
"""Number of the way values are standardised, coded and keyed. What was encoded another way is not met: a change of
`standardise` or of an `encode` raises it (tests/unit/linkage/test_encoding_number.py)."""

SIDE = "side.json"
IDENTIFIER, ID = "identifier: ", "id"
"""Names of the posting lists of a column of identifiers, and of the records' ids."""
HOME_CODE, DISTRICT = " home", " district"
"""Columns of records.arrow beside those of the spec; no column of a spec begins with a blank."""
NOWHERE = 65_535
"""Place of the district of a record that has none."""


@dataclass(frozen=True)
class ListedKeys:
    """A posting list: what it is of, its file, different keys, entries, and records of its largest blocks."""

    name: str
    file: str
    keys: int
    entries: int
    largest: tuple[int, ...]


@dataclass(frozen=True)
class StoredCounts:
    """Counts of a column: file, records that bear any, ordered pairs of records that bear one code."""

    file: str
    records: int
    pairs: int


@dataclass(frozen=True)
class StoredColumn:
    """A column: its name in the register's file, type, the file of its values (None for identifiers), its counts."""

    right: str
    type: str
    values_file: str | None
    distinct: int
    counts: dict[str, StoredCounts]


@dataclass(frozen=True)
class SideDescription:
    """What side.json says."""

    encoding: int
    records: int
    id: str
    household: str | None
    columns: dict[str, StoredColumn]
    districts: tuple[str, ...] = ()
    postings: tuple[ListedKeys, ...] = field(default=())

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def read_description(folder: Path) -> SideDescription:
    """What side.json says. Raises InputFileError for one that is absent, damaged or of another encoding."""
    try:
        found: dict[str, Any] = json.loads((folder / SIDE).read_text(encoding="utf-8"))
        if found["encoding"] != ENCODING:
            raise InputFileError(
                f"{folder.parent}: this register was encoded in way {found['encoding']}, and this program compares in "
                f"way {ENCODING}. Build it again with this version: targeting registry build."
            )
        columns = {
            name: StoredColumn(**one | {"counts": {of: StoredCounts(**count) for of, count in one["counts"].items()}})
            for name, one in found["columns"].items()
        }
        postings = tuple(ListedKeys(**one | {"largest": tuple(one["largest"])}) for one in found["postings"])
        districts = tuple(found["districts"])
        return SideDescription(**found | {"columns": columns, "districts": districts, "postings": postings})
    except (OSError, KeyError, TypeError, ValueError):
        raise InputFileError(f"{folder / SIDE} cannot be read. Build the snapshot again.") from None


class StoredIds:
    """Ids of a register, in the order of their text."""

    def __init__(self, file: ArrowFile, by_code: Posting) -> None:
        """See a column `id`; `by_code` lists the codes of the ids."""
        self._file = file
        self._by_code = by_code

    def len(self) -> int:
        """Records."""
        return self._file.rows

    def gather(self, indices: pl.Series) -> pl.Series:
        """Ids of some records."""
        return self._file.take(indices.to_numpy())["id"]

    def __getitem__(self, key: int) -> str:
        """Id of one record."""
        return str(self._file.take(np.array([key]))["id"][0])

    def index_of(self, element: str) -> int | None:
        """The record of an id, None if there is none."""
        found = self.places(pl.Series([element]))
        return int(found[0]) if len(found) else None

    def places(self, ids: pl.Series) -> Rids:
        """Row numbers of those of some ids that the register has, ascending."""
        blocks = self._by_code.blocks(np.unique(text_codes(ids)))
        rids = np.sort(blocks.records(blocks.sizes > 0)["rid"].to_numpy())
        there = self.gather(pl.Series(rids)).is_in(ids.unique().implode()).to_numpy()
        return np.asarray(rids[there], dtype=np.int32)


class StoredSide:
    """A side whose records, values and posting lists lie in a folder."""

    def __init__(self, folder: Path, spec: LinkSpec) -> None:
        """Open it for a spec. Raises UsageError if the spec asks for what was not encoded, InputFileError if the folder
        cannot be read.
        """
        self._folder = folder
        self.description = read_description(folder)
        check_agrees(self.description, spec)
        self._comparisons: dict[str, Comparison] = {
            name: comparisons.of(name, column.type) for name, column in spec.columns.items()
        }
        self._wants_homes = bool(spec.left.household and spec.right.household)
        self._listed = {one.name: one for one in self.description.postings}
        self._files: dict[str, ArrowFile] = {}
        self._last: tuple[str, Rids, pl.DataFrame, IntArray] | None = None
        self.ids = StoredIds(self._open("ids.arrow"), self._posting(ID))
        self._records = self._open("records.arrow")

    def _open(self, name: str) -> ArrowFile:
        """A file of the folder, mapped once."""
        try:
            if name not in self._files:
                self._files[name] = ArrowFile(self._folder / name)
            return self._files[name]
        except OSError as error:
            raise InputFileError(f"{self._folder}: {error}. Build the snapshot again.") from None

    @property
    def has_homes(self) -> bool:
        """Whether households were encoded and are asked for."""
        return self._wants_homes and self.description.household is not None

    def homes(self, rids: Rids) -> KeyArray:
        """Household codes of some records."""
        return np.asarray(self._records.array(HOME_CODE)[rids]) if self.has_homes else np.zeros(len(rids), np.uint64)

    def housemates(self, rids: Rids) -> pl.DataFrame:
        """rid, home of all records that live with some."""
        if not self.has_homes:
            return pl.DataFrame(schema={"rid": pl.Int32, "home": pl.UInt64})
        wanted = household_keys(self, rids)["key"].unique().sort().to_numpy()
        blocks = self._posting(HOUSEHOLD).blocks(wanted)
        found = np.sort(blocks.records(blocks.sizes > 0)["rid"].to_numpy())
        return pl.DataFrame({"rid": found, "home": self.homes(found)})

    def counts(self, name: str) -> Mapping[str, Counted]:
        """How many records bear what in a column."""
        return self._counts[name]

    @cached_property
    def _counts(self) -> dict[str, dict[str, Counted]]:
        """Counts of the columns that are compared."""
        columns = {name: self.description.columns[name] for name in self._comparisons}
        return {name: {of: self._counted(one) for of, one in column.counts.items()} for name, column in columns.items()}

    def _counted(self, stored: StoredCounts) -> Counted:
        """One kind of count; a posting list counts identifiers."""
        file = self._open(stored.file)
        if stored.file.startswith("keys-"):
            return Counted(file.array("key"), None, stored.records, stored.pairs)
        return Counted(file.array("code"), file.array("bearers"), stored.records, stored.pairs)

    def _rows(self, name: str, rids: Rids) -> npt.NDArray[Any]:
        """What some records hold of a column: a row of its values, or an identifier."""
        self._records.expect(len(rids))
        return np.asarray(self._records.array(name)[rids])

    def _value_file(self, name: str) -> ArrowFile | None:
        """The values of a column, None for identifiers."""
        file = self.description.columns[name].values_file
        return None if file is None else self._open(file)

    def values(self, name: str, rids: Rids, inform: Inform) -> pl.DataFrame:
        """A column's values for some records; each distinct value is read and informed once."""
        rows, file = self._rows(name, rids), self._value_file(name)
        if file is None:
            return inform(pl.DataFrame({f"{name}_v": rows}))
        each, place = np.unique(rows, return_inverse=True)
        return inform(file.take(each))[place]

    def keys(self, name: str, kind: str, rids: Rids) -> Keys:
        """Blocking keys of one column for some records."""
        comparison = self._comparisons[name]
        if self._value_file(name) is None:
            return comparison.keys(pl.DataFrame({f"{name}_v": self._rows(name, rids)}), kind)
        found, place = self._distinct(name, rids)
        return [values[place] for values in comparison.keys(found, kind)]

    def _distinct(self, name: str, rids: Rids) -> tuple[pl.DataFrame, IntArray]:
        """A column's values for some records, each once, and the place of each record's among them. Those that were
        asked for last are held: keys of several kinds are made of them.
        """
        last = self._last  # several threads make keys
        if last is not None and last[0] == name and last[1] is rids:
            return last[2], last[3]
        each, place = np.unique(self._rows(name, rids), return_inverse=True)
        file = self._value_file(name)
        assert file is not None  # noqa: S101 - identifiers have no values
        found = file.take(each)
        self._last = (name, rids, found, place)
        return found, place

    def posting(self, rule: str) -> Posting | None:
        """The posting list of a rule; None for households that are not asked for."""
        return None if rule == HOUSEHOLD and not self.has_homes else self._posting(rule)

    def _posting(self, rule: str) -> Posting:
        """A posting list that is there."""
        name = self._listed[rule].file
        file, fences = self._open(name), self._open(fences_of(Path(name)).name)
        return Posting(file.array("key"), file.array("rid"), fences.array("key"), file.expect)

    def bearing(self, name: str, identifiers: KeyArray) -> pl.DataFrame:
        """rid, NAME_v of all records that bear one of some identifiers."""
        blocks = self._posting(IDENTIFIER + name).blocks(identifiers)
        return blocks.records(blocks.sizes > 0).select("rid", pl.col("key").alias(f"{name}_v")).sort("rid")

    def bearing_any(self, name: str, columns: tuple[str, ...], codes: KeyArray) -> npt.NDArray[np.bool_]:
        """By record, whether a column's value has one of some codes."""
        rows, file = np.asarray(self._records.array(name)), self._value_file(name)
        if file is None:
            return np.isin(rows, codes)
        found = np.zeros(file.rows, dtype=bool)
        for column in columns:
            found |= np.isin(file.array(f"{name}_{column}"), codes)
        return np.asarray(found[rows])

    def forget_keys(self) -> None:
        """Values that were asked for last are read anew."""
        self._last = None

    def districts_of(self, ids: pl.Series) -> tuple[str, ...] | None:
        """The districts in which records of some ids live, "" for none; None if districts were not stored."""
        if not self.description.districts:
            return None
        found = np.unique(self._records.array(DISTRICT)[self.ids.places(ids)])
        return tuple(sorted("" if place == NOWHERE else self.description.districts[place] for place in found))


def fences_of(path: Path) -> Path:
    """Where the fences of a posting list lie: beside it."""
    return path.with_name(path.name.replace("keys-", "fences-"))


def check_agrees(stored: SideDescription, spec: LinkSpec) -> None:
    """Raise UsageError, naming each difference, if a spec reads the register otherwise than it was encoded."""
    wrong = []
    if spec.right.id != stored.id:
        wrong.append(f"right.id is '{spec.right.id}', the snapshot's '{stored.id}'")
    if spec.left.household and spec.right.household and spec.right.household != stored.household:
        wrong.append(f"right.household is '{spec.right.household}', the snapshot's '{stored.household}'")
    for name, column in spec.columns.items():
        own = stored.columns.get(name)
        if own is None:
            wrong.append(f"column '{name}' is not in the snapshot (it has {', '.join(stored.columns)})")
        elif (own.right, own.type) != (column.right, column.type.value):
            wrong.append(
                f"column '{name}' is '{column.right}: {column.type}', the snapshot's '{own.right}: {own.type}'"
            )
    if not wrong:
        listed = {one.name for one in stored.postings}
        rules = [rule for rule in spec.blocking or default_rules(spec) if written(parse(rule, spec)) not in listed]
        wrong += [f"blocking rule '{rule}' has no keys in the snapshot" for rule in rules]
    if wrong:
        raise UsageError(
            f"the spec does not fit the snapshot: {'; '.join(wrong)}. Change the spec, or build the snapshot again "
            "with this spec: targeting registry build."
        )


def identifiers(spec: LinkSpec) -> list[str]:
    """Columns that hold identifiers."""
    return [name for name, column in spec.columns.items() if column.type in (ColumnType.NIK, ColumnType.NKK)]

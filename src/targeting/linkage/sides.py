"""One side of a linkage, encoded: in memory from a frame, or ready in a folder, where a batch reads what it meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.comparisons import Comparison
from targeting.linkage.comparisons.base import WORD, Counted, Encoded, Keys
from targeting.linkage.comparisons.codes import IntArray, KeyArray, text_codes
from targeting.linkage.posting import Posting, Rids

Inform = Callable[[pl.DataFrame], pl.DataFrame]
"""Adds to a frame of values what agreement on them tells."""

WORKERS = 2
"""Columns that are encoded at once: polars and numpy let go of the interpreter meanwhile."""


class Ids(Protocol):
    """The ids of a side as text, by row number."""

    def len(self) -> int:
        """How many records the side has."""

    def gather(self, indices: pl.Series) -> pl.Series:
        """The ids of some records."""

    def index_of(self, element: str) -> int | None:
        """The row number of an id, None if the side has no such record."""

    def __getitem__(self, key: int) -> str:
        """The id of one record."""


class Side(Protocol):
    """Records of one side. Row numbers (rid) follow the order of the ids as text."""

    @property
    def ids(self) -> Ids:
        """The id of each record."""

    @property
    def has_homes(self) -> bool:
        """Whether it is known who lives together."""

    def homes(self, rids: Rids) -> KeyArray:
        """Household codes of some records, 0 for none."""

    def housemates(self, rids: Rids) -> pl.DataFrame:
        """rid, home of all records that live in the households of some records, these included."""

    def counts(self, name: str) -> Mapping[str, Counted]:
        """How many records bear what in a column."""

    def values(self, name: str, rids: Rids, inform: Inform) -> pl.DataFrame:
        """A column's values for some records, informed."""

    def keys(self, name: str, kind: str, rids: Rids) -> Keys:
        """Blocking keys of one column for some records."""

    def posting(self, rule: str) -> Posting | None:
        """The posting list of a rule, if the side has it ready."""

    def bearing(self, name: str, identifiers: KeyArray) -> pl.DataFrame:
        """rid, NAME_v of all records that bear one of some identifiers (ascending, none 0)."""

    def bearing_any(self, name: str, columns: tuple[str, ...], codes: KeyArray) -> npt.NDArray[np.bool_]:
        """By record, whether one of some encoded columns of a column holds one of some codes."""

    def forget_keys(self) -> None:
        """Give back memory that only blocking needed."""


@dataclass(frozen=True)
class FrameSide:
    """A side encoded from a frame. households: a code of each rid, 0 for none; None without a household column."""

    ids: pl.Series
    comparisons: Mapping[str, Comparison]
    encoded: Mapping[str, Encoded]
    households: KeyArray | None
    _informed: dict[str, pl.DataFrame] = field(default_factory=dict)
    _keys: dict[tuple[str, str], Keys] = field(default_factory=dict)

    @property
    def has_homes(self) -> bool:
        """Whether the file has a household column."""
        return self.households is not None

    def homes(self, rids: Rids) -> KeyArray:
        """Household codes of some records."""
        return np.zeros(len(rids), dtype=np.uint64) if self.households is None else self.households[rids]

    def housemates(self, rids: Rids) -> pl.DataFrame:
        """rid, home of all records that live with some."""
        lived_in = np.unique(self.homes(rids))
        households = self.homes(np.arange(self.ids.len(), dtype=np.int32))
        found = np.flatnonzero(np.isin(households, lived_in[lived_in != 0])).astype(np.int32)
        return pl.DataFrame({"rid": found, "home": households[found]})

    def counts(self, name: str) -> Mapping[str, Counted]:
        """How many records bear what in a column."""
        return self.encoded[name].counts

    def values(self, name: str, rids: Rids, inform: Inform) -> pl.DataFrame:
        """A column's values for some records; all of them are informed once."""
        one = self.encoded[name]
        if one.values is None:
            return inform(pl.DataFrame({f"{name}_v": one.rows[rids]}))
        if name not in self._informed:
            self._informed[name] = inform(one.values)
        return self._informed[name][one.rows[rids]]

    def keys(self, name: str, kind: str, rids: Rids) -> Keys:
        """Blocking keys of one column for some records; worked out once for each distinct value."""
        one, comparison = self.encoded[name], self.comparisons[name]
        if one.values is None:
            return comparison.keys(pl.DataFrame({f"{name}_v": one.rows[rids]}), kind)
        if (name, kind) not in self._keys:
            self._keys[name, kind] = comparison.keys(one.values, kind)
        rows = one.rows[rids]
        return [values[rows] for values in self._keys[name, kind]]

    def posting(self, rule: str) -> Posting | None:  # noqa: ARG002
        """None is ready."""
        return None

    def bearing(self, name: str, identifiers: KeyArray) -> pl.DataFrame:
        """rid, NAME_v of all records that bear one of some identifiers."""
        borne = np.asarray(self.encoded[name].rows, dtype=np.uint64)
        if len(identifiers) == 0:
            return pl.DataFrame({"rid": np.zeros(0, np.int32), f"{name}_v": np.zeros(0, np.uint64)})
        place = np.minimum(np.searchsorted(identifiers, borne), len(identifiers) - 1)
        found = np.flatnonzero(identifiers[place] == borne).astype(np.int32)
        return pl.DataFrame({"rid": found, f"{name}_v": borne[found]})

    def bearing_any(self, name: str, columns: tuple[str, ...], codes: KeyArray) -> npt.NDArray[np.bool_]:
        """By record, whether a column's value has one of some codes."""
        one = self.encoded[name]
        if one.values is None:
            return np.isin(one.rows, codes)
        found = np.zeros(one.values.height, dtype=bool)
        for column in columns:
            found |= np.isin(one.values[f"{name}_{column}"].to_numpy(), codes)
        return np.asarray(found[one.rows])

    def forget_keys(self) -> None:
        """Keys of values are worked out anew when they are wanted again."""
        self._keys.clear()


def encode_side(
    columns: dict[str, pl.Series],
    ids: pl.Series,
    order: IntArray,
    household: pl.Series | None,
    comparisons: Mapping[str, Comparison],
    register: Side | None = None,
) -> FrameSide:
    """A side from its columns (by the spec's names), each let go once it is encoded: `columns` is empty afterwards.

    `ids` are sorted, `order` is the row of each in the columns. `register` is the side whose words say which words of a
    text are rare; without it, this side is the register itself.
    """

    def encoded(name: str) -> Encoded:
        words = None if register is None else register.counts(name).get(WORD)
        one = comparisons[name].encode(columns.pop(name), words)
        return replace(one, rows=one.rows[order])

    with ThreadPoolExecutor(WORKERS) as pool:
        found = dict(zip(comparisons, pool.map(encoded, comparisons), strict=True))
    return FrameSide(ids, comparisons, found, None if household is None else text_codes(household)[order])

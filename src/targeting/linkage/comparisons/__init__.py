"""One file a kind of comparison; `of` picks the kind by the column's type."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from targeting.contracts.linkage import ColumnType
from targeting.linkage.comparisons.base import Comparison, Tells
from targeting.linkage.comparisons.dates import DateComparison
from targeting.linkage.comparisons.identifiers import IdentifierComparison
from targeting.linkage.comparisons.names import NameComparison
from targeting.linkage.comparisons.places import CategoryComparison, RegionComparison, TextComparison

KINDS: dict[ColumnType, Callable[[str], Comparison]] = {
    ColumnType.NAME: NameComparison,
    ColumnType.DATE: DateComparison,
    ColumnType.NIK: partial(IdentifierComparison, borrowed=0.005),
    ColumnType.NKK: partial(IdentifierComparison, tells=Tells.HOME),
    ColumnType.REGION: RegionComparison,
    ColumnType.TEXT: TextComparison,
    ColumnType.CATEGORY: CategoryComparison,
}


def of(name: str, kind: ColumnType) -> Comparison:
    """The comparison of a column by its type."""
    return KINDS[kind](name)


__all__ = ["Comparison", "DateComparison", "NameComparison", "TextComparison", "of"]

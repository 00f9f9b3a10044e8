"""The linkage spec: which columns of two files say who someone is, and how links are decided."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from targeting.contracts.config import Strict


class ColumnType(StrEnum):
    """What a column holds; the type brings its comparison levels."""

    NAME = "name"
    DATE = "date"
    NIK = "nik"
    NKK = "nkk"
    CATEGORY = "category"
    TEXT = "text"
    REGION = "region"


class Column(Strict):
    """One comparison: a column of each side and its type."""

    type: ColumnType
    left: str
    right: str


class Side(Strict):
    """One side of the link: its id column and, if it has one, its household column."""

    id: str
    household: str | None = None


class Thresholds(Strict):
    """Match probabilities from which a pair is a link or goes to review."""

    link: float = Field(default=0.5, gt=0, lt=1)
    review: float = Field(default=0.05, gt=0, lt=1)
    max_fdr: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="share of false links that is borne: the link threshold is chosen for it, between review and 1",
    )

    @model_validator(mode="after")
    def review_is_not_above_link(self) -> Thresholds:
        """Refuse a review threshold above the link threshold."""
        if self.review > self.link:
            raise ValueError("thresholds.review must not exceed thresholds.link")
        return self


Assignment = Literal["one_to_one", "many_to_one", "one_to_many", "many_to_many"]
"""many_to_one: each left record links to at most one right record, a right record may serve several."""


class LinkSpec(Strict):
    """How to link any two files. Ten lines are enough: ids, columns with types, assignment."""

    left: Side
    right: Side
    columns: dict[str, Column] = Field(min_length=1)
    blocking: tuple[str, ...] | None = Field(
        default=None,
        description="rules such as 'nik' or 'nama.token & tanggal_lahir.year'; chosen from the types without it",
    )
    thresholds: Thresholds = Thresholds()
    assignment: Assignment = "one_to_one"
    exact_pass: bool = Field(default=True, description="link agreeing identifiers first, model the rest")
    pairs_per_record: int = Field(default=30, ge=1, description="bound on candidate pairs a left record and rule")
    seed: int = 20260101

    @model_validator(mode="before")
    @classmethod
    def expand_short_forms(cls, data: object) -> object:
        """Write out `nama: name` and a `household` given for both sides at once."""
        if not isinstance(data, dict):
            return data
        expanded = dict(data)
        columns = expanded.get("columns")
        if isinstance(columns, dict):
            expanded["columns"] = {name: _written_out(str(name), value) for name, value in columns.items()}
        household = expanded.pop("household", None)
        if household is not None:
            both = household if isinstance(household, dict) else {"left": household, "right": household}
            for side in ("left", "right"):
                if isinstance(expanded.get(side), dict) and side in both:
                    expanded[side] = {**expanded[side], "household": both[side]}
        return expanded


def _written_out(name: str, value: object) -> object:
    """A column's long form: type, left, right."""
    if isinstance(value, str):
        return {"type": value, "left": name, "right": name}
    if isinstance(value, dict):
        return {"left": name, "right": name, **value}
    return value

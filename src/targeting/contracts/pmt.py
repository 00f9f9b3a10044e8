"""A proxy means test as a file: columns, members, predictive distribution, how it was chosen. Plain JSON, no pickles.

Outcomes are logarithms inside the file. A member says an index from a household's columns, higher for the better off;
`intercept + slope x index` is a location on the log scale, and the model's location is the members' weighted mean.
`Distribution` makes of a location the whole distribution of the outcome, hence the probability below any line.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FORMAT = "targeting-pmt"
VERSION = 1

Floats = tuple[float, ...]
Ints = tuple[int, ...]


class Part(BaseModel):
    """A part of the file: unknown keys are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NumberColumn(Part):
    """A number. Values are held to [low, high], the trained range; each of `codes` has an effect of its own."""

    kind: Literal["number"] = "number"
    name: str
    low: float
    high: float
    typical: float
    knots: Floats = ()
    codes: Floats = ()
    dates: bool = Field(default=False, description="days since 1970-01-01")


class CategoryColumn(Part):
    """A text. Levels that were rare in training are not listed: they count as missing, as unseen ones do."""

    kind: Literal["category"] = "category"
    name: str
    levels: tuple[str, ...]
    code_list: str | None = Field(default=None, description="levels are the meanings of this code list's codes")


Column = Annotated[NumberColumn | CategoryColumn, Field(discriminator="kind")]


class NumberEffect(Part):
    """slope x (value - typical) + the hinge of each knot x max(0, value - knot) + the code's own; or `missing`."""

    slope: float
    hinges: Floats = ()
    codes: Floats = ()
    missing: float = 0.0


class CategoryEffect(Part):
    """One number a level, in the order of the column's levels; or `missing`."""

    levels: Floats
    missing: float = 0.0


class Linear(Part):
    """A sum of the columns' effects."""

    kind: Literal["linear"] = "linear"
    intercept: float
    numbers: dict[str, NumberEffect]
    categories: dict[str, CategoryEffect]


class Tree(Part):
    """Nodes in arrays, the root first. At node n a value <= threshold[n] goes to left[n], else to right[n]; a missing
    value goes where missing_left[n] says. left[n] = -1 marks a leaf with value[n]."""

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    missing_left: Ints
    value: Floats

    @model_validator(mode="after")
    def can_be_walked(self) -> Self:
        """Refuse arrays of different lengths, and a node that leads back or nowhere."""
        nodes = len(self.value)
        lengths = {len(array) for array in (self.feature, self.threshold, self.left, self.right, self.missing_left)}
        if lengths != {nodes} or not nodes:
            raise ValueError("a tree's arrays differ in length")
        for node, (left, right) in enumerate(zip(self.left, self.right, strict=True)):
            if left != -1 and not (node < left < nodes and node < right < nodes):
                raise ValueError(f"node {node} of a tree leads back or nowhere")
        return self


class Trees(Part):
    """`base` and the sum of one leaf a tree. Features are the model's columns in order; a category is the number of its
    level in `categories`, a level without one and a missing value are missing."""

    kind: Literal["trees"] = "trees"
    base: float
    sign: Literal[-1, 1] = Field(
        description="-1 if the trees say how poor, so that an index is higher for the better off"
    )
    categories: dict[str, Floats]
    trees: tuple[Tree, ...]


class Member(Part):
    """One fitted method and its share in the model's location."""

    method: str
    weight: float = Field(gt=0, le=1)
    intercept: float
    slope: float = Field(ge=0)
    predictor: Annotated[Linear | Trees, Field(discriminator="kind")]


class Residuals(Part):
    """Quantiles of the standardised residuals of one stratum, at the distribution's levels."""

    quantiles: Floats
    households: float = Field(gt=0, description="effective number of households behind them")


class Distribution(Part):
    """log outcome = centre(location) + scale(location) x residual.

    Centre and scale are piecewise linear through `knots`; beyond them the centre runs on in parallel to the location
    and the scale stays. Residuals are by stratum where one has enough households, else `pooled`.
    """

    knots: Floats = Field(min_length=2)
    centres: Floats
    scales: Floats
    levels: Floats
    pooled: Residuals
    strata: dict[str, Residuals] = Field(default_factory=dict)

    @model_validator(mode="after")
    def is_one(self) -> Self:
        """Refuse tables of different lengths, knots or quantiles that do not rise, a scale that is not positive."""
        tables = (self.pooled, *self.strata.values())
        if {len(self.centres), len(self.scales)} != {len(self.knots)} or min(self.scales) <= 0:
            raise ValueError("the distribution needs a centre and a positive scale for each knot")
        if any(len(table.quantiles) != len(self.levels) for table in tables) or len(self.levels) < 3:
            raise ValueError("the distribution needs a quantile for each level")
        for rising in (self.knots, self.levels, *(table.quantiles for table in tables)):
            if any(high <= low for low, high in pairwise(rising)):
                raise ValueError("knots, levels and quantiles must rise")
        return self


class Provenance(Part):
    """Which survey the model comes from."""

    source: str | None = Field(description="what the user calls the survey")
    period: str | None = Field(description="year or year-month the outcome was measured in")
    file: str
    sha256: str
    households: int
    clusters: int
    left_out: dict[str, int] = Field(description="rows that could not be used, by reason")
    program_version: str


class ProxyModel(Part):
    """A trained proxy means test."""

    format: Literal["targeting-pmt"] = "targeting-pmt"
    version: Literal[1] = 1
    method: str
    outcome: str
    line: float = Field(gt=0)
    weight_column: str
    cluster_column: str
    stratum_column: str | None
    code_lists: str | None = Field(default=None, description="version of the code lists of the survey's coded columns")
    provenance: Provenance
    columns: tuple[Column, ...] = Field(min_length=1)
    columns_left_out: dict[str, str]
    members: tuple[Member, ...] = Field(min_length=1)
    distribution: Distribution
    cross_validation: dict[str, Any] = Field(description="every candidate's measures on households it did not see")

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that a file must have to be scored."""
        names = [column.name for column in self.columns]
        return tuple(dict.fromkeys([*names, *([self.stratum_column] if self.stratum_column else [])]))

    @model_validator(mode="after")
    def members_know_the_columns(self) -> Self:
        """Refuse a member that lacks a column, or a level of one."""
        for member in self.members:
            _check_member(self.columns, member.predictor)
        if abs(sum(member.weight for member in self.members) - 1) > 1e-6:
            raise ValueError("the members' weights do not sum to 1")
        return self


def _fits(column: NumberColumn | CategoryColumn, predictor: Linear | Trees) -> bool:
    """Whether the predictor has as many numbers for the column as it needs."""
    match column, predictor:
        case NumberColumn(), Linear():
            effect = predictor.numbers.get(column.name)
            if effect is None:
                return False
            return len(effect.hinges) == len(column.knots) and len(effect.codes) == len(column.codes)
        case CategoryColumn(), Linear():
            levels = predictor.categories.get(column.name)
            return levels is not None and len(levels.levels) == len(column.levels)
        case CategoryColumn(), Trees():
            return len(predictor.categories.get(column.name, ())) == len(column.levels)
    return True


def _check_member(columns: tuple[NumberColumn | CategoryColumn, ...], predictor: Linear | Trees) -> None:
    """Raise ValueError unless the predictor has what it needs of every column."""
    for column in columns:
        if not _fits(column, predictor):
            raise ValueError(f"a member does not fit the column '{column.name}'")
    if isinstance(predictor, Trees) and any(max(tree.feature) >= len(columns) for tree in predictor.trees):
        raise ValueError("a tree asks for a column that is not there")

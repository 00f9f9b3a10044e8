"""The order of merit: score, then the policy's tie-breakers, then a lottery; and who stands for whom."""

from __future__ import annotations

import polars as pl

from targeting.contracts.policy import Policy
from targeting.contracts.policy_quotas import TieKey
from targeting.ranking.lottery import tickets
from targeting.vocabulary import OverrideKind

SCORE_DIGITS = 9
"""Scores that agree to this digit are equal: what differs after it is arithmetic, not merit."""


def in_order(pool: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    """The pool from best to worst with `place` (from 0), and for those whom nothing else tells apart `lottery`, their
    ticket, and `tie`, the number of their tie (else null).

    The lowest ticket wins. The order is total, so it does not depend on the order of the rows.
    """
    keyed = pool.with_columns(
        merit=-pl.col("score").round(SCORE_DIGITS), **{f"tie_{key}": _tie(key) for key in policy.ranking.ties}
    )
    keys = ["merit", *(f"tie_{key}" for key in policy.ranking.ties)]
    tied = pl.struct(keys).is_duplicated()
    drawn = tickets(seed, keyed.filter(tied).get_column("household_id"))
    return (
        keyed.join(drawn, on="household_id", how="left")
        .sort(*keys, "lottery", "household_id", nulls_last=True)
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64), first=pl.struct(keys).is_first_distinct())
        .with_columns(tie=pl.when(tied).then(pl.col("first").cum_sum().cast(pl.Int64)))
        .drop(*keys, "first")
    )


def _tie(key: TieKey) -> pl.Expr:
    """A tie-breaker as a number, lowest first; nulls last."""
    match key:
        case "desil":
            return pl.col("desil")
        case "age":
            return -pl.col("nominee_age")
        case "women":
            return pl.col("nominee_female").fill_null(False).not_().cast(pl.Int8)
        case "disability":
            return pl.col("nominee_disability").fill_null(False).not_().cast(pl.Int8)


def with_representatives(ordered: pl.DataFrame) -> pl.DataFrame:
    """The rows in order of merit with `first_of_family` and `first_of_person`: whether they stand for theirs.

    A family: the same KK number, or a certain link to the same DTSEN family. A person: nominees who are one DTSEN
    person, though PPSE lists them twice. Whom a person included stands before all others of theirs; whom a person held
    or excluded does too, or the same family would come back under its other row.
    """
    first = pl.col("override").replace_strict(
        {str(OverrideKind.INCLUDE): 0, str(OverrideKind.EXCLUDE): 1, str(OverrideKind.HOLD): 2},
        default=3,
        return_dtype=pl.Int8,
    )
    family = pl.when(pl.col("link_certain") & pl.col("dtsen_family_id").is_not_null()).then(
        pl.struct("dtsen_family_id", household_id=pl.lit(None, pl.String))
    ).otherwise(pl.struct(pl.lit(None, pl.String).alias("dtsen_family_id"), "household_id"))  # fmt: skip
    return (
        ordered.sort(first, "place")
        .with_columns(
            first_of_family=family.is_first_distinct() & _first_or_unknown("kk_group"),
            first_of_person=_first_or_unknown("nominee_group"),
        )
        .sort("place")
    )


def _first_or_unknown(group: str) -> pl.Expr:
    """Whether a row is the first of its group; who is in no group stands alone."""
    return pl.col(group).is_first_distinct() | pl.col(group).is_null()

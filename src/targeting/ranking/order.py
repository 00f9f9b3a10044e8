"""The order of merit: score, then the policy's tie-breakers, then a lottery that anyone can draw again."""

from __future__ import annotations

import hmac

import polars as pl

from targeting.contracts.policy import Policy, TieKey

SCORE_DIGITS = 9
"""Scores that agree to this digit are equal: what differs after it is arithmetic, not merit."""


def in_order(pool: pl.DataFrame, policy: Policy, seed: int) -> pl.DataFrame:
    """The pool from best to worst with `lottery`, the hex ticket of those whom nothing else tells apart (else null).

    The ticket is HMAC-SHA256 with the seed as key over the household id; the lowest wins. The order is total, so it
    does not depend on the order of the rows.
    """
    keyed = pool.with_columns(
        merit=-pl.col("score").round(SCORE_DIGITS), **{f"tie_{key}": _tie(key) for key in policy.ranking.ties}
    )
    keys = ["merit", *(f"tie_{key}" for key in policy.ranking.ties)]
    tied = keyed.filter(pl.struct(keys).is_duplicated()).get_column("household_id")
    tickets = pl.DataFrame(
        {"household_id": tied, "lottery": [ticket(seed, household_id) for household_id in tied]},
        schema={"household_id": pl.String, "lottery": pl.String},
    )
    return (
        keyed.join(tickets, on="household_id", how="left")
        .sort(*keys, "lottery", "household_id", nulls_last=True)
        .drop(keys)
    )


def ticket(seed: int, household_id: str) -> str:
    """The household's lottery ticket."""
    return hmac.digest(str(seed).encode(), household_id.encode(), "sha256").hex()


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


def first_of_family() -> pl.Expr:
    """Whether a row is the best of its family: the same KK number, or a certain link to the same DTSEN family.

    For rows in order of merit. Two rows that both are first share neither.
    """
    family = pl.when(pl.col("link_certain") & pl.col("dtsen_family_id").is_not_null()).then(
        pl.struct("dtsen_family_id", household_id=pl.lit(None, pl.String))
    ).otherwise(pl.struct(pl.lit(None, pl.String).alias("dtsen_family_id"), "household_id"))  # fmt: skip
    return family.is_first_distinct() & (pl.col("kk_group").is_first_distinct() | pl.col("kk_group").is_null())

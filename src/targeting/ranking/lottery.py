"""The lottery among equals: a ticket from the seed and the household's id, which anyone can draw again.

    import hmac

    def ticket(seed: int, household_id: str) -> str:
        return hmac.digest(str(seed).encode(), household_id.encode(), "sha256").hex()

The lowest ticket wins. Before a run only the hash of the seed is published (`commitment` in contracts.policy_quotas),
after it the seed: whoever holds both can see that the seed was not chosen to suit somebody.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

import polars as pl

TICKETS = {"household_id": pl.String(), "lottery": pl.String()}


def ticket(seed: int, household_id: str) -> str:
    """The household's lottery ticket: HMAC-SHA256 with the seed as key over the id, in hex."""
    return hmac.digest(str(seed).encode(), household_id.encode(), "sha256").hex()


def tickets(seed: int, household_ids: Iterable[str]) -> pl.DataFrame:
    """household_id, lottery: the tickets of these households."""
    ids = list(household_ids)
    keyed = hmac.new(str(seed).encode(), digestmod="sha256")
    return pl.DataFrame({"household_id": ids, "lottery": [_drawn(keyed, one) for one in ids]}, schema=TICKETS)


def _drawn(keyed: hmac.HMAC, household_id: str) -> str:
    """`ticket` from a digest that has taken in the key already: a large pool has hundreds of thousands of ties."""
    own = keyed.copy()
    own.update(household_id.encode())
    return own.hexdigest()


def wrong_tickets(listing: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Rows of a list whose ticket is not the one that the seed gives, or that stand in another order than it says.

    `listing` has household_id, district, rank, lottery (null where no lottery was needed). Neighbours in rank that both
    have a ticket of the same tie have it in rising order; `tie` numbers the ties of a district.
    """
    drawn = listing.filter(pl.col("lottery").is_not_null())
    again = tickets(seed, drawn["household_id"]).rename({"lottery": "again"})
    ranked = pl.col("rank").is_not_null()
    before = pl.col("lottery").shift().over("district", "tie", ranked, order_by="rank")
    return (
        drawn.join(again, on="household_id")
        .with_columns(before=pl.when(ranked).then(before))
        .filter((pl.col("lottery") != pl.col("again")) | (pl.col("before") > pl.col("lottery")).fill_null(value=False))
        .select("household_id", "district", "rank", "lottery", "again")
    )

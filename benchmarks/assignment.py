"""Links out of weighted pairs: greedy, the best weight first."""

from __future__ import annotations

import polars as pl


def greedy(edges: pl.DataFrame, assignment: str) -> pl.DataFrame:
    """The pairs kept when pairs are taken by falling weight and each record of a "one" side is taken once.

    Cut at any weight, the result is the greedy assignment of the pairs above that weight. Ties go to the lower ids.
    """
    ordered = edges.sort(["match_weight", "id_l", "id_r"], descending=[True, False, False])
    if assignment == "many_to_many":
        return _unordered(ordered)
    if assignment == "many_to_one":
        return ordered.unique("id_l", keep="first", maintain_order=True)
    if assignment == "one_to_many":
        return ordered.unique("id_r", keep="first", maintain_order=True)
    return _one_to_one(ordered)


def _one_to_one(ordered: pl.DataFrame) -> pl.DataFrame:
    """Rounds of mutual best pairs give the greedy assignment, and need few rounds."""
    left = ordered.with_row_index("place")
    kept = []
    while left.height:
        best = (pl.col("place") == pl.col("place").min().over("id_l")) & (
            pl.col("place") == pl.col("place").min().over("id_r")
        )
        taken = left.filter(best)
        kept.append(taken)
        left = left.join(taken, on="id_l", how="anti").join(taken, on="id_r", how="anti")
    return pl.concat(kept).sort("place").drop("place") if kept else ordered


def _unordered(ordered: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one file with itself: each pair once, the lower id left, no record with itself."""
    low, high = pl.min_horizontal("id_l", "id_r"), pl.max_horizontal("id_l", "id_r")
    once = ordered.with_columns(id_l=low, id_r=high).filter(pl.col("id_l") != pl.col("id_r"))
    return once.unique(["id_l", "id_r"], keep="first", maintain_order=True)

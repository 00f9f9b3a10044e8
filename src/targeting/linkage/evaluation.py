"""Links held against known truth: precision, recall and F1, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.contracts import shares
from targeting.vocabulary import LinkStatus


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval by Wilson; null bounds and value when nothing was counted."""

    value: float | None
    low: float | None
    high: float | None
    of: int


@dataclass(frozen=True)
class Evaluation:
    """Counts and rates of a set of links. review_recall: true pairs that are links or wait for review."""

    links: int
    true_links: int
    false_links: int
    missed: int
    in_review: int
    precision: Rate
    recall: Rate
    f1: float | None
    review_recall: Rate


def evaluate(links: pl.DataFrame, truth: pl.DataFrame) -> Evaluation:
    """Compare links (id_l, id_r, status) with truth (id_l, id_r); pairs without a status count as links."""
    pair = ["id_l", "id_r"]
    truth = truth.select(pl.col(pair).cast(pl.String)).drop_nulls().unique()
    status = pl.col("status") if "status" in links.columns else pl.lit(LinkStatus.LINK.value)
    pairs = links.select(pl.col(pair).cast(pl.String), status=status)
    linked = pairs.filter(pl.col("status") == LinkStatus.LINK.value).unique(pair)
    review = pairs.filter(pl.col("status") == LinkStatus.REVIEW.value).unique(pair)
    hits = linked.join(truth, on=pair, how="semi").height
    waiting = review.join(truth, on=pair, how="semi").join(linked, on=pair, how="anti").height
    precision, recall = wilson(hits, linked.height), wilson(hits, truth.height)
    both = (precision.value or 0.0) + (recall.value or 0.0)
    return Evaluation(
        links=linked.height,
        true_links=hits,
        false_links=linked.height - hits,
        missed=truth.height - hits,
        in_review=waiting,
        precision=precision,
        recall=recall,
        f1=2 * (precision.value or 0.0) * (recall.value or 0.0) / both if both else None,
        review_recall=wilson(hits + waiting, truth.height),
    )


def wilson(successes: int, trials: int) -> Rate:
    """A share and its 95 % Wilson interval."""
    if trials == 0:
        return Rate(None, None, None, 0)
    return Rate(successes / trials, *shares.wilson(successes, trials), trials)

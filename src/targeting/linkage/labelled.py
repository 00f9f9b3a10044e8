"""Links held against a sample that clerks have labelled: weighted rates with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.errors import InputFileError
from targeting.linkage.evaluation import Rate
from targeting.linkage.pattern import FloatArray
from targeting.vocabulary import LinkStatus

LABEL, WEIGHT, STRATUM = "label", "sampling_weight", "stratum"
MATCH = ("match", "cocok", "ya", "yes", "1")
NON_MATCH = ("non-match", "non match", "nonmatch", "tidak cocok", "tidak", "no", "0")
UNSURE = ("unsure", "ragu", "?")
DRAWS = 4_000


@dataclass(frozen=True)
class LabelledEvaluation:
    """Rates of the links from a labelled sample. recall: of the true pairs among links and review pairs; what is in
    neither is in no sample. f1 is of these two. unsure and unlabelled pairs count as missing within their stratum.
    """

    labelled: int
    unsure: int
    unlabelled: int
    true_pairs: float
    precision: Rate
    recall: Rate
    f1: float | None


def is_labelled_sample(columns: list[str]) -> bool:
    """Whether a truth file is a labelled sample rather than a list of true pairs."""
    return LABEL in columns and WEIGHT in columns


def evaluate_labelled(links: pl.DataFrame, sample: pl.DataFrame, seed: int = 1) -> LabelledEvaluation:
    """Compare links (id_l, id_r, status) with a sample (id_l, id_r, label, sampling_weight, perhaps stratum).

    Horvitz and Thompson's estimates, each stratum's labels standing for all its pairs. Intervals: a stratum's share of
    true pairs has Jeffreys' posterior given its labels, and its pairs without a label are drawn by it; so a stratum of
    which every label says match is not taken for faultless. Raises InputFileError for a label that is none.
    """
    cells = _cells(_joined(links, sample))
    if cells.is_empty():
        raise InputFileError("the sample has no label yet. Write match, non-match or unsure into its column 'label'.")
    linked = cells["linked"].to_numpy()
    pairs, labels, matches = (cells[name].to_numpy().astype(np.float64) for name in ("pairs", "labels", "matches"))
    share = np.divide(matches, labels, out=np.full(len(labels), 0.5), where=labels > 0)
    drawn = _drawn(pairs, labels, matches, seed)
    precision = _rate(
        _ratio(share * pairs, linked, pairs * linked), _ratio(drawn, linked, pairs * linked), labels[linked]
    )
    recall = _rate(_ratio(share * pairs, linked, share * pairs), _ratio(drawn, linked, drawn), labels)
    if not labels[linked].any():
        # Of links nobody has said anything: how many true pairs are among them is not known, and so no recall is.
        recall = Rate(None, None, None, 0)
    both = (precision.value or 0.0) + (recall.value or 0.0)
    told = _told(sample)
    return LabelledEvaluation(
        labelled=int(labels.sum()),
        unsure=int((told == "unsure").sum()),
        unlabelled=int(told.null_count()),
        true_pairs=float((share * pairs).sum()),
        precision=precision,
        recall=recall,
        f1=2 * (precision.value or 0.0) * (recall.value or 0.0) / both if both else None,
    )


def _told(sample: pl.DataFrame) -> pl.Series:
    """match, non-match, unsure, or null for a cell left empty. Raises InputFileError for anything else."""
    text = sample[LABEL].cast(pl.String).str.strip_chars().str.to_lowercase().replace("", None)
    meanings = dict.fromkeys(MATCH, "match") | dict.fromkeys(NON_MATCH, "non-match") | dict.fromkeys(UNSURE, "unsure")
    strange = (~text.is_in(list(meanings)) & text.is_not_null()).arg_true()
    if len(strange):
        rows = ", ".join(str(row + 2) for row in strange.head(5))
        raise InputFileError(f"rows {rows} of the sample have another label than match, non-match or unsure.")
    return text.replace_strict(meanings, default=None, return_dtype=pl.String)


def _joined(links: pl.DataFrame, sample: pl.DataFrame) -> pl.DataFrame:
    """stratum, weight, told, linked of each pair of the sample."""
    pair = ["id_l", "id_r"]
    status = pl.col("status") if "status" in links.columns else pl.lit(LinkStatus.LINK.value)
    linked = links.filter(status == LinkStatus.LINK.value).select(pl.col(pair).cast(pl.String)).unique()
    try:
        weight = sample[WEIGHT].cast(pl.Float64)
    except pl.exceptions.PolarsError:
        raise InputFileError(f"the sample's column '{WEIGHT}' must hold numbers. Do not change it.") from None
    if weight.null_count() or (weight <= 0).any():
        raise InputFileError(f"the sample's column '{WEIGHT}' must hold a number above 0 in every row.")
    stratum = sample[STRATUM].cast(pl.String) if STRATUM in sample.columns else pl.Series([""] * sample.height)
    told = sample.select(pl.col(pair).cast(pl.String), stratum=stratum, weight=weight, told=_told(sample))
    return told.join(linked.with_columns(linked=pl.lit(value=True)), on=pair, how="left").with_columns(
        pl.col("linked").fill_null(value=False)
    )


def _cells(joined: pl.DataFrame) -> pl.DataFrame:
    """Strata, each cut in what is linked and what is not: pairs it stands for, labels, matches among them."""
    known = pl.col("told").is_in(["match", "non-match"])
    cells = joined.group_by("stratum", "linked").agg(
        pairs=pl.col("weight").sum(), labels=known.sum(), matches=(pl.col("told") == "match").sum()
    )
    return cells.sort("stratum", "linked") if joined.filter(known).height else cells.clear()


def _drawn(pairs: FloatArray, labels: FloatArray, matches: FloatArray, seed: int) -> FloatArray:
    """Draws of the true pairs of each cell, shape (draws, cells)."""
    random = np.random.default_rng(seed)
    share = random.beta(matches + 0.5, labels - matches + 0.5, size=(DRAWS, len(pairs)))
    unseen = np.maximum(np.round(pairs - labels), 0).astype(np.int64)
    return matches + random.binomial(unseen, share)


def _ratio(true: FloatArray, linked: FloatArray, of: FloatArray) -> FloatArray:
    """True pairs of the linked cells over the sum of `of`, for a row of cells or for draws of rows."""
    found, total = np.broadcast_arrays((true * linked).sum(axis=-1), np.sum(of, axis=-1))
    return np.asarray(np.divide(found, total, out=np.full(total.shape, np.nan), where=total > 0))


def _rate(value: FloatArray, drawn: FloatArray, labels: FloatArray) -> Rate:
    """An estimate with the middle 95 % of its draws."""
    if np.isnan(value):
        return Rate(None, None, None, 0)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    point = float(value)
    return Rate(point, min(float(low), point), min(max(float(high), point), 1.0), int(labels.sum()))

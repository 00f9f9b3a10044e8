"""Links and what is to be thought of them: assignment, the threshold that was asked for, error rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.assignment import assign, with_probability
from targeting.linkage.candidates import home_keys
from targeting.linkage.decoys import RECORDS, Decoys, clusters, decoys
from targeting.linkage.error_rates import ErrorRates, Evidence, error_rates, threshold_for, with_max_fdr
from targeting.linkage.model import Model
from targeting.linkage.posting import Rids
from targeting.linkage.prepare import Prepared
from targeting.linkage.recapture import recombined
from targeting.linkage.together import (
    Patterns,
    allowed_partners,
    home_prior,
    home_weights,
    left_behind,
    raised,
    vouched,
    weighed_together,
    with_homes,
    with_patterns,
)
from targeting.vocabulary import LinkMethod, LinkStatus

PARTNER_IS_ALONE = ("one_to_one", "many_to_one")
"""Assignments under which all pairs of a left record but its link are false."""
LEAST = 20
"""Links below which nothing is estimated."""


@dataclass(frozen=True)
class Found:
    """What a link found, to be judged.

    scored: rl, rr, pattern, weight of pairs that blocking found; by: rl, rr, method of those that are not of the model
    alone; patterns: the patterns of any pairs; rescore: all pairs (rl, rr, weight) of left records; among: left records
    drawn at random that have keys; kept_keys: blocking keys of the right side.
    """

    scored: pl.DataFrame
    by: pl.DataFrame
    patterns: Patterns
    rescore: Callable[[Rids], pl.DataFrame]
    among: Rids
    kept_keys: pl.Series


def judged(prepared: Prepared, model: Model, found: Found) -> tuple[pl.DataFrame, ErrorRates]:
    """The assigned pairs (rl, rr, weight, probability, status, method, margin) and the error rates of the links.

    The rest of a home is compared again once one of its members is linked. With `max_fdr` in the spec the threshold is
    chosen, without it the spec's holds.
    """
    spec, limits, scored = prepared.spec, prepared.spec.thresholds, found.scored
    allowed = allowed_partners(prepared, model)
    first = assign(with_probability(scored, spec, allowed), spec, found.by)
    records = decoy_records(first, spec, found.among)
    instead = found.rescore(records)
    together = weighed_together(prepared, found.patterns, model, first)
    instead = with_homes(instead, _instead_at_home(prepared, found.patterns, model, first, together, records))
    by = pl.concat([found.by, raised(together, scored).with_columns(method=pl.lit(LinkMethod.HOUSEHOLD.value))])
    lowest = limits.link if limits.max_fdr is None else limits.review
    weighed = with_homes(scored, together)
    rated = with_probability(weighed, spec, allowed)
    pairs = assign(rated, _with_threshold(spec, lowest), by)
    links = _with_patterns(pairs.filter(pl.col("status") == LinkStatus.LINK.value), scored, together)
    evidence = _evidence(prepared, model, links, rated, together, first, instead, records, found.kept_keys)
    if limits.max_fdr is None:
        return pairs, error_rates(evidence, limits.link)
    threshold, reached = threshold_for(evidence, limits.max_fdr, limits.review, limits.link)
    is_link = (pl.col("status") == LinkStatus.LINK.value) & (pl.col("probability") >= threshold)
    status = pl.when(is_link).then(pl.lit(LinkStatus.LINK.value)).otherwise(pl.lit(LinkStatus.REVIEW.value))
    return pairs.with_columns(status=status), with_max_fdr(error_rates(evidence, threshold), limits.max_fdr, reached)


def decoy_records(links: pl.DataFrame, spec: LinkSpec, among: Rids) -> Rids:
    """Linked left records (of `among`, drawn at random) whose partner is taken away to see what is linked instead.

    None where a record may have several partners, for then its other links are not all false.
    """
    nobody = np.zeros(0, dtype=np.int32)
    if spec.assignment not in PARTNER_IS_ALONE:
        return nobody
    linked = links.filter(pl.col("status") == LinkStatus.LINK.value)["rl"].unique().to_numpy()
    found = np.intersect1d(linked, among)
    if len(found) > RECORDS:
        found = np.sort(np.random.default_rng(spec.seed).choice(found, RECORDS, replace=False))
    return found.astype(np.int32) if len(found) >= LEAST else nobody


def _instead_at_home(
    prepared: Prepared, patterns: Patterns, model: Model, links: pl.DataFrame, together: pl.DataFrame, records: Rids
) -> pl.DataFrame:
    """rl, rr, weight of what would be the leftovers of their homes if these records had no link."""
    seen = with_patterns(left_behind(records, links, prepared), patterns)
    space = prepared.space
    weight = home_weights(model, prepared, seen["pattern"].to_numpy(), home_prior(model, space, together))
    return seen.with_columns(weight=pl.Series(weight, dtype=pl.Float64))


def _with_patterns(links: pl.DataFrame, scored: pl.DataFrame, together: pl.DataFrame) -> pl.DataFrame:
    """Links with their agreement pattern."""
    columns = ["rl", "rr", "pattern"]
    known = pl.concat([scored.select(columns), together.select(columns)]).unique(["rl", "rr"], keep="first")
    return links.join(known, on=["rl", "rr"], how="left", maintain_order="left")


def _with_threshold(spec: LinkSpec, link: float) -> LinkSpec:
    """The spec with another link threshold."""
    return spec.model_copy(update={"thresholds": spec.thresholds.model_copy(update={"link": link})})


def _evidence(
    prepared: Prepared,
    model: Model,
    links: pl.DataFrame,
    rated: pl.DataFrame,
    together: pl.DataFrame,
    first: pl.DataFrame,
    instead: pl.DataFrame,
    records: Rids,
    kept_keys: pl.Series,
) -> Evidence:
    """What the error rates of these links (rl, rr, pattern, probability) are estimated from."""
    left_homes = home_keys(prepared, "left", prepared.everyone("left"), households=prepared.has_homes)
    taken = _decoys(prepared, model, links, rated, left_homes, instead, records)
    sample = _sample(links, taken).with_columns(vouched=_vouched(links, first, prepared))
    sample = sample.filter(pl.col("against").is_not_null())
    prior = home_prior(model, prepared.space, together)
    return Evidence(
        probability=links["probability"].to_numpy(),
        linked_left=links["rl"].to_numpy().astype(np.int64),
        in_sample=sample["place"].to_numpy().astype(np.int64),
        cluster=clusters(sample["rl"].to_numpy(), left_homes),
        recombined=recombined(prepared, model, sample, kept_keys, prior) if sample.height >= LEAST else None,
        decoys=taken,
        left_records=prepared.left_ids.len(),
        seed=prepared.spec.seed,
    )


def _sample(links: pl.DataFrame, taken: Decoys | None) -> pl.DataFrame:
    """The links with their place; of those that give no columns to the recombined pairs, `against` is null."""
    numbered = links.with_row_index("place")
    chosen = pl.col("place") < 2 * RECORDS if taken is None else pl.col("rl").is_in(pl.Series(taken.records).implode())
    return numbered.with_columns(against=pl.when(chosen).then("against"))


def _vouched(links: pl.DataFrame, first: pl.DataFrame, prepared: Prepared) -> pl.Series:
    """Whether a sure link of a housemate vouches for the home of each link."""
    homes = vouched(links["rl"].unique().to_numpy(), first, prepared)
    if not prepared.has_homes or homes.is_empty():
        return pl.Series(np.zeros(links.height, dtype=bool))
    ends = links.select("rl", hr=pl.Series(prepared.right_side.homes(links["rr"].to_numpy())))
    found = ends.join(
        homes.with_columns(vouched=pl.lit(value=True)), on=["rl", "hr"], how="left", maintain_order="left"
    )
    return found["vouched"].fill_null(value=False)


def _decoys(
    prepared: Prepared,
    model: Model,
    links: pl.DataFrame,
    rated: pl.DataFrame,
    left_homes: pl.DataFrame,
    instead: pl.DataFrame,
    records: Rids,
) -> Decoys | None:
    """The decoy records judged; None without any."""
    if len(records) == 0:
        return None
    met = pl.concat([instead["rr"], links["rr"]]).unique().sort().to_numpy()
    homes = (left_homes, home_keys(prepared, "right", met, households=prepared.has_homes))
    return decoys(records, instead, links, rated, allowed_partners(prepared, model), homes, prepared.left_ids.len())

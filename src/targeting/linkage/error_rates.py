"""How many links are false and how many are missed, with 95 % intervals, of any run and without a known truth.

False links are counted among decoys (decoys.py), missed ones by recapture (recapture.py). Neither trusts the model's
probabilities, which are the very thing to be judged: where training has taken strangers for matches, these say that
all is well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from targeting.linkage.decoys import Decoys, log_odds
from targeting.linkage.evaluation import Rate
from targeting.linkage.pattern import FloatArray, IntArray
from targeting.linkage.recapture import KIN, Recombined

DRAWS = 4_000
"""Draws from which the intervals are read."""
RESAMPLED = 45
"""Times the links are drawn anew to see how far the estimate of missed links hangs on single ones,
and on how far one link may speak for the escaped."""
UNLIKE = 0.25
"""Standard deviation, in logarithms, by which records without a partner may differ from those whose partner is taken
away, and pairs that escape from pairs put together from the errors of others. No data can show it: both estimates are
trusted to within a factor of about 1.6, not further."""
FITTED = 100.0
"""About the numbers a model learns from the pairs it then judges: false pairs that had their part in it look better
than decoys do. This many over the links is added to the variance; it matters below some thousand links.
"""
UNTRUSTED = 1.0
"""The same where only the model's own probabilities tell: within a factor of about seven."""
MATES_UNLIKE = 0.25
"""Standard deviation of the share of records without a partner whose housemates are in the other file."""
STEP_BITS = 0.25
"""Log odds between the thresholds that are tried."""
STRICTEST_BITS = 40.0
"""Log odds of the strictest threshold that is tried."""


@dataclass(frozen=True)
class ErrorRates:
    """What is estimated of a run's links.

    false_link: of the links, those of different persons; missed_link: of the pairs of one person in the two files,
    those that are no link, whatever the cause; not_compared: those that no blocking rule compares. calibration_error:
    mean distance between match_probability and the share of true links, both in classes of match_probability.
    estimated_by: "decoys" or, where a record may have any number of partners, "probabilities". max_fdr_reached: null
    without max_fdr.
    """

    false_link: Rate
    missed_link: Rate
    not_compared: Rate
    calibration_error: float | None
    estimated_by: str
    link_threshold: float
    max_fdr: float | None = None
    max_fdr_reached: bool | None = None


@dataclass(frozen=True)
class Evidence:
    """What error rates are estimated from.

    probability: of all pairs that may be links; in_sample: for the recombined pairs' links, their places among these;
    cluster: home of each link in the sample; linked_left: left record of each pair.
    """

    probability: FloatArray
    linked_left: IntArray
    in_sample: IntArray
    cluster: IntArray
    recombined: Recombined | None
    decoys: Decoys | None
    left_records: int
    seed: int

    def links(self, threshold: float) -> int:
        """Pairs that a threshold makes links."""
        return int((self.probability >= threshold).sum())

    def unlinked(self, threshold: float) -> int:
        """Left records that a threshold leaves without a link."""
        return self.left_records - len(np.unique(self.linked_left[self.probability >= threshold]))

    @cached_property
    def true_shares(self) -> FloatArray:
        """For each pair the share of pairs of about its probability that are one person."""
        if self.decoys is None or len(self.probability) == 0:
            return self.probability
        return self.decoys.true_shares(self.probability, self.unlinked(0.0))


def error_rates(evidence: Evidence, threshold: float) -> ErrorRates:
    """The error rates of the links that a threshold on match_probability makes."""
    links = evidence.links(threshold)
    by = "probabilities" if evidence.decoys is None else "decoys"
    if links == 0 or evidence.recombined is None:
        nothing = Rate(None, None, None, links)
        return ErrorRates(nothing, nothing, nothing, None, by, threshold)
    expected, drawn = false_links(evidence, threshold)
    missed, blocked, missed_drawn = missed_links(evidence, threshold)
    true, true_drawn = links - expected, np.maximum(links - drawn, 1.0)
    pairs = round(true + missed)
    ratio = blocked / max(missed, 1e-9)
    return ErrorRates(
        false_link=_rate(expected / links, drawn / links, links),
        missed_link=_rate(missed / (true + missed), missed_drawn / (missed_drawn + true_drawn), pairs),
        not_compared=_rate(blocked / (true + missed), ratio * missed_drawn / (missed_drawn + true_drawn), pairs),
        calibration_error=calibration_error(
            evidence.probability[evidence.probability >= threshold],
            evidence.true_shares[evidence.probability >= threshold],
        ),
        estimated_by=by,
        link_threshold=threshold,
    )


def threshold_for(evidence: Evidence, max_fdr: float, lowest: float, usual: float) -> tuple[float, bool]:
    """The smallest threshold, from `lowest` up, whose false-link rate is at most `max_fdr` by the bound of its
    interval, and true; where there is none, the one of least bound from `usual` up, and false.
    """
    tried = np.arange(log_odds(np.array([lowest]))[0], STRICTEST_BITS, STEP_BITS)
    best, least = usual, np.inf
    for threshold in (1.0 / (1.0 + np.exp2(-tried))).tolist():
        links = evidence.links(threshold)
        if links == 0:
            break
        bound = float(np.quantile(false_links(evidence, threshold)[1], 0.975)) / links
        if bound <= max_fdr:
            return threshold, True
        if bound < least and threshold >= usual:
            best, least = threshold, bound
    return best, False


def with_max_fdr(rates: ErrorRates, max_fdr: float, reached: bool) -> ErrorRates:
    """The rates, with what was asked of them."""
    return replace(rates, max_fdr=max_fdr, max_fdr_reached=reached)


def false_links(evidence: Evidence, threshold: float) -> tuple[float, FloatArray]:
    """How many links are expected to be false, and draws of how many are.

    Left records without a true link are those without any and those with a false one: with rate q among them, the
    unlinked are 1 - q of them, and the false links q / (1 - q) times the unlinked. Housemates are drawn together.
    """
    random = np.random.default_rng(evidence.seed)
    links = evidence.links(threshold)
    decoys = evidence.decoys
    if decoys is None:
        expected = float((1.0 - evidence.probability[evidence.probability >= threshold]).sum())
        mean = random.gamma(expected + 0.5, size=DRAWS) * np.exp(UNTRUSTED * random.normal(size=DRAWS))
        return expected, np.minimum(random.poisson(mean), links).astype(np.float64)
    unlinked, size = evidence.unlinked(threshold), max(len(decoys.records), 1)
    near, far = decoys.counts(threshold)
    mates = np.clip(decoys.housemates + MATES_UNLIKE * random.normal(size=DRAWS), 0.0, 1.0)
    together = decoys.design_effect(threshold)
    hits = random.gamma((mates * near + (1.0 - mates) * far + 0.5) / together) * together
    mean = _false_of(np.minimum(hits / size, 0.9), unlinked) * np.exp(_unlike(links) * random.normal(size=DRAWS))
    drawn = np.minimum(random.poisson(mean / together) * together, links)
    return float(min(_false_of(np.array([min(decoys.rate(threshold), 0.9)]), unlinked)[0], links)), drawn


def _unlike(links: int) -> float:
    """Standard deviation, in logarithms, of what no data show."""
    return float(np.sqrt(UNLIKE**2 + FITTED / max(links, 1)))


def _false_of(rate: FloatArray, unlinked: int) -> FloatArray:
    """False links by the rate among records without a true link."""
    return rate / (1.0 - rate) * unlinked


def missed_links(evidence: Evidence, threshold: float) -> tuple[float, float, FloatArray]:
    """How many pairs of one person are expected to be no link, how many of them are not compared, and draws of the
    first. Homes are drawn anew as wholes, since one interviewer's errors are alike.
    """
    assert evidence.recombined is not None  # noqa: S101 - the caller has looked
    random = np.random.default_rng(evidence.seed + 1)
    linked = evidence.probability >= threshold
    true = float(evidence.true_shares[linked].sum())
    count = np.where(linked, evidence.true_shares, 0.0)[evidence.in_sample]
    cut = float(log_odds(np.array([threshold]))[0])
    escaped, blocked = evidence.recombined.escaped(count, cut)
    homes = int(evidence.cluster.max(initial=0)) + 1
    again = [
        evidence.recombined.escaped(count * random.poisson(1.0, homes)[evidence.cluster], cut, KIN[draw % len(KIN)])[0]
        for draw in range(RESAMPLED)
    ]
    mean = random.choice(np.array(again), DRAWS) * true + random.gamma(0.5, size=DRAWS)
    unlike = _unlike(evidence.links(threshold))
    drawn = random.poisson(mean * np.exp(unlike * random.normal(size=DRAWS)))
    return escaped * true, blocked * true, drawn.astype(np.float64)


def _rate(value: float, drawn: FloatArray, of: int) -> Rate:
    """A rate with the middle 95 % of its draws, widened by half a pair, since pairs are whole."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    half = 0.5 / max(of, 1)
    return Rate(float(value), max(min(float(low) - half, float(value)), 0.0), min(float(high) + half, 1.0), of)


def calibration_error(probability: FloatArray, true: FloatArray, classes: int = 10) -> float:
    """Expected calibration error: mean distance of probability and share of true pairs in classes of equal width."""
    if len(probability) == 0:
        return 0.0
    place = np.minimum((probability * classes).astype(np.int64), classes - 1)
    total = np.bincount(place, weights=probability - true, minlength=classes)
    return float(np.abs(total).sum() / len(probability))

"""Pairs that persons are to settle: who is laid before them, both records, and the evidence as it was weighed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.explain import Waterfall, waterfalls
from targeting.linkage.link import LinkResult
from targeting.linkage.review_sample import stratified, with_strata
from targeting.vocabulary import LinkStatus, ReviewGround

SURE = 0.99
"""Match probability from which a link is not laid before a person, but for the sample of all of them."""
CHECKED = 200
"""Sure links drawn at random, to measure the links nobody doubts."""
FINGERPRINT_DIGITS = 16

PAIR = ["id_l", "id_r"]
SAMPLING = {"stratum": pl.String(), "stratum_pairs": pl.Int64(), "sampling_weight": pl.Float64()}
REVIEW_PAIR = {
    "person_id": pl.String(),
    "dtsen_person_id": pl.String(),
    "household_id": pl.String(),
    "dtsen_family_id": pl.String(),
    "ground": pl.String(),
    "match_weight": pl.Float64(),
    "match_probability": pl.Float64(),
    "status": pl.String(),
    "method": pl.String(),
    "margin": pl.Float64(),
    **SAMPLING,
    "fingerprint": pl.String(),
    "records": pl.String(),
    "evidence": pl.String(),
}


def to_be_reviewed(links: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The links (as `LinkResult.links`) for persons to settle, with ground and, for `check`, the sample's weights.

    All under review, all links below SURE, and CHECKED of the others drawn at random by the seed; sorted by ids.
    """
    is_sure = (pl.col("status") == LinkStatus.LINK.value) & (pl.col("match_probability") >= SURE)
    sure = links.filter(is_sure)
    empty = pl.DataFrame(schema={**dict.fromkeys(PAIR, pl.String()), **SAMPLING})
    drawn = empty if sure.is_empty() else stratified(sure, CHECKED, seed).select(*PAIR, *SAMPLING)
    doubted = links.filter(~is_sure).with_columns(
        ground=pl.lit(ReviewGround.DOUBT.value), **{name: pl.lit(None, dtype) for name, dtype in SAMPLING.items()}
    )
    checked = sure.join(drawn.cast(SAMPLING), on=PAIR).with_columns(ground=pl.lit(ReviewGround.CHECK.value))  # type: ignore[arg-type]
    return pl.concat([doubted, checked.select(doubted.columns)]).sort(PAIR)


def review_pairs(result: LinkResult, spec: LinkSpec, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The pairs that `result` was asked to look at, in the columns of REVIEW_PAIR.

    `left` and `right` hold the records with the spec's columns and their household's id. `records` and `evidence` are
    JSON: both records by the spec's names, and the waterfall in bits with each column's level.
    """
    looked = result.looked_at
    if looked is None or looked.pairs.is_empty():
        return pl.DataFrame(schema=REVIEW_PAIR)
    chosen = to_be_reviewed(result.links, spec.seed).join(looked.pairs, on=PAIR, how="left", maintain_order="left")
    patterns = chosen["pattern"].unique().sort()
    told = waterfalls(result.model, looked.prepared, patterns.to_numpy(), "en")
    falls = dict(zip(patterns, told, strict=True))
    evidence = [
        _evidence(falls[pattern], weight, spec)
        for pattern, weight in zip(chosen["pattern"], chosen["match_weight"], strict=True)
    ]
    shown = chosen.with_columns(evidence=pl.Series(evidence, dtype=pl.String)).rename(
        {"id_l": "person_id", "id_r": "dtsen_person_id"}
    )
    return with_records(shown, spec, left, right).select(*REVIEW_PAIR)


def with_records(pairs: pl.DataFrame, spec: LinkSpec, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The pairs (person_id, dtsen_person_id) whose records are both there, with household_id, dtsen_family_id, records
    and fingerprint.

    The fingerprint changes when a value of either record does: what was decided holds for the records that were seen.
    """
    sides = []
    for word, frame, key, home in (
        ("left", left, "person_id", "household_id"),
        ("right", right, "dtsen_person_id", "dtsen_family_id"),
    ):
        values = [pl.col(getattr(column, word)).cast(pl.String).alias(name) for name, column in spec.columns.items()]
        near = frame.with_columns(pl.col(key).cast(pl.String)).join(pairs, on=key, how="semi").unique(key)
        sides.append(near.select(key, pl.col(home).cast(pl.String), pl.struct(values).alias(word)))
    both = pairs.join(sides[0], on="person_id", maintain_order="left").join(
        sides[1], on="dtsen_person_id", maintain_order="left"
    )
    texts = [_text({"left": one, "right": other}) for one, other in zip(both["left"], both["right"], strict=True)]
    prints = [hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS] for text in texts]
    return both.drop("left", "right").with_columns(
        records=pl.Series(texts, dtype=pl.String), fingerprint=pl.Series(prints, dtype=pl.String)
    )


def _evidence(fall: Waterfall, weight: float | None, spec: LinkSpec) -> str:
    """The waterfall as JSON; `later_bits` is what the homes of both records added."""
    total = fall.match_weight if weight is None else weight
    parts = [
        {
            "bits": round(part.bits, 3),
            "columns": [
                {"column": one.column, "type": spec.columns[one.column].type.value, "level": one.level}
                for one in part.columns
            ],
        }
        for part in fall.evidence
    ]
    told = {
        "prior_bits": round(fall.prior_bits, 3),
        "evidence": parts,
        "living_together_bits": round(fall.living_together_bits, 3),
        "later_bits": round(total - fall.match_weight, 3),
        "match_weight": round(total, 3),
    }
    return _text(told)


def _text(value: Mapping[str, Any]) -> str:
    """JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def labelled_sample(pairs: pl.DataFrame, labels: pl.Series) -> tuple[pl.DataFrame, float]:
    """The labelled pairs as `evaluate_labelled` takes them (id_l, id_r, label, stratum, sampling_weight), and the share
    of all pairs whose stratum somebody has looked at.

    `pairs` are a run's review pairs, `labels` match, non-match, unsure or null for each. Doubtful pairs are all there
    and fall into bands of probability; those of the check stand for the sure links of their stratum.
    """
    doubted = with_strata(pairs.rename({"person_id": "id_l", "dtsen_person_id": "id_r"}).drop("stratum"))
    is_check = pl.col("ground") == ReviewGround.CHECK.value
    named = doubted.with_columns(
        label=labels, stratum=pl.when(is_check).then("check " + pairs["stratum"]).otherwise("stratum")
    )
    whole = pl.when(is_check).then(pl.col("stratum_pairs").max()).otherwise(pl.len()).over("stratum")
    sized = named.with_columns(whole=whole, told=pl.col("label").is_not_null().sum().over("stratum"))
    strata = sized.unique("stratum")
    covered = int(strata.filter(pl.col("told") > 0)["whole"].sum()) / int(strata["whole"].sum())
    sample = sized.filter(pl.col("label").is_not_null()).with_columns(sampling_weight=pl.col("whole") / pl.col("told"))
    return sample.select("id_l", "id_r", "label", "stratum", "sampling_weight"), covered

"""What persons decided about pairs, as training takes it: fixed labels of pairs that it counts anyhow.

Persons are shown doubtful pairs, which is no random sample of matches: added to the matches they would pull m towards
disagreement, and their number says how much was reviewed, not how common such pairs are. So no pair is added and none
is weighed more than any other. A pair of the training sample that was decided is counted once, as it was before; it
counts as what persons found it to be instead of as what the model expects. Which pairs were shown depends on their
patterns and rivals, which the likelihood holds already, and not on what they turned out to be: so the estimate of m
from all pairs, some with their label and the rest without, is not biased by the choice. A decision about a pair outside
the sample (its left record was not drawn, or no blocking rule finds it) teaches nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from targeting.linkage.counts import Counts, Labels
from targeting.linkage.pattern import IntArray
from targeting.linkage.prepare import Prepared

LESSONS = {"id_l": pl.String(), "id_r": pl.String(), "is_match": pl.Boolean()}
"""One row a pair that persons decided."""


def verdicts_on(prepared: Prepared, drawn: pl.DataFrame, decided: pl.DataFrame) -> IntArray:
    """For each pair drawn (rl, rr) 1 where persons found one person, -1 where they found two, 0 where they were not
    asked. `decided` has the columns LESSONS, each pair once."""
    lefts = drawn["rl"].unique().sort()
    told = decided.join(pl.DataFrame({"rl": lefts, "id_l": prepared.left_ids.gather(lefts)}), on="id_l")
    near = drawn.select("rl", "rr").join(told.select("rl").unique(), on="rl", how="semi")
    named = near.with_columns(id_r=prepared.right_ids.gather(near["rr"]))
    verdict = pl.when("is_match").then(1).otherwise(-1).cast(pl.Int64)
    found = named.join(told, on=["rl", "id_r"]).select("rl", "rr", verdict=verdict)
    every = drawn.join(found, on=["rl", "rr"], how="left", maintain_order="left")
    return every["verdict"].fill_null(0).to_numpy()


def labelled(counts: Counts, patterns: IntArray, verdicts: IntArray, decisions: int) -> Counts:
    """Counts with the labels of some of their pairs; `patterns` and `verdicts` pair by pair, `decisions` in all."""
    place = np.searchsorted(counts.patterns, patterns)
    size = len(counts.patterns)
    matches, others = (
        np.bincount(place, weights=verdicts == verdict, minlength=size).astype(np.float64) for verdict in (1, -1)
    )
    return replace(counts, labels=Labels(matches, others, decisions - int(np.count_nonzero(verdicts))))

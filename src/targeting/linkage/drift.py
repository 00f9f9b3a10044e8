"""How far the links of some files are from those of the files that a model was trained on, by levels of agreement.

A model that is kept from night to night weighs well as long as the sources err as they did when it was trained. What
its links agreed on then is kept with it: where tonight's agree otherwise (birth dates are left empty, names come cut
off), m and u are those of other files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.linkage.model import Model
from targeting.linkage.pattern import PatternSpace
from targeting.vocabulary import LinkStatus

LEAST = 200
"""Links below which chance moves the shares too much for anything to be told."""
DIGITS = 6
DRIFTED = 0.1
"""Share of links from which a remark is made."""

Shares = tuple[tuple[float, ...], ...]
"""By comparison, the share of links on each of its levels, missing first."""


@dataclass(frozen=True)
class Drift:
    """share: of tonight's links, those that would have to agree on another level of `column` to be as the links were
    when the model was trained (total variation distance), the largest of all columns.
    """

    share: float
    column: str


def with_links(
    model: Model, space: PatternSpace, links: pl.DataFrame, scored: pl.DataFrame, *, given: bool
) -> tuple[Model, Drift | None]:
    """The model with what its links agree on, if it was trained just now; a model that was given, with a remark if they
    agree otherwise than those it was trained with, and how far they do. Null where too few links tell.

    `links` has rl, rr, status; `scored` rl, rr, pattern.
    """
    own = links.filter(pl.col("status") == LinkStatus.LINK.value).join(scored, on=["rl", "rr"])
    if own.height < LEAST:
        return model, None
    shares = level_shares(space, own["pattern"].to_numpy())
    if not given:
        return replace(model, link_levels=shares), None
    found = drift(model, shares)
    return (model if found is None else replace(model, notes=(*model.notes, *remark(found)))), found


def level_shares(space: PatternSpace, patterns: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Shares:
    """The share of patterns on each level of each comparison."""
    levels = space.levels(patterns)
    counts = [np.bincount(levels[:, i], minlength=len(d.comparison.slopes)) for i, d in enumerate(space.digits)]
    return tuple(tuple(np.round(one / len(patterns), DIGITS).tolist()) for one in counts)


def drift(model: Model, shares: Shares) -> Drift | None:
    """How far these shares are from those of the model; None for a model that does not have them."""
    if not model.link_levels:
        return None
    away = [
        float(np.abs(np.array(then) - np.array(now)).sum()) / 2
        for then, now in zip(model.link_levels, shares, strict=True)
    ]
    most = int(np.argmax(away))
    return Drift(round(away[most], 4), model.comparisons[most])


def remark(found: Drift) -> tuple[str, ...]:
    """What is to be said of it, if anything."""
    if found.share <= DRIFTED:
        return ()
    note = (
        f"{found.share:.1%} of the links agree on '{found.column}' otherwise than the links that the model was trained "
        "with. Look at what changed in the sources; if it stays, train anew (without the model, with --save-model)."
    )
    return (note,)

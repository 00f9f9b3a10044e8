"""What persons decided about pairs, laid over what the model found."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.review_pairs import with_records
from targeting.vocabulary import LinkMethod, LinkStatus, ReviewDecision

PAIR = ["person_id", "dtsen_person_id"]
DECIDED = {**dict.fromkeys(PAIR, pl.String()), "fingerprint": pl.String(), "decision": pl.String()}
"""One row a pair on which the reviewers agree: match or non-match."""
SURE_BY_HAND = 1.0
"""Match probability of a link that persons made."""


@dataclass(frozen=True)
class Applied:
    """How many decisions a run obeyed, and how many it could not.

    not_applied: a record has changed or is not in the files, or the person was found to be two registered persons.
    """

    matches: int = 0
    non_matches: int = 0
    not_applied: int = 0


def nothing_decided() -> pl.DataFrame:
    """No decision."""
    return pl.DataFrame(schema=DECIDED)


def still_valid(decided: pl.DataFrame, spec: LinkSpec, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The decisions (columns of DECIDED) whose two records are as the reviewers saw them.

    A person who was found to be two registered persons is left to the model: one of the two must be wrong.
    """
    seen = with_records(decided.rename({"fingerprint": "seen"}), spec, left, right)
    same = seen.filter(pl.col("fingerprint") == pl.col("seen")).select(*DECIDED)
    is_match = pl.col("decision") == ReviewDecision.MATCH.value
    return same.filter(~is_match | (is_match.sum().over("person_id") == 1))


def with_decisions(person_link: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """`person_link` as persons decided: a match is the person's only pair, a link by hand; a non-match is gone.

    Its weight and margin stay where the model gave the pair one. The runner-up of a link that was refused is not linked
    in its stead: it stays what it was.
    """
    matches = decided.filter(pl.col("decision") == ReviewDecision.MATCH.value).select(PAIR)
    refused = decided.filter(pl.col("decision") == ReviewDecision.NON_MATCH.value).select(PAIR)
    found = matches.join(person_link, on=PAIR, how="left", maintain_order="left").with_columns(
        status=pl.lit(LinkStatus.LINK.value),
        method=pl.lit(LinkMethod.MANUAL.value),
        match_probability=pl.lit(SURE_BY_HAND),
    )
    rest = person_link.join(refused, on=PAIR, how="anti").join(matches, on="person_id", how="anti")
    return pl.concat([rest, found.select(person_link.columns)]).sort(PAIR)


def applied(decided: pl.DataFrame, valid: pl.DataFrame) -> Applied:
    """Counts for the run."""
    by = dict(valid["decision"].value_counts().iter_rows())
    return Applied(by.get("match", 0), by.get("non-match", 0), decided.height - valid.height)

"""What persons decided about pairs teaches the model of a run that asks for it, and no other."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from targeting.contracts.config import LinkageSettings
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.lessons import LESSONS
from targeting.linkage.link import LinkResult, link
from targeting.linkage.register import RegisterLinks, link_register
from targeting.synth import generate

TAUGHT = (
    "persons' decisions taught this model: {} pairs that are one person, {} that are not; {} decisions are about pairs "
    "outside the training sample."
)
ASKED = LinkageSettings(learn_from_decisions=True)


def linked(persons: Any, decided: pl.DataFrame | None) -> LinkResult:
    """The links of a training that knows what persons decided."""
    with DuckDbEngine(1, "1GB") as engine:
        return link(persons.left, persons.right, persons.spec, engine, decided=decided)


@pytest.mark.usefixtures("few_random_pairs")
def test_pairs_that_are_no_link_lower_the_weight_of_their_like_and_leave_the_sure_ones(persons: Any) -> None:
    nobody = pl.DataFrame(schema=LESSONS)
    plain, idle = linked(persons, None), linked(persons, nobody)
    assert plain.links.equals(idle.links)
    assert all(np.array_equal(a.m, b.m) for a, b in zip(plain.model.groups, idle.model.groups, strict=True))
    assert (*idle.model.notes[:1], *plain.model.notes) == (TAUGHT.format(0, 0, 0), *idle.model.notes[1:])
    lightest = plain.links.filter(pl.col("status") == "link").sort("match_weight", "id_l").head(40)
    unknown = pl.DataFrame({"id_l": ["no such person"], "id_r": ["nobody"], "is_match": [True]})
    refused = pl.concat([lightest.select("id_l", "id_r", is_match=pl.lit(value=False)), unknown])
    taught = linked(persons, refused)
    assert TAUGHT.format(0, 40, 1) in taught.model.notes
    both = lightest.join(taught.links, on=["id_l", "id_r"], suffix="_taught")
    assert both["match_weight_taught"].mean() < both["match_weight"].mean() - 1.0  # type: ignore[operator]
    sure = plain.links.filter(pl.col("match_weight") > 15).select("id_l", "id_r", "status")
    assert sure.equals(sure.join(taught.links.select("id_l", "id_r", "status"), on=["id_l", "id_r", "status"]))


@pytest.mark.usefixtures("few_random_pairs")
def test_a_run_learns_from_decisions_that_hold_and_only_if_it_is_asked() -> None:
    made = generate(100, "high", 0.8, 7, families=250)

    def run(settings: LinkageSettings, decided: pl.DataFrame | None) -> RegisterLinks:
        tables = (made.ppse_household, made.ppse_member, made.dtsen_family, made.dtsen_person)
        return link_register(*tables, settings, decided=decided)

    plain = run(LinkageSettings(), None)
    shown = plain.review_pair.select("person_id", "dtsen_person_id", "fingerprint").sort("person_id").head(50)
    decided = shown.with_row_index().select(
        "person_id",
        "dtsen_person_id",
        fingerprint=pl.when(pl.col("index") < 5).then(pl.lit("as it was before")).otherwise("fingerprint"),
        decision=pl.when(pl.col("index") < 10).then(pl.lit("non-match")).otherwise(pl.lit("match")),
    )
    untaught, taught = run(LinkageSettings(), decided), run(ASKED, decided)
    assert plain.model == untaught.model
    assert "decisions taught" not in untaught.model
    held = taught.summary.decisions
    assert (held.non_matches, held.not_applied >= 5) == (5, True)
    [note] = [note for note in json.loads(taught.model)["notes"] if "decisions taught" in note]
    assert note == TAUGHT.format(held.matches, 5, 0)


def test_a_model_that_is_given_is_not_taught(tmp_path: Any) -> None:
    assert not LinkageSettings().learn_from_decisions
    with pytest.raises(ValidationError, match="needs a model that the run trains"):
        LinkageSettings(learn_from_decisions=True, model=tmp_path / "model.json")

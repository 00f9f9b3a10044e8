"""A list held against the truth: who is poor, who has a seat, whom the links found, of all and of each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from targeting.contracts.codes.lists import REGSOSEK_2022K
from targeting.contracts.evidence import ListFrames
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import policy_of
from targeting.contracts.sourced import Numbers
from targeting.contracts.welfare import FUNCTIONS
from targeting.eligibility.deprivation import means
from targeting.errors import InputFileError, PolicyError, UsageError
from targeting.linkage.evaluation import evaluate
from targeting.poverty.listed import by_group, judged, listed_of
from targeting.poverty.truth import Truth
from targeting.vocabulary import CandidateStatus

Notion = Literal["extreme", "poor"]
FEWEST = 30
"""A group of fewer households is counted, not judged."""
OLD = 60
LEAST_RATIO = 0.8
"""A group that has fewer seats a poor household than this, of what the others have, is pointed at."""
CROSSED = (("sex", "age"), ("sex", "name"), ("sex", "disability"))
"""Intersections; of a household they are its head's, but the disability, which is its nominee's."""


@dataclass(frozen=True)
class Question:
    """Which notion of poverty, below which line if not the policy's, how many replicates from which seed."""

    notion: Notion = "extreme"
    line: float | None = None
    replicates: int = 200
    seed: int = 1


def metrics(frames: ListFrames, truth: Truth, links: list[pl.DataFrame], question: Question) -> dict[str, Any]:
    """Everything that is measured, as plain data.

    run, notion, lines (by district), households (of the run), judged (of them in the truth), not_in_truth, not_in_run,
    without_id; overall and districts with measures `{value, low, high}`; groups; link_recall. `links`: true pairs with
    id_l, id_r, of persons or of households. Raises InputFileError for a truth of other households or in which nobody,
    or everybody, is poor; UsageError where no line is known.
    """
    policy = None if frames.policy is None else policy_of(frames.policy, "the run's policy").on(frames.run["as_of"])
    frames = _with_disability(_with_places(frames), policy)
    pool = _judged_pool(frames, truth, policy, question)
    listed = listed_of(pool)
    found = judged(listed, question.replicates, question.seed)
    groups = _groups(pool, frames.persons)
    rows = by_group(listed, groups, question.replicates, question.seed, FEWEST)
    own = truth.rows["household_id"].is_in(frames.households["household_id"].implode()).sum()
    return {
        "run": frames.run["run_id"],
        "notion": question.notion,
        "lines": dict(pool.select("district", "line").unique().sort("district").iter_rows()),
        "households": frames.households.height,
        "judged": pool.height,
        "not_in_truth": frames.households.height - pool.height,
        "not_in_run": truth.rows.height - own,
        "without_id": truth.without_id,
        "overall": _area(pool) | {"measures": found.pop("")},
        "districts": [
            {"district": area or None, **_area(pool.filter(pl.col("district").fill_null("") == area)), "measures": one}
            for area, one in found.items()
        ],
        "groups": [row | {"low": _low(row)} for row in rows],
        "link_recall": [one for pairs in links for one in _link_recall(frames, pairs)],
    }


def _judged_pool(frames: ListFrames, truth: Truth, policy: Policy | None, question: Question) -> pl.DataFrame:
    """The run's households whose truth is known, with the columns that `listed_of` reads."""
    joined = frames.households.join(truth.rows, on="household_id", how="inner").sort("household_id")
    if joined.is_empty():
        raise InputFileError(
            f"none of the {truth.rows.height:,} households of the truth is in run {frames.run['run_id']}. Check that "
            "the file is of the same survey, and that household_id is written alike ('targeting runs' lists the runs)."
        )
    pool = joined.with_columns(line=_line(policy, question, needed=truth.rows["poor"].null_count() > 0)).with_columns(
        poor=pl.coalesce("poor", pl.col("spent") < pl.col("line")),
        selected=pl.col("status") == CandidateStatus.SELECTED.value,
        probability=f"p_{question.notion}",
    )
    if pool["poor"].all() or not pool["poor"].any():
        whom = "everybody" if pool["poor"].all() else "nobody"
        raise InputFileError(
            f"{whom} of the {pool.height:,} households is poor by the truth, so that nothing can be measured. Check "
            "the unit of the consumption (rupiah a head and month), --line and --notion."
        )
    return pool


def _line(policy: Policy | None, question: Question, *, needed: bool) -> pl.Expr:
    """Each household's line: the one asked for, else its district's by the run's policy; null where none is needed."""
    if question.line is not None:
        return pl.lit(question.line)
    lines = None if policy is None else policy.poverty.lines
    if lines is None:
        if needed:
            raise UsageError("no poverty line is known: the run's policy has none. Give one with --line RUPIAH.")
        return pl.lit(None, pl.Float64)
    table: Numbers = getattr(lines, question.notion)
    named = {key: value for key, value in table.values.items() if key != "national"}
    national = table.values.get("national")
    if national is None and needed:
        raise PolicyError("the run's policy has no national line for districts without their own. Give --line RUPIAH.")
    return pl.col("district").replace_strict(named, default=national, return_dtype=pl.Float64)


def _area(pool: pl.DataFrame) -> dict[str, Any]:
    """households, poor, seats, seats_poor: unweighted counts."""
    seat = pool["selected"]
    return {
        "households": pool.height,
        "poor": int(pool["poor"].sum()),
        "seats": int(seat.sum()),
        "seats_poor": int((seat & pool["poor"]).sum()),
    }


def _low(row: Mapping[str, Any]) -> bool:
    """Whether a group has clearly fewer seats a poor household than the others."""
    ratio = row.get("selection_ratio")
    return ratio is not None and ratio["value"] is not None and ratio["value"] < LEAST_RATIO


def _groups(pool: pl.DataFrame, persons: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """By group the value of each household of the pool: of its head, of its nominee, its subdistrict, and crossings."""
    heads = persons.filter("is_head").unique("household_id", keep="first", maintain_order=True)
    joined = pool.join(heads.drop("person_id"), on="household_id", how="left", maintain_order="left")
    single = joined.select(
        **{f"head_{name}": column for name, column in _of_person().items() if name != "disability"},
        nominee_disability=_either("nominee_disability", "with_disability", "without_disability", "no_nominee"),
    )
    of = {name: f"head_{name}" for name in _of_person()} | {"disability": "nominee_disability"}
    crossed = single.select(_crossed(of[one], of[other]) for one, other in CROSSED)
    found = pl.concat([single, crossed], how="horizontal").with_columns(
        kecamatan=joined["kecamatan"].fill_null("unknown")
    )
    return {name: tuple(found[name].to_list()) for name in found.columns}


def _crossed(one: str, other: str) -> pl.Expr:
    """The values of two groups as those of one."""
    return pl.concat_str(one, other, separator=", ").alias(f"{one} x {other}")


def _of_person() -> dict[str, pl.Expr]:
    """sex, age, name, nik, disability: the groups of a person."""
    return {
        "sex": pl.col("sex").replace_strict({1: "man", 2: "woman"}, default="unknown", return_dtype=pl.String),
        "age": _either(pl.col("age") >= OLD, "60+", "under_60"),
        "name": _either("mononym", "mononym", "several_names"),
        "nik": _either("nik_missing", "without_nik", "with_nik"),
        "disability": _either("disability", "with_disability", "without_disability"),
    }


def _either(column: str | pl.Expr, yes: str, no: str, neither: str = "unknown") -> pl.Expr:
    """One of two words, another where nobody knows."""
    which = pl.col(column) if isinstance(column, str) else column
    return pl.when(which).then(pl.lit(yes)).when(~which).then(pl.lit(no)).otherwise(pl.lit(neither))


def _link_recall(frames: ListFrames, pairs: pl.DataFrame) -> list[dict[str, Any]]:
    """Of the true pairs (id_l, id_r), how many are links, of all and of each group: unit, group, value, pairs, linked,
    under review, recall with its Wilson interval, small.

    The pairs are of persons or of households, whichever the run has by their id_l. Raises InputFileError for neither.
    """
    of_persons = frames.person_link.rename({"person_id": "id_l", "dtsen_person_id": "id_r"})
    of_households = frames.household_link.rename({"household_id": "id_l", "dtsen_family_id": "id_r"})
    sides = {
        "person": (frames.persons, "person_id", of_persons),
        "household": (_heads(frames), "household_id", of_households),
    }
    pairs = pairs.select(pl.col("id_l", "id_r").cast(pl.String)).drop_nulls().unique(maintain_order=True)
    for unit, (people, key, links) in sides.items():
        known = pairs.join(people, left_on="id_l", right_on=key, how="inner", maintain_order="left")
        if known.is_empty():
            continue
        single = known.select(
            "id_l", "id_r", "kecamatan", *(column.alias(name) for name, column in _of_person().items())
        )
        grouped = single.with_columns(_crossed(one, other) for one, other in CROSSED)
        return [_recall(unit, "all", "all", grouped, links)] + [
            _recall(unit, group, str(value[0]), part, links)
            for group in (*_of_person(), *(f"{one} x {other}" for one, other in CROSSED), "kecamatan")
            for value, part in sorted(grouped.group_by(pl.col(group).fill_null("unknown")), key=lambda one: one[0][0])
        ]
    raise InputFileError(
        f"none of the {pairs.height:,} true pairs begins with a person or household of run {frames.run['run_id']}. "
        "Check that id_l is of PPSE and id_r of DTSEN."
    )


def _heads(frames: ListFrames) -> pl.DataFrame:
    """Households with what is known of their heads."""
    heads = frames.persons.filter("is_head").unique("household_id", keep="first", maintain_order=True)
    return frames.households.select("household_id", "kecamatan").join(
        heads.drop("person_id", "kecamatan", strict=False), on="household_id", how="left", maintain_order="left"
    )


def _recall(unit: str, group: str, value: str, pairs: pl.DataFrame, links: pl.DataFrame) -> dict[str, Any]:
    """One group's pairs."""
    found = evaluate(links.join(pairs.select("id_l"), on="id_l", how="semi"), pairs.select("id_l", "id_r"))
    return {
        "unit": unit,
        "group": group,
        "value": value,
        "pairs": pairs.height,
        "linked": found.true_links,
        "review": found.in_review,
        "recall": {"value": found.recall.value, "low": found.recall.low, "high": found.recall.high},
        "small": pairs.height < FEWEST,
    }


def _with_disability(frames: ListFrames, policy: Policy | None) -> ListFrames:
    """The frames, each person with `disability` as the run's policy means it; null where nothing is said."""
    items = [name for name in FUNCTIONS if name in frames.persons.columns]
    if policy is None or not items:
        return replace(frames, persons=frames.persons.with_columns(disability=pl.lit(None, pl.Boolean)))
    version = ((frames.run["counts"] or {}).get("code_lists") or {}).get("ppse", REGSOSEK_2022K)
    said = [means(name, version, policy.potential.disability) for name in items]
    silent = pl.all_horizontal(one.is_null() for one in said)
    found = pl.when(~silent).then(pl.any_horizontal(one.fill_null(value=False) for one in said))
    return replace(frames, persons=frames.persons.with_columns(disability=found).drop(items))


def _with_places(frames: ListFrames) -> ListFrames:
    """The frames, each person with its household's subdistrict."""
    place = frames.households.select("household_id", "kecamatan")
    persons = frames.persons.join(place, on="household_id", how="left", maintain_order="left")
    return replace(frames, persons=persons)

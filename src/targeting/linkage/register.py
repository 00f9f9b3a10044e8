"""PPSE households found in DTSEN: persons linked first, then families through their members."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.errors import UsageError
from targeting.linkage.blocking import RuleCount
from targeting.linkage.chart_frames import LevelWeight, level_weights
from targeting.linkage.engines.choice import open_engine
from targeting.linkage.error_rates import ErrorRates
from targeting.linkage.households import household_links
from targeting.linkage.lessons import LESSONS
from targeting.linkage.link import LinkResult, link
from targeting.linkage.manual import Applied, applied, nothing_decided, still_valid, with_decisions
from targeting.linkage.model import load_model
from targeting.linkage.profile import keyless
from targeting.linkage.remembered import Memory
from targeting.linkage.review_pairs import review_pairs, to_be_reviewed
from targeting.linkage.scoring import Progress
from targeting.linkage.sides import Side
from targeting.linkage.stored_side import StoredSide
from targeting.vocabulary import LinkStatus, ReviewDecision

REGISTER_SPEC = LinkSpec.model_validate(
    {
        "left": {"id": "person_id", "household": "household_id"},
        "right": {"id": "dtsen_person_id", "household": "dtsen_family_id"},
        "columns": {
            "nik": "nik",
            "nama": "name",
            "tanggal_lahir": "date",
            "id_jenis_kelamin": "category",
            "kode_desa": "region",
            "alamat": "text",
            "no_kk": "nkk",
        },
        "assignment": "many_to_one",
    }
)
"""Two PPSE rows may be one person, so each may link to the same DTSEN person: duplicates are found, not hidden."""

HOME = ("no_kk", "kode_desa", "alamat")
"""What a person has from the household or family."""


PersonsOf = Callable[[pl.Series], pl.DataFrame]
"""From ids of DTSEN persons to their rows as `registered` gives them; more do no harm, unknown ids have none."""


@dataclass(frozen=True)
class LinkageSummary:
    """What a run keeps of how its links came about."""

    persons: int
    registered_persons: int
    pairs_scored: int
    links: int
    reviews: int
    duplicate_persons: int
    expected_share_in_register: float
    seconds: dict[str, float]
    notes: tuple[str, ...]
    error_rates: ErrorRates | None
    decisions: Applied
    rules: tuple[RuleCount, ...] = ()
    levels: tuple[LevelWeight, ...] = ()
    unlinkable: int | None = None
    """Persons of whom nothing is known that a blocking rule asks for."""
    model_drift: float | None = None
    """Share of links that agree otherwise than those the given model was trained with, in the column that tells most;
    null without a given model or where it is not known."""
    model_drift_column: str | None = None
    review_threshold: float | None = None
    """Match probability from which a pair that is no link is kept, to be looked at."""


@dataclass(frozen=True)
class RegisterLinks:
    """person_link: person_id, dtsen_person_id, match_weight, match_probability, status, method, margin, duplicate_of
    (the first PPSE person with the same DTSEN person, null for that person itself and without one).

    household_link: household_id, dtsen_family_id, match_weight, match_probability, status, method, margin,
    members_linked; at most one link a household.

    review_pair: what the model found of the pairs that persons are to settle (columns REVIEW_PAIR of review_pairs.py).
    model: the model that weighed the pairs, as its file has it.
    """

    person_link: pl.DataFrame
    household_link: pl.DataFrame
    review_pair: pl.DataFrame
    summary: LinkageSummary
    model: str = ""


def link_register(
    households: pl.DataFrame,
    members: pl.DataFrame,
    families: pl.DataFrame,
    persons: pl.DataFrame,
    settings: LinkageSettings,
    progress: Progress = lambda _phase, _share: None,
    decided: pl.DataFrame | None = None,
    memory: Memory | None = None,
) -> RegisterLinks:
    """Link accepted PPSE members to DTSEN persons, and their households to DTSEN families.

    `decided` is what persons decided about pairs (columns DECIDED of manual.py); it holds while both records are as
    they were seen. `memory` spares scoring what an earlier night scored.

    Raises UsageError when a spec of one's own does not link person_id to dtsen_person_id.
    """
    spec = register_spec(settings.spec)
    right = registered(persons, families, spec)
    return _linked(households, members, right, lambda _ids: right, spec, settings, progress, decided, memory)


def link_stored_register(
    households: pl.DataFrame,
    members: pl.DataFrame,
    register: Path,
    persons_of: PersonsOf,
    settings: LinkageSettings,
    progress: Progress = lambda _phase, _share: None,
    decided: pl.DataFrame | None = None,
    memory: Memory | None = None,
) -> RegisterLinks:
    """`link_register` against a register that was encoded and stored in a folder; the links are the same.

    Raises UsageError when the spec does not fit what was stored, InputFileError when the folder cannot be read.
    """
    spec = register_spec(settings.spec)
    side = StoredSide(register, spec)
    return _linked(households, members, side, persons_of, spec, settings, progress, decided, memory)


def register_spec(path: Path | None) -> LinkSpec:
    """The spec of one's own, or the built-in one. Raises UsageError when it does not link person to person."""
    spec = REGISTER_SPEC if path is None else load_spec(path)
    if (spec.left.id, spec.right.id) != (REGISTER_SPEC.left.id, REGISTER_SPEC.right.id):
        raise UsageError("linkage.spec must link left.id person_id to right.id dtsen_person_id.")
    return spec


def registered(persons: pl.DataFrame, families: pl.DataFrame, spec: LinkSpec) -> pl.DataFrame:
    """DTSEN persons with the columns that a spec compares, their family's among them."""
    return _persons(persons, families, "dtsen_family_id", spec, "right")


def _linked(
    households: pl.DataFrame,
    members: pl.DataFrame,
    right: pl.DataFrame | Side,
    persons_of: PersonsOf,
    spec: LinkSpec,
    settings: LinkageSettings,
    progress: Progress,
    decided: pl.DataFrame | None,
    memory: Memory | None,
) -> RegisterLinks:
    """Persons linked, then households to families."""
    left = _persons(members, households, "household_id", spec, "left")
    model = None if settings.model is None else load_model(settings.model)
    told = nothing_decided() if decided is None else decided
    with closing(open_engine(settings)) as engine:
        result = link(
            *(left, right, spec, engine, model),
            progress=progress,
            look_at=lambda links: to_be_reviewed(links, spec.seed),
            memory=memory,
            decided=_lessons(told, spec, left, persons_of) if settings.learn_from_decisions else None,
        )
    found = result.links.rename({"id_l": "person_id", "id_r": "dtsen_person_id"})
    named = pl.concat([found["dtsen_person_id"], told["dtsen_person_id"]]).unique().sort()
    near = persons_of(named)
    valid = still_valid(told, spec, left, near)
    person_link = _with_duplicates(with_decisions(found, valid))
    household_link = household_links(
        person_link,
        members.select("person_id", "household_id", _relationship(members)),
        near.select("dtsen_person_id", "dtsen_family_id"),
        spec.thresholds,
    )
    all_right = right.height if isinstance(right, pl.DataFrame) else right.ids.len()
    summary = _summary(result, spec, person_link, left.height, all_right, applied(told, valid))
    pairs = review_pairs(result, spec, left, near)
    return RegisterLinks(person_link, household_link, pairs, summary, result.model.to_json())


def _lessons(told: pl.DataFrame, spec: LinkSpec, left: pl.DataFrame, persons_of: PersonsOf) -> pl.DataFrame:
    """The decisions that still hold, as training takes them (columns LESSONS of lessons.py)."""
    if told.is_empty():
        return pl.DataFrame(schema=LESSONS)
    valid = still_valid(told, spec, left, persons_of(told["dtsen_person_id"].unique().sort()))
    is_match = pl.col("decision") == ReviewDecision.MATCH.value
    return valid.select(id_l="person_id", id_r="dtsen_person_id", is_match=is_match)


def _relationship(members: pl.DataFrame) -> pl.Expr:
    """Relationship to the head, null where the file has none."""
    name = "id_hub_kepala_keluarga"
    return pl.col(name).cast(pl.Int64) if name in members.columns else pl.lit(None, pl.Int64).alias(name)


def _persons(persons: pl.DataFrame, homes: pl.DataFrame, home_id: str, spec: LinkSpec, side: str) -> pl.DataFrame:
    """Persons with their home's columns; a column of the spec that no file has is null throughout."""
    home = homes.select(home_id, *(column for column in HOME if column in homes.columns))
    joined = persons.drop([c for c in HOME if c in persons.columns and c in home.columns]).join(
        home, on=home_id, how="left"
    )
    columns = [getattr(column, side) for column in spec.columns.values()]
    nothing = [pl.lit(None, pl.String).alias(c) for c in columns if c not in joined.columns]
    return joined.with_columns(nothing).select(list(dict.fromkeys([getattr(spec, side).id, home_id, *columns])))


def _with_duplicates(links: pl.DataFrame) -> pl.DataFrame:
    """Marks PPSE persons who are the same DTSEN person as an earlier one."""
    linked = pl.col("status") == LinkStatus.LINK.value
    first = pl.col("person_id").filter(linked).min().over("dtsen_person_id")
    return links.with_columns(
        duplicate_of=pl.when(linked & (pl.col("person_id") != first)).then(first).otherwise(None)
    ).sort("person_id", "dtsen_person_id")


def _summary(
    result: LinkResult, spec: LinkSpec, links: pl.DataFrame, persons: int, registered_persons: int, decisions: Applied
) -> LinkageSummary:
    """Counts of a link, and what its model weighs."""
    seen = result.looked_at
    return LinkageSummary(
        persons=persons,
        registered_persons=registered_persons,
        pairs_scored=result.pairs_scored,
        links=links.filter(pl.col("status") == LinkStatus.LINK.value).height,
        reviews=links.filter(pl.col("status") == LinkStatus.REVIEW.value).height,
        duplicate_persons=links["duplicate_of"].count(),
        expected_share_in_register=round(result.model.match_share, 4),
        seconds={phase: round(value, 3) for phase, value in result.seconds.items()},
        notes=result.model.notes,
        error_rates=result.error_rates,
        decisions=decisions,
        rules=result.rules,
        levels=() if seen is None else level_weights(result.model, seen.prepared.space, spec),
        unlinkable=None if seen is None else keyless(seen.prepared, [one.rule for one in result.rules], "left"),
        model_drift=None if result.drift is None else result.drift.share,
        model_drift_column=None if result.drift is None else result.drift.column,
        review_threshold=spec.thresholds.review,
    )

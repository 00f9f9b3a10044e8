"""Earlier participants found among the members of the pool: by record linkage, for a NIK may be mistyped or missing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import polars as pl

from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.linkage.engines.choice import open_engine
from targeting.linkage.link import link
from targeting.standardise.names import clean_name, sound_key
from targeting.vocabulary import LinkStatus

PRIOR_SPEC = LinkSpec.model_validate(
    {
        "left": {"id": "person_id"},
        "right": {"id": "prior_id"},
        "columns": {
            "nik": "nik",
            "nama": "name",
            "tanggal_lahir": "date",
            "id_jenis_kelamin": "category",
            "kode_desa": "region",
        },
        "assignment": "one_to_many",
    }
)
"""A participation is one person's; a person may have several, as many as programmes."""

HOME = ("kode_desa",)
FOUND = {
    "person_id": pl.String(),
    "prior_id": pl.String(),
    "match_probability": pl.Float64(),
    "names_alike": pl.Boolean(),
    "status": pl.String(),
    "program": pl.String(),
    "tahun": pl.Int64(),
    "years_ago": pl.Int64(),
}


@dataclass(frozen=True)
class PriorMatches:
    """`found`: a row a pair that is a link or under review (columns `FOUND`). `notes`: what the training remarks."""

    found: pl.DataFrame
    listed: int
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Rows of the list, members linked to one, members under review only."""
        linked = self.found.filter(pl.col("status") == LinkStatus.LINK.value)["person_id"].n_unique()
        return {"listed": self.listed, "linked": linked, "review": self.found["person_id"].n_unique() - linked}


def match_prior(
    prior: pl.DataFrame, members: pl.DataFrame, households: pl.DataFrame, year: int, settings: LinkageSettings
) -> PriorMatches:
    """Members of the pool who may have taken part before, with how probably, in what and how many years ago, and
    whether any part of the two names sounds alike.

    `prior`: accepted rows of the contract prior-recipient; `year`: that of the reference date.
    """
    nothing = pl.DataFrame(schema=FOUND)
    if prior.is_empty() or members.is_empty():
        return PriorMatches(nothing, prior.height)
    homes = households.select("household_id", *(name for name in HOME if name in households.columns))
    people = members.drop(HOME, strict=False).join(homes, on="household_id", how="left")
    columns = [column.left for column in PRIOR_SPEC.columns.values()]
    left, right = _sides(people, "person_id", columns), _sides(prior, "prior_id", columns)
    with closing(open_engine(settings)) as engine:
        result = link(left, right, PRIOR_SPEC, engine)
    found = (
        result.links.rename({"id_l": "person_id", "id_r": "prior_id"})
        .join(_of_prior(prior), on="prior_id", how="left")
        .join(people.select("person_id", own=_sounds()), on="person_id", how="left")
        .with_columns(names_alike=_names_alike())
        .with_columns(years_ago=year - pl.col("tahun"))
        .select(list(FOUND))
        .sort("person_id", "prior_id")
    )
    return PriorMatches(found, prior.height, tuple(result.model.notes))


def _of_prior(prior: pl.DataFrame) -> pl.DataFrame:
    """What a row of the list adds to a pair: programme, year, and how its name sounds."""
    return prior.select("prior_id", "program", pl.col("tahun").cast(pl.Int64), listed=_sounds())


def _sounds() -> pl.Expr:
    """How each part of the name sounds."""
    return clean_name(pl.col("nama")).str.split(" ").list.eval(sound_key(pl.element()))


def _names_alike() -> pl.Expr:
    """Whether a part of one name sounds like a part of the other: NIK of one day and place differ in a digit anyway,
    so a pair that agrees in nothing but these is two people as easily as one. The policy says how far it is believed.
    """
    return (pl.col("own").list.set_intersection("listed").list.drop_nulls().list.len() > 0).fill_null(value=False)


def _sides(frame: pl.DataFrame, key: str, columns: list[str]) -> pl.DataFrame:
    """The id and the compared columns; one that the frame lacks is null throughout."""
    absent = [pl.lit(None, pl.String).alias(name) for name in columns if name not in frame.columns]
    return frame.with_columns(absent).select(key, *columns)

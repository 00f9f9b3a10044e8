"""A pool cut into parts of whole households, which are judged one after the other: what a part needs, and no more.

What holds for the pool and not for a part is found beforehand: who is one person with whom, who took part before, which
households share a KK number. So a pool is judged alike whatever the size of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.contracts.policy import Policy
from targeting.eligibility.deprivation import Register, indicators
from targeting.eligibility.inputs import AssessmentInputs
from targeting.eligibility.links import person_twins, same_persons
from targeting.eligibility.prior import took_part

PART = 100_000
"""Households judged at once: a tenth of a million keeps what is made on the way below half a gigabyte."""
ROW = "dtsen_row"


@dataclass(frozen=True)
class Pool:
    """The inputs, and what must be known of all households to judge some.

    `twins`: household_id, person_id and the row in `inputs.persons` of members whose link is decided.
    `same`: person_id, same_as. `prior`: person_id, p_prior_ppse; None without a list. `dtsen_says`: the deprivation
    indicators of families.
    """

    inputs: AssessmentInputs
    twins: pl.DataFrame
    same: pl.DataFrame
    prior: pl.DataFrame | None
    dtsen_says: pl.DataFrame


@dataclass(frozen=True)
class Part:
    """Some households with their members, the DTSEN rows they may be, and what the pool knows of them.

    `twins`: a row a member whose link is decided, with person_id and the DTSEN person's columns.
    """

    households: pl.DataFrame
    members: pl.DataFrame
    twins: pl.DataFrame
    families: pl.DataFrame
    household_link: pl.DataFrame
    by_model: pl.DataFrame | None


def pool_of(inputs: AssessmentInputs, policy: Policy, as_of: date) -> Pool:
    """The pool of complete inputs (`assess.needed`)."""
    decided = person_twins(inputs.person_link)
    rows = inputs.persons.select("dtsen_person_id").with_row_index(ROW)
    twins = (
        inputs.members.select("household_id", "person_id")
        .join(decided, on="person_id")
        .join(rows, on="dtsen_person_id")
        .select("household_id", "person_id", ROW)
    )
    same = same_persons(decided)
    register = Register(
        inputs.families, inputs.persons, "dtsen_family_id", inputs.dtsen_code_lists, "id_jenjang_pendidikan_dukcapil"
    )
    return Pool(
        inputs=inputs,
        twins=twins,
        same=same,
        prior=took_part(inputs.prior_recipients, inputs.members, same, policy),
        dtsen_says=indicators(register, policy.poverty.deprivation, as_of),
    )


def parts_of(pool: Pool, size: int) -> Iterator[Part]:
    """The pool's households by `size` in the order of their ids; one empty part of an empty pool."""
    ids = pool.inputs.households.get_column("household_id").sort()
    if len(ids) <= size:
        yield _part(pool, pl.lit(value=True))
        return
    for first in range(0, len(ids), size):
        last = min(first + size, len(ids)) - 1
        yield _part(pool, pl.col("household_id").is_between(pl.lit(ids[first]), pl.lit(ids[last])))


def _part(pool: Pool, own: pl.Expr) -> Part:
    """The part of the households whose id fits."""
    inputs = pool.inputs
    links = inputs.household_link.filter(own)
    twins = pool.twins.filter(own)
    return Part(
        households=inputs.households.filter(own),
        members=inputs.members.filter(own),
        twins=pl.concat([twins.select("person_id"), inputs.persons[twins[ROW]]], how="horizontal"),
        families=inputs.families.join(links, on="dtsen_family_id", how="semi"),
        household_link=links,
        by_model=None if inputs.by_model is None else inputs.by_model.filter(own),
    )

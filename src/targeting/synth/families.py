"""Who lives with whom: families of a head, spouse, children, in-laws, grandchildren, parents and others, with ages.

Each family has the same fifteen places, most of them empty; a person is a place that is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from targeting.synth.streams import Bools, Floats, Ints, stream

REFERENCE = date(2025, 10, 1)
"""The day on which ages are true: PPSE's enumeration starts here, nobody is born later."""

HEAD, SPOUSE, CHILD, IN_LAW, GRANDCHILD, FATHER, MOTHER, OTHER = 0, 1, 2, 8, 9, 12, 13, 14
CHILDREN = range(CHILD, IN_LAW)
GRANDCHILDREN = range(GRANDCHILD, FATHER)
SLOTS = 15
ROLE = np.array([1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 5, 6, 6, 8])
"""Relationship code (409) by place."""

TWINS = 0.011
"""About one birth in ninety."""


@dataclass
class Composition:
    """Places of each family (rows): who is there, how old, of which sex; `branch` is the place of the married child."""

    present: Bools
    age: Floats
    sex: Ints
    branch: Ints
    twin: Bools


@dataclass
class Persons:
    """People in the order of their families. Birth in days since 1970; `father` is a person's position or -1."""

    family: Ints
    slot: Ints
    role: Ints
    sex: Ints
    birth: Ints
    marital: Ints
    father: Ints
    branch: Bools
    twin: Bools

    def __len__(self) -> int:
        return len(self.family)

    @property
    def age(self) -> Floats:
        """Age in years on the reference day."""
        return (_days(REFERENCE) - self.birth) / 365.25

    @property
    def birth_year(self) -> Ints:
        """Calendar year of birth."""
        return self.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def people(seed: int, families: int) -> Persons:
    """People of that many families, about 3.1 each as in DTSEN."""
    made = compose(seed, families)
    family, slot = np.nonzero(made.present)
    position = np.full(made.present.shape, -1, dtype=np.int64)
    position[family, slot] = np.arange(len(family))
    return Persons(
        family=family,
        slot=slot,
        role=ROLE[slot],
        sex=made.sex[family, slot],
        birth=_birth_days(seed, made.age[family, slot], made.twin[family, slot]),
        marital=_marital(seed, made)[family, slot],
        father=_fathers(made, position)[family, slot],
        branch=_in_branch(made)[family, slot],
        twin=made.twin[family, slot],
    )


def compose(seed: int, families: int) -> Composition:
    """Places, ages and sexes of that many families."""
    rng = stream(seed, "families")
    shape = (families, SLOTS)
    made = Composition(
        present=np.zeros(shape, dtype=np.bool_),
        age=np.full(shape, -1.0),
        sex=np.where(rng.random(shape) < 0.51, 1, 2),
        branch=np.full(families, -1, dtype=np.int64),
        twin=np.zeros(shape, dtype=np.bool_),
    )
    _couples(rng, made)
    _children(rng, made)
    _young_family(rng, made)
    _parents(rng, made)
    made.present &= made.age >= 0
    made.twin &= made.present
    return made


def _couples(rng: np.random.Generator, made: Composition) -> None:
    """Heads and spouses: 15 % of heads are women, nearly all of them without a husband in the family."""
    n = len(made.age)
    age = np.where(rng.random(n) < 0.70, rng.normal(45, 11, n), rng.normal(65, 11, n)).clip(20, 94)
    woman = rng.random(n) < np.interp(age, [20, 45, 65, 90], [0.06, 0.10, 0.22, 0.42])
    made.sex[:, HEAD] = np.where(woman, 2, 1)
    made.sex[:, SPOUSE] = np.where(woman, 1, 2)
    made.age[:, HEAD] = age
    older = rng.normal(3.5, 3.5, n)  # years that husbands are older; never so much younger as to father as boys
    made.age[:, SPOUSE] = (age + np.where(woman, 1, -1) * older.clip(-3, 14)).clip(17, 96)
    made.present[:, HEAD] = True
    married = np.interp(age, [20, 27, 35, 65, 90], [0.60, 0.86, 0.93, 0.88, 0.62])
    made.present[:, SPOUSE] = rng.random(n) < np.where(woman, 0.05, married)


def _children(rng: np.random.Generator, made: Composition) -> None:
    """Children by the mother's age: first birth about 24, two to four years apart, grown ones mostly gone."""
    n = len(made.age)
    mother = np.where(made.sex[:, HEAD] == 2, made.age[:, HEAD], made.age[:, SPOUSE])
    ever = made.present[:, SPOUSE] | (rng.random(n) < 0.75)
    wanted = rng.poisson(np.interp(mother, [20, 45, 65], [1.9, 2.2, 3.3])) * (rng.random(n) < 0.95)
    age = mother - 19 - rng.gamma(3.0, 1.6, n)
    for order, slot in enumerate(CHILDREN):
        twin = (rng.random(n) < TWINS) & (order > 0)
        if order:
            age = age - np.where(twin, 0.0, 1.3 + rng.exponential(2.6, n))
        born = ever & (order < wanted + twin) & (mother - age < 47)
        home = rng.random(n) < np.interp(age, [0, 16, 19, 24, 30, 40], [0.98, 0.96, 0.80, 0.48, 0.20, 0.06])
        made.age[:, slot] = age
        made.present[:, slot] = born & (home | twin & made.present[:, slot - 1])
        if order:
            made.twin[:, slot] = twin & made.present[:, slot - 1] & made.present[:, slot]
            same = made.twin[:, slot] & (rng.random(n) < 0.7)
            made.sex[same, slot] = made.sex[same, slot - 1]


def _young_family(rng: np.random.Generator, made: Composition) -> None:
    """A married child with spouse and children in the parents' family."""
    n = len(made.age)
    for slot in CHILDREN:
        grown = made.present[:, slot] & (made.age[:, slot] >= 21) & (made.age[:, slot] < 45) & (made.branch < 0)
        made.branch[grown & (rng.random(n) < 0.42)] = slot
    rows = np.flatnonzero(made.branch >= 0)
    child = made.branch[rows]
    age, sex = made.age[rows, child], made.sex[rows, child]
    spouse = (age + np.where(sex == 1, -1, 1) * rng.normal(2.5, 2.5, len(rows)).clip(-2, 12)).clip(18, 55)
    made.sex[rows, IN_LAW] = 3 - sex
    made.age[rows, IN_LAW] = spouse
    made.present[rows, IN_LAW] = rng.random(len(rows)) < 0.88
    young = np.where(sex == 2, age, spouse) - 19.5 - rng.gamma(2.0, 1.6, len(rows))
    for order, slot in enumerate(GRANDCHILDREN):
        made.age[rows, slot] = young - order * 3.4 - rng.exponential(1.0, len(rows)) * (order > 0)
        made.present[rows, slot] = rng.random(len(rows)) < (0.95, 0.75, 0.35)[order]


def _parents(rng: np.random.Generator, made: Composition) -> None:
    """A parent of the head in one family in nine, both in one of forty; now and then another relative."""
    n = len(made.age)
    head = made.age[:, HEAD]
    young_enough = (head > 24) & (head < 68)
    mother = young_enough & (rng.random(n) < 0.085)
    father = young_enough & (rng.random(n) < np.where(mother, 0.28, 0.022))
    made.sex[:, FATHER], made.sex[:, MOTHER] = 1, 2
    made.age[:, MOTHER] = head + 18 + rng.gamma(3.0, 2.2, n)
    made.age[:, FATHER] = made.age[:, MOTHER] + 1 + rng.gamma(2.0, 1.8, n)
    made.present[:, MOTHER] = mother & (made.age[:, MOTHER] < 100)
    made.present[:, FATHER] = father & (made.age[:, FATHER] < 100)
    made.age[:, OTHER] = rng.uniform(3, 75, n)
    made.present[:, OTHER] = rng.random(n) < 0.022


def _marital(seed: int, made: Composition) -> Ints:
    """Marital status (1 never, 2 married, 3 divorced, 4 widowed) of each place."""
    rng = stream(seed, "marital")
    status = np.ones(made.age.shape, dtype=np.int64)
    alone = np.where(
        rng.random(len(made.age)) < np.interp(made.age[:, HEAD], [25, 40, 60, 75], [0.05, 0.3, 0.75, 0.92]), 4, 3
    )
    alone[(made.age[:, HEAD] < 35) & (rng.random(len(made.age)) < 0.7)] = 1
    status[:, HEAD] = np.where(made.present[:, SPOUSE], 2, alone)
    status[:, SPOUSE] = 2
    both = made.present[:, FATHER] & made.present[:, MOTHER]
    status[:, FATHER] = status[:, MOTHER] = np.where(both, 2, 4)
    rows = np.flatnonzero(made.branch >= 0)
    status[rows, made.branch[rows]] = np.where(made.present[rows, IN_LAW], 2, 3)
    status[:, IN_LAW] = 2
    status[:, OTHER] = np.where(made.age[:, OTHER] < 24, 1, 4)
    return status


def _fathers(made: Composition, position: Ints) -> Ints:
    """The person who is the father, where he lives in the family."""
    father = np.full(position.shape, -1, dtype=np.int64)
    parent = np.where(made.sex[:, HEAD] == 1, position[:, HEAD], position[:, SPOUSE])
    father[:, CHILD:IN_LAW] = parent[:, None]
    father[:, HEAD] = np.where(made.sex[:, HEAD] == 1, position[:, FATHER], -1)
    rows = np.flatnonzero(made.branch >= 0)
    son = made.sex[rows, made.branch[rows]] == 1
    young = np.where(son, position[rows, made.branch[rows]], position[rows, IN_LAW])
    father[rows, GRANDCHILD:FATHER] = young[:, None]
    return father


def _in_branch(made: Composition) -> Bools:
    """Places that belong to the married child's own small family."""
    inside = np.zeros(made.present.shape, dtype=np.bool_)
    rows = np.flatnonzero(made.branch >= 0)
    inside[rows, made.branch[rows]] = True
    inside[rows, IN_LAW:FATHER] = True
    return inside


def _birth_days(seed: int, age: Floats, twin: Bools) -> Ints:
    """Registered birth dates as days since 1970: the old heap on 31 December, 1 July and 1 January."""
    rng = stream(seed, "births")
    birth = (_days(REFERENCE) - 1 - np.floor(age * 365.25)).astype(np.int64)
    year = birth.astype("datetime64[D]").astype("datetime64[Y]")
    heaped = rng.random(len(age)) < np.interp(
        year.astype(np.int64) + 1970, [1940, 1965, 1985, 2000], [0.3, 0.16, 0.02, 0]
    )
    start = year.astype("datetime64[D]").astype(np.int64)
    offset = np.array([364, 181, 0])[np.searchsorted([0.5, 0.75], rng.random(len(age)))]
    leap = (year + 1).astype("datetime64[D]").astype(np.int64) - start - 365
    birth = np.where(heaped, start + offset + leap * (offset > 0), birth)
    later = np.flatnonzero(twin)
    birth[later] = birth[later - 1]
    return birth


def _days(day: date) -> int:
    return (day - date(1970, 1, 1)).days

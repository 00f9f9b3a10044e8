"""An English-like population in households, and the same population ten years on.

People age, die, are born, marry (most women take the husband's surname), leave home, move street or parish, and new
families come from elsewhere. Members of a household share surname, parish and address: everything but the first name.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sets import english
from sets.noise import blanked, drawn

YEAR_DAYS = 365.25


def population(people: int, seed: int, year: int = 1891) -> pl.DataFrame:
    """About `people` persons of one census: person, household, role (head, spouse, child, other), sex (m, f), first,
    middle, surname, born (days since 1970), birthplace, parish, street. Twins and sons named as their father are there.
    """
    rng = np.random.default_rng(seed)
    parishes = max(5, people // 1500)
    homes = _households(max(2, round(people / 3.55)), parishes, rng)
    members = _members(homes, year, rng)
    return _named(members, parishes, rng)


def _households(count: int, parishes: int, rng: np.random.Generator) -> pl.DataFrame:
    head_age = np.clip(rng.gamma(6.5, 6.5, count), 20, 88)
    couple = rng.random(count) < 0.74
    fertile = np.clip((head_age - 20) / 18, 0, 1) * np.clip((72 - head_age) / 20, 0, 1)
    parish = rng.integers(0, parishes, count)
    return pl.DataFrame(
        {
            "household": np.arange(count),
            "head_age": head_age,
            "couple": couple,
            "children": np.where(couple, rng.poisson(2.9 * fertile), rng.poisson(0.5 * fertile)),
            "others": (rng.random(count) < 0.12).astype(np.int64),
            "head_is_man": couple | (rng.random(count) < 0.5),
            "surname": drawn(rng, english.SURNAME_POOL, count, 0.95, 6.0),
            "parish": english.PLACE_POOL[parish % len(english.PLACE_POOL)],
            "street": _addresses(count, rng),
        }
    )


def _addresses(count: int, rng: np.random.Generator) -> np.ndarray:
    numbers = rng.integers(1, 140, count).astype(str)
    return np.char.add(np.char.add(numbers, " "), english.STREET_POOL[rng.integers(0, len(english.STREET_POOL), count)])


def _members(homes: pl.DataFrame, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """One row a person with role, sex and age; a child in 50 is a twin of the child before."""
    size = pl.lit(1) + pl.col("couple").cast(pl.Int64) + pl.col("children") + pl.col("others")
    people = (
        homes.with_columns(size=size)
        .with_columns(place=pl.int_ranges(0, pl.col("size")))
        .explode("place")
        .with_columns(
            role=pl.when(pl.col("place") == 0)
            .then(pl.lit("head"))
            .when((pl.col("place") == 1) & pl.col("couple"))
            .then(pl.lit("spouse"))
            .when(pl.col("place") < 1 + pl.col("couple").cast(pl.Int64) + pl.col("children"))
            .then(pl.lit("child"))
            .otherwise(pl.lit("other"))
        )
    )
    count = people.height
    head_age = people["head_age"].to_numpy()
    role = people["role"].to_numpy()
    spouse_age = np.clip(head_age - 2 + rng.normal(0, 3, count), 17, None)
    child_age = rng.random(count) * np.clip(head_age - 19, 1, 24)
    age = np.select(
        [role == "head", role == "spouse", role == "child"],
        [head_age, spouse_age, child_age],
        12 + rng.random(count) * 60,
    )
    coin = rng.random(count) < 0.5
    man = np.select([role == "head", role == "spouse"], [people["head_is_man"].to_numpy(), False], coin)
    born = ((year - 1970 - age) * YEAR_DAYS).astype(np.int64)
    twin = (role == "child") & (np.roll(role, 1) == "child") & (rng.random(count) < 0.02)
    return people.with_columns(
        born=pl.Series(np.where(twin, np.roll(born, 1), born)), sex=pl.Series(np.where(man, "m", "f"))
    )


def _named(people: pl.DataFrame, parishes: int, rng: np.random.Generator) -> pl.DataFrame:
    count = people.height
    man = people["sex"].to_numpy() == "m"
    first = _first_names(man, rng)
    middle = blanked(pl.Series(_first_names(man, rng)), 0.55, rng)
    other_surname = drawn(rng, english.SURNAME_POOL, count, 0.95, 6.0)
    elsewhere = rng.random(count) < 0.35
    birthplace = english.PLACE_POOL[rng.integers(0, parishes, count) % len(english.PLACE_POOL)]
    named_as_father = pl.Series(rng.random(count) < 0.08) & (pl.col("role") == "child") & (pl.col("sex") == "m")
    return (
        people.with_columns(
            person=pl.int_range(count),
            first=pl.Series(first),
            middle=middle,
            surname=pl.when(pl.col("role") == "other").then(pl.Series(other_surname)).otherwise("surname"),
            birthplace=pl.when(pl.Series(elsewhere)).then(pl.Series(birthplace)).otherwise("parish"),
        )
        .with_columns(father=pl.col("first").first().over("household"))
        .with_columns(
            first=pl.when(named_as_father & pl.col("head_is_man")).then("father").otherwise("first"),
        )
        .select(
            "person", "household", "role", "sex", "first", "middle", "surname", "born", "birthplace", "parish", "street"
        )
    )


def _first_names(man: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    men = drawn(rng, english.MEN_POOL, len(man), 1.0, 3.0)
    women = drawn(rng, english.WOMEN_POOL, len(man), 1.0, 3.0)
    return np.where(man, men, women)


def ten_years_on(before: pl.DataFrame, seed: int, year: int = 1901) -> pl.DataFrame:
    """The next census of the same place: survivors keep their `person`, children and newcomers have new ones."""
    rng = np.random.default_rng(seed)
    today = (year - 1970) * YEAR_DAYS
    age = ((today - before["born"].to_numpy()) / YEAR_DAYS).astype(np.float64)
    alive = rng.random(before.height) > np.clip(0.02 + np.exp((age - 84) / 11), 0, 0.97)
    stayed = rng.random(before["household"].max() + 1) > 0.04  # the rest emigrated
    here = before.filter(pl.Series(alive & stayed[before["household"].to_numpy()]))
    here = _moved(_left_home(here, today, rng), rng)
    start = before["person"].max() + 1
    born_since = _born_since(here, today, start, rng)
    newcomers = population(round(before.height * 0.1), seed + 1, year)
    offset = here["household"].max() + 1
    newcomers = newcomers.with_columns(
        person=pl.col("person") + start + born_since.height, household=pl.col("household") + offset
    )
    return pl.concat([here, born_since, newcomers])


def _left_home(here: pl.DataFrame, today: float, rng: np.random.Generator) -> pl.DataFrame:
    """Grown children and lodgers marry each other, or set up alone; of brides, 88 % take the groom's surname."""
    age = (today - here["born"].to_numpy()) / YEAR_DAYS
    role = here["role"].to_numpy()
    single = np.isin(role, ["child", "other"]) & (age > 19) & (age < 38)
    weds = single & (rng.random(len(age)) < 0.62)
    man = here["sex"].to_numpy() == "m"
    near = here["parish"].rank("dense").to_numpy() + rng.random(len(age)) * 1.5
    grooms, brides = (np.flatnonzero(weds & sex)[np.argsort(near[weds & sex])] for sex in (man, ~man))
    pairs = min(len(grooms), len(brides))
    keep = np.sort(rng.permutation(max(len(grooms), len(brides)))[:pairs])
    grooms, brides = (g if len(g) == pairs else g[keep] for g in (grooms, brides))
    alone = np.flatnonzero(single & ~weds & (rng.random(len(age)) < 0.3))
    surname, parish, street = (here[c].to_numpy().copy() for c in ("surname", "parish", "street"))
    household, new_role = here["household"].to_numpy().copy(), role.copy()
    takes = rng.random(pairs) < 0.88
    surname[brides] = np.where(takes, surname[grooms], surname[brides])
    first_new = household.max() + 1
    for leavers, new_homes in ((grooms, np.arange(pairs)), (alone, pairs + np.arange(len(alone)))):
        household[leavers] = first_new + new_homes
        street[leavers] = _addresses(len(leavers), rng)
        new_role[leavers] = "head"
    household[brides], street[brides], parish[brides] = household[grooms], street[grooms], parish[grooms]
    new_role[brides] = "spouse"
    columns = {"surname": surname, "parish": parish, "street": street, "household": household, "role": new_role}
    return here.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def _moved(here: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A third of the households live at another address, half of these in another parish."""
    homes = here["household"].max() + 1
    moved, far = rng.random(homes) < 0.36, rng.random(homes) < 0.5
    towns = here["parish"].unique().sort().to_numpy()
    rows = here["household"].to_numpy()
    street, parish = _addresses(homes, rng)[rows], towns[rng.integers(0, len(towns), homes)][rows]
    return here.with_columns(
        street=pl.when(pl.Series(moved[rows])).then(pl.Series(street)).otherwise("street"),
        parish=pl.when(pl.Series((moved & far)[rows])).then(pl.Series(parish)).otherwise("parish"),
    )


def _born_since(here: pl.DataFrame, today: float, start: int, rng: np.random.Generator) -> pl.DataFrame:
    """Children under ten of the wives under 47, in the mother's household."""
    age = (today - here["born"].to_numpy()) / YEAR_DAYS
    mothers = here.filter(pl.Series((here["role"].to_numpy() == "spouse") & (age < 47)))
    children = mothers.select(
        pl.exclude("sex", "first", "middle", "born").repeat_by(pl.Series(rng.poisson(1.7, mothers.height))).explode()
    ).drop_nulls("person")
    man = rng.random(children.height) < 0.5
    middle = blanked(pl.Series(_first_names(man, rng)), 0.55, rng)
    return children.with_columns(
        person=start + pl.int_range(pl.len()),
        role=pl.lit("child"),
        sex=pl.Series(np.where(man, "m", "f")),
        first=pl.Series(_first_names(man, rng)),
        middle=middle,
        born=pl.Series((today - rng.random(children.height) * 10 * YEAR_DAYS).astype(np.int64)),
        birthplace=pl.col("parish"),
    ).select(here.columns)

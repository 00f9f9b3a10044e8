"""Two censuses ten years apart, and a register with a noisy national number: English-like persons."""

from __future__ import annotations

import numpy as np
import polars as pl

from sets import english, families
from sets.base import LinkageSet, shuffled
from sets.noise import Change, applied, blanked, digit_error, token_abbreviated, token_dropped, typo

_DATE = {"first_name": "name", "surname": "name", "sex": "category", "birth_date": "date", "birthplace": "category"}
_AGE = {"first_name": "name", "surname": "name", "sex": "category", "birth_year": "date", "birthplace": "category"}
_WHERE = {"parish": "category", "address": "text"}
_NUMBER = {"number": "text", "first_name": "name", "surname": "name", "sex": "category", "birth_date": "date"}


def census(left: int, right: int, seed: int, *, dates: bool, address: bool) -> LinkageSet:
    """A census of about `right` persons in households, and ten years before it one of which `left` are asked for.

    With `dates` both know the birth date and are written with care; without, only the age in years, often rounded,
    and more names are misspelt, shortened or left out.
    """
    before = families.population(right, seed)
    after = families.ten_years_on(before, seed + 10)
    homes = before["household"].unique(maintain_order=True)
    if before.height > left:
        share = left / before.height
        before = before.filter(pl.col("household").is_in(homes.sample(fraction=share, seed=seed).implode()))
    kind = f"census-{'dates' if dates else 'ages'}{'' if address else '-no-address'}"
    columns = (_DATE if dates else _AGE) | (_WHERE if address else {})
    written = [_written(frame, year, seed + year, dates=dates) for frame, year in ((before, 1891), (after, 1901))]
    kept = ["id", "household_id", *columns]
    truth = written[0].join(written[1], on="person").select(id_l="id", id_r="id_right")
    sides = [shuffled(frame.select(kept), seed) for frame in written]
    return LinkageSet(kind, kind, *sides, truth, columns, household=("household_id", "household_id"))


def _written(people: pl.DataFrame, year: int, seed: int, *, dates: bool) -> pl.DataFrame:
    """The people as a census of `year` has them on paper."""
    rng = np.random.default_rng(seed)
    hard = 0.5 if dates else 1.0
    typed = people.select(
        "person",
        id=pl.format("{}-{}", pl.lit(str(year)), pl.col("person")),
        household_id=pl.format("h{}", "household"),
        first_name=pl.concat_str(["first", "middle"], separator=" ", ignore_nulls=True),
        surname="surname",
        sex="sex",
        birthplace="birthplace",
        parish="parish",
        address="street",
        born="born",
    )
    first = applied(typed["first_name"], 0.05 * hard, rng, _short_form)
    first = applied(applied(first, 0.15, rng, _middle_initial), 0.15, rng, _no_middle)
    first = applied(applied(first, 0.012 * hard, rng, _known_by_middle), 0.012 * hard, rng, token_abbreviated)
    columns = {
        "first_name": applied(first, 0.025 * hard, rng, typo),
        "surname": applied(typed["surname"], 0.035 * hard, rng, typo),
        "sex": applied(typed["sex"], 0.003, rng, _other_sex),
        "birthplace": blanked(applied(typed["birthplace"], 0.05 * hard, rng, _vague_place(typed)), 0.02 * hard, rng),
        "address": blanked(applied(typed["address"], 0.04, rng, typo), 0.02, rng),
    }
    born = _dates(typed["born"], rng) if dates else _years(typed["born"], year, rng)
    return typed.with_columns(**columns).with_columns(born)


def _short_form(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    first = text.str.extract(r"^(\S+)")
    return pl.select(first.replace(english.SHORT_FORMS) + text.str.replace(r"^\S+", "")).to_series()


def _middle_initial(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    return text.str.replace(r" (\S)\S*$", " $1")


def _no_middle(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    return text.str.replace(r" \S+$", "")


def _known_by_middle(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    return text.str.replace(r"^\S+ (\S\S+)$", "$1")


def _other_sex(text: pl.Series, rng: np.random.Generator) -> pl.Series:  # noqa: ARG001 - the shape of a change
    return text.replace({"m": "f", "f": "m"})


def _vague_place(typed: pl.DataFrame) -> Change:
    places = typed["birthplace"].unique().sort()

    def another(text: pl.Series, rng: np.random.Generator) -> pl.Series:
        return places.gather(rng.integers(0, len(places), len(text)))

    return another


def _dates(born: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Birth dates; 3 % wrong: the year, the month, or day and month exchanged; 1 % blank."""
    size = len(born)
    kind, shift = rng.random(size), rng.integers(1, 4, size) * rng.choice([-1, 1], size)
    date = pl.col("born").cast(pl.Int32).cast(pl.Date)
    swappable = date.dt.day() <= 12
    wrong = (
        pl.when(pl.Series(kind < 0.02))
        .then(date.dt.offset_by(pl.format("{}y", pl.Series(shift))))
        .when(pl.Series(kind < 0.025))
        .then(date.dt.offset_by(pl.format("{}d", pl.Series(shift))))
        .when(pl.Series(kind < 0.04) & swappable)
        .then(pl.date(date.dt.year(), date.dt.day(), date.dt.month()))
        .when(pl.Series(kind > 0.99))
        .then(None)
        .otherwise(date)
    )
    return pl.DataFrame({"born": born}).select(birth_date=wrong).to_series()


def _years(born: pl.Series, year: int, rng: np.random.Generator) -> pl.Series:
    """Years of birth as an age in whole years gives them: three in ten are off a year or two, old ages rounded."""
    size = len(born)
    age = year - 1970 - born.to_numpy() / families.YEAR_DAYS
    told = age + rng.choice([0] * 12 + [-1, 1, 1, -2, 2], size) * (age > 12) + rng.normal(0, 0.1, size)
    rounded = (rng.random(size) < 0.12) & (age > 40)
    told = np.where(rounded, np.round(told / 5) * 5, np.floor(np.maximum(told, 0)))
    return pl.Series("birth_year", (year - told).astype(np.int64))


def register(left: int, right: int, seed: int) -> LinkageSet:
    """A case file and a population register: a national number of ten digits, names, birth date, sex; no address.

    The number of the case file is blank in 12 % of rows, wrong in 8 %, and another person's, often a relative's,
    in 2 %.
    """
    rng = np.random.default_rng(seed)
    people = families.population(round(right * 1.25), seed + 1, 2015)
    digits = rng.choice(9 * 10**9, people.height, replace=False) if people.height < 10**5 else None
    numbers = (
        digits if digits is not None else np.unique(rng.integers(0, 9 * 10**9, people.height + people.height // 9))
    )
    numbers = rng.permutation(numbers)[: people.height] + 10**9
    people = people.with_columns(number=pl.Series(numbers).cast(pl.String))
    inside = rng.random(people.height) < right / people.height
    outside_or_in = rng.random(people.height) < np.where(inside, 0.85, 0.15 * right / (people.height - right))
    cases = people.filter(pl.Series(outside_or_in)).sample(fraction=1.0, shuffle=True, seed=seed).head(left)
    a = _filed(cases, seed + 2, case_file=True)
    b = _filed(people.filter(pl.Series(inside)), seed + 3, case_file=False)
    truth = a.join(b, on="person").select(id_l="id", id_r="id_right")
    kept = ["id", *_NUMBER]
    return LinkageSet(
        "register", "register", shuffled(a.select(kept), seed), shuffled(b.select(kept), seed), truth, _NUMBER
    )


def _filed(people: pl.DataFrame, seed: int, *, case_file: bool) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    hard = 1.5 if case_file else 0.3
    first = people.select(pl.concat_str(["first", "middle"], separator=" ", ignore_nulls=True)).to_series()
    first = applied(applied(first, 0.06 * hard, rng, _short_form), 0.15 * hard, rng, token_dropped)
    surname = people["surname"]
    if case_file:  # married since: a new surname
        women = (people["sex"].to_numpy() == "f") & (rng.random(people.height) < 0.06)
        others = surname.gather(rng.integers(0, people.height, people.height))
        surname = pl.select(pl.when(pl.Series(women)).then(others).otherwise(surname).alias("surname")).to_series()
    number = people["number"]
    if case_file:
        neighbour = number.shift(1).fill_null(number[-1])
        borrowed = pl.Series(rng.random(people.height) < 0.02)
        number = pl.select(pl.when(borrowed).then(neighbour).otherwise(number).alias("number")).to_series()
        number = blanked(applied(number, 0.08, rng, digit_error), 0.12, rng)
    return people.select(
        "person",
        _dates(people["born"], rng),
        id=pl.format("c{}" if case_file else "r{}", "person"),
        number=number,
        first_name=applied(first, 0.03 * hard, rng, typo),
        surname=applied(surname, 0.04 * hard, rng, typo),
        sex=applied(people["sex"], 0.004 * hard, rng, _other_sex),
    )

"""Official names: one to four tokens with the frequencies of Java's registries."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from targeting.synth import tokens
from targeting.synth.families import Persons
from targeting.synth.places import places
from targeting.synth.streams import Floats, Ints, stream, weighted
from targeting.synth.tokens import Generation

ONE_NAME_BY_BIRTH_YEAR = (
    (1935, 0.80),
    (1955, 0.74),
    (1966, 0.60),
    (1975, 0.31),
    (1985, 0.14),
    (1995, 0.06),
    (2006, 0.02),
)
"""Share of people with one name by birth year: 70 % of those born before 1966, 2 % after 2006, 22 % over all."""

THREE_OR_MORE_BY_BIRTH_YEAR = ((1950, 0.03), (1970, 0.08), (1990, 0.22), (2005, 0.45), (2015, 0.58))
"""Share with three or four tokens among those with more than one name (our judgement)."""

OFFSET = {1: 23.0, 2: 31.0}
"""Flattens the head of the distribution: a commonest name of 0.4 % of men and 0.3 % of women."""

SON_NAMED_AS_FATHER = 0.006
FATHERS_TOKEN = 0.06
DEGREES = ("S.PD", "S.E", "S.H", "S.KOM", "S.SOS", "S.T", "A.MD")

GENERATIONS: tuple[Generation, ...] = ("old", "middle", "young")
_TAIL_SIZE = 6_000


@cache
def vocabulary() -> tuple[pl.Series, dict[tuple[str, int, Generation], tuple[Ints, Floats]]]:
    """All tokens; for each kind (one, first, middle, last), sex and generation their positions and weights."""
    position: dict[str, int] = {}
    pools: dict[tuple[str, int, Generation], tuple[Ints, Floats]] = {}
    for sex in (1, 2):
        for generation in GENERATIONS:
            tail = tokens.tail(sex, modern=generation == "young")
            first, last = tokens.first_tokens(sex, generation), tokens.last_tokens(sex, generation)
            middle = first[len(first) // 4 :] + first[: len(first) // 4]
            alone = first if generation == "young" else tokens.whole_names(sex)
            lists = {
                "one": (alone + tail, OFFSET[sex], 1.4),
                "first": (first + tail[:_TAIL_SIZE], 10.0, 1.5),
                # A second token of the young comes from the same stock, but seldom is it the commonest first one.
                "middle": (middle + tail[:_TAIL_SIZE], 25.0, 1.5),
                "last": (last + tail[-_TAIL_SIZE:], 12.0, 1.5),
            }
            for kind, (stock, offset, exponent) in lists.items():
                unique = list(dict.fromkeys(stock))
                weights: Floats = np.power(np.arange(len(unique), dtype=np.float64) + offset, -exponent)
                weights /= weights.sum()
                for token, share in tokens.TOP_SHARE.get((sex, generation), {}).items() if kind == "first" else ():
                    weights[unique.index(token)] = share
                codes = np.array([position.setdefault(token, len(position)) for token in unique], dtype=np.int64)
                pools[kind, sex, generation] = (codes, weights)
    return pl.Series("token", [token.upper() for token in position]), pools


def named(
    seed: int, persons: Persons, diploma: Ints, village: Ints, districts: tuple[str, ...]
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Official name in capitals, title before it and title behind it (null for most) of each person."""
    chosen = draw_tokens(seed, persons.sex, persons.birth_year)
    _family_names(seed, persons, chosen)
    front, back = _titles(seed, persons, diploma, village, districts)
    return assemble(chosen), front, back


def draw_tokens(seed: int, sex: Ints, birth_year: Ints) -> Ints:
    """Token positions of each person's name, four rows; -1 is no token."""
    rng = stream(seed, "names")
    size = len(sex)
    count = _token_count(rng, birth_year)
    chosen = np.full((4, size), -1, dtype=np.int64)
    generation = np.digitize(birth_year, [1966, 1990])
    _, pools = vocabulary()
    for which, label in enumerate(GENERATIONS):
        for gender in (1, 2):
            of_kind = (generation == which) & (sex == gender)
            one = np.flatnonzero(of_kind & (count == 1))
            chosen[0, one] = _draw(rng, pools["one", gender, label], len(one))
            for slot in range(4):
                more = np.flatnonzero(of_kind & (count > max(slot, 1)))
                kind = "first" if slot == 0 else "middle" if slot == 1 and label == "young" else "last"
                chosen[slot, more] = _draw(rng, pools[kind, gender, label], len(more))
    for slot in range(1, 4):
        # "Siti Siti" is no name: the repeated token is moved one on.
        repeated = (chosen[slot] == chosen[slot - 1]) & (chosen[slot] >= 0)
        chosen[slot, repeated] += 1
    return chosen


def _family_names(seed: int, persons: Persons, chosen: Ints) -> None:
    """Fathers and sons of one name, children who bear the father's last token, twins whose names rhyme."""
    rng = stream(seed, "family names")
    n = len(persons)
    has_father = persons.father >= 0
    same = np.flatnonzero(has_father & (persons.sex == 1) & (rng.random(n) < SON_NAMED_AS_FATHER))
    chosen[:, same] = chosen[:, persons.father[same]]
    last = np.flatnonzero(has_father & (chosen[1] >= 0) & (chosen[2] < 0) & (rng.random(n) < FATHERS_TOKEN))
    fathers = chosen[:, persons.father[last]]
    end = np.where(fathers[1] >= 0, fathers[1], fathers[0])
    chosen[1, last] = np.where(end == chosen[0, last], chosen[1, last], end)
    twins = np.flatnonzero(persons.twin & (rng.random(n) < 0.6))
    twins = twins[persons.sex[twins] == persons.sex[twins - 1]]
    chosen[1:, twins] = chosen[1:, twins - 1]


def _titles(
    seed: int, persons: Persons, diploma: Ints, village: Ints, districts: tuple[str, ...]
) -> tuple[pl.Series, pl.Series]:
    """H. and Hj. from middle age, R. and Rr. in Yogyakarta, degrees of graduates."""
    rng = stream(seed, "titles")
    n = len(persons)
    front = np.full(n, -1, dtype=np.int64)
    noble_family = stream(seed, "nobility").random(int(persons.family.max(initial=0)) + 1) < 0.025
    yogya = places(districts).village["kode_desa"].str.starts_with("34.").to_numpy()[village]
    noble = yogya & noble_family[persons.family]
    front[noble] = np.where(persons.sex[noble] == 1, 2, 3)
    hajj = rng.random(n) < np.interp(persons.age, [38, 50, 70], [0, 0.05, 0.11])
    front[hajj] = np.where(persons.sex[hajj] == 1, 0, 1)
    graduate = np.isin(diploma, [19, 20, 21])
    back = np.where(
        graduate & (rng.random(n) < 0.7), weighted(rng, np.array([0.34, 0.22, 0.1, 0.1, 0.1, 0.08, 0.06]), n), -1
    )
    return _gathered(pl.Series(["H.", "HJ.", "R.", "RR."]), front), _gathered(pl.Series(DEGREES), back)


def assemble(chosen: Ints) -> pl.Series:
    """Names from token positions, one row a slot; -1 is no token."""
    stock, _ = vocabulary()
    parts = {f"t{slot}": _gathered(stock, row) for slot, row in enumerate(chosen)}
    return pl.DataFrame(parts).select(nama=pl.concat_str(pl.all(), separator=" ", ignore_nulls=True))["nama"]


def _gathered(stock: pl.Series, positions: Ints) -> pl.Series:
    """The tokens at these positions, null where the position is -1."""
    wanted = pl.Series(positions, dtype=pl.Int64)
    return stock.gather(wanted.replace(-1, None).cast(pl.UInt32))


def _token_count(rng: np.random.Generator, birth_year: Ints) -> Ints:
    """One to four tokens by year of birth."""
    years, shares = zip(*ONE_NAME_BY_BIRTH_YEAR, strict=True)
    more_years, more_shares = zip(*THREE_OR_MORE_BY_BIRTH_YEAR, strict=True)
    draw = rng.random(len(birth_year))
    count = np.where(rng.random(len(birth_year)) < np.interp(birth_year, more_years, more_shares), 3, 2)
    count[(count == 3) & (rng.random(len(birth_year)) < 0.12)] = 4
    return np.where(draw < np.interp(birth_year, years, shares), 1, count)


def _draw(rng: np.random.Generator, pool: tuple[Ints, Floats], size: int) -> Ints:
    codes, weights = pool
    return codes[weighted(rng, weights, size)]

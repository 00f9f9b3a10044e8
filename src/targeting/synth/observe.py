"""One source's view of a person: the same truth, written down with that source's errors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from targeting.synth import spelling
from targeting.synth.levels import RecordNoise
from targeting.synth.streams import Ints, Texts, hits
from targeting.synth.world import World

PLACEHOLDERS = np.array([0, 9999999999999999, 1234567890123456, 1111111111111111, 3333333333333333])
POWERS: Ints = np.array([10**digit for digit in range(16)])
NO_NIK = -1


def identity(rng: np.random.Generator, world: World, who: Ints, group: Ints, noise: RecordNoise) -> pl.DataFrame:
    """nik, nama, tempat_lahir, tanggal_lahir and id_jenis_kelamin of the persons `who`, as this source writes them.

    `group` is each row's household in the source, in one piece; a borrowed NIK comes from the row beside it.
    """
    sex = world.persons.sex[who].copy()
    wrong = hits(rng, noise.sex_wrong, len(who))
    sex[wrong] = 3 - sex[wrong]
    place = world.birthplace.gather(pl.Series(who))
    return pl.DataFrame(
        {
            "nik": nik_text(rng, world, who, group, noise),
            "nama": names(rng, world, who, noise),
            "tempat_lahir": place.set(pl.Series(rng.random(len(who)) < noise.place_missing), None),
            "tanggal_lahir": births(rng, world, who, noise),
            "id_jenis_kelamin": sex,
        }
    )


def names(rng: np.random.Generator, world: World, who: Ints, noise: RecordNoise) -> pl.Series:
    """Names as written: errors on the core first, then titles and bin, then the case."""
    written: Texts = world.nama.gather(pl.Series(who)).to_numpy().copy()
    old = np.where(world.persons.birth_year[who] < 1972, noise.name_old_spelling, 0.0)
    changes: tuple[tuple[Callable[[str, int], str], float | np.ndarray[tuple[int], np.dtype[np.float64]]], ...] = (
        (spelling.call_name, noise.name_other),
        (spelling.variant, noise.name_variant),
        (spelling.drop, noise.name_drop),
        (spelling.swap, noise.name_swap),
        (spelling.space, noise.name_space),
        (spelling.initial, noise.name_initial),
        (spelling.old_spelling, old),
        (spelling.by_ear, noise.name_phonetic),
        (spelling.typo, noise.name_typo),
    )
    for change, chance in changes:
        at = hits(rng, chance, len(who))
        draws = rng.integers(0, 2**31, len(at)).tolist()
        written[at] = [change(name, draw) for name, draw in zip(written[at].tolist(), draws, strict=True)]
    return _dressed(rng, world, who, noise, pl.Series("nama", written, dtype=pl.String))


def _dressed(rng: np.random.Generator, world: World, who: Ints, noise: RecordNoise, core: pl.Series) -> pl.Series:
    """The core name with the titles the person has, or bin and the father's name, in the source's case."""
    n = len(who)
    at = pl.Series(who)
    father = pl.Series(np.where(world.persons.father[who] >= 0, world.persons.father[who], who))
    has_father = pl.Series(world.persons.father[who] >= 0)
    frame = pl.DataFrame(
        {
            "core": core,
            "front": world.title_front.gather(at).set(pl.Series(rng.random(n) >= noise.name_title), None),
            "back": world.title_back.gather(at).set(pl.Series(rng.random(n) >= noise.name_title), None),
            "father": world.nama.gather(father),
            "binti": pl.Series(np.where(world.persons.sex[who] == 1, "BIN", "BINTI")),
            "tell_father": pl.Series(rng.random(n) < noise.name_binti) & has_father,
            "title_case": pl.Series(rng.random(n) < noise.name_title_case),
        }
    )
    after = pl.when("tell_father").then(pl.concat_str("binti", "father", separator=" "))
    spoken = pl.concat_str("front", "core", after, separator=" ", ignore_nulls=True)
    cased = pl.when("title_case").then(spoken.str.to_titlecase()).otherwise(spoken)
    return frame.select(nama=pl.concat_str(cased, "back", separator=", ", ignore_nulls=True))["nama"]


def nik_text(rng: np.random.Generator, world: World, who: Ints, group: Ints, noise: RecordNoise) -> pl.Series:
    """NIK as text; at most one thing is wrong with each."""
    true = world.nik[who]
    seen = true.copy()
    age = world.persons.age[who]
    draw = rng.random(len(who))
    missing = np.where((age < 5) | (age > 75), 2 * noise.nik_missing, noise.nik_missing)
    limit = missing
    seen[draw < limit] = NO_NIK
    kinds = (
        (noise.nik_typo, mistyped),
        (noise.nik_transposed, transposed),
        (noise.nik_placeholder, placeholders),
    )
    for chance, change in kinds:
        at = np.flatnonzero((draw >= limit) & (draw < limit + chance))
        seen[at] = change(rng, true[at])
        limit = limit + chance
    borrows = np.flatnonzero((draw >= limit) & (draw < limit + noise.nik_borrowed))
    seen[borrows] = _borrowed(true, group, borrows)
    text = pl.Series("nik", seen).cast(pl.String).str.zfill(16)
    return text.set(pl.Series(seen == NO_NIK), None)


def mistyped(rng: np.random.Generator, numbers: Ints) -> Ints:
    """One digit becomes another."""
    power = POWERS[rng.integers(0, 16, len(numbers))]
    digit: Ints = numbers // power % 10
    other: Ints = (digit + rng.integers(1, 10, len(numbers))) % 10
    changed: Ints = numbers + (other - digit) * power
    return changed


def transposed(rng: np.random.Generator, numbers: Ints) -> Ints:
    """Two neighbouring digits change places."""
    power = POWERS[rng.integers(0, 15, len(numbers))]
    low: Ints = numbers // power % 10
    high: Ints = numbers // (10 * power) % 10
    changed: Ints = numbers + (high - low) * power + (low - high) * 10 * power
    return changed


def placeholders(rng: np.random.Generator, numbers: Ints) -> Ints:
    """What a form's software accepts when nobody knows the NIK."""
    return rng.choice(PLACEHOLDERS, len(numbers), p=[0.6, 0.15, 0.15, 0.05, 0.05])


def _borrowed(true: Ints, group: Ints, at: Ints) -> Ints:
    """The NIK of the row before if it is of the same household, else of the row after, else one's own."""
    before, after = np.maximum(at - 1, 0), np.minimum(at + 1, len(true) - 1)
    return np.where(
        group[before] == group[at], true[before], np.where(group[after] == group[at], true[after], true[at])
    )


def births(rng: np.random.Generator, world: World, who: Ints, noise: RecordNoise) -> pl.Series:
    """Birth dates; at most one thing is wrong with each. None lies after the reference day."""
    true = world.persons.birth[who]
    latest = int(true.max(initial=0))
    days = true.astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    start = years.astype("datetime64[D]").astype(np.int64)
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    seen = true.copy()
    kind = np.searchsorted(np.cumsum(_birth_chances(noise)), rng.random(len(who)), side="right")
    default = np.array([0, 364, 181])[rng.integers(0, 3, len(who))]
    swappable = (kind == 2) & (day <= 12)
    swapped = (years.astype("datetime64[M]") + (day - 1)).astype("datetime64[D]").astype(np.int64) + month - 1
    five_years = (years.astype(np.int64) // 5 * 5).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    seen = np.where(kind == 1, start + default, seen)
    seen = np.where(swappable, swapped, seen)
    seen = np.where(kind == 3, seen + np.where(rng.random(len(who)) < 0.5, 365, -365), seen)
    typo = np.array([-20, -10, -3, -1, 1, 2, 10, 20])[rng.integers(0, 8, len(who))]
    in_month = (day + typo >= 1) & (day + typo <= 28)
    seen = np.where((kind == 4) & in_month, seen + typo, seen)
    seen = np.where(kind == 5, five_years + np.array([0, 181])[rng.integers(0, 2, len(who))], seen)
    seen = np.where(seen > latest, true, seen)
    return pl.Series("tanggal_lahir", seen.astype("datetime64[D]")).set(pl.Series(kind == 0), None)


def _birth_chances(noise: RecordNoise) -> list[float]:
    """In the order of the kinds above."""
    return [
        noise.birth_missing,
        noise.birth_default,
        noise.birth_swapped,
        noise.birth_year_off,
        noise.birth_typo,
        noise.birth_guess,
    ]


def family_card_text(rng: np.random.Generator, numbers: Ints, noise: RecordNoise) -> pl.Series:
    """Family card numbers as text, a few of them mistyped."""
    seen = numbers.copy()
    wrong = hits(rng, noise.kk_typo, len(numbers))
    seen[wrong] = mistyped(rng, seen[wrong])
    return pl.Series("no_kk", seen).cast(pl.String).str.zfill(16)


def answers(rng: np.random.Generator, columns: dict[str, Ints], wrong: float) -> dict[str, Ints]:
    """Answers as given to this source: now and then the answer is another respondent's. -1 stays no answer."""
    given = {}
    for name, true in columns.items():
        seen = true.copy()
        at = hits(rng, wrong, len(seen))
        at = at[seen[at] != -1]
        other = true[rng.integers(0, len(true), len(at))] if len(at) else true[:0]
        seen[at] = np.where(other == -1, seen[at], other)
        given[name] = seen
    return given

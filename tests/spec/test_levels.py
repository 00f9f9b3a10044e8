"""Comparisons as tables: two values, and the level on which they agree. Every engine must give these levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import pytest

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.engines import Engine
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.prepare import Prepared, prepare
from targeting.linkage.steps import agreement_patterns

ENGINES: dict[str, Callable[[], Engine]] = {"duckdb": DuckDbEngine}
"""Every engine that starts at once; Spark is held to the same tables below, in fewer and larger steps."""

NAMES = """
case                          | left                    | right                  | level
the same                      | Siti Aminah             | Siti Aminah            | equal
case and blanks               | SITI  AMINAH            | siti aminah            | equal
a title                       | Hj. Siti Aminah, S.Pd   | Siti Aminah            | equal
an abbreviation               | M. Ridwan               | Muhammad Ridwan        | equal
Siti abbreviated              | St. Aminah              | Siti Aminah            | equal
swapped parts                 | Nur Hayati              | Hayati Nur             | sounds alike
swapped and misspelt          | Djoko Susilo            | Susilo Joko            | sounds alike
old spelling                  | Soeharto                | Suharto                | sounds alike
old spelling, two parts       | Tjipto Soekardjo        | Cipto Sukarjo          | sounds alike
another letter of that sound  | Fatimah                 | Patimah                | sounds alike
two letters of those sounds   | Zaenab Fitri            | Saenab Vitri           | sounds alike
joined parts                  | Nur Hayati              | Nurhayati              | sounds alike
one letter of a long name     | Suprihatin              | Suprihatim             | very similar
two letters changing places   | Wahyuningsih            | Wahyunignsih           | very similar
a dropped part                | Siti Nur Aminah         | Siti Aminah            | one contains the other
a dropped first part          | Muhammad Ridwan         | Ridwan                 | one contains the other
a mononym                     | Ridwan                  | Ridwan                 | equal
an initial                    | B                       | Budiman                | one contains the other
an initial of a part          | S. Rahmawati            | Salamah Rahmawati      | one contains the other
an initial behind             | Budi P                  | Budi Purwanto Hadi     | one contains the other
two initials                  | S. R.                   | Salamah Rahmawati      | one contains the other
an initial on either side     | Yuli S                  | Y Safitri              | one contains the other
an initial of another part    | T. Rahmawati            | Salamah Rahmawati      | shares a part
one initial, other parts      | S. Rahmawati            | S. Wulandari           | shares a part
similar                       | Supardi                 | Suparno                | similar
similar by a part             | Siti Aminah             | Siti Khotimah          | similar
one part shared               | Agus Wijaya             | Bambang Wijaya         | shares a part
nothing shared                | Bambang                 | Khotimah               | different
another initial               | B                       | Khotimah               | different
left blank                    |                         | Khotimah               | missing
right blank                   | Khotimah                |                        | missing
both blank                    |                         |                        | missing
says missing                  | NULL                    | NULL                   | missing
"""

DATES = """
case                          | left       | right      | level
the same                      | 1961-03-24 | 24/03/1961 | equal
a year on both sides          | 1961       | 1961       | equal
blank day                     | 1961-03    | 1961-03-24 | known parts equal
blank day and month           | 1961-00-00 | 1961-03-24 | known parts equal
blank parts that never meet   | 1961-03    | 1961-00-24 | known parts equal
one digit                     | 1961-03-24 | 1961-03-25 | one digit or swapped
one digit of the year         | 1961-03-24 | 1971-03-24 | one digit or swapped
day and month swapped         | 1961-03-04 | 1961-04-03 | one digit or swapped
another day                   | 1961-03-24 | 1961-03-10 | two parts equal or years one apart
another month                 | 1961-03-24 | 1961-12-24 | two parts equal or years one apart
another year                  | 1961-03-24 | 1988-03-24 | two parts equal or years one apart
ages one apart                | 1961       | 1962       | two parts equal or years one apart
ages one apart, decades       | 1969       | 1970       | two parts equal or years one apart
the year only                 | 1961-03-24 | 1961-11-02 | year equal
blank day, another month      | 1961-03    | 1961-07    | two parts equal or years one apart
years close                   | 1961-03-24 | 1963-11-02 | years close
ages two apart                | 1961       | 1963       | years close
years close, a century apart  | 1999-03-24 | 2000-11-02 | years close
nothing                       | 1961-03-24 | 1988-11-02 | different
ages four apart               | 1961       | 1965       | years near
years near                    | 1961-03-24 | 1966-11-02 | years near
ages far apart                | 1961       | 1967       | different
left blank                    |            | 1961-03-24 | missing
right blank                   | 1961-03-24 |            | missing
zeros                         | 0000-00-00 | 0000-00-00 | missing
"""

NIKS = """
case                          | left                  | right            | level
the same                      | 3404012403610001      | 3404012403610001 | equal
dots and blanks               | 34.04.01 240361 0001  | 3404012403610001 | equal
one digit                     | 3404012403610001      | 3404012403610007 | one or two digits off
the serial after it           | 3404012403610001      | 3404012403610002 | next number
by one, but not at the end    | 3404012403610001      | 3404012403611001 | one or two digits off
by one at the end, and more   | 3404012403610001      | 3404012403611002 | one or two digits off
two neighbours changed places | 3404012403610001      | 3404014203610001 | one or two digits off
two digits                    | 3404012403610001      | 3504012403610011 | one or two digits off
three digits                  | 3404012403610001      | 3504012403610112 | different
nothing                       | 3404012403610001      | 1271056708909998 | different
a placeholder                 | 1111111111111111      | 1111111111111111 | missing
no serial                     | 3404012403610000      | 3404012403610000 | missing
left blank                    |                       | 3404012403610001 | missing
right blank                   | 3404012403610001      |                  | missing
"""

REGIONS = """
case                          | left            | right         | level
the same village              | 34.04.01.2001   | 34.04.01.2001 | equal
without dots                  | 3404012001      | 34.04.01.2001 | equal
the same kecamatan            | 34.04.01.2001   | 34.04.01.2002 | same district
the same regency              | 34.04.01.2001   | 34.04.02.2001 | same regency
the same province             | 34.04.01.2001   | 34.71.01.2001 | same province
another province              | 34.04.01.2001   | 35.07.01.2001 | different
a kecamatan of that village   | 34.04.01        | 34.04.01.2001 | same district
a postcode                    | 55281           | 55281         | equal
left blank                    |                 | 34.04.01.2001 | missing
right blank                   | 34.04.01.2001   | -             | missing
"""

ADDRESSES = """
case                          | left                       | right                    | level
the same                      | Jl. Kaliurang 5            | Jalan Kaliurang No. 05   | equal
numbers unpadded              | Dusun Krajan RT 03 RW 04   | Dsn. Krajan RT.3/RW.4    | equal
a word more                   | Dsn Pandansari Wetan RT 3  | Pandansari Wetan RT 3    | very similar
words swapped                 | Pandansari Wetan           | Wetan Pandansari         | very similar
one letter                    | Pandansari                 | Pandansary               | very similar
two letters                   | Kocoran Pandansari         | Kecoran Pandansary       | very similar
three letters                 | Sumbersari                 | Sombersary               | similar
another number                | Jl Melati 7                | Jl Melati 9              | very similar
a rare word shared            | Kocoran Pandansari         | Pandansari RT 3          | similar
a common word shared          | Krajan RT 3 RW 4 Melati    | Pandansari RT 1 RW 4     | shares a word
nothing                       | Pandansari                 | Kocoran                  | different
left blank                    |                            | Pandansari               | missing
right blank                   | Pandansari                 | -                        | missing
only a word that says nothing | No                         | Pandansari               | missing
"""

CATEGORIES = """
case        | left       | right      | level
the same    | 1          | 1          | equal
as a number | Perempuan  | PEREMPUAN  | equal
different   | 1          | 2          | different
left blank  |            | 2          | missing
right blank | 2          |            | missing
"""

FILLER = {
    "text": [f"Dusun Krajan RT {n % 9} RW {n % 7}" for n in range(90)] + [f"Jl Raya Melati {n % 40}" for n in range(60)]
}
"""Other records of the file, against which words are common or rare."""


def cases(table: str) -> list[list[str]]:
    """The rows of a table without its header."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]


def parameters(**tables: str) -> list[object]:
    """One parameter a row: type, left, right, level."""
    return [
        pytest.param(kind, left, right, level, id=f"{kind}-{case}")
        for kind, table in tables.items()
        for case, left, right, level in cases(table)
    ]


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in turn."""
    made = ENGINES[request.param]()
    yield made
    made.close()


def levels(engine: Engine, kind: str, pairs: list[tuple[str | None, str | None]]) -> list[str]:
    """The level on which each pair agrees, by the SQL that the engine runs."""
    prepared = sides(kind, pairs)
    engine.load("l", prepared.left)
    engine.load("r", prepared.right)
    return patterned_levels(engine, prepared, len(pairs))


def sides(kind: str, pairs: list[tuple[str | None, str | None]]) -> Prepared:
    """Two files whose first records are the pairs', row by row, encoded."""
    filler = FILLER.get(kind, [])
    sides = [pl.Series([pair[side] or None for pair in pairs] + filler, dtype=pl.String) for side in (0, 1)]
    frames = [pl.DataFrame({"id": [f"{n:04}" for n in range(len(side))], "x": side}) for side in sides]
    spec = LinkSpec.model_validate({"left": {"id": "id"}, "right": {"id": "id"}, "columns": {"x": kind}})
    return prepare(frames[0], frames[1], spec)


def patterned_levels(engine: Engine, prepared: Prepared, pairs: int) -> list[str]:
    """The level of each of the first records with its like, of the tables l and r."""
    rids = np.arange(pairs, dtype=np.int32)
    engine.load("pair", pl.DataFrame({"rl": rids, "rr": rids}))
    pattern = engine.fetch(agreement_patterns(prepared.space)).sort("rl")["pattern"].to_numpy()
    names = prepared.comparisons["x"].levels
    return [names[level] for level in prepared.space.levels(pattern)[:, 0]]


KINDS = {
    "name": NAMES,
    "date": DATES,
    "nik": NIKS,
    "nkk": NIKS,
    "region": REGIONS,
    "text": ADDRESSES,
    "category": CATEGORIES,
}
TABLES = parameters(**KINDS)


@pytest.mark.parametrize(("kind", "left", "right", "level"), TABLES)
def test_a_pair_agrees_on_its_level_whichever_side_is_which(
    engine: Engine, kind: str, left: str, right: str, level: str
) -> None:
    assert [level, level] == levels(engine, kind, [(left, right), (right, left)])


@pytest.mark.spark
@pytest.mark.parametrize("kind", list(KINDS))
def test_spark_gives_every_row_its_level(spark_engine: Engine, kind: str) -> None:
    rows = [(left, right, level) for _, left, right, level in cases(KINDS[kind])]
    rows += [(right, left, level) for left, right, level in rows]
    parts = [sides(kind, [(left, right)]) for left, right, _ in rows]  # each row in a file of its own, as above
    rids = np.arange(len(rows), dtype=np.int32)
    for name, frames in (("l", [part.left for part in parts]), ("r", [part.right for part in parts])):
        stacked = pl.concat([frame.head(1) for frame in frames]).with_columns(rid=pl.Series(rids))
        spark_engine.load(name, stacked)
    found = patterned_levels(spark_engine, parts[0], len(rows))
    assert [(*row[:2], row[2]) for row in rows] == [(*row[:2], level) for row, level in zip(rows, found, strict=True)]

"""Persons who are easily taken for one another, and persons who are hard to know again, among a thousand others.

Each case is a family of a kind, in a small PPSE and a small DTSEN which have twins and namesakes of their own as any
village has; all cases stand in the same two files, as rare there as they are anywhere. Ids say who is who: `one-3` left
is `one-3` right. "Alone registered": the register has the one and not the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import polars as pl
import pytest

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import link
from targeting.linkage.register import REGISTER_SPEC

MAN, WOMAN = 1, 2
NAMES_AND_DATES = LinkSpec.model_validate(
    {
        "left": {"id": "person_id"},
        "right": {"id": "dtsen_person_id"},
        "columns": {
            "nama": "name",
            "tanggal_lahir": "date",
            "id_jenis_kelamin": "category",
            "kode_desa": "region",
            "alamat": "text",
        },
    }
)
"""As little as some files have: no number, no card, no households."""
SPECS = {
    "many to one": REGISTER_SPEC,
    "one to one": REGISTER_SPEC.model_copy(update={"assignment": "one_to_one"}),
    "names and dates": NAMES_AND_DATES,
}
EVERY, WITH_NUMBERS = list(SPECS), list(SPECS)[:2]
"""Without a number, some are honestly taken for one another: nothing else tells a misspelt name from a brother's."""

VILLAGES = ("34.04.07.2001", "35.07.12.2004", "34.04.15.2003")
HAMLETS = ("KLIDON", "SUMBERGEDE", "WONOREJO", "KARANGLO", "NGEMPLAK")


@dataclass(frozen=True)
class Person:
    """A person as one file has them; the number follows from birth date, sex and serial unless it is given."""

    key: str
    nama: str
    born: str
    sex: int
    serial: int = 9001
    nik: str | None = "own"

    def number(self, village: str) -> str | None:
        """The NIK: place, birth date (day + 40 for women), serial."""
        if self.nik != "own":
            return self.nik
        year, month, day = (int(part) for part in self.born.split("-"))
        day += 40 if self.sex == WOMAN else 0
        return f"{village[:8].replace('.', '')}{day:02}{month:02}{year % 100:02}{self.serial}"


@dataclass(frozen=True)
class Family:
    """The same family in both files: whom PPSE lists, whom DTSEN lists."""

    left: tuple[Person, ...]
    right: tuple[Person, ...]


def rows(families: Iterable[tuple[int, tuple[Person, ...]]], ids: tuple[str, str]) -> list[dict[str, Any]]:
    """The persons of a file's families, each family in a home of its own."""
    return [
        {
            ids[0]: f"{person.key}-{number}",
            ids[1]: f"home-{number}",
            "nik": person.number(VILLAGES[number % 3]),
            "nama": person.nama,
            "tanggal_lahir": person.born,
            "id_jenis_kelamin": person.sex,
            "kode_desa": VILLAGES[number % 3],
            "alamat": f"DUSUN {HAMLETS[number % 5]} RT {number % 7 + 1} RW {number % 4 + 1}",
            "no_kk": f"{VILLAGES[number % 3][:8].replace('.', '')}150312{7000 + number}",
        }
        for number, persons in families
        for person in persons
    ]


KIN = (
    ("PARJO", ("SRI REJEKI", "SRI RAHAYU"), ("ALI FAHRUDIN", "ALI FAHRUROZI")),
    ("SUMARNO", ("AHMAD HASAN", "AHMAD HUSEN"), ("NUR FAIZ", "NUR FAIZAL")),
    ("GIMAN", ("DEWI SEKAR ARUM", "DEWI SEKAR WANGI"), ("DINI LESTARI", "DINA LESTARI")),
    ("TUKIRAN", ("FARHAN", "FARIS"), ("YUSUF EFENDI", "YUSRON EFENDI")),
    ("MUJIONO", ("NUR LAILA", "NUR LAILI"), ("RIKI SAPUTRA", "RIKO SAPUTRA")),
    ("SARDI", ("TEGUH SANTOSO", "SLAMET SANTOSO"), ("TRI UTAMI", "TRI UTARI")),
    ("WIDODO", ("ANGGA PUTRA", "ANGGI PUTRA"), ("HENDRA WIJAYA", "HENDRO WIJAYA")),
    ("NGADIMIN", ("KEVIN ALDIANSYAH", "KELVIN ALDIANSYAH"), ("PUJI ASTUTI", "PUJI HASTUTI")),
)
"""A head, twins, and children born years apart whose names are alike."""


def kin_of_the_village() -> list[tuple[Person, ...]]:
    """Families of some thousand people, in both files: twins, brothers of like name, sons named as their fathers."""
    found = []
    for n, (head, (one, two), (older, younger)) in enumerate(KIN):
        father = Person("head", head, f"19{60 + n}-0{n + 1}-1{n}", MAN)
        born = f"20{n:02}-0{n + 1}-2{n}"
        found.append((father, Person("one", one, born, WOMAN), Person("two", two, born, WOMAN, 9002)))
        found.append(
            (Person("one", older, f"199{n}-05-0{n + 1}", MAN), Person("two", younger, f"199{n + 1}-11-2{n}", MAN))
        )
        if n % 2:
            found.append((replace(father, nama=f"{head}AN"), Person("son", f"{head}AN", f"198{n}-10-1{n}", MAN)))
    return found


MEN = (
    *("SUTRISNO HADI", "WAGIMIN", "BAMBANG IRAWAN", "SUPRIYANTO", "TOTOK HARJONO", "MISBAHUL MUNIR", "RUDI HARTONO"),
    *("KASIYANTO", "EDI PURNOMO", "SLAMET RAHARJO", "YATIMAN", "ANTON WIBISONO", "SUHARDI", "GATOT SUBROTO", "PAIMAN"),
)
WOMEN = (
    *("KATMINAH", "SRI LESTARI NINGSIH", "YULI ASTUTI", "NGATINI", "ENDAH PUSPITA", "UMI KULSUM", "TITIK HANDAYANI"),
    *("SUMIYATI", "RETNO DEWI", "WARSINI", "MARIYEM", "IDA FITRIANI", "PONIYEM", "TUTIK SUPARTI", "LILIS KARLINA"),
)


def of_their_own(home: int, *persons: Person) -> tuple[Person, ...]:
    """The persons as a family of their own has them: born on other days than those of another family."""
    return tuple(replace(one, born=_later(one.born, home)) for one in persons)


def _later(born: str, home: int) -> str:
    """Another year, month and day for each home, the same for all who were born on one day."""
    year, month, day = (int(part) for part in born.split("-"))
    return f"{year - home}-{(month + 5 * home) % 12 + 1:02}-{(day + 11 * home) % 28 + 1:02}"


def parents(number: int) -> tuple[Person, Person]:
    """Two who give no trouble, others for each family."""
    return (
        Person("father", MEN[number], f"19{64 + number}-{number % 12 + 1:02}-{3 + number:02}", MAN),
        Person("mother", WOMEN[number], f"19{66 + number}-{(number + 5) % 12 + 1:02}-{19 - number:02}", WOMAN),
    )


TWINS = (
    (Person("one", "RINI WULANDARI", "2003-04-11", WOMAN), Person("two", "RATNA WULANDARI", "2003-04-11", WOMAN, 9002)),
    (Person("one", "SITI AMINAH", "1999-09-30", WOMAN), Person("two", "SITI MARYAM", "1999-09-30", WOMAN, 9002)),
    (Person("one", "DIMAS PRASETYO", "2008-12-05", MAN), Person("two", "BIMA PRASETYO", "2008-12-05", MAN, 9002)),
)


def a_twin_whose_sister_alone_is_registered(n: int, home: int) -> Family:
    one, two = of_their_own(home, *TWINS[n])
    return Family((*parents(home), one, two), (*parents(home), two))


def a_twin_whose_sister_alone_is_registered_and_not_listed(n: int, home: int) -> Family:
    one, two = of_their_own(home, *TWINS[n])
    return Family((*parents(home), one), (*parents(home), two))


def twins_who_are_both_registered(n: int, home: int) -> Family:
    both = of_their_own(home, *TWINS[n])
    return Family((*parents(home), *both), (*parents(home), *both))


def twins_one_without_a_number_and_misspelt(n: int, home: int) -> Family:
    wrong = ("RINI WULANDARY", "SITTI AMINAH", "DIMAS PRASETIO")[n]
    one, two = of_their_own(home, *TWINS[n])
    return Family((*parents(home), replace(one, nama=wrong, nik=None), two), (*parents(home), one, two))


def namesakes(n: int, home: int) -> tuple[Person, ...]:
    """A father and his grown son of one one-word name."""
    name = ("SLAMET", "PONIMIN", "SUGIYONO")[n]
    father, son = Person("father", name, f"196{n + 2}-07-1{n}", MAN), Person("son", name, f"199{n + 1}-02-2{n}", MAN)
    return of_their_own(home, father, son)


def a_son_whose_father_of_one_name_alone_is_registered(n: int, home: int) -> Family:
    father, son = namesakes(n, home)
    mother = parents(home)[1]
    return Family((mother, son), (mother, father))


def a_son_beside_his_father_of_one_name_who_alone_is_registered(n: int, home: int) -> Family:
    mother = parents(home)[1]
    return Family((mother, *namesakes(n, home)), (mother, namesakes(n, home)[0]))


def father_and_son_of_one_name_who_are_both_registered(n: int, home: int) -> Family:
    mother = parents(home)[1]
    return Family((mother, *namesakes(n, home)), (mother, *namesakes(n, home)))


BROTHERS = (
    (Person("older", "AHMAD FAUZI", "2004-06-17", MAN), Person("younger", "AHMAD FAUZAN", "2006-09-03", MAN)),
    (Person("older", "RIZKY PRATAMA", "2001-01-25", MAN), Person("younger", "RIZAL PRATAMA", "2003-12-08", MAN)),
    (Person("older", "EKO NUGROHO", "1995-10-02", MAN), Person("younger", "DWI NUGROHO", "1997-04-29", MAN)),
)


def a_brother_of_like_name_who_alone_is_registered(n: int, home: int) -> Family:
    older, younger = of_their_own(home, *BROTHERS[n])
    return Family((*parents(home), older), (*parents(home), younger))


def husband_and_wife_with_all_but_the_name_in_common(n: int, home: int) -> Family:
    both = [replace(one, born=f"19{70 + n}-01-01", sex=MAN, nik=None) for one in parents(home)]
    child = of_their_own(home, TWINS[n][0])
    return Family((*both, *child), (*both, *child))


def a_wife_who_bears_her_husbands_number(n: int, home: int) -> Family:
    husband, wife = parents(home)
    borrowed = replace(wife, nik=husband.number(VILLAGES[home % 3]))
    child = of_their_own(home, BROTHERS[n][0])
    return Family((husband, borrowed, *child), (husband, wife, *child))


def a_wife_who_bears_her_husbands_number_and_is_not_registered(n: int, home: int) -> Family:
    husband, wife = parents(home)
    borrowed = replace(wife, nik=husband.number(VILLAGES[home % 3]))
    child = of_their_own(home, BROTHERS[n][0])
    return Family((borrowed, *child), (husband, *child))


ELDERS = (("KASMIRAH", "PAINEM"), ("SASTRO DIHARJO", "KARTO WIYONO"), ("TUMIJEM", "GINEM"))


def a_guessed_birthday(n: int, home: int) -> Family:
    born, guessed = (("1949-05-16", "01-01"), ("1946-10-09", "12-31"), ("1952-03-21", "07-01"))[n]
    (elder,) = of_their_own(home, Person("elder", ELDERS[n][0], born, WOMAN))
    spoken = replace(elder, born=f"{elder.born[:4]}-{guessed}", nik=None)
    return Family((*parents(home), spoken), (*parents(home), elder))


def two_who_share_a_guessed_birthday(n: int, home: int) -> Family:
    elders = [Person(key, name, "1950-01-01", WOMAN, nik=None) for key, name in zip("ab", ELDERS[n], strict=True)]
    return Family((*parents(home), *elders), (*parents(home), *elders))


Case = Callable[[int, int], Family]
CASES: dict[Case, list[str]] = {
    a_twin_whose_sister_alone_is_registered: EVERY,
    a_twin_whose_sister_alone_is_registered_and_not_listed: WITH_NUMBERS,
    twins_who_are_both_registered: EVERY,
    twins_one_without_a_number_and_misspelt: EVERY,
    a_son_whose_father_of_one_name_alone_is_registered: WITH_NUMBERS,
    a_son_beside_his_father_of_one_name_who_alone_is_registered: EVERY,
    father_and_son_of_one_name_who_are_both_registered: EVERY,
    a_brother_of_like_name_who_alone_is_registered: EVERY,
    husband_and_wife_with_all_but_the_name_in_common: EVERY,
    a_wife_who_bears_her_husbands_number: EVERY,
    a_wife_who_bears_her_husbands_number_and_is_not_registered: EVERY,
    a_guessed_birthday: EVERY,
    two_who_share_a_guessed_birthday: EVERY,
}
"""Of each case the specs under which it can be told."""

WRITTEN: dict[str, tuple[tuple[str, str], ...]] = {
    "one name": (("SUKINEM", "SUKINEM"), ("TUKIJO", "TUKIJO"), ("WAGIRAH", "WAGIRAH")),
    "one name, misspelt": (("SUKINAM", "SUKINEM"), ("TUKIJA", "TUKIJO"), ("WAGIRRAH", "WAGIRAH")),
    "words exchanged": (("HADI SUTRISNO", "SUTRISNO HADI"), ("WATI ENDANG", "ENDANG WATI"), ("ROSO JOKO", "JOKO ROSO")),
    "a word left out": (("LESTARI", "SRI LESTARI"), ("AGUS", "AGUS SALIM"), ("NUR HAYATI", "NUR HAYATI UTAMI")),
    "an initial": (("MUHAMMAD R", "MUHAMMAD RIDWAN"), ("A SUBAGYO", "AGUNG SUBAGYO"), ("DEWI L", "DEWI LARASATI")),
    "shortened": (("M. RIDWAN", "MUHAMMAD RIDWAN"), ("MOH. ALI", "MOHAMMAD ALI"), ("ST. ROHMAH", "SITI ROHMAH")),
    "a title": (("H. MAKSUM", "MAKSUM"), ("DRS. SUROSO", "SUROSO"), ("SITI ROHMAH, S.PD", "SITI ROHMAH")),
    "old spelling": (("SOEPARNO", "SUPARNO"), ("DJOKO SANTOSO", "JOKO SANTOSO"), ("TJIPTO HADI", "CIPTO HADI")),
    "joined": (("NURHAYATI", "NUR HAYATI"), ("SRIWAHYUNI", "SRI WAHYUNI"), ("ABDULROHMAN", "ABDUL ROHMAN")),
}
"""How a name is spoken, and how it is registered."""


def persons_known_by_name_and_birth() -> dict[tuple[str, int], Family]:
    """Of each way to write, three who live alone and have no number."""
    found = {}
    for number, (way, place) in enumerate((way, place) for way in WRITTEN for place in range(3)):
        spoken, registered = WRITTEN[way][place]
        born = f"19{60 + number}-{number % 12 + 1:02}-{number % 27 + 1:02}"
        member = Person("member", registered, born, MAN, nik=None)
        found[way, place] = Family((replace(member, nama=spoken),), (member,))
    return found


@dataclass(frozen=True)
class Outcome:
    """Who of a world was linked, who went to review, and who is one person (id_l, id_r), of each case."""

    linked: set[tuple[str, str]] = field(default_factory=set)
    reviewed: set[tuple[str, str]] = field(default_factory=set)
    same: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)

    def of(self, case: str) -> set[tuple[str, str]]:
        """The links of the persons of a case, whomever they are linked to."""
        return {pair for pair in self.linked if self.members[case] & set(pair)}


@pytest.fixture(scope="module")
def outcome_of(persons: Any) -> Callable[[str], Outcome]:
    """The outcome of a world under each spec, linked once."""
    return cache(lambda name: _outcome(persons, name))


def _outcome(persons: Any, name: str) -> Outcome:
    """The links of a world with one family of each case, another under each spec, and every name."""
    chosen = list(SPECS).index(name)
    families: dict[int, tuple[str, Family]] = {
        home: (case.__name__, case(chosen, home)) for home, case in enumerate(CASES) if name in CASES[case]
    }
    families |= {
        20 + at: (way, family) for at, ((way, _), family) in enumerate(persons_known_by_name_and_birth().items())
    }
    found = linked(persons, {home: family for home, (_, family) in families.items()}, SPECS[name])
    outcome = Outcome(*({*found.filter(status=status).select("id_l", "id_r").iter_rows()} for status in STATUSES))
    for home, (case, family) in families.items():
        both = {one.key for one in family.left} & {one.key for one in family.right}
        outcome.same.setdefault(case, set()).update((f"{key}-{home}",) * 2 for key in both)
        listed = {f"{one.key}-{home}" for one in (*family.left, *family.right)}
        outcome.members.setdefault(case, set()).update(listed)
    return outcome


STATUSES = ("link", "review")


def linked(background: Any, families: dict[int, Family], spec: LinkSpec) -> pl.DataFrame:
    """The links of the families among all others."""
    sides = []
    for which, ids in (("left", ("person_id", "household_id")), ("right", ("dtsen_person_id", "dtsen_family_id"))):
        others: pl.DataFrame = getattr(background, which)
        every = [*enumerate(kin_of_the_village(), 100), *((at, getattr(one, which)) for at, one in families.items())]
        typed = pl.DataFrame(rows(every, ids)).with_columns(pl.col("tanggal_lahir").str.to_date())
        sides.append(pl.concat([others, typed.select(pl.col(name).cast(kind) for name, kind in others.schema.items())]))
    with pytest.MonkeyPatch.context() as patched, DuckDbEngine(2, "2GB") as engine:
        patched.setattr("targeting.linkage.sample.RANDOM_PAIRS", 40_000)
        return link(*sides, spec, engine).links


@pytest.mark.parametrize(
    ("case", "name"),
    [
        pytest.param(case.__name__, name, id=f"{name}: {case.__name__.replace('_', ' ')}")
        for case in CASES
        for name in CASES[case]
    ],
)
def test_everybody_is_linked_to_themselves_and_to_nobody_else(
    case: str, name: str, outcome_of: Callable[[str], Outcome]
) -> None:
    outcome = outcome_of(name)
    assert outcome.same[case] == outcome.of(case)


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("name", SPECS)
def test_a_name_is_known_however_it_is_written(way: str, name: str, outcome_of: Callable[[str], Outcome]) -> None:
    outcome = outcome_of(name)
    assert outcome.same[way] == outcome.of(way)

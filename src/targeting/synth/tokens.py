"""The stock of name tokens, by sex and generation: name_tokens.txt, each list from the commonest on.

Names of Java as in the e-KTP counts and everyday knowledge; every full name is made by chance. Behind each list
stands a tail built from syllables the way Javanese and modern names are built, so that distinct names grow with the
population instead of ending with the list.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import product
from typing import Literal

Generation = Literal["old", "middle", "young"]
"""Born before 1966, 1966 to 1989, since 1990."""

SEXES = {1: "male", 2: "female"}


@cache
def stock() -> dict[str, list[str]]:
    """The listed tokens by heading, such as "one male" or "first female young", the commonest first."""
    text = resources.files("targeting.synth").joinpath("name_tokens.txt").read_text(encoding="utf-8")
    headings = re.split(r"^\[(.+)\]$", text, flags=re.MULTILINE)[1:]
    return {heading: listed(names) for heading, names in zip(headings[::2], headings[1::2], strict=True)}


def whole_names(sex: int) -> list[str]:
    """Names that people bear alone."""
    return stock()[f"one {SEXES[sex]}"]


def first_tokens(sex: int, generation: Generation) -> list[str]:
    """First tokens of longer names."""
    return stock()[f"first {SEXES[sex]} {generation}"]


def last_tokens(sex: int, generation: Generation) -> list[str]:
    """Further tokens of longer names."""
    return stock()[f"last {SEXES[sex]} {generation}"]


TOP_SHARE: dict[tuple[int, Generation], dict[str, float]] = {
    # First tokens so common that rank alone would understate them (civil registries of Javanese regencies, rounded).
    (1, "middle"): {"Muhammad": 0.06},
    (1, "young"): {"Muhammad": 0.15, "Ahmad": 0.05},
    (2, "old"): {"Siti": 0.14, "Sri": 0.12},
    (2, "middle"): {"Siti": 0.08, "Sri": 0.07},
}

_OPENERS = [
    "Su",
    "Mu",
    "Ka",
    "Sa",
    "Wa",
    "Nga",
    "Pa",
    "Tu",
    "Ju",
    "Da",
    "Ra",
    "Mar",
    "Har",
    "Par",
    "Sar",
    "Kar",
    "War",
    "Tar",
    "Sum",
    "Sun",
    "Sud",
    "Sut",
    "Sup",
    "Suk",
    "Sur",
    "Suw",
    "Sug",
    "Wag",
    "Pon",
    "Leg",
    "Kas",
    "Mis",
    "Nas",
    "Las",
    "Ris",
    "Tas",
    "Wir",
    "Yat",
    "Sam",
    "Sol",
]
_MIDDLES = (
    "",
    *[
        "gi",
        "ri",
        "ti",
        "di",
        "ki",
        "ni",
        "mi",
        "pi",
        "wi",
        "si",
        "ji",
        "li",
        "ra",
        "ta",
        "da",
        "ka",
        "na",
        "ma",
        "pa",
        "wa",
        "sa",
        "ja",
        "la",
        "ru",
        "tu",
        "du",
        "ku",
        "nu",
    ],
)
_ENDS = {
    1: [
        "man",
        "no",
        "to",
        "yo",
        "di",
        "min",
        "jo",
        "yono",
        "yanto",
        "ran",
        "so",
        "ji",
        "mo",
        "kun",
        "rin",
        "jan",
        "nan",
        "wan",
        "ri",
        "tono",
        "priyo",
        "rejo",
    ],
    2: [
        "wati",
        "yem",
        "nah",
        "ningsih",
        "sih",
        "ni",
        "ti",
        "nem",
        "yah",
        "tun",
        "mi",
        "kem",
        "rah",
        "tin",
        "lah",
        "jah",
        "sri",
        "wen",
        "ningrum",
        "yanti",
        "kah",
        "mah",
    ],
}
_MODERN = {
    "opener": [
        "A",
        "Ar",
        "Al",
        "Fa",
        "Na",
        "Ra",
        "Za",
        "Ke",
        "Ze",
        "Da",
        "Ri",
        "Fi",
        "La",
        "Sha",
        "Bri",
        "El",
        "Ga",
        "Ha",
        "Ja",
        "Ka",
        "Ma",
        "Me",
        "Mi",
        "Ne",
        "Ni",
        "Ra",
        "Re",
        "Ro",
        "Sa",
        "Se",
        "Ta",
        "Va",
        "Vi",
        "Xa",
        "Ya",
        "Az",
        "Dzi",
        "Kha",
        "Qia",
        "Zhi",
    ],
    "middle": [
        "ri",
        "la",
        "na",
        "fa",
        "za",
        "vi",
        "ya",
        "ra",
        "si",
        "li",
        "mi",
        "da",
        "ka",
        "ta",
        "ni",
        "no",
        "va",
        "sha",
        "qi",
        "ze",
        "fi",
    ],
    1: [
        "no",
        "n",
        "l",
        "r",
        "s",
        "d",
        "ndra",
        "nsyah",
        "ndo",
        "ano",
        "el",
        "io",
        "us",
        "an",
        "en",
        "am",
        "dz",
        "f",
        "q",
        "kin",
        "rul",
        "vin",
    ],
    2: [
        "na",
        "la",
        "ra",
        "ya",
        "sya",
        "nda",
        "ni",
        "ta",
        "lla",
        "nisa",
        "lyn",
        "sha",
        "ira",
        "isa",
        "ela",
        "tri",
        "qa",
        "za",
        "via",
        "ris",
    ],
}


def tail(sex: int, modern: bool) -> list[str]:
    """Tens of thousands of further tokens, built from syllables; the order is part of the data."""
    ends = _MODERN[sex] if modern else _ENDS[sex]
    openers, middles = (_MODERN["opener"], _MODERN["middle"]) if modern else (_OPENERS, _MIDDLES)
    made = dict.fromkeys(a + b + c for c, b, a in product(ends, middles, openers))
    return list(made)


def listed(text: str) -> list[str]:
    """The tokens of a list, each once, in their order."""
    return list(dict.fromkeys(text.split()))

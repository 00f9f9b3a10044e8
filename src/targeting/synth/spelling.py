"""How a name gets written differently. Each function takes a name in capitals and a random whole number, gives another.

They run over the few per cent of names that an error falls on; a name that cannot suffer it comes back as it was.
"""

from __future__ import annotations

import re

NEIGHBOURS = {
    key: near
    for row in ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
    for key, near in zip(
        row, (row[1:2] + row[:1], *(row[i - 1] + row[i + 1 : i + 2] for i in range(1, len(row)))), strict=False
    )
}
"""Keys beside each key."""

LOOKALIKES = {
    "M": "N",
    "N": "H",
    "H": "N",
    "U": "V",
    "V": "U",
    "I": "L",
    "L": "I",
    "O": "Q",
    "C": "G",
    "G": "C",
    "E": "F",
    "R": "K",
    "Y": "V",
    "T": "I",
    "D": "O",
}
"""Capitals that a scanner takes for each other."""

VARIANTS = {
    "MUHAMMAD": (
        "MOHAMMAD",
        "MOCHAMAD",
        "MUHAMAD",
        "MOH.",
        "M.",
        "MUH.",
        "MOCH.",
        "MOHAMAD",
        "MUCHAMAD",
        "MOH",
        "M",
        "MUHAMMMAD"[:8],
    ),
    "MOHAMMAD": ("MUHAMMAD", "MOCHAMAD", "MOHAMAD", "MOH.", "M.", "MOCH."),
    "MOH": ("MOHAMMAD", "MUHAMMAD", "MOCH.", "MOH.", "M."),
    "MOCH": ("MOCHAMAD", "MOHAMMAD", "MOH.", "MOCH."),
    "MUH": ("MUHAMMAD", "MUHAMAD", "MUH.", "M."),
    "AHMAD": ("ACHMAD", "AKHMAD", "A.", "AKMAD"),
    "ACHMAD": ("AHMAD", "AKHMAD"),
    "ABDUL": ("ABD.", "ABD", "ABDOEL", "A."),
    "SITI": ("ST.", "SITTI", "ST", "S."),
    "NURUL": ("NUR",),
    "NUR": ("NOOR", "NOER"),
    "SRI": ("SRIE", "SRY"),
    "DWI": ("DWIE",),
    "TRI": ("TRIE",),
    "KHOIRUL": ("CHOIRUL", "KHAIRUL"),
    "SAIFUL": ("SYAIFUL",),
    "SAMSUL": ("SYAMSUL",),
    "ZAENAL": ("ZAINAL",),
    "BAMBANG": ("BB.",),
}
"""Ways of writing a token that a clerk takes for the same."""

OLD_SPELLING = (("SJ", "SY"), ("U", "OE"), ("C", "TJ"), ("J", "DJ"), ("Y", "J"), ("KH", "CH"))
"""Van Ophuijsen and Soewandi spelling, still on papers of those born before 1972. In this order; Y after J."""

BY_EAR = (
    ("YANTO", "IYANTO"), ("IYANTO", "YANTO"), ("YONO", "IYONO"), ("YATI", "IYATI"), ("IYATI", "YATI"),
    ("IYAH", "IAH"), ("WI", "WIE"), ("F", "P"), ("V", "F"), ("Z", "J"), ("DH", "D"), ("TH", "T"), ("SH", "S"),
    ("SY", "S"), ("KH", "H"), ("NG", "N"), ("QO", "KO"), ("Q", "K"), ("IE", "I"), ("AE", "AI"), ("OU", "O"),
    ("PH", "P"), ("SS", "S"), ("MM", "M"), ("LL", "L"), ("TT", "T"), ("NN", "N"), ("RR", "R"), ("I", "Y"),
    ("O", "A"), ("U", "O"), ("E", "I"), ("S", "SS"), ("N", "NN"), ("T", "TH"), ("D", "DH"), ("M", "MM"),
)  # fmt: skip
"""What sounds the same to the one who writes."""


def variant(name: str, draw: int) -> str:
    """The first token that has variants, written as one of them."""
    parts = name.split(" ")
    for at, part in enumerate(parts):
        if part in VARIANTS and len(parts) > 1:
            parts[at] = VARIANTS[part][draw % len(VARIANTS[part])]
            return " ".join(parts)
    return name


def old_spelling(name: str, draw: int) -> str:
    """As before 1972, or before 1947: SUTJIPTO, SOEHARTO. One or two of the changes at a time."""
    possible = [change for change in OLD_SPELLING if change[0] in name]
    if not possible:
        return name
    new, old = possible[draw % len(possible)]
    written = name.replace(new, old)
    if draw % 3 == 0 and "U" in written and new != "U":
        written = written.replace("U", "OE")
    return written


def by_ear(name: str, draw: int) -> str:
    """One sound written another way, at its last place in the name."""
    possible = [change for change in BY_EAR if change[0] in name[1:]]
    if not possible:
        return name
    heard, written = possible[draw % len(possible)]
    at = name.rindex(heard)
    return name[:at] + written + name[at + len(heard) :]


def typo(name: str, draw: int) -> str:
    """One slip of the keyboard or the scanner inside the name."""
    at = draw % len(name)
    letter = name[at]
    following = name[at + 1 : at + 2].strip()
    near = NEIGHBOURS.get(letter, letter)
    if letter == " " or len(name) < 3:
        return name
    match draw // 64 % 6:
        case 0:
            written = near[draw // 512 % len(near)]
        case 1 if following:
            return name[:at] + following + letter + name[at + 2 :]
        case 2:
            written = ""
        case 3:
            written = letter * 2
        case 4:
            written = LOOKALIKES.get(letter, letter)
        case _:
            written = near[0] + letter
    return " ".join((name[:at] + written + name[at + 1 :]).split())


def swap(name: str, draw: int) -> str:
    """Two neighbouring tokens in each other's place."""
    parts = name.split(" ")
    if len(parts) < 2:
        return name
    at = draw % (len(parts) - 1)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return " ".join(parts)


def drop(name: str, draw: int) -> str:
    """A token left out: mostly the last."""
    parts = name.split(" ")
    if len(parts) < 2:
        return name
    del parts[-1 if draw % 10 < 7 else draw // 10 % len(parts)]
    return " ".join(parts)


def initial(name: str, draw: int) -> str:
    """A token other than the first shortened to its letter, with or without the dot."""
    parts = name.split(" ")
    if len(parts) < 2:
        return name
    at = 1 + draw % (len(parts) - 1)
    parts[at] = parts[at][0] + (".", "")[draw // 7 % 2]
    return " ".join(parts)


def space(name: str, draw: int) -> str:
    """Two tokens written as one, or a long one as two: NUR HAYATI and NURHAYATI."""
    split = re.sub(r"\b(NUR|SRI|SITI|DWI|TRI|SUL|ABDUR|KHOIRUL)(?=[A-Z]{4})", r"\1 ", name, count=1)
    parts = name.split(" ")
    if split != name or len(parts) < 2:
        return split
    at = draw % (len(parts) - 1)
    return " ".join([*parts[:at], parts[at] + parts[at + 1], *parts[at + 2 :]])


CALL_NAMES = ("PAK", "BU", "MBAH", "MBAK", "MAS", "YU", "KANG", "LIK")


def call_name(name: str, draw: int) -> str:
    """What neighbours call the person: the end of a token, sometimes with the honorific."""
    parts = name.split(" ")
    token = parts[draw % len(parts)]
    short = token[-4:] if len(token) > 5 else token
    match draw // 16 % 4:
        case 0:
            return f"{CALL_NAMES[draw // 64 % len(CALL_NAMES)]} {token}"
        case 1:
            return short
        case 2:
            return f"{short}IK" if short[-1] not in "AEIOU" else f"{short}K"
        case _:
            return token

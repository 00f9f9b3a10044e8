"""Personal names as tokens that compare: titles off, abbreviations written out, old spelling made new.

Rules of thumb of Indonesian civil registration (Permendagri 73/2022) and of older documents that stay valid; they do
no harm to names of other languages, because both sides of a comparison pass through the same function.
"""

from __future__ import annotations

import polars as pl

from targeting.standardise.text import plain_text

TITLES = [
    "H",
    "HJ",
    "HAJI",
    "HAJAH",
    "HJH",
    "KH",
    "KYAI",
    "KIAI",
    "NYAI",
    "USTADZ",
    "USTAD",
    "USTADZAH",
    "DR",
    "DRS",
    "DRA",
    "DRG",
    "DRH",
    "IR",
    "PROF",
    "SE",
    "SH",
    "SPD",
    "SPDI",
    "SAG",
    "SIP",
    "SKM",
    "SSI",
    "SSOS",
    "SKOM",
    "ST",
    "SPT",
    "STP",
    "MM",
    "MSI",
    "MPD",
    "MT",
    "MH",
    "MA",
    "AMD",
    "AMDKEB",
    "SST",
    "SKEP",
    "NERS",
    "APT",
    "BA",
    "BSC",
    "MSC",
    "PHD",
    "R",
    "RR",
    "RA",
    "RM",
    "RADEN",
    "RADENMAS",
    "RADENRORO",
    "RARA",
    "RORO",
    "RNGT",
    "RNG",
    "NGT",
    "GUSTI",
    "BU",
    "BUK",
    "IBU",
    "PAK",
    "BAPAK",
    "BPK",
    "MBAH",
    "MBOK",
    "MBAK",
    "MAS",
    "KANG",
    "NY",
    "NYONYA",
    "TN",
    "TUAN",
    "SDR",
    "SDRI",
    "ALM",
    "ALMH",
    "ALMARHUM",
    "ALMARHUMAH",
    "BIN",
    "BINTI",
    "BT",
    "BTI",
]
"""Tokens dropped wherever they stand, unless nothing else would be left."""

WRITTEN_OUT = {
    **dict.fromkeys(
        [
            "M",
            "MD",
            "MHD",
            "MOH",
            "MOCH",
            "MUH",
            "MUHD",
            "MHMD",
            "MOHD",
            "MOHAMAD",
            "MOHAMMAD",
            "MOCHAMAD",
            "MOCHAMMAD",
            "MUCHAMAD",
        ],
        "MUHAMMAD",
    ),
    **dict.fromkeys(
        [
            "MUCHAMMAD",
            "MUHAMAD",
            "MUHAMMED",
            "MOHAMED",
            "MOHAMMED",
            "MUHAMED",
            "MUKHAMAD",
            "MUKHAMMAD",
            "MUHAMAT",
            "MOHAMAT",
        ],
        "MUHAMMAD",
    ),
    **dict.fromkeys(["ABD", "ABDOEL"], "ABDUL"),
    **dict.fromkeys(["AHM", "ACH", "ACHMAD", "AKHMAD", "AHMADE", "ACHMAT", "AKHMAT", "AHMAT"], "AHMAD"),
    **dict.fromkeys(["SITTI", "SITY"], "SITI"),
    "SRIE": "SRI",
    "SRY": "SRI",
}
"""Abbreviation or variant: the form it is compared in."""

_DEGREE_LETTERS = (
    "S PD I|S PD|S AG|S E|S H|S T|S KOM|S SOS|S IP|S KM|S KEP|S SI|A MD KEB|A MD|M SI|M PD|M M|M H|M T|M KES"
)
_DEGREES = r"(?i)\b(?:" + _DEGREE_LETTERS.replace(" ", r"\.\s?") + r")\b\.?"
"""Degrees written with full stops: S.Pd, A.Md.Keb; without them they cannot be told from initials."""


def clean_name(column: pl.Expr) -> pl.Expr:
    """Plain upper-case name without degrees behind a comma; titles still in place. Null when empty."""
    before_comma = column.cast(pl.String).str.replace(r"^([^,]*\pL[^,]*),.*$", "$1")
    return plain_text(before_comma.str.replace_all(_DEGREES, " ").str.replace_all(r"(?i)\bSt\.\s", "SITI "))


def token_form(token: pl.Expr) -> pl.Expr:
    """The written-out form of one name token, null for a title."""
    return pl.when(token.is_in(TITLES)).then(None).otherwise(token.replace(WRITTEN_OUT))


def new_spelling(token: pl.Expr) -> pl.Expr:
    """One token in the spelling of 1972, doubled letters single: SOEHARTO and SUHARTO meet, so do DJOKO and JOKO."""
    pairs = [("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("NJ", "NY"), ("SJ", "SY"), ("CH", "KH")]
    spelled = token
    for old, new in pairs:
        spelled = spelled.str.replace_all(old, new, literal=True)
    return single_letters(spelled)


def single_letters(token: pl.Expr) -> pl.Expr:
    """Doubled letters written once."""
    single = token
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        single = single.str.replace_all(letter + letter, letter, literal=True)
    return single


def sound_key(token: pl.Expr) -> pl.Expr:
    """A coarse sound of one token, for blocking and for agreement 'sounds alike'.

    New spelling, letters that are confused in writing made one (f p v b, d t, z s, j y i, q k c g, kh h, w u), vowels
    dropped but for the first letter. SUKARDJO, SOEKARJO and SUKARYO share a key.
    """
    spelled = new_spelling(token)
    for old, new in [("KH", "H"), ("SY", "S"), ("NY", "N"), ("PH", "P"), ("TH", "T"), ("DH", "D"), ("X", "KS")]:
        spelled = spelled.str.replace_all(old, new, literal=True)
    for letters, one in [("[FVB]", "P"), ("D", "T"), ("Z", "S"), ("[JI]", "Y"), ("[QCG]", "K"), ("W", "U"), ("O", "A")]:
        spelled = spelled.str.replace_all(letters, one)
    first = spelled.str.slice(0, 1)
    rest = spelled.str.slice(1).str.replace_all("[AEIUYH]", "")
    return single_letters(first + rest)

"""Rules on NIK and KK numbers.

A NIK is PPKKCC DDMMYY SSSS: district of first registration, date of birth (women: day + 40), serial from 0001. About
1.2 % of them disagree with the true date of birth for ever, and the district is not the domicile: warnings, all of it.
"""

from __future__ import annotations

import polars as pl

from targeting.intake.context import RuleContext
from targeting.intake.rules.rule import finds
from targeting.vocabulary import Severity

NIK, KK = pl.col("nik"), pl.col("no_kk")
ONE_DIGIT_ONLY = [str(digit) * 16 for digit in range(10)]
COUNTED_UP = r"^(?:1234567890|0123456789)"
WOMEN_ADD = 40


def is_placeholder(number: pl.Expr) -> pl.Expr:
    """True where a number was typed to fill the field: one digit only, counted up, no region, no serial."""
    return (
        number.is_in(ONE_DIGIT_ONLY)
        | number.str.contains(COUNTED_UP)
        | number.str.starts_with("00")
        | number.str.ends_with("0000")
    )


def two_digits(number: pl.Expr, start: int) -> pl.Expr:
    """The two digits from `start` as an integer."""
    return number.str.slice(start, 2).cast(pl.Int64, strict=False)


def has_no_date(number: pl.Expr, women_add: int = 0) -> pl.Expr:
    """True where digits 7 to 10 are no day and month."""
    day, month = two_digits(number, 6), two_digits(number, 8)
    is_day = day.is_between(1, 31) | day.is_between(1 + women_add, 31 + women_add)
    return ~(is_day & month.is_between(1, 12))


@finds(
    Severity.WARNING,
    "nik",
    blanks=True,
    indonesian="NIK hanya pengisi kolom (angka berulang, urut, atau tanpa nomor seri); NIK dianggap kosong.",
    english="The NIK only fills the field (one digit, counted up, no serial); it is taken as missing.",
)
def nik_is_a_placeholder(_: RuleContext) -> pl.Expr:
    """One digit repeated, 1234567890..., 00... or serial 0000."""
    return is_placeholder(NIK)


@finds(
    Severity.WARNING,
    "nik",
    also=("no_kk",),
    blanks=True,
    indonesian="NIK sama dengan nomor KK; NIK dianggap kosong.",
    english="The NIK is the KK number; it is taken as missing.",
)
def nik_is_the_kk_number(_: RuleContext) -> pl.Expr:
    """The KK number was copied into the NIK column."""
    return NIK == KK


@finds(
    Severity.WARNING,
    "nik",
    indonesian="Digit 7-10 NIK bukan tanggal dan bulan; NIK mungkin salah ketik.",
    english="Digits 7 to 10 of the NIK are no day and month; it may be mistyped.",
)
def nik_holds_no_birth_date(_: RuleContext) -> pl.Expr:
    """Day outside 1-31 and 41-71, or month outside 1-12."""
    return has_no_date(NIK, women_add=WOMEN_ADD)


@finds(
    Severity.WARNING,
    "nik",
    also=("tanggal_lahir",),
    indonesian="Tanggal lahir dalam NIK berbeda dengan tanggal lahir yang tercatat.",
    english="The birth date inside the NIK differs from the birth date on record.",
)
def nik_disagrees_with_birth_date(_: RuleContext) -> pl.Expr:
    """Day, month or two-digit year differ, where the NIK holds a date at all."""
    born = pl.col("tanggal_lahir")
    same = (
        (two_digits(NIK, 6) % WOMEN_ADD == born.dt.day().cast(pl.Int64))
        & (two_digits(NIK, 8) == born.dt.month().cast(pl.Int64))
        & (two_digits(NIK, 10) == born.dt.year().cast(pl.Int64) % 100)
    )
    return ~same & ~has_no_date(NIK, women_add=WOMEN_ADD)


@finds(
    Severity.WARNING,
    "nik",
    also=("id_jenis_kelamin",),
    indonesian="Jenis kelamin menurut NIK berbeda dengan yang tercatat (perempuan: tanggal + 40).",
    english="The sex that the NIK tells differs from the one on record (women: day + 40).",
)
def nik_disagrees_with_sex(_: RuleContext) -> pl.Expr:
    """Day above 40 without code 2, or code 2 without it."""
    is_woman = two_digits(NIK, 6) > WOMEN_ADD
    return (is_woman != (pl.col("id_jenis_kelamin") == 2)) & ~has_no_date(NIK, women_add=WOMEN_ADD)


@finds(
    Severity.WARNING,
    "nik",
    indonesian="Empat digit awal NIK bukan kode kabupaten/kota yang dikenal; mungkin kode lama.",
    english="The first four digits of the NIK are no known district; they may be of an older decree.",
)
def nik_starts_with_no_known_district(context: RuleContext) -> pl.Expr:
    """The district of first registration is not in the list of today."""
    known = context.codes(2).str.replace(".", "", literal=True)
    return ~NIK.str.slice(0, 4).is_in(known.implode())


def tokens(name: pl.Expr) -> pl.Expr:
    """The words of a name, letters only."""
    return name.str.to_uppercase().str.replace_all(r"[^A-Z ]", "").str.extract_all(r"[A-Z]+").list.unique()


def nik_is_shared() -> pl.Expr:
    """True where another row has the same NIK."""
    return NIK.is_not_null() & NIK.is_duplicated()


def contradicts_a_name_of_nik() -> pl.Expr:
    """True where neither the row's name nor the NIK's first by alphabet has all the words of the other."""
    mine, first = tokens(pl.col("nama")), tokens(pl.col("nama").min().over("nik"))
    shared = mine.list.set_intersection(first).list.len()
    return (shared < mine.list.len()) & (shared < first.list.len())


@finds(
    Severity.WARNING,
    "nik",
    also=("nama",),
    across=True,
    among=nik_is_shared(),
    indonesian="NIK yang sama dipakai dengan nama yang berbeda; NIK ini tidak dapat dipercaya.",
    english="The same NIK is used with different names; it cannot be trusted.",
)
def nik_used_by_different_names(_: RuleContext) -> pl.Expr:
    """All rows of a NIK of which some name differs from the first by more than left-out words."""
    return contradicts_a_name_of_nik().any().over("nik")


@finds(
    Severity.WARNING,
    "nik",
    also=("nama",),
    across=True,
    among=nik_is_shared(),
    indonesian="NIK yang sama dipakai lebih dari sekali dengan nama yang sama; mungkin baris ganda.",
    english="The same NIK is used more than once with the same name; the row may be a duplicate.",
)
def nik_used_twice_with_the_same_name(_: RuleContext) -> pl.Expr:
    """All rows of a NIK whose names agree."""
    return ~contradicts_a_name_of_nik().any().over("nik")


@finds(
    Severity.WARNING,
    "no_kk",
    indonesian="Nomor KK hanya pengisi kolom (angka berulang, urut, atau tanpa nomor seri).",
    english="The KK number only fills the field (one digit, counted up, no serial).",
)
def kk_number_is_a_placeholder(_: RuleContext) -> pl.Expr:
    """As for the NIK; kept, because the field is required."""
    return is_placeholder(KK)


@finds(
    Severity.WARNING,
    "no_kk",
    indonesian="Digit 7-10 nomor KK bukan tanggal dan bulan penerbitan; nomor mungkin salah ketik.",
    english="Digits 7 to 10 of the KK number are no day and month of issue; it may be mistyped.",
)
def kk_number_holds_no_date(_: RuleContext) -> pl.Expr:
    """Day outside 1-31 or month outside 1-12, in a number that is no placeholder."""
    return has_no_date(KK) & ~is_placeholder(KK)


@finds(
    Severity.WARNING,
    "no_kk",
    across=True,
    indonesian="Nomor KK dipakai oleh lebih dari satu baris; mungkin rumah tangga ganda.",
    english="The KK number is used by more than one row; the household may be a duplicate.",
)
def kk_number_used_twice(_: RuleContext) -> pl.Expr:
    """Another row has the same KK number."""
    return KK.is_not_null() & KK.is_duplicated()


@finds(
    Severity.WARNING,
    "nama",
    indonesian="Nama mengandung angka.",
    english="The name holds digits.",
)
def name_holds_digits(_: RuleContext) -> pl.Expr:
    """Permendagri 73/2022 allows letters only."""
    return pl.col("nama").str.contains(r"\d")

"""What real files do to single cells: each flaw by name, with what becomes of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

NBSP = "\u00a0"
ZERO_WIDTH = "\u200b"
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
EXCEL_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class Flaw:
    """A change of one cell, and what becomes of it.

    repaired: read as meant; kept: accepted as it stands; warning: the row is accepted, the finding travels with it and
    a value that cannot be is set aside; refused: the row is rejected.
    """

    name: str
    says: str
    column: str
    outcome: Literal["repaired", "kept", "warning", "refused"]
    change: Callable[[str], str]


def spelled(form: str) -> Callable[[str], str]:
    """An ISO date in another spelling; {month} is the Indonesian name, {short} its first three letters."""

    def change(value: str) -> str:
        day = date.fromisoformat(value)
        month = MONTHS[day.month - 1]
        return form.format(d=day, month=month, short=month[:3], serial=(day - EXCEL_DAY_ZERO).days)

    return change


def always(value: str) -> Callable[[str], str]:
    """The same text whatever stood there."""
    return lambda _: value


def grouped(separator: str) -> Callable[[str], str]:
    """Sixteen digits in four groups."""
    return lambda value: separator.join(value[at : at + 4] for at in range(0, 16, 4))


IDENTIFIERS = (
    Flaw("nik_scientific", "NIK turned into 3.50704E+15 by a spreadsheet", "nik", "refused", lambda v: f"{int(v):.5E}"),
    Flaw("nik_float", "NIK as a number with a fraction, .0", "nik", "refused", lambda v: f"{v}.0"),
    Flaw("nik_15_digits", "NIK that lost a digit", "nik", "warning", lambda v: v[1:]),
    Flaw("nik_with_letter", "NIK with the letter O for a zero", "nik", "warning", lambda v: v.replace("0", "O", 1)),
    Flaw(
        "nik_apostrophe",
        "NIK behind the apostrophe that makes a spreadsheet keep text",
        "nik",
        "repaired",
        lambda v: f"'{v}",
    ),
    Flaw("nik_dots", "NIK in groups with dots", "nik", "repaired", grouped(".")),
    Flaw("nik_blanks", "NIK in groups with blanks", "nik", "repaired", grouped(" ")),
    Flaw("nik_no_break_space", "NIK between no-break spaces", "nik", "repaired", lambda v: NBSP + v + NBSP),
    Flaw(
        "nik_zero_width", "NIK with a zero-width space inside", "nik", "repaired", lambda v: v[:6] + ZERO_WIDTH + v[6:]
    ),
    Flaw("nik_dash", "no NIK, written as -", "nik", "repaired", always("-")),
    Flaw("nik_zero", "no NIK, written as 0", "nik", "repaired", always("0")),
    Flaw("nik_null_word", "no NIK, written as NULL", "nik", "repaired", always("NULL")),
    Flaw("nik_placeholder", "NIK of sixteen equal digits", "nik", "warning", always("9999999999999999")),
)

NAMES = (
    Flaw("name_no_break_space", "no-break space between names", "nama", "repaired", lambda v: v.replace(" ", NBSP)),
    Flaw("name_zero_width", "zero-width space in a name", "nama", "repaired", lambda v: v[:2] + ZERO_WIDTH + v[2:]),
    Flaw("name_blanks", "blanks around and inside a name", "nama", "repaired", lambda v: f"  {v.replace(' ', '   ')} "),
    Flaw("name_formula", "a name that a spreadsheet would execute", "nama", "kept", lambda v: f"={v}"),
    Flaw("name_missing", "no name, written as -", "nama", "refused", always("-")),
    Flaw("name_digits", "a digit in a name", "nama", "warning", lambda v: v.replace("I", "1").replace("A", "4", 1)),
)

DATES = (
    Flaw("date_dashes", "17-08-1985", "tanggal_lahir", "repaired", spelled("{d:%d-%m-%Y}")),
    Flaw("date_slashes", "17/08/1985", "tanggal_lahir", "repaired", spelled("{d:%d/%m/%Y}")),
    Flaw("date_dots", "17.08.1985", "tanggal_lahir", "repaired", spelled("{d:%d.%m.%Y}")),
    Flaw("date_month_name", "17 Agustus 1985", "tanggal_lahir", "repaired", spelled("{d.day} {month} {d.year}")),
    Flaw("date_short_month", "17-Agu-1985", "tanggal_lahir", "repaired", spelled("{d:%d}-{short}-{d.year}")),
    Flaw("date_with_time", "1985-08-17 00:00:00", "tanggal_lahir", "repaired", spelled("{d:%Y-%m-%d} 00:00:00")),
    Flaw("date_compact", "19850817", "tanggal_lahir", "repaired", spelled("{d:%Y%m%d}")),
    Flaw("date_excel_serial", "31276, an Excel day number", "tanggal_lahir", "repaired", spelled("{serial}")),
    Flaw("date_zero", "no date, written as 0", "tanggal_lahir", "repaired", always("0")),
    Flaw("date_dash", "no date, written as -", "tanggal_lahir", "repaired", always("-")),
    Flaw("date_impossible", "31 February", "tanggal_lahir", "warning", spelled("31-02-{d.year}")),
    Flaw("date_in_the_future", "born after the reference date", "tanggal_lahir", "warning", always("2031-05-04")),
    Flaw("date_words", "words for a date", "tanggal_lahir", "warning", always("sekitar kemerdekaan")),
)

ANSWERS = (
    Flaw("relationship_unknown_code", "relationship code 99", "id_hub_kepala_keluarga", "warning", always("99")),
    Flaw("sex_unknown_code", "sex code 3", "id_jenis_kelamin", "warning", always("3")),
    Flaw("code_with_fraction", "code 2.0 for 2", "id_jenis_kelamin", "repaired", lambda v: f"{v}.0"),
    Flaw("diploma_unknown_code", "diploma code 77", "id_ijazah", "warning", always("77")),
    Flaw("bits_impossible", "a sum of documents that no documents make", "dokumen_identitas", "warning", always("512")),
    Flaw("answer_null_word", "no answer, written as NULL", "id_ijazah", "repaired", always("NULL")),
    Flaw("answer_not_available", "no answer, written as N/A", "id_penyakit_menahun", "repaired", always("N/A")),
)

HOUSEHOLDS = (
    Flaw("kk_scientific", "KK number turned into 3.40412E+15", "no_kk", "refused", lambda v: f"{int(v):.5E}"),
    Flaw("kk_missing", "no KK number", "no_kk", "refused", always("-")),
    Flaw("kk_15_digits", "KK number that lost a digit", "no_kk", "refused", lambda v: v[:-1]),
    Flaw("kk_apostrophe", "KK number behind an apostrophe", "no_kk", "repaired", lambda v: f"'{v}"),
    Flaw("region_undotted", "3404 for 34.04", "kode_kabupaten_kota", "repaired", lambda v: v.replace(".", "")),
    Flaw("village_undotted", "3404012001 for 34.04.01.2001", "kode_desa", "repaired", lambda v: v.replace(".", "")),
    Flaw(
        "kota_malang",
        "Kota Malang, 35.73, which is not Kabupaten Malang",
        "kode_kabupaten_kota",
        "warning",
        always("35.73"),
    ),
    Flaw(
        "outside_the_pilot",
        "Kota Yogyakarta, outside the districts of the run",
        "kode_kabupaten_kota",
        "warning",
        always("34.71"),
    ),
    Flaw("region_by_name", "a name where the code should be", "kode_kabupaten_kota", "refused", always("Malang")),
    Flaw("village_unknown", "a village code that no decree has", "kode_desa", "warning", lambda v: v[:-4] + "2999"),
    Flaw("decimal_comma", "floor area 45,5", "luas_lantai_bangunan", "repaired", lambda v: f"{v},5"),
    Flaw("negative_area", "floor area below zero", "luas_lantai_bangunan", "warning", lambda v: f"-{v}"),
    Flaw("area_in_words", "floor area in words", "luas_lantai_bangunan", "warning", always("sedang")),
    Flaw("roof_unknown_code", "roof code 9", "id_atap_terluas", "warning", always("9")),
    Flaw("fuel_of_other_version", "cooking fuel 0, which only dtsen-2025 has", "id_bb_utama", "warning", always("0")),
    Flaw("visit_slashes", "date of the visit as 05/11/2025", "tanggal_pendataan", "repaired", spelled("{d:%d/%m/%Y}")),
    Flaw(
        "visit_in_the_future", "visited after the reference date", "tanggal_pendataan", "warning", always("2031-01-15")
    ),
    Flaw("rt_lost_zero", "RT 3 for 03", "rt", "repaired", lambda v: v.lstrip("0") or v),
    Flaw("family_size_wrong", "family of 14 whose list is shorter", "jumlah_anggota_keluarga", "warning", always("14")),
)

MEMBERS = (*IDENTIFIERS, *NAMES, *DATES, *ANSWERS)

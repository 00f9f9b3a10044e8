"""Rules on region codes. Codes of Kemendagri, dotted; an unknown code may be of an older decree: warnings."""

from __future__ import annotations

import polars as pl

from targeting.intake.context import RuleContext
from targeting.intake.rules.rule import finds
from targeting.vocabulary import Severity

DISTRICT, SUBDISTRICT, VILLAGE = pl.col("kode_kabupaten_kota"), pl.col("kode_kecamatan"), pl.col("kode_desa")
KABUPATEN_MALANG, KOTA_MALANG = "35.07", "35.73"


@finds(
    Severity.WARNING,
    "kode_desa",
    blanks=True,
    indonesian="Kode desa tampaknya kode BPS, bukan kode Kemendagri; kode dianggap kosong.",
    english="The village code looks like one of BPS, not of Kemendagri; it is taken as missing.",
)
def village_code_is_of_bps(_: RuleContext) -> pl.Expr:
    """Ten digits, of which the last four begin with 0: BPS numbers villages 001 on, Kemendagri 1001 or 2001 on."""
    return VILLAGE.str.slice(9, 1) == "0"


@finds(
    Severity.WARNING,
    "kode_kabupaten_kota",
    also=("household_id",),
    indonesian="Kabupaten/kota di luar wilayah yang dinyatakan untuk proses ini.",
    english="The district is outside those declared for this run.",
)
def district_is_outside_the_run(context: RuleContext) -> pl.Expr:
    """A PPSE household elsewhere; it stays on the list until the gate on the pilot area."""
    return ~DISTRICT.is_in(context.districts) if context.districts else pl.lit(False)


@finds(
    Severity.WARNING,
    "kode_kabupaten_kota",
    also=("household_id", "alamat"),
    indonesian="Kota Malang (35.73) bukan Kabupaten Malang (35.07): periksa kode dan alamat.",
    english="Kota Malang (35.73) is not Kabupaten Malang (35.07): check code and address.",
)
def kota_malang_is_taken_for_kabupaten_malang(context: RuleContext) -> pl.Expr:
    """The city in a run for the regency, or an address that names the one under the code of the other."""
    address = pl.col("alamat").str.to_uppercase().fill_null("")
    wrong_run = KABUPATEN_MALANG in context.districts and KOTA_MALANG not in context.districts
    return (
        ((DISTRICT == KOTA_MALANG) & pl.lit(wrong_run))
        | ((DISTRICT == KOTA_MALANG) & address.str.contains(r"\bKAB(?:UPATEN)?\.? MALANG\b"))
        | ((DISTRICT == KABUPATEN_MALANG) & address.str.contains(r"\bKOTA MALANG\b"))
    )


@finds(
    Severity.WARNING,
    "kode_kabupaten_kota",
    indonesian="Kode kabupaten/kota tidak dikenal; mungkin kode lama.",
    english="The district code is not known; it may be of an older decree.",
)
def district_code_is_unknown(context: RuleContext) -> pl.Expr:
    """Not in the list of regions."""
    return ~DISTRICT.is_in(context.codes(2).implode())


@finds(
    Severity.WARNING,
    "kode_kecamatan",
    indonesian="Kode kecamatan tidak dikenal; mungkin kode lama atau kode BPS.",
    english="The subdistrict code is not known; it may be of an older decree or of BPS.",
)
def subdistrict_code_is_unknown(context: RuleContext) -> pl.Expr:
    """Not in the list of regions."""
    return ~SUBDISTRICT.is_in(context.codes(3).implode())


@finds(
    Severity.WARNING,
    "kode_desa",
    indonesian="Kode desa/kelurahan tidak dikenal; mungkin kode lama atau kode BPS.",
    english="The village code is not known; it may be of an older decree or of BPS.",
)
def village_code_is_unknown(context: RuleContext) -> pl.Expr:
    """Not in the list of regions."""
    return ~VILLAGE.is_in(context.codes(4).implode())


@finds(
    Severity.WARNING,
    "kode_kecamatan",
    also=("kode_kabupaten_kota",),
    indonesian="Kecamatan tidak terletak di kabupaten/kota yang tercatat.",
    english="The subdistrict does not lie in the district on record.",
)
def subdistrict_lies_in_another_district(_: RuleContext) -> pl.Expr:
    """The codes do not nest."""
    return SUBDISTRICT.str.slice(0, 5) != DISTRICT


@finds(
    Severity.WARNING,
    "kode_desa",
    also=("kode_kecamatan",),
    indonesian="Desa/kelurahan tidak terletak di kecamatan yang tercatat.",
    english="The village does not lie in the subdistrict on record.",
)
def village_lies_in_another_subdistrict(_: RuleContext) -> pl.Expr:
    """The codes do not nest."""
    return VILLAGE.str.slice(0, 8) != SUBDISTRICT

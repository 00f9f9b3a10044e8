"""Every level of every comparison in words, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from targeting.contracts.linkage import ColumnType

Tongue = Literal["id", "en"]


class Words(NamedTuple):
    """One level in both languages."""

    id: str
    en: str


MISSING = Words("kosong di salah satu pihak", "missing on one side")
IDENTIFIER = {
    "missing": Words("nomor kosong di salah satu pihak", "number missing on one side"),
    "different": Words("nomor berbeda", "numbers differ"),
    "next number": Words("nomor berurutan", "numbers issued one after the other"),
    "one or two digits off": Words("satu atau dua angka berbeda", "one or two digits off"),
    "equal": Words("nomor sama", "numbers equal"),
}

LEVELS: Mapping[ColumnType, Mapping[str, Words]] = MappingProxyType(
    {
        ColumnType.NAME: {
            "missing": Words("nama kosong di salah satu pihak", "name missing on one side"),
            "different": Words("nama berbeda", "names differ"),
            "shares a part": Words("satu bagian nama sama", "names share a part"),
            "similar": Words("nama mirip", "names similar"),
            "one contains the other": Words("nama yang satu termuat dalam yang lain", "one name contains the other"),
            "very similar": Words("nama sangat mirip", "names very similar"),
            "sounds alike": Words("nama sama bunyinya", "names sound alike"),
            "equal": Words("nama sama", "names equal"),
        },
        ColumnType.DATE: {
            "missing": Words("tanggal kosong di salah satu pihak", "date missing on one side"),
            "different": Words("tanggal berbeda", "dates differ"),
            "years near": Words("tahun berselisih tiga sampai lima", "years three to five apart"),
            "years close": Words("tahun berselisih paling banyak dua", "years at most two apart"),
            "year equal": Words("tahun sama, bulan dan hari berbeda", "year equal, month and day differ"),
            "two parts equal or years one apart": Words(
                "dua dari hari, bulan, tahun sama, atau tahun berselisih satu",
                "two of day, month, year equal, or years one apart",
            ),
            "one digit or swapped": Words(
                "satu angka berbeda, atau hari dan bulan tertukar", "one digit off, or day and month swapped"
            ),
            "known parts equal": Words("bagian yang diketahui sama", "parts that are known are equal"),
            "equal": Words("tanggal sama", "dates equal"),
        },
        ColumnType.NIK: IDENTIFIER,
        ColumnType.NKK: IDENTIFIER,
        ColumnType.REGION: {
            "missing": Words("wilayah kosong di salah satu pihak", "region missing on one side"),
            "different": Words("provinsi berbeda", "different provinces"),
            "same province": Words("provinsi sama", "same province"),
            "same regency": Words("kabupaten/kota sama", "same regency"),
            "same district": Words("kecamatan sama", "same district"),
            "equal": Words("wilayah sama", "region equal"),
        },
        ColumnType.TEXT: {
            "missing": Words("teks kosong di salah satu pihak", "text missing on one side"),
            "different": Words("tidak ada kata yang sama", "no word in common"),
            "shares a word": Words("ada kata yang sama", "share a word"),
            "similar": Words("mirip", "similar"),
            "very similar": Words("sangat mirip", "very similar"),
            "equal": Words("sama", "equal"),
        },
        ColumnType.CATEGORY: {
            "missing": MISSING,
            "different": Words("berbeda", "differ"),
            "equal": Words("sama", "equal"),
        },
    }
)
"""By column type and the level's name in its comparison."""


def level_words(kind: ColumnType, level: str, tongue: Tongue) -> str:
    """A level in words; one that nobody put into words is shown as it is."""
    words = LEVELS[kind].get(level)
    return level if words is None else str(getattr(words, tongue))

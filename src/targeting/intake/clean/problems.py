"""What cleaning can find, in words: (Indonesian, English), each with its cure and never with the value."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[str, str]] = {
    "identifier_is_a_number": (
        (
            "disimpan sebagai angka (notasi ilmiah atau desimal), sehingga digit terakhirnya hilang; "
            "format kolomnya sebagai Teks di berkas asal lalu ekspor ulang"
        ),
        (
            "was stored as a number (scientific notation or a fraction), so its last digits are lost; "
            "format the column as Text in the original file and export it again"
        ),
    ),
    "identifier_lost_a_digit": (
        (
            "hanya 15 digit, satu digit hilang; nol di depan bukan obatnya karena kode provinsi mulai dari 11, "
            "periksa pada dokumen asli"
        ),
        (
            "has 15 digits, one is missing; a leading zero is not the cure, as province codes begin at 11: "
            "look it up in the original document"
        ),
    ),
    "identifier_has_other_characters": (
        "berisi huruf atau tanda selain angka; isi 16 digit",
        "has letters or signs among its digits; write its 16 digits",
    ),
    "identifier_has_wrong_length": (
        "tidak terdiri dari 16 digit; periksa pada dokumen asli",
        "does not have 16 digits; look it up in the original document",
    ),
    "region_code_is_a_number": (
        (
            "disimpan sebagai angka, sehingga nol di belakangnya mungkin hilang (34.1 bisa 34.10); "
            "format kolomnya sebagai Teks lalu ekspor ulang"
        ),
        (
            "was stored as a number, so it may have lost a nought at its end (34.1 may be 34.10); "
            "format the column as Text and export it again"
        ),
    ),
    "region_code_has_other_characters": (
        "berisi huruf atau tanda selain angka dan titik; isi kode Kemendagri",
        "has letters or signs beside digits and dots; write the Kemendagri code",
    ),
    "region_code_has_wrong_length": (
        (
            "jumlah digitnya bukan yang dipakai Kemendagri untuk tingkat ini (2, 4, 6 atau 10); "
            "kode BPS 7 digit harus diubah"
        ),
        (
            "does not have the number of digits that Kemendagri uses at this level (2, 4, 6 or 10); "
            "a BPS code of 7 digits must be converted"
        ),
    ),
    "date_is_unreadable": (
        "bukan tanggal yang dikenal; tulis seperti 31/12/1990 atau 1990-12-31",
        "is not a date in a known spelling; write it like 31/12/1990 or 1990-12-31",
    ),
    "date_is_impossible": (
        "tanggal ini tidak ada di kalender; periksa hari, bulan dan tahunnya",
        "is a day that no calendar has; check its day, month and year",
    ),
    "date_is_a_year_only": (
        "hanya berisi tahun; isi hari dan bulannya, atau kosongkan",
        "is a year only; add the day and month, or leave it empty",
    ),
    "date_is_in_another_order": (
        "hanya terbaca bila urutan hari dan bulan dibalik; sesuaikan 'dates' untuk berkas ini",
        "can only be read with day and month the other way round; set 'dates' for this file",
    ),
    "number_is_unreadable": (
        "bukan angka; tulis angka saja, misalnya 1250000 atau 36,5",
        "is not a number; write digits only, such as 1250000 or 36.5",
    ),
    "number_is_ambiguous": (
        "bisa berarti ribuan atau pecahan (1.234); tetapkan 'decimal' untuk berkas ini",
        "may mean thousands or a fraction (1.234); set 'decimal' for this file",
    ),
    "integer_is_unreadable": (
        "bukan bilangan bulat; isi kodenya atau jumlahnya dengan angka",
        "is not a whole number; write the code or count in digits",
    ),
    "yes_no_is_unreadable": (
        "bukan 1 (ya) atau 2 (tidak)",
        "is neither 1 (yes) nor 2 (no)",
    ),
    "text_has_broken_characters": (
        "berisi huruf rusak karena pengodean yang salah; simpan ulang berkas sebagai CSV UTF-8",
        "has characters broken by a wrong encoding; save the file again as CSV UTF-8",
    ),
    "row_has_too_few_fields": (
        "baris ini kekurangan kolom dibanding kepala tabel; lengkapi pemisahnya",
        "this row has fewer fields than the header; complete its delimiters",
    ),
    "row_has_too_many_fields": (
        "baris ini kelebihan kolom dibanding kepala tabel; apit isi yang memuat pemisah dengan tanda kutip",
        "this row has more fields than the header; quote the value that contains the delimiter",
    ),
    "row_has_an_unclosed_quote": (
        "tanda kutip di baris ini tidak ditutup; tutup atau hapus",
        "a quotation mark in this row is never closed; close or remove it",
    ),
}
"""Why a value could not be read. The cleaned value is null, but for text, which is kept."""

REPAIRS: dict[str, tuple[str, str]] = {
    "identifier_was_written_with_marks": (
        "ditulis dengan apostrof, spasi, titik atau tanda lain; tanda itu dihapus",
        "was written with apostrophes, blanks, dots or other marks; they were removed",
    ),
    "region_code_regained_zeros": (
        "bagian kodenya kehilangan nol di depan (34.4.1); nol itu dikembalikan",
        "parts of the code had lost their leading zeros (34.4.1); they were put back",
    ),
    "date_was_an_excel_serial": (
        "ditulis sebagai nomor hari Excel; diubah menjadi tanggal",
        "was written as an Excel day number; it was turned into a date",
    ),
    "date_was_midnight_in_utc": (
        "ditulis dalam waktu UTC (tengah malam WIB, WITA atau WIT); diubah ke tanggal setempat",
        "was written in UTC (midnight in Indonesia); it was turned into the local date",
    ),
    "date_century_was_assumed": (
        "tahunnya hanya dua digit; abadnya diduga",
        "has a year of two digits; its century was assumed",
    ),
}
"""What was mended on the way. The cleaned value is good."""

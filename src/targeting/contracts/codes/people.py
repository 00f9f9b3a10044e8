"""Codes of a person: who, in which family, at which school, in which health."""

from __future__ import annotations

from collections.abc import Mapping

Codes = Mapping[int, str]

_SCHOOL_LEVELS: Codes = {
    1: "paket_a",
    2: "sdlb",
    3: "sd",
    4: "mi",
    5: "spm_pdf_ula",
    6: "paket_b",
    7: "smplb",
    8: "smp",
    9: "mts",
    10: "spm_pdf_wustha",
    11: "paket_c",
    12: "smlb",
    13: "sma",
    14: "ma",
    15: "smk",
    16: "mak",
    17: "spm_pdf_ulya",
    18: "d1_d2_d3",
    19: "d4_s1",
    20: "profesi",
    21: "s2",
    22: "s3",
}

SAME: Mapping[str, Codes] = {
    "ya_tidak": {1: "ya", 2: "tidak"},
    "jenis_kelamin": {1: "laki_laki", 2: "perempuan"},  # 405
    "hubungan_kepala_keluarga": {  # 409
        1: "kepala",
        2: "istri_suami",
        3: "anak",
        4: "menantu",
        5: "cucu",
        6: "orang_tua_mertua",
        7: "pembantu_sopir",
        8: "lainnya",
    },
    "status_perkawinan": {1: "belum_kawin", 2: "kawin", 3: "cerai_hidup", 4: "cerai_mati"},
    "keberadaan_keluarga": {1: "ditemukan", 2: "pindah", 3: "meninggal", 4: "tidak_ditemukan"},
    "partisipasi_sekolah": {1: "belum_pernah", 2: "masih_sekolah", 3: "tidak_sekolah_lagi"},  # 412
    "jenjang_pendidikan": _SCHOOL_LEVELS,  # 413
    "ijazah": {**_SCHOOL_LEVELS, 23: "tidak_punya"},  # 415
    "kesulitan_fungsi": {  # 428
        1: "sama_sekali_tidak_bisa",
        2: "banyak_kesulitan",
        3: "sedikit_kesulitan",
        4: "tidak_ada_kesulitan",
    },
    "kesedihan": {1: "sangat_sering", 2: "sering", 3: "jarang", 4: "tidak_pernah"},  # 428, the mood item
    "kondisi_gizi": {1: "kurang_gizi", 2: "kerdil", 3: "tidak_ada_catatan", 8: "tidak_diketahui"},
    "penyakit_menahun": {  # 430
        1: "tidak_ada",
        2: "hipertensi",
        3: "rematik",
        4: "asma",
        5: "jantung",
        6: "diabetes",
        7: "tbc",
        8: "stroke",
        9: "kanker",
        10: "gagal_ginjal",
        11: "hemofilia",
        12: "hiv_aids",
        13: "kolesterol",
        14: "sirosis_hati",
        15: "thalasemia",
        16: "leukemia",
        17: "alzheimer",
        18: "lainnya",
    },
}

REGSOSEK_2022K: Mapping[str, Codes] = {
    "keberadaan_anggota": {  # 404
        1: "tinggal_bersama",
        2: "meninggal",
        3: "pindah_wilayah",
        4: "luar_negeri",
        5: "anggota_baru",
        6: "tidak_ditemukan",
    },
}

BITS: Mapping[str, Codes] = {
    # Sums of powers of two; what single bits say is (general knowledge, unverified), their values are not.
    "dokumen_identitas": {1: "akta_kelahiran", 2: "kia", 4: "ktp"},  # 411
    "penggunaan_internet": {  # 426
        1: "komunikasi",
        2: "promosi",
        4: "jual_beli_media_sosial",
        8: "jual_beli_lokapasar",
        16: "mencari_informasi",
        32: "lainnya",
    },
    "jaminan_kesehatan": {1: "pbi_jkn", 2: "jkn_mandiri", 4: "jkn_pemberi_kerja", 8: "lainnya"},  # 431a
    "jaminan_ketenagakerjaan": {  # 431f
        1: "kecelakaan_kerja",
        2: "kematian",
        4: "hari_tua",
        8: "pensiun",
        16: "kehilangan_pekerjaan",
    },
}

NOT_KNOWN: Mapping[str, int] = {"jaminan_kesehatan": 99, "jaminan_ketenagakerjaan": 99}
"""The one value of a sum that is no sum: the respondent does not know."""

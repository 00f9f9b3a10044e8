"""Codes of work and business."""

from __future__ import annotations

from collections.abc import Mapping

Codes = Mapping[int, str]

SAME: Mapping[str, Codes] = {
    "lapangan_usaha": {  # 417, 421
        1: "padi_palawija",
        2: "hortikultura",
        3: "perkebunan",
        4: "perikanan",
        5: "peternakan",
        6: "kehutanan",
        7: "pertambangan",
        8: "industri_pengolahan",
        9: "listrik_gas",
        10: "air_limbah",
        11: "konstruksi",
        12: "perdagangan",
        13: "angkutan",
        14: "akomodasi_makan_minum",
        15: "informasi_komunikasi",
        16: "keuangan",
        17: "real_estat",
        18: "jasa_profesional",
        19: "sewa_tenaga_kerja",
        20: "administrasi_pemerintahan",
        21: "pendidikan",
        22: "kesehatan",
        23: "kesenian",
        24: "jasa_lainnya",
        25: "rumah_tangga_pemberi_kerja",
        26: "badan_internasional",
    },
    "kedudukan_pekerjaan": {  # 418
        1: "berusaha_sendiri",
        2: "berusaha_dibantu_buruh_tidak_tetap",
        3: "berusaha_dibantu_buruh_tetap",
        4: "buruh_karyawan",
        5: "pns_tni_polri_bumn_bumd_pejabat",
        6: "pekerja_bebas_pertanian",
        7: "pekerja_bebas_nonpertanian",
        8: "pekerja_keluarga_tidak_dibayar",
    },
    "omset_usaha": {  # 425, turnover a month in million rupiah
        1: "di_bawah_5_juta",
        2: "5_sampai_15_juta",
        3: "15_sampai_25_juta",
        4: "25_sampai_167_juta",
        5: "167_sampai_1250_juta",
        6: "1250_sampai_4167_juta",
        7: "mulai_4167_juta",
    },
}

REGSOSEK_2022K: Mapping[str, Codes] = {
    "izin_usaha": {  # 424
        1: "situ",
        2: "siup",
        3: "nrp",
        4: "nib",
        5: "skdp",
        6: "amdal",
        7: "simb",
        8: "skbh",
        9: "akta_pt",
        10: "lainnya",
        11: "belum_ada",
        12: "izin_gangguan",
    },
}

DTSEN_2025: Mapping[str, Codes] = {
    # Collapsed to yes and no; "belum_ada" is the same statement in both versions.
    "izin_usaha": {1: "ada", 2: "belum_ada"},
}

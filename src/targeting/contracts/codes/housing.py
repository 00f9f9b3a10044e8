"""Codes of the dwelling. Two lists are traps: the same code means another thing in another version."""

from __future__ import annotations

from collections.abc import Mapping

Codes = Mapping[int, str]

_FUELS: Codes = {
    1: "listrik",
    2: "lpg_5_5",
    3: "lpg_12",
    4: "lpg_3",
    5: "gas_kota",
    6: "biogas",
    7: "minyak_tanah",
    8: "briket",
    9: "arang",
    10: "kayu_bakar",
    11: "lainnya",
}

SAME: Mapping[str, Codes] = {
    "penguasaan_bangunan": {1: "milik_sendiri", 2: "kontrak_sewa", 3: "bebas_sewa", 4: "dinas", 5: "lainnya"},  # 301a
    "lantai": {  # 303
        1: "marmer_granit",
        2: "keramik",
        3: "parket_vinil",
        4: "ubin",
        5: "kayu",
        6: "semen_bata",
        7: "bambu",
        8: "tanah",
        9: "lainnya",
    },
    "dinding": {  # 304
        1: "tembok",
        2: "plesteran_anyaman",
        3: "kayu_grc",
        4: "anyaman_bambu",
        5: "batang_kayu",
        6: "bambu",
        7: "lainnya",
    },
    "sumber_air_minum": {  # 306a
        1: "air_kemasan",
        2: "isi_ulang",
        3: "leding",
        4: "sumur_bor",
        5: "sumur_terlindung",
        6: "sumur_tak_terlindung",
        7: "mata_air_terlindung",
        8: "mata_air_tak_terlindung",
        9: "air_permukaan",
        10: "air_hujan",
        11: "lainnya",
    },
    "penerangan": {1: "pln_meteran", 2: "pln_tanpa_meteran", 3: "listrik_non_pln", 4: "bukan_listrik"},  # 307a
    "daya_listrik": {1: "450_va", 2: "900_va", 3: "1300_va", 4: "2200_va", 5: "di_atas_2200_va"},
    "fasilitas_bab": {  # 309a
        1: "sendiri",
        2: "bersama_tertentu",
        3: "mck_komunal",
        4: "mck_umum",
        5: "ada_tidak_dipakai",
        6: "tidak_ada",
    },
    "kloset": {  # 309b
        1: "leher_angsa",
        2: "plengsengan_tutup",
        3: "plengsengan_tanpa_tutup",
        4: "cemplung_cubluk",
    },
    "pembuangan_tinja": {  # 310
        1: "tangki_septik",
        2: "ipal",
        3: "kolam_sungai",
        4: "lubang_tanah",
        5: "pantai_kebun",
        6: "lainnya",
    },
}

REGSOSEK_2022K: Mapping[str, Codes] = {
    "atap": {  # 305
        1: "beton",
        2: "genteng",
        3: "seng",
        4: "asbes",
        5: "kayu_sirap",
        6: "bambu",
        7: "jerami",
        8: "lainnya",
    },
    "bahan_bakar": {**_FUELS, 12: "tidak_memasak"},  # 308
}

DTSEN_2025: Mapping[str, Codes] = {
    "atap": {
        1: "beton",
        2: "genteng",
        3: "seng",
        4: "asbes",
        5: "bambu",
        6: "kayu_sirap",
        7: "jerami",
        8: "lainnya",
    },
    "bahan_bakar": {0: "tidak_memasak", **_FUELS},
}

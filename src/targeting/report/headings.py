"""Column headings and sheet titles of lists, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label

HEADINGS: Mapping[str, Label] = MappingProxyType(
    {
        "district": Label("kode kabupaten/kota", "district code"),
        "nama_kabupaten_kota": Label("kabupaten/kota", "district"),
        "rank": Label("peringkat", "rank"),
        "status": Label("status", "status"),
        "household_id": Label("id keluarga", "household id"),
        "nama_kepala_keluarga": Label("kepala keluarga", "head of household"),
        "nominee_person_id": Label("id calon", "nominee id"),
        "nama_calon": Label("calon peserta", "nominee"),
        "nik": Label("NIK", "NIK"),
        "no_kk": Label("nomor KK", "KK number"),
        "nama_kecamatan": Label("kecamatan", "subdistrict"),
        "kode_desa": Label("kode desa", "village code"),
        "nama_desa": Label("desa/kelurahan", "village"),
        "alamat": Label("alamat", "address"),
        "rt": Label("RT", "RT"),
        "rw": Label("RW", "RW"),
        "desil": Label("desil DTSEN", "DTSEN decile"),
        "score": Label("skor", "score"),
        "p_top_k": Label("peluang masuk kuota", "probability of a seat"),
        "p_link": Label("peluang padanan benar", "link probability"),
        "deprivation": Label("deprivasi", "deprivation"),
        "potential": Label("potensi wirausaha", "business potential"),
        "area": Label("wilayah kuota", "area of the seats"),
        "seat_basis": Label("dasar kursi", "how the seat was won"),
        "batch": Label("angkatan", "batch"),
        "visit_order": Label("urutan kunjungan", "visit order"),
        "waitlist_place": Label("urutan cadangan", "waitlist place"),
        "waitlist_until": Label("cadangan berlaku sampai", "waitlist valid until"),
        "tie": Label("nomor seri", "tie"),
        "lottery": Label("tiket undian", "lottery ticket"),
        "override": Label("keputusan petugas", "decision by a person"),
        "reasons": Label("alasan", "reasons"),
        "to_verify": Label("perlu diverifikasi", "to verify"),
        "keterangan": Label("keterangan", "note"),
    }
)
"""Column headings of the candidate list in a workbook; other tables keep their column names."""

TITLES: Mapping[str, Label] = MappingProxyType({"candidate": Label("Daftar calon", "Candidates")})
"""Sheet titles by table; other tables keep their names."""

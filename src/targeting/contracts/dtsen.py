"""DTSEN records, by the field names that regional applications publish: close to official, not official."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from targeting.contracts.fields import (
    Address,
    Coded,
    Day,
    Decile,
    DistrictCode,
    FamilySize,
    Name,
    Nik,
    Nkk,
    OneOf,
    Place,
    ProvinceCode,
    RecordId,
    SubdistrictCode,
    VillageCode,
    YesNo,
)
from targeting.contracts.items import Business, Functioning, Housing

UnlistedCode = Annotated[int, Ge(0), Le(99)]
"""A code whose list is not public."""

STATUS_DTSEN = ("DTSEN AKTIF", "DTSEN AKTIF - ASESMEN MENINGGAL", "DTSEN NONAKTIF")


class DtsenFamily(Housing):
    """A DTSEN family at a cut-off date."""

    dtsen_family_id: RecordId
    no_kk: Nkk
    nama_kepala_keluarga: Name | None = None
    alamat: Address | None = None
    kode_provinsi: ProvinceCode | None = None
    kode_kabupaten_kota: DistrictCode
    kode_kecamatan: SubdistrictCode | None = None
    kode_desa: VillageCode | None = None
    jumlah_anggota_keluarga: FamilySize | None = None
    id_status_keberadaan_keluarga: Annotated[int, Coded("keberadaan_keluarga")] | None = None
    status_dtsen: Annotated[str, OneOf(STATUS_DTSEN)] | None = None
    cut_off: Day | None = None
    desil_nasional: Decile | None = None
    kemiskinan_ekstrem: YesNo | None = None
    bansos: YesNo | None = None


class DtsenPerson(Functioning, Business):
    """A person of a DTSEN family."""

    dtsen_person_id: RecordId
    dtsen_family_id: RecordId
    nik: Nik | None = None
    nama: Name
    tempat_lahir: Place | None = None
    tanggal_lahir: Day | None = None
    id_jenis_kelamin: Annotated[int, Coded("jenis_kelamin")] | None = None
    id_hub_kepala_keluarga: Annotated[int, Coded("hubungan_kepala_keluarga")] | None = None
    id_status_perkawinan: Annotated[int, Coded("status_perkawinan")] | None = None
    id_partisipasi_sekolah: Annotated[int, Coded("partisipasi_sekolah")] | None = None
    id_jenjang_pendidikan_dukcapil: Annotated[int, Coded("ijazah")] | None = None
    membantu_bekerja: YesNo | None = None
    id_pekerjaan_utama: Annotated[int, Coded("lapangan_usaha")] | None = None
    id_status_kedudukan_pekerjaan_utama: Annotated[int, Coded("kedudukan_pekerjaan")] | None = None
    id_pendapatan: UnlistedCode | None = None
    id_disabilitas: UnlistedCode | None = None
    tingkat_disabilitas: Annotated[str, MaxLen(50)] | None = None
    id_kondisi_gizi: Annotated[int, Coded("kondisi_gizi")] | None = None
    id_penyakit_menahun: Annotated[int, Coded("penyakit_menahun")] | None = None
    pbi: YesNo | None = None

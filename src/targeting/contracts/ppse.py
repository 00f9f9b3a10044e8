"""PPSE records. No official layout is public: household list and member list, close to Regsosek 2022.K (assumption)."""

from __future__ import annotations

from typing import Annotated

from targeting.contracts.fields import (
    Address,
    Bitmask,
    Coded,
    Day,
    DistrictCode,
    FamilySize,
    MoneyIdr,
    Name,
    Neighbourhood,
    Nik,
    Nkk,
    Place,
    RecordId,
    SubdistrictCode,
    VillageCode,
    YesNo,
)
from targeting.contracts.items import Business, Functioning, Housing, Record


class PpsePersonItems(Functioning, Business):
    """What PPSE says of one person, all of it optional."""

    nik: Nik | None = None
    nama: Name | None = None
    tempat_lahir: Place | None = None
    tanggal_lahir: Day | None = None
    id_jenis_kelamin: Annotated[int, Coded("jenis_kelamin")] | None = None
    id_hub_kepala_keluarga: Annotated[int, Coded("hubungan_kepala_keluarga")] | None = None
    id_status_perkawinan: Annotated[int, Coded("status_perkawinan")] | None = None
    id_keberadaan_anggota: Annotated[int, Coded("keberadaan_anggota")] | None = None
    id_partisipasi_sekolah: Annotated[int, Coded("partisipasi_sekolah")] | None = None
    id_jenjang_pendidikan: Annotated[int, Coded("jenjang_pendidikan")] | None = None
    id_ijazah: Annotated[int, Coded("ijazah")] | None = None
    id_lapangan_usaha: Annotated[int, Coded("lapangan_usaha")] | None = None
    id_status_kedudukan_pekerjaan_utama: Annotated[int, Coded("kedudukan_pekerjaan")] | None = None
    id_penyakit_menahun: Annotated[int, Coded("penyakit_menahun")] | None = None
    id_kondisi_gizi: Annotated[int, Coded("kondisi_gizi")] | None = None
    dokumen_identitas: Annotated[int, Bitmask("dokumen_identitas")] | None = None
    penggunaan_internet: Annotated[int, Bitmask("penggunaan_internet")] | None = None
    jaminan_kesehatan: Annotated[int, Bitmask("jaminan_kesehatan")] | None = None
    jaminan_ketenagakerjaan: Annotated[int, Bitmask("jaminan_ketenagakerjaan")] | None = None
    prakerja: YesNo | None = None
    kur: YesNo | None = None
    umi: YesNo | None = None
    pip: YesNo | None = None
    pelatihan_usaha: YesNo | None = None
    minat_wub: YesNo | None = None


class PpseAid(Record):
    """Aid a household receives (block V)."""

    bansos_bpnt: YesNo | None = None
    bansos_pkh: YesNo | None = None
    bansos_blt_dana_desa: YesNo | None = None
    bansos_subsidi_listrik: YesNo | None = None
    bansos_pemda: YesNo | None = None
    bansos_subsidi_pupuk: YesNo | None = None
    bansos_subsidi_lpg: YesNo | None = None


class PpseHousehold(PpsePersonItems, PpseAid, Housing):
    """A PPSE household. The person items are those of its head; only a flat file (one row a household) has them."""

    household_id: RecordId
    no_kk: Nkk
    kode_kabupaten_kota: DistrictCode
    kode_kecamatan: SubdistrictCode | None = None
    kode_desa: VillageCode | None = None
    alamat: Address | None = None
    rt: Neighbourhood | None = None
    rw: Neighbourhood | None = None
    tanggal_pendataan: Day | None = None
    jumlah_anggota_keluarga: FamilySize | None = None
    id_status_keberadaan_keluarga: Annotated[int, Coded("keberadaan_keluarga")] | None = None
    expenditure_idr_month: MoneyIdr | None = None


class PpseMember(PpsePersonItems):
    """A member of a PPSE household."""

    person_id: RecordId
    household_id: RecordId
    nama: Name

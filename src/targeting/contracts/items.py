"""Questionnaire items that PPSE and DTSEN share: the dwelling, functioning, business. Units: m2, rupiah."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from targeting.contracts.fields import Animals, Coded, Count, FloorAreaM2, YesNo

Difficulty = Annotated[int, Coded("kesulitan_fungsi")]


class Record(BaseModel):
    """A row of an input file, typed. Null is "not said"; unknown columns are left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Housing(Record):
    """Dwelling, assets and livestock of a household or family."""

    id_status_penguasaan_bangunan: Annotated[int, Coded("penguasaan_bangunan")] | None = None
    luas_lantai_bangunan: FloorAreaM2 | None = None
    id_lantai_terluas: Annotated[int, Coded("lantai")] | None = None
    id_dinding_terluas: Annotated[int, Coded("dinding")] | None = None
    id_atap_terluas: Annotated[int, Coded("atap")] | None = None
    id_sumber_airminum: Annotated[int, Coded("sumber_air_minum")] | None = None
    id_sumberpenerangan: Annotated[int, Coded("penerangan")] | None = None
    id_dayapenerangan: Annotated[int, Coded("daya_listrik")] | None = None
    id_bb_utama: Annotated[int, Coded("bahan_bakar")] | None = None
    id_fasilitas_bab: Annotated[int, Coded("fasilitas_bab")] | None = None
    id_jenis_kloset: Annotated[int, Coded("kloset")] | None = None
    id_pembuangan_tinja: Annotated[int, Coded("pembuangan_tinja")] | None = None
    aset_bergerak_tabung_gas: YesNo | None = None
    aset_bergerak_lemari_es: YesNo | None = None
    aset_bergerak_ac: YesNo | None = None
    aset_bergerak_pemanas_air: YesNo | None = None
    aset_bergerak_telepon_rumah: YesNo | None = None
    aset_bergerak_tv_datar: YesNo | None = None
    aset_bergerak_emas_perhiasan: YesNo | None = None
    aset_bergerak_komputer_laptop_tablet: YesNo | None = None
    aset_bergerak_sepeda_motor: YesNo | None = None
    aset_bergerak_sepeda: YesNo | None = None
    aset_bergerak_mobil: YesNo | None = None
    aset_bergerak_perahu: YesNo | None = None
    aset_bergerak_kapal_perahu_motor: YesNo | None = None
    aset_bergerak_smartphone: YesNo | None = None
    lahan_tempat_lain: YesNo | None = None
    rumah_tempat_lain: YesNo | None = None
    jml_sapi: Animals | None = None
    jml_kerbau: Animals | None = None
    jml_kuda: Animals | None = None
    jml_babi: Animals | None = None
    jml_kambing_domba: Animals | None = None


class Functioning(Record):
    """The ten functional items of a person."""

    id_penglihatan: Difficulty | None = None
    id_pendengaran: Difficulty | None = None
    id_berjalan_atau_naik_tangga: Difficulty | None = None
    id_menggunakan_tangan_jari: Difficulty | None = None
    id_belajar_kemampuan_intelektual: Difficulty | None = None
    id_pengendalian_perilaku: Difficulty | None = None
    id_berbicara_komunikasi: Difficulty | None = None
    id_mengurus_diri: Difficulty | None = None
    id_mengingat_berkonsentrasi: Difficulty | None = None
    id_kesedihan_depresi: Annotated[int, Coded("kesedihan")] | None = None


class Business(Record):
    """The business of a person, if there is one."""

    jumlah_jenis_usaha: Count | None = None
    id_lapangan_usaha_dari_usaha_utama: Annotated[int, Coded("lapangan_usaha")] | None = None
    id_kepemilikan_izin_usaha: Annotated[int, Coded("izin_usaha")] | None = None
    id_omset_usaha_utama: Annotated[int, Coded("omset_usaha")] | None = None
    jumlah_pekerja_dibayar: Count | None = None
    jumlah_pekerja_tidak_dibayar: Count | None = None

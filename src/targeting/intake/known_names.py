"""Names under which offices and applications keep the fields of the contracts, letters and digits only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from targeting.intake.headers import normalise

_WORDS: Mapping[str, str] = {
    "nik": "nik nonik nomornik nomorindukkependudukan noinduk noktp nomorktp ktp nikanggota nikart idnumber nationalid",
    "no_kk": "nokk nomorkk nkk kk nomorkartukeluarga nokartukeluarga kartukeluarga nokkkeluarga kknumber",
    "nama": "nama namalengkap namaanggota namaart namaanggotakeluarga namaanggotarumahtangga namapenerima namapeserta "
    "namaorang namakrt name fullname",
    "nama_kepala_keluarga": "namakepalakeluarga namakk kepalakeluarga namakrt headname",
    "tempat_lahir": "tempatlahir tmplahir tmptlahir tptlahir kotalahir birthplace",
    "tanggal_lahir": "tanggallahir tgllahir tgllhr tglahir tanggallhr lahir dob birthdate dateofbirth",
    "id_jenis_kelamin": "jeniskelamin idjeniskelamin kodejeniskelamin jk jnskelamin jenkel kelamin sex gender",
    "id_hub_kepala_keluarga": "hubungan hubungankeluarga hubkeluarga hubkepalakeluarga hubungankepalakeluarga shdk "
    "hubkrt hubungankrt idhubungan statushubungan statushubungankeluarga relationship",
    "id_status_perkawinan": "statusperkawinan statuskawin stskawin perkawinan maritalstatus",
    "id_keberadaan_anggota": "keberadaananggota keberadaanart keberadaan",
    "id_partisipasi_sekolah": "partisipasisekolah statussekolah",
    "id_jenjang_pendidikan": "jenjangpendidikan jenjang pendidikan",
    "id_ijazah": "ijazah ijazahtertinggi ijazahterakhir",
    "id_jenjang_pendidikan_dukcapil": "pendidikandukcapil jenjangpendidikandukcapil",
    "id_lapangan_usaha": "lapanganusaha lapanganusahautama",
    "id_pekerjaan_utama": "pekerjaanutama pekerjaan",
    "id_status_kedudukan_pekerjaan_utama": "statuskedudukan kedudukanpekerjaan statuspekerjaan "
    "statuskedudukanpekerjaan",
    "jumlah_jenis_usaha": "jumlahusaha jmlusaha jenisusaha",
    "id_omset_usaha_utama": "omset omsetusaha omzet omzetusaha",
    "id_kepemilikan_izin_usaha": "izinusaha ijinusaha kepemilikanizinusaha",
    "id_penyakit_menahun": "penyakitmenahun penyakitkronis",
    "household_id": "householdid hhid idrumahtangga idruta ruta idrt idkrt idppse idkeluargappse noruta "
    "nomorrumahtangga nourutruta household idkeluarga idkel familyid",
    "person_id": "personid idart idanggota idindividu idperson nourutart idanggotakeluarga individuid",
    "dtsen_family_id": "dtsenfamilyid idkeluarga idkeluargadtsen familyid idkel",
    "dtsen_person_id": "dtsenpersonid idindividu idanggotadtsen idorang idanggota",
    "prior_id": "priorid idpeserta idpenerima nopeserta",
    "kode_provinsi": "kodeprovinsi kodeprov kdprov kdprop idprov kodepropinsi",
    "kode_kabupaten_kota": "kodekabupatenkota kodekabkota kodekab kdkab kdkabkota kab kabkota kabupaten kabupatenkota "
    "idkab kodekabupaten districtcode",
    "kode_kecamatan": "kodekecamatan kodekec kdkec kec kecamatan idkec subdistrictcode",
    "kode_desa": "kodedesa kodedesakelurahan kodekelurahan kodekel kddesa kdkel kdkeldesa desa kelurahan desakelurahan "
    "iddesa kodewilayah villagecode",
    "alamat": "alamat alamatrumah alamatlengkap alamattinggal alamatdomisili jalan address",
    "rt": "rt nort norukuntetangga",
    "rw": "rw norw",
    "tanggal_pendataan": "tanggalpendataan tglpendataan tanggalcacah tglcacah tanggalwawancara surveydate",
    "jumlah_anggota_keluarga": "jumlahanggota jmlanggota jumlahanggotakeluarga jumlahart jmlart jmlanggotakeluarga "
    "banyakanggota familysize householdsize",
    "id_status_keberadaan_keluarga": "keberadaankeluarga statuskeberadaankeluarga keberadaanruta",
    "id_status_penguasaan_bangunan": "statuspenguasaanbangunan penguasaanbangunan statusbangunan statusrumah",
    "luas_lantai_bangunan": "luaslantai luaslantaibangunan luasbangunan floorarea",
    "id_lantai_terluas": "lantai jenislantai lantaiterluas",
    "id_dinding_terluas": "dinding jenisdinding dindingterluas",
    "id_atap_terluas": "atap jenisatap atapterluas",
    "id_sumber_airminum": "airminum sumberairminum sumberair",
    "id_sumberpenerangan": "penerangan sumberpenerangan listrik",
    "id_dayapenerangan": "daya dayalistrik dayapenerangan dayaterpasang",
    "id_bb_utama": "bahanbakar bahanbakarutama bahanbakarmemasak bbutama",
    "id_fasilitas_bab": "fasilitasbab bab",
    "id_jenis_kloset": "kloset jeniskloset",
    "id_pembuangan_tinja": "pembuangantinja tinja",
    "expenditure_idr_month": "pengeluaran pengeluaranperbulan pengeluaranbulanan expenditure totalpengeluaran",
    "desil_nasional": "desil desilnasional desildtsen decile",
    "status_dtsen": "statusdtsen",
    "cut_off": "cutoff tanggalcutoff tglcutoff periode",
    "minat_wub": "minat minatwub minatwirausaha",
    "pelatihan_usaha": "pelatihan pelatihanusaha",
    "program": "program namaprogram programme",
    "tahun": "tahun tahunprogram tahunikut year",
}


@cache
def simplified(name: str) -> str:
    """A name's letters and digits in lower case: 'Tgl. Lahir' and 'TGL_LAHIR' are tgllahir."""
    return re.sub(r"[^a-z0-9]", "", normalise(name))


KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(words.split()) for name, words in _WORDS.items()}
)
"""Names by field; the same name may be known for fields of several contracts."""

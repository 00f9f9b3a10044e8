"""What a pipeline file that was written from headers says of each line, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label, Language, text

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "head": Label(
            "Ditulis oleh 'targeting init' dari judul kolom dan baris pertama berkas di bawah. Periksa setiap baris.\n"
            "Yang tidak ditemukan atau diragukan ditandai dengan PERIKSA.",
            "Written by 'targeting init' from the headers and first rows of the files below. Check every line.\n"
            "What was not found, or is doubtful, is marked CHECK.",
        ),
        "next": Label(
            "  targeting doctor {file}\n  targeting run {file} --dry-run\n  targeting run {file}",
            "  targeting doctor {file}\n  targeting run {file} --dry-run\n  targeting run {file}",
        ),
        "paths": Label(
            "Lokasi berkas masukan dihitung dari berkas ini; yang di bawah output dari folder tempat Anda bekerja.",
            "Input paths are relative to this file; those under output to the folder you are in.",
        ),
        "check": Label("PERIKSA", "CHECK"),
        "purpose": Label(
            "Seleksi calon peserta WUB dari keluarga PPSE", "Selection of WUB candidates from PPSE households"
        ),
        "about_purpose": Label(
            "disimpan bersama setiap proses (UU 27/2022): tulis tujuan Anda sendiri",
            "stored with every run (Law 27/2022): write your own purpose",
        ),
        "about_as_of": Label(
            "umur dihitung pada tanggal ini; tanpa baris ini pada hari proses",
            "ages are of this day; without this line they are of the day of the run",
        ),
        "about_seed": Label(
            "Semua undian mengikuti benih, dan siapa pun dapat menebak {seed}: cukup untuk mencoba, tidak untuk daftar "
            "yang sungguhan. Untuk itu, sebelum proses: (1) 'targeting lottery commit --out lottery-seed.txt' menulis "
            "benih rahasia dan menampilkan seed_commit-nya; (2) tulis seed_file dan seed_commit di bawah ini sebagai "
            "ganti seed; (3) umumkan seed_commit sekarang, dan berkas benihnya setelah daftar terbit.",
            "Every draw follows from the seed, and anybody can guess {seed}: enough to try, not for a real list. For "
            "one, before the run: (1) 'targeting lottery commit --out lottery-seed.txt' writes a secret seed and shows "
            "its seed_commit; (2) put seed_file and seed_commit below in place of seed; (3) publish seed_commit now, "
            "and the file of the seed once the list is out.",
        ),
        "about_districts": Label("menurut domisili, dari {column}: {counts}", "by domicile, from {column}: {counts}"),
        "part_of_file": Label(
            "baru {rows} baris pertama yang dibaca; mungkin ada kabupaten/kota lain",
            "only the first {rows} rows were read; there may be further districts",
        ),
        "no_districts": Label(
            'tidak ada kode kabupaten/kota yang terbaca; tulis kodenya dalam tanda kutip, misalnya "34.04"',
            'no district code could be read; write the codes in quotes, like "34.04"',
        ),
        "flat": Label(
            "berkas rata: satu baris per keluarga, memuat kepalanya; anggota lain tidak dikenal",
            "a flat file: one row a household with its head; further members are not known",
        ),
        "not_found": Label(
            "tidak ada berkas {contract} di antara yang diberikan", "none of the files given is a {contract}"
        ),
        "placeholder": Label("ISI-LOKASI-{contract}.csv", "PATH-OF-{contract}.csv"),
        "code_lists": Label(
            "versi daftar kode; anggapan menurut jenis berkas: kode yang sama dapat berarti lain di versi lain",
            "version of the code lists, assumed by kind of file: a code may mean another thing in another version",
        ),
        "dates": Label(
            "urutan tanggal: begini lebih banyak tanggal lahir terbaca",
            "order in dates: more birth dates can be read so",
        ),
        "same": Label(
            "{count} kolom bernama sama dengan kontrak dan dipakai langsung",
            "{count} columns are named as in the contract and used as they are",
        ),
        "known": Label("nama yang dikenal", "a known name"),
        "similar": Label("nama yang mirip", "a similar name"),
        "values": Label("menurut nilainya", "by its values"),
        "kk": Label(
            "tidak ada ID rumah tangga; nomor KK dipakai sebagai gantinya",
            "there is no household id; the KK number stands for it",
        ),
        "readable": Label("{share} dari {filled} nilai terbaca", "{share} of {filled} values can be read"),
        "no_values": Label("tanpa nilai pada baris yang dilihat", "no value in the rows looked at"),
        "missing": Label(
            "wajib, tidak ditemukan: {names}. Petakan di bawah columns, atau lengkapi berkasnya",
            "needed and not found: {names}. Map them under columns, or complete the file",
        ),
        "absent": Label(
            "berguna untuk pemadanan dan saringan, tidak ditemukan: {names}",
            "of use to links and gates, not found: {names}",
        ),
        "doubted": Label(
            "{column} bernama seperti {field}, tetapi {share} nilainya terbaca sebagai itu",
            "{column} is named like {field}, but {share} of its values can be read as such",
        ),
        "unused": Label(
            "kolom yang tidak dikenal, tidak dipakai: {names}", "columns that nobody knows, not used: {names}"
        ),
        "no_prior": Label(
            "peserta lama WUB atau PENA: tanpa daftar ini saringan B01 tidak dinilai",
            "earlier participants of WUB or PENA: without the list gate B01 is not evaluated",
        ),
        "about_policy": Label(
            "saringan, bobot, kuota: setiap angka dengan satuan dan sumber",
            "gates, weights, seats: each number with its unit and source",
        ),
        "no_policy": Label(
            "tidak ada berkas kebijakan di {folder}; beri dengan --policy",
            "there is no policy file in {folder}; name it with --policy",
        ),
        "policies": Label("kebijakan lain di folder itu: {names}", "other policies in that folder: {names}"),
        "about_linkage": Label(
            "tanpa spec dipakai pembandingan PPSE-DTSEN bawaan, dilatih pada berkas ini",
            "without a spec the built-in PPSE-DTSEN comparison, trained on these files",
        ),
        "about_limits": Label("lebih dari ini tidak ada yang diterbitkan", "beyond these nothing is published"),
        "about_retention": Label(
            "hari setelah proses; 'targeting purge' menghapus yang lewat; anggapan, sesuaikan dengan aturan Anda",
            "days after the run; 'targeting purge' removes what is over; assumptions, adapt them to your rules",
        ),
        "about_registry": Label(
            "potret DTSEN sebagai pengganti kedua berkasnya", "a DTSEN snapshot in place of its two files"
        ),
        "homes": Label(
            "hanya {share} barisnya mempunyai keluarga di berkas keluarga: apakah kedua berkas sepasang?",
            "only {share} of its rows have their home in the file of homes: do the two files belong together?",
        ),
        "about_output": Label(
            "hasil proses; hanya pemiliknya yang dapat membaca", "results; only their owner can read them"
        ),
        # linkage spec
        "spec_head": Label(
            "Spesifikasi pemadanan, ditulis oleh 'targeting init --link' dari {left} dan {right}. Periksa tiap baris.",
            "Linkage spec, written by 'targeting init --link' from {left} and {right}. Check every line.",
        ),
        "spec_next": Label(
            "  targeting link {left} {right} --spec {file} --profile --out links.parquet",
            "  targeting link {left} {right} --spec {file} --profile --out links.parquet",
        ),
        "readable_both": Label("nilai yang terbaca: {shares}", "values that can be read: {shares}"),
        "about_id": Label("unik pada {rows} baris yang dilihat", "different in all {rows} rows looked at"),
        "id_twice": Label(
            "{file}: {rows} baris memakai ID baris lain atau tidak punya ID; pemadanan menolak ID ganda",
            "{file}: {rows} rows have another row's id, or none; a link refuses an id that stands twice",
        ),
        "no_id": Label(
            "tidak ada kolom yang nilainya semua berbeda; beri setiap baris sebuah ID",
            "no column has different values in all rows; give each row an id",
        ),
        "about_assignment": Label(
            "setiap baris kiri paling banyak satu padanan; baris kanan boleh dipakai lebih dari sekali",
            "each left row has one partner at most; a right row may serve several",
        ),
        "about_thresholds": Label(
            "peluang padan: mulai link menjadi padanan, mulai review diperiksa orang",
            "match probability: from link on a link, from review on a person looks",
        ),
        # screen
        "file": Label("berkas", "file"),
        "taken_for": Label("dibaca sebagai", "taken for"),
        "columns": Label("kolom dikenal", "columns known"),
        "open": Label("perlu diperiksa", "to check"),
        "title": Label("ditulis: {file}", "written: {file}"),
        "nothing": Label("tidak dikenal", "not recognised"),
        "left_over": Label("berkas yang tidak dikenal, tidak dipakai", "not recognised and not used"),
    }
)


def say(code: str, language: Language) -> str:
    """The words for a code."""
    return text(WORDS, code, language)

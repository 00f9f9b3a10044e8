"""What a committee's sheet says, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import LABELS, Label, Language, text

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "title": Label("Lembar panitia: daftar calon WUB", "Committee sheet: list of WUB candidates"),
        "sheet": Label("Lembar panitia", "Committee sheet"),
        "masked_note": Label(
            "Nama tampil sebagai inisial; NIK dan nomor KK disamarkan.",
            "Names are shown as initials; NIK and KK numbers are masked.",
        ),
        "revealed_note": Label(
            "RAHASIA. Memuat nama, NIK, dan nomor KK; jangan diteruskan tanpa dasar hukum (UU 27/2022).",
            "CONFIDENTIAL. Holds names, NIK and KK numbers; pass it on with a legal ground only (Law 27/2022).",
        ),
        # facts
        "as_of": Label("tanggal acuan", "as of"),
        "policy": Label("kebijakan", "policy"),
        "fingerprint": Label("sidik daftar (sha256)", "fingerprint of the list (sha256)"),
        "allotted": Label("kursi", "seats"),
        "seated": Label("terpilih", "selected"),
        "empty": Label("kursi kosong", "empty seats"),
        "waiting": Label("cadangan", "waitlist"),
        # tables
        "seats": Label("Kursi", "Seats"),
        "batch_seats": Label("Kursi, angkatan {batch}", "Seats, batch {batch}"),
        "waitlist": Label("Cadangan, menurut urutan penggantian", "Waitlist, in order of replacement"),
        "reserves": Label("Kuota afirmasi", "Reserves"),
        "nobody": Label("Tidak ada keluarga.", "No household."),
        "number": Label("no.", "no."),
        "household": Label("id keluarga", "household id"),
        "person": Label("calon peserta; kepala keluarga", "nominee; head of household"),
        "identity": Label("NIK; nomor KK", "NIK; KK number"),
        "home": Label("alamat", "home"),
        "score": Label("skor; peluang kursi", "score; chance of a seat"),
        "basis": Label("dasar kursi", "how the seat was won"),
        "until": Label("berlaku sampai", "valid until"),
        "verify": Label("perlu diverifikasi", "to verify"),
        "finding": Label("hasil verifikasi", "finding of the visit"),
        "finding_choice": Label("☐ layak  ☐ tidak", "☐ fit  ☐ unfit"),
        "initials": Label("catatan, paraf", "note, initials"),
        # how a seat was won
        "merit": Label("peringkat", "rank"),
        "cascade": Label("limpahan wilayah lain", "passed on by another area"),
        "include": Label("keputusan petugas", "decision by a person"),
        "replacement": Label("pengganti dari cadangan", "replacement from the waitlist"),
        "of_reserve": Label("afirmasi {group}", "reserve: {group}"),
        # what is filled in
        "changes": Label("Perubahan oleh panitia", "Changes by the committee"),
        "changes_note": Label(
            "Setiap perubahan dicatat di sini dan dibukukan dengan 'targeting override' atau 'targeting replace'.",
            "Each change is written here and recorded with 'targeting override' or 'targeting replace'.",
        ),
        "change": Label("perubahan", "change"),
        "reason": Label("alasan", "reason"),
        "approval": Label("Pengesahan", "Approval"),
        "approval_note": Label(
            "Panitia telah memeriksa daftar ini. Kursi yang disetujui: ........ dari {seats}. "
            "Tempat dan tanggal: ....................................",
            "The committee has examined this list. Seats approved: ........ of {seats}. "
            "Place and date: ....................................",
        ),
        "role": Label("jabatan", "role"),
        "name": Label("nama", "name"),
        "official_number": Label("NIP", "official number"),
        "signature": Label("tanda tangan", "signature"),
        "signed_on": Label("tanggal", "date"),
        "chair": Label("Ketua panitia", "Chair"),
        "secretary": Label("Sekretaris", "Secretary"),
        "member": Label("Anggota", "Member"),
        "known_by": Label("Mengetahui, kepala dinas", "Seen by the head of the office"),
    }
)

SIGNING = ("chair", "secretary", "member", "member", "member", "known_by")
"""Who signs, in order."""


def say(code: str, language: Language) -> str:
    """The sheet's own word for a code, else that of all screens."""
    return text(WORDS if code in WORDS else LABELS, code, language)

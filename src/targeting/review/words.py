"""What the review desk says, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from targeting.vocabulary import ReviewDecision, ReviewGround

Tongue = Literal["id", "en"]


class Word(NamedTuple):
    """One thing in both languages."""

    id: str
    en: str


DECISIONS: Mapping[ReviewDecision, Word] = MappingProxyType(
    {
        ReviewDecision.MATCH: Word("sama", "match"),
        ReviewDecision.NON_MATCH: Word("bukan", "non-match"),
        ReviewDecision.UNSURE: Word("ragu", "unsure"),
    }
)
GROUNDS: Mapping[ReviewGround, Word] = MappingProxyType(
    {
        ReviewGround.DOUBT: Word("diragukan", "in doubt"),
        ReviewGround.CHECK: Word("uji acak", "random check"),
    }
)
FIELDS: Mapping[str, Word] = MappingProxyType(
    {
        "nik": Word("NIK", "NIK"),
        "nama": Word("Nama", "Name"),
        "tanggal_lahir": Word("Tanggal lahir", "Date of birth"),
        "id_jenis_kelamin": Word("Jenis kelamin (1 laki-laki, 2 perempuan)", "Sex (1 male, 2 female)"),
        "kode_desa": Word("Kode desa", "Village code"),
        "alamat": Word("Alamat", "Address"),
        "no_kk": Word("No. KK", "KK number"),
    }
)
PAGE: Mapping[str, Word] = MappingProxyType(
    {
        "title": Word("Meja tinjau", "Review desk"),
        "disclaimer": Word(
            "Keputusan di sini berlaku mulai proses berikutnya; daftar tetap untuk verifikasi, bukan keputusan akhir.",
            "Decisions made here count from the next run on; the list stays one for verification, no final decision.",
        ),
        "secret": Word(
            "Halaman ini memuat data pribadi. Jangan difoto atau diteruskan (UU 27/2022).",
            "This page shows personal data. Do not photograph or pass it on (Law 27/2022).",
        ),
        "pairs": Word("Padanan", "Links"),
        "candidates": Word("Kandidat", "Candidates"),
        "reviewer": Word("Peninjau", "Reviewer"),
        "view": Word("Tampilkan", "Show"),
        "open": Word("belum saya putuskan", "not decided by me"),
        "first": Word("belum diputuskan siapa pun", "decided by nobody yet"),
        "second": Word("sudah diputuskan orang lain", "decided by another"),
        "disagreed": Word("peninjau berbeda pendapat", "reviewers disagree"),
        "mine": Word("sudah saya putuskan", "decided by me"),
        "all": Word("semua", "all"),
        "pair": Word("Pasangan", "Pair"),
        "of": Word("dari", "of"),
        "progress": Word("Kemajuan", "Progress"),
        "by_you": Word("Anda", "you"),
        "by_anyone": Word("siapa pun", "anybody"),
        "field": Word("Kolom", "Field"),
        "ppse": Word("PPSE", "PPSE"),
        "dtsen": Word("DTSEN", "DTSEN"),
        "compared": Word("Hasil", "Result"),
        "agrees": Word("sama", "equal"),
        "differs": Word("berbeda", "differs"),
        "missing": Word("kosong", "missing"),
        "evidence": Word("Bukti, dalam bit (log2 peluang)", "Evidence, in bits (log2 of odds)"),
        "prior": Word("awal: dua rekaman acak", "start: two records at random"),
        "living_together": Word("mungkin dua orang serumah", "may be two people of one home"),
        "later": Word("anggota rumah lain sudah terpadan", "others of the home are linked"),
        "weight": Word("bobot pasangan", "match weight"),
        "probability": Word("peluang sama", "match probability"),
        "status": Word("kata model", "the model says"),
        "link": Word("padan", "link"),
        "review": Word("perlu ditinjau", "review"),
        "decisions": Word("Keputusan sejauh ini", "Decisions so far"),
        "hidden_decision": Word(
            "Orang lain sudah memutuskan; terlihat setelah Anda memutuskan.",
            "Somebody else has decided; shown once you have.",
        ),
        "disagreement": Word(
            "Peninjau berbeda pendapat: bicarakan berdua; selama berbeda, kata model yang berlaku.",
            "Reviewers disagree: talk it over; while they do, the model's word stands.",
        ),
        "note": Word("Catatan (opsional)", "Note (optional)"),
        "undo": Word("Batalkan yang terakhir", "Undo the last"),
        "next": Word("Lewati", "Skip"),
        "previous": Word("Kembali", "Back"),
        "keys": Word(
            "Papan ketik: S sama, B bukan, R ragu, U batalkan, panah kanan lewati, panah kiri kembali, C catatan, "
            "K kandidat.",
            "Keyboard: M match, N non-match, Q unsure, U undo, right arrow skip, left arrow back, C note, "
            "K candidates.",
        ),
        "saved": Word("tersimpan", "saved"),
        "undone": Word("dibatalkan", "undone"),
        "nothing": Word("Tidak ada pasangan dalam tampilan ini.", "No pair in this view."),
        "failed": Word("Tidak tersimpan:", "Not saved:"),
        "value_of": Word("rumah tangga", "household"),
        "seat": Word("peluang masuk daftar", "probability of a seat"),
        "last": Word("Pasangan terakhir tampilan ini.", "The last pair of this view."),
    }
)

VISIT_PAGE: Mapping[str, Word] = MappingProxyType(
    {
        "district": Word("Kabupaten/kota", "District"),
        "open": Word("belum diputuskan", "not decided"),
        "decided": Word("sudah diputuskan", "decided"),
        "candidate": Word("Kandidat", "Candidate"),
        "visit": Word("kunjungan ke", "visit"),
        "masked": Word(
            "Nama, nomor, dan alamat disamarkan; --reveal membukanya.",
            "Names, numbers and addresses are masked; --reveal shows them.",
        ),
        "reviewer": Word("Petugas", "Officer"),
        "to_verify": Word("Perlu diverifikasi", "To verify"),
        "reasons": Word("Alasan", "Reasons"),
        "none": Word("tidak ada", "none"),
        "in_force": Word("Keputusan yang berlaku", "Decision in force"),
        "note": Word(
            "Alasan (paling sedikit 10 huruf; tampil di daftar, jangan menulis NIK atau nama)",
            "Reason (at least 10 letters; it stands on the list: write no NIK and no name)",
        ),
        "too_short": Word(
            "Tulis alasannya dahulu, paling sedikit 10 huruf, lalu Enter:",
            "Write the reason first, at least 10 letters, then Enter:",
        ),
        "keys": Word(
            "Papan ketik: T tahan, S sertakan, K keluarkan, lalu alasan dan Enter; U batalkan, panah kanan lewati, "
            "panah kiri kembali, C alasan, P padanan.",
            "Keyboard: H hold, I include, E exclude, then the reason and Enter; U undo, right arrow skip, "
            "left arrow back, C reason, P links.",
        ),
        "kinds": Word(
            "Tahan: belum mendapat kursi. Sertakan: mendapat kursi. Keluarkan: tidak mendapat kursi. "
            "Lewati bila daftar sudah benar.",
            "Hold: no seat for now. Include: a seat. Exclude: no seat. Skip where the list is right.",
        ),
        "nothing": Word("Tidak ada kandidat dalam tampilan ini.", "No candidate in this view."),
        "last": Word("Kandidat terakhir tampilan ini.", "The last candidate of this view."),
    }
)
"""What the page of candidates says otherwise than that of pairs, or besides."""


def say(word: Word, tongue: Tongue) -> str:
    """The word in one language."""
    return str(getattr(word, tongue))


def both(word: Word) -> str:
    """Indonesian and English, once where they are the same."""
    return word.id if word.id == word.en else f"{word.id} / {word.en}"


def field_word(name: str, tongue: Tongue) -> str:
    """A compared column's name; one of somebody's own spec as it is."""
    return say(FIELDS[name], tongue) if name in FIELDS else name


INSTRUCTIONS = Word(
    """Setiap baris adalah satu pasangan: rekaman PPSE dan rekaman DTSEN yang mungkin orang yang sama.
Sel berwarna berbeda isinya; huruf merah adalah bagian yang berbeda.
Pilih keputusan dari daftar: sama (satu orang), bukan (dua orang), ragu (belum bisa diputuskan).
Tulis catatan bila perlu, misalnya apa yang ditanyakan kepada kepala desa. Jangan menulis NIK atau nama di catatan.
Baris tanpa keputusan tetap terbuka. Isi nama peninjau di sel kuning di bawah.
Sel lain terkunci: jangan diubah, jangan menghapus baris. Berkas yang diubah akan ditolak dengan daftar selnya.
Yang bertanda 'uji acak' dipilih acak di antara padanan yang yakin, untuk mengukur kesalahannya.
Keputusan berlaku mulai proses berikutnya. Ini daftar untuk verifikasi, bukan keputusan akhir.
Berkas ini memuat data pribadi (UU 27/2022): simpan di tempat aman dan hapus setelah diimpor.""",
    """Each row is one pair: a PPSE record and a DTSEN record that may be one person.
Coloured cells differ; red letters are the part that differs.
Choose a decision from the list: match (one person), non-match (two persons), unsure (cannot be decided yet).
Write a note where it helps, what to ask the village head for one. Write no NIK and no name into a note.
A row without a decision stays open. Write the reviewer's name into the yellow cell below.
Other cells are locked: do not change them, do not delete rows. A changed file is refused with a list of its cells.
Those marked 'random check' were drawn at random among the sure links, to measure their errors; judge them unprejudiced.
Decisions count from the next run on. This is a list for verification, not a final decision.
This file holds personal data (Law 27/2022): keep it safe and delete it once it is imported.""",
)

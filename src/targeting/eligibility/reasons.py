"""Why a household passed, failed or waits for an officer: reason codes and their texts in Indonesian and English.

A code is the gate's id where the gate decides (`-F` if it refuses a missing value), and has a suffix where an officer
must: `-V` the value asks for one, `-M` the value is missing, `-C` PPSE and DTSEN contradict each other, `-L` only a
doubtful match to DTSEN says so, `-N` validation found the birth date and the NIK to differ. Their texts say what is to
be verified and never read like a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Reason:
    """A reason code with its texts."""

    code: str
    text_id: str
    text_en: str


_GATES = {
    "D01": ("Desil di atas ambang", "Welfare decile above the threshold", "desil", "the welfare decile"),
    "W01": ("Di luar wilayah pilot", "Outside the pilot area", "wilayah domisili", "the district of domicile"),
    "S01": ("DTSEN nonaktif", "DTSEN record inactive", "status DTSEN", "the DTSEN status"),
    "S02": (
        "Keluarga pindah, tidak ditemukan atau meninggal",
        "Family moved, not found or deceased",
        "keberadaan keluarga",
        "whether the family was found",
    ),
    "S03": ("Meninggal", "Deceased", "keberadaan anggota", "whether the member is alive"),
    "S04": (
        "Anggota tidak tinggal bersama keluarga",
        "Member does not live with the family",
        "tempat tinggal anggota",
        "where the member lives",
    ),
    "U01": ("Usia di luar rentang", "Age out of range", "tanggal lahir", "the birth date"),
    "P01": (
        "PNS/TNI/Polri/BUMN/BUMD/pejabat",
        "Civil servant, soldier, police or state company",
        "status pekerjaan",
        "the work status",
    ),
    "P02": ("Masih sekolah", "Attending school", "partisipasi sekolah", "school attendance"),
    "T01": ("Omset di atas usaha mikro", "Turnover above a micro business", "omset usaha", "the turnover"),
    "B01": (
        "Sudah menerima WUB atau PENA",
        "Already served by WUB or PENA",
        "riwayat penerima",
        "whether already served",
    ),
    "L01": ("Padanan meragukan", "Uncertain link to DTSEN", "padanan DTSEN", "the link to DTSEN"),
    "N01": (
        "Tidak ada anggota yang memenuhi syarat",
        "No member passes the gates",
        "anggota keluarga",
        "the members",
    ),
}
"""Gate: text, text, and what it asks about, in Indonesian and English."""

_SPECIAL = {
    "S01-V": ("DTSEN aktif, asesmen meninggal", "DTSEN active, reported deceased"),
    "S02-V": ("keluarga pindah atau tidak ditemukan", "family moved or not found"),
    "B01-V": ("mungkin sudah menerima WUB atau PENA", "possibly already served by WUB or PENA"),
    "L01-V": ("padanan dengan DTSEN meragukan", "uncertain link to DTSEN"),
    "L01-M": ("tidak ditemukan di DTSEN", "not found in DTSEN"),
    "N01-M": ("tidak ada anggota tercatat", "no member recorded"),
}
"""What is to be verified, where it is more than the suffix says."""

_UNSURE = {"U01": ("tanggal lahir (berbeda dengan NIK)", "the birth date (the NIK says another)")}
"""What validation contradicted, by gate."""

VERIFY_ID, VERIFY_EN = "Perlu diverifikasi", "To be verified"

_RANKING = {
    "K01": ("Keluarga yang sama sudah diwakili", "The same family is already represented"),
    "K02": ("Orang yang sama sudah diwakili keluarga lain", "The same person is represented by another household"),
    "Q01": ("Di bawah kuota dan daftar tunggu", "Below the seats and the waitlist"),
    "Q02": ("Tidak ada kursi untuk wilayah ini", "No seats for this district"),
    "R00": ("Kursi menurut peringkat", "Seat by rank"),
    "R01": ("Mengisi kursi afirmasi", "Fills a reserved seat"),
    "R02": ("Tergeser kursi afirmasi", "Displaced by a reserved seat"),
    "R03": ("Daftar tunggu menurut peringkat", "Waitlist by rank"),
    "R04": ("Kursi limpahan dari wilayah lain", "Seat that another area could not fill"),
    "R05": ("Mengundurkan diri", "Declined"),
    "R06": ("Menggantikan yang mengundurkan diri", "Replaces a household that declined"),
    "O01": ("Ditahan petugas", "On hold by a person's decision"),
    "O02": ("Kursi menurut keputusan petugas", "Seat by a person's decision"),
    "O03": ("Dikeluarkan petugas", "Excluded by a person's decision"),
    "O04": ("Diusulkan petugas, kursi habis", "Included by a person's decision, but no seat is left"),
}


def _of_gate(gate: str) -> list[Reason]:
    text_id, text_en, subject_id, subject_en = _GATES[gate]
    asked = {
        f"{gate}-V": (_in_sentence(text_id), _in_sentence(text_en)),
        f"{gate}-M": (f"{subject_id} (tidak diketahui)", f"{subject_en} (not known)"),
        f"{gate}-C": (f"{subject_id} (PPSE dan DTSEN berbeda)", f"{subject_en} (PPSE and DTSEN differ)"),
        f"{gate}-L": (
            f"{_in_sentence(text_id)} (jika padanannya benar)",
            f"{_in_sentence(text_en)} (if the link is right)",
        ),
    }
    if gate in _UNSURE:
        asked[f"{gate}-N"] = _UNSURE[gate]
    special = {code: _SPECIAL.get(code, texts) for code, texts in asked.items()}
    return [
        Reason(gate, text_id, text_en),
        Reason(f"{gate}-F", f"Tidak diketahui: {subject_id}", f"Not known: {subject_en}"),
        *(Reason(code, f"{VERIFY_ID}: {said}", f"{VERIFY_EN}: {told}") for code, (said, told) in special.items()),
    ]


def _in_sentence(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation."""
    return text if text[:2].isupper() else text[0].lower() + text[1:]


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        *(reason for gate in _GATES for reason in _of_gate(gate)),
        *(Reason(code, *texts) for code, texts in _RANKING.items()),
    )
}
"""Every reason code that a list can show, those of ranking included."""

REASON = pl.Enum(list(REASONS))


def reason_text(code: str, language: str = "en") -> str:
    """The code's text in a language, `id` or `en`; an unknown code is its own text."""
    reason = REASONS.get(code)
    if reason is None:
        return code
    return reason.text_id if language == "id" else reason.text_en

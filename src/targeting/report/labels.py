"""What screens and exports say, in Indonesian and English: one typed table, one function to read it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from targeting.vocabulary import DISCLAIMER_EN, DISCLAIMER_ID


class Language(StrEnum):
    """Languages a result can be shown in."""

    ID = "id"
    EN = "en"


class Label(NamedTuple):
    """One thing in both languages."""

    id: str
    en: str


LABELS: Mapping[str, Label] = MappingProxyType(
    {
        "disclaimer": Label(DISCLAIMER_ID, f"{DISCLAIMER_ID} ({DISCLAIMER_EN})"),
        "yes": Label("ya", "yes"),
        "no": Label("tidak", "no"),
        "none": Label("tidak ada", "none"),
        # statuses and outcomes
        "selected": Label("terpilih", "selected"),
        "waitlist": Label("cadangan", "waitlist"),
        "not_selected": Label("tidak terpilih", "not selected"),
        "published": Label("terbit", "published"),
        "failed": Label("gagal", "failed"),
        "PASS": Label("lolos", "pass"),
        "VERIFY": Label("perlu verifikasi", "verify"),
        "FAIL": Label("gugur", "fail"),
        "link": Label("padan", "link"),
        "review": Label("perlu ditinjau", "review"),
        # review
        "doubt": Label("diragukan", "in doubt"),
        "check": Label("uji acak", "random check"),
        "open": Label("belum diputuskan", "open"),
        "match": Label("sama", "match"),
        "non-match": Label("bukan", "non-match"),
        "unsure": Label("ragu", "unsure"),
        "disagreed": Label("peninjau berbeda pendapat", "reviewers disagree"),
        "review_progress": Label("Kemajuan peninjauan", "Progress of the review"),
        "review_ground": Label("alasan", "ground"),
        "state": Label("keadaan", "state"),
        "pairs_to_review": Label("pasangan", "pairs"),
        "decisions": Label("keputusan", "decisions"),
        # steps
        "policy": Label("kebijakan", "policy"),
        "intake": Label("pembacaan dan validasi", "intake and validation"),
        "linkage": Label("pemadanan dengan DTSEN", "linkage to DTSEN"),
        "assessment": Label("penilaian", "assessment"),
        "ranking": Label("pemeringkatan", "ranking"),
        "publishing": Label("penerbitan", "publishing"),
        "export": Label("ekspor", "export"),
        "told_by": Label("sumber, tanggal", "source, date"),
        "by_expenditure": Label("dari pengeluaran", "from expenditure"),
        "by_model": Label("dari model proksi", "from the proxy means test"),
        "by_indicative": Label("indikatif", "indicative"),
        "by_DTSEN": Label("DTSEN", "DTSEN"),
        "fitting": Label("pelatihan model", "fitting"),
        "total": Label("jumlah", "total"),
        # funnel
        "funnel": Label("Corong seleksi", "Funnel"),
        "count": Label("banyaknya", "count"),
        "stage": Label("tahap", "stage"),
        "inputs": Label("Berkas masukan", "Input files"),
        "source": Label("berkas", "file"),
        "rows_in": Label("baris masuk", "rows in"),
        "accepted": Label("diterima", "accepted"),
        "rejected": Label("ditolak", "rejected"),
        "warnings": Label("peringatan", "warnings"),
        "households_rows_in": Label("baris keluarga masuk", "household rows in"),
        "households_rejected": Label("keluarga ditolak", "households rejected"),
        "households_accepted": Label("keluarga diterima", "households accepted"),
        "households_linked": Label("  padan dengan DTSEN", "  linked to DTSEN"),
        "households_review": Label("  padanan perlu ditinjau", "  under review"),
        "households_not_found": Label("  tidak ditemukan di DTSEN", "  not found in DTSEN"),
        "members_accepted": Label("anggota keluarga diterima", "members accepted"),
        "persons_linked": Label("  padan dengan DTSEN", "  linked to DTSEN"),
        "persons_review": Label("  hanya padanan yang perlu ditinjau", "  under review only"),
        "false_link": Label("perkiraan padanan orang yang salah", "person links false, estimated"),
        "missed_link": Label("perkiraan padanan orang yang luput", "person links missed, estimated"),
        "gates": Label("Saringan", "Gates"),
        "gate": Label("saringan", "gate"),
        "members_refused": Label("anggota ditolak", "members refused"),
        "remaining": Label("tersisa", "still in"),
        "all_gates": Label("tidak gugur di saringan mana pun", "failing no gate"),
        # forecast
        "forecast": Label("Perkiraan menurut proses terakhir", "Forecast by the last run"),
        "forecast_measured": Label(
            "Perkiraan kasar menurut pengukuran, dua prosesor bebas", "Rough forecast by measurements, two free cores"
        ),
        "megabytes": Label("MB", "MB"),
        "pairs": Label("pasangan yang dibandingkan", "pairs compared"),
        "memory_mb": Label("memori terbanyak (MB)", "most memory (MB)"),
        "untold_spark": Label(
            "Lama dan memori dengan Spark tidak diramalkan: keduanya milik klaster, yang tidak dikenal dari sini. "
            "Setelah satu proses, perkiraan mengikutinya.",
            "Time and memory with Spark are not forecast: they are the cluster's, which nobody knows from here. After "
            "one run the forecast follows it.",
        ),
        "dry_run_did_not": Label(
            "Tidak ada yang divalidasi, dipadankan, dinilai, atau ditulis. "
            "Perkiraan mengikuti jumlah baris: menurut proses terakhir, atau tanpa itu menurut pengukuran program ini "
            "pada dua prosesor, dan itu hanya perkiraan kasar.",
            "Nothing was validated, linked, assessed or written. "
            "The forecast follows the rows: by the last run, or without one by measurements of this program on two "
            "cores, which tell an order of magnitude only.",
        ),
        # decisions and seats
        "assumptions": Label("asumsi kebijakan", "policy assumptions"),
        "not_evaluated": Label("saringan tanpa data", "gates without their data"),
        "ground": Label("Dasar daftar ini", "What this list rests on"),
        "overrides": Label("Keputusan petugas", "Decisions by persons"),
        "override": Label("keputusan petugas", "decision by a person"),
        "override_id": Label("nomor", "number"),
        "hold": Label("tahan", "hold"),
        "include": Label("sertakan", "include"),
        "exclude": Label("keluarkan", "exclude"),
        "event": Label("tindakan", "event"),
        "add": Label("dibuat", "made"),
        "withdraw": Label("dicabut", "withdrawn"),
        "kind": Label("jenis", "kind"),
        "household_id": Label("id keluarga", "household id"),
        "reason": Label("alasan", "reason"),
        "valid_until": Label("berlaku sampai", "valid until"),
        "happened_at": Label("waktu (UTC)", "when (UTC)"),
        "replaced_by": Label("digantikan oleh", "replaced by"),
        "nobody_left": Label(
            "tercatat; tidak ada cadangan yang menggantikan", "recorded; nobody of the waitlist takes a seat by it"
        ),
        "area": Label("wilayah", "area"),
        "reserve": Label("kuota afirmasi", "reserve"),
        "female": Label("perempuan", "women"),
        "disability": Label("penyandang disabilitas", "people with a disability"),
        "allotted": Label("kuota", "quota"),
        "by_merit": Label("peringkat", "by rank"),
        "by_reserve": Label("afirmasi", "reserve"),
        "by_override": Label("petugas", "decided"),
        "received": Label("limpahan", "received"),
        "passed_on": Label("kosong", "empty"),
        "needed": Label("paling sedikit", "at least"),
        "filled": Label("terisi", "filled"),
        "seated": Label("mendapat kursi", "seated"),
        "largest_score_gap": Label("selisih skor terbesar", "largest score gap"),
        "lottery": Label("undian", "lottery"),
        "commitment": Label("komitmen benih", "commitment of the seed"),
        "guessable": Label("benih mudah ditebak", "seed that can be guessed"),
        "committed_before": Label("diumumkan sebelum proses", "committed to before the run"),
        "tied": Label("keluarga yang diundi", "households drawn"),
        "borderline": Label("di garis batas, dikunjungi dahulu", "borderline, to be visited first"),
        "prior_linked": Label("anggota yang pernah menjadi peserta", "members found among earlier participants"),
        "prior_review": Label("anggota yang mungkin pernah menjadi peserta", "members possibly among them"),
        # policy commands
        "no_change": Label("tidak ada perubahan", "nothing changes"),
        "since": Label("mulai", "from"),
        "what": Label("apa", "what"),
        "change": Label("perubahan", "change"),
        "added": Label("baru", "new"),
        "removed": Label("dihapus", "gone"),
        "test": Label("uji", "test"),
        "differs": Label("yang berbeda", "what differs"),
        "passed": Label("lulus", "passed"),
        "tests_failed": Label("Gagal", "Failed"),
        "untried": Label("belum diuji", "untried"),
        # lists
        "top": Label("Sepuluh teratas", "Top ten"),
        "rank": Label("peringkat", "rank"),
        "household": Label("keluarga", "household"),
        "name": Label("nama", "name"),
        "place": Label("no.", "no."),
        "score": Label("skor", "score"),
        "reasons": Label("alasan", "reasons"),
        "to_verify": Label("perlu diverifikasi", "to verify"),
        "seats": Label("kursi", "seats"),
        "short_desil": Label("desil", "decile"),
        "short_deprivation": Label("deprivasi", "deprivation"),
        "short_potential": Label("potensi", "potential"),
        # runs and files
        "run": Label("proses", "run"),
        "runs": Label("Proses", "Runs"),
        "status": Label("status", "status"),
        "started": Label("mulai (UTC)", "started (UTC)"),
        "seconds": Label("detik", "seconds"),
        "step": Label("langkah", "step"),
        "steps": Label("Lama tiap langkah", "Time by step"),
        "files": Label("Berkas hasil", "Files"),
        "purpose": Label("tujuan", "purpose"),
        "operator": Label("operator", "operator"),
        "as_of": Label("tanggal acuan", "as of"),
        "policy_sha256": Label("sha256 kebijakan", "policy sha256"),
        "seed": Label("benih acak", "seed"),
        "program_version": Label("versi program", "program version"),
        "masked": Label("identitas disamarkan", "identifiers masked"),
        "rows": Label("baris", "rows"),
        "summary": Label("Ringkasan", "Summary"),
        "dictionary": Label("Kamus data", "Data dictionary"),
        "column": Label("kolom di CSV dan Parquet", "column in CSV and Parquet"),
        "heading": Label("judul di buku kerja ini", "heading in this workbook"),
        "type": Label("isi", "holds"),
        "meaning": Label("arti", "meaning"),
        "type_boolean": Label("ya atau tidak (TRUE, FALSE)", "yes or no (TRUE, FALSE)"),
        "type_date": Label("tanggal", "date"),
        "type_datetime": Label("tanggal dan jam", "date and time"),
        "type_integer": Label("bilangan bulat", "whole number"),
        "type_number": Label("bilangan", "number"),
        "type_string": Label("teks", "text"),
        "store": Label("basis data", "store"),
        "error": Label("galat", "error"),
        # explanation
        "members": Label("Anggota dan padanannya", "Members and their links"),
        "person": Label("anggota", "member"),
        "birth": Label("lahir", "born"),
        "family_links": Label("Padanan keluarga di DTSEN", "Links to DTSEN families"),
        "dtsen_family": Label("keluarga DTSEN", "DTSEN family"),
        "dtsen_person": Label("orang DTSEN", "DTSEN person"),
        "weight": Label("bobot", "weight"),
        "probability": Label("peluang", "probability"),
        "method": Label("cara", "method"),
        "method_exact": Label("NIK sama", "exact"),
        "method_probabilistic": Label("menurut model", "probabilistic"),
        "method_household": Label("lewat serumah", "household"),
        "method_manual": Label("keputusan peninjau", "manual"),
        "margin": Label("selisih", "margin"),
        "members_linked": Label("anggota padan", "members linked"),
        "outcome": Label("hasil", "outcome"),
        "words": Label("keterangan", "in words"),
        "not": Label("bukan", "not"),
        "evidence": Label("bukti", "evidence"),
        "score_parts": Label("Bagian skor", "Score parts"),
        "part": Label("bagian", "part"),
        "value": Label("nilai", "value"),
        "standing": Label("Kedudukan", "Standing"),
        "last_seat": Label("kursi terakhir", "last seat"),
        "distance": Label("jarak skor ke kursi terakhir", "score distance to the last seat"),
        "seat_basis": Label("dasar kursi", "how the seat was won"),
        "batch": Label("angkatan", "batch"),
        "waitlist_place": Label("urutan cadangan", "waitlist place"),
        "waitlist_until": Label("cadangan berlaku sampai", "waitlist valid until"),
        "visit_order": Label("urutan kunjungan", "visit order"),
        "displaced_by": Label("digeser oleh", "displaced by"),
        "nominee": Label("calon peserta", "nominee"),
        "desil": Label("desil DTSEN", "DTSEN decile"),
        "p_link": Label("peluang padanan benar", "probability that the link is right"),
        "p_poor": Label("peluang miskin", "probability of poverty"),
        "p_extreme": Label("peluang miskin ekstrem", "probability of extreme poverty"),
        "deprivation": Label("deprivasi Alkire-Foster", "Alkire-Foster deprivation"),
        "poverty": Label("skor kemiskinan", "poverty score"),
        "potential": Label("potensi wirausaha", "business potential"),
        "p_top_k": Label("peluang masuk kuota", "probability of a seat"),
    }
)


def label(code: str, language: Language) -> str:
    """The text for a code; a code nobody put into words is shown as it is."""
    return text(LABELS, code, language)


def text(table: Mapping[str, Label], code: str, language: Language) -> str:
    """A code's text out of any table of labels."""
    found = table.get(code)
    return code if found is None else getattr(found, language.value)


def to_check(told: str | None) -> str:
    """What an officer has to find out, each thing without the words that the heading above it says already."""
    return "; ".join(one.partition(": ")[2] or one for one in (told or "").split("; "))


def in_language(table: Mapping[str, Label], language: Language) -> dict[str, str]:
    """A whole table in one language."""
    return {code: getattr(both, language.value) for code, both in table.items()}

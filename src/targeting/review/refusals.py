"""What the review desk refuses and why, in Indonesian and English at once: who reads it may read either."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.errors import InputFileError, StoreLockedError, TargetingError
from targeting.review.words import Word, both

REFUSALS: Mapping[str, Word] = MappingProxyType(
    {
        "elsewhere": Word("hanya halaman ini sendiri yang dapat memutuskan", "only the page itself can decide"),
        "no_name": Word("tulis nama peninjau dahulu", "write the reviewer's name first"),
        "no_json": Word(
            "yang dikirim bukan objek JSON; muat ulang halaman", "what was sent is no JSON object; load the page anew"
        ),
        "no_decision": Word(
            "keputusan itu tidak dikenal; muat ulang halaman", "no such decision is known; load the page anew"
        ),
        "other_pair": Word(
            "pasangan ini tidak ada di antrean seperti yang tampak; muat ulang halaman",
            "this pair is not in the run's queue as it was shown; load the page anew",
        ),
        "no_candidate": Word(
            "kandidat ini tidak ada di antrean; muat ulang halaman",
            "this candidate is not in the run's queue; load the page anew",
        ),
        "in_force": Word(
            "keputusan {override_id} berlaku untuk keluarga ini; muat ulang halaman untuk melihatnya",
            "override {override_id} is in force for this household; load the page anew to see it",
        ),
        "short_reason": Word(
            "alasannya perlu paling sedikit {letters} huruf: ia tampil di daftar",
            "the reason needs at least {letters} letters: it stands on the list",
        ),
        "in_use": Word(
            "berkas DuckDB sedang dipakai proses lain; tunggu sebentar, lalu coba lagi",
            "another process is using the DuckDB file; wait a moment and try again",
        ),
        "unreadable": Word(
            "berkas DuckDB tidak dapat dibaca; jalankan 'targeting doctor', atau kembalikan cadangannya",
            "the DuckDB file cannot be read; run 'targeting doctor', or restore its backup",
        ),
        "not_now": Word("tidak dapat dilakukan sekarang", "this cannot be done now"),
    }
)


BY_ERROR: Mapping[type[TargetingError], str] = MappingProxyType(
    {StoreLockedError: "in_use", InputFileError: "unreadable"}
)


def why_not(error: TargetingError) -> str:
    """What the store refuses, in both languages where it has words in both."""
    code = BY_ERROR.get(type(error))
    return f"{refusal('not_now')}: {error}" if code is None else refusal(code)


def refusal(code: str, **told: object) -> str:
    """The refusal in both languages, with what it tells of."""
    return both(Word(*(text.format(**told) for text in REFUSALS[code])))

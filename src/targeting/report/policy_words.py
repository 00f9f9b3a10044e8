"""What the numbers of a policy are called and measured in, in Indonesian and English; a path that is not here is its
own name, for a policy may have any."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label, Language, text
from targeting.report.proof_words import word

NUMBERS: Mapping[str, Label] = MappingProxyType(
    {
        "parameters.desil_max": Label("desil tertinggi", "highest decile"),
        "parameters.age_min": Label("umur terendah calon", "least age of a nominee"),
        "parameters.age_max": Label("umur tertinggi calon", "greatest age of a nominee"),
        "parameters.link_review": Label("peluang padanan yang tidak perlu dilihat", "link that nobody need look at"),
        "parameters.prior_doubtful": Label("pernah peserta: diabaikan sampai", "earlier participant: none up to"),
        "parameters.prior_certain": Label("pernah peserta: pasti di atas", "earlier participant: certain above"),
        "parameters.prior_unlike": Label(
            "pernah peserta: paling tinggi bila nama tak serupa", "earlier participant: most where names are unlike"
        ),
        "parameters.prior_years": Label("pernah peserta: berlaku selama", "earlier participant: counts for"),
        "poverty.weights": Label("bobot skor kemiskinan", "weights of the poverty score"),
        "poverty.weights.desil": Label("bobot desil", "weight of the decile"),
        "poverty.weights.p_extreme": Label("bobot peluang miskin ekstrem", "weight of the chance of extreme poverty"),
        "poverty.weights.deprivation": Label("bobot deprivasi", "weight of deprivation"),
        "poverty.desil_prior": Label("skor setiap desil", "score of each decile"),
        "poverty.extreme.by_desil": Label("risiko miskin ekstrem menurut desil", "risk of extreme poverty by decile"),
        "poverty.poor.by_desil": Label("risiko miskin menurut desil", "risk of poverty by decile"),
        "poverty.expenditure_log_sd": Label("galat pengeluaran", "error of expenditure"),
        "poverty.error_log_sd": Label("galat skor kemiskinan", "error of the poverty score"),
        "poverty.weights_concentration": Label("keraguan atas bobot", "doubt about the weights"),
        "poverty.deprivation.school_age": Label("umur sekolah", "school age"),
        "poverty.deprivation.schooled_from_age": Label("umur tamat SD", "age at which primary school is done"),
        "potential.weights": Label("bobot potensi usaha", "weights of potential"),
        "potential.neutral": Label("potensi yang tidak diketahui", "potential that is not known"),
        "quotas.allocation": Label("pembagian kursi", "how seats are shared out"),
        "quotas.reserves.female": Label("kursi afirmasi perempuan", "seats reserved for women"),
        "quotas.reserves.disability": Label("kursi afirmasi disabilitas", "seats reserved for disability"),
        "quotas.reserves.female.min_share": Label("kursi afirmasi perempuan", "seats reserved for women"),
        "quotas.reserves.disability.min_seats": Label("kursi afirmasi disabilitas", "seats reserved for disability"),
        "quotas.waitlist_ratio": Label("panjang cadangan", "length of the waitlist"),
        "quotas.waitlist_days": Label("masa berlaku cadangan", "validity of the waitlist"),
        "ranking.alpha": Label("pangkat kemiskinan dalam skor", "power of poverty in the score"),
        "ranking.floor": Label("bagian potensi yang selalu didapat", "part of potential that all have"),
        "ranking.bands": Label("banyaknya kelas skor", "classes of scores"),
        "ranking.unlinked_score": Label("skor bila tidak ada di DTSEN", "score if not found in DTSEN"),
        "ranking.draws": Label("ulangan acak", "random repetitions"),
        "ranking.borderline": Label("garis batas", "borderline"),
    }
)

UNITS: Mapping[str, Label] = MappingProxyType(
    {
        "decile": Label("desil", "decile"),
        "years": Label("tahun", "years"),
        "days": Label("hari", "days"),
        "probability": Label("peluang", "probability"),
        "share": Label("bagian", "share"),
        "share of seats": Label("bagian kursi", "share of seats"),
        "share of persons": Label("bagian penduduk", "share of persons"),
        "score": Label("skor", "score"),
        "relative risk": Label("risiko relatif", "relative risk"),
        "log rupiah": Label("log rupiah", "log rupiah"),
        "log score": Label("log skor", "log score"),
        "Dirichlet concentration": Label("konsentrasi Dirichlet", "Dirichlet concentration"),
        "seats": Label("kursi", "seats"),
        "exponent": Label("pangkat", "exponent"),
        "bands": Label("kelas", "bands"),
        "draws": Label("ulangan", "draws"),
        "participants": Label("peserta", "participants"),
        "assets": Label("aset", "assets"),
        "IDR/capita/month": Label("rupiah/orang/bulan", "IDR/capita/month"),
    }
)

PARTS: Mapping[str, Label] = MappingProxyType(
    {
        "from": Label("dari", "from"),
        "to": Label("sampai", "to"),
        "missing": Label("tidak diketahui", "missing"),
        "desil": Label("desil", "decile"),
        "p_extreme": Label("peluang miskin ekstrem", "chance of extreme poverty"),
        "deprivation": Label("deprivasi", "deprivation"),
    }
)
"""Entries of the policy's tables, beside those that explanations name."""


def called(path: str, language: Language) -> str:
    """A number of the policy as people call it; its path where nothing is known of it."""
    return text(NUMBERS, path, language)


def named(path: str, language: Language) -> str:
    """What a number is called, and its path in the policy file, so that it can be found there."""
    name = called(path, language)
    return path if name == path else f"{name} ({path})"


def unit(name: str | None, language: Language) -> str:
    """A unit in words; none of a rule; as the policy writes it where it is not known."""
    return text(UNITS, name or "", language)


def part_name(name: str, language: Language) -> str:
    """An entry of a table of the policy in words; its name where nothing is known of it."""
    return text(PARTS, name, language) if name in PARTS else word(name, language)

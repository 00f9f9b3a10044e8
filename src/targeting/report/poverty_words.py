"""What the screens of a proxy means test say, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label, Language, text

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "candidates": Label("Calon model pada klaster yang tidak dilihatnya", "Candidates on unseen clusters"),
        "method": Label("metode", "method"),
        "chosen": Label("dipilih", "chosen"),
        "targeting_error": Label("galat", "error"),
        "short_eer_rate": Label("EER", "EER"),
        "short_ece": Label("ECE", "ECE"),
        "error_words": Label(
            "Galat: rata-rata EER pada kuota 0,75, 1 dan 1,5 kali angka kemiskinan; EER: pada angka kemiskinan.",
            "Error is the mean EER at quotas of 0.75, 1 and 1.5 times the poverty rate; EER at the poverty rate.",
        ),
        "auc": Label("AUC", "AUC"),
        "pr_auc": Label("PR-AUC", "PR-AUC"),
        "brier": Label("Brier", "Brier"),
        "deviance": Label("dev.", "dev."),
        "calibration_slope": Label("kemiringan kalibrasi (1 = benar)", "calibration slope (1 is true)"),
        "calibration_intercept": Label("intersep kalibrasi (0 = benar)", "calibration intercept (0 is true)"),
        "ece": Label("galat kalibrasi (ECE)", "calibration error (ECE)"),
        "told_over_true": Label("miskin menurut model / sebenarnya", "poor told / poor true"),
        "precision_25": Label("ketepatan 25 teratas", "precision at 25"),
        "precision_5pct": Label("ketepatan 5 % teratas", "precision at 5 %"),
        "ndcg_25": Label("NDCG 25 teratas", "NDCG at 25"),
        "ndcg_rate": Label("NDCG pada kuota = angka kemiskinan", "NDCG at the poverty rate"),
        "eer_rate": Label("EER pada kuota = angka kemiskinan", "EER at the poverty rate"),
        "measures": Label("Ukuran", "Measures"),
        "measure": Label("ukuran", "measure"),
        "value": Label("nilai", "value"),
        "interval": Label("selang 95 %", "95 % interval"),
        "quotas": Label("Galat menurut kuota", "Errors by quota"),
        "quota": Label("kuota", "quota"),
        "eer": Label("EER (galat eksklusi)", "EER (exclusion)"),
        "eer_floor": Label("EER terkecil", "least EER"),
        "ier": Label("IER (kebocoran)", "IER (leakage)"),
        "fpr": Label("FPR", "FPR"),
        "coverage": Label("Selang prediksi", "Prediction intervals"),
        "promised": Label("dijanjikan", "promised"),
        "held": Label("memuat nilai sebenarnya", "hold the outcome"),
        "high_over_low": Label("atas / bawah", "high / low"),
        "strata": Label("strata, terkecil-terbesar", "strata, least to most"),
        "groups": Label("Keadilan antar kelompok, kuota = angka kemiskinan", "Fairness by group, quota = rate"),
        "group": Label("kelompok", "group"),
        "count": Label("n", "n"),
        "told": Label("model/benar", "told/true"),
        "short_eer": Label("EER", "EER"),
        "short_ier": Label("IER", "IER"),
        "group_words": Label(
            "kursi: kursi per rumah tangga miskin dibanding kelompok lain; 1 adil, di bawah 0,8 patut ditanya. "
            "model/benar: jumlah peluang dibanding jumlah miskin sebenarnya.",
            "seats: seats that a poor household has over those in the other groups; 1 is fair, below 0.8 is to be "
            "asked about. told/true: the sum of probabilities over the poor.",
        ),
        "rate": Label("miskin", "poor"),
        "selected": Label("terpilih", "selected"),
        "selection_ratio": Label("kursi", "seats"),
        "too_few": Label("terlalu sedikit", "too few"),
        "left_out": Label("kolom yang tidak dipakai", "columns left out"),
        "rows_left_out": Label("baris yang tidak dipakai", "rows left out"),
        "no_outcome": Label("tanpa nilai luaran", "without an outcome"),
        "weight_zero": Label("bobot nol", "of weight zero"),
        "unread": Label("sel bukan angka, dianggap kosong", "cells that are no numbers, taken as missing"),
        "unseen": Label(
            "nilai yang tidak dikenal model, dianggap kosong", "values unknown to the model, treated as missing"
        ),
        "beyond": Label(
            "di luar rentang pelatihan, ditahan di batasnya", "outside the trained range, held to its edge"
        ),
        "trained": Label(
            "{households} rumah tangga, {clusters} klaster, {rate} di bawah garis {line}. Model: {path}",
            "{households} households, {clusters} clusters, {rate} below the line of {line}. Model: {path}",
        ),
        "judged": Label(
            "{households} rumah tangga, {clusters} klaster, {rate} di bawah garis {line}.",
            "{households} households, {clusters} clusters, {rate} below the line of {line}.",
        ),
        "scored": Label("{rows} baris dinilai: {path}", "{rows} rows scored: {path}"),
        "few_clusters": Label(
            "peringatan: hanya {clusters} klaster; selang tidak dapat diandalkan.",
            "warning: only {clusters} clusters; intervals cannot be relied on.",
        ),
        "same_file": Label(
            "peringatan: berkas ini melatih model, angkanya terlalu bagus. Yang jujur: 'cross_validation' di model.",
            "warning: the model was trained on this file; these figures flatter it. Those on unseen clusters are in "
            "the model's 'cross_validation'.",
        ),
        "not_a_verdict": Label(
            "Peluang dan selang, bukan putusan: pada kuota sebesar angka kemiskinan, {eer} si miskin terlewat.",
            "Probabilities and intervals, no verdict: at a quota of the poverty rate, {eer} of the poor are missed.",
        ),
    }
)


def word(code: str, language: Language) -> str:
    """The text for a code."""
    return text(WORDS, code, language)

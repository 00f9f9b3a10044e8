"""What `targeting metrics`, `sensitivity`, `simulate`, `diff` and `explain` say beside the common labels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.html_words import WORDS
from targeting.report.labels import LABELS, Label, Language, text

PROOF: Mapping[str, Label] = MappingProxyType(
    {
        # measures
        "eer": Label("galat eksklusi (EER)", "exclusion error (EER)"),
        "eer_floor": Label("EER terendah dengan kursi sebanyak ini", "least EER with so few seats"),
        "eer_above_floor": Label("EER di atas yang terendah", "EER above the least"),
        "ier": Label("galat inklusi: kebocoran (IER)", "inclusion error: leakage (IER)"),
        "fpr": Label("galat inklusi: positif palsu (FPR)", "inclusion error: false positives (FPR)"),
        "ter": Label("galat bila kursi = jumlah miskin (TER)", "error when seats = the poor (TER)"),
        "overall_error": Label("galat keseluruhan", "overall error"),
        "targeting_differential": Label("selisih penargetan", "targeting differential"),
        "cgh": Label("CGH (bagian kursi / bagian penduduk)", "CGH (share of seats / of households)"),
        "capture": Label("kursi yang mencapai orang miskin, dari yang mungkin", "capture ratio, seats"),
        "gap_reached": Label("kesenjangan kemiskinan yang tercapai", "poverty gap reached"),
        "seats_in_desil_1": Label("kursi di desil 1 DTSEN", "seats in DTSEN decile 1"),
        "seats_in_poorest_tenth": Label("kursi di sepersepuluh termiskin", "seats in the poorest tenth"),
        "concentration": Label("koefisien konsentrasi", "concentration coefficient"),
        "auc": Label("AUC urutan daftar", "AUC of the list's order"),
        "pr_auc": Label("PR-AUC urutan daftar", "PR-AUC of the list's order"),
        "precision_25": Label("ketepatan 25 teratas", "precision at 25"),
        "precision_5pct": Label("ketepatan 5 % teratas", "precision at 5 %"),
        "ndcg_25": Label("NDCG 25 teratas", "NDCG at 25"),
        "p_auc": Label("AUC peluang", "AUC of the probability"),
        "p_pr_auc": Label("PR-AUC peluang", "PR-AUC of the probability"),
        "p_brier": Label("skor Brier", "Brier score"),
        "p_calibration_slope": Label("kemiringan kalibrasi (1 = benar)", "calibration slope (1 if true)"),
        "p_calibration_intercept": Label("intersep kalibrasi (0 = benar)", "calibration intercept (0 if true)"),
        "p_ece": Label("galat kalibrasi (ECE)", "calibration error (ECE)"),
        "p_told_over_true": Label("peluang rata-rata / kenyataan", "mean probability over true rate"),
        # what would change an outcome
        "contributions": Label("Susunan skor", "What the score is made of"),
        "weight_of": Label("bobot atau pangkat", "weight or power"),
        "contribution": Label("sumbangan", "contribution"),
        "smallest_change": Label("Perubahan terkecil yang mengubah hasil", "Smallest change that alters the outcome"),
        "what_if": Label("Apa yang akan mengubah hasil", "What would alter the outcome"),
        "fact": Label("fakta", "fact"),
        "is_now": Label("sekarang", "now"),
        "would_be": Label("seandainya", "if it were"),
        "then": Label("maka", "then"),
        "score_then": Label("skor", "score"),
        "turns_at": Label("skor yang membalik hasil", "score at which the outcome turns"),
        "turns_given": Label(
            "skor yang membalik hasil, bila lolos {gates}", "score at which it turns, once {gates} is met"
        ),
        "alone": Label("{part} yang membaliknya sendiri", "{part} that turns it by itself"),
        "nothing_turns": Label("tidak ada nilai yang membaliknya", "no value turns it"),
        "not_reproduced": Label(
            "perhatian: bila daftar disusun ulang, keluarga ini tidak berakhir sama; versi program berbeda.",
            "warning: made again, the list does not end the same for this household; another version made it.",
        ),
        "not_kept": Label(
            "Proses ini tidak menyimpan dasar penilaiannya; perubahan terkecil tidak dapat dicari. Jalankan ulang.",
            "This run did not keep what it judged by, so the smallest change cannot be found. Run again.",
        ),
        "nutrition": Label("gizi", "nutrition"),
        "schooling": Label("lama sekolah", "years of schooling"),
        "attendance": Label("partisipasi sekolah", "school attendance"),
        "fuel": Label("bahan bakar", "cooking fuel"),
        "sanitation": Label("sanitasi", "sanitation"),
        "water": Label("air minum", "drinking water"),
        "electricity": Label("listrik", "electricity"),
        "housing": Label("hunian", "housing"),
        "assets": Label("aset", "assets"),
        "business": Label("punya usaha", "has a business"),
        "sector": Label("sektor atau keterampilan", "sector or skill"),
        "own_account": Label("berusaha sendiri", "own-account worker"),
        "turnover": Label("omset usaha kecil", "small turnover"),
        "no_permit": Label("belum punya izin", "no permit yet"),
        "training": Label("pernah pelatihan", "trained before"),
        "interest": Label("berminat", "interested"),
        "feasibility": Label("kesehatan memungkinkan", "health allows it"),
        # lists beside lists
        "overlap": Label("Kursi pada kedua daftar", "Seats on both lists"),
        "seats_1": Label("kursi pertama", "seats, first"),
        "seats_2": Label("kursi kedua", "seats, second"),
        "both": Label("keduanya", "both"),
        "moved_in": Label("masuk", "come"),
        "moved_out": Label("keluar", "go"),
        "overlap_share": Label("irisan", "overlap"),
        "moves": Label("Yang masuk dan keluar", "Who comes and who goes"),
        "move": Label("arah", "move"),
        "in": Label("masuk", "in"),
        "out": Label("keluar", "out"),
        "first_list": Label("daftar pertama", "first list"),
        "second_list": Label("daftar kedua", "second list"),
        "why_moved": Label("sebab", "why"),
        "nobody_moves": Label("tidak ada kursi yang berpindah", "no seat changes hands"),
        "not_in_pool": Label("tidak ada", "absent"),
        "other_rank": Label("skor atau peringkat lain", "another score or rank"),
        "differs_title": Label("Yang berbeda di antara keduanya", "What differs between the two"),
        "cause": Label("sebab", "cause"),
        "seats_moved": Label("kursi berpindah", "seats moved"),
        "cause_data": Label("data PPSE", "PPSE data"),
        "cause_register": Label("isi DTSEN", "what DTSEN says"),
        "cause_link": Label("padanan", "links"),
        "cause_prior": Label("daftar penerima lama", "list of earlier participants"),
        "cause_model": Label("model proksi", "proxy means test"),
        "cause_policy": Label("kebijakan", "policy"),
        "cause_quota": Label("kuota", "quotas"),
        "cause_override": Label("keputusan petugas", "decisions by persons"),
        "cause_date": Label("tanggal acuan", "reference date"),
        "cause_seed": Label("benih acak", "seed"),
        "cause_together": Label("beberapa bersama-sama", "several together"),
        "cause_untold": Label("tidak dapat dipastikan", "cannot be told"),
        "runs_not_reproduced": Label(
            "perhatian: satu daftar tidak terulang dari isinya (versi program lain); sebab tidak dapat dipastikan.",
            "warning: one of the lists is not made again by what it kept (another version); causes cannot be told.",
        ),
        "tornado": Label("Kursi yang berpindah bila satu angka diubah", "Seats that change hands by one number"),
        "lower": Label("lebih rendah", "lower"),
        "higher": Label("lebih tinggi", "higher"),
        "parameter": Label("angka", "number"),
        "changed_seats": Label("kursi berpindah", "seats moved"),
        "of_seats": Label("dari kursi", "of seats"),
        "seats_short": Label("kursi", "seats"),
        "no_tornado": Label(
            "Proses ini tidak menyimpan dasar penilaiannya, sehingga kepekaan terhadap angka kebijakan tidak dihitung.",
            "This run did not keep what it judged by, so how seats depend on the policy's numbers was not worked out.",
        ),
        # tables
        "measures_of": Label("Ukuran", "Measures"),
        "measure": Label("ukuran", "measure"),
        "all_districts": Label("semua", "all"),
        "interval": Label("selang 95 %", "95 % interval"),
        "notion_extreme": Label("miskin ekstrem", "extremely poor"),
        "notion_poor": Label("miskin", "poor"),
        "judged_of": Label(
            "{judged} dari {households} keluarga diketahui kebenarannya; {poor} {notion}; {seats} kursi, {hits} tepat.",
            "{judged} of {households} households with known truth; {poor} {notion}; {seats} seats, {hits} right.",
        ),
        "seeds_of": Label(
            "Selang: {replicates} undian ulang keluarga.", "Intervals: {replicates} redraws of households."
        ),
        "partial": Label(
            "perhatian: kebenaran {missing} keluarga proses ini tidak ada dalam berkas; ukuran ini milik yang lain.",
            "warning: the truth file lacks {missing} households of this run; the measures are of the others.",
        ),
        "foreign": Label(
            "{rows} keluarga dalam berkas kebenaran tidak ada dalam proses ini.",
            "{rows} households of the truth file are not in this run.",
        ),
        "groups_title": Label("Keadilan menurut kelompok", "Fairness by group"),
        "group": Label("kelompok", "group"),
        "of_poor": Label("miskin", "poor"),
        "short_selected": Label("diberi kursi", "selected"),
        "short_ratio": Label("rasio", "ratio"),
        "short_eer": Label("EER", "EER"),
        "short_ier": Label("IER", "IER"),
        "short_told": Label("kalibrasi", "calibration"),
        "remark": Label("catatan", "remark"),
        "low_ratio": Label("di bawah 0,8", "below 0.8"),
        "too_small": Label("kurang dari 30", "fewer than 30"),
        "group_note": Label(
            "rasio: kursi per keluarga miskin dibanding kelompok lain; kalibrasi: peluang rata-rata / kenyataan.",
            "ratio: seats a poor household over those of the other groups; calibration: mean probability / true rate.",
        ),
        "recall_title": Label("Padanan yang ditemukan", "True links found"),
        "unit_person": Label("orang", "persons"),
        "unit_household": Label("keluarga", "households"),
        "true_pairs": Label("pasangan benar", "true pairs"),
        "found": Label("ditemukan", "found"),
        "recall": Label("perolehan", "recall"),
        "head_sex": Label("kepala keluarga", "head"),
        "head_age": Label("usia kepala", "age of head"),
        "head_name": Label("nama kepala", "name of head"),
        "head_nik": Label("NIK kepala", "NIK of head"),
        "sex": Label("jenis kelamin", "sex"),
        "age": Label("usia", "age"),
        "nik": Label("NIK", "NIK"),
        "no_nominee": Label("tanpa calon", "no nominee"),
        "all": Label("semua", "all"),
        "man": Label("laki-laki", "man"),
        "woman": Label("perempuan", "woman"),
    }
)


def word(code: str, language: Language) -> str:
    """A code's text, here, among the common labels, or among those of the report; else the code."""
    for table in (PROOF, LABELS, WORDS):
        if code in table:
            return text(table, code, language)
    return code


def words(codes: str, language: Language) -> str:
    """A crossing of codes, each in words: `a x b`, `c, d`."""
    for joint in (" x ", ", "):
        if joint in codes:
            return joint.join(words(part, language) for part in codes.split(joint))
    return word(codes, language)


def fact_words(fact: str, reasons: Mapping[str, str], language: Language) -> str:
    """A fact that might be otherwise: `desil`, `gate D01, gate S01, score`, `deprivation water`, `potential sector`."""
    parts = []
    for one in fact.split(", "):
        kind, _, name = one.partition(" ")
        if kind == "gate":
            parts.append(f"{word('gate', language)} {name} ({reasons.get(name, name)})")
        elif name:
            parts.append(f"{word(kind, language)}: {word(name, language)}")
        else:
            parts.append(word(one, language))
    return ", ".join(parts)

"""What the views of a linkage say: explanation of a pair, forecast, charts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label, Language, text

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        # one pair
        "pair": Label("Pasangan", "Pair"),
        "evidence": Label("bukti", "evidence"),
        "level": Label("kesesuaian", "agreement"),
        "one_in": Label("1 dari", "one in"),
        "bits": Label("bit", "bits"),
        "rarity": Label("langka", "rarity"),
        "running": Label("jumlah", "sum"),
        "prior": Label("sebelum dibandingkan", "before comparing"),
        "prior_words": Label(
            "orang yang sama: 1 dari {one_in} pasangan acak",
            "the same person: 1 in {one_in} random pairs",
        ),
        "living_together": Label("tinggal serumah", "living together"),
        "living_together_words": Label("mungkin dua orang serumah", "may be two people of one home"),
        "later": Label("serumah dengan yang padan", "home of a link"),
        "later_words": Label(
            "dibandingkan lagi sebagai sisa anggota rumah itu", "compared again as one left of that home"
        ),
        "match_weight": Label("bobot kecocokan", "match weight"),
        "outcome": Label("Hasil", "Outcome"),
        "what": Label("hal", "what"),
        "value": Label("nilai", "value"),
        "probability_alone": Label("peluang, dilihat sendiri", "probability, pair alone"),
        "probability_among_rivals": Label("peluang di antara saingan", "probability among rivals"),
        "rivals": Label("pasangan saingan", "rival pairs"),
        "runner_up": Label("saingan terdekat", "runner-up"),
        "margin": Label("selisih dari saingan terdekat", "lead over the runner-up"),
        "thresholds": Label("batas", "thresholds"),
        "threshold_words": Label(
            "padan mulai {link}, ditinjau mulai {review}", "link from {link}, review from {review}"
        ),
        "verdict": Label("putusan", "verdict"),
        "link": Label("padan", "link"),
        "review": Label("perlu ditinjau", "review"),
        "not_linked": Label("tidak padan", "not linked"),
        "not_compared": Label(
            "tidak dibandingkan: tidak ada aturan penyaring yang mempertemukannya",
            "not compared: no blocking rule brings them together",
        ),
        "method": Label("cara", "method"),
        "exact": Label("tepat (nomor sama, tidak ada yang membantah)", "exact (equal numbers, nothing against it)"),
        "probabilistic": Label("probabilistik", "probabilistic"),
        "household": Label("lewat rumah tangga", "through the household"),
        "manual": Label("manual", "manual"),
        "rules": Label("bertemu lewat", "brought together by"),
        "none": Label("tidak ada", "none"),
        # profile
        "records": Label("Rekaman", "Records"),
        "left": Label("kiri", "left"),
        "right": Label("kanan", "right"),
        "all_records": Label("semua", "all"),
        "exact_pass": Label("padan tepat, tidak dibandingkan lagi", "linked exactly, not compared again"),
        "unlinkable": Label("tanpa kunci sama sekali", "without any key"),
        "without_partner": Label("kuncinya tidak ada di pihak lain", "with keys that the other side lacks"),
        "only_cut": Label("hanya bertemu di blok yang dipotong", "meeting others in cut blocks only"),
        "blocking": Label("Pasangan menurut aturan penyaring", "Pairs by blocking rule"),
        "rule": Label("aturan", "rule"),
        "pairs": Label("pasangan", "pairs"),
        "cut_pairs": Label("pasangan dipotong", "pairs cut"),
        "largest_block": Label("blok terbesar", "largest block"),
        "forecast": Label("Perkiraan", "Forecast"),
        "pairs_once": Label("pasangan, masing-masing sekali", "pairs, each once"),
        "training_pairs": Label("pasangan untuk melatih model", "pairs to train the model"),
        "batches": Label("tahap", "batches"),
        "memory_mb": Label("memori (MB)", "memory (MB)"),
        "seconds": Label("waktu (detik)", "time (seconds)"),
        "estimated": Label(
            "Pasangan dan waktu dihitung dari {records} rekaman contoh pada mesin ini. Tidak ada yang dipadankan.",
            "Pairs and time are reckoned from {records} sampled records on this machine. Nothing was linked.",
        ),
        # charts
        "charts": Label("Gambaran pemadanan", "Charts of a linkage"),
        "levels_title": Label(
            "Seberapa sering tiap tingkat kesesuaian muncul", "How often each level of agreement is seen"
        ),
        "levels_caption": Label(
            "m: di antara pasangan orang yang sama. u: di antara orang asing. r: di antara orang berbeda yang serumah. "
            "Kolom yang berpisah jauh antara m dan u paling banyak bicara.",
            "m: among pairs of one person. u: among strangers. r: among different people who live together. "
            "A column tells most where m and u are far apart.",
        ),
        "share": Label("bagian pasangan yang kedua nilainya diketahui", "share of pairs with both values known"),
        "m": Label("m: orang yang sama", "m: same person"),
        "u": Label("u: orang asing", "u: strangers"),
        "r": Label("r: tinggal serumah", "r: living together"),
        "weights_title": Label("Berapa bit tiap tingkat kesesuaian", "What each level of agreement weighs"),
        "weights_caption": Label(
            "Batang: bobot nilai rata-rata, log2(m/u). Garis: dari nilai yang paling umum sampai yang paling langka. "
            "Satu bit melipatgandakan odds; kolom yang saling bergantung ditimbang bersama, jumlahnya dapat berbeda.",
            "Bar: weight of an average value, log2(m/u). Line: from the commonest value met to the rarest. "
            "One bit doubles the odds; columns that depend on one another are weighed together, so a sum may differ.",
        ),
        "weight": Label("bobot kecocokan (bit)", "match weight (bits)"),
        "histogram_title": Label("Pasangan menurut bobot kecocokan", "Pairs by match weight"),
        "histogram_caption": Label(
            "Skala logaritmik. Bila dua bukit terpisah dan sedikit pasangan di antaranya, putusan jelas. "
            "Batas digambar di bobot pasangan tanpa saingan.",
            "Logarithmic scale. Two hills with few pairs between them make clear decisions. "
            "Thresholds stand where a pair without rivals reaches them.",
        ),
        "all_pairs": Label("semua pasangan", "all pairs"),
        "expected_matches": Label("perkiraan orang yang sama", "expected to be one person"),
        "pairs_axis": Label("pasangan", "pairs"),
        "reliability_title": Label("Yang diperkirakan model untuk tiap batas", "What the model expects of a threshold"),
        "reliability_caption": Label(
            "Presisi dan kelengkapan bila setiap pasangan mulai dari suatu bobot dianggap padan, menurut peluang model "
            "sendiri, di antara pasangan yang dibandingkan. Bukan pengukuran: bandingkan dengan contoh yang "
            "diperiksa manusia.",
            "Precision and recall if every pair from a weight on were linked, by the model's own probabilities, among "
            "pairs that were compared. Not a measurement: hold it against a sample that people have checked.",
        ),
        "precision": Label("presisi", "precision"),
        "recall": Label("kelengkapan", "recall"),
        "expected_share": Label("perkiraan", "expected"),
        "threshold": Label("batas bobot (bit)", "threshold (bits)"),
        "blocking_title": Label("Pasangan menurut aturan penyaring", "Pairs by blocking rule"),
        "blocking_caption": Label(
            "Skala logaritmik. Pasangan yang dipotong berada di blok terlalu besar; aturan lain masih dapat "
            "mempertemukannya.",
            "Logarithmic scale. Pairs that were cut stand in blocks too large to pay; another rule may still bring "
            "them together.",
        ),
        "kept": Label("dibandingkan", "compared"),
        "cut": Label("dipotong", "cut"),
        "link_threshold": Label("padan", "link"),
        "review_threshold": Label("ditinjau", "review"),
    }
)


def word(code: str, language: Language) -> str:
    """The text for a code."""
    return text(WORDS, code, language)

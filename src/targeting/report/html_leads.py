"""What stands under each heading of the report: how to read what follows, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label

LEADS: Mapping[str, Label] = MappingProxyType(
    {
        "inputs_lead": Label(
            "Tiap baris berkas diterima atau ditolak; tidak ada yang hilang. "
            "sha256 membuktikan berkas mana yang dibaca. "
            "Desil dan status DTSEN adalah keadaan pada tanggal cut-off; yang berubah sesudahnya belum tampak.",
            "Each row of a file was accepted or refused; none is lost. The sha256 proves which file was read. "
            "Decile and DTSEN status are those of the cut-off; what changed since does not show.",
        ),
        "funnel_lead": Label(
            "Dari baris masuk sampai kursi. Keluarga yang tidak ditemukan di DTSEN tetap dinilai.",
            "From rows in to seats. Households not found in DTSEN are judged all the same.",
        ),
        "quality_lead": Label(
            "Temuan pada baris, menurut aturan dan kabupaten. Galat menolak baris; peringatan ikut bersama baris. "
            "Baris yang ditolak dan baris DTSEN tidak dihitung pada kabupaten mana pun.",
            "Findings on rows, by rule and district. An error refuses the row; a warning travels with it. "
            "Refused rows and rows of DTSEN count for no district.",
        ),
        "linkage_lead": Label(
            "Setiap anggota dicari di DTSEN. Kelompok dengan angka padan rendah terancam terlewat: periksa padanan "
            "yang perlu ditinjau sebelum daftar dipakai.",
            "Each member is looked for in DTSEN. A group with a low link rate is at risk of being left out: look at "
            "the links under review before the list is used.",
        ),
        "error_rates_lead": Label(
            "Galat pemadanan diperkirakan tanpa label, dengan selang 95 %.",
            "Errors of the linkage are estimated without labels, with a 95 % interval.",
        ),
        "weights_lead": Label(
            "Padanan dan pasangan yang perlu ditinjau, menurut bobot dalam bit: setiap bit menggandakan peluang bahwa "
            "keduanya satu orang.",
            "Links and pairs under review by their weight in bits: each bit doubles the odds that both are one person.",
        ),
        "threshold_link_is": Label(
            "Pasangan adalah padanan mulai peluang {probability}, yaitu {bits} bit.",
            "A pair is a link from a probability of {probability} on, which is {bits} bits.",
        ),
        "threshold_review_is": Label(
            "Pasangan perlu ditinjau mulai peluang {probability}, yaitu {bits} bit; di bawahnya tidak disimpan.",
            "A pair is to be looked at from a probability of {probability} on, {bits} bits; none below is kept.",
        ),
        "levels_lead": Label(
            "Seberapa sering suatu tingkat terjadi pada orang yang sama dan pada orang lain, dipelajari dari berkas "
            "ini; bobotnya untuk nilai yang lazim. Kolom yang bergantung satu sama lain ditimbang bersama.",
            "How often a level is met of the same person and of strangers, learned from these files; the weight is of "
            "an average value. Columns that depend on one another are weighed together.",
        ),
        "pairs_by_rule_lead": Label(
            "Hanya pasangan yang dipertemukan suatu aturan yang dibandingkan. Pasangan dibuang bila terlalu banyak "
            "orang bernilai sama.",
            "Only pairs that a rule brings together are compared. Pairs are cut where too many have the same value.",
        ),
        "poverty_lead": Label(
            "Desil adalah peringkat dari uji proksi nasional, peluang adalah kemungkinan berada di bawah garis, "
            "deprivasi adalah kekurangan yang tercatat. Ketiganya tidak pernah dicampur, dan desil bukan bukti yang "
            "terpisah dari peluang indikatif. Selang pada jumlah peluang menganggap keluarga saling bebas; galat garis "
            "atau angka resmi tidak termasuk. Angka resmi adalah bagian penduduk seluruh kabupaten, bukan bagian "
            "keluarga PPSE, yang memang dipilih karena miskin; di bawah 'semua' tertulis angka nasional.",
            "Decile is a rank from a national proxy test, probability is the chance of being below a line, deprivation "
            "is what is recorded as lacking. The three are never mixed, and decile is no evidence apart from an "
            "indicative probability. Intervals of sums of probabilities take households as independent; errors of the "
            "line or the official rate are not in them. Official rates are shares of all inhabitants of a district, "
            "not of PPSE households, which were chosen for being poor; under 'all' stands the national rate.",
        ),
        "gates_lead": Label(
            "Tiap keluarga melewati semua saringan. 'Perlu verifikasi' mempertahankan peringkat, tetapi perlu petugas.",
            "Every household meets all gates. 'Verify' keeps the rank but needs an officer.",
        ),
        "list_lead": Label(
            "Menurut peringkat: pemegang kursi dahulu, lalu cadangan. Kolom terakhir memuat apa yang harus diperiksa "
            "petugas.",
            "By rank: those with a seat first, then the waitlist. The last column holds what an officer has to check.",
        ),
        "fairness_lead": Label(
            "Bagian kursi suatu kelompok di samping bagiannya di antara keluarga yang dinilai. Rasio di bawah 0,8 "
            "diberi catatan; kelompok dengan kurang dari 30 keluarga ditandai karena selangnya lebar. "
            "Beda bagian bukan bukti ketidakadilan: kemiskinan dan saringan juga berbeda antarkelompok.",
            "A group's share of the seats beside its share of the households judged. A ratio below 0.8 is remarked on; "
            "groups of fewer than 30 households are marked, for their intervals are wide. A difference is no proof of "
            "unfairness: poverty and gates differ between groups too.",
        ),
        "sensitivity_lead": Label(
            "Peluang masuk kuota adalah bagian dari ulangan acak (padanan, galat kemiskinan, bobot) yang tetap memberi "
            "kursi. Keluarga di garis batas dikunjungi lebih dahulu.",
            "The chance of a seat is the share of random repetitions (links, error of poverty, weights) that keep the "
            "seat. Borderline households are visited first.",
        ),
        "seats_lead": Label(
            "Bagaimana kursi terisi, apa yang diputuskan orang, dan pengundian di antara nilai yang sama.",
            "How seats were filled, what persons decided, and the lottery among equals.",
        ),
        "assumptions_lead": Label(
            "Belum ada peraturan seleksi yang terbuka. Angka dan aturan di bawah ini adalah anggapan sampai ada yang "
            "menetapkannya.",
            "No selection regulation is public. The numbers and rules below are assumed until somebody decides them.",
        ),
        "versions_lead": Label(
            "Dengan berkas, kebijakan, benih, dan versi ini daftar yang sama akan terbentuk lagi.",
            "With these files, policy, seed and versions the same list comes out again.",
        ),
    }
)

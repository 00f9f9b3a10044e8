"""What the report of a run says, in Indonesian and English, and how it writes numbers in each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from targeting.report.html_leads import LEADS
from targeting.report.labels import LABELS, Label, Language, text

NO_VALUE = "–"
PERCENT = "\u00a0%"
"""On the line of its number."""

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "report": Label("Laporan seleksi calon WUB", "Report on the selection of WUB candidates"),
        "skip": Label("Langsung ke isi", "Skip to the content"),
        "contents": Label("Isi", "Contents"),
        "masked_note": Label(
            "Identitas disamarkan: nama hanya inisial, tanpa NIK dan nomor KK.",
            "Identities are masked: initials instead of names, no NIK and no KK number.",
        ),
        "revealed_note": Label(
            "RAHASIA. Memuat nama, NIK, dan nomor KK; jangan diteruskan tanpa dasar hukum (UU 27/2022).",
            "CONFIDENTIAL. Holds names, NIK and KK numbers; pass it on with a legal ground only (Law 27/2022).",
        ),
        "revealed_short": Label(
            "RAHASIA. Daftar calon untuk verifikasi, bukan keputusan akhir",
            "CONFIDENTIAL. A list of candidates for verification, not a final decision",
        ),
        "disclaimer_short": Label(
            "Daftar calon untuk verifikasi, bukan keputusan akhir",
            "A list of candidates for verification, not a final decision",
        ),
        "page": Label("Halaman", "Page"),
        # sections
        "summary": Label("Ringkasan", "Summary"),
        "inputs": Label("Berkas masukan", "Input files"),
        "funnel": Label("Corong seleksi", "Funnel"),
        "quality": Label("Mutu data", "Data quality"),
        "linkage": Label("Pemadanan dengan DTSEN", "Linkage to DTSEN"),
        "poverty": Label("Tiga ukuran kemiskinan", "Three notions of poverty"),
        "gates": Label("Saringan", "Gates"),
        "list": Label("Daftar calon", "List of candidates"),
        "fairness": Label("Keadilan antarkelompok", "Fairness between groups"),
        "sensitivity": Label("Seberapa pasti kursinya", "How firm the seats are"),
        "seats_title": Label("Kursi, afirmasi, dan keputusan petugas", "Seats, reserves and decisions by persons"),
        "assumptions_title": Label("Asumsi kebijakan", "Policy assumptions"),
        "versions": Label("Versi", "Versions"),
        # columns
        "what": Label("hal", "what"),
        "value": Label("nilai", "value"),
        "file": Label("berkas", "file"),
        "sha256": Label("sha256", "sha256"),
        "dates": Label("Tanggal yang berlaku", "Dates that count"),
        "date": Label("tanggal", "date"),
        "cut_off_of_register": Label("keadaan DTSEN (cut-off)", "state of DTSEN (cut-off)"),
        "reference_date": Label("acuan umur dan aturan", "reference date of ages and rules"),
        "not_stated": Label("tidak dinyatakan dalam berkas", "not stated in the files"),
        "rule": Label("aturan", "rule"),
        "severity": Label("tingkat", "severity"),
        "findings": Label("temuan", "findings"),
        "no_district": Label("tanpa kabupaten", "no district"),
        "other_districts": Label("kabupaten lain", "other districts"),
        "district": Label("kabupaten/kota", "district"),
        "kecamatan": Label("kecamatan", "subdistrict"),
        "households": Label("keluarga", "households"),
        "members": Label("anggota", "members"),
        "households_with_finding": Label("keluarga dengan peringatan", "households with a warning"),
        "members_with_finding": Label("anggota dengan peringatan", "members with a warning"),
        "group": Label("kelompok", "group"),
        "persons": Label("anggota", "members"),
        "rate": Label("angka padan", "link rate"),
        "interval": Label("selang 95 %", "95 % interval"),
        "estimate": Label("perkiraan", "estimate"),
        "share": Label("bagian", "share"),
        "share_of_households": Label("bagian keluarga", "share of households"),
        "share_of_seats": Label("bagian kursi", "share of seats"),
        "contending": Label("tidak gugur", "in contention"),
        "ratio": Label("rasio", "ratio"),
        "remark": Label("catatan", "remark"),
        "known": Label("diketahui", "known"),
        "measure": Label("ukuran", "notion"),
        "number": Label("banyaknya", "number"),
        "official_rate": Label("angka resmi", "official rate"),
        "unit": Label("satuan", "unit"),
        "basis": Label("dasar", "source"),
        "nominee_place": Label("calon, tempat", "nominee, place"),
        "score_chance": Label("skor; peluang kursi", "score; chance of a seat"),
        "findings_by_rule": Label("Temuan menurut aturan", "Findings by rule"),
        "findings_by_district": Label("Temuan menurut aturan dan kabupaten", "Findings by rule and district"),
        "warned_by_district": Label("Keluarga dan anggota dengan peringatan", "Households and members with a warning"),
        "fairness_chart": Label(
            "Titik dan garis: bagian kursi dengan selang 95 %. Garis tegak: bagian keluarga.",
            "Dot and line: share of seats with its 95 % interval. Upright tick: share of households.",
        ),
        "small_districts": Label(
            "Kabupaten dengan kurang dari 30 keluarga hanya dihitung dalam 'semua'.",
            "Districts of fewer than 30 households are counted under 'all' only.",
        ),
        "why": Label("alasan", "reasons"),
        "chance": Label("peluang masuk kuota", "chance of a seat"),
        # severities
        "error": Label("galat (baris ditolak)", "error (row refused)"),
        "warning": Label("peringatan", "warning"),
        "info": Label("keterangan", "note"),
        # rows
        "pairs_scored": Label("pasangan yang dinilai", "pairs scored"),
        "persons_in_register": Label("orang dalam DTSEN", "persons in DTSEN"),
        "links": Label("padanan orang", "person links"),
        "reviews": Label("padanan orang yang perlu ditinjau", "person links under review"),
        "duplicate_persons": Label("anggota yang menunjuk orang DTSEN yang sama", "members with one DTSEN person"),
        "expected_share": Label("perkiraan bagian yang ada di DTSEN", "share expected to be in DTSEN"),
        "false_link": Label("padanan yang salah", "false links"),
        "missed_link": Label("padanan yang luput", "missed links"),
        "not_compared": Label("luput karena tidak dibandingkan", "missed for want of comparing"),
        "calibration_error": Label("galat kalibrasi peluang", "calibration error of the probability"),
        "not_estimated": Label(
            "Proses ini tidak memperkirakan galat pemadanannya.", "This run did not estimate the errors of its linkage."
        ),
        "rules_not_kept": Label(
            "Proses ini tidak menyimpan jumlah pasangan menurut aturan penyaring.",
            "This run did not keep the pairs by blocking rule.",
        ),
        "unlinkable": Label("anggota tanpa keterangan yang dapat dipadankan", "members with nothing to be linked by"),
        "weights": Label("Pasangan menurut bobot kecocokan", "Pairs by match weight"),
        "threshold_link": Label("di bawah garis: padanan", "below the line: links"),
        "threshold_review": Label("di bawah garis: perlu ditinjau", "below the line: to be looked at"),
        "bits": Label("bit", "bits"),
        "levels": Label("Bobot setiap tingkat kesamaan", "What each level of agreement weighs"),
        "column": Label("kolom", "column"),
        "column_nik": Label("NIK", "NIK"),
        "column_nama": Label("nama", "name"),
        "column_tanggal_lahir": Label("tanggal lahir", "birth date"),
        "column_id_jenis_kelamin": Label("jenis kelamin", "sex"),
        "column_kode_desa": Label("desa", "village"),
        "column_alamat": Label("alamat", "address"),
        "column_no_kk": Label("nomor KK", "KK number"),
        "level": Label("tingkat", "level"),
        "m": Label("m: orang yang sama", "m: same person"),
        "u": Label("u: orang lain", "u: strangers"),
        "pairs_by_rule": Label("Pasangan menurut aturan penyaring", "Pairs by blocking rule"),
        "blocking_rule": Label("aturan penyaring", "blocking rule"),
        "pairs": Label("pasangan", "pairs"),
        "cut_pairs": Label("dibuang", "cut"),
        "largest_block": Label("blok terbesar", "largest block"),
        "desil_1": Label("desil 1 DTSEN", "DTSEN decile 1"),
        "seats_in_desil_1": Label("kursi untuk desil 1", "seats to decile 1"),
        "desil_1_2": Label("desil 1 atau 2 DTSEN", "DTSEN decile 1 or 2"),
        "p_extreme": Label("miskin ekstrem, jumlah peluang", "extremely poor, sum of probabilities"),
        "p_poor": Label("miskin, jumlah peluang", "poor, sum of probabilities"),
        "deprived": Label("deprivasi Alkire-Foster", "Alkire-Foster deprived"),
        "from_expenditure": Label("peluang dari pengeluaran", "probability from expenditure"),
        "from_model": Label("peluang dari model proksi", "probability from the proxy means test"),
        "indicative": Label("peluang indikatif", "indicative probability"),
        "desil_1_and_deprived": Label("desil 1 dan deprivasi", "decile 1 and deprived"),
        "desil_1_only": Label("desil 1 saja", "decile 1 only"),
        "deprived_only": Label("deprivasi saja", "deprived only"),
        "neither": Label("bukan keduanya", "neither"),
        "agreement": Label("Apakah desil dan deprivasi sepakat", "Whether decile and deprivation agree"),
        "all": Label("semua", "all"),
        # groups
        "sex": Label("jenis kelamin", "sex"),
        "age": Label("umur", "age"),
        "nik": Label("NIK", "NIK"),
        "name": Label("nama", "name"),
        "man": Label("laki-laki", "man"),
        "woman": Label("perempuan", "woman"),
        "unknown": Label("tidak diketahui", "unknown"),
        "with_nik": Label("dengan NIK", "with a NIK"),
        "without_nik": Label("tanpa NIK", "without a NIK"),
        "mononym": Label("satu kata", "one word"),
        "several_names": Label("lebih dari satu kata", "several words"),
        "head_sex": Label("kepala keluarga", "head of household"),
        "head_age": Label("umur kepala keluarga", "age of the head"),
        "head_name": Label("nama kepala keluarga", "name of the head"),
        "head_nik": Label("NIK kepala keluarga", "NIK of the head"),
        "nominee_sex": Label("calon peserta", "nominee"),
        "nominee_disability": Label("disabilitas calon", "disability of the nominee"),
        "no_nominee": Label("tidak ada yang memenuhi syarat", "nobody passes the gates"),
        "with_disability": Label("penyandang disabilitas", "with a disability"),
        "without_disability": Label("bukan penyandang", "without one"),
        "under_60": Label("di bawah 60", "under 60"),
        "small": Label("kurang dari 30", "fewer than 30"),
        "low": Label("di bawah 0,8; mungkin kebetulan", "below 0.8; may be chance"),
        "clear": Label("di bawah 0,8 dan bukan kebetulan", "below 0.8 and not by chance"),
        # sensitivity
        "firm": Label("kursi pasti (peluang ≥ 0,8)", "firm seats (chance ≥ 0.8)"),
        "border": Label("kursi di garis batas (0,2 sampai 0,8)", "borderline seats (0.2 to 0.8)"),
        "remote": Label("kursi rapuh (di bawah 0,2)", "frail seats (below 0.2)"),
        "others_within_reach": Label("tanpa kursi, peluang ≥ 0,2", "no seat, chance ≥ 0.2"),
        "mean_p_top_k": Label("rata-rata peluang pemegang kursi", "mean chance of those seated"),
        # versions
        "policy": Label("kebijakan", "policy"),
        "model_sha256": Label("sha256 model", "model sha256"),
        "registry": Label("potret registri", "register snapshot"),
        "engine": Label("mesin pemadanan", "linkage engine"),
        "trained_on_run": Label("dilatih pada berkas proses ini", "trained on this run's files"),
        "read_from_files": Label("dibaca dari berkas masukan", "read from the input files"),
        "published_at": Label("terbit (UTC)", "published (UTC)"),
        "cut_list": Label(
            "Ditampilkan {shown} dari {of}. Selengkapnya: targeting export {run} --district {district}",
            "Shown are {shown} of {of}. All of them: targeting export {run} --district {district}",
        ),
        "cut_places": Label(
            "Ditampilkan {shown} dari {of} kabupaten. Yang lain: targeting export {run} --district KODE",
            "Shown are {shown} of {of} districts. The others: targeting export {run} --district CODE",
        ),
        "cut_rows": Label(
            "Ditampilkan {shown} dari {of}. Selengkapnya: targeting export {run} --table {table}",
            "Shown are {shown} of {of}. All of them: targeting export {run} --table {table}",
        ),
        "no_policy_file": Label(
            "Tidak ada berkas kebijakan dengan sha256 proses ini, sehingga asumsinya tidak dapat didaftar dan angka "
            "resmi tidak dapat disandingkan. Sebutkan berkasnya dengan --policy.",
            "No policy file with the run's sha256 was found, so its assumptions cannot be listed nor official rates be "
            "shown beside. Name the file with --policy.",
        ),
        "no_list": Label("Tidak ada keluarga pada daftar.", "No household is on the list."),
        "scroll": Label("tabel, dapat digulir", "table, can be scrolled"),
        "chart_of": Label(
            "Grafik: {title}. Angkanya ada pada tabel berikutnya.",
            "Chart: {title}. The table after it has the numbers.",
        ),
        "assumptions_count": Label(
            "{number} angka, saringan, dan aturan bersandar pada asumsi.",
            "{number} numbers, gates and rules rest on an assumption.",
        ),
    }
)


def say(code: str, language: Language) -> str:
    """The report's word for a code, else the screens' word, else the code."""
    for table in (WORDS, LEADS, LABELS):
        if code in table:
            return text(table, code, language).strip()
    return code


def whole(number: int | None, language: Language) -> str:
    """A count with thousands parted as the language parts them."""
    return NO_VALUE if number is None else _in(f"{number:,}", language)


def decimal(number: float | None, digits: int, language: Language) -> str:
    """A number with so many decimals."""
    return NO_VALUE if number is None else _in(f"{number:,.{digits}f}", language)


def general(number: float, language: Language) -> str:
    """A number with as many decimals as it has."""
    return _in(f"{number:g}", language)


def percent(share: float | None, language: Language, digits: int = 1) -> str:
    """A share in per cent."""
    return NO_VALUE if share is None else _in(f"{100 * share:,.{digits}f}", language) + PERCENT


def interval(found: Mapping[str, Any], language: Language, digits: int = 1) -> str:
    """The two ends of a share's interval in per cent."""
    if found["value"] is None:
        return NO_VALUE
    low, high = (_in(f"{100 * found[end]:,.{digits}f}", language) for end in ("low", "high"))
    return f"{low} – {high}{PERCENT}"


def _in(english: str, language: Language) -> str:
    """The number as the language writes it."""
    return english if language is Language.EN else english.translate(str.maketrans(",.", ".,"))

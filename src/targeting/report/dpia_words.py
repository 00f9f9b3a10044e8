"""The texts of the data protection papers."""

from __future__ import annotations

from collections.abc import Mapping

from targeting.report.labels import Label, Language

WORDS: Mapping[str, Label] = {
    "title": Label(
        "Catatan pemrosesan (Pasal 31) dan penilaian dampak (Pasal 34) UU 27/2022",
        "Record of processing (Article 31) and impact assessment (Article 34), Law 27/2022",
    ),
    "note": Label(
        "Draf dari catatan proses; bagian bertanda [diisi pengendali] dan keputusannya adalah tugas pengendali data.",
        "A draft from the run's record; what is marked [controller fills in], and the decision, are the controller's.",
    ),
    "fill_in": Label("[diisi pengendali]", "[controller fills in]"),
    "record": Label("Catatan pemrosesan (Pasal 31)", "Record of processing (Article 31)"),
    "what": Label("Hal", "Matter"),
    "content": Label("Isi", "Content"),
    "controller": Label("Pengendali data pribadi", "Controller"),
    "officer": Label("Pejabat pelindungan data (Pasal 53)", "Data protection officer (Article 53)"),
    "purpose": Label("Tujuan", "Purpose"),
    "ground": Label("Dasar pemrosesan", "Legal basis"),
    "ground_said": Label(
        "pelaksanaan tugas publik (Pasal 20); Inpres 8/2025 mewajibkan DTSEN; nomor penugasan: [diisi pengendali]",
        "public task (Article 20); Inpres 8/2025 requires DTSEN; number of the assignment: [controller fills in]",
    ),
    "subjects": Label("Subjek data", "Data subjects"),
    "subjects_said": Label("{0} orang dalam {1} keluarga PPSE", "{0} persons in {1} PPSE households"),
    "kinds": Label("Jenis data", "Kinds of data"),
    "kinds_said": Label(
        "NIK, nomor KK, nama, tanggal lahir, jenis kelamin, alamat, pendidikan, pekerjaan, usaha, perumahan, bantuan",
        "NIK, KK number, name, birth date, sex, address, schooling, work, business, housing, aid received",
    ),
    "specific": Label("Data spesifik (Pasal 4)", "Specific data (Article 4)"),
    "specific_said": Label(
        "kesehatan dan disabilitas, data anak, keuangan pribadi", "health and disability, children, personal finance"
    ),
    "run": Label("Proses", "Run"),
    "program": Label("Program", "Program"),
    "policy": Label("Kebijakan", "Policy"),
    "transfer": Label("Pengiriman ke luar", "Transfers"),
    "transfer_said": Label(
        "tidak ada oleh program; lainnya: [diisi pengendali]", "none by the program; else: [controller fills in]"
    ),
    "measures": Label("Langkah keamanan (Pasal 35)", "Security measures (Article 35)"),
    "measures_said": Label(
        "berkas untuk pemiliknya saja; disamar kecuali --reveal dengan tujuan dan operator; catatan audit berantai; "
        "basis data: {}; enkripsi cakram: [diisi pengendali]",
        "files for their owner only; masked unless --reveal with purpose and operator; chained audit record; "
        "database: {}; disk encryption: [controller fills in]",
    ),
    "encrypted": Label("terenkripsi dengan kunci di luar basis data", "encrypted by a key outside of it"),
    "in_the_clear": Label("tidak terenkripsi", "not encrypted"),
    "sources": Label("Sumber data", "Sources"),
    "file": Label("Berkas", "File"),
    "rows": Label("Baris", "Rows"),
    "recipients": Label("Penerima dan akses", "Recipients and access"),
    "recipients_lead": Label("Menurut catatan audit proses ini.", "By the audit record of this run."),
    "when": Label("Waktu (UTC)", "When (UTC)"),
    "who": Label("Tindakan dan operator", "Action and operator"),
    "retention": Label("Masa retensi", "Retention"),
    "no_retention": Label(
        "Berkas pipeline tidak menyatakan retensi: tambahkan `retention`; pemrosesan wajib berakhir (Pasal 42).",
        "The pipeline file states no retention: add `retention`; Article 42 requires that processing ends.",
    ),
    "table": Label("Tabel", "Table"),
    "days": Label("Hari", "Days"),
    "assessment": Label("Penilaian dampak (Pasal 34)", "Impact assessment (Article 34)"),
    "assessment_lead": Label(
        "Wajib: lima dasar risiko tinggi terpenuhi.", "Mandatory: five grounds of high risk are met."
    ),
    "trigger": Label("Dasar", "Ground"),
    "in_run": Label("Dalam proses ini", "In this run"),
    "risks": Label("Risiko dan penanganan", "Risks and measures"),
    "risk": Label("Risiko bagi subjek", "Risk to persons"),
    "measured": Label("Terukur dalam proses ini", "As measured in this run"),
    "measure": Label("Penanganan", "Measure"),
    "to_decide": Label("Diputuskan dan ditandatangani pengendali", "To be decided and signed by the controller"),
    "to_decide_lead": Label("Program tidak dapat menilai hal-hal ini.", "No program can judge these."),
    "necessity": Label("Kebutuhan pemrosesan", "Necessity"),
    "proportion": Label("Proporsionalitas terhadap tujuan", "Proportionality"),
    "residual": Label("Risiko sisa dan penerimaannya", "Residual risk and its acceptance"),
    "consulted": Label("Pihak yang dimintai pendapat", "Who was consulted"),
    "decision": Label("Keputusan", "Decision"),
    "signed": Label("Nama, jabatan, tanggal, tanda tangan", "Name, office, date, signature"),
}

TRIGGERS: Mapping[Language, tuple[tuple[str, str], ...]] = {
    Language.ID: (
        (
            "a. keputusan otomatis berdampak signifikan",
            "{selected} terpilih dan {waitlist} cadangan; untuk verifikasi, bukan keputusan akhir",
        ),
        ("b. data pribadi spesifik", "kesehatan, disabilitas, anak, keuangan, dari {persons} orang"),
        ("c. skala besar", "{households} keluarga; {registered} orang di DTSEN dibandingkan"),
        ("d. evaluasi, penskoran, atau pemantauan", "setiap keluarga diberi skor dan peringkat"),
        ("e. pencocokan atau penggabungan data", "{links} orang dipadankan dengan DTSEN, {review} perlu diperiksa"),
    ),
    Language.EN: (
        (
            "a. automated decision of significant effect",
            "{selected} selected, {waitlist} waitlisted; for verification, not final",
        ),
        ("b. specific personal data", "health, disability, children, finance of {persons} persons"),
        ("c. large scale", "{households} households; {registered} persons of DTSEN compared"),
        ("d. evaluation, scoring or monitoring", "each household has a score and a rank"),
        ("e. matching or combining data", "{links} persons linked to DTSEN, {review} to be reviewed"),
    ),
}

RISKS: Mapping[Language, tuple[tuple[str, str, str], ...]] = {
    Language.ID: (
        ("dipadankan dengan orang lain", "padanan salah {false_link}", "ambang, peninjauan petugas, targeting explain"),
        (
            "tidak ditemukan di DTSEN",
            "padanan terlewat {missed_link}",
            "pasangan 'review' diperiksa sebelum daftar dipakai",
        ),
        ("tersisih karena data buruk", "{rejected} baris ditolak", "alasan tersimpan per baris; perbaikan di sumber"),
        (
            "ukuran tidak tepat",
            "{assumptions} asumsi kebijakan; saringan tanpa data: {not_evaluated}",
            "setiap angka bersumber dan bertanggal",
        ),
        (
            "tidak ada manusia yang menilai (Pasal 10)",
            "{overrides} keputusan petugas",
            "verifikasi lapangan; keberatan lewat targeting override",
        ),
        ("data terlihat pihak lain (Pasal 46)", "lihat penerima dan akses", "penyamaran, izin berkas, catatan audit"),
        ("tersimpan terlalu lama (Pasal 42-44)", "lihat masa retensi", "targeting purge dan erase"),
    ),
    Language.EN: (
        ("taken for somebody else", "false links {false_link}", "thresholds, review by officers, targeting explain"),
        ("not found in DTSEN", "missed links {missed_link}", "'review' pairs are looked at before the list is used"),
        ("left out for bad data", "{rejected} rows refused", "the reason is kept a row; corrected at the source"),
        (
            "judged by a wrong measure",
            "{assumptions} assumptions; gates without data: {not_evaluated}",
            "each number has source and date",
        ),
        (
            "no human judges (Article 10)",
            "{overrides} decisions by officers",
            "visits; objections by targeting override",
        ),
        ("data seen by others (Article 46)", "see recipients and access", "masking, file permissions, audit record"),
        ("kept too long (Articles 42-44)", "see retention", "targeting purge and erase"),
    ),
}
"""What can go wrong for a person, what the run knows of it, and what is done; numbers by name."""

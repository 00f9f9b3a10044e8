"""What each column of the tables means, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from targeting.report.labels import Label

MEANINGS: Mapping[str, Label] = MappingProxyType(
    {
        # who and where
        "household_id": Label("Penanda keluarga PPSE.", "Identifies a PPSE household."),
        "person_id": Label("Penanda anggota keluarga PPSE.", "Identifies a member of a PPSE household."),
        "dtsen_family_id": Label("Penanda keluarga DTSEN.", "Identifies a DTSEN family."),
        "dtsen_person_id": Label("Penanda orang DTSEN.", "Identifies a DTSEN person."),
        "nominee_person_id": Label(
            "Anggota yang diusulkan sebagai calon peserta.", "The member who is proposed as participant."
        ),
        "nama_calon": Label("Nama calon peserta; inisial bila disamarkan.", "Name of the nominee; initials if masked."),
        "nama_kepala_keluarga": Label(
            "Nama kepala keluarga; inisial bila disamarkan.", "Name of the head of household; initials if masked."
        ),
        "nama": Label("Nama; inisial bila disamarkan.", "Name; initials if masked."),
        "nik": Label(
            "Nomor Induk Kependudukan, 16 angka; disamarkan atau nama samaran kecuali diminta terbuka.",
            "Population number, 16 digits; stars or a pseudonym unless it was asked for.",
        ),
        "no_kk": Label(
            "Nomor Kartu Keluarga, 16 angka; disamarkan seperti NIK.",
            "Family card number, 16 digits; masked like a NIK.",
        ),
        "tanggal_lahir": Label(
            "Tanggal lahir; hanya tahun bila disamarkan.", "Date of birth; the year only if masked."
        ),
        "district": Label(
            "Kode Kemendagri kabupaten/kota domisili, misalnya 34.04.",
            "Kemendagri code of the district of domicile: 34.04.",
        ),
        "nama_kabupaten_kota": Label("Nama kabupaten/kota.", "Name of the district."),
        "kecamatan": Label(
            "Kode Kemendagri kecamatan; total untuk jumlah.", "Kemendagri code of the subdistrict; total for the sum."
        ),
        "nama_kecamatan": Label("Nama kecamatan.", "Name of the subdistrict."),
        "nama_desa": Label("Nama desa atau kelurahan.", "Name of the village."),
        # the seat
        "rank": Label(
            "Urutan di wilayah kuota, 1 yang terdepan; kosong bila gugur.",
            "Place within the area, 1 the first; empty if a gate fails.",
        ),
        "status": Label(
            "Kedudukan baris: calon terpilih, cadangan, tidak terpilih; padanan padan, perlu ditinjau; proses terbit, "
            "gagal, ditahan.",
            "Where the row stands: a candidate selected, waitlist, not selected; a pair link, review; a run published, "
            "failed, refused.",
        ),
        "score": Label(
            "Skor gabungan kemiskinan dan potensi, 0 sampai 1, rata-rata atas keraguan padanan.",
            "Poverty and potential joined, 0 to 1, expected over doubt about the link.",
        ),
        "p_top_k": Label(
            "Bagian undian berbenih yang memberi keluarga ini kursi, 0 sampai 1.",
            "Share of seeded draws in which the household has a seat, 0 to 1.",
        ),
        "borderline": Label("Kursinya belum pasti; dikunjungi dahulu.", "Its seat is in doubt; to be visited first."),
        "visit_order": Label("Urutan kunjungan, 1 dahulu.", "Order of visits, 1 first."),
        "visit_change": Label(
            "Peluang kunjungan mengubah daftar, 0 sampai 1.", "Probability that a visit changes the list, 0 to 1."
        ),
        "visit_gain": Label(
            "Skor yang diharapkan bertambah oleh kunjungan.", "Score that a visit is expected to gain."
        ),
        "area": Label("Wilayah yang kursinya diperebutkan.", "District or subdistrict whose seats it competes for."),
        "seat_basis": Label(
            "Cara kursi diperoleh: merit (peringkat), reserve:KELOMPOK (afirmasi), cascade (limpahan), include "
            "(petugas), replacement (pengganti).",
            "How the seat was won: merit (rank), reserve:GROUP, cascade (passed on by another area), include (a "
            "person), replacement (from the waitlist).",
        ),
        "batch": Label("Angkatan tempat kursi itu.", "Batch that the seat belongs to."),
        "displaced_by": Label(
            "Keluarga yang mengambil kursinya lewat afirmasi.", "Household that took its seat by a reserve."
        ),
        "score_gap": Label(
            "Selisih skor yang dikorbankan kuota afirmasi.", "By how much the one displaced by a reserve scored higher."
        ),
        "waitlist_place": Label(
            "Urutan penggantian di wilayahnya, 1 dahulu.", "Order of replacement within the area, 1 first."
        ),
        "waitlist_until": Label(
            "Hari terakhir cadangan berlaku.", "Last day on which the place on the waitlist is valid."
        ),
        "tie": Label(
            "Nomor kelompok keluarga yang sama dalam semua ukuran.",
            "Number of the group that is equal in everything ranked by.",
        ),
        "lottery": Label(
            "Tiket undian: HMAC-SHA256 benih dan household_id; yang terkecil menang.",
            "Lottery ticket: HMAC-SHA256 of seed and household_id; the smallest wins.",
        ),
        "override": Label(
            "Keputusan petugas: tahan, sertakan, keluarkan.", "A person's decision: hold, include, exclude."
        ),
        "override_id": Label("Nomor keputusan petugas.", "Number of a person's decision."),
        "override_by": Label("Petugas yang memutuskan.", "Who decided."),
        "override_reason": Label("Alasan keputusan petugas.", "Why it was decided."),
        "reasons": Label(
            "Yang mendukung dan memberatkan; kode atau kata.", "What speaks for and against it; codes or words."
        ),
        "to_verify": Label("Yang harus diperiksa petugas di lapangan.", "What an officer has to find out."),
        "verify": Label("Ada saringan yang perlu diperiksa petugas.", "A gate asks for an officer."),
        "keterangan": Label(
            "Apa daftar ini, dan banyaknya asumsi kebijakan.", "What the list is, and the number of policy assumptions."
        ),
        # the assessment
        "desil": Label(
            "Desil kesejahteraan DTSEN, 1 termiskin; kosong bila belum ditentukan.",
            "Welfare decile of DTSEN, 1 the poorest; empty if not determined.",
        ),
        "p_link": Label("Peluang padanan keluarga dengan DTSEN benar.", "Probability that the link to DTSEN is right."),
        "p_poor": Label("Peluang di bawah garis kemiskinan.", "Probability to be below the poverty line."),
        "p_extreme": Label(
            "Peluang di bawah garis kemiskinan ekstrem.", "Probability to be below the extreme poverty line."
        ),
        "p_source": Label(
            "Dasar kedua peluang itu: pengeluaran, model, atau indikatif.",
            "What these probabilities rest on: expenditure, model or indicative.",
        ),
        "deprivation": Label(
            "Deprivasi Alkire-Foster, bagian kebutuhan dasar tertimbang yang tidak terpenuhi, 0 sampai 1.",
            "Alkire-Foster deprivation: weighted share of basic needs not met, 0 to 1.",
        ),
        "deprivation_poor": Label(
            "Miskin multidimensi menurut ambang kebijakan.", "Multidimensionally poor by the policy's cutoff."
        ),
        "potential": Label("Potensi wirausaha, 0 sampai 1.", "Business potential, 0 to 1."),
        "poverty": Label("Skor kemiskinan, 0 sampai 1.", "Poverty score, 0 to 1."),
        "gate_outcome": Label(
            "Hasil semua saringan bersama: PASS, VERIFY, FAIL.", "All gates together: PASS, VERIFY, FAIL."
        ),
        "gates": Label("Hasil tiap saringan menurut kodenya (JSON).", "Each gate's outcome by its code (JSON)."),
        "nominee_alternatives": Label(
            "Anggota lain yang memenuhi syarat (JSON).", "Further members who would do (JSON)."
        ),
        "nominee_female": Label("Calon peserta perempuan.", "The nominee is a woman."),
        "nominee_disability": Label("Calon peserta penyandang disabilitas.", "The nominee has a disability."),
        "nominee_age": Label("Umur calon peserta, tahun.", "Age of the nominee in years."),
        "nominee_group": Label(
            "Nomor orang calon; baris dengan nomor sama adalah orang yang sama.",
            "Number of the nominee as a person; rows with one number are one person.",
        ),
        "kk_group": Label(
            "Nomor kelompok keluarga dengan nomor KK yang sama.",
            "Number of the group of households with one KK number.",
        ),
        "link_certain": Label("Padanan dengan DTSEN pasti.", "The link to DTSEN is certain."),
        "deprivation_parts": Label(
            "Indikator yang membuat keluarga terdeprivasi (JSON).",
            "Indicators in which the household is deprived (JSON).",
        ),
        "deprivation_missing": Label("Indikator yang tidak diketahui.", "Indicators that are not known."),
        "warnings": Label("Peringatan pada baris ini.", "Warnings on the row."),
        "version": Label("Versi susunan tabel.", "Version of the tables' layout."),
        "poverty_sources": Label(
            "Sumber tiap bagian skor kemiskinan (JSON).", "Where each part of the poverty score comes from (JSON)."
        ),
        # links
        "match_weight": Label(
            "Bobot padanan: log2 peluang banding bahwa keduanya orang yang sama.",
            "log2 of the odds that both records are one person.",
        ),
        "match_probability": Label(
            "Peluang bahwa keduanya orang atau keluarga yang sama.",
            "Probability that both records are one person or family.",
        ),
        "method": Label(
            "Cara padanan: exact, probabilistic, household, manual.",
            "How the link came to be: exact, probabilistic, household, manual.",
        ),
        "margin": Label("Bobot dikurangi bobot pesaing terdekat.", "Weight less that of the runner-up."),
        "members_linked": Label("Banyaknya anggota yang padan.", "Members who are linked."),
        "duplicate_of": Label(
            "Orang PPSE pertama dengan orang DTSEN yang sama.", "First PPSE person with the same DTSEN person."
        ),
        "ground": Label(
            "Alasan pasangan ditinjau: doubt (diragukan), check (uji acak).",
            "Why a pair is reviewed: doubt or check (random).",
        ),
        "stratum": Label("Lapisan asal pasangan ditarik.", "Stratum that a pair was drawn from."),
        "stratum_pairs": Label("Banyaknya pasangan di lapisan itu.", "Pairs in the stratum."),
        "sampling_weight": Label("Banyaknya pasangan yang diwakili.", "Pairs that this one stands for."),
        "fingerprint": Label(
            "Sidik kedua catatan seperti yang dilihat peninjau.", "Hash of both records as the reviewer saw them."
        ),
        "records": Label(
            "Kedua catatan berdampingan (JSON); disamarkan.", "Both records side by side (JSON); withheld if masked."
        ),
        "evidence": Label(
            "Bukti padanan per perbandingan, dalam bit (JSON).", "Evidence by comparison, in bits (JSON)."
        ),
        "decision": Label(
            "Putusan peninjau: match, non-match, unsure.", "What the reviewer found: match, non-match, unsure."
        ),
        "decision_id": Label("Nomor putusan.", "Number of the decision."),
        "note": Label("Catatan peninjau.", "The reviewer's note."),
        "made_in": Label("Tempat putusan dibuat: workbook atau desk.", "Where it was decided: workbook or desk."),
        # runs, findings, ledgers
        "run_id": Label("Penanda proses.", "Identifies a run."),
        "sequence": Label("Nomor urut.", "Number in order."),
        "pipeline_id": Label("Nama pekerjaan di berkas pipeline.", "Name of the job in the pipeline file."),
        "purpose": Label("Tujuan pemrosesan.", "Why the data is processed."),
        "operator": Label("Orang yang melakukannya.", "Who did it."),
        "started_at": Label("Waktu mulai (UTC).", "When it began (UTC)."),
        "finished_at": Label("Waktu selesai (UTC).", "When it ended (UTC)."),
        "as_of": Label("Tanggal acuan umur dan nilai bertanggal.", "Reference date of ages and dated values."),
        "seed": Label("Benih semua undian.", "Number from which every draw follows."),
        "engine": Label("Mesin yang memadankan.", "What linked."),
        "program_version": Label("Versi program.", "Version of the program."),
        "policy_id": Label("Nama kebijakan.", "Name of the policy."),
        "policy_version": Label("Versi kebijakan.", "Version of the policy."),
        "policy_sha256": Label("sha256 berkas kebijakan.", "sha256 of the policy file."),
        "model_sha256": Label("sha256 model pemadanan yang diberikan.", "sha256 of the linkage model that was given."),
        "registry": Label("Potret DTSEN yang dipakai.", "DTSEN snapshot that was used."),
        "library_versions": Label("Versi pustaka (JSON).", "Versions of the libraries (JSON)."),
        "step_seconds": Label("Lama tiap langkah, detik (JSON).", "Seconds by step (JSON)."),
        "inputs": Label(
            "Berkas masukan, sidik, dan ke mana barisnya (JSON).",
            "Input files, hashes and where their rows went (JSON).",
        ),
        "counts": Label("Hitungan proses (JSON).", "Counts of the run (JSON)."),
        "error_class": Label("Jenis galat proses yang gagal.", "Kind of error of a failed run."),
        "error_message": Label("Pesan galat proses yang gagal.", "Message of a failed run."),
        "input_key": Label("Sidik semua yang menentukan hasil.", "Hash of all that the result depends on."),
        "source": Label("Berkas asal.", "File it stands in."),
        "row_number": Label("Nomor baris data di berkas asal, mulai 1.", "Number of the data row in its file, from 1."),
        "record_id": Label("Penanda baris menurut berkasnya.", "The row's id in its file."),
        "field": Label("Kolom yang ditemui.", "Column concerned."),
        "rule": Label("Nama aturan.", "Name of the rule."),
        "rules": Label("Aturan yang menolak baris.", "Rules that refused the row."),
        "raw": Label("Baris seperti adanya; disamarkan.", "The row as it came; withheld if masked."),
        "severity": Label("Tingkat temuan: error, warning, info.", "Severity: error, warning, info."),
        "message_id": Label("Pesan dalam bahasa Indonesia.", "Message in Indonesian."),
        "message_en": Label("Pesan dalam bahasa Inggris.", "Message in English."),
        "name": Label("Nama berkas atau bagian.", "Name of the file or part."),
        "sha256": Label("sha256 isi.", "sha256 of the content."),
        "content": Label("Isi berkas.", "The file's text."),
        "cut_off": Label("Tanggal keadaan DTSEN.", "Date that the DTSEN row describes."),
        "years_ago": Label("Tahun sejak menjadi peserta.", "Years since the person took part."),
        "happened_at": Label("Waktu kejadian (UTC).", "When it happened (UTC)."),
        "action": Label(
            "Yang dilakukan: export, reveal, access, erase, override, replace, review, purge.",
            "What was done: export, reveal, access, erase, override, replace, review, purge.",
        ),
        "detail": Label("Rincian kejadian (JSON), tanpa nilai pribadi.", "Details (JSON), never a personal value."),
        "previous_hash": Label("Sidik kejadian sebelumnya.", "Hash of the event before."),
        "hash": Label("Sidik kejadian ini dan semua sebelumnya.", "Hash of this event and all before it."),
        "event": Label(
            "Tindakan pada buku: add, withdraw, decide, undo.",
            "What the ledger's row does: add, withdraw, decide, undo.",
        ),
        "kind": Label("Jenis keputusan: hold, include, exclude.", "Kind of decision: hold, include, exclude."),
        "reason": Label("Alasan.", "Why."),
        "valid_until": Label("Hari terakhir keputusan berlaku.", "Last day on which the decision holds."),
        "declined_household_id": Label("Keluarga yang mundur.", "Household that declined."),
        "replaced_by": Label("Keluarga yang menggantikan.", "Household that took the seat."),
        # public counts
        "selected": Label("Keluarga terpilih; kosong bila ditahan.", "Households selected; empty if withheld."),
        "waitlist": Label("Keluarga cadangan; kosong bila ditahan.", "Households on the waitlist; empty if withheld."),
        "not_selected": Label(
            "Keluarga tidak terpilih; kosong bila ditahan.", "Households not selected; empty if withheld."
        ),
        "total": Label("Jumlah keluarga; kosong bila ditahan.", "Households together; empty if withheld."),
        "withheld": Label(
            "Kolom yang angkanya ditahan karena terlalu kecil.",
            "Columns whose counts are withheld because they are small.",
        ),
    }
)
"""By column: a column keeps its name across tables if and only if it is the same quantity."""

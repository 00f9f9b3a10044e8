"""Findings that come from the shape of the files rather than from a rule's expression, each with its words.

Rows are refused for these alone (docs/adr/0002-what-rejects-a-row.md); a bad value in a field that may be empty never
refuses its row.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from targeting.vocabulary import Severity

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "row_number": pl.Int64(),
    "field": pl.String(),
    "rule": pl.String(),
    "severity": pl.String(),
    "message_id": pl.String(),
    "message_en": pl.String(),
}
"""A finding before it knows its file and record."""


@dataclass(frozen=True)
class Finding:
    """A rule's name, what it does to a row, and its words."""

    rule: str
    severity: Severity
    message_id: str
    message_en: str

    def on(self, rows: pl.DataFrame, field: str | None) -> pl.DataFrame:
        """One finding for each of the rows (they have `row_number`); FINDING_SCHEMA."""
        words = {"field": field, "rule": self.rule, "severity": self.severity.value}
        words |= {"message_id": self.message_id, "message_en": self.message_en}
        return rows.select("row_number", **{name: pl.lit(text, pl.String) for name, text in words.items()})

    def on_file(self, field: str | None = None, about: str = "") -> pl.DataFrame:
        """One finding about the file as a whole: it has no row number. `about` completes the message."""
        whole = Finding(self.rule, self.severity, self.message_id + about, self.message_en + about)
        return whole.on(pl.DataFrame({"row_number": [None]}, schema={"row_number": pl.Int64}), field)


def no_findings() -> pl.DataFrame:
    """An empty frame of findings."""
    return pl.DataFrame(schema=FINDING_SCHEMA)


ROW_DOES_NOT_FIT_HEADER = "row_does_not_fit_header"
"""Its words are those of the reason that the reader gives."""

REQUIRED_VALUE_IS_MISSING = Finding(
    "required_value_is_missing",
    Severity.ERROR,
    "Isian wajib kosong; baris ditolak.",
    "A required value is missing; the row is refused.",
)
RECORD_ID_USED_TWICE = Finding(
    "record_id_used_twice",
    Severity.ERROR,
    "ID ini sudah dipakai baris sebelumnya; baris pertama dipakai, baris ini ditolak.",
    "An earlier row has this id; the first row stands and this one is refused.",
)
HOUSEHOLD_WAS_REJECTED = Finding(
    "household_was_rejected",
    Severity.ERROR,
    "Baris rumah tangga atau keluarganya ditolak; perbaiki baris itu lebih dahulu.",
    "The row of its household or family was refused; correct that row first.",
)
HOUSEHOLD_IS_NOT_IN_ITS_FILE = Finding(
    "household_is_not_in_its_file",
    Severity.ERROR,
    "Rumah tangga atau keluarga ini tidak ada dalam berkasnya.",
    "Its household or family is not in the household or family file.",
)
HOUSEHOLD_HAS_NO_MEMBER = Finding(
    "household_has_no_member",
    Severity.WARNING,
    "Tidak ada anggota yang diterima untuk rumah tangga atau keluarga ini.",
    "No accepted member belongs to this household or family.",
)
SIZE_DIFFERS_FROM_MEMBERS = Finding(
    "size_differs_from_members",
    Severity.WARNING,
    "Jumlah anggota yang tercatat berbeda dengan jumlah baris anggota.",
    "The number of members on record differs from the number of member rows.",
)
RECORD_ID_WAS_MADE = Finding(
    "record_id_was_made",
    Severity.INFO,
    "Berkas tidak mempunyai kolom ID ini; ID dibuat dari ",
    "The file has no such id column; ids were made from ",
)
REGION_TAKEN_FROM_FINER_CODE = Finding(
    "region_taken_from_finer_code",
    Severity.INFO,
    "Kode wilayah kosong; diambil dari kode yang lebih rinci.",
    "The region code was missing; it was taken from the finer code.",
)
COLUMNS_ARE_NOT_IN_THE_CONTRACT = Finding(
    "columns_are_not_in_the_contract",
    Severity.INFO,
    "Kolom yang tidak dikenal dan tidak dipakai: ",
    "Columns that are unknown and not used: ",
)
MEMBER_WAS_MADE_FROM_HEAD = Finding(
    "member_was_made_from_head",
    Severity.INFO,
    "Berkas rata (satu baris per rumah tangga): kepala keluarga menjadi satu-satunya anggota.",
    "Flat file (one row a household): the head became the only member.",
)

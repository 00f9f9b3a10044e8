"""Gates as tables: what a household or member is, and what its gate says. One row, one boundary."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from targeting.eligibility import assess

HOUSEHOLDS = """
case           | side      | column                        | value                           | gate | outcome | reason
at threshold   | family    | desil_nasional                | 2                               | D01  | PASS    |
desil above it | family    | desil_nasional                | 3                               | D01  | FAIL    | D01
no desil yet   | family    | desil_nasional                |                                 | D01  | VERIFY  | D01-M
pilot district | household | kode_kabupaten_kota           | 34.04                           | W01  | PASS    |
DTSEN moved it | family    | kode_kabupaten_kota           | 34.71                           | W01  | VERIFY  | W01-C
active         | family    | status_dtsen                  | DTSEN AKTIF                     | S01  | PASS    |
maybe deceased | family    | status_dtsen                  | DTSEN AKTIF - ASESMEN MENINGGAL | S01  | VERIFY  | S01-V
inactive       | family    | status_dtsen                  | DTSEN NONAKTIF                  | S01  | FAIL    | S01
no status      | family    | status_dtsen                  |                                 | S01  | VERIFY  | S01-M
found          | family    | id_status_keberadaan_keluarga | 1                               | S02  | PASS    |
moved since    | family    | id_status_keberadaan_keluarga | 2                               | S02  | VERIFY  | S02-C
only PPSE: yes | family    | id_status_keberadaan_keluarga |                                 | S02  | PASS    |
certain link   | p         | p                             | 0.95                            | L01  | PASS    |
doubtful link  | p         | p                             | 0.85                            | L01  | VERIFY  | L01-V
"""

MEMBERS = """
case                  | column                              | value      | gate | outcome | reason
lives here            | id_keberadaan_anggota               | 1          | S03  | PASS    |
new in the family     | id_keberadaan_anggota               | 5          | S04  | PASS    |
deceased              | id_keberadaan_anggota               | 2          | S03  | FAIL    | S03
moved away            | id_keberadaan_anggota               | 3          | S04  | VERIFY  | S04-V
presence not said     | id_keberadaan_anggota               |            | S03  | VERIFY  | S03-M
eighteen today        | tanggal_lahir                       | 2008-01-15 | U01  | PASS    |
eighteen tomorrow     | tanggal_lahir                       | 2008-01-16 | U01  | FAIL    | U01
last day of 59        | tanggal_lahir                       | 1966-01-16 | U01  | PASS    |
sixty today           | tanggal_lahir                       | 1966-01-15 | U01  | FAIL    | U01
born after today      | tanggal_lahir                       | 2026-01-16 | U01  | VERIFY  | U01-M
birth date not said   | tanggal_lahir                       |            | U01  | VERIFY  | U01-M
own business          | id_status_kedudukan_pekerjaan_utama | 1          | P01  | PASS    |
PNS, or BUMN, or BUMD | id_status_kedudukan_pekerjaan_utama | 5          | P01  | VERIFY  | P01-V
work not said         | id_status_kedudukan_pekerjaan_utama |            | P01  | VERIFY  | P01-M
left school           | id_partisipasi_sekolah              | 3          | P02  | PASS    |
at school             | id_partisipasi_sekolah              | 2          | P02  | FAIL    | P02
schooling not said    | id_partisipasi_sekolah              |            | P02  | VERIFY  | P02-M
micro turnover        | id_omset_usaha_utama                | 4          | T01  | PASS    |
small turnover        | id_omset_usaha_utama                | 5          | T01  | VERIFY  | T01-V
no turnover           | id_omset_usaha_utama                |            | T01  | PASS    |
"""


def rows_of(table: str) -> list[dict[str, str | None]]:
    """The table's rows by column; an empty cell is None."""
    lines = [line for line in table.splitlines() if line.strip()]
    names, *rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def typed(column: str, text: str | None) -> Any:
    """The cell as the contract types the column."""
    if text is None or column in ("kode_kabupaten_kota", "status_dtsen"):
        return text
    if column == "tanggal_lahir":
        return date.fromisoformat(text)
    return float(text) if column == "p" else int(text)


def outcome_of(assessment: Any, gate: str) -> tuple[str, str | None]:
    """The gate's outcome and reason for the only household or member of the pool."""
    row = assessment.gate.filter(gate=gate).row(0, named=True)
    return row["outcome"], row["reason_code"]


@pytest.mark.parametrize("row", rows_of(HOUSEHOLDS), ids=lambda row: row["case"])
def test_a_household_gate_says_what_the_table_says(row: dict[str, Any], pool: Any, policy: Any, as_of: date) -> None:
    value = {row["column"]: typed(row["column"], row["value"])}
    household = {row["side"]: value} if row["side"] == "family" else value
    assessment = assess(pool([household]), policy, as_of)
    assert (row["outcome"], row["reason"]) == outcome_of(assessment, row["gate"])


@pytest.mark.parametrize("row", rows_of(MEMBERS), ids=lambda row: row["case"])
def test_a_member_gate_says_what_the_table_says(row: dict[str, Any], pool: Any, policy: Any, as_of: date) -> None:
    member = {row["column"]: typed(row["column"], row["value"])}
    assessment = assess(pool([{"members": [member]}]), policy, as_of)
    assert (row["outcome"], row["reason"]) == outcome_of(assessment, row["gate"])

"""The sample's other files: the same records in other forms, and files that nobody can read."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from targeting.synth.files import text_of
from targeting.synth.generate import SynthData


def _words(text: str) -> list[str]:
    return text.split()


ROWS = 40
"""Households of each small file."""
MADE = datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)
"""Written into Excel files, so that they are the same each time."""
HEAD_COLUMNS = _words(
    "nik nama tempat_lahir tanggal_lahir id_jenis_kelamin id_hub_kepala_keluarga id_status_perkawinan "
    "id_keberadaan_anggota id_ijazah id_lapangan_usaha id_status_kedudukan_pekerjaan_utama jumlah_jenis_usaha minat_wub"
)
NARROW = _words("household_id no_kk kode_kabupaten_kota kode_desa alamat luas_lantai_bangunan id_atap_terluas")


def write_forms(out: Path, data: SynthData) -> dict[str, str]:
    """Name and meaning of each readable file written into `out`."""
    flat = flat_households(data)
    narrow = text_of(data.ppse_household.head(ROWS)).select(NARROW)
    forms = out / "forms"
    forms.mkdir(parents=True, exist_ok=True)
    _text(out / "ppse_flat.csv", _dmy(flat), separator=";")
    write_excel(out / "ppse.xlsx", {"Rumah Tangga": flat, "Anggota": _members(data)})
    _text(forms / "semicolon_decimal_comma.csv", _decimal_comma(narrow), separator=";")
    _text(forms / "tab.csv", narrow, separator="\t")
    _text(forms / "pipe.csv", narrow, separator="|")
    _text(forms / "bom.csv", narrow, encoding="utf-8-sig")
    marked = "\ufeff" + narrow.write_csv(separator="\t")  # the mark and the byte order are the same on any machine
    (forms / "utf16.csv").write_text(marked, encoding="utf-16-le", newline="")
    curly = narrow.with_columns(alamat=pl.concat_str(pl.lit("Jl. Ma’ruf – "), "alamat"))
    _text(forms / "windows1252.csv", curly, encoding="cp1252", separator=";")
    with gzip.GzipFile(forms / "ppse_household.csv.gz", "wb", mtime=0) as packed:
        packed.write(narrow.write_csv().encode())
    narrow.write_parquet(forms / "ppse_household.parquet")
    return {
        "ppse_flat.csv": f"one row a household with its head, {ROWS} households; semicolon, dates as 31/12/1990",
        "ppse.xlsx": "sheets Rumah Tangga (flat) and Anggota, all cells text",
        "forms/semicolon_decimal_comma.csv": "semicolon, decimal comma",
        "forms/tab.csv": "tab",
        "forms/pipe.csv": "pipe",
        "forms/bom.csv": "UTF-8 with byte order mark",
        "forms/utf16.csv": "UTF-16, tab",
        "forms/windows1252.csv": "Windows-1252, semicolon",
        "forms/ppse_household.csv.gz": "gzip",
        "forms/ppse_household.parquet": "Parquet, all columns text",
    }


def write_broken(out: Path, data: SynthData) -> dict[str, str]:
    """Name and meaning of each unreadable file written into `out`."""
    narrow = text_of(data.ppse_household.head(5)).select(NARROW)
    header, rest = narrow.write_csv().split("\n", 1)
    out.mkdir(parents=True, exist_ok=True)
    (out / "empty.csv").write_bytes(b"")
    (out / "header_only.csv").write_text(header + "\n", encoding="utf-8", newline="")
    doubled = header.replace("kode_desa", "no_kk")
    (out / "duplicate_header.csv").write_text(f"{doubled}\n{rest}", encoding="utf-8", newline="")
    renamed = header.replace("no_kk", "nomor")
    (out / "missing_column.csv").write_text(f"{renamed}\n{rest}", encoding="utf-8", newline="")
    (out / "garbage.csv").write_bytes(bytes(range(256)) * 8)
    (out / "not_excel.xlsx").write_bytes(b"this is no workbook\n" * 4)
    (out / "not_parquet.parquet").write_bytes(b"PAR1 but not really\n" * 4)
    packed = gzip.compress(narrow.write_csv().encode(), mtime=0)
    (out / "cut_short.csv.gz").write_bytes(packed[: len(packed) // 2])
    numbers = data.ppse_member.head(ROWS).select("person_id", "household_id", "nama", pl.col("nik").cast(pl.Float64))
    numbers.write_parquet(out / "nik_numbers.parquet")
    write_excel(out / "nik_numbers.xlsx", {"Anggota": numbers})
    write_excel(out / "wrong_sheet.xlsx", {"Catatan": pl.DataFrame({"catatan": ["data ada di berkas lain"]})})
    return {
        "empty.csv": "no bytes at all",
        "header_only.csv": "a header and nothing below",
        "duplicate_header.csv": "no_kk is there twice",
        "missing_column.csv": "no column no_kk",
        "garbage.csv": "binary",
        "not_excel.xlsx": "text with an Excel name",
        "not_parquet.parquet": "text with a Parquet name",
        "cut_short.csv.gz": "gzip that ends in the middle",
        "nik_numbers.parquet": "NIK as floating-point numbers",
        "nik_numbers.xlsx": "NIK as numbers",
        "wrong_sheet.xlsx": "only a sheet Catatan",
    }


def flat_households(data: SynthData) -> pl.DataFrame:
    """The first households with their heads' items beside, as text."""
    heads = data.ppse_member.filter(pl.col("id_hub_kepala_keluarga") == 1).unique("household_id", keep="first")
    columns = ["household_id", *HEAD_COLUMNS]
    return text_of(
        data.ppse_household.head(ROWS).join(heads.select(columns), on="household_id", how="left", maintain_order="left")
    ).select(pl.all().cast(pl.String))


def _members(data: SynthData) -> pl.DataFrame:
    """Members of the first households, as text."""
    wanted = data.ppse_household.head(ROWS).select("household_id")
    members = data.ppse_member.join(wanted, on="household_id", how="semi", maintain_order="left")
    return members.select(pl.all().cast(pl.String))


def _dmy(table: pl.DataFrame) -> pl.DataFrame:
    """Dates as 31/12/1990."""
    days = ("tanggal_pendataan", "tanggal_lahir")
    return table.with_columns(pl.col(day).str.to_date().dt.to_string("%d/%m/%Y") for day in days)


def _decimal_comma(table: pl.DataFrame) -> pl.DataFrame:
    """Floor areas as 45,0."""
    return table.with_columns(pl.format("{},0", "luas_lantai_bangunan").alias("luas_lantai_bangunan"))


def _text(path: Path, table: pl.DataFrame, separator: str = ",", encoding: str = "utf-8") -> None:
    """Write delimited text in an encoding."""
    path.write_text(table.write_csv(separator=separator), encoding=encoding, newline="")


def write_excel(path: Path, sheets: dict[str, pl.DataFrame]) -> None:
    """Write a workbook whose bytes depend on the data alone; text stays text, numbers stay numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"created": MADE})
    for name, table in sheets.items():
        sheet = book.add_worksheet(name)
        for column, title in enumerate(table.columns):
            sheet.write_string(0, column, title)
            for row, value in enumerate(table[title].to_list(), start=1):
                if value is not None:
                    sheet.write(row, column, value)
    book.close()
    path.write_bytes(buffer.getvalue())

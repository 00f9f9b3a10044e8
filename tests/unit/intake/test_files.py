"""Delimited text: what real files do, and that no row is lost."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from targeting.contracts.config import Source
from targeting.errors import InputFileError
from targeting.intake.files import read_text
from targeting.intake.frames import TextFrame

ROWS = [(1, "1", "Sri", "Jl. Mawar 5"), (2, "2", "Émile", None)]


@pytest.fixture
def read(tmp_path: Path):
    """Write bytes to a file and read it as text."""

    def write_and_read(content: bytes, name: str = "orang.csv", **source: object) -> TextFrame:
        path = tmp_path / name
        path.write_bytes(content)
        return read_text(path, Source(path=path, **source))

    return write_and_read


def message_of(read, content: bytes, **source: object) -> str:
    with pytest.raises(InputFileError) as caught:
        read(content, **source)
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(read, delimiter):
    content = (
        f"id{delimiter}nama{delimiter}alamat\n1{delimiter}Sri{delimiter}Jl. Mawar 5\n2{delimiter}Émile{delimiter}\n"
    )
    assert ROWS == read(content.encode()).frame.rows()


def test_decimal_commas_do_not_make_the_comma_a_delimiter(read):
    assert [(1, "1", "36,5"), (2, "2", "7,25")] == read(b"id;luas\n1;36,5\n2;7,25\n").frame.rows()


def test_a_declared_delimiter_is_obeyed(read):
    assert ["row_number", "id;nama", "x"] == read(b"id;nama,x\n1;a,b\n", delimiter=",").frame.columns


def test_the_line_that_tells_excel_the_delimiter_is_not_the_header(read):
    assert [(1, "1", "a,b,c")] == read(b"sep=;\nid;nama\n1;a,b,c\n").frame.rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found_out(read, encoding):
    content = "id,nama,alamat\r\n1,Sri,Jl. Mawar 5\r\n2,Émile,\r\n".encode(encoding)
    assert ROWS == read(content).frame.rows()


def test_utf_16_big_endian_with_a_mark_is_read(read):
    content = b"\xfe\xff" + "id,nama,alamat\n1,Sri,Jl. Mawar 5\n2,Émile,\n".encode("utf-16-be")
    assert ROWS == read(content).frame.rows()


def test_a_declared_encoding_is_obeyed(read):
    assert [(1, "Ł")] == read("nama\nŁ\n".encode("iso-8859-2"), encoding="iso-8859-2").frame.rows()


def test_an_unknown_encoding_is_one_clear_error(read):
    assert "'utf-99' is not known" in message_of(read, b"id,nama\n1,a\n", encoding="utf-99")


def test_text_that_is_not_in_the_declared_encoding_is_one_clear_error(read):
    assert "is not utf-8 text (byte 9 does not fit)" in message_of(read, b"id,nama\n\xe9,a\n", encoding="utf-8")


@pytest.mark.parametrize("name", ["orang.csv.gz", "orang.csv"])
def test_gzip_is_known_by_its_bytes(read, name):
    packed = gzip.compress(b"id,nama\n1,a\n")
    text = read(packed, name)
    assert [(1, "1", "a")] == text.frame.rows()
    assert hashlib.sha256(packed).hexdigest() == text.sha256


def test_a_damaged_gzip_file_is_one_clear_error(read):
    assert "is a damaged gzip file" in message_of(read, gzip.compress(b"id,nama\n1,a\n" * 100)[:-20])


def test_nothing_is_inferred_so_leading_zeros_and_long_digits_stay(read):
    frame = read(b"rt,nik,tanggal\n001,3404010101909001,1990-01-01\n").frame
    assert [(1, "001", "3404010101909001", "1990-01-01")] == frame.rows()


def test_headers_are_stripped_lower_cased_and_blanks_become_underscores(read):
    frame = read("\ufeff NIK ,No  KK,\u200bNama\u00a0Lengkap\n1,2,3\n".encode()).frame
    assert ["row_number", "nik", "no_kk", "nama_lengkap"] == frame.columns


def test_mapped_columns_bear_their_contract_names(read):
    frame = read(b"Nomor KTP,nama\n1,a\n", columns={"nik": "nomor ktp"}).frame
    assert [{"row_number": 1, "nik": "1", "nama": "a"}] == frame.to_dicts()


def test_one_file_column_can_serve_two_contract_columns(read):
    frame = read(b"no_kk\n1\n", columns={"no_kk": "no_kk", "dtsen_family_id": "no_kk"}).frame
    assert [{"row_number": 1, "no_kk": "1", "dtsen_family_id": "1"}] == frame.to_dicts()


def test_a_column_displaced_by_a_mapping_is_kept_under_another_name(read):
    frame = read(b"nik,nik baru\n1,2\n", columns={"nik": "nik baru"}).frame
    assert [{"row_number": 1, "nik": "2", "nik__unmapped": "1"}] == frame.to_dicts()


def test_a_mapped_column_that_is_not_there_is_an_error_that_lists_what_is(read):
    message = message_of(read, b"id,nama\n1,a\n", columns={"nik": "no_nik"})
    expected = (
        "orang.csv has no column 'no_nik', which 'columns' maps to 'nik'. Found: id, nama. "
        "Correct the name under 'columns' in the pipeline file."
    )
    assert expected == message


def test_duplicate_headers_are_an_error_that_names_them(read):
    assert "more than one column named nik" in message_of(read, b"NIK,nama,nik \n1,a,2\n")


def test_a_file_without_header_is_an_error_that_tells_no_value(read):
    message = message_of(read, b"3404010101909001,Sri\n3404010101909002,Budi\n")
    assert "orang.csv has no header" in message
    assert "3404010101909001" not in message
    assert "Sri" not in message


def test_a_delimiter_at_the_end_of_every_line_makes_no_column(read):
    assert ["row_number", "id", "nama"] == read(b"id,nama,\n1,a,\n2,b,\n").frame.columns


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n  \r\n", b"\xff\xfe"])
def test_an_empty_file_is_one_clear_error(read, content):
    assert "orang.csv is empty" in message_of(read, content)


@pytest.mark.parametrize("content", [b"id,nama", b"id,nama\n", b"id,nama\r\n\r\n", b"id,nama\n,\n,\n"])
def test_a_header_only_is_one_clear_error(read, content):
    assert "orang.csv has a header but holds no rows" in message_of(read, content)


@pytest.mark.parametrize("content", [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 100, b"\x89PNG\r\n\x81\x8d\x01"])
def test_garbage_is_one_clear_error(read, content):
    assert "orang.csv is not" in message_of(read, content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><table><tr><td>nik</td></tr></table></html>", "a web page"),
        (b"%PDF-1.4\n1 0 obj\n", "a PDF document"),
        (b'[{"nik": "1"},\n{"nik": "2"}]\n', "a JSON file"),
    ],
)
def test_another_format_under_a_wrong_suffix_is_one_clear_error(read, content, kind):
    assert f"orang.csv is {kind}, not a table" in message_of(read, content)


def test_a_header_whose_quote_is_never_closed_is_one_clear_error(read):
    assert "a quotation mark in the header is never closed" in message_of(read, b'"id,nama\n1,a\n2,b\n')


def test_a_stray_control_character_is_part_of_its_value(read):
    assert [(1, "1", "a\x0cb"), (2, "2", "c\x1dd")] == read(b"id,nama\n1,a\x0cb\n2,c\x1dd\n").frame.rows()


def test_ragged_rows_are_malformed_and_counted_in_their_place(read):
    text = read(b"id,nama,alamat\n1,a,b\n2,c\n3,d,e,f\n4,g,h\n")
    assert [(1, "1", "a", "b"), (4, "4", "g", "h")] == text.frame.rows()
    assert [
        (2, "2,c", "row_has_too_few_fields"),
        (3, "3,d,e,f", "row_has_too_many_fields"),
    ] == text.malformed.rows()
    assert 4 == text.rows_in


def test_quoted_delimiters_quotes_and_line_breaks_are_part_of_the_value(read):
    text = read(b'id,nama\r\n1,"a,b"\r\n2,"c ""d"" e"\r\n3,"f\r\ng"\r\n4,h\r\n')
    assert [(1, "1", "a,b"), (2, "2", 'c "d" e'), (3, "3", "f\ng"), (4, "4", "h")] == text.frame.rows()
    assert 0 == text.malformed.height


def test_a_quote_inside_a_value_is_a_character(read):
    assert [(1, "1", 'pipa 5" besi'), (2, "2", "b")] == read(b'id,nama\n1,pipa 5" besi\n2,b\n').frame.rows()


def test_a_quote_that_is_never_closed_spoils_only_its_own_row(read):
    text = read(b'id,nama,alamat\n1,"a,b\n2,"c",d\n3,e,f\n')
    assert [(2, "2", "c", "d"), (3, "3", "e", "f")] == text.frame.rows()
    assert [(1, '1,"a,b', "row_has_an_unclosed_quote")] == text.malformed.rows()


def test_blank_lines_are_no_rows(read):
    assert [(1, "1", "a"), (2, "2", "b")] == read(b"\n\nid,nama\n1,a\n\n  \n2,b\n\n").frame.rows()


def test_empty_rows_count_between_others_but_not_at_the_end(read):
    assert [(1, "1", "a"), (2, None, None), (3, "2", "b")] == read(b"id;nama\n1;a\n;\n2;b\n;\n; \n").frame.rows()


def test_a_quoted_empty_cell_is_as_empty_as_any(read):
    assert [(1, "1", None, "b")] == read(b'id,nama,alamat\n1,"",b\n').frame.rows()


def test_nul_bytes_are_dropped(read):
    content = b"id,nama\n1,ab\x00c\n2,d\n" + b"3,efghijklmnop\n" * 20
    assert (1, "1", "abc") == read(content).frame.row(0)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(read, line_end):
    content = line_end.join(["id,nama", "1,a", "2,b"]).encode()
    assert [(1, "1", "a"), (2, "2", "b")] == read(content).frame.rows()


def test_a_header_may_span_lines(read):
    assert ["row_number", "id", "nama_lengkap"] == read(b'id,"nama\nlengkap"\n1,a\n').frame.columns


def test_a_file_of_ragged_rows_only_still_counts_them(read):
    text = read(b"id,nama\n1\n2\n")
    assert (0, 2, 2) == (text.frame.height, text.malformed.height, text.rows_in)


def test_a_missing_file_is_one_clear_error(tmp_path):
    path = tmp_path / "tidak_ada.csv"
    with pytest.raises(InputFileError, match="does not exist"):
        read_text(path, Source(path=path))


def test_a_folder_is_one_clear_error(tmp_path):
    with pytest.raises(InputFileError, match="is a folder"):
        read_text(tmp_path, Source(path=tmp_path))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may open every file")
def test_a_file_one_may_not_open_is_one_clear_error(tmp_path):
    path = tmp_path / "rahasia.csv"
    path.write_bytes(b"id\n1\n")
    path.chmod(0)
    with pytest.raises(InputFileError, match="cannot be read"):
        read_text(path, Source(path=path))

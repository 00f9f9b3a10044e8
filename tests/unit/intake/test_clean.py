"""Cleaning: one table a kind of value, raw text beside what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from targeting.intake import clean

NIK = "3404010101909001"
DAY = date(1990, 12, 31)
Read = Callable[[pl.Expr], pl.Expr]


def read(raw: str | None, reader: Read) -> tuple[object, str | None]:
    """Value and problem of one raw text."""
    frame = pl.DataFrame({"raw": [raw]}, schema={"raw": pl.String}).select(read=reader(pl.col("raw"))).unnest("read")
    return frame.row(0)[:2]


def repaired(raw: str, reader: Read) -> str | None:
    frame = pl.DataFrame({"raw": [raw]}).select(read=reader(pl.col("raw"))).unnest("read")
    return frame.item(0, "repair")


@pytest.mark.parametrize(
    "raw",
    [
        NIK,
        f"'{NIK}",
        f"’{NIK}",
        f'="{NIK}"',
        f"  {NIK}\t",
        f"\u00a0{NIK}\u200b",
        "\ufeff" + NIK,
        "3404 0101 0190 9001",
        "34.04.01.010190.9001",
        "340401-010190-9001",
        "３４０４０１０１０１９０９００１",
        f"{NIK}\x00",
    ],
)
def test_an_identifier_is_its_digits_however_it_is_written(raw):
    assert (NIK, None) == read(raw, clean.read_identifier)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("3.40401E+15", "identifier_is_a_number"),
        ("3,40401E+15", "identifier_is_a_number"),
        ("3.40401e15", "identifier_is_a_number"),
        ("'3.40401E+15", "identifier_is_a_number"),
        (f"{NIK}.0", "identifier_is_a_number"),
        ("3.404.010.101.909.001", "identifier_is_a_number"),
        (NIK[:15], "identifier_lost_a_digit"),
        (NIK[1:], "identifier_lost_a_digit"),
        (NIK[:14], "identifier_has_wrong_length"),
        (NIK + "1", "identifier_has_wrong_length"),
        ("34O4O1O1O19O9OO1", "identifier_has_other_characters"),
        ("belum ada", "identifier_has_other_characters"),
    ],
)
def test_an_identifier_that_cannot_be_known_is_refused_with_its_reason(raw, problem):
    assert (None, problem) == read(raw, clean.read_identifier)


MISSING = [None, "", " ", "\u00a0", "\u200b", "-", "--", ".", "NULL", "null", "NaN", "N/A", "#N/A", "None", "\t-\n"]


@pytest.mark.parametrize("raw", [*MISSING, "0"])
@pytest.mark.parametrize("reader", [clean.read_identifier, clean.read_record_id, clean.read_date])
def test_missing_is_neither_a_value_nor_a_problem(raw, reader):
    assert (None, None) == read(raw, reader)


@pytest.mark.parametrize("raw", MISSING)
@pytest.mark.parametrize("reader", [clean.read_number, clean.read_integer, clean.read_yes_no])
def test_nothing_is_missing_for_amounts_codes_and_answers_too(raw, reader):
    assert (None, None) == read(raw, reader)


def test_zero_is_missing_only_where_nothing_can_be_zero():
    assert (0, None) == read("0", clean.read_integer)
    assert (0.0, None) == read("0", clean.read_number)
    assert (None, None) == read("0", lambda raw: clean.read_integer(raw, zero=True))


def test_marks_in_an_identifier_are_reported_as_mended():
    assert "identifier_was_written_with_marks" == repaired(f"'{NIK}", clean.read_identifier)
    assert repaired(NIK, clean.read_identifier) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("RT-12/3", ("RT-12/3", None)),
        ("'007", ("007", None)),
        ("12.0", ("12", None)),
        ("12e4", ("12e4", None)),
        ("1.5E+10", (None, "identifier_is_a_number")),
    ],
)
def test_a_record_id_stays_as_it_is_unless_it_lost_digits(raw, expected):
    assert expected == read(raw, clean.read_record_id)


@pytest.mark.parametrize(
    ("raw", "digits", "expected"),
    [
        ("34", 2, ("34", None)),
        ("3404", 4, ("34.04", None)),
        ("34.04", 4, ("34.04", None)),
        ("34 04", 4, ("34.04", None)),
        ("3404.0", 4, ("34.04", None)),
        ("'340401", 6, ("34.04.01", None)),
        ("3404012001", 10, ("34.04.01.2001", None)),
        ("34-04-01-2001", 10, ("34.04.01.2001", None)),
        ("34.4.1.2001", 10, ("34.04.01.2001", None)),
        ("34.1", 4, (None, "region_code_is_a_number")),
        ("3.404012e9", 10, (None, "region_code_is_a_number")),
        ("3404010", 6, (None, "region_code_has_wrong_length")),
        ("340401", 4, (None, "region_code_has_wrong_length")),
        ("Sleman", 4, (None, "region_code_has_other_characters")),
        ("0", 4, (None, None)),
    ],
)
def test_a_region_code_gets_its_dots_or_its_reason(raw, digits, expected):
    assert expected == read(raw, lambda column: clean.read_region_code(column, digits))


def test_zeros_put_back_into_a_region_code_are_reported():
    assert "region_code_regained_zeros" == repaired("34.4.1", lambda raw: clean.read_region_code(raw, 6))
    assert repaired("340401", lambda raw: clean.read_region_code(raw, 6)) is None


@pytest.mark.parametrize(
    "raw",
    [
        *("31/12/1990", "31-12-1990", "31.12.1990", "31 12 1990", "'31/12/1990", "31 / 12 / 1990"),
        *("31 Des 1990", "31 Desember 1990", "31-DES-1990", "31 Dec 1990", "31 December 1990", "31-Dec-90"),
        *("December 31, 1990", "Senin, 31 Desember 1990", "31 Des. 1990"),
        *("1990-12-31", "1990/12/31", "1990-12-31 00:00:00", "1990-12-31T08:15:00.000+07:00", "31/12/1990 00:00"),
        *("19901231", "31121990", "31/12/90", "33238", "33238.0", "33238.5", "３１/１２/１９９０"),
        "1990-12-30T17:00:00.000Z",
    ],
)
def test_a_date_is_read_in_every_spelling(raw):
    assert (DAY, None) == read(raw, clean.read_date)


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "Jan Januari January"),
        (2, "Feb Februari Pebruari February"),
        (3, "Mar Maret March"),
        (4, "Apr April"),
        (5, "Mei May"),
        (6, "Jun Juni June"),
        (7, "Jul Juli July"),
        (8, "Agu Agt Ags Agustus Aug August"),
        (9, "Sep Sept September"),
        (10, "Okt Oktober Oct October"),
        (11, "Nov Nop Nopember November"),
        (12, "Des Desember Dec December"),
    ],
)
def test_months_are_known_by_indonesian_and_english_names(month, names):
    for name in names.split():
        assert (date(1990, month, 5), None) == read(f"5 {name} 1990", clean.read_date)


@pytest.mark.parametrize(
    ("order", "raw", "expected"),
    [
        ("dmy", "03/04/1990", date(1990, 4, 3)),
        ("mdy", "03/04/1990", date(1990, 3, 4)),
        ("ymd", "03/04/1990", date(1990, 4, 3)),
        ("mdy", "03041990", date(1990, 3, 4)),
        ("ymd", "90-12-31", DAY),
        ("mdy", "1990-12-31", DAY),
        ("mdy", "31 Dec 1990", DAY),
    ],
)
def test_the_declared_order_decides_where_day_and_month_could_change_places(order, raw, expected):
    assert (expected, None) == read(raw, lambda column: clean.read_date(column, order))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("31/02/1990", "date_is_impossible"),
        ("30 Feb 1990", "date_is_impossible"),
        ("1990-13-01", "date_is_impossible"),
        ("19901332", "date_is_impossible"),
        ("60", "date_is_impossible"),
        ("12/31/1990", "date_is_in_another_order"),
        ("1990", "date_is_a_year_only"),
        ("1990.0", "date_is_a_year_only"),
        ("31 Foo 1990", "date_is_unreadable"),
        ("60001", "date_is_unreadable"),
        ("tidak tahu", "date_is_unreadable"),
    ],
)
def test_a_date_that_cannot_be_known_is_refused_with_its_reason(raw, problem):
    assert (None, problem) == read(raw, clean.read_date)


@pytest.mark.parametrize("raw", ["00/00/0000", "0000-00-00", "0000-00-00 00:00:00", "  /  /    "])
def test_an_empty_date_form_is_missing(raw):
    assert (None, None) == read(raw, clean.read_date)


def test_excel_day_numbers_respect_the_leap_day_that_never_was():
    days = {"1": date(1900, 1, 1), "59": date(1900, 2, 28), "61": date(1900, 3, 1), "60000": date(2064, 4, 8)}
    assert days == {raw: read(raw, clean.read_date)[0] for raw in days}


def test_years_of_two_digits_turn_at_the_pivot():
    assert date(2029, 1, 5) == read("5/1/29", clean.read_date)[0]
    assert date(1930, 1, 5) == read("5/1/30", clean.read_date)[0]
    assert date(1926, 1, 5) == read("5/1/26", lambda raw: clean.read_date(raw, "dmy", 26))[0]


@pytest.mark.parametrize(
    ("raw", "repair"),
    [
        ("33238", "date_was_an_excel_serial"),
        ("31/12/90", "date_century_was_assumed"),
        ("1990-12-30T17:00:00Z", "date_was_midnight_in_utc"),
        ("31/12/1990", None),
        ("1990-12-31", None),
    ],
)
def test_what_was_assumed_about_a_date_is_reported(raw, repair):
    assert repair == repaired(raw, clean.read_date)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *[("1250000", 1250000.0), ("1.250.000", 1250000.0), ("1,250,000", 1250000.0), ("Rp 1.250.000,-", 1250000.0)],
        *[("Rp1.250.000,00", 1250000.0), ("1 250 000", 1250000.0), ("1\u00a0250\u00a0000", 1250000.0)],
        *[("36,5", 36.5), ("36.5", 36.5), ("1.250,75", 1250.75), ("1,250.75", 1250.75), ("0.125", 0.125)],
        *[("45.1250", 45.125), ("36 m2", 36.0), ("-5", -5.0), ("1e+20", 1e20), (",5", 0.5), ("1.0", 1.0)],
    ],
)
def test_a_number_is_read_whatever_marks_its_thousands_and_fraction(raw, expected):
    assert (expected, None) == read(raw, clean.read_number)


def test_only_the_declaration_can_tell_thousands_from_a_fraction():
    assert (None, "number_is_ambiguous") == read("1.234", clean.read_number)
    assert (1234.0, None) == read("1.234", lambda raw: clean.read_number(raw, ","))
    assert (1.234, None) == read("1.234", lambda raw: clean.read_number(raw, "."))
    assert (1.234, None) == read("1,234", lambda raw: clean.read_number(raw, ","))


@pytest.mark.parametrize("raw", ["banyak", "1.23.4", "1,2,3", "12-13", "inf", "1e999"])
def test_what_is_no_number_is_unreadable(raw):
    assert (None, "number_is_unreadable") == read(raw, clean.read_number)


@pytest.mark.parametrize(("raw", "expected"), [("1", 1), ("01", 1), ("1.0", 1), ("1,0", 1), (" 12 ", 12), ("-9", -9)])
def test_a_code_is_a_whole_number_however_it_was_stored(raw, expected):
    assert (expected, None) == read(raw, clean.read_integer)


@pytest.mark.parametrize("raw", ["1.5", "satu", "1a", "9" * 30])
def test_what_is_no_whole_number_is_unreadable(raw):
    assert (None, "integer_is_unreadable") == read(raw, clean.read_integer)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("1", 1), ("Ya", 1), ("true", 1), ("2", 2), ("TIDAK", 2), ("2.0", 2), ("false", 2)],
)
def test_an_answer_is_one_for_yes_and_two_for_no(raw, expected):
    assert (expected, None) == read(raw, clean.read_yes_no)


@pytest.mark.parametrize("raw", ["0", "3", "mungkin"])
def test_an_answer_that_is_neither_is_unreadable(raw):
    assert (None, "yes_no_is_unreadable") == read(raw, clean.read_yes_no)


def test_text_loses_what_cannot_be_seen_and_nothing_else():
    raw = ["\ufeffSiti\u00a0 Aminah,\u200b S.Pd\x00 ", "Blok 5²", "e\u0301", "NAN", "-"]
    cleaned = pl.DataFrame({"raw": raw}).select(clean.clean_text(pl.col("raw"))).to_series().to_list()
    assert ["Siti Aminah, S.Pd", "Blok 5²", "é", "NAN", None] == cleaned


def test_characters_lost_to_an_encoding_are_reported():
    frame = pl.DataFrame({"raw": ["Aminah", "Am\ufffdnah", None]})
    assert [None, "text_has_broken_characters", None] == frame.select(
        clean.text_problem(pl.col("raw"))
    ).to_series().to_list()


def test_repeated_values_are_read_as_single_ones_are():
    frame = pl.DataFrame({"raw": ["1", None, "x", "1"] * 5})
    read_rows = frame.select(read=clean.read_integer(pl.col("raw"))).unnest("read")
    assert [
        (1, None, None),
        (None, None, None),
        (None, "integer_is_unreadable", None),
        (1, None, None),
    ] * 5 == read_rows.rows()

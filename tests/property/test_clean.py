"""Cleaning never fails and gives back what was written in any of its spellings."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.intake import clean

unhurried = settings(deadline=None, max_examples=50)
"""Two busy cores are no reason to call a test flaky."""

READERS = {
    "identifier": clean.read_identifier,
    "record id": clean.read_record_id,
    "region code": lambda raw: clean.read_region_code(raw, 6),
    "date": clean.read_date,
    "month first": lambda raw: clean.read_date(raw, "mdy"),
    "number": clean.read_number,
    "decimal comma": lambda raw: clean.read_number(raw, ","),
    "integer": clean.read_integer,
    "yes or no": clean.read_yes_no,
}
MONTHS = [
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
]
ANY_TEXT = st.none() | st.text(max_size=30) | st.from_regex(r"[0-9'.,/:eE+ \-TZ]{0,20}", fullmatch=True)


def read(raw: list[str | None], reader) -> pl.DataFrame:
    frame = pl.DataFrame({"raw": raw}, schema={"raw": pl.String})
    return frame.select(read=reader(pl.col("raw"))).unnest("read")


@unhurried
@pytest.mark.parametrize("kind", READERS)
@given(raw=st.lists(ANY_TEXT, max_size=8))
def test_no_text_makes_cleaning_fail_and_a_value_never_has_a_problem(kind, raw):
    read_rows = read(raw, READERS[kind])
    assert len(raw) == read_rows.height
    value_and_problem = read_rows.filter(pl.col("value").is_not_null() & pl.col("problem").is_not_null())
    assert 0 == value_and_problem.height
    without_words = read_rows.filter(pl.col("problem").is_not_null() & ~pl.col("problem").is_in(list(clean.PROBLEMS)))
    assert 0 == without_words.height


@unhurried
@pytest.mark.parametrize("kind", READERS)
@given(raw=st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_a_value_is_read_alike_alone_and_among_its_repetitions(kind, raw):
    reader = READERS[kind]
    assert pl.concat([read(raw, reader)] * 3).equals(read(raw * 3, reader))


@unhurried
@given(digits=st.from_regex(r"[1-9][0-9]{15}", fullmatch=True), mark=st.sampled_from(["", " ", ".", "-", "\u00a0"]))
def test_an_identifier_comes_back_from_any_marks(digits, mark):
    written = ["'" + mark.join([digits[:6], digits[6:12], digits[12:]]), digits, mark.join(digits)]
    assert [digits] * 3 == read(written, clean.read_identifier).get_column("value").to_list()


@unhurried
@given(day=st.dates(date(1900, 3, 1), date(2064, 4, 8)))
def test_a_date_comes_back_from_each_spelling(day):
    serial = (day - date(1899, 12, 30)).days
    written = [
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{day:%Y%m%d}",
        f"{day:%d%m%Y}",
    ]
    if not 1900 <= serial <= 2099:
        written.append(str(serial))
    assert [day] * len(written) == read(written, clean.read_date).get_column("value").to_list()


@unhurried
@given(amount=st.integers(-(10**12), 10**12))
def test_a_whole_amount_comes_back_from_any_thousands_mark(amount):
    dots = f"{amount:,}".replace(",", ".")
    written = [str(amount), f"{amount:,}.00", f"{dots},00", f"{dots},0"]
    assert [float(amount)] * 4 == read(written, clean.read_number).get_column("value").to_list()


@unhurried
@given(raw=st.text(max_size=40))
def test_clean_text_is_clean_already(raw):
    once = pl.DataFrame({"raw": [raw]}).select(clean.clean_text(pl.col("raw")))
    assert once.equals(once.select(clean.clean_text(pl.col("raw"))))

"""Birth dates: every spelling that real files hold, and parts that are blank."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from targeting.standardise.dates import date_parts

Parts = tuple[int | None, int | None, int | None]


def parts(values: pl.Series) -> list[Parts]:
    """Year, month and day of each value."""
    year, month, day = date_parts(pl.col("d"), values.dtype)
    return values.to_frame("d").select(y=year, m=month, d=day).rows()


@pytest.mark.parametrize(
    "spelling",
    [
        "1961-03-24",
        "1961/3/24",
        "1961.03.24",
        "1961 03 24",
        "19610324",
        "24-03-1961",
        "24/3/1961",
        "24.03.1961",
        "24 03 1961",
        "1961-03-24 00:00:00",
        "1961-03-24T00:00:00",
        "24/03/1961 00:00",
        " 1961-03-24 ",
        "19610324.0",
    ],
)
def test_every_spelling_is_the_same_date(spelling: str) -> None:
    assert [(1961, 3, 24)] == parts(pl.Series([spelling]))


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("1961", (1961, None, None)),
        ("1961.0", (1961, None, None)),
        ("1961-00-00", (1961, None, None)),
        ("00-00-1961", (1961, None, None)),
        ("XX-XX-1961", (1961, None, None)),
        ("1961-XX-XX", (1961, None, None)),
        ("--/--/1961", (1961, None, None)),
        ("1961-03", (1961, 3, None)),
        ("196103", (1961, 3, None)),
        ("1961-03-??", (1961, 3, None)),
        ("??/03/1961", (1961, 3, None)),
        ("1961-00-24", (1961, None, 24)),
    ],
)
def test_a_blank_part_is_null_and_the_others_stay(spelling: str, expected: Parts) -> None:
    assert [expected] == parts(pl.Series([spelling]))


@pytest.mark.parametrize("spelling", ["", "-", "0", "0000-00-00", "00000000", "NULL", "kemarin", "24/03/61"])
def test_what_is_no_date_has_no_part(spelling: str) -> None:
    assert [(None, None, None)] == parts(pl.Series([spelling]))


def test_impossible_parts_are_null() -> None:
    assert [(1961, None, 24), (1961, 3, None)] == parts(pl.Series(["1961-13-24", "1961-03-32"]))


def test_null_has_no_part() -> None:
    assert [(None, None, None)] == parts(pl.Series([None], dtype=pl.String))


def test_date_columns_need_no_reading() -> None:
    assert [(1961, 3, 24)] == parts(pl.Series([date(1961, 3, 24)]))
    assert [(1961, 3, 24)] == parts(pl.Series([datetime(1961, 3, 24, 12)]))  # noqa: DTZ001  (a birthday has no zone)


def test_columns_of_years_are_dates_without_month_and_day() -> None:
    assert [(1961, None, None)] == parts(pl.Series([1961]))
    assert [(1961, None, None)] == parts(pl.Series([1961.0]))

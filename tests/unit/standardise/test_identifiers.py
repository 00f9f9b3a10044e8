"""Identity numbers: what is one, and how it is packed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.standardise.identifiers import clean_identifier, packed_digits

sixteen_digits = st.text("0123456789", min_size=16, max_size=16)


def cleaned(value: str | None) -> str | None:
    """One identifier, cleaned."""
    return pl.select(clean_identifier(pl.lit(value, pl.String))).item()


def packed(*values: str | None) -> list[int | None]:
    """Identifiers as packed integers."""
    return packed_digits(pl.Series(values, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "written",
    [
        "3404011203610001",
        "3404 0112 0361 0001",
        "34.04.01.120361.0001",
        "'3404011203610001",
        "3404-0112-0361-0001",
        "3404011203610001.0",
        " 3404011203610001\u00a0",
    ],
)
def test_blanks_dots_and_apostrophes_are_no_part_of_a_number(written: str) -> None:
    assert cleaned(written) == "3404011203610001"


@pytest.mark.parametrize(
    "placeholder",
    [
        None,
        "",
        "-",
        "0",
        "null",
        "NaN",
        "N/A",
        "0000000000000000",
        "1111111111111111",
        "9999999999999999",
        "1234567890123456",
        "3404011203610000",
        "9999",
    ],
)
def test_placeholders_are_nobodys_number(placeholder: str | None) -> None:
    assert cleaned(placeholder) is None


@pytest.mark.parametrize("value", ["111", "AB12", "9999999999999998", "12"])
def test_short_or_uneven_numbers_are_numbers(value: str) -> None:
    assert value == cleaned(value)


def test_letters_are_upper_case() -> None:
    assert cleaned("ab-12") == "AB12"


def test_sixteen_digits_fill_sixteen_nibbles() -> None:
    assert [0x3404011203610001, None] == packed("3404011203610001", None)


def test_shorter_numbers_stand_to_the_right_and_longer_ones_keep_their_end() -> None:
    assert [0x12, 0x3456789012345678] == packed("12", "123456789012345678")


def test_packing_nothing_gives_nothing() -> None:
    assert [] == packed()


@given(st.lists(st.tuples(sixteen_digits, sixteen_digits), min_size=1, max_size=50))
@settings(max_examples=50, deadline=None)
def test_nibbles_that_differ_are_digits_that_differ(pairs: list[tuple[str, str]]) -> None:
    expected = [sum(a != b for a, b in zip(one, other, strict=True)) for one, other in pairs]
    left, right = packed(*(one for one, _ in pairs)), packed(*(other for _, other in pairs))
    actual = [sum(digit != "0" for digit in f"{a ^ b:x}") for a, b in zip(left, right, strict=True)]
    assert expected == actual

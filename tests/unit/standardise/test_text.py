"""Addresses and other text in the form in which they compare."""

from __future__ import annotations

import polars as pl
import pytest

from targeting.standardise.text import address_text, plain_text


def address(text: str | None) -> str | None:
    """One address, standardised."""
    return pl.select(address_text(pl.lit(text, pl.String))).item()


def plain(text: str | None) -> str | None:
    """One text, plain."""
    return pl.select(plain_text(pl.lit(text, pl.String))).item()


@pytest.mark.parametrize(
    "spellings",
    [
        ("Jalan Kaliurang No. 5", "Jl. Kaliurang 5", "JLN KALIURANG NOMOR 05", "jl kaliurang,5"),
        ("Gang Mawar RT 3 RW 4", "Gg. Mawar RT03/RW04", "gg mawar rt.003 rw.004", "GANG MAWAR RT03RW04"),
        ("Dusun Krajan", "Dsn. Krajan", "Dukuh Krajan", "DK KRAJAN", "Padukuhan Krajan"),
    ],
)
def test_one_address_has_one_form_however_it_is_written(spellings: tuple[str, ...]) -> None:
    assert len({address(spelling) for spelling in spellings}) == 1


def test_abbreviations_within_words_are_left_alone() -> None:
    assert address("Nogotirto Jlagran Artha") == "NOGOTIRTO JLAGRAN ARTHA"


def test_leading_zeros_go_and_other_zeros_stay() -> None:
    assert address("RT 010 RW 00 No 100") == "RT 10 RW 0 100"


def test_house_letters_stay_with_their_number() -> None:
    assert address("Jl. Melati 12A") == "JL MELATI 12A"


@pytest.mark.parametrize("text", [None, "", " - ", "n/a", "NULL", "tidak ada", "Unknown", "...", "0"])
def test_text_that_says_missing_is_null(text: str | None) -> None:
    assert plain(text) is None
    assert address(text) is None


def test_marks_and_accents_vanish_and_punctuation_separates() -> None:
    assert plain("Sant\u2019 Ana\u200b Curaçao;Nord") == "SANT ANA CURACAO NORD"

"""Names as they are compared: titles, degrees, abbreviations, old spelling, sounds."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targeting.linkage.comparisons.names import NameComparison
from targeting.standardise.names import TITLES, WRITTEN_OUT, clean_name, new_spelling, sound_key, token_form


def cleaned(name: str | None) -> str | None:
    """One name, cleaned."""
    return pl.select(clean_name(pl.lit(name, pl.String))).item()


def compared(*names: str | None) -> list[str | None]:
    """The letters of each name as the comparison sees them."""
    encoded = NameComparison("n").encode(pl.Series(names, dtype=pl.String))
    assert encoded.values is not None
    return encoded.values[encoded.rows]["n_s"].to_list()


def sounds(*tokens: str) -> list[str]:
    """The sound key of each token."""
    return pl.DataFrame({"token": tokens}).select(sound_key(pl.col("token"))).to_series().to_list()


def spelled(token: str) -> str:
    """One token in new spelling."""
    return pl.select(new_spelling(pl.lit(token))).item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  siti   nurhaliza ", "SITI NURHALIZA"),
        ("Siti\u00a0Nurhaliza", "SITI NURHALIZA"),
        ("\ufeffSiti\u200b", "SITI"),
        ("Ma'ruf", "MARUF"),
        ("Ma\u2019ruf", "MARUF"),
        ("José", "JOSE"),
        ("Abdul-Rahman", "ABDUL RAHMAN"),
        ("Budi Santoso, S.Pd., M.M.", "BUDI SANTOSO"),
        ("Budi Santoso S.Pd", "BUDI SANTOSO"),
        ("A.Md.Keb Rina", "RINA"),
        ("St. Aminah", "SITI AMINAH"),
    ],
)
def test_a_name_becomes_plain_upper_case_without_degrees(name: str, expected: str) -> None:
    assert expected == cleaned(name)


@pytest.mark.parametrize("name", [None, "", "   ", "-", "--", "0", "NULL", "nan", "N/A", "Tidak Diketahui", "?", "."])
def test_a_name_that_says_nothing_is_null(name: str | None) -> None:
    assert cleaned(name) is None
    assert compared(name) == [None]


def test_degrees_without_full_stops_stay_because_they_may_be_initials() -> None:
    assert cleaned("Siti S T") == "SITI S T"


@pytest.mark.parametrize("title", ["H.", "Hj.", "KH", "Drs.", "dr.", "Ir.", "R.", "R. Ngt.", "Bpk Alm.", "Ny."])
def test_titles_fall_off_wherever_they_stand(title: str) -> None:
    assert compared(f"{title} Sukarno", f"Sukarno {title}") == ["SUKARNO", "SUKARNO"]


def test_binti_joins_no_name() -> None:
    assert compared("Aminah binti Karto") == ["AMINAHKARTO"]


@pytest.mark.parametrize("name", ["Haji", "Se", "Ra", "Mas"])
def test_a_mononym_that_reads_like_a_title_is_kept(name: str) -> None:
    assert compared(name) == [name.upper()]


@pytest.mark.parametrize("short", ["M.", "Md", "Moh.", "Moch.", "Muh.", "Mohamad", "Muchammad", "Mukhamad"])
def test_abbreviations_of_muhammad_are_written_out(short: str) -> None:
    assert compared(f"{short} Ridwan") == ["MUHAMMADRIDWAN"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Abd. Rahman", "ABDULRAHMAN"), ("Achmad Nur", "AHMADNUR"), ("Sitti Aisyah", "SITIAISYAH"), ("Srie", "SRI")],
)
def test_other_abbreviations_are_written_out(name: str, expected: str) -> None:
    assert compared(name) == [expected]


def test_no_written_out_form_is_a_title_or_changes_again() -> None:
    forms = pl.DataFrame({"form": sorted(set(WRITTEN_OUT.values()))})
    again = forms.select(token_form(pl.col("form"))).to_series()
    assert forms["form"].to_list() == again.to_list()
    assert sorted(set(TITLES) & set(WRITTEN_OUT)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SOEHARTO", "SUHARTO"),
        ("DJOKO", "JOKO"),
        ("TJIPTO", "CIPTO"),
        ("NJOMAN", "NYOMAN"),
        ("SJARIF", "SYARIF"),
        ("CHAIRUL", "KHAIRUL"),
        ("HASSAN", "HASAN"),
    ],
)
def test_old_spelling_becomes_new(old: str, new: str) -> None:
    assert new == spelled(old)


@pytest.mark.parametrize(
    "alike",
    [
        ("SUKARDJO", "SOEKARJO", "SUKARYO"),
        ("FATIMAH", "VATIMA", "PATIMAH"),
        ("ZAENAL", "SAINAL"),
        ("QOMAR", "KOMAR", "KAMAR"),
        ("ACHMAD", "AHMAD", "AKHMAT"),
        ("YUSUF", "JUSUP"),
        ("WATI", "UATI"),
        ("OMAR", "AMAR"),
    ],
)
def test_tokens_that_are_confused_in_writing_share_a_sound(alike: tuple[str, ...]) -> None:
    assert len(set(sounds(*alike))) == 1


def test_a_vowel_is_kept_at_the_beginning_only() -> None:
    assert sounds("ENDAH", "UNDAH", "NADA") == ["ENT", "UNT", "NT"]
    assert sounds("AGUS", "UGUS", "GUS") == ["AKS", "UKS", "KS"]


@given(st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_every_token_has_a_sound(tokens: list[str]) -> None:
    assert [] == [token for token, sound in zip(tokens, sounds(*tokens), strict=True) if not sound]

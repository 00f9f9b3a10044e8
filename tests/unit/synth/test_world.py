"""The true population behind both sources, against the published figures."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from targeting.synth.observe import mistyped, transposed
from targeting.synth.streams import ordered, stream
from targeting.synth.welfare import DISTRICTS
from targeting.synth.world import World, build


@pytest.fixture(scope="module")
def world() -> World:
    return build(11, 12_000, ("34.04", "35.07"))


def one_name(world: World) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (~world.nama.str.contains(" ")).to_numpy()


def test_one_name_people_are_22_percent_and_belong_to_the_old_cohorts(world: World) -> None:
    born, single = world.persons.birth_year, one_name(world)
    assert pytest.approx(single.mean(), abs=0.02) == 0.22
    assert pytest.approx(single[born < 1966].mean(), abs=0.03) == 0.70
    assert pytest.approx(single[born > 2006].mean(), abs=0.01) == 0.02


def test_the_commonest_names_are_as_common_as_in_the_registries(world: World) -> None:
    for sex, share in ((1, 0.004), (2, 0.003)):
        counts = world.nama.filter(pl.Series(world.persons.sex == sex)).value_counts(name="n")["n"]
        assert share == pytest.approx(counts.max() / counts.sum(), abs=0.0015)  # type: ignore[operator]


def test_distinct_names_grow_with_the_population(world: World) -> None:
    twice = build(11, 24_000, ("34.04", "35.07"))
    assert twice.nama.n_unique() > 1.7 * world.nama.n_unique()


def test_names_are_capitals_without_digits_and_of_at_most_60_letters(world: World) -> None:
    assert world.nama.str.contains(r"^[A-Z]+( [A-Z]+){0,3}$").all()
    assert world.nama.str.len_chars().max() <= 60  # type: ignore[operator]


def test_each_nik_is_used_once(world: World) -> None:
    assert len(world.nik) == len(np.unique(world.nik))
    assert set(np.unique(world.nik // 1000 % 10)) == {9}


def test_28_percent_of_adults_carry_the_prefix_of_another_kecamatan(world: World) -> None:
    adult = world.persons.age >= 17
    code = world.places.village["kode_desa"].str.slice(0, 8).str.replace_all(".", "", literal=True).cast(pl.Int64)
    home = code.gather(pl.Series(world.village[world.persons.family])).to_numpy()
    assert pytest.approx((world.nik // 10**10 != home)[adult].mean(), abs=0.02) == 0.28


def test_one_nik_in_eighty_disagrees_with_the_birth_date_or_sex(world: World) -> None:
    born = world.persons.birth.astype("datetime64[D]")
    day = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    digits = world.nik // 10**8 % 100
    wrong = digits != day + 40 * (world.persons.sex == 2)
    assert pytest.approx(wrong.mean(), abs=0.004) == 0.012


def test_twins_share_the_birth_date_and_differ_in_the_serial_of_the_nik(world: World) -> None:
    later = np.flatnonzero(world.persons.twin)
    assert len(later) > 50
    assert (world.persons.birth[later] == world.persons.birth[later - 1]).all()
    same_prefix = world.nik[later] // 10_000 == world.nik[later - 1] // 10_000
    alike = world.persons.sex[later] == world.persons.sex[later - 1]
    assert same_prefix[alike].mean() > 0.85


def test_some_sons_bear_their_fathers_name(world: World) -> None:
    has_father = np.flatnonzero((world.persons.father >= 0) & (world.persons.sex == 1))
    names = world.nama.to_numpy()
    same = names[has_father] == names[world.persons.father[has_father]]
    assert 0.003 < same.mean() < 0.012


def test_some_families_share_a_dwelling_and_keep_their_own_card(world: World) -> None:
    guests = np.flatnonzero(world.host != np.arange(world.families))
    assert 0.03 < len(guests) / world.families < 0.06
    assert (world.village[guests] == world.village[world.host[guests]]).all()
    assert (world.card_old[guests] != world.card_old[world.host[guests]]).all()


def test_poverty_is_the_official_share_below_the_official_line(world: World) -> None:
    district = world.places.village["kode_kabupaten_kota"].gather(pl.Series(world.village)).to_numpy()
    for code, official in DISTRICTS.items():
        rows = district == code
        people = world.welfare.size[rows]
        poor = world.welfare.consumption_idr_capita_month[rows] < official.line_idr_capita_month
        assert official.poverty_rate == pytest.approx((people * poor).sum() / people.sum(), abs=0.003)


def test_heads_of_the_poorest_are_little_schooled_on_farms_and_on_earth_floors(world: World) -> None:
    heads = np.flatnonzero(world.persons.slot == 0)
    poorest = np.argsort(world.welfare.consumption_idr_capita_month)[: world.families // 50]
    primary = np.isin(world.items["id_ijazah"][heads[poorest]], [23, 1, 3, 4, 5]).mean()
    earth = (world.housing["id_lantai_terluas"] == 8)[poorest].mean()
    sector = world.items["id_lapangan_usaha"][heads[poorest]]
    assert 0.6 < primary < 0.9  # BPS 2023: 70 %
    assert 0.05 < earth < 0.22  # 12.68 %
    assert 0.4 < (sector[sector > 0] <= 6).mean() < 0.62  # 52 %


def test_ages_within_families_are_possible(world: World) -> None:
    age = world.persons.age
    child = np.flatnonzero((world.persons.role == 3) & (world.persons.father >= 0))
    assert (age[world.persons.father[child]] - age[child]).min() > 14
    assert age.min() >= 0
    assert age.max() < 101


def test_mistyped_and_transposed_numbers_differ_as_they_should() -> None:
    rng = stream(1, "test")
    true = rng.integers(10**15, 10**16, 500)
    digits = np.char.zfill(mistyped(rng, true).astype(str), 16)
    before = true.astype(str)
    differing = [sum(a != b for a, b in zip(x, y, strict=True)) for x, y in zip(digits, before, strict=True)]
    assert {1} == set(differing)
    moved = np.char.zfill(transposed(rng, true).astype(str), 16)
    assert all(sorted(x) == sorted(y) for x, y in zip(moved, before, strict=True))


def test_ordered_answers_have_their_shares_and_follow_the_latent_value() -> None:
    rng = stream(2, "test")
    latent = rng.standard_normal(40_000)
    codes = ordered(rng, latent, 0.6, {7: 0.2, 3: 0.5, 1: 0.3})
    assert pytest.approx((codes == 7).mean(), abs=0.01) == 0.2
    assert latent[codes == 7].mean() < latent[codes == 3].mean() < latent[codes == 1].mean()

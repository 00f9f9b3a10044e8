"""What generated data is like, and that its truth is true."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from targeting.contracts.codelists import code_list
from targeting.contracts.schemas import schema_of
from targeting.errors import UsageError
from targeting.synth import SynthData, generate
from targeting.synth.files import shares
from targeting.synth.levels import LEVELS
from targeting.synth.register import CUT_OFF

FRAMES = {
    "ppse-household": "ppse_household",
    "ppse-member": "ppse_member",
    "dtsen-family": "dtsen_family",
    "dtsen-person": "dtsen_person",
}
PRIOR_ASKED = {"prior_id", "nama", "nik", "tanggal_lahir", "id_jenis_kelamin", "kode_desa", "program", "tahun"}


@pytest.fixture(scope="module")
def data() -> SynthData:
    return generate(700, "medium", 0.9, 3)


def pairs(data: SynthData) -> pl.DataFrame:
    return data.truth_person.join(data.ppse_member, on="person_id").join(
        data.dtsen_person, on="dtsen_person_id", suffix="_dtsen"
    )


def test_there_are_as_many_households_and_families_as_asked_for(data: SynthData) -> None:
    assert (data.ppse_household.height, data.dtsen_family.height) == (700, 4900)
    asked = generate(50, "low", 0.5, 1, families=123)
    assert (asked.ppse_household.height, asked.dtsen_family.height) == (50, 123)


def test_the_same_arguments_make_the_same_frames_and_another_seed_others(data: SynthData) -> None:
    again = generate(700, "medium", 0.9, 3)
    for name in vars(data):
        assert_frame_equal(getattr(data, name), getattr(again, name))
    other = generate(700, "medium", 0.9, 4)
    assert not data.ppse_member["nama"].equals(other.ppse_member["nama"])


@pytest.mark.parametrize(("schema", "frame"), FRAMES.items())
def test_columns_are_those_of_the_contract_and_required_ones_are_filled(
    data: SynthData, schema: str, frame: str
) -> None:
    table: pl.DataFrame = getattr(data, frame)
    fields = schema_of(schema).fields
    flat_only = set(schema_of(schema).person_fields)
    assert set(fields) - flat_only == set(table.columns)
    required = [name for name, field in fields.items() if field.required]
    assert table.select(pl.sum_horizontal(pl.col(required).null_count())).item() == 0


@pytest.mark.parametrize(("schema", "frame"), FRAMES.items())
def test_every_code_is_in_its_own_versions_list(data: SynthData, schema: str, frame: str) -> None:
    table: pl.DataFrame = getattr(data, frame)
    contract = schema_of(schema)
    for name, field in contract.fields.items():
        if field.code_list and name in table.columns:
            known = set(code_list(field.code_list, contract.code_lists).codes)
            assert set() == set(table[name].drop_nulls().unique().to_list()) - known, name


def test_roofs_and_fuels_mean_the_same_in_both_sources() -> None:
    quiet = generate(900, "low", 1.0, 5)
    both = quiet.truth_household.join(quiet.ppse_household, on="household_id").join(
        quiet.dtsen_family, on="dtsen_family_id", suffix="_dtsen"
    )
    for column, name in (("id_atap_terluas", "atap"), ("id_bb_utama", "bahan_bakar")):
        ppse = both[column].replace_strict(code_list(name, "regsosek-2022k").meanings, return_dtype=pl.String)
        dtsen = both[f"{column}_dtsen"].replace_strict(code_list(name, "dtsen-2025").meanings, return_dtype=pl.String)
        rare = ppse.is_in(["bambu", "kayu_sirap", "tidak_memasak"])
        assert rare.sum() > 5
        assert (ppse == dtsen).filter(rare).mean() > 0.8  # type: ignore[operator]


def test_each_true_pair_is_told_once_and_both_ends_exist(data: SynthData) -> None:
    assert data.truth_person["person_id"].is_unique().all()
    assert data.truth_person["person_id"].is_in(data.ppse_member["person_id"].implode()).all()
    assert data.truth_person["dtsen_person_id"].is_in(data.dtsen_person["dtsen_person_id"].implode()).all()
    assert data.truth_household["household_id"].is_unique().all()
    assert data.truth_household["dtsen_family_id"].is_in(data.dtsen_family["dtsen_family_id"].implode()).all()


def test_households_absent_from_dtsen_are_one_minus_the_overlap(data: SynthData) -> None:
    assert pytest.approx(data.truth_household.height / data.ppse_household.height, abs=0.015) == 0.9
    nobody = generate(60, "medium", 0.0, 1)
    assert nobody.truth_household.height == 0


def test_true_pairs_are_mostly_the_same_person_to_the_eye(data: SynthData) -> None:
    both = pairs(data)
    assert both.select((pl.col("nik") == pl.col("nik_dtsen")).mean()).item() > 0.8
    years = both.select((pl.col("tanggal_lahir").dt.year() - pl.col("tanggal_lahir_dtsen").dt.year()).abs() <= 1)
    assert years.to_series().mean() > 0.95  # type: ignore[operator]


def test_noise_levels_differ_clearly() -> None:
    same = [shares(generate(500, level, 0.9, 8))["all_three_same"] for level in ("low", "medium", "high")]
    assert same[0] > same[1] + 0.15 > same[2] + 0.35


def test_every_chance_is_a_chance_and_grows_with_the_level() -> None:
    for source in ("ppse", "dtsen"):
        low, medium, high = (vars(getattr(LEVELS[level], source)) for level in ("low", "medium", "high"))
        for name in medium:
            assert 0 <= low[name] <= medium[name] <= high[name] <= 1, name


def test_some_households_stand_twice_in_ppse_with_other_ids(data: SynthData) -> None:
    repeated = data.truth_person.filter(pl.col("dtsen_person_id").is_duplicated())
    assert 0.02 < repeated.height / data.ppse_member.height < 0.10
    assert data.ppse_household["household_id"].is_unique().all()


def test_members_and_registered_persons_are_missing_on_either_side(data: SynthData) -> None:
    household = data.truth_household.join(data.ppse_member, on="household_id")
    new = household.join(data.truth_person, on="person_id", how="anti")
    gone = data.truth_household.join(data.dtsen_person, on="dtsen_family_id").join(
        data.truth_person, on="dtsen_person_id", how="anti"
    )
    assert new.height > 20
    assert gone.height > 20


def test_some_members_are_registered_in_another_family(data: SynthData) -> None:
    moved = pairs(data).join(data.truth_household, on="household_id", suffix="_true")
    away = moved.filter(pl.col("dtsen_family_id") != pl.col("dtsen_family_id_true"))
    assert 0.005 < away.height / moved.height < 0.06


def test_split_families_are_two_households_of_one_dtsen_family(data: SynthData) -> None:
    split = data.truth_household.filter(pl.col("dtsen_family_id").is_duplicated()).join(
        data.ppse_household, on="household_id"
    )
    cards = split.group_by("dtsen_family_id").agg(pl.col("no_kk").n_unique())
    assert (cards["no_kk"] > 1).sum() > 5


def test_each_household_and_family_has_one_head(data: SynthData) -> None:
    for table, key in ((data.ppse_member, "household_id"), (data.dtsen_person, "dtsen_family_id")):
        heads = table.group_by(key).agg((pl.col("id_hub_kepala_keluarga") == 1).sum())
        right = (heads["id_hub_kepala_keluarga"] == 1).mean()
        assert right == 1.0


def test_families_have_the_size_and_name_of_head_that_they_say(data: SynthData) -> None:
    counted = data.dtsen_person.group_by("dtsen_family_id").agg(
        pl.len().alias("n"), pl.col("nama").filter(pl.col("id_hub_kepala_keluarga") == 1).first().alias("head")
    )
    both = data.dtsen_family.join(counted, on="dtsen_family_id")
    assert both["jumlah_anggota_keluarga"].to_list() == both["n"].to_list()
    assert both["nama_kepala_keluarga"].to_list() == both["head"].to_list()


def test_desil_and_aid_follow_hidden_consumption(data: SynthData) -> None:
    both = data.hidden_consumption.join(data.dtsen_family, on="dtsen_family_id")
    by_desil = both.group_by("desil_nasional").agg(pl.col("consumption_idr_capita_month").median()).drop_nulls()
    medians = by_desil.sort("desil_nasional")["consumption_idr_capita_month"].to_list()
    assert medians[0] < 0.6 * medians[5] < 0.6 * medians[9]
    assert 0.005 < both["desil_nasional"].is_null().mean() < 0.05  # type: ignore[operator]


def test_the_pool_is_mostly_poorer_than_the_register(data: SynthData) -> None:
    spent = data.hidden_consumption
    households = spent.drop_nulls("household_id")["consumption_idr_capita_month"].median()
    families = spent.drop_nulls("dtsen_family_id")["consumption_idr_capita_month"].median()
    assert households < 0.7 * families  # type: ignore[operator]


def test_nobody_is_born_after_the_cut_off_and_all_live_in_the_pilot(data: SynthData) -> None:
    latest: date = data.ppse_member["tanggal_lahir"].max()  # type: ignore[assignment]
    assert latest <= CUT_OFF
    assert {"34.04", "35.07"} == set(data.ppse_household["kode_kabupaten_kota"].unique().to_list())


def test_every_nik_and_card_number_that_is_not_wrong_shows_that_it_is_synthetic(data: SynthData) -> None:
    for table, column in ((data.dtsen_person, "nik"), (data.dtsen_family, "no_kk"), (data.ppse_household, "no_kk")):
        numbers = table[column].drop_nulls()
        assert (numbers.str.len_chars() == 16).all()
        assert numbers.str.slice(12, 1).eq("9").mean() > 0.99  # type: ignore[operator]


def test_a_number_that_cannot_be_met_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="more families"):
        generate(100, "low", 1.0, 1, families=20)
    with pytest.raises(UsageError, match="between 0 and 1"):
        generate(10, "low", 1.5, 1)
    with pytest.raises(UsageError, match="noise level"):
        generate(10, "loud", 0.5, 1)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="Kemendagri"):
        generate(10, "low", 0.5, 1, districts=("99.99",))


def test_other_districts_work_too() -> None:
    elsewhere = generate(20, "low", 0.9, 1, districts=("33.10",))
    assert elsewhere.ppse_household["kode_kabupaten_kota"].unique().to_list() == ["33.10"]


def test_numbers_of_families_give_numbers_of_persons_in_proportion() -> None:
    small, large = (generate(100, "low", 0.9, 2, families=n).dtsen_person.height for n in (1000, 4000))
    assert pytest.approx(large / small, rel=0.05) == 4.0
    assert 2.8 < np.mean([small / 1000, large / 4000]) < 3.5


def test_earlier_participants_are_members_of_the_pool_and_others_written_down_with_errors(data: SynthData) -> None:
    assert set(data.prior_recipient.columns) == PRIOR_ASKED
    told = data.truth_prior.join(data.prior_recipient, on="prior_id").join(
        data.ppse_member, on="person_id", suffix="_ppse"
    )
    assert told.height == data.truth_prior.height
    assert 0.35 < told["prior_id"].n_unique() / data.prior_recipient.height < 0.65
    same = told.filter(pl.col("nik") == pl.col("nik_ppse")).height / told.height
    assert 0.5 < same < 0.95
    assert data.prior_recipient["nik"].null_count() > 0
    assert data.prior_recipient["tahun"].is_between(2018, 2025).all()


def test_a_pool_of_a_few_households_has_its_list_too() -> None:
    assert generate(1, "high", 1.0, 2, families=3).prior_recipient.height > 0
